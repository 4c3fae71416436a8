"""Where an article comes from: every statement about it, with how far to believe it.  Pure.

Feed elements, links, bylines and lines of the text each give evidence; nothing is decided
and nothing is combined here.  The confidences are those of rights.md section 4.  A link
to nowhere (empty, ``#``, a script, the page itself) is no link, a link to the carrier's
own pages says nothing about another party, and a home page is no article.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from syndicator.urls import canonical_url, host_of, is_web_url

from syndicator.model.feed import FeedRef, ParsedEntry, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.rights.bylines import agencies_in, copyright_holder, embargo_end, named_date
from syndicator.rights.extract import RULES, Line, Rule, lines_of, readable_parts
from syndicator.rights.furniture import count_work_lines, split_notice

__all__ = ["gather_evidence", "split_notice"]

QUOTE = 200
"""Longest quotation in a piece of evidence, in characters."""

ENDS = 0.15
"""Share of the text at its beginning and at its end in which statements are looked for."""

_PAGE_RELS = {"canonical": 0.85, "isversionof": 0.85, "isbasedon": 0.85, "original": 0.85}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The copy that is looked at, and how to tell its own pages from others'."""

    page: str | None
    hosts: frozenset[str]
    names: frozenset[str]

    def is_own(self, url: str | None) -> bool:
        host = host_of(url or "") or ""
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def is_elsewhere(self, url: str | None) -> bool:
        return bool(url) and is_web_url(str(url)) and not self.is_own(url)

    def is_named(self, name: str) -> bool:
        return squash(name) in self.names


def gather_evidence(
    entry: ParsedEntry, feed: ParsedFeed, *, feed_url: str, publisher: Publisher
) -> tuple[Evidence, ...]:
    """Return what *entry* says about its provenance, in order of discovery.

    Facts: ``origin`` and ``via`` (parties, with the article's address where it is linked),
    ``homepage`` (a party's, where only that is linked), ``author``, ``byline`` (agencies),
    ``holder``, ``copyright`` (the line verbatim), ``reservation``, ``licence``, ``embargo``
    (RFC 3339).

    Args:
        entry: as parsed, before any furniture is cut from it.
        feed: the document it stands in.
        feed_url: address of that document.
        publisher: whose feed it is, the carrier.
    """
    place = _place(entry, feed, feed_url, publisher)
    found = [*_from_text(entry, place), *_from_elements(entry, place)]
    found = _settle_middle_parties([*found, *_from_source(entry, feed, place)])
    found += [*_from_authors(entry), *_from_rights(entry)]
    return tuple(dict.fromkeys(found))


def squash(name: str) -> str:
    """Return *name* without case, spaces, punctuation and a leading article, to compare."""
    words = "".join(c if c.isalnum() else " " for c in name.casefold()).split()
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _place(entry: ParsedEntry, feed: ParsedFeed, feed_url: str, publisher: Publisher) -> _Place:
    addresses = (feed_url, feed.html_url, publisher.homepage)
    hosts = {host_of(url or "") for url in addresses} | {d.lower() for d in publisher.domains}
    names = {publisher.name, publisher.id, *publisher.aliases, *publisher.domains}
    return _Place(
        page=entry.url,
        hosts=frozenset(host.removeprefix("www.") for host in hosts if host),
        names=frozenset(squash(name) for name in names if name.strip()),
    )


# --- feed elements ---------------------------------------------------------------------


def _from_elements(entry: ParsedEntry, place: _Place) -> Iterator[Evidence]:
    for link in entry.links:
        rel = link.rel.rpartition("/")[2].rpartition(":")[2].lower()
        if not place.is_elsewhere(link.href):
            continue
        name = (link.title or "").strip() or _host_name(link.href)
        if rel == "via":
            yield _evidence("via", name, link.href, ("feed:link", "rel-via"), 0.85)
        elif rel in _PAGE_RELS:
            yield _evidence("origin", name, link.href, ("feed:link", f"rel-{rel}"), _PAGE_RELS[rel])


def _from_source(entry: ParsedEntry, feed: ParsedFeed, place: _Place) -> Iterator[Evidence]:
    source = entry.source
    if source is None:
        return
    address = next(filter(place.is_elsewhere, (source.url, source.html_url, source.id)), None)
    if address is None:
        return
    atom = feed.format.startswith("atom")
    rule, confidence = ("atom-source", 0.9) if atom else ("rss-source", 0.8)
    name = source.title.strip() or _host_name(address)
    article = entry.url if _same_site(entry.url, source) else None
    yield _evidence("via", name, article, ("feed:source", rule), confidence)
    yield from _source_rights(source)


def _source_rights(source: FeedRef) -> Iterator[Evidence]:
    holder = copyright_holder(source.rights or "")
    if source.rights and holder:
        yield _evidence(
            "holder", holder, None, ("feed:source", "source-rights"), 0.6, source.rights
        )


def _same_site(url: str | None, source: FeedRef) -> bool:
    host = (host_of(url or "") or "").removeprefix("www.")
    return bool(host) and host in {
        (host_of(address or "") or "").removeprefix("www.")
        for address in (source.url, source.html_url, source.id)
    }


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
    origins = [e for e in middle if squash(e.value) == squash(first.value)]
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
            yield _evidence("byline", agency, None, ("feed:author", "agency"), 0.8, person.name)


def _from_rights(entry: ParsedEntry) -> Iterator[Evidence]:
    line = (entry.rights or "").strip()
    if line:
        yield from _copyright(line, "feed:rights", "rights-element")


# --- text ------------------------------------------------------------------------------


def _from_text(entry: ParsedEntry, place: _Place) -> Iterator[Evidence]:
    seen: set[tuple[str, str, str]] = set()
    for field, html in (("content", entry.content_html), ("summary", entry.summary_html)):
        for found in _from_lines(lines_of(html), place, field):
            key = (found.fact, squash(found.value), found.rule)
            if key not in seen:
                seen.add(key)
                yield found


def _from_lines(lines: Sequence[Line], place: _Place, field: str) -> Iterator[Evidence]:
    head, tail = _ends(lines)
    for index in sorted(head | tail):
        where = f"{field}:{'head' if index in head else 'tail'}"
        line = lines[index]
        for rule in RULES:
            if rule.within == "ends" or index in (head if rule.within == "head" else tail):
                yield from _read(rule, line, place, where)
        if index in head:
            for agency in agencies_in(line.text, byline=False):
                yield _evidence("byline", agency, None, (where, "agency"), 0.8, line.text)
    yield from _from_datelines([lines[i] for i in sorted(head)], place, field)


def _ends(lines: Sequence[Line]) -> tuple[set[int], set[int]]:
    """Return the indices of the first and of the last lines of the work.

    What follows the work counts with its end: a long disclaimer must not push the lines
    that matter out of the last 15 %.
    """
    work = count_work_lines(lines)
    total = sum(len(line.text) for line in lines[:work])
    head, tail, position = set(range(min(3, work))), set(range(max(0, work - 3), len(lines))), 0
    for index, line in enumerate(lines[:work]):
        if position <= total * ENDS:
            head.add(index)
        position += len(line.text)
        if position >= total * (1 - ENDS):
            tail.add(index)
    return head, tail


def _read(rule: Rule, line: Line, place: _Place, where: str) -> Iterator[Evidence]:
    for offset, part in readable_parts(line.text):
        match = rule.pattern.search(part)
        if match is None:
            continue
        if rule.fact == "copyright":
            yield from _copyright(part, where, rule.id)
        elif rule.fact == "reservation":
            yield _evidence("reservation", part, None, (where, rule.id), rule.plain)
        elif rule.fact == "embargo":
            yield from _embargo(match.group("name") or "", part, where, rule)
        else:
            start, end = (offset + at for at in rule.span_of_name(match))
            name = (match.group("name") or "").strip()
            yield from _party(rule, line, _Span(name, start, end), place, where)
        return


@dataclass(frozen=True, slots=True)
class _Span:
    name: str
    start: int
    end: int


def _party(rule: Rule, line: Line, span: _Span, place: _Place, where: str) -> Iterator[Evidence]:
    link = line.link_at(span.start, span.end)
    name = span.name
    if link and link.start <= span.start and link.end - link.start <= 80:
        name = line.text[max(link.start, span.start) : link.end].strip() or name
    if not _is_name(name):
        return
    href = link.href if link and _leads_somewhere(link.href, place) else None
    own = place.is_named(name) or place.is_named(_host_name(href or ""))
    if rule.fact == "feed-of" and own:
        return
    confidence = _confidence(rule, name, href, place)
    if href and place.is_own(href) != own:
        href = None
    article = href if href and _is_article(href) else None
    yield _evidence("origin", name, article, (where, rule.id), confidence, line.text)
    if href and article is None:
        yield _evidence("homepage", name, href, (where, rule.id), confidence, line.text)
    yield from _licence(line, where, rule, confidence)


def _confidence(rule: Rule, name: str, href: str | None, place: _Place) -> float:
    if href is None or (place.is_own(href) and not place.is_named(name)):
        return rule.plain
    words, host = name.strip().lower().removeprefix("www."), _host_name(href)
    looks_like_host = "." in words and " " not in words
    if looks_like_host and host != words and not host.endswith(f".{words}"):
        # The words name one site and the link leads to another: one of them is wrong.
        return 0.5
    return rule.linked


def _licence(line: Line, where: str, rule: Rule, confidence: float) -> Iterator[Evidence]:
    if "under" not in rule.id:
        return
    for link in line.links:
        if (host_of(link.href) or "").removeprefix("www.") == "creativecommons.org":
            yield _evidence(
                "licence", link.href, link.href, (where, rule.id), confidence, line.text
            )


def _copyright(line: str, where: str, rule: str) -> Iterator[Evidence]:
    yield Evidence(
        fact="copyright", value=line, where=where, rule=rule, confidence=0.85, text=line[:QUOTE]
    )
    holder = copyright_holder(line)
    if holder:
        yield _evidence("holder", holder, None, (where, rule), 0.85, line)


def _embargo(words: str, line: str, where: str, rule: Rule) -> Iterator[Evidence]:
    until = embargo_end(words)
    if until is not None:
        yield _evidence("embargo", until.isoformat(), None, (where, rule.id), rule.plain, line)


def _from_datelines(head: Sequence[Line], place: _Place, field: str) -> Iterator[Evidence]:
    """Read the two date lines of a republisher's print layout: its own, then the origin's."""
    carried = False
    for line in head:
        before = named_date(line.text)
        if before is None:
            continue
        if place.is_named(before):
            carried = True
        elif carried and _is_name(before):
            link = line.link_at(0, len(before))
            href = link.href if link and _leads_somewhere(link.href, place) else None
            article = href if href and not place.is_own(href) and _is_article(href) else None
            confidence = 0.95 if article else 0.85
            where = f"{field}:head"
            yield _evidence("origin", before, article, (where, "date-line"), confidence, line.text)
            return


# --- small judgements --------------------------------------------------------------------


def _evidence(
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


def _leads_somewhere(href: str, place: _Place) -> bool:
    if not is_web_url(href):
        return False
    return not place.page or canonical_url(href) != canonical_url(place.page)


def _is_article(href: str) -> bool:
    rest = href.partition("://")[2].partition("#")[0]
    path = rest.partition("/")[2].strip("/")
    return path not in {"", "index.html", "index.php", "home"}


def _host_name(url: str) -> str:
    return (host_of(url) or "").removeprefix("www.")


def _is_name(name: str) -> bool:
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
