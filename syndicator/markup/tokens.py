"""Where a tag begins and ends, as a browser sees it.  Pure.

The expressions follow the tokenizer of the HTML standard (section 13.2.5): a ``>`` within a
quoted value ends nothing, a tag that never ends swallows the rest.  Every loop in them is
possessive, so that no input makes them try twice.
"""

import re

_WS = r"[ \t\n\f\r]"
_VALUE = r"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r\"'>][^ \t\n\f\r>]*+)"  # quoted or bare
_ATTRIBUTES = (
    rf"(?:[ \t\n\f\r/]++|[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_WS}*+={_WS}*+{_VALUE}?+)?+)*+"
)
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+(?:>|\Z)|</(?![a-zA-Z]|\Z)[^>]*+(?:>|\Z)"
_NAME = r"[a-zA-Z][^ \t\n\f\r/>]*+"

TAG = re.compile(
    rf"{_COMMENT}|<(?P<end>/?+)(?P<name>{_NAME}){_ATTRIBUTES}(?:>|\Z)", re.DOTALL | re.IGNORECASE
)
"""A start tag, an end tag or a comment; ``name`` is None for a comment."""

RAW_NAMES = frozenset(
    [
        "script",
        "style",
        "iframe",
        "noembed",
        "noframes",
        "textarea",
        "title",
        "template",
        "svg",
        "math",
        "object",
        "select",
        "button",
    ]
)
"""Elements that go away with all they contain."""

RAW_TEXT = re.compile(
    rf"{_COMMENT}|<(?P<name>(?:{'|'.join(sorted(RAW_NAMES))})(?=[ \t\n\f\r/>])){_ATTRIBUTES}(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)

_SWALLOWS = frozenset({"script", "style", "iframe", "noembed", "noframes", "textarea", "title"})
_CLOSE = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])[^>]*+(?:>|\Z)", re.IGNORECASE)
    for name in RAW_NAMES
}


def without_raw_text(text: str) -> str:
    """Return *text* without its comments and without the elements of ``RAW_NAMES``.

    A script that is never closed swallows the rest, as in a browser.
    """
    kept: list[str] = []
    unclosed: set[str] = set()
    start = 0
    for found in RAW_TEXT.finditer(text):
        if found.start() < start:
            continue
        kept.append(text[start : found.start()])
        start = _close_of(found, text, unclosed)
    return "".join([*kept, text[start:]]) if kept else text


def _close_of(found: re.Match[str], text: str, unclosed: set[str]) -> int:
    name = (found["name"] or "").lower()
    # One search for each name that never closes: else many such tags cost the square of them.
    if not name or name in unclosed:
        return found.end()
    close = _CLOSE[name].search(text, found.end())
    if close:
        return close.end()
    unclosed.add(name)
    return len(text) if name in _SWALLOWS else found.end()
