"""``syndicator sources``: every source, its last visit and its next."""

import json
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened
from syndicator.model.settings import Source
from syndicator.store import reading
from syndicator.store.sources import SourceState, source_states


@main.command()
@CONFIG
@JSON
def sources(directory: Path, *, as_json: bool) -> None:
    """List the sources: how the last visit went, when the next one is due."""
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        states = source_states(tx)
        rows = [_row(source, states.get(source.id)) for source in ctx.config.sources]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max((len(str(row["source"])) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['source']:{width}}  {_sentence(row)}")


def _row(source: Source, state: SourceState | None) -> dict[str, object]:
    seen = state.checked_at if state else None
    due = state.next_check_at if state else clock()
    return {
        "source": source.id,
        "publisher": source.publisher,
        "feed": source.feed,
        "status": "paused" if source.paused else (state.status if state else None) or "new",
        "http_status": state.http_status if state else None,
        "error": state.error if state else None,
        "failures": state.failures if state else 0,
        "last_visit": seen.isoformat(timespec="seconds") if seen else None,
        "next_visit": due.isoformat(timespec="seconds"),
    }


def _sentence(row: dict[str, object]) -> str:
    if row["status"] in {"new", "paused"}:
        return {"new": "not visited yet", "paused": "paused by the configuration"}[row["status"]]
    text = f"{row['status']} at {row['last_visit']}, next {row['next_visit']}"
    if row["status"] == "failed":
        text += f"; {row['failures']} in a row: {row['error']}"
    return text
