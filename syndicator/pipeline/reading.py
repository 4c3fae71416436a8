"""What is done with a body in a reader process: parse it, and gather where it comes from.

A reader loads what is imported here and nothing else: neither store nor network.
"""

from dataclasses import dataclass, replace

from syndicator.identify import keyed
from syndicator.model.feed import KnownItems, ParsedEntry, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.parse import NOTHING_KNOWN, parse_feed
from syndicator.rights.provenance import gather_evidence, split_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed as read, with the provenance of each of its entries."""

    feed: ParsedFeed
    evidence: tuple[tuple[Evidence, ...], ...]


def read_document(
    body: bytes,
    content_type: str | None,
    url: str,
    publisher: Publisher,
    known: KnownItems = NOTHING_KNOWN,
) -> Document:
    """Parse *body* and gather the provenance of its entries, but for what is *known*.

    Raises:
        ParseError: it is no feed.
    """
    feed = parse_feed(body, content_type=content_type, base_url=url, known=known)
    fewer = _without_misplaced(feed, known)
    if fewer is not None:
        feed = parse_feed(body, content_type=content_type, base_url=url, known=fewer)
    evidence, works = [], []
    for entry in feed.entries:
        found = (
            () if entry.unread else gather_evidence(entry, feed, feed_url=url, publisher=publisher)
        )
        evidence.append(found)
        works.append(entry if entry.unread else _work_of(entry))
    return Document(feed=replace(feed, entries=tuple(works)), evidence=tuple(evidence))


def _work_of(entry: ParsedEntry) -> ParsedEntry:
    content, summary = (split_notice(html)[0] for html in (entry.content_html, entry.summary_html))
    return replace(entry, content_html=content, summary_html=summary)


def _without_misplaced(feed: ParsedFeed, known: KnownItems) -> KnownItems | None:
    """Return what is known but for items that now have another key; None if there are none.

    The key of an item depends on those beside it, and on what the store knows it as.
    """
    moved = {
        entry.digest
        for key, _, entry in keyed(feed.entries)[0]
        if entry.unread and known.keys[entry.digest] != key
    }
    kept = {digest: key for digest, key in known.keys.items() if digest not in moved}
    return replace(known, keys=kept) if moved else None
