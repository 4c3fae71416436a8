"""The command group, and what every command opens first."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from syndicator import __version__, logs
from syndicator.config import effective_yaml, load_config, places_of
from syndicator.errors import ConfigError, SyndicatorError, sole_cause
from syndicator.model.settings import Config
from syndicator.pipeline.context import Context, config_digest, make_context
from syndicator.pipeline.overrides import idle_overrides, told
from syndicator.pipeline.ownership import left_behind
from syndicator.store import Store, open_engine, reading

CONFIG = click.option(
    "--config",
    "directory",
    type=click.Path(path_type=Path),
    default=Path("config"),
    envvar="SYNDICATOR_CONFIG",
    show_default=True,
    show_envvar=True,
    help="Directory of the YAML files.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class Commands(click.Group):
    """A group whose expected errors are a plain line on standard error, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; exit with 2 for a broken configuration, 1 for other errors."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for mistake in error.mistakes:
                click.echo(mistake, err=True)
            count = len(error.mistakes)
            # Only what would have changed something needs to say that it did not.
            reads_only = ctx.invoked_subcommand in {"check", "rights"}
            so = "." if reads_only else "; nothing was changed."
            click.echo(f"{count} mistake{'s' * (count != 1)}{so}", err=True)
            sys.exit(2)
        except (SyndicatorError, ExceptionGroup) as error:
            problem = sole_cause(error)
            if not isinstance(problem, SyndicatorError):
                raise
            click.echo(f"syndicator: {problem}", err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="syndicator")
@click.option("-q", "--quiet", is_flag=True, help="Log errors only.")
def main(*, quiet: bool) -> None:
    """Ingest feeds, republish them as their publishers permit, and say why."""
    logs.set_up(level=40 if quiet else 20)


def print_json(document: object) -> None:
    """Print *document*, plain values only, as every command with ``--json`` does."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def clock() -> datetime:
    """Return the time; ``SOURCE_DATE_EPOCH`` fixes it for reproducible output."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)


def read_config(directory: Path) -> Config:
    """Return the configuration in *directory*."""
    return load_config(directory, os.environ, clock().date())


@contextmanager
def opened(directory: Path, *, create: bool = False) -> Iterator[Context]:
    """Yield the context of the configuration in *directory*; its store is closed at the end.

    Only what fills a store may *create* one: any other command that finds none was started
    in the wrong directory, and an empty answer would hide that.
    """
    config = read_config(directory)
    engine = open_engine(config.database.url, create=create)
    try:
        yield context_of(config, engine)
    finally:
        engine.dispose()


def idle_told(ctx: Context, directory: Path) -> list[str]:
    """Return a sentence for each override in *directory* that no article answers to."""
    with reading(ctx.engine) as tx:
        idle = idle_overrides(ctx, tx)
    return told(idle, places_of(directory, os.environ, "overrides")) if idle else []


def left_told(ctx: Context) -> list[str]:
    """Return a sentence for each directory that the store left with files in it."""
    with reading(ctx.engine) as tx:
        return left_behind(ctx, tx)


def context_of(config: Config, engine: Store) -> Context:
    """Return the context for *config* on an open store."""
    return make_context(config, engine, digest=config_digest(effective_yaml(config)))


def reloader(directory: Path) -> Callable[[Context], Context]:
    """Return the function that reads *directory* again for a running daemon."""

    def reload(before: Context) -> Context:
        config = read_config(directory)
        fixed = [
            f"{name}: cannot change while the daemon runs; restart it"
            for name in ("database", "serve", "publish")
            if getattr(config, name) != getattr(before.config, name)
        ]
        if fixed:
            raise ConfigError(fixed)
        return context_of(config, before.engine)

    return reload
