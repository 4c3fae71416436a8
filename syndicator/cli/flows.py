"""What the commands that change what is published have in common."""

import getpass
import os
from datetime import UTC, datetime

import click

from syndicator.cli.root import clock
from syndicator.errors import StoreError
from syndicator.pipeline.context import Context, ids_for
from syndicator.pipeline.output import publish
from syndicator.store import only_one, queries, reading


def login_name() -> str:
    """Return who is logged in; in a container, where nobody is, the number of the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


BY = click.option("--by", default=login_name, show_default="login name", help="Who did it.")
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


def one_work(ctx: Context, wanted: str) -> tuple[str, str]:
    """Return our id and the title of the one work that *wanted* names.

    Raises:
        UsageError: it names none, or several.
    """
    with reading(ctx.engine) as tx:
        found = {e.article_id: e.title for e in queries.find(tx, wanted, ids=ids_for(ctx, wanted))}
    if len(found) != 1:
        listed = "".join(f"\n  {i}  {title}" for i, title in found.items())
        raise click.UsageError(
            f"{wanted!r} names {len(found)} articles; say which, by id or address{listed}"
        )
    return next(iter(found.items()))


def known_output(ctx: Context, output: str) -> str:
    """Return *output* where it is configured.

    Raises:
        UsageError: it is not.
    """
    known = [o.id for o in ctx.config.outputs]
    if output not in known:
        raise click.UsageError(f"no output {output!r}; configured are: {', '.join(known)}")
    return output


def moment(text: str | None) -> datetime | None:
    """Return the date or time that an option states, in UTC where it names no zone.

    Raises:
        BadParameter: it is neither.
    """
    if text is None:
        return None
    try:
        stated = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no date like 2026-11-24") from error
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
