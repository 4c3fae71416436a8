"""What an RSS or Atom document says, of whatever dialect and quality.  Pure.

RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), through feedparser: slow, but it reads
what no rule foresaw.  ``strict`` reads what is well-formed and usual, and comes first.
"""

import re

from syndicator.errors import ParseError
from syndicator.model.feed import KnownItems, ParsedFeed
from syndicator.parse.decode import decode, readable
from syndicator.parse.digests import NOTHING_KNOWN
from syndicator.parse.document import read_feed
from syndicator.parse.elements import Elements, plain
from syndicator.parse.reading import read
from syndicator.parse.rights import read_rights

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_ANY = re.compile(r"<([A-Za-z_][\w:.-]{0,60})")
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)


def parse_xml(
    body: bytes, *, content_type: str | None, base_url: str, known: KnownItems = NOTHING_KNOWN
) -> ParsedFeed:
    """Return the feed in *body*.

    Raises:
        ParseError: it holds neither a feed's root element nor an item.
    """
    text, doubts = decode(body, content_type)
    text, illegal = readable(text)
    # What precedes the root (declaration, document type, a server's warnings) helps nobody:
    # a broken declaration hides a whole feed, a document type may carry entities.
    root = _ROOT.search(text) or _ITEM.search(text)
    if root is None:
        raise ParseError(f"the body is neither RSS, Atom nor JSON Feed: {_other(text)}")
    text = text[root.start() :]
    reader, problems = read(text)
    if not reader.version and not reader.entries:
        raise ParseError("the body has the look of a feed, but no feed and no item is in it")
    elements = Elements(
        format=str(reader.version or "unknown"),
        head=plain(reader.feeddata),
        items=[plain(entry) for entry in reader.entries],
        found=read_rights(text),
    )
    return read_feed(
        elements, base_url=base_url, warnings=(*doubts, *illegal, *problems), known=known
    )


def _other(text: str) -> str:
    """Say what *text* is instead of a feed."""
    root = _ANY.search(text)
    if root is None:
        return f"it begins with {text.strip()[:20]!r}"
    if root[1].lower() == "opml":
        return "it is a list of feeds, for `sources import` or `reading_lists`"
    return f"its first element is <{root[1]}>"
