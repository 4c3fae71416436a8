"""What a fetched body says: bytes in, one ``ParsedFeed`` out.  Pure.

RSS and Atom that are well-formed and usual go through ``strict``, all others through feedparser
(``tolerant``), JSON Feed through ``jsonfeed``.  Whatever the bytes are, nothing but
``ParseError`` leaves here.
"""

import re
from dataclasses import replace

from syndicator.errors import ParseError
from syndicator.model.feed import KnownItems, ParsedEntry, ParsedFeed
from syndicator.parse.decode import decode
from syndicator.parse.digests import NOTHING_KNOWN
from syndicator.parse.discover import announced
from syndicator.parse.hints import with_hints
from syndicator.parse.jsonfeed import parse_json
from syndicator.parse.strict import Declined, parse_strict
from syndicator.parse.tolerant import parse_xml

__all__ = ["NOTHING_KNOWN", "parse_feed"]

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*+<(?:!doctype\s+html|(?:html|head|meta|body)[\s>])",
    re.IGNORECASE | re.DOTALL,
)


def parse_feed(
    body: bytes, *, content_type: str | None, base_url: str, known: KnownItems = NOTHING_KNOWN
) -> ParsedFeed:
    """Return the feed that *body* holds.

    Args:
        body: the decoded body of the response.
        content_type: the media type as the server stated it; its charset counts, the type
            itself does not: servers send feeds under every type there is.
        base_url: absolute address of the document; relative addresses start from it.
        known: items whose texts are not wanted: they come back ``unread``.

    Raises:
        ParseError: the body is no feed; the text says what it is and what to do.
    """
    if not body.strip(b" \t\r\n\0"):
        raise ParseError("the body is empty: ask the publisher, or remove the source")
    head = decode(body[:100_000], content_type)[0]
    if head.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        feed = parse_json(body, content_type=content_type, base_url=base_url, known=known)
        return _without_blanks(feed)
    if _PAGE.match(head):
        raise ParseError(_page_problem(body, content_type, base_url))
    try:
        feed = parse_strict(body, content_type=content_type, base_url=base_url, known=known)
    except Declined:
        feed = parse_xml(body, content_type=content_type, base_url=base_url, known=known)
    return _without_blanks(with_hints(feed, body))


def _without_blanks(feed: ParsedFeed) -> ParsedFeed:
    """Return *feed* without the items that nothing can be told of, not even by their id."""
    entries = tuple(entry for entry in feed.entries if entry.unread or _says_something(entry))
    blank = len(feed.entries) - len(entries)
    if not blank:
        return feed
    flaw = f"{blank} of {len(feed.entries)} items are empty and left out"
    return replace(feed, entries=entries, warnings=(*feed.warnings, flaw))


def _says_something(entry: ParsedEntry) -> bool:
    words = entry.id or entry.url or entry.title or entry.content_html or entry.summary_html
    return bool(words or entry.enclosures or entry.links)


def _page_problem(body: bytes, content_type: str | None, base_url: str) -> str:
    what = "the body is a web page, not a feed"
    found = announced(body, content_type=content_type, base_url=base_url)
    if found.feeds:
        return f"{what}: its feed is at {' or '.join(found.feeds[:3])}"
    if found.forward:
        return f"{what}: it forwards to {found.forward}"
    return f"{what}: find the address of the site's feed"
