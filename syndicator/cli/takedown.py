"""``syndicator takedown``: what must go, who asked for it, and when it may come back."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack, get_args

import click

from syndicator.cli.asking import known_output, one_work
from syndicator.cli.flows import BY, DRY_RUN, bring_out, moment
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.model.flows import Lifting, Retain, Takedown, TakedownBy, TakedownScope
from syndicator.pipeline.context import Context
from syndicator.pipeline.takedowns import add_takedown, find_works, lift_takedown
from syndicator.store import Transaction, queries, reading, takedowns
from syndicator.timestamps import rfc3339
from syndicator.urls import is_web_url


class _Given(TypedDict):
    """The options of ``takedown add``."""

    target: str
    by_: TakedownBy | None
    claimant: str
    received: datetime | None
    ground: str
    reference: str
    scope: TakedownScope
    outputs: tuple[str, ...]
    until: datetime | None
    retain: Retain | None
    stub: bool
    by: str
    dry_run: bool


@main.group()
def takedown() -> None:
    """Withhold works at somebody's demand, and lift that again."""


@takedown.command()
@click.argument("target")
@CONFIG
@click.option(
    "--as",
    "by_",
    type=click.Choice(get_args(TakedownBy)),
    help="What TARGET is; default: url for an address, else work. For text, a file that holds it.",
)
@click.option("--claimant", required=True, help="Who asks for it.")
@click.option(
    "--received", callback=moment, metavar="DATE", help="When the demand came; default: now."
)
@click.option("--ground", default="", help="Why: copyright, privacy, court order, ...")
@click.option("--reference", default="", help="Where the demand is filed.")
@click.option(
    "--scope",
    type=click.Choice(get_args(TakedownScope)),
    default="everything",
    show_default=True,
    help="text: headline and link may stay.",
)
@click.option("--output", "outputs", multiple=True, metavar="ID", help="Only in this output.")
@click.option("--until", callback=moment, metavar="DATE", help="It ends by itself then.")
@click.option(
    "--retain",
    type=click.Choice(get_args(Retain)),
    help="What to keep of the text; default: hash, with --until or --output: text.",
)
@click.option(
    "--stub/--no-stub",
    default=True,
    show_default=True,
    help="Show [removed] in its place for a week.",
)
@BY
@DRY_RUN
def add(directory: Path, **given: Unpack[_Given]) -> None:
    """Withhold TARGET (an id, an address, a pattern, a source, an owner, a text) at once."""
    with opened(directory) as ctx:
        demand, text = _demand(ctx, given)
        if given["dry_run"]:
            with reading(ctx.engine) as tx:
                found = find_works(ctx, tx, demand, text=text)
            _tell(found.works, found.titles)
            return
        number, found = add_takedown(ctx, demand, text=text)
        click.echo(f"Takedown {number} recorded.")
        _tell(found.works, found.titles)
        bring_out(ctx)


def _demand(ctx: Context, given: _Given) -> tuple[Takedown, str]:
    target, text, now = given["target"], "", clock()
    for output in given["outputs"]:
        known_output(ctx, output)
    by = _kind(target, given["by_"])
    if by == "work":
        target = one_work(ctx, target)[0]
    elif by == "text":
        path = Path(target)
        if not path.is_file():
            raise click.UsageError(f"{target}: no such file; --as text wants one with the text")
        text, target = path.read_text("utf-8"), path.name
    elif by == "source" and not _is_source(ctx, target):
        raise click.UsageError(f"no source {target!r} is configured or stored")
    until = given["until"]
    if until is not None and until <= now:
        raise click.UsageError(f"--until {until:%Y-%m-%d %H:%M %Z}: that is over already")
    kept: Retain = "text" if until or given["outputs"] else "hash"
    demand = Takedown(
        by=by,
        target=target,
        scope=given["scope"],
        outputs=given["outputs"],
        until=until,
        claimant=given["claimant"],
        received_at=given["received"] or now,
        ground=given["ground"],
        reference=given["reference"],
        retain=given["retain"] or kept,
        stub=given["stub"],
        recorded_at=now,
        recorded_by=given["by"],
    )
    return demand, text


def _kind(target: str, given: TakedownBy | None) -> TakedownBy:
    """Return what *target* is; what would be recorded and meet nothing is refused."""
    address = is_web_url(target)
    if given == "url" and not address:
        raise click.UsageError(f"{target}: no address; --as url wants http:// or https://")
    if given is None and address and "*" in target:
        kinds = "for all addresses of that form add --as pattern, for this very one --as url"
        raise click.UsageError(f"{target}: {kinds}")
    return given or ("url" if address else "work")


def _is_source(ctx: Context, source_id: str) -> bool:
    with reading(ctx.engine) as tx:
        return source_id in {s.id for s in ctx.config.sources} or bool(
            queries.source_ids(tx, source_id)
        )


def _tell(works: Mapping[str, str], titles: Mapping[str, str]) -> None:
    click.echo(f"{len(works)} article{'s' * (len(works) != 1)} in the store")
    if not works:
        click.echo("Nothing here is meant by it yet; what comes later will be withheld.")
    for article_id, why in works.items():
        click.echo(f"  {article_id}  {titles.get(article_id, '')} ({why})")


@takedown.command()
@click.argument("number", type=int)
@CONFIG
@click.option("--reference", default="", help="Why it ended, and where that is filed.")
@BY
@DRY_RUN
def lift(number: int, directory: Path, reference: str, by: str, *, dry_run: bool) -> None:
    """End takedown NUMBER with a second record; purged texts come back with the next visit."""
    with opened(directory) as ctx:
        if dry_run:
            with reading(ctx.engine) as tx:
                works = takedowns.reached(tx, number)
                _tell(works, _titles(tx, works))
            return
        lifting = Lifting(takedown=number, lifted_at=clock(), lifted_by=by, reference=reference)
        works = lift_takedown(ctx, lifting)
        click.echo(f"Takedown {number} lifted.")
        with reading(ctx.engine) as tx:
            _tell(works, _titles(tx, works))
            for other in _still(tx, works, clock()):
                click.echo(f"Takedown {other} still withholds some of it.")
        bring_out(ctx)


def _titles(tx: Transaction, works: Mapping[str, str]) -> dict[str, str]:
    return {e.article_id: e.title for work in works for e in queries.find(tx, work)}


def _still(tx: Transaction, works: Mapping[str, str], now: datetime) -> list[int]:
    """Return the takedowns in force that reach one of *works*."""
    return [
        one.number
        for one, lifting in takedowns.all_takedowns(tx)
        if lifting is None
        and (one.until is None or one.until > now)
        and takedowns.reached(tx, one.number).keys() & works.keys()
    ]


@takedown.command(name="list")
@CONFIG
@click.option("--all", "everything", is_flag=True, help="Those that ended too.")
@JSON
def list_takedowns(directory: Path, *, everything: bool, as_json: bool) -> None:
    """List the takedowns in force, with what each reaches."""
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        rows = [
            _row(one, lifting, takedowns.reached(tx, one.number), now)
            for one, lifting in takedowns.all_takedowns(tx)
        ]
    rows = [row for row in rows if everything or row["in_force"]]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("no takedown is in force", err=True)
    for row in rows:
        ended = "" if row["in_force"] else ", ended"
        click.echo(
            f"{row['number']:>4}  {row['received']}  {row['by']} {row['target']}"
            f" ({row['scope']}{ended}), for {row['claimant']}: {len(row['works'])} articles"  # type: ignore[arg-type]
        )


def _row(
    one: Takedown, lifting: Lifting | None, works: Mapping[str, str], now: datetime
) -> dict[str, object]:
    return {
        "number": one.number,
        "by": one.by,
        "target": one.target,
        "scope": one.scope,
        "outputs": list(one.outputs),
        "until": rfc3339(one.until) if one.until else None,
        "claimant": one.claimant,
        "received": rfc3339(one.received_at),
        "ground": one.ground,
        "reference": one.reference,
        "retain": one.retain,
        "recorded": {"at": rfc3339(one.recorded_at), "by": one.recorded_by},
        "lifted": lifting
        and {
            "at": rfc3339(lifting.lifted_at),
            "by": lifting.lifted_by,
            "reference": lifting.reference,
        },
        "in_force": lifting is None and (one.until is None or one.until > now),
        "works": dict(works),
    }
