"""The copy whose provenance is asked for, and which pages are the carrier's own.  Pure.

A link to nowhere (empty, ``#``, a script, the page itself) is no link, a link to the
carrier's own pages says nothing about another party, and a home page is no article.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from syndicator.model.feed import ParsedEntry, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.rights.bylines import agencies_in, copyright_holder, is_date_word
from syndicator.rights.parties import name_key
from syndicator.urls import bare_host, canonical_url, host_of, is_web_url

QUOTE = 200
"""Longest quotation in a piece of evidence, in characters."""

LONGEST_VALUE = 500
"""Longest value of a piece of evidence, in characters."""

_NO_NAMES = frozenset(
    [
        "here",
        "link",
        "thislink",
        "source",
        "thesource",
        "original",
        "article",
        "hier",
        "ici",
        "aquí",
        "aqui",
        "qui",
        "english",
        "french",
        "german",
        "spanish",
        "italian",
        "arabic",
        "full",
        "part",
        "print",
        "it",
        "them",
        "us",
    ]
)
"""Words that a pattern may take for a party, in the form of ``name_key``."""

_NO_BEGINNINGS = frozenset(
    ["our", "this", "that", "these", "my", "their", "its", "his", "her", "another", "a", "an"]
)
"""Words with which a description begins, not a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The copy that is looked at, and how to tell its own pages from others'."""

    carrier: str
    page: str | None
    hosts: frozenset[str]
    names: frozenset[str]

    def is_own(self, url: str | None) -> bool:
        """Tell whether *url* is a page of the carrier's."""
        host = host_of(url or "")
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def is_elsewhere(self, url: str | None) -> bool:
        """Tell whether *url* is a page of somebody else's."""
        return is_web_url(url) and not self.is_own(url)

    def is_named(self, name: str) -> bool:
        """Tell whether *name* is one of the carrier's names."""
        return name_key(name) in self.names


def place_of(entry: ParsedEntry, feed: ParsedFeed, feed_url: str, publisher: Publisher) -> Place:
    """Return where *entry* stands: its page and what its carrier is known by."""
    named = {domain.lower() for domain in publisher.domains} | {bare_host(publisher.homepage or "")}
    found = {bare_host(feed_url), bare_host(feed.html_url or "")}
    if publisher.domains:
        # A machine's address is shared by whatever runs there; a domain is somebody's.
        found = {host for host in found if not _is_machine(host)}
    names = {publisher.name, publisher.id, feed.title, *publisher.aliases, *publisher.domains}
    return Place(
        carrier=publisher.name,
        page=entry.url,
        hosts=frozenset(named | found) - {""},
        names=frozenset(name_key(name) for name in names) - {""},
    )


def _is_machine(host: str) -> bool:
    return host == "localhost" or ":" in host or host.replace(".", "").isdigit()


def evidence(
    fact: str,
    value: str,
    url: str | None,
    at: tuple[str, str],
    confidence: float,
    text: str = "",
) -> Evidence:
    """Return a piece of evidence; *at* is where it was found and by which rule."""
    where, rule = at
    return Evidence(
        fact=fact,
        value=" ".join(value.split())[:LONGEST_VALUE],
        url=url,
        where=where,
        rule=rule,
        confidence=confidence,
        text=(text or value)[:QUOTE],
    )


def leads_somewhere(href: str, place: Place) -> bool:
    """Tell whether *href* is a link to a web page other than the one it stands on."""
    if not is_web_url(href):
        return False
    return not place.page or canonical_url(href) != canonical_url(place.page)


def is_article(href: str) -> bool:
    """Tell whether *href* can be an article's address: it is not a home page."""
    rest = href.partition("://")[2].partition("#")[0]
    path = rest.partition("/")[2].strip("/")
    return path not in {"", "index.html", "index.php", "home"}


def is_name(name: str) -> bool:
    """Tell whether *name* can be a party's name: no date, no pronoun, no mere description."""
    words = name.casefold().split()
    return (
        1 <= len(words) <= 10
        and words[0] not in _NO_BEGINNINGS
        and name_key(name) not in _NO_NAMES
        and not all(is_date_word(word) for word in words)
    )


def copyright_evidence(line: str, where: str, rule: str) -> Iterator[Evidence]:
    """Yield the copyright line verbatim, the holder whom it names, and the agency if it is one."""
    yield Evidence(
        fact="copyright", value=line, where=where, rule=rule, confidence=0.85, text=line[:QUOTE]
    )
    holder = copyright_holder(line)
    if holder:
        yield evidence("holder", holder, None, (where, rule), 0.85, line)
        for agency in agencies_in(holder, byline=True):
            yield evidence("byline", agency, None, (where, "copyright-agency"), 0.85, line)
