"""Where an article comes from: every statement about it, with how far to believe it.  Pure.

Feed elements, links, bylines and lines of the text each give evidence; nothing is decided
and nothing is combined here.  A confidence says how far a kind of statement was found to be
right: an element made for it more than a link, a link more than a name alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from syndicator.model.feed import FeedRef, ParsedEntry, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.rights.bylines import agencies_in, copyright_holder
from syndicator.rights.furniture import split_notice
from syndicator.rights.moments import UNDATED, window_of
from syndicator.rights.parties import name_key
from syndicator.rights.place import Place, copyright_evidence, evidence, place_of
from syndicator.rights.statements import read_text
from syndicator.urls import bare_host

__all__ = ["gather_evidence", "split_notice"]

LONGEST_COUNTER = 1000
"""Characters of a page counter's address."""

_WINDOWS = frozenset({"dcterms-available", "dcterms-valid", "prism-embargo"})
_PAGE_RELS = {"canonical": 0.85, "isversionof": 0.85, "isbasedon": 0.85, "original": 0.85}


def gather_evidence(
    entry: ParsedEntry, feed: ParsedFeed, *, feed_url: str, publisher: Publisher
) -> tuple[Evidence, ...]:
    """Return what *entry* says about its provenance, in order of discovery.

    Facts: ``origin`` and ``via`` (parties, with the article's address where it is linked),
    ``homepage`` (a party's, where only that is linked), ``author``, ``byline`` (agencies),
    ``holder``, ``copyright`` (the line verbatim), ``reservation``, ``licence``, ``embargo``
    and ``expiry`` (RFC 3339, or ``undated``), ``counter`` (the address of a page counter).

    Args:
        entry: as parsed, before any furniture is cut from it.
        feed: the document it stands in.
        feed_url: address of that document.
        publisher: whose feed it is, the carrier.
    """
    place = place_of(entry, feed, feed_url, publisher)
    found = [*read_text(entry, place), *_from_elements(entry, place)]
    found = _settle_middle_parties([*found, *_from_source(entry, feed, place)])
    found += [*_from_authors(entry), *_from_rights(entry), *_from_windows(entry, feed)]
    found += [_counter(address) for address in entry.counters if len(address) <= LONGEST_COUNTER]
    return tuple(dict.fromkeys(found))


def _counter(address: str) -> Evidence:
    return Evidence(fact="counter", value=address, where="content", rule="unseen-image")


def _from_elements(entry: ParsedEntry, place: Place) -> Iterator[Evidence]:
    for link in entry.links:
        rel = link.rel.rpartition("/")[2].rpartition(":")[2].lower()
        if not place.is_elsewhere(link.href):
            continue
        name = (link.title or "").strip() or bare_host(link.href)
        if rel == "via":
            yield evidence("via", name, link.href, ("feed:link", "rel-via"), 0.85)
        elif rel in _PAGE_RELS:
            yield evidence("origin", name, link.href, ("feed:link", f"rel-{rel}"), _PAGE_RELS[rel])


def _from_source(entry: ParsedEntry, feed: ParsedFeed, place: Place) -> Iterator[Evidence]:
    source = entry.source
    if source is None:
        return
    address = next(filter(place.is_elsewhere, (source.url, source.html_url, source.id)), None)
    if address is None:
        return
    atom = feed.format.startswith("atom")
    rule, confidence = ("atom-source", 0.9) if atom else ("rss-source", 0.8)
    name = source.title.strip() or bare_host(address)
    article = entry.url if _same_site(entry.url, source) else None
    yield evidence("via", name, article, ("feed:source", rule), confidence)
    yield from _source_rights(source)


def _source_rights(source: FeedRef) -> Iterator[Evidence]:
    holder = copyright_holder(source.rights or "")
    if source.rights and holder:
        yield evidence("holder", holder, None, ("feed:source", "source-rights"), 0.6, source.rights)


def _same_site(url: str | None, source: FeedRef) -> bool:
    addresses = (source.url, source.html_url, source.id)
    return bare_host(url or "") in {bare_host(address or "") for address in addresses} - {""}


def _settle_middle_parties(found: Sequence[Evidence]) -> list[Evidence]:
    """Turn the first middle party into the origin where no other statement names one.

    ``atom:source`` and ``rel=via`` name whom a copy was taken from: the origin, or another
    republisher if the item names an origin as well.  RSS ``source`` names a feed, which
    may itself be a collection, so alone it is only a hint.
    """
    if any(e.fact == "origin" and e.confidence >= 0.7 for e in found):
        return list(found)
    middle = [e for e in found if e.fact == "via"]
    # A rel=via was set by whoever wrote the entry, a source by whoever copied it later.
    middle.sort(key=lambda e: ("rel-via", "atom-source", "rss-source").index(e.rule))
    if not middle:
        return list(found)
    first = middle[0]
    origins = [e for e in middle if name_key(e.value) == name_key(first.value)]
    weaker = {"rss-source": 0.6}
    return [
        replace(e, fact="origin", confidence=weaker.get(e.rule, e.confidence))
        if e in origins
        else e
        for e in found
    ]


def _from_authors(entry: ParsedEntry) -> Iterator[Evidence]:
    for person in entry.authors:
        for agency in agencies_in(person.name, byline=True):
            yield evidence("byline", agency, None, ("feed:author", "agency"), 0.8, person.name)


def _from_rights(entry: ParsedEntry) -> Iterator[Evidence]:
    line = (entry.rights or "").strip()
    if line:
        yield from copyright_evidence(line, "feed:rights", "rights-element")


def _from_windows(entry: ParsedEntry, feed: ParsedFeed) -> Iterator[Evidence]:
    """Yield from when and until when *entry* may be shown, as elements state it."""
    for statement in (*entry.statements, *feed.statements):
        if statement.scheme not in _WINDOWS:
            continue
        window, at = window_of(statement.value), (f"feed:{statement.scheme}", "window")
        # What was available when it was published says no more than the date it bears.
        if window.start and window.begins_after(entry.published):
            said = window.start.isoformat()
            yield evidence("embargo", said, None, at, 0.95, statement.value)
        elif window.unread:
            yield evidence("embargo", UNDATED, None, at, 0.95, statement.value)
        if window.end:
            yield evidence("expiry", window.end.isoformat(), None, at, 0.95, statement.value)
