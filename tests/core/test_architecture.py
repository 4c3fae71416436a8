"""The house stays the house: sizes, and documents that mention what there is."""

import ast
from dataclasses import fields
from pathlib import Path

import click
import pytest

from syndicator.cli import main
from syndicator.model import settings

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
