"""``syndicator sources``: every source, its last visit and its next."""

from collections.abc import Mapping
from pathlib import Path

import click

from syndicator.cli.cluster import bring_about, ordered
from syndicator.cli.flows import BY
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.config.show import address_of, without_secret_values
from syndicator.model.settings import Source
from syndicator.pipeline import leases
from syndicator.pipeline.clusters import resume_order
from syndicator.pipeline.context import Context
from syndicator.pipeline.listed import sift
from syndicator.pipeline.lists import state_id
from syndicator.store import Transaction, lists, reading
from syndicator.store.sources import SourceState, source_states
from syndicator.store.subscriptions import subscriptions_of
from syndicator.timestamps import rfc3339


@main.group(invoke_without_command=True)
@CONFIG
@JSON
@click.pass_context
def sources(context: click.Context, directory: Path, *, as_json: bool) -> None:
    """List the sources: how the last visit went, when the next one is due."""
    if context.invoked_subcommand is not None:
        # ``--config`` may stand before or after the name of the command.
        context.default_map = {name: {"directory": directory} for name in SUBCOMMANDS}
        return
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        states = source_states(tx)
        rows = [row_of(source, states.get(source.id)) for source in ctx.config.sources]
        for source, row in zip(ctx.config.sources, rows, strict=True):
            row["pushes"] = pushes_of(ctx, tx, source)
        rows += list_rows(ctx, tx, states)
    if as_json:
        print_json(rows)
        return
    width = max((len(str(row["source"])) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['source']:{width}}  {sentence(row)}")


@sources.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@CONFIG
@BY
def resume(ids: tuple[str, ...], directory: Path, by: str) -> None:
    """Visit sources at once, whatever stopped, held or delayed them.

    The next document of a held source is believed.
    """
    with opened(directory) as ctx:
        lists_too = (state_id(one.id) for one in ctx.config.reading_lists)
        unknown = {*ids} - {s.id for s in ctx.config.sources} - {*lists_too}
        if unknown:
            raise click.UsageError(f"no source {min(unknown)!r} is configured")
        for one in ids:
            if bring_about(ctx, resume_order(one, ordered(by))) is not None:
                click.echo(f"{one}: visited with the next `syndicator once` or `run`")


SUBCOMMANDS = ("add", "test", "import", "export", "resume")


def list_rows(
    ctx: Context, tx: Transaction, states: Mapping[str, SourceState]
) -> list[dict[str, object]]:
    """Return what the list says of the reading lists, and of the feeds they name."""
    sifted = list(sift(ctx.written, lists.listed(tx)))
    rows = []
    for one in ctx.config.reading_lists:
        mine = [each for each in sifted if each.list_id == one.id]
        as_source = Source(id=state_id(one.id), feed=one.url, publisher="")
        row = row_of(as_source, states.get(as_source.id))
        row["follows"] = [each.source.id for each in mine if each.source]
        row["left_out"] = [
            {"feed": without_secret_values(each.feed), "why": each.why}
            for each in mine
            if not each.source
        ]
        rows.append(row)
    return rows


def pushes_of(ctx: Context, tx: Transaction, source: Source) -> str:
    """Return in words whether a hub tells of the news of *source*, and if not, why."""
    mine = subscriptions_of(tx, source.id)
    return leases.sentence(source, ctx.config, mine, clock())


def row_of(source: Source, state: SourceState | None) -> dict[str, object]:
    """Return what the list says of one source."""
    seen = state.checked_at if state else None
    due = state.next_check_at if state else clock()
    stopped = state.stopped if state else None
    return {
        "source": source.id,
        "publisher": source.publisher,
        "feed": address_of(source),
        "status": status_of(source, state),
        "http_status": state.http_status if state else None,
        "error": state.error if state else None,
        "failures": state.failures if state else 0,
        "last_visit": rfc3339(seen) if seen else None,
        "next_visit": None if stopped else rfc3339(due),
    }


def status_of(source: Source, state: SourceState | None) -> str:
    """Return new, ok, failed, held, stopped or paused."""
    if source.paused:
        return "paused"
    if state is not None and state.stopped:
        return "stopped"
    return (state.status if state else None) or "new"


def sentence(row: dict[str, object]) -> str:
    """Return *row* in words."""
    if row["status"] in {"new", "paused"}:
        return {"new": "not visited yet", "paused": "paused by the configuration"}[
            str(row["status"])
        ]
    text = f"{row['status']} at {row['last_visit']}, next {row['next_visit'] or 'never'}"
    if row["status"] == "failed":
        text += f"; {row['failures']} in a row: {row['error']}"
    if row["status"] in {"held", "stopped"}:
        text += f": {row['error']}"
    if "follows" in row:
        return text + _follows(row)
    pushes = str(row["pushes"])
    return text if pushes.startswith(leases.NO_HUB) else f"{text}; {pushes}"


def _follows(row: dict[str, object]) -> str:
    follows, left_out = row["follows"], row["left_out"]
    if not isinstance(follows, list) or not isinstance(left_out, list):
        raise TypeError("no row of a reading list")
    problem = f"; {row['error']}" if row["error"] and row["status"] == "ok" else ""
    lines = [f"; follows {len(follows)} feed{'s' * (len(follows) != 1)}{problem}"]
    lines += [f"  leaves out {one['feed']}: {one['why']}" for one in left_out]
    return "\n".join(lines)
