"""``syndicator publish``."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, left_told, main, opened, print_json
from syndicator.pipeline.output import preview, publish
from syndicator.pipeline.ownership import require_own
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
            require_own(ctx)
            changes = preview(ctx, clock())
        _tell([asdict(change) for change in changes], as_json=as_json)
        return
    with opened(directory) as ctx, only_one(ctx.engine):
        seeding = sync_seeds(ctx, clock())
        report = publish(ctx, clock(), everything=True)
        left = left_told(ctx)
    if as_json:
        print_json(asdict(report))
    else:
        click.echo(f"{report.feeds} feeds, {report.files_changed} files changed")
    for problem in (*seeding.mistakes, *report.problems):
        click.echo(problem, err=True)
    for line in left:
        click.echo(f"note: {line}", err=True)
    sys.exit(1 if seeding.mistakes or report.problems else 0)


def _tell(changes: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        print_json(changes)
        return
    for change in changes:
        forms = f"{change['before'] or 'new'} -> {change['after']}"
        click.echo(f"{change['output']}  {forms}  {change['title']}  [{change['why']}]")
    click.echo(f"{len(changes)} form changes; nothing was written")
