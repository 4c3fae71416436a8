"""Where a tag begins and ends, as a browser sees it.  Pure.

The expressions follow the tokenizer of the HTML standard (section 13.2.5): a ``>`` within a
quoted value ends nothing, a tag that never ends swallows the rest.  Every loop in them is
possessive, so that no input makes them try twice.
"""

import re

_WS = r"[ \t\n\f\r]"
_VALUE = (
    r"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r\"'>][^ \t\n\f\r>]*+)"  # quoted or bare
)
_ATTRIBUTES = rf"(?:[ \t\n\f\r/]++|[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:{_WS}*+={_WS}*+{_VALUE}?+)?+)*+"
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+(?:>|\Z)|</(?![a-zA-Z]|\Z)[^>]*+(?:>|\Z)"
_NAME = r"[a-zA-Z][^ \t\n\f\r/>]*+"

TAG = re.compile(
    rf"{_COMMENT}|<(?P<end>/?+)(?P<name>{_NAME}){_ATTRIBUTES}(?:>|\Z)", re.DOTALL | re.IGNORECASE
)
"""A start tag, an end tag or a comment; ``name`` is None for a comment."""

RAW_NAMES = frozenset(
    "script style iframe noembed noframes textarea title template svg math object select button".split()
)
"""Elements that go away with all they contain."""

RAW_TEXT = re.compile(
    rf"{_COMMENT}|<(?P<name>(?:{'|'.join(sorted(RAW_NAMES))})(?=[ \t\n\f\r/>])){_ATTRIBUTES}(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)

_CLOSE = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])[^>]*+(?:>|\Z)", re.I) for name in RAW_NAMES}


def close_of(name: str | None, text: str, start: int) -> int:
    """Return where the element *name*, open since *start*, ends in *text*; *start* if never."""
    if name is None:
        return start
    found = _CLOSE[name.lower()].search(text, start)
    return found.end() if found else start
