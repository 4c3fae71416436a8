"""What the commands that change what is published have in common."""

import getpass
import os
from datetime import UTC, datetime

import click

from syndicator.cli.root import clock, left_told
from syndicator.errors import StoreError
from syndicator.pipeline.context import Context
from syndicator.pipeline.output import publish
from syndicator.store import only_one


def login_name() -> str:
    """Return who is logged in; in a container, where nobody is, the number of the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


BY = click.option(
    "--by",
    default=login_name,
    envvar="SYNDICATOR_ACTOR",
    show_default="login name",
    show_envvar=True,
    help="Who did it.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")


def bring_out(ctx: Context) -> None:
    """Publish now, or say that the running daemon will."""
    try:
        with only_one(ctx.engine):
            report = publish(ctx, clock())
    except StoreError:
        wait = int(ctx.config.publish.interval.total_seconds())
        click.echo(f"The running daemon publishes it within {wait} s.")
        return
    click.echo(f"Published: {report.files_changed} files changed.")
    for problem in report.problems:
        click.echo(problem, err=True)
    for line in left_told(ctx):
        click.echo(f"note: {line}", err=True)


def moment(_: click.Context, __: click.Parameter, stated: str | None) -> datetime | None:
    """Read the date or time of an option, in UTC where it names no zone: an option's callback.

    Raises:
        click.BadParameter: it is neither.
    """
    if stated is None:
        return None
    try:
        found = datetime.fromisoformat(stated)
    except ValueError as error:
        raise click.BadParameter(f"{stated!r} is no date such as 2026-11-24") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
