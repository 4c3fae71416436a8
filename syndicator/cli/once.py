"""``syndicator once``: the whole chain one time, for cron."""

import asyncio
import sys
import time
from pathlib import Path

import click

from syndicator.cli.root import (
    CONFIG,
    JSON,
    clock,
    idle_told,
    left_told,
    main,
    opened,
    print_json,
)
from syndicator.pipeline.context import Context
from syndicator.pipeline.once import OnceReport, run_once
from syndicator.store import only_one


@main.command()
@CONFIG
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Visit every source, due or not, but none that was stopped.",
)
@JSON
def once(directory: Path, *, everything: bool, as_json: bool) -> None:
    """Visit what is due, publish, print a summary, exit.

    Exit code 0: all well; 1: some source, seed or output failed; 2: broken configuration.
    """
    began = time.perf_counter()
    with opened(directory, create=True) as ctx, only_one(ctx.engine):
        result = asyncio.run(_run(ctx, everything=everything))
        notes = (*idle_told(ctx, directory), *left_told(ctx))
    seconds = time.perf_counter() - began
    if as_json:
        print_json(summarise(result, seconds))
    else:
        click.echo(_table(result, seconds))
        if result.tally.failures:
            click.echo("`syndicator sources --failing` says what to do", err=True)
    for line in (*result.seeding.warnings, *notes):
        click.echo(f"note: {line}", err=True)
    sys.exit(1 if failures_of(result) else 0)


async def _run(ctx: Context, *, everything: bool) -> OnceReport:
    bar = click.progressbar(
        length=0, label="Sources", file=sys.stderr, hidden=not sys.stderr.isatty()
    )

    def begun(count: int) -> None:
        bar.length = count

    with bar:
        return await run_once(
            ctx, clock, everything=everything, begun=begun, stepped=lambda _: bar.update(1)
        )


def failures_of(result: OnceReport) -> list[dict[str, str]]:
    """Return what failed: sources, seeds, outputs; each with its error."""
    named = [
        *result.tally.failures,
        *(("seeds", mistake) for mistake in result.seeding.mistakes),
        *(("publish", problem) for problem in result.published.problems),
    ]
    return [{"source": source, "error": error} for source, error in named]


def summarise(result: OnceReport, seconds: float) -> dict[str, object]:
    """Return the summary that ``--json`` prints."""
    tally, seeding = result.tally, result.seeding
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
        "failures": failures_of(result),
        "seconds": round(seconds, 3),
    }


def _table(result: OnceReport, seconds: float) -> str:
    tally, seeding = result.tally, result.seeding
    visited = (
        f"{tally.checked} visited: {tally.fetched} fetched,"
        f" {tally.not_modified} not modified, {tally.failed} failed"
    )
    items = (
        f"{tally.seen + seeding.seen} seen: {tally.new + seeding.new} new,"
        f" {tally.updated + seeding.updated} updated"
    )
    published = result.published
    rows = [
        ("sources", visited),
        ("items", items),
        ("articles", f"{result.articles} in the store"),
        ("published", f"{published.feeds} feeds, {published.files_changed} files changed"),
        ("time", f"{seconds:.1f} s"),
        *(("failed", f"{f['source']}: {f['error']}") for f in failures_of(result)),
    ]
    return "\n".join(f"{name:10} {text}" for name, text in rows)
