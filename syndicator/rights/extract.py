"""Which lines an article has, and what each of them says.  Pure.

Markup is reduced to lines of text that remember their links; the patterns of
``extract.yaml`` run on those.  RE2 keeps the time linear in the text, whatever the text
is, and a line is read at most 500 characters deep from either end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from importlib.resources import files
from typing import Literal, Protocol, cast

import re2
import yaml
from lxml import etree

from syndicator.patterns import regex_options

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

_LINES = BLOCKS - _UNREAD

_PARSER = etree.HTMLParser()


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
    """An RE2 expression."""

    @property
    def groupindex(self) -> Mapping[str, int]:
        """Numbers of the named groups."""

    @property
    def search(self) -> Callable[[str], Found | None]:
        """Return the first match in a text."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of line that is told by any of several patterns."""

    needs: Pattern
    """Lower-case words of which such a line, and a text that holds one, must have one."""
    pattern: Pattern

    def may_stand_in(self, text: str) -> bool:
        """Say whether *text*, with single spaces, has a word of such a line: a cheap look."""
        return self.needs.search(text.lower()) is not None

    def is_kind_of(self, line: str) -> bool:
        """Say whether *line* is of this kind."""
        return self.may_stand_in(line) and self.pattern.search(line) is not None


class _WhenUsed:
    """An RE2 expression that is compiled when something is first looked for with it.

    Of some hundred expressions one run of a command needs few, and to compile all takes a
    good part of its start.
    """

    search: Callable[[str], Found | None]
    groupindex: Mapping[str, int]

    def __init__(self, pattern: str, *, case_sensitive: bool) -> None:
        self._pattern = pattern
        self._case_sensitive = case_sensitive

    def __getattr__(self, name: str) -> object:
        if name not in {"search", "groupindex"}:
            raise AttributeError(name)
        options = regex_options(ignore_case=not self._case_sensitive)
        compiled = re2.compile(self._pattern, options)
        self.search, self.groupindex = compiled.search, compiled.groupindex
        return getattr(self, name)


def compile_pattern(pattern: str) -> Pattern:
    """Return *pattern* as RE2 reads it, case ignored; ``re2.error`` at its first use if not."""
    return _WhenUsed(pattern, case_sensitive=False)


def any_of(words: Iterable[str]) -> Pattern:
    """Return an expression for *words*, as they stand: RE2 looks for all of them at once."""
    return _WhenUsed("|".join(map(re2.escape, words)), case_sensitive=True)


def load_rules(document: Mapping[str, object]) -> tuple[Rule, ...]:
    """Return the rules of a document in the form of ``extract.yaml``.

    Raises:
        ValueError: a rule lacks a key.
    """
    return tuple(_rule(x, document) for x in cast(list[Mapping[str, str]], document["rules"]))


def load_kind(document: Mapping[str, object], key: str) -> Kind:
    """Return the kind of line that is listed under *key* of such a document."""
    listed = cast(list[Mapping[str, str]], document[key])
    patterns = (f"(?:{_filled(entry['pattern'], document)})" for entry in listed)
    needs = any_of(word for entry in listed for word in entry["needs"].split("|"))
    return Kind(needs=needs, pattern=compile_pattern("|".join(patterns)))


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
    except KeyError as mistake:
        raise ValueError(f"extraction rule {entry.get('id')}: {mistake!r}") from mistake


_DOCUMENT = yaml.safe_load(files("syndicator.rights").joinpath("extract.yaml").read_text("utf-8"))

RULES = load_rules(_DOCUMENT)
"""The shipped rules, in the order in which they are tried."""

NEEDED = any_of(word for rule in RULES for word in rule.needs)
"""A line in lower case that has none of these words says nothing to any rule."""

RESERVED = str(_DOCUMENT["fragments"]["reserved"])
"""An expression for "all rights reserved" in any language."""

FORBIDDEN = str(_DOCUMENT["fragments"]["forbidden"])
"""An expression for "may not be republished" in other languages than English."""

NOTICE_STARTS = load_kind(_DOCUMENT, "notice_starts")
"""From such a line on nothing belongs to the work."""

FURNITURE = load_kind(_DOCUMENT, "furniture")
"""Single lines that invite, count or advertise."""


# A text is asked for its statements, and right after for what of it is not the article.
@lru_cache(maxsize=2)
def lines_of(html: str) -> tuple[Line, ...]:
    """Return the lines of *html* (or of plain text) in order; empty ones left out."""
    if "<" not in html:
        return tuple(
            Line(text=" ".join(unescape(x).split())) for x in html.splitlines() if x.strip()
        )
    body = body_of(html)
    return () if body is None else tuple(lines_in(body))


def body_of(html: str) -> etree._Element | None:
    """Return the fragment *html* as the ``body`` of a tree; None where no parser finds one."""
    # Plain elements: those of ``lxml.html`` take longer to make than their text to read.
    try:
        return etree.fromstring(f"<html><body>{html}</body></html>", _PARSER).find("body")
    except (etree.ParserError, ValueError):
        return None


def lines_in(element: etree._Element) -> Iterator[Line]:
    """Yield the lines of *element* one by one, as far as they are asked for; not its tail."""
    return _Collector().read(element)


def readable_parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, part) of *text*: all of a short line, both ends of a long one."""
    yield 0, text[:MAX_LINE]
    if len(text) > MAX_LINE:
        start = max(MAX_LINE, len(text) - MAX_LINE)
        yield start, text[start:]


class _Collector:
    """Builds lines while walking a document, without recursion: nesting may be deep."""

    def __init__(self) -> None:
        self._raw: list[str] = []
        """What came since a link or the line began, as it is written."""
        self._parts: list[str] = []
        self._length = 0
        self._links: list[LineLink] = []
        self._open: list[tuple[int, str]] = []

    def read(self, root: etree._Element) -> Iterator[Line]:
        """Yield the lines of *root* as they end."""
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            starts = event == "start"
            tag = element.tag
            if tag in _UNREAD and starts:
                walk.skip_subtree()
                continue
            if tag == "a":
                self._link(element, starts=starts)
            elif tag in _LINES and (self._raw or self._parts):
                yield from self._line()
            text = element.text if starts else element.tail if element is not root else None
            # White space before the first word of a line is none of it.
            if text and (self._raw or self._parts or not text.isspace()):
                self._raw.append(text)
        yield from self._line()

    def _link(self, element: etree._Element, *, starts: bool) -> None:
        self._take()
        if starts:
            self._open.append((self._length, element.get("href") or ""))
        elif self._open:
            start, href = self._open.pop()
            self._links.append(LineLink(start=start, end=self._length, href=href.strip()))

    def _line(self) -> Iterator[Line]:
        """Close the current line."""
        self._take()
        text = "".join(self._parts).rstrip()
        if text:
            links = tuple([link for link in self._links if link.end > link.start])
            yield Line(text=text, links=links)
        self._parts, self._links, self._length = [], [], 0
        self._open = [(0, href) for _, href in self._open]

    def _take(self) -> None:
        """Put what came into the line, with single spaces."""
        # Source text breaks lines where it likes; only markup makes a line.
        text = "".join(self._raw)
        self._raw.clear()
        words = text.split()
        goes_on = bool(self._parts) and not self._parts[-1].endswith(" ")
        if not words:
            if text and goes_on:
                self._push(" ")
            return
        lead = " " if goes_on and text[0].isspace() else ""
        self._push(lead + " ".join(words) + (" " if text[-1].isspace() else ""))

    def _push(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
