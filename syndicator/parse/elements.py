"""Which elements a reader found in a document: the form both readers hand on.  Pure.

A feed, an item and a source are dictionaries with the names that feedparser gives them
(``links``, ``title_detail``, ``published``); ``document`` brings them into our terms.  One
form for two readers is what makes their answers the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syndicator.parse.rights import RightsFound

_CDATA = ("<![CDATA[", "]]>")

Element = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What one document holds."""

    format: str
    head: Element
    items: Sequence[Element]
    found: RightsFound
    """The statements that stand beside the names of feedparser."""


_LISTS = ("links", "authors", "tags", "content")
_PARTS = ("title_detail", "summary_detail", "source")


class Declined(Exception):
    """The strict reader leaves the document to the tolerant one; the text says why."""


def unwrapped(value: str) -> str:
    """Return *value* without the ``<![CDATA[...]]>`` around it that somebody escaped."""
    if value.startswith(_CDATA[0]) and value.endswith(_CDATA[1]):
        return value[len(_CDATA[0]) : -len(_CDATA[1])]
    return value


def plain(element: Mapping[str, Any]) -> Element:
    """Return feedparser's *element* as ordinary dictionaries, with what is no part left out.

    Its own ``get`` hands out the date of publication where the date of change is asked for,
    and an element that nobody knows may have the name of one of its parts.  Dates stay as they
    are written: feedparser fills what is missing from today's date, and its results differ by
    the zone of the machine.
    """
    found = {key: part for key, part in element.items() if not key.endswith("_parsed")}
    for key in _LISTS:
        if key in found:
            parts = found[key] if isinstance(found[key], list) else []
            found[key] = [dict(part.items()) for part in parts if isinstance(part, dict)]
    for key in _PARTS:
        if key in found:
            found[key] = plain(found[key]) if isinstance(found[key], dict) else {}
    return found
