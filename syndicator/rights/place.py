"""The copy whose provenance is asked for, and which pages are the carrier's own.  Pure.

A link to nowhere (empty, ``#``, a script, the page itself) is no link, a link to the
carrier's own pages says nothing about another party, and a home page is no article.
"""

from dataclasses import dataclass

from syndicator.model.feed import ParsedEntry, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.rights.bylines import copyright_holder
from syndicator.urls import canonical_url, host_of, is_web_url
from collections.abc import Iterator

QUOTE = 200
"""Longest quotation in a piece of evidence, in characters."""

@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The copy that is looked at, and how to tell its own pages from others'."""

    carrier: str
    page: str | None
    hosts: frozenset[str]
    names: frozenset[str]

    def is_own(self, url: str | None) -> bool:
        host = host_of(url or "")
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def is_elsewhere(self, url: str | None) -> bool:
        return is_web_url(url) and not self.is_own(url)

    def is_named(self, name: str) -> bool:
        return squash(name) in self.names


def place_of(entry: ParsedEntry, feed: ParsedFeed, feed_url: str, publisher: Publisher) -> Place:
    addresses = (feed_url, feed.html_url, publisher.homepage)
    hosts = {host_of(url or "") for url in addresses} | {d.lower() for d in publisher.domains}
    names = {publisher.name, publisher.id, feed.title, *publisher.aliases, *publisher.domains}
    return Place(
        carrier=publisher.name,
        page=entry.url,
        hosts=frozenset(host.removeprefix("www.") for host in hosts if host),
        names=frozenset(squash(name) for name in names if name.strip()),
    )


def squash(name: str) -> str:
    """Return *name* without case, spaces, punctuation and a leading article, to compare."""
    words = "".join(c if c.isalnum() else " " for c in name.casefold()).split()
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def evidence(
    fact: str,
    value: str,
    url: str | None,
    at: tuple[str, str],
    confidence: float,
    text: str = "",
) -> Evidence:
    where, rule = at
    return Evidence(
        fact=fact,
        value=" ".join(value.split())[:500],
        url=url,
        where=where,
        rule=rule,
        confidence=confidence,
        text=(text or value)[:QUOTE],
    )


def leads_somewhere(href: str, place: Place) -> bool:
    if not is_web_url(href):
        return False
    return not place.page or canonical_url(href) != canonical_url(place.page)


def is_article(href: str) -> bool:
    rest = href.partition("://")[2].partition("#")[0]
    path = rest.partition("/")[2].strip("/")
    return path not in {"", "index.html", "index.php", "home"}


def host_name(url: str) -> str:
    return host_of(url).removeprefix("www.")


def is_name(name: str) -> bool:
    words = name.split()
    return 1 <= len(words) <= 10 and squash(name) not in _NO_NAMES


_NO_NAMES = frozenset(
    [
        "here",
        "link",
        "thislink",
        "source",
        "thesource",
        "original",
        "theoriginal",
        "article",
        "hier",
        "ici",
        "aquí",
        "aqui",
        "qui",
        "thissite",
        "oursite",
        "oursite",
        "ourwebsite",
        "thiswebsite",
        "thisblog",
        "myblog",
        "print",
        "part",
        "full",
        "it",
        "them",
        "english",
        "french",
        "german",
        "spanish",
        "italian",
        "2015",
        "2016",
    ]
)
def copyright_evidence(line: str, where: str, rule: str) -> Iterator[Evidence]:
    yield Evidence(
        fact="copyright", value=line, where=where, rule=rule, confidence=0.85, text=line[:QUOTE]
    )
    holder = copyright_holder(line)
    if holder:
        yield evidence("holder", holder, None, (where, rule), 0.85, line)


