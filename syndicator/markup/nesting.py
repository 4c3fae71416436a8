"""How deep a fragment nests, and how it is made flat where it is too deep.  Pure.

Sanitising costs the square of the depth, and elements that are never closed are repeated
in every block that follows.  So tags beyond a bound are left out before anything parses
the fragment; the words stay.  The depth is that which a browser would build: end tags
count only where the HTML standard lets them close something.
"""

import re
from collections.abc import Iterable

from syndicator.markup.tokens import RAW_NAMES, TAG, without_raw_text

MAX_DEPTH = 200
"""Elements within each other; libxml2, which others use on the result, gives up at 256."""
MAX_OPEN_FORMATTING = 8
"""Of ``b``, ``i`` and the like: each open one is repeated in every block that follows."""

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Their start tag closes an open one of the same kind, and no block stands in them: they do
# not nest by themselves.
_SELF_CLOSING = frozenset(["p", "a", "nobr", "rp", "rt", "option", "optgroup"])
# Their start tag closes an open one of the same group, looked for through these elements.
_ENTRIES = {"li": frozenset(["li"]), "dd": frozenset(["dd", "dt"]), "dt": frozenset(["dd", "dt"])}
_SEEN_THROUGH = frozenset(["address", "div", "p", "span"])
# A cell brings the row and the body of its table with it where they are not written.
_WEIGHTS = {"td": 3, "th": 3, "tr": 2, "col": 2}
_FORMATTING = frozenset(
    ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"]
)
_TABLE_PARTS = frozenset(["caption", "colgroup", "tbody", "tfoot", "thead", "tr", "td", "th"])
_SCOPE = frozenset(["table", "td", "th", "caption", "marquee", "applet"])
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
_UNSTACKED = _VOID | _SELF_CLOSING


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
    if _nests_well(named, MAX_OPEN_FORMATTING):
        return True
    if _nests_well([name for name in named if name not in _FORMATTING_TAGS], _SHALLOW):
        named = [name for name in named if name in _FORMATTING_TAGS]
    return _all_may_stand(named)


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
    for tag in tags:
        if tag[0] == "/":
            nesting.close(tag[1:])
        elif not nesting.open(tag):
            return False
    return True


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
        if found["end"]:
            nesting.close(name)
            kept.append(found[0])
        elif nesting.open(name):
            kept.append(found[0])
    return "".join([*kept, html[start:]])


class _Nesting:
    """The elements that are open at one point of a fragment."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._depth = 0
        self._formatting: dict[str, int] = {}

    def open(self, name: str) -> bool:
        """Note a start tag; False if it may not stand because it would lie too deep."""
        if name in _UNSTACKED:
            return True
        if name in _FORMATTING:
            if sum(self._formatting.values()) >= MAX_OPEN_FORMATTING:
                return False
            self._formatting[name] = self._formatting.get(name, 0) + 1
            return True
        if name in _TABLE_PARTS:
            self._back_to_table()
        elif name in _ENTRIES:
            self._end_entry(_ENTRIES[name])
        weight = _WEIGHTS.get(name, 1)
        if self._depth + weight > MAX_DEPTH:
            return False
        self._stack.append(name)
        self._depth += weight
        return True

    def close(self, name: str) -> None:
        """Note an end tag, which closes nothing if its element is not open in scope."""
        if name in _FORMATTING:
            self._formatting[name] = max(self._formatting.get(name, 0) - 1, 0)
            return
        if name in _UNSTACKED:
            return
        scope = {"table"} if name in _TABLE_PARTS or name == "table" else _SCOPE
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] == name:
                self._cut(place)
                return
            if self._stack[place] in scope:
                return

    def _back_to_table(self) -> None:
        # A cell or row ends those before it, up to the table in which all of them are.
        if "table" in self._stack:
            place = len(self._stack) - 1
            while self._stack[place] != "table":
                place -= 1
            self._cut(place + 1)

    def _end_entry(self, kinds: frozenset[str]) -> None:
        # An entry of a list ends the one before it, but none of a list around its own.
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] in kinds:
                self._cut(place)
                return
            if self._stack[place] not in _SEEN_THROUGH:
                return

    def _cut(self, place: int) -> None:
        self._depth -= sum(_WEIGHTS.get(name, 1) for name in self._stack[place:])
        del self._stack[place:]
