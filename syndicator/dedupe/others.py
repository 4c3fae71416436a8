"""Where else may a reader find a work?  Pure.

A bare hyperlink, and only to copies that could stand here themselves: what is withheld,
whoever withholds it, is not pointed at either.  A party of the chain has its link in the
acknowledgement already, and must not seem to have had it by this one.
"""

from collections.abc import Iterable

from syndicator.model.entries import Entry
from syndicator.model.feed import Link
from syndicator.model.rights import Decision, Form
from syndicator.urls import canonical_url, names_a_page, without_tracking

MOST = 5
"""Copies that are named; a dispatch of an agency has a hundred."""

_LIVE = frozenset({"new", "approved"})


def also_at(
    standing: tuple[Entry, Decision], copies: Iterable[tuple[Entry, Decision]]
) -> tuple[Link, ...]:
    """Return links to the other *copies* of a work that an output may show.

    Args:
        standing: the copy that stands for the work, with its decision.
        copies: all copies with their decisions, in any order.
    """
    entry, decision = standing
    named = {canonical_url(url) for url in (entry.url, *(hop.url for hop in decision.chain)) if url}
    found: dict[str, Link] = {}
    for copy, made in sorted(copies, key=lambda pair: (pair[0].source_id, pair[0].key)):
        if made.form is Form.WITHHELD or copy.removed or copy.review not in _LIVE:
            continue
        if names_a_page(copy.url) and (page := canonical_url(copy.url)) not in named:
            name = (made.chain[-1].name if made.chain else copy.feed.title) or copy.source_id
            link = Link(href=without_tracking(copy.url), rel="related", title=name)
            found.setdefault(page, link)
    return tuple(found.values())[:MOST]
