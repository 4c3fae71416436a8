"""``syndicator sources``: every source, its last visit and its next."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from syndicator.cli.advice import advice, list_advice
from syndicator.cli.cluster import bring_about, ordered
from syndicator.cli.flows import BY
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.config.show import address_of, without_secret_values
from syndicator.model.settings import Config, Source
from syndicator.pipeline import leases
from syndicator.pipeline.clusters import resume_order
from syndicator.pipeline.context import Context
from syndicator.pipeline.listed import Listed, sift
from syndicator.pipeline.lists import state_id
from syndicator.store import Transaction, lists, reading
from syndicator.store.sources import SourceState, source_states
from syndicator.store.subscriptions import subscriptions_of
from syndicator.timestamps import rfc3339


@main.group(invoke_without_command=True)
@CONFIG
@click.option("--failing", is_flag=True, help="Only those that are not well, and what to do.")
@JSON
@click.pass_context
def sources(context: click.Context, directory: Path, *, failing: bool, as_json: bool) -> None:
    """List the sources: how the last visit went, when the next one is due."""
    if context.invoked_subcommand is not None:
        # ``--config`` may stand before or after the name of the command.
        context.default_map = {name: {"directory": directory} for name in SUBCOMMANDS}
        return
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        rows = rows_of(ctx, tx, source_states(tx))
    count = len(rows)
    if failing:
        rows = [row for row in rows if row["do"] or row["status"] in UNWELL]
    if as_json:
        print_json(rows)
        return
    width = max((len(str(row["source"])) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['source']:{width}}  {sentence(row)}")
        if failing and row["do"]:
            click.echo(f"{'':{width}}  do: {row['do']}")
    if failing:
        click.echo(f"{len(rows)} of {count} sources", err=True)


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
UNWELL = {"failed", "held", "stopped"}


def rows_of(
    ctx: Context,
    tx: Transaction,
    states: Mapping[str, SourceState],
    only: str | None = None,
) -> list[dict[str, object]]:
    """Return what is said of the sources and of the reading lists.

    Args:
        ctx: the configuration.
        tx: a reading transaction.
        states: of all that were ever visited, by id.
        only: id of the only one to tell of; None: all.
    """
    sifted = list(sift(ctx.written, lists.listed(tx)))
    listed = {each.source.id: each.list_id for each in sifted if each.source}
    rows = []
    for source in ctx.config.sources:
        if only in {None, source.id}:
            row = row_of(source, states.get(source.id))
            row["list"] = listed.get(source.id)
            row["pushes"] = pushes_of(ctx, tx, source, states.get(source.id))
            rows.append(row)
    wanted = (one for one in list_sources(ctx.config).values() if only in {None, one.id})
    return rows + [_list_row(one, sifted, states.get(one.id)) for one in wanted]


def list_sources(config: Config) -> dict[str, Source]:
    """Return how each reading list is visited, by the id of its state."""
    return {
        state_id(one.id): Source(
            id=state_id(one.id), feed=one.url, publisher="", interval=one.interval
        )
        for one in config.reading_lists
    }


def _list_row(
    as_source: Source, sifted: Sequence[Listed], state: SourceState | None
) -> dict[str, object]:
    mine = [each for each in sifted if state_id(each.list_id) == as_source.id]
    row = row_of(as_source, state)
    row["do"] = list_advice(as_source.id.partition(":")[2], state)
    row["follows"] = [each.source.id for each in mine if each.source]
    row["left_out"] = [
        {"feed": without_secret_values(each.feed), "why": each.why}
        for each in mine
        if not each.source
    ]
    return row


def pushes_of(ctx: Context, tx: Transaction, source: Source, state: SourceState | None) -> str:
    """Return in words whether a hub tells of the news of *source*, and if not, why."""
    mine = subscriptions_of(tx, source.id)
    hub = state.hub if state else None
    return leases.sentence(source, ctx.config, mine, hub, clock())


def row_of(source: Source, state: SourceState | None) -> dict[str, object]:
    """Return what the list says of one source."""
    seen = state.checked_at if state else None
    due = state.next_check_at if state else clock()
    stopped = state.stopped if state else None
    return {
        "source": source.id,
        "title": state.title if state else None,
        "publisher": source.publisher,
        "feed": address_of(source),
        "status": status_of(source, state),
        "http_status": state.http_status if state else None,
        "error": state.error if state else None,
        "failures": state.failures if state else 0,
        "last_visit": rfc3339(seen) if seen else None,
        "next_visit": None if stopped else rfc3339(due),
        "do": advice(source, state),
    }


def status_of(source: Source, state: SourceState | None) -> str:
    """Return new, ok, failed, put off, held, stopped or paused.

    Put off is what was not asked, since its host wants to be left alone, and is no failure of it.
    """
    if source.paused:
        return "paused"
    if state is not None and state.stopped:
        return "stopped"
    if state is not None and state.status == "failed" and not state.failures:
        return "put off"
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
    if row["status"] in {"held", "put off", "stopped"}:
        text += f": {row['error']}"
    if "follows" in row:
        problem = f"; {row['error']}" if row["error"] and row["status"] == "ok" else ""
        return f"{text}{problem}; follows {follows(row)}"
    if row["list"]:
        text += f"; {row['title'] or 'no title'}, of the list {row['list']}"
    pushes = str(row["pushes"])
    return text if pushes.startswith(leases.NO_HUB) else f"{text}; {pushes}"


def follows(row: dict[str, object]) -> str:
    """Return how many feeds a reading list brings, and which it does not, and why."""
    followed, left_out = row["follows"], row["left_out"]
    if not isinstance(followed, list) or not isinstance(left_out, list):
        raise TypeError("no row of a reading list")
    lines = [f"{len(followed)} feed{'s' * (len(followed) != 1)}"]
    lines += [f"  leaves out {one['feed']}: {one['why']}" for one in left_out]
    return "\n".join(lines)
