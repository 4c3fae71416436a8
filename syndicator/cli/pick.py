"""``syndicator pick``: works that an editor chose, one by one, for an output."""

from pathlib import Path

import click

from syndicator.cli.asking import known_output, one_work
from syndicator.cli.flows import BY, DRY_RUN, bring_out
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.errors import SyndicatorError
from syndicator.model.flows import Pick
from syndicator.store import picks, reading, transaction
from syndicator.timestamps import rfc3339

OUTPUT = click.option("--output", required=True, metavar="ID", help="For which output.")


@main.group()
def pick() -> None:
    """Choose works individually, where a publisher wants that (`selection: individual`)."""


@pick.command()
@click.argument("article")
@CONFIG
@OUTPUT
@click.option("--note", default="", help="Why it was chosen.")
@BY
@DRY_RUN
def add(article: str, directory: Path, output: str, note: str, by: str, *, dry_run: bool) -> None:
    """Choose ARTICLE (an id, an address, part of a title) for an output."""
    with opened(directory) as ctx:
        known_output(ctx, output)
        article_id, title = one_work(ctx, article)
        chosen = Pick(
            article_id=article_id, output=output, picked_at=clock(), picked_by=by, note=note
        )
        click.echo(f"{article_id}  {title}")
        if dry_run:
            return
        with transaction(ctx.engine) as tx:
            new = picks.add(tx, chosen)
        if not new:
            click.echo(f"It is picked for {output} already.")
            return
        bring_out(ctx)


@pick.command()
@click.argument("article")
@CONFIG
@OUTPUT
@BY
@DRY_RUN
def withdraw(article: str, directory: Path, output: str, by: str, *, dry_run: bool) -> None:
    """Take the choice of ARTICLE for an output back."""
    with opened(directory) as ctx:
        known_output(ctx, output)
        article_id, title = one_work(ctx, article)
        click.echo(f"{article_id}  {title}")
        if dry_run:
            return
        with transaction(ctx.engine) as tx:
            if not picks.withdraw(tx, article_id, output, by=by, at=clock()):
                raise SyndicatorError(f"{article_id} is not picked for {output}")
        bring_out(ctx)


@pick.command(name="list")
@CONFIG
@click.option("--all", "everything", is_flag=True, help="Those that were withdrawn too.")
@JSON
def list_picks(directory: Path, *, everything: bool, as_json: bool) -> None:
    """List what was picked, by whom, for which output."""
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        found = [p for p in picks.all_picks(tx) if everything or p.withdrawn_at is None]
    if as_json:
        print_json([_row(p) for p in found])
        return
    if not found:
        click.echo("nothing is picked", err=True)
    for one in found:
        gone = f", withdrawn by {one.withdrawn_by}" if one.withdrawn_at else ""
        note = f": {one.note}" if one.note else ""
        click.echo(f"{one.output}  {one.article_id}  picked by {one.picked_by}{gone}{note}")


def _row(one: Pick) -> dict[str, object]:
    return {
        "article": one.article_id,
        "output": one.output,
        "picked": {"at": rfc3339(one.picked_at), "by": one.picked_by},
        "note": one.note,
        "withdrawn": {"at": rfc3339(one.withdrawn_at), "by": one.withdrawn_by}
        if one.withdrawn_at
        else None,
    }
