"""Which feeds a web page names as its own, and whether it only forwards elsewhere.  Pure.

``link rel=alternate`` with a feed's media type, in the page (HTML, 4.6.7.1) or in a ``Link``
header (RFC 8288); comments and feeds of comments come last.  ``meta http-equiv=refresh`` is
read as browsers do (HTML, 4.2.5.3).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from syndicator.model.feed import Link
from syndicator.parse.decode import decode
from syndicator.urls import host_of, is_web_url, resolve, without_feed_scheme

FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/feed+json"))
LOOSE_TYPES = frozenset(
    ("application/json", "application/rdf+xml", "application/xml", "text/json", "text/xml")
)
"""Types of some feeds, and of much else: WordPress gives one to what its API says of a page."""
WELL_KNOWN = ("/feed", "/rss", "/atom.xml", "/feed.xml", "/rss.xml", "/index.xml", "/feed.json")
"""Where feeds are often found that no page names."""
MOST = 20
_HEAD = 500_000
_NAMED_SO = re.compile(
    r"/(?:feed|rss|atom)/?(?:\?|$)|[/.](?:rss|atom|rdf)(?:\?|$)|/(?:feed|rss|atom|index)\.(?:xml|json)(?:\?|$)",
    re.IGNORECASE,
)
"""Links of a page that look like one to its feed."""
_LONGEST_REFRESH = 5000
_REFRESH = re.compile(
    r"\s*+(?:\d|\.)[\d.]*+(?:\s*+[;,]\s*+|\s++)(?:url\s*+=\s*+)?(?:\"([^\"]*+)|'([^']*+)|(.*+))",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Announced:
    """What a page says of where to look; all addresses are of the web."""

    feeds: tuple[str, ...] = ()
    """The likeliest first."""
    perhaps: tuple[str, ...] = ()
    """Whose type is that of a feed and of much else, or whose name only is that of a feed."""
    forward: str | None = None
    """Another page, to which this one sends whoever opens it."""


def announced(
    body: bytes, *, content_type: str | None, base_url: str, alternates: Sequence[Link] = ()
) -> Announced:
    """Return what the page in *body* announces.

    Args:
        body: of the answer.
        content_type: the media type as the server stated it; its charset counts.
        base_url: absolute address of the page.
        alternates: what the answer's ``Link`` headers name.
    """
    page = _Page(base_url)
    page.feed(decode(body[:_HEAD], content_type)[0])
    named = [*page.alternates, *alternates]
    host = host_of(base_url)
    by_name = [a.href for a in page.links if _NAMED_SO.search(a.href) and host_of(a.href) == host]
    return Announced(
        feeds=_likeliest(_of_type(FEED_TYPES, [*named, *page.links])),
        perhaps=_likeliest([*_of_type(LOOSE_TYPES, named), *by_name]),
        forward=page.forward,
    )


def _of_type(types: frozenset[str], named: Iterable[Link]) -> list[str]:
    return [
        link.href
        for link in named
        if (link.type or "").partition(";")[0].strip().casefold() in types
    ]


def _likeliest(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda url: "comment" in url.casefold()))[:MOST]


class _Page(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.page_url = base_url
        self.alternates: list[Link] = []
        self.links: list[Link] = []
        self.forward: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a ``link``, a ``meta`` or the ``base`` says."""
        if tag not in {"a", "base", "link", "meta"}:
            return
        values = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base_url = resolve(self.base_url, values.get("href", "")) or self.base_url
        elif tag == "a":
            self._take(self.links, values)
        elif tag == "link" and "alternate" in values.get("rel", "").casefold().split():
            self._take(self.alternates, values)
        elif tag == "meta" and values.get("http-equiv", "").strip().casefold() == "refresh":
            self.forward = self.forward or self._forward(values.get("content", ""))

    def _take(self, found: list[Link], values: dict[str, str]) -> None:
        url = resolve(self.base_url, without_feed_scheme(values.get("href", "")))
        if is_web_url(url):
            found.append(Link(href=url, type=values.get("type")))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002
        """Pass ``<![...]>`` as the comment that it is in HTML; the library raises for most."""
        return self.parse_bogus_comment(i)

    def _forward(self, content: str) -> str | None:
        found = _REFRESH.match(content[:_LONGEST_REFRESH])
        stated = next((group for group in found.groups() if group), "") if found else ""
        url = resolve(self.base_url, stated.partition("#")[0])
        # A page that loads itself again forwards nowhere.
        return url if is_web_url(url) and url != self.page_url.partition("#")[0] else None
