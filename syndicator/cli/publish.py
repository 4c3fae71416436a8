"""``syndicator publish``."""

import sys
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, clock, main, opened
from syndicator.pipeline.output import publish
from syndicator.pipeline.seeding import sync_seeds
from syndicator.store import only_one


@main.command(name="publish")
@CONFIG
def publish_command(directory: Path) -> None:
    """Regenerate the output from the store and the seeds, without visiting any source."""
    with opened(directory) as ctx, only_one(ctx.engine):
        seeding = sync_seeds(ctx, clock())
        report = publish(ctx, clock())
    click.echo(f"{report.feeds} feeds, {report.files_changed} files changed")
    for problem in (*seeding.mistakes, *report.problems):
        click.echo(problem, err=True)
    sys.exit(1 if seeding.mistakes or report.problems else 0)
