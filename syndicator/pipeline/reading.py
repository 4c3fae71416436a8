"""What is done with a body in a reader process: parse it, and gather where it comes from.

A reader loads what is imported here and nothing else: neither store nor network.
"""

from dataclasses import dataclass, replace

from syndicator.model.feed import ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.parse import parse_feed
from syndicator.rights.provenance import gather_evidence, split_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed as read, with the provenance of each of its entries."""

    feed: ParsedFeed
    evidence: tuple[tuple[Evidence, ...], ...]


def read_document(
    body: bytes, content_type: str | None, url: str, publisher: Publisher
) -> Document:
    """Parse *body* and gather the provenance of its entries.

    Raises:
        ParseError: it is no feed.
    """
    feed = parse_feed(body, content_type=content_type, base_url=url)
    evidence = tuple(
        gather_evidence(entry, feed, feed_url=url, publisher=publisher) for entry in feed.entries
    )
    works = tuple(
        replace(
            entry,
            content_html=split_notice(entry.content_html)[0],
            summary_html=split_notice(entry.summary_html)[0],
        )
        for entry in feed.entries
    )
    return Document(feed=replace(feed, entries=works), evidence=evidence)
