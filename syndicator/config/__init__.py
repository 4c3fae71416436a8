"""From the operator's YAML to a configuration in which nothing can be wrong.  Edge.

Every ``*.yaml`` of a directory is read and merged (tree), references to the environment
and to files are followed (references), all is validated into the dataclasses of the
model (validate) and its parts are checked against each other (check, rules, values).
All mistakes are told at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from syndicator.config.check import check
from syndicator.config.mistakes import told
from syndicator.config.rules import MAIN
from syndicator.config.schema import config_schema
from syndicator.config.show import MASK, effective_yaml, without_secret_values
from syndicator.config.tree import Tree, read_tree, select
from syndicator.config.validate import validate
from syndicator.errors import ConfigError
from syndicator.model.settings import Config, Output, Source
from syndicator.rights.builtin import with_shipped_names

__all__ = ["config_schema", "effective_yaml", "load_config", "places_of"]


def load_config(directory: Path, environ: Mapping[str, str], today: date = date.max) -> Config:
    """Return the configuration that the YAML files in *directory* make up.

    Args:
        directory: every ``*.yaml`` and ``*.yml`` in it counts, in the order of the names;
            hidden files do not.
        environ: what ``${NAME}`` stands for.
        today: in UTC; what is said to have been done later is a mistake.

    Raises:
        ConfigError: with all mistakes, each with file, line, key and what would be right.
    """
    tree = read_tree(directory, environ)
    unread = tuple(tree.mistakes)
    if unread and not tree.values:
        raise ConfigError(told(unread))  # what else is missing would only distract
    _keep_private(tree)
    config = validate(tree)
    check(tree, today)
    if unread:
        # A section that stands nowhere may stand in the file that could not be read.
        tree.mistakes = [m for m in tree.mistakes if m in unread or m.place.line is not None]
    if tree.mistakes or config is None:
        raise ConfigError(told(tree.mistakes))
    outputs = config.outputs or (Output(id=MAIN),)
    contact = config.rights.house_contact or config.site.contact
    return replace(
        config,
        sources=tuple(_with_key_private(source) for source in config.sources),
        policies={key: with_shipped_names(policy) for key, policy in config.policies.items()},
        outputs=tuple(o if o.contact else replace(o, contact=contact) for o in outputs),
    )


def places_of(directory: Path, environ: Mapping[str, str], section: str) -> tuple[str, ...]:
    """Return file, line and key of each entry of a *section* that is a list."""
    tree = read_tree(directory, environ)
    entries = [path for path, _ in select(tree.values, f"{section}.*")]
    return tuple(
        f"{tree.place(path)}: {'.'.join(map(str, tree.place(path).key))}" for path in entries
    )


def _keep_private(tree: Tree) -> None:
    """Note that the address of a source is private where a reference is part of it."""
    sources = tree.values.get("sources")
    for path in tree.written:
        match path:
            case ("sources", int(number), "feed") if isinstance(sources, list):
                source = sources[number]
                if isinstance(source, dict):
                    source.setdefault("private", True)


def _with_key_private(source: Source) -> Source:
    private = source.private or MASK in without_secret_values(source.feed)
    return replace(source, private=private)
