"""Where else may a reader find a work?  Pure.

A bare hyperlink, and only to copies that could stand here themselves: what is withheld,
whoever withholds it, is not pointed at either.  A party of the chain has its link in the
acknowledgement already, and must not seem to have had it by this one.  Each publisher is
named once, however many addresses it has: its name again would tell a reader nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from syndicator.model.entries import Entry
from syndicator.model.feed import Link
from syndicator.model.rights import Decision, Form, Hop
from syndicator.urls import canonical_url, host_of, names_a_page, without_tracking

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
    carrier = _publisher(entry, decision)
    chain = (carrier, *decision.chain)
    pages = {canonical_url(url) for url in (entry.url, *(hop.url for hop in chain)) if url}
    publishers = {key for hop in chain for key in _keys(hop)}
    found: list[Hop] = []
    for copy, made in sorted(copies, key=lambda pair: (pair[0].source_id, pair[0].key)):
        if made.form is Form.WITHHELD or copy.removed or copy.review not in _LIVE:
            continue
        hop = _publisher(copy, made)
        if not names_a_page(hop.url) or canonical_url(hop.url) in pages:
            continue
        if publishers.isdisjoint(_keys(hop)):
            found.append(hop)
            publishers.update(_keys(hop))
    shown = found[:MOST]
    alike = Counter(hop.name for hop in {hop.party: hop for hop in (*chain, *shown)}.values())
    return tuple(_link(hop, alike) for hop in shown)


def _publisher(copy: Entry, made: Decision) -> Hop:
    """Return who publishes *copy*, with the address of the copy there."""
    name = copy.feed.title or copy.source_id
    carrier = made.chain[-1] if made.chain else Hop(party=copy.source_id, name="", role="carrier")
    return replace(carrier, name=carrier.name or name, url=copy.url)


def _keys(hop: Hop) -> frozenset[tuple[str, ...]]:
    # Of one name at one host a reader knows one publisher, whatever we call the two.
    return frozenset({(hop.party,), (hop.name, host_of(hop.url or ""))})


def _link(hop: Hop, alike: Mapping[str, int]) -> Link:
    href = without_tracking(hop.url or "")
    # Two publishers of one name are told apart by where they are.
    title = f"{hop.name} ({host_of(href)})" if alike[hop.name] > 1 else hop.name
    return Link(href=href, rel="related", title=title)
