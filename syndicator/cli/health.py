"""``syndicator explain --source``: how a source is, what comes next, and why."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from syndicator.cli.root import opened, print_json
from syndicator.cli.sources import follows, list_sources, rows_of
from syndicator.fetch.guard import is_opened
from syndicator.model.settings import Fetch, Source
from syndicator.pipeline.visits import PROOF
from syndicator.schedule import interval_bounds, rhythm_wait
from syndicator.store import reading
from syndicator.store.sources import SourceState, source_states
from syndicator.timestamps import rfc3339
from syndicator.urls import host_of, site_of, without_secrets


def explain_source(source_id: str, directory: Path, *, as_json: bool) -> None:
    """Print the health of one source."""
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        states = source_states(tx)
        state = states.get(source_id)
        rows = rows_of(ctx, tx, states, source_id)
        if not rows:
            raise click.UsageError(f"no source {source_id!r}: `syndicator sources` lists them")
        source = next((s for s in ctx.config.sources if s.id == source_id), None)
        source = source or list_sources(ctx.config)[source_id]
        health = rows[0] | _health(source, state, ctx.config.fetch)
    if as_json:
        print_json(health)
    else:
        click.echo("\n".join(_lines(health, state)))


def _health(source: Source, state: SourceState | None, limits: Fetch) -> dict[str, object]:
    row: dict[str, object] = {}
    shown = site_of if source.private else without_secrets
    row["feed"] = shown(source.feed)
    ours = is_opened(host_of(source.feed), limits.allow_networks)
    bounds = interval_bounds(source, limits, ours=ours)
    row["interval"] = {
        "minutes": bounds.every.total_seconds() / 60,
        "least": bounds.least.total_seconds() / 60,
        "most": bounds.most.total_seconds() / 60,
    }
    if state is None:
        return row | {"next": _next(source, state), "moves": []}
    rhythm = rhythm_wait(state.checked_at or state.next_check_at, state.posts, longest=bounds.most)
    return row | {
        "next": _next(source, state),
        "rhythm_minutes": round(rhythm.total_seconds() / 60) if rhythm else None,
        "asked_at": shown(state.address or source.feed),
        "moved_to": shown(state.moved_to) if state.moved_to else None,
        "moved_days": state.moved_days,
        "moves": [
            {"at": rfc3339(m.at), "to": shown(m.to), "permanent": m.permanent} for m in state.moves
        ],
        "validators": bool(state.etag or state.last_modified),
        "last_unconditional": rfc3339(state.unconditional_at) if state.unconditional_at else None,
        "failing_since": rfc3339(state.failing_since) if state.failing_since else None,
        "left_alone": _left_alone(state.penalty_key, shown),
        "left_alone_until": rfc3339(state.penalty_until) if state.penalty_until else None,
    }


def _left_alone(key: str | None, shown: Callable[[str], str]) -> str | None:
    """Return the address, host or domain that is left alone, an address as *shown* has it."""
    return shown(key) if key and "://" in key else key


def _next(source: Source, state: SourceState | None) -> str:
    if source.paused:
        return "nothing: it is paused in the configuration"
    if state is not None and state.stopped:
        return f"nothing: {state.stopped}"
    if state is None or state.checked_at is None:
        return "is visited as soon as the daemon runs"
    why = f": {state.due_why}" if state.due_why else ""
    return f"visited at {rfc3339(state.next_check_at)}{why}"


def _lines(health: dict[str, object], state: SourceState | None) -> Iterator[str]:
    yield f"{health['source']}  {health.get('title') or ''}".rstrip()
    yield f"  feed      {health['feed']}"
    yield f"  status    {health['status']}" + _answer(state)
    if health.get("error"):
        yield f"  problem   {health['error']}"
    if health.get("do"):
        yield f"  do        {health['do']}"
    if health.get("failing_since"):
        times = "once" if health["failures"] == 1 else f"{health['failures']} times in a row"
        yield f"  failing   {times}, since {health['failing_since']}"
    yield f"  next      {health['next']}"
    yield from _ways(health)
    if health.get("left_alone"):
        yield f"  on hold   {health['left_alone']}, until {health['left_alone_until']}"
    if state is not None:
        yield from _moves(health, state)


def _ways(health: dict[str, object]) -> Iterator[str]:
    """Yield by what list the source came and what hub tells of it, or what a list brings."""
    if "follows" in health:
        yield f"  follows   {follows(health)}"
        return
    if health["list"]:
        yield f"  listed    by the reading list {health['list']}"
    yield f"  pushes    {health['pushes']}"


def _moves(health: dict[str, object], state: SourceState) -> Iterator[str]:
    if state.address:
        yield f"  moved     for good; asked at {health['asked_at']}"
    if state.moved_to:
        yield (
            f"  moving    redirected for good to {health['moved_to']},"
            f" good answers on {state.moved_days} of {PROOF} days{_advice(state)}"
        )
    moves = health["moves"]
    for move in moves if isinstance(moves, list) else []:
        how = "permanently" if move["permanent"] else "for now"
        yield f"  found     from {move['at']} on {how} at {move['to']}"
    if state.fetched_at is not None:
        how = "only when it changed" if health["validators"] else "whole each time"
        yield f"  transfer  {how}; last time in any case: {health['last_unconditional'] or 'never'}"


def _advice(state: SourceState) -> str:
    if host_of(state.moved_to or "") == host_of(state.feed):
        return "; then asked there directly"
    return "; to another host nothing moves by itself"


def _answer(state: SourceState | None) -> str:
    if state is None or state.checked_at is None:
        return ""
    at = rfc3339(state.checked_at)
    if state.http_status is None:
        return f", last attempt at {at}, without an answer"
    return f", last answer at {at} with HTTP {state.http_status}"
