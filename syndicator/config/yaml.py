"""What one YAML file says, with the line of every key and value.  Edge (reads files).

YAML 1.2's plain words: ``true`` and ``false`` are the only truth values, dates stay text
until a field asks for a date.  What readers of YAML disagree on (``yes``, ``on``, merge
keys, tags) is refused instead of guessed.  Anchors and aliases work; nesting is limited
here and the number of values in the tree, so that no file can exhaust the memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from syndicator.config.mistakes import Mistake, Place

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
DEEPEST = 20
"""Levels of nesting; the configuration itself needs eight."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DISPUTED = frozenset({"yes", "no", "on", "off"})
_TAB = re.compile(r" *\t")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]{0,17})")
_NUMBER = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})([eE][-+]?[0-9]{1,2})?")
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; *problem* says why it cannot be read without doubt."""

    line: int
    value: str | int | float | bool | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file; keys may repeat."""

    line: int
    pairs: tuple[tuple["Node", "Node"], ...]


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """The text is YAML that this reader does not take."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def read_yaml(path: Path) -> Node | Mistake | None:
    """Return what the file at *path* says, none if it is empty, or why it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Mistake(Place(str(path), None), f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        octet = error.object[error.start]
        problem = f"is not UTF-8 (octet 0x{octet:02X}): save the file as UTF-8"
        return Mistake(Place(str(path), line), problem)
    try:
        return _document(text)
    except _Refused as refused:
        return Mistake(Place(str(path), refused.line), refused.problem)
    except yaml.YAMLError as error:
        return _syntax(str(path), text, error)


def _document(text: str) -> Node | None:
    events = (event for event in yaml.parse(text, Loader=LOADER) if _carries(event))
    anchors: dict[str, Node] = {}
    root: Node | None = None
    for event in events:
        if root is not None:
            raise _Refused(_line(event), "a second document begins: put it in a file of its own")
        root = _node(event, events, anchors, DEEPEST)
    return root


def _carries(event: Event) -> bool:
    # Only these say something; the start and end of stream and document do not.
    kinds = (ScalarEvent, AliasEvent, SequenceStartEvent, SequenceEndEvent)
    return isinstance(event, (*kinds, MappingStartEvent, MappingEndEvent))


def _node(event: Event, events: Iterator[Event], anchors: dict[str, Node], room: int) -> Node:
    line = _line(event)
    if room <= 0:
        raise _Refused(line, f"is nested more than {DEEPEST} levels deep")
    node: Node
    match event:
        case AliasEvent():
            if event.anchor not in anchors:
                raise _Refused(line, f"alias *{event.anchor} stands before its anchor is complete")
            return anchors[event.anchor]
        case ScalarEvent():
            node = _scalar(event)
        case SequenceStartEvent() | MappingStartEvent():
            node = _collection(event, events, anchors, room - 1)
        case _:
            raise _Refused(line, "is not valid YAML")
    if event.anchor:
        anchors[event.anchor] = node
    return node


def _collection(
    event: SequenceStartEvent | MappingStartEvent,
    events: Iterator[Event],
    anchors: dict[str, Node],
    room: int,
) -> Node:
    line = _line(event)
    if event.tag and event.tag != "!":
        raise _Refused(line, f"tag {event.tag} is not understood here: leave it out")
    children = []
    for inner in events:
        if isinstance(inner, (SequenceEndEvent, MappingEndEvent)):
            break
        children.append(_node(inner, events, anchors, room))
    if isinstance(event, SequenceStartEvent):
        return Sequence(line, tuple(children))
    return Mapping(line, tuple(zip(children[::2], children[1::2], strict=True)))


def _scalar(event: ScalarEvent) -> Scalar:
    line, text = _line(event), event.value
    if event.tag not in {None, _TEXT_TAG, "!"}:
        return Scalar(line, text, f"tag {event.tag} is not understood here: leave it out")
    if event.tag or event.style:  # a plain scalar has none, or an empty one
        return Scalar(line, text)
    return _plain(line, text)


def _plain(line: int, text: str) -> Scalar:
    if text in _NULL:
        return Scalar(line, None)
    if text in _TRUTH:
        return Scalar(line, _TRUTH[text])
    if text.casefold() in _DISPUTED:
        problem = f'"{text}" is read as text by some and as true or false by others'
        return Scalar(line, text, f'{problem}: write true or false, or "{text}" in quotes')
    if _INTEGER.fullmatch(text):
        return Scalar(line, int(text.replace("_", "")))
    return Scalar(line, float(text) if _NUMBER.fullmatch(text) else text)


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Mistake:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        context = f" ({error.context})" if error.context else ""
        problem = f"is not valid YAML: {error.problem or 'unreadable'}{context}"
        if mark and _TAB.match("".join(text.split("\n")[mark.line : mark.line + 1])):
            problem = "is not valid YAML: it is indented with a tab; use spaces"
        return Mistake(Place(file, mark.line + 1 if mark else None), problem)
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Mistake(Place(file, line), "is not valid YAML: it contains a control character")
    return Mistake(Place(file, None), f"is not valid YAML: {error}")
