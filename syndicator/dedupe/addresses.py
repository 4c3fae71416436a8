"""Which page an entry says it is a copy of, and what tells it apart.  Pure.

Its own address, its canonical link, and the address that stands behind "originally
published".  Whom a copy was merely taken from or found through (``via``, ``source``) names
no work: a comment is found through what it comments on.
"""

import re
from collections.abc import Iterator

from syndicator.model.entries import Entry
from syndicator.model.marks import mark
from syndicator.urls import canonical_url, host_of, is_web_url, names_a_page

_CERTAIN = 0.85
_NO_WORK = frozenset({"rel-via", "atom-source", "rss-source"})
_NUMBER = re.compile(r"\d+")


def address_marks(entry: Entry, *, own: bool) -> frozenset[int]:
    """Return a mark for each page that *entry* stands at or says it comes from.

    Args:
        entry: a copy, with its evidence.
        own: its own address names it alone (no other entry of its feed has the same).
    """
    pages = set(_origins(entry))
    if own and names_a_page(entry.url):
        pages.add(canonical_url(entry.url))
    return frozenset(mark("page", page) for page in pages)


def are_told_apart(one: str | None, other: str | None) -> bool:
    """Say whether one site has both addresses, for two pages: then it tells them apart."""
    if not names_a_page(one) or not names_a_page(other):
        return False
    a, b = canonical_url(one), canonical_url(other)
    return a != b and host_of(a) == host_of(b)


def are_numbered_apart(one: str, other: str) -> bool:
    """Say whether two ids are those of two parts of a series: one path, another number.

    Only ids that name no site, such as ``/council/minutes-7``.  Of two sites each counts in
    its own way, and their numbers say nothing of each other.
    """
    if one == other or "/" not in one or is_web_url(one) or is_web_url(other):
        return False
    return _NUMBER.sub("0", one) == _NUMBER.sub("0", other)


def _origins(entry: Entry) -> Iterator[str]:
    pages = {
        canonical_url(e.url)
        for e in entry.evidence
        if e.fact == "origin"
        and e.confidence >= _CERTAIN
        and e.rule not in _NO_WORK
        and names_a_page(e.url)
    }
    pages |= {
        canonical_url(x.href) for x in entry.links if x.rel == "canonical" and names_a_page(x.href)
    }
    # A digest names several origins; it is a copy of none.
    if len(pages) == 1:
        yield from pages
