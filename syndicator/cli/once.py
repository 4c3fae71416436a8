"""``syndicator once``: the whole chain one time, for cron."""

import asyncio
import json
import sys
import time
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened
from syndicator.pipeline.once import Pass, run_once
from syndicator.store import only_one


@main.command()
@CONFIG
@click.option("--all", "everything", is_flag=True, help="Visit every source, due or not.")
@JSON
def once(directory: Path, *, everything: bool, as_json: bool) -> None:
    """Visit what is due, publish, print a summary, exit.

    Exit code 0: all well; 1: some source, seed or output failed; 2: broken configuration.
    """
    began = time.perf_counter()
    with opened(directory) as ctx, only_one(ctx.engine):
        result = asyncio.run(_run(ctx, everything=everything))
    seconds = time.perf_counter() - began
    summary = summarise(result, seconds)
    click.echo(json.dumps(summary, indent=2) if as_json else _table(summary))
    for line in result.seeding.warnings:
        click.echo(f"note: {line}", err=True)
    sys.exit(1 if summary["failures"] else 0)


async def _run(ctx, *, everything: bool) -> Pass:
    bar = click.progressbar(
        length=0, label="Sources", file=sys.stderr, hidden=not sys.stderr.isatty()
    )

    def begun(count: int) -> None:
        bar.length = count

    with bar:
        return await run_once(
            ctx, clock, everything=everything, begun=begun, stepped=lambda _: bar.update(1)
        )


def summarise(result: Pass, seconds: float) -> dict[str, object]:
    """Return the summary that ``--json`` prints."""
    tally, seeding = result.tally, result.seeding
    failures = [{"source": s, "error": e} for s, e in tally.failures]
    failures += [{"source": "seeds", "error": m} for m in seeding.mistakes]
    failures += [{"source": "publish", "error": p} for p in result.published.problems]
    return {
        "sources": {
            "checked": tally.checked,
            "fetched": tally.fetched,
            "not_modified": tally.not_modified,
            "failed": tally.failed,
        },
        "items": {
            "seen": tally.seen + seeding.seen,
            "new": tally.new + seeding.new,
            "updated": tally.updated + seeding.updated,
        },
        "articles": result.articles,
        "published": {
            "feeds": result.published.feeds,
            "files_changed": result.published.files_changed,
        },
        "failures": failures,
        "seconds": round(seconds, 3),
    }


def _table(summary) -> str:
    sources, items, published = summary["sources"], summary["items"], summary["published"]
    rows = [
        ("sources", f"{sources['checked']} visited: {sources['fetched']} fetched, "
                    f"{sources['not_modified']} not modified, {sources['failed']} failed"),
        ("items", f"{items['seen']} seen: {items['new']} new, {items['updated']} updated"),
        ("articles", f"{summary['articles']} in the store"),
        ("published", f"{published['feeds']} feeds, {published['files_changed']} files changed"),
        ("time", f"{summary['seconds']:.1f} s"),
    ]  # fmt: skip
    lines = [f"{name:10} {text}" for name, text in rows]
    lines += [f"{'failed':10} {f['source']}: {f['error']}" for f in summary["failures"]]
    return "\n".join(lines)
