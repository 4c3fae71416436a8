"""How deep a fragment nests, and how it is made flat where it is too deep.  Pure.

Sanitising costs the square of the depth, and elements that are never closed are repeated
in every block that follows.  So tags beyond a bound are left out before anything parses
the fragment; the words stay.  The depth is that which a browser would build: end tags
count only where the HTML standard lets them close something.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import accumulate

from syndicator.markup.tokens import RAW_NAMES, TAG, without_raw_text

MAX_DEPTH = 200
"""Elements within each other; libxml2, which others use on the result, gives up at 256."""
MAX_OPEN_FORMATTING = 8
"""Of ``b``, ``i`` and the like: each open one is repeated in every block that follows."""
MAX_STRAY = 2000
"""Elements in tables and outside of cells: a parser moves each out, in the square of their number."""

_VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "hr",
        "image",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Their start tag closes an open one of the same kind, and what stands in them closes nothing.
_UNSTACKED = _VOID | {"a", "nobr", "option", "optgroup"}
# Their end tag, where it closes nothing, is an element.
_ELEMENTS_IF_ALONE = frozenset(["p", "br"])
# Their start tag closes an open one of the same group.
_ENTRIES = {"li": frozenset(["li"]), "dd": frozenset(["dd", "dt"]), "dt": frozenset(["dd", "dt"])}
_RUBY = frozenset(["rb", "rp", "rt", "rtc"])
_ENDED_BY_RUBY = _RUBY | {"dd", "dt", "li", "p"}
# A cell brings the row and the body of its table with it where they are not written.
# Each of them, and a marquee, may have a link open around it.
_WEIGHTS = {"td": 4, "th": 4, "tr": 2, "caption": 2, "marquee": 2, "applet": 2}
_FORMATTING = frozenset(
    ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"]
)
_TABLE_PARTS = frozenset(["caption", "colgroup", "tbody", "tfoot", "thead", "tr", "td", "th"])
_CELLS = frozenset(["td", "th", "caption"])
_SCOPE = _CELLS | {"table", "marquee", "applet"}
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCKS = _HEADINGS | {
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "header",
    "hgroup",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
}
"""Their start tag closes an open paragraph."""
_SPECIAL = (_BLOCKS - {"dialog", "search"}) | _TABLE_PARTS | _SCOPE
"""The end tag of an element in a line is lost where one of these is open within it."""
_AROUND_HEADINGS = _SPECIAL - _HEADINGS - {"p"}
_END_ENTRIES = _SPECIAL - {"address", "div", "p"}
"""An entry of a list is looked for through all others."""
_UNSEEN = frozenset(
    [
        "noscript",
        "xmp",
        "plaintext",
        "listing",
        "optgroup",
        "option",
        "form",
        "html",
        "head",
        "body",
        "frameset",
        "frame",
    ]
)


def _tags(names: frozenset[str]) -> frozenset[str]:
    return names | {f"/{name}" for name in names}


_PECULIAR = _tags(_UNSEEN | RAW_NAMES)
_FORMATTING_TAGS = _tags(_FORMATTING)
_FLAT = (_tags(_UNSTACKED) - _PECULIAR) | {""}
_SHALLOW = 40
"""Far enough below ``MAX_DEPTH`` that a browser's own additions cannot reach it."""


_PLAIN_TAG = re.compile(
    r"""<(/?[a-zA-Z][a-zA-Z0-9]*+)(?:>|[\s/][^<>"']*+(?:(?:"[^"<]*+"|'[^'<]*+')[^<>"']*+)*+>)"""
    r"|<!--[^<>]*+(?<=--)>"
)
_CLEAN_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*+)")


def is_shallow(html: str) -> bool:
    """Say whether *html* is so plain and so well nested that ``flatten`` would change nothing.

    Every ``<`` begins a tag, and no element is one that a browser reads in a way of its own.
    """
    tags = _PLAIN_TAG.findall(html)
    if len(tags) != html.count("<"):
        return False
    named = [name for name in map(str.lower, tags) if name not in _FLAT]
    if not _PECULIAR.isdisjoint(named):
        return False
    if len(tags) <= MAX_STRAY or "table" not in named:
        if _nests_well(named, MAX_OPEN_FORMATTING):
            return True
        formatting = [name for name in named if name in _FORMATTING_TAGS]
        if _nests_well(named, _SHALLOW) and _nests_well(formatting, MAX_OPEN_FORMATTING):
            return True
    return _all_may_stand(map(str.lower, filter(None, tags)))


def _nests_well(tags: Iterable[str], most: int) -> bool:
    """Say whether every end tag closes what was opened last, and no more than *most* are open."""
    stack: list[str] = []
    for tag in tags:
        if tag[0] == "/":
            if not stack or stack.pop() != tag[1:]:
                return False
        elif len(stack) >= most:
            return False
        else:
            stack.append(tag)
    return True


def _all_may_stand(tags: Iterable[str]) -> bool:
    nesting = _Nesting()
    return all(nesting.close(tag[1:]) if tag[0] == "/" else nesting.open(tag) for tag in tags)


def flatten(html: str) -> str:
    """Return *html* without the tags that would nest deeper than ``MAX_DEPTH``.

    Comments, scripts, embedded drawings and the like are left out as well.
    """
    html = without_raw_text(html)
    if is_shallow(html):
        return html
    kept, start, nesting = [], 0, _Nesting()
    for found in TAG.finditer(html):
        kept.append(html[start : found.start()])
        start = found.end()
        name = (found["name"] or "").lower()
        if not name or name in _UNSEEN:
            continue
        if nesting.close(name) if found["end"] else nesting.open(name):
            kept.append(found[0])
    return "".join([*kept, html[start:]])


def depth_of(cleaned: str) -> int:
    """Return how many elements stand within each other in *cleaned*, where each end tag is."""
    steps = (1 - 2 * bool(end) for end, name in _CLEAN_TAG.findall(cleaned) if name not in _VOID)
    return max(accumulate(steps), default=0)


class _Nesting:
    """The elements that are open at one point of a fragment."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._depth = 0
        self._strays = 0
        self._scopes: list[int] = []
        self._formatting: list[tuple[str, int]] = []

    def open(self, name: str) -> bool:
        """Note a start tag; False if it may not stand because it would cost too much."""
        return self._may_stray(name) and self._fits(name)

    def close(self, name: str) -> bool:
        """Note an end tag, which closes nothing if its element is not open in scope.

        False if it may not stand: alone, two of them are elements.
        """
        if name in _ELEMENTS_IF_ALONE and not self._may_stray(name):
            return False
        self._close(name)
        return True

    def _may_stray(self, name: str) -> bool:
        in_table = self._scopes and self._stack[self._scopes[-1]] == "table"
        if not in_table or name in _TABLE_PARTS:
            return True
        self._strays += 1
        return self._strays <= MAX_STRAY

    def _fits(self, name: str) -> bool:
        if name in _FORMATTING:
            fits = len(self._formatting) < MAX_OPEN_FORMATTING
            if fits:
                self._formatting.append((name, self._scope()))
            return fits
        if name == "hr":
            self._close("p")
        if name in _UNSTACKED or (name in _TABLE_PARTS and "table" not in self._stack):
            return True
        # Looked at before anything is closed: a tag that may not stand closes nothing.
        weight = _WEIGHTS.get(name, 1)
        if self._depth + weight > MAX_DEPTH:
            return False
        if name in _HEADINGS and self._last(_HEADINGS, _AROUND_HEADINGS) >= 0:
            # What else is open decides whether it would end the one that it stands in.
            return False
        self._make_way(name)
        if name in _SCOPE:
            self._scopes.append(len(self._stack))
        self._stack.append(name)
        self._depth += weight
        return True

    def _close(self, name: str) -> None:
        if name in _FORMATTING:
            if (name, self._scope()) in self._formatting:
                self._formatting.remove((name, self._scope()))
            return
        if name not in self._stack and name not in _HEADINGS:
            return
        self._end(_HEADINGS if name in _HEADINGS else {name}, _barriers(name))

    def _make_way(self, name: str) -> None:
        """Close what the start tag *name* closes."""
        if name in _TABLE_PARTS:
            self._cut(self._last({"table"}) + 1)
        elif name == "table":
            self._end({"table"}, _CELLS)
        elif name in _ENTRIES:
            self._end(_ENTRIES[name], _END_ENTRIES)
        if name in _BLOCKS:
            self._close("p")
        if name in _RUBY and self._last({"ruby"}, _SCOPE) >= 0:
            while self._stack[-1] in _ENDED_BY_RUBY:
                self._cut(len(self._stack) - 1)

    def _scope(self) -> int:
        """Return the place of the cell, table or the like in which what comes next stands."""
        return self._scopes[-1] if self._scopes else -1

    def _last(self, kinds: AbstractSet[str], barriers: AbstractSet[str] = frozenset()) -> int:
        """Return the place of the last open element of *kinds* behind any of *barriers*, or -1."""
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] in kinds:
                return place
            if self._stack[place] in barriers:
                break
        return -1

    def _end(self, kinds: AbstractSet[str], barriers: AbstractSet[str]) -> None:
        place = self._last(kinds, barriers)
        if place >= 0:
            self._cut(place)

    def _cut(self, place: int) -> None:
        while self._scope() >= place:
            self._leave(self._scopes.pop())
        self._depth -= sum(_WEIGHTS.get(name, 1) for name in self._stack[place:])
        del self._stack[place:]

    def _leave(self, scope: int) -> None:
        # What is open in a cell ends with it; what is open in a table goes on behind it.
        goes_on = self._stack[scope] == "table"
        self._formatting = [
            (name, self._scope() if place == scope else place)
            for name, place in self._formatting
            if goes_on or place != scope
        ]


def _barriers(name: str) -> AbstractSet[str]:
    """Return the elements within which the end tag *name* closes nothing that is around them."""
    if name in _TABLE_PARTS or name == "table":
        return {"table"}
    if name == "li":
        return _SCOPE | {"ol", "ul"}
    return _SCOPE if name in _SPECIAL or name in _BLOCKS else _SPECIAL
