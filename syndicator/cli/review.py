"""``syndicator review``: what waits for an editor, and what editors decide."""

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click

from syndicator.cli.asking import one_work
from syndicator.cli.flows import BY
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.errors import StoreError
from syndicator.model.entries import Entry, ReviewState
from syndicator.pipeline.context import Context
from syndicator.pipeline.editing import carry_out_reviews
from syndicator.pipeline.waiting import waiting
from syndicator.store import only_one, reading, reviews, transaction
from syndicator.store.reviews import Act, Review
from syndicator.timestamps import rfc3339

STATES: tuple[str, ...] = tuple(state for state in get_args(ReviewState) if state != "new")


ARTICLE = click.argument("article")
NOTE = click.option("--note", default="", help="Why, for those who ask later.")


@main.group()
def review() -> None:
    """Decide which articles may be published."""


@review.command(name="list")
@CONFIG
@click.option(
    "--state",
    type=click.Choice(["waiting", *STATES, "all"]),
    default="waiting",
    show_default=True,
    help="waiting: all that an editor should decide; else articles in this state.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@JSON
def list_(directory: Path, state: str, limit: int, *, as_json: bool) -> None:
    """List what waits for an editor, or articles by their state, newest first."""
    if state == "waiting":
        _list_waiting(directory, limit, as_json=as_json)
        return
    wanted = next((s for s in get_args(ReviewState) if s == state), None)
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        found = reviews.in_state(tx, wanted, limit=limit)
        decided = reviews.states(tx, (entry.article_id for entry in found))
    # What was decided a moment ago may wait for the daemon; the list must not show it as open.
    rows = [
        (entry, now)
        for entry in found
        if (now := decided.get(entry.article_id, entry.review)) == wanted or wanted is None
    ]
    if as_json:
        print_json([_document(*row) for row in rows])
        return
    for entry, now in rows:
        click.echo(f"{now:9}  {entry.source_id}  {entry.title or '(no title)'}  {entry.article_id}")
    if not rows:
        click.echo("nothing waits", err=True)


def _list_waiting(directory: Path, limit: int, *, as_json: bool) -> None:
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        found = waiting(ctx, tx, limit=limit)
    if as_json:
        rows = [asdict(one) | {"date": rfc3339(one.date) if one.date else None} for one in found]
        print_json(rows)
        return
    for one in found:
        click.echo(f"{one.state:11}  {one.source or '-'}  {one.title or '(no title)'}")
        click.echo(f"             {one.decide}")
    if not found:
        click.echo("nothing waits", err=True)


def _state_command(name: str, act: Act, words: str) -> None:
    @review.command(name=name, help=words)
    @ARTICLE
    @CONFIG
    @BY
    @NOTE
    def decide(article: str, directory: Path, by: str, note: str) -> None:
        _record(directory, article, act, (by, note))


_state_command("approve", "approved", "Let ARTICLE be published.")
_state_command("reject", "rejected", "Keep ARTICLE out of all output.")
_state_command("hold", "held", "Keep ARTICLE out of all output until somebody decides.")
_state_command("withdraw", "withdrawn", "Take ARTICLE, which was published, out of all output.")


def _pin_command(name: str, act: Act, words: str) -> None:
    @review.command(name=name, help=words)
    @ARTICLE
    @CONFIG
    @BY
    @NOTE
    @click.option("--theme", metavar="ID", help="Id of a theme.")
    @click.option("--region", metavar="ID", help="Id of a region.")
    @click.option("--report", metavar="ID", help="Id of a report.")
    def decide(article: str, directory: Path, by: str, note: str, **axes: str | None) -> None:
        places = [(axis, slug) for axis, slug in axes.items() if slug]
        if len(places) != 1:
            raise click.UsageError("name one place: --theme ID, --region ID or --report ID")
        _record(directory, article, act, (by, note), places[0])


_pin_command("pin", "pin", "Put ARTICLE in a theme, whatever the rules say.")
_pin_command("unpin", "unpin", "Leave ARTICLE's place in a theme to the rules again.")


@review.command()
@ARTICLE
@CONFIG
@JSON
def history(article: str, directory: Path, *, as_json: bool) -> None:
    """Show all decisions on ARTICLE."""
    with opened(directory) as ctx:
        work, _ = one_work(ctx, article)
        with reading(ctx.engine) as tx:
            found = reviews.history(tx, work)
    if as_json:
        print_json([_decision(r) for r in found])
        return
    for one in found:
        where = f" {one.axis} {one.slug}" if one.slug else ""
        note = f": {one.note}" if one.note else ""
        click.echo(f"{rfc3339(one.decided_at)}  {one.act}{where} by {one.actor}{note}")


def _record(
    directory: Path,
    article: str,
    act: Act,
    by: tuple[str, str],
    place: tuple[str, str] | None = None,
) -> None:
    """Write the decision down; carry it out at once where no daemon runs that will."""
    axis, slug = place or (None, None)
    with opened(directory) as ctx:
        if place and act == "pin" and not _known(ctx, *place):
            raise click.UsageError(f"no {axis} has the id {slug!r}")
        work, _ = one_work(ctx, article)
        decision = Review(
            article_id=work,
            act=act,
            actor=by[0],
            note=by[1],
            decided_at=clock(),
            axis=axis,
            slug=slug,
        )
        with transaction(ctx.engine) as tx:
            reviews.record(tx, decision)
        try:
            with only_one(ctx.engine):
                carry_out_reviews(ctx)
                click.echo(f"{work}: {act}; feeds follow with the next `syndicator publish`")
        except StoreError:
            click.echo(f"{work}: {act}; the running daemon carries it out")


def _known(ctx: Context, axis: str, slug: str) -> bool:
    themes = {"theme": ctx.config.themes, "region": ctx.config.regions}
    return any(theme.id == slug for theme in themes.get(axis, ctx.config.reports))


def _document(entry: Entry, state: str) -> dict[str, object]:
    return {
        "id": entry.article_id,
        "state": state,
        "title": entry.title,
        "url": entry.url,
        "source": entry.source_id,
        "date": rfc3339(entry.sort_at),
    }


def _decision(review: Review) -> dict[str, object]:
    return {
        "act": review.act,
        "axis": review.axis,
        "slug": review.slug,
        "by": review.actor,
        "note": review.note,
        "at": rfc3339(review.decided_at),
    }
