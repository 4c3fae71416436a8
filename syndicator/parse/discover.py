"""Which feeds a web page names as its own.  Pure.

``link rel=alternate`` with a feed's media type, in the order of the page (HTML, 4.6.7.1);
comments and feeds of comments come last.
"""

from html.parser import HTMLParser

from syndicator.parse.decode import decode
from syndicator.urls import is_web_url, resolve

FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
)
WELL_KNOWN = ("/feed", "/rss", "/atom.xml", "/feed.xml", "/rss.xml", "/index.xml", "/feed.json")
"""Where feeds are often found that no page names."""
MOST = 20
_HEAD = 500_000


def announced_feeds(body: bytes, *, content_type: str | None, base_url: str) -> tuple[str, ...]:
    """Return the addresses of the feeds that the page in *body* names, the likeliest first."""
    page = _Page(base_url)
    page.feed(decode(body[:_HEAD], content_type)[0])
    found = dict.fromkeys(page.found)
    return tuple(sorted(found, key=lambda url: "comment" in url.casefold()))[:MOST]


class _Page(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a ``link`` or the ``base`` says."""
        values = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base_url = resolve(self.base_url, values.get("href", "")) or self.base_url
        kind = values.get("type", "").partition(";")[0].strip().casefold()
        rels = values.get("rel", "").casefold().split()
        if tag == "link" and "alternate" in rels and kind in FEED_TYPES:
            url = resolve(self.base_url, values.get("href", ""))
            if is_web_url(url):
                self.found.append(url)
