"""Does the tree fit the dataclasses of the model, and if not, what would?  Edge.

The dataclasses are the schema: pydantic validates strictly into them (text is not a
number, a number is not text), durations and dates in ISO 8601 only.  Its findings are
retold with the key's place and with what would be right.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from syndicator.config.descriptions import descriptions
from syndicator.config.mistakes import KeyPath, Value, did_you_mean, listed, nearest
from syndicator.config.rules import RENAMED
from syndicator.config.tree import Tree
from syndicator.config.values import is_mail, moment_of
from syndicator.model.settings import Config

BY_ID = ("publishers", "policies")

_YAML_NAMES = {python: written for written, python in RENAMED.items()}

_CONTACTS = frozenset({"contact", "house_contact", "usage", "takedown"})

_HABITS = {
    "every": "interval",
    "refresh": "interval",
    "frequency": "interval",
    "ttl": "interval",
    "url": "feed",
    "href": "feed",
    "xml_url": "feed",
    "name": "title",
    "tags": "themes",
    "categories": "themes",
    "topics": "themes",
    "disabled": "paused",
    "license": "policy",
    "licence": "policy",
    "keywords": "any",
    "starts": "from",
    "ends": "until",
    "end": "until",
    "dir": "directory",
    "path": "directory",
    "max_entries": "limit",
    "base": "base_url",
}
"""Words that other programs use for a key of ours."""

_DURATION = re.compile(
    r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)")
_SHORTHAND = re.compile(r"(\d+)\s*([smhdw])[a-z]*")

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "dataclass_type": "a mapping",
}


@cache
def _adapter() -> TypeAdapter[Config]:
    return TypeAdapter(Config)


def validate(tree: Tree) -> Config | None:
    """Return the configuration that *tree* says; report what does not fit and return none."""
    before = len(tree.mistakes)
    shaped = _shaped(tree)
    for path, problem in _forms(Config, shaped, ()):
        tree.report(_as_written(path), problem)
    try:
        config = _adapter().validate_json(json.dumps(shaped), strict=True)
    except ValidationError as error:
        _retell(tree, error.errors(include_url=False))
        return None
    return config if len(tree.mistakes) == before else None


def type_at(path: KeyPath) -> object:
    """Return the type of the value at *path*."""
    hint: object = Config
    for part in path:
        hint = _inner(hint, part)
    return hint


def keys_at(path: KeyPath) -> frozenset[str]:
    """Return the YAML keys that may stand in the mapping at *path*; none if any may."""
    hint = type_at(path)
    if not (isinstance(hint, type) and is_dataclass(hint)):
        return frozenset()
    names = {name for name in get_type_hints(hint) if not name.startswith("__")}
    if len(path) == 2 and path[0] in BY_ID:
        names.discard("id")
    if path[:1] == ("grants",):
        names = {_YAML_NAMES.get(name, name) for name in names}
    return frozenset(names)


def required_at(path: KeyPath) -> frozenset[str]:
    """Return the YAML keys that must stand in the mapping at *path*."""
    hint = type_at(path)
    if not (isinstance(hint, type) and is_dataclass(hint)):
        return frozenset()
    without = {f.name for f in fields(hint) if f.default is f.default_factory is MISSING}
    return frozenset(without & keys_at(path))


def _inner(hint: object, part: str | int) -> object:
    """Return the type of what stands at *part* in a value of type *hint*."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _plain_type(get_type_hints(hint).get(RENAMED.get(str(part), str(part))))
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return _plain_type(arguments[0])
    return _plain_type(arguments[1]) if len(arguments) == 2 else None


def _plain_type(hint: object) -> object:
    """Return the one type of an optional one; other unions stay as they are."""
    if get_origin(hint) in {Union, UnionType}:
        some = [argument for argument in get_args(hint) if argument is not type(None)]
        return some[0] if len(some) == 1 else hint
    return hint


def _shaped(tree: Tree) -> dict[str, Value]:
    """Return the values with ids inside their mappings and Python's names for the keys."""
    shaped = dict(tree.values)
    for name in BY_ID:
        section = shaped.get(name)
        if isinstance(section, dict):
            shaped[name] = {key: _with_id(tree, (name, key), v) for key, v in section.items()}
    grants = shaped.get("grants")
    if isinstance(grants, list):
        shaped["grants"] = [_renamed(tree, ("grants", n), v) for n, v in enumerate(grants)]
    return {key: _with_mailto(value) for key, value in shaped.items()}


def _with_mailto(value: Value) -> Value:
    """Return *value* with the mail addresses of contacts as addresses that a link can have."""
    if isinstance(value, list):
        return [_with_mailto(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"mailto:{inner}"
        if key in _CONTACTS and isinstance(inner, str) and is_mail(inner)
        else _with_mailto(inner)
        for key, inner in value.items()
    }


def _with_id(tree: Tree, path: KeyPath, value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    if "id" in value:
        tree.report((*path, "id"), "unknown key; the id is the key of the mapping")
    return {**value, "id": str(path[-1])}


def _renamed(tree: Tree, path: KeyPath, value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    for python, written in _YAML_NAMES.items():
        if python in value:
            tree.report((*path, python), f'unknown key; did you mean "{written}"?')
    return {RENAMED.get(key, key): inner for key, inner in value.items() if key not in _YAML_NAMES}


def _as_written(path: KeyPath) -> KeyPath:
    if path[:1] == ("grants",) and len(path) > 2:
        return (*path[:2], _YAML_NAMES.get(str(path[2]), path[2]), *path[3:])
    return path


def _forms(hint: object, value: Value, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the durations, dates and instants that are not written as ISO 8601 says."""
    hint = _plain_type(hint)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _forms(_inner(hint, key), inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _forms(_inner(hint, number), inner, (*path, number))
    elif value is not None and (problem := _form_problem(hint, value)):
        yield path, problem


def _form_problem(hint: object, value: Value) -> str | None:
    kinds = set(get_args(hint)) or {hint}
    if timedelta in kinds:
        return _duration_problem(value)
    if not kinds & {date, datetime}:
        return None
    text = value if isinstance(value, str) else ""
    if (datetime in kinds and _INSTANT.fullmatch(text)) or (
        date in kinds and _DATE.fullmatch(text)
    ):
        there = moment_of(text) is not None
        return None if there else f"is no day of the calendar: {text}"
    if any(text in get_args(kind) for kind in kinds):
        return None
    right = [
        "a date such as 2026-11-23" if date in kinds else "",
        "an instant with its zone such as 2026-11-23T06:00:00Z" if datetime in kinds else "",
        *(f'"{word}"' for kind in kinds for word in get_args(kind)),
    ]
    return f"must be {' or '.join(filter(None, right))}"


def _duration_problem(value: Value) -> str | None:
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return None
    right = "must be an ISO 8601 duration such as PT30S, PT15M, PT1H or P2D"
    meant = _SHORTHAND.fullmatch(str(value).casefold())
    if not meant:
        return right
    number, unit = meant.groups()
    written = f"P{number}{unit.upper()}" if unit in "dw" else f"PT{number}{unit.upper()}"
    return f'{right}; did you mean "{written}"?'


def _retell(tree: Tree, errors: list[ErrorDetails]) -> None:
    grouped: dict[KeyPath, list[ErrorDetails]] = {}
    for error in errors:
        path = _as_written(_known_part(tree, error))
        if path[-1:] != ("id",) or path[0] not in BY_ID:
            grouped.setdefault(path, []).append(error)
    for path, found in grouped.items():
        tree.report(path, _problem(tree, path, found))


def _known_part(tree: Tree, error: ErrorDetails) -> KeyPath:
    """Return the location without the parts that name a branch of a union."""
    location = error["loc"]
    if error["type"] == "missing":
        return location
    length = len(location)
    while length and _as_written(location[:length]) not in tree.places:
        length -= 1
    return location[:length]


def _problem(tree: Tree, path: KeyPath, errors: list[ErrorDetails]) -> str:
    first = errors[0]
    if first["type"] == "missing":
        return _missing(path)
    if first["type"] == "unexpected_keyword_argument":
        return _unknown_key(path)
    value = _value_at(tree, path)
    shown = tree.shown(path, value)
    if any(error["type"] == "value_error" for error in errors):
        return _network_problem(shown, value)
    wanted = " or ".join(dict.fromkeys(_expected(error) for error in errors))
    return f"must be {wanted}, not {shown}{_remedy(first, value, shown)}"


def _missing(path: KeyPath) -> str:
    owner = getattr(type_at(path[:-1]), "__name__", "")
    name = str(path[-1])
    meaning = descriptions().get(owner, {}).get(RENAMED.get(name, name), "")
    if is_dataclass(type_at(path)):
        meaning = f"give {listed(required_at(path))}"
    return f"is missing: {meaning or 'add it'}"


def _expected(error: ErrorDetails) -> str:
    if error["type"] == "literal_error":
        return str(error.get("ctx", {}).get("expected", "")).replace("'", '"')
    return _EXPECTED.get(error["type"], error["msg"].removeprefix("Input should be "))


def _remedy(error: ErrorDetails, value: Value, shown: str) -> str:
    kind = error["type"]
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        return ": put it in quotes"
    if kind in {"int_type", "float_type"} and isinstance(value, str):
        return ": write it in digits, without quotes" if value.isdigit() else ""
    if kind == "tuple_type" and isinstance(value, (str, int, float)):
        return f": put it in brackets, [{shown}]"
    if kind == "literal_error" and isinstance(value, str):
        known = re.findall("'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        near = nearest(value, known)
        return f'; did you mean "{near}"?' if near else ""
    return ""


def _unknown_key(path: KeyPath) -> str:
    word, known = str(path[-1]), keys_at(path[:-1])
    habits = {habit: key for habit, key in _HABITS.items() if key in known}
    near = nearest(word, [*known, *habits])
    if near is not None and near not in known:
        return f'unknown key; did you mean "{habits[near]}"?'
    return f"unknown key; {did_you_mean(word, known, f'known keys: {listed(known, 30)}')}"


def _network_problem(shown: str, value: Value) -> str:
    right = f"must be an address range such as 127.0.0.0/8, not {shown}"
    try:
        meant = ip_network(str(value), strict=False)
    except ValueError:
        return right
    return f'{right}; did you mean "{meant}"?'


def _value_at(tree: Tree, path: KeyPath) -> Value:
    value: Value = tree.values
    for part in path:
        if isinstance(value, list) and isinstance(part, int):
            value = value[part]
        elif isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
    return value
