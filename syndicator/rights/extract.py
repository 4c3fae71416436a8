"""Which lines an article has, and what each of them says.  Pure.

Markup is reduced to lines of text that remember their links; the patterns of
``extract.yaml`` run on those.  RE2 keeps the time linear in the text, whatever the text
is, and a line is read at most 500 characters deep from either end (rights.md 4).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from typing import Literal, Protocol, cast

import lxml.html
import re2
import yaml
from lxml import etree

MAX_LINE = 500
"""Characters of a line that are read at its beginning, and as many at its end."""

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
"""Elements that begin and end a line."""

_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "math", "figcaption"})
"""Not the article's own words; a caption credits a picture, not the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLink:
    """A link inside a line: the words from *start* to *end* and where they lead."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an article as people see it."""

    text: str
    links: tuple[LineLink, ...] = ()

    def link_at(self, start: int, end: int) -> LineLink | None:
        """Return the first link that shares a character with the span, if there is one."""
        return next((x for x in self.links if x.start < end and x.end > start), None)


class Found(Protocol):
    """A match of a pattern."""

    def group(self, group: str | int = 0) -> str | None:
        """Return the text of *group*."""

    def span(self, group: int = 0) -> tuple[int, int]:
        """Return where *group* stands."""


class Pattern(Protocol):
    """A compiled RE2 expression."""

    @property
    def groupindex(self) -> Mapping[str, int]:
        """Numbers of the named groups."""

    def search(self, text: str) -> Found | None:
        """Return the first match in *text*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One pattern of ``extract.yaml``."""

    id: str
    fact: str
    within: Literal["head", "tail", "ends"]
    linked: float
    plain: float
    needs: tuple[str, ...]
    """Lower-case words of which a line must have one: a cheap look before the pattern."""
    pattern: Pattern

    def span_of_name(self, match: Found) -> tuple[int, int]:
        """Return where the party's name stands in *match*."""
        return match.span(self.pattern.groupindex["name"])


def compile_pattern(pattern: str) -> Pattern:
    """Return *pattern* compiled by RE2, case ignored."""
    options = re2.Options()
    options.case_sensitive = False
    # A hostile text may use up the automaton's memory: RE2 then takes a slower, still linear
    # way, and must not write a line about it for every line of the text.
    options.log_errors = False
    return cast(Pattern, re2.compile(pattern, options))


def load_rules(document: Mapping[str, object]) -> tuple[Rule, ...]:
    """Return the rules of a document in the form of ``extract.yaml``.

    Raises:
        ValueError: a rule lacks a key or its pattern is no RE2 expression.
    """
    return tuple(_rule(x, document) for x in cast(list[Mapping[str, str]], document["rules"]))


def load_patterns(document: Mapping[str, object], key: str) -> tuple[Pattern, ...]:
    """Return the patterns listed under *key* of such a document."""
    listed = cast(list[str], document[key])
    return tuple(compile_pattern(_filled(pattern, document)) for pattern in listed)


def _filled(pattern: str, document: Mapping[str, object]) -> str:
    for key, fragment in cast(Mapping[str, str], document["fragments"]).items():
        pattern = pattern.replace("{" + key + "}", fragment)
    return pattern


def _rule(entry: Mapping[str, str], document: Mapping[str, object]) -> Rule:
    try:
        return Rule(
            id=entry["id"],
            fact=entry["fact"],
            within=cast(Literal["head", "tail", "ends"], entry["within"]),
            linked=float(entry["linked"]),
            plain=float(entry["plain"]),
            needs=tuple(entry["needs"].split("|")),
            pattern=compile_pattern(_filled(entry["pattern"], document)),
        )
    except (KeyError, re2.error) as mistake:
        raise ValueError(f"extraction rule {entry.get('id')}: {mistake!r}") from mistake


_DOCUMENT = yaml.safe_load(files("syndicator.rights").joinpath("extract.yaml").read_text("utf-8"))

RULES = load_rules(_DOCUMENT)
"""The shipped rules, in the order in which they are tried."""

NOTICE_STARTS = load_patterns(_DOCUMENT, "notice_starts")
"""From such a line on nothing belongs to the work."""

FURNITURE = load_patterns(_DOCUMENT, "furniture")
"""Single lines that invite, count or advertise."""


def lines_of(html: str) -> tuple[Line, ...]:
    """Return the lines of *html* (or of plain text) in order; empty ones left out."""
    if "<" not in html:
        return tuple(
            Line(text=" ".join(unescape(x).split())) for x in html.splitlines() if x.strip()
        )
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (etree.ParserError, ValueError):
        return ()
    collector = _Collector()
    collector.read(root)
    collector.end()
    return tuple(collector.lines)


def readable_parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, part) of *text*: all of a short line, both ends of a long one."""
    yield 0, text[:MAX_LINE]
    if len(text) > MAX_LINE:
        start = max(MAX_LINE, len(text) - MAX_LINE)
        yield start, text[start:]


class _Collector:
    """Builds lines while walking a document, without recursion: nesting may be deep."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._text = ""
        self._parts: list[str] = []
        self._length = 0
        self._links: list[LineLink] = []
        self._open: list[tuple[int, str]] = []

    def read(self, root: lxml.html.HtmlElement) -> None:
        skipped: lxml.html.HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._add(element.tail)
                continue
            if event == "start" and element.tag in _UNREAD:
                skipped = element
            elif event == "start":
                self._start(element)
            else:
                self._end(element, event)

    def end(self) -> None:
        """Close the current line."""
        text = "".join(self._parts).rstrip()
        if text:
            links = tuple(x for x in self._links if x.end > x.start)
            self.lines.append(Line(text=text, links=links))
        self._parts, self._links, self._length = [], [], 0
        self._open = [(0, href) for _, href in self._open]

    def _start(self, element: lxml.html.HtmlElement) -> None:
        if element.tag in BLOCKS:
            self.end()
        if element.tag == "a":
            self._open.append((self._length, element.get("href") or ""))
        self._add(element.text)

    def _end(self, element: lxml.html.HtmlElement, event: str) -> None:
        if event == "end" and element.tag == "a" and self._open:
            start, href = self._open.pop()
            self._links.append(LineLink(start=start, end=self._length, href=href.strip()))
        if event == "end" and element.tag in BLOCKS:
            self.end()
        self._add(element.tail)

    def _add(self, text: str | None) -> None:
        # Source text breaks lines where it likes; only markup makes a line.
        words = (text or "").split()
        if not words:
            gap = bool(text) and bool(self._parts)
            if gap and not self._parts[-1].endswith(" "):
                self._push(" ")
            return
        before = text is not None and text[0].isspace() and bool(self._parts)
        lead = " " if before and not self._parts[-1].endswith(" ") else ""
        trail = " " if text is not None and text[-1].isspace() else ""
        self._push(lead + " ".join(words) + trail)

    def _push(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
