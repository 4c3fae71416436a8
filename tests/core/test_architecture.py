"""The house stays the house: sizes, and documents that mention what there is."""

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import click
import pytest

from syndicator.cli import main
from syndicator.config.descriptions import descriptions
from syndicator.config.values import DUTIES
from syndicator.model import rights, settings

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "syndicator").rglob("*.py"))
DOCS = "\n".join(
    path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)


def length(function):
    """Lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_has_a_purpose_and_a_bound(path):
    source = path.read_text("utf-8")
    tree = ast.parse(source)

    assert ast.get_docstring(tree), "says no purpose"
    assert source.count("\n") <= 500
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length(node) <= 50, node.name


def commands(group, path=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


@pytest.mark.parametrize(("name", "command"), list(commands(main)), ids=str)
def test_command_has_help_and_is_documented(name, command):
    assert command.help
    assert f"syndicator {name}" in DOCS


SECTIONS = {
    "site": settings.Site,
    "database": settings.Database,
    "publish": settings.Publish,
    "seeds": settings.Seeds,
    "serve": settings.Serve,
    "websub": settings.WebSub,
    "fetch": settings.Fetch,
    "sources": settings.Source,
    "reading_lists": settings.ReadingList,
    "themes": settings.Theme,
    "match": settings.Match,
    "outputs": settings.Output,
}


@pytest.mark.parametrize("name", [f.name for f in fields(settings.Config)])
def test_section_is_documented(name):
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("key", [f"{s}.{f.name}" for s, c in SECTIONS.items() for f in fields(c)])
def test_key_is_documented(key):
    assert f"`{key.split('.')[1]}`" in DOCS or f"`{key}`" in DOCS


REFERENCE = (ROOT / "docs" / "configuration.md").read_text("utf-8")
NESTED = {
    "publishers": (rights.Publisher, rights.Contact),
    "policies": (
        rights.Policy,
        rights.Permission,
        rights.Prohibition,
        rights.When,
        rights.Excludes,
    ),
    "grants": (rights.Grant, rights.Scope),
    "overrides": (rights.Override, rights.OverrideOrigin),
    "rights": (rights.House, rights.Quotation, rights.Disregard),
    "outputs": (settings.Output,),
}
"""Section of the reference -> the classes whose keys are explained there."""
BY_ID = {(rights.Publisher, "id"), (rights.Policy, "id")}
WRITTEN = {"starts": "from"}


def explained(section):
    """Words in code marks in the first cell of the tables of a section, and in its sentences."""
    text = REFERENCE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    words = re.findall(r"`([^`]+)`", text)
    return {part for word in words for part in (word, word.rpartition(".")[2])}


@pytest.mark.parametrize(
    ("section", "owner", "name"),
    [
        pytest.param(section, owner, field.name, id=f"{section}-{owner.__name__}-{field.name}")
        for section, owners in NESTED.items()
        for owner in owners
        for field in fields(owner)
        if (owner, field.name) not in BY_ID
    ],
)
def test_nested_key_of_rights_stands_in_its_section_of_the_reference(section, owner, name):
    assert WRITTEN.get(name, name) in explained(section)
    assert descriptions()[owner.__name__][name], "no description in the schema"


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_duty_stands_in_the_reference(duty):
    assert f"\n| `{duty}` | " in REFERENCE


@pytest.mark.parametrize("owner", [owner for owners in NESTED.values() for owner in owners])
def test_choices_of_a_key_are_all_explained(owner):
    for name, hint in get_type_hints(owner).items():
        for choice in choices(hint):
            shown = str(choice).lower() if isinstance(choice, bool) else choice
            assert f"`{shown}" in REFERENCE, (name, choice)


def choices(hint):
    """Words that a type names, however deep."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for inner in get_args(hint):
            yield from choices(inner)
