"""``syndicator publish``."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.pipeline.output import preview, publish
from syndicator.pipeline.seeding import sync_seeds
from syndicator.store import only_one


@main.command(name="publish")
@CONFIG
@click.option(
    "--dry-run", is_flag=True, help="List whose form would change, and why; write nothing."
)
@JSON
def publish_command(directory: Path, *, dry_run: bool, as_json: bool) -> None:
    """Regenerate the output from the store and the seeds, without visiting any source."""
    if dry_run:
        with opened(directory) as ctx:
            moves = preview(ctx, clock())
        _tell([asdict(move) for move in moves], as_json=as_json)
        return
    with opened(directory) as ctx, only_one(ctx.engine):
        seeding = sync_seeds(ctx, clock())
        report = publish(ctx, clock(), everything=True)
    if as_json:
        print_json(asdict(report))
    else:
        click.echo(f"{report.feeds} feeds, {report.files_changed} files changed")
    for problem in (*seeding.mistakes, *report.problems):
        click.echo(problem, err=True)
    sys.exit(1 if seeding.mistakes or report.problems else 0)


def _tell(moves: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        print_json(moves)
        return
    for move in moves:
        change = f"{move['before'] or 'new'} -> {move['after']}"
        click.echo(f"{move['output']}  {change}  {move['title']}  [{move['why']}]")
    click.echo(f"{len(moves)} form changes; nothing was written")
