"""The YAML at the head of a seeded article, each value with its line.  Pure.

Everything that is wrong is gathered, never only the first; each mistake names the line,
the key, and what would be right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from typing import cast

import yaml

from syndicator.errors import SeedError
from syndicator.markup import one_line
from syndicator.seeds.prose import is_address

FENCE = "---"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the front matter and where it stands."""

    line: int
    value: object
    """A scalar, a tuple of nodes, or a mapping of names to nodes."""


@dataclass(slots=True)
class Reader:
    """Takes typed values out of nodes and keeps what was wrong with them."""

    path: str
    mistakes: list[SeedError] = field(default_factory=list)

    def wrong(self, line: int, problem: str) -> None:
        """Note a mistake on *line* of the file."""
        self.mistakes.append(SeedError(self.path, f"line {line}: {problem}"))

    def mapping(self, node: Node, key: str, known: Iterable[str]) -> Mapping[str, Node]:
        """Return the names of a mapping; those that are not *known* are mistakes."""
        known = sorted(known)
        if not isinstance(node.value, Mapping):
            self.wrong(node.line, f"{key}: write names and values, such as {known[0]}: ...")
            return {}
        for name in node.value:
            if name not in known:
                close = get_close_matches(name, known, n=1)
                advice = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
                prefix = f"{key}.{name}" if key else name
                self.wrong(node.value[name].line, f"{prefix}: unknown key; {advice}")
        return {name: value for name, value in node.value.items() if name in known}

    def text(self, node: Node | None, key: str) -> str | None:
        """Return one non-empty text."""
        if node is None:
            return None
        if isinstance(node.value, str) and (text := one_line(node.value)):
            return text
        if isinstance(node.value, str) or node.value is None:
            self.wrong(node.line, f"{key}: is empty; write a text or leave the key out")
        else:
            self.wrong(node.line, f"{key}: must be a text; put it in quotes")
        return None

    def texts(self, node: Node | None, key: str) -> tuple[str, ...]:
        """Return one text or a list of them."""
        found = (self.text(item, key) for item in self.items(node))
        return tuple(text for text in found if text)

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """Return the members of a list; a single value is a list of one."""
        if node is None:
            return ()
        return node.value if isinstance(node.value, tuple) else (node,)

    def address(self, node: Node | None, key: str) -> str | None:
        """Return one http(s) address."""
        text = self.text(node, key)
        if node is None or text is None:
            return None
        if is_address(text) and " " not in text:
            return text
        self.wrong(
            node.line, f"{key}: must be a complete address, such as https://news.example/one"
        )
        return None

    def flag(self, node: Node | None, key: str) -> bool:
        """Return true or false; absent is false."""
        if node is None:
            return False
        if isinstance(node.value, bool):
            return node.value
        self.wrong(node.line, f"{key}: must be true or false")
        return False

    def instant(self, node: Node | None, key: str) -> datetime | None:
        """Return a point in time, UTC; a day alone is its beginning, no zone means UTC."""
        if node is None:
            return None
        if isinstance(node.value, datetime):
            return _in_utc(node.value)
        if isinstance(node.value, date):
            return datetime.combine(node.value, time(0), UTC)
        self.wrong(
            node.line, f"{key}: must be a date, such as 2026-03-04 or 2026-03-04T09:30:00+01:00"
        )
        return None


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        # The first or last hours of the calendar, seen from another zone.
        return at.replace(tzinfo=UTC)


def split_front(text: str) -> tuple[str, str] | None:
    """Return (front matter, body) of a file; None where it has no closed front matter."""
    if not has_front(text):
        return None
    lines = text.split("\n")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {FENCE, "..."}:
            return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :])
    return None


def has_front(text: str) -> bool:
    """Tell whether a file begins with front matter, closed or not."""
    return text.partition("\n")[0].rstrip() == FENCE


def parse_front(front: str, reader: Reader) -> Node:
    """Return the front matter; what YAML cannot read is a mistake of *reader*."""
    try:
        loader = yaml.SafeLoader(front)
        root = loader.get_single_node()
        return Node(1, {}) if root is None else _Tree(loader, reader).node(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        reader.wrong(_line(mark), f"this is no YAML: {problem}")
    except (yaml.YAMLError, RecursionError) as error:
        reader.wrong(1, f"this is no YAML: {str(error).partition(chr(10))[0]}")
    return Node(1, {})


def _line(mark: yaml.Mark | None) -> int:
    # YAML counts from 0, and the fence stands before its first line.
    return (mark.line if mark else 0) + 2


@dataclass(slots=True)
class _Tree:
    """Turns YAML's nodes into ours."""

    loader: yaml.SafeLoader
    reader: Reader
    seen: set[int] = field(default_factory=set)

    def node(self, node: yaml.Node) -> Node:
        line = _line(node.start_mark)
        # Aliases could make a file of ten lines as large as the memory.
        if id(node) in self.seen:
            self.reader.wrong(line, "anchors and aliases are not read; write the value again")
            return Node(line, None)
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return Node(line, self._mapping(node))
        if isinstance(node, yaml.SequenceNode):
            return Node(line, tuple(self.node(item) for item in node.value))
        return Node(line, self._scalar(cast(yaml.ScalarNode, node)))

    def _scalar(self, node: yaml.ScalarNode) -> object:
        implicit = (node.style is None, True)
        plain = self.loader.resolve(yaml.ScalarNode, node.value, implicit)  # type: ignore[no-untyped-call]
        if plain != node.tag:
            problem = f"tags such as {node.tag} are not read; write the value alone"
            self.reader.wrong(_line(node.start_mark), problem)
            return None
        try:
            return cast(object, self.loader.construct_object(node))
        except ValueError:
            # It has the shape of a date, but is no day of the calendar.
            return node.value

    def _mapping(self, node: yaml.MappingNode) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), _line(key_node.start_mark)
            if key in found:
                self.reader.wrong(line, f"{key}: stands here twice; keep one of them")
                continue
            # A mistake is looked for where the key stands, not where its list begins.
            found[key] = Node(line, self.node(value_node).value)
        return found
