"""What the bytes of an emitted file hold, whatever their format.  Pure."""

from collections.abc import Callable, Mapping

from syndicator.rights.emitted import Emitted
from syndicator.rights.emitted_json import read_json
from syndicator.rights.emitted_page import read_html
from syndicator.rights.emitted_xml import read_atom, read_rss

_READERS: Mapping[str, Callable[[bytes], Emitted]] = {
    "atom": read_atom,
    "rss": read_rss,
    "json": read_json,
    "html": read_html,
}


def read_emitted(emitted: bytes, format_: str) -> Emitted:
    """Return the items of *emitted* in the format ``atom``, ``rss``, ``json`` or ``html``.

    Raises:
        Unreadable: it is not well-formed, or not that format.
        ValueError: *format_* is none of the four.
    """
    if format_ not in _READERS:
        raise ValueError(f"no format to audit: {format_}")
    return _READERS[format_](emitted)
