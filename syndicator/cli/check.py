"""``syndicator check`` and ``syndicator config schema``."""

from pathlib import Path

import click

from syndicator.cli.root import CONFIG, main, print_json, read_config
from syndicator.config import config_schema, effective_yaml


@main.command()
@CONFIG
def check(directory: Path) -> None:
    """Validate the configuration and print what is in force, secrets masked."""
    click.echo(effective_yaml(read_config(directory)), nl=False)


@main.group()
def config() -> None:
    """About the configuration's own form."""


@config.command()
def schema() -> None:
    """Print the JSON Schema of the YAML files, for editors."""
    print_json(config_schema())
