"""What an article's own lines say about where it comes from.  Pure.

The rules of ``extract.yaml`` run over the first and the last lines; date lines, bylines
and agencies are read beside them.  Feed text is hostile: every expression is linear.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from syndicator.model.feed import ParsedEntry
from syndicator.model.rights import Evidence
from syndicator.rights.bylines import agencies_in, named_date
from syndicator.rights.extract import (
    NEEDED,
    RULES,
    Line,
    Rule,
    compile_pattern,
    lines_of,
    readable_parts,
)
from syndicator.rights.furniture import count_work_lines
from syndicator.rights.moments import UNDATED, embargo_end
from syndicator.rights.parties import name_key
from syndicator.rights.party_names import span_of_name
from syndicator.rights.place import (
    Place,
    copyright_evidence,
    evidence,
    is_article,
    is_name,
    leads_somewhere,
)
from syndicator.urls import bare_host

ENDS = 0.15
"""Share of the text at its beginning and at its end in which statements are looked for."""

_EMBARGOES = tuple(rule for rule in RULES if rule.fact.startswith("embargo"))
"""Rules for a headline, which says nothing else on rights."""

_SPEAKS_OF_IT = compile_pattern(
    r"^\W{0,3}(?:(?:this|the|read|see|cet|le|lire|dieser|der|zum|este|el|leer|هذا|original|full)\s+)*"
    r"(?:l.)?(?:article|story|piece|post|essay|column|interview|report|original|version|here|artikel"
    r"|beitrag|text|hier|texte|billet|ici|artículo|texto|aquí|articolo|المقال|هنا)"
    r"(?:\s+(?:original|originale|article|hier|here))?\W{0,3}$"
)
"""Words of a link that mean the article of which the sentence speaks."""

_ARTICLE = 4
"""Characters of the longest word that may stand before a linked name: "the", "der" and a space."""

LONGEST_NAME = 80
"""A link with more words than that is a sentence or a title, not a party's name."""


def read_text(entry: ParsedEntry, place: Place) -> Iterator[Evidence]:
    """Yield what the title, the content and the summary of *entry* say, each statement once."""
    seen: set[tuple[str, str, str]] = set()
    title = _read_line(Line(text=entry.title), _EMBARGOES, place, "title")
    texts = (("content", entry.content_html), ("summary", entry.summary_html))
    lines = (_from_lines(lines_of(html), place, field) for field, html in texts if html)
    for told in (title, *lines):
        for found in told:
            key = (found.fact, name_key(found.value), found.rule)
            if key not in seen:
                seen.add(key)
                yield found


def _from_lines(lines: Sequence[Line], place: Place, field: str) -> Iterator[Evidence]:
    head, tail = _ends(lines)
    for index in sorted(head | tail):
        where = f"{field}:{'head' if index in head else 'tail'}"
        line = lines[index]
        rules = _rules(in_head=index in head, in_tail=index in tail)
        yield from _read_line(line, rules, place, where)
        if index in head:
            for agency in agencies_in(line.text, byline=False):
                yield evidence("byline", agency, None, (where, "agency"), 0.8, line.text)
    yield from _from_datelines([lines[i] for i in sorted(head)], place, field)


@cache
def _rules(*, in_head: bool, in_tail: bool) -> tuple[Rule, ...]:
    left_out = {"head": not in_head, "tail": not in_tail, "ends": False}
    return tuple(rule for rule in RULES if not left_out[rule.within])


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


def _read_line(line: Line, rules: Sequence[Rule], place: Place, where: str) -> Iterator[Evidence]:
    """Yield what *line* says; of several rules that name the same party the first counts."""
    named: set[tuple[str, str]] = set()
    lower = line.text.lower()
    if NEEDED.search(lower) is None:
        return
    dated = False
    for rule in rules:
        if not any(map(lower.__contains__, rule.needs)):
            continue
        if rule.fact == "embargo-undated" and dated:
            continue
        for found in _read(rule, line, place, where):
            key = (found.fact, name_key(found.value))
            if key not in named:
                yield found
            named.add(key)
            dated = dated or found.fact == "embargo"


def _read(rule: Rule, line: Line, place: Place, where: str) -> Iterator[Evidence]:
    for offset, part in readable_parts(line.text):
        match = rule.pattern.search(part)
        if match is None:
            continue
        if rule.fact == "copyright":
            yield from copyright_evidence(part, where, rule.id)
        elif rule.fact == "reservation":
            yield evidence("reservation", part, None, (where, rule.id), rule.plain)
        elif rule.fact == "embargo":
            yield from _embargo(match.group("name") or "", part, where, rule)
        elif rule.fact == "embargo-undated":
            yield evidence("embargo", UNDATED, None, (where, rule.id), rule.plain, part)
        else:
            start, end = (offset + at for at in rule.span_of_name(match))
            first, last = span_of_name(line.text[start:end])
            yield from _party(rule, line, (start + first, start + last), place, where)
        return


def _party(
    rule: Rule, line: Line, span: tuple[int, int], place: Place, where: str
) -> Iterator[Evidence]:
    """Yield the party named at *span*, with the address that its name is a link to."""
    link = line.link_at(*span)
    if link is not None and link.start > span[0] + _ARTICLE:
        # "In the weekly" leads to a linked name that ends there; another link is none of it.
        link, span = (link, (link.start, link.end)) if link.end >= span[1] else (None, span)
    # Where a link begins with the name, its words are the whole name, dots and all.
    whole = link is not None and link.start <= span[0] and link.end - span[0] <= LONGEST_NAME
    name = line.text[span[0] : link.end if link and whole else span[1]].strip()
    href = link.href if link and leads_somewhere(link.href, place) else None
    own = place.is_named(name)
    if not is_name(name) or (rule.fact == "feed-of" and (own or place.is_own(href))):
        return
    if place.is_own(href) != own:
        href = None
    article = href if href and is_article(href) else None
    if article is None and not own:
        article = _beside(line, href, place, any_words=rule.fact == "feed-of")
    value = place.carrier if own else name
    confidence, at = _confidence(rule, name, href or article), (where, rule.id)
    if not confidence:
        return
    yield evidence("origin", value, article, at, confidence, line.text)
    if href and not is_article(href):
        yield evidence("homepage", value, href, at, confidence, line.text)
    yield from _licence(line, where, rule, confidence)


def _beside(line: Line, home: str | None, place: Place, *, any_words: bool) -> str | None:
    """Return the article's address where other words than the name are a link to it.

    Args:
        line: the statement.
        home: what the name is a link to, the party's front page; None: it is none.
        place: of the copy.
        any_words: a link is the article whatever its words are, as its title is.
    """
    found = {
        link.href
        for link in line.links
        if leads_somewhere(link.href, place)
        and not place.is_own(link.href)
        and is_article(link.href)
        and (bare_host(link.href) == bare_host(home) if home else True)
        and (home or any_words or _SPEAKS_OF_IT.search(line.text[link.start : link.end]))
    }
    return found.pop() if len(found) == 1 else None


def _confidence(rule: Rule, name: str, href: str | None) -> float:
    if href is None:
        return rule.plain
    words, host = name.strip().lower().removeprefix("www."), bare_host(href)
    looks_like_host = "." in words and " " not in words
    if looks_like_host and host != words and not host.endswith(f".{words}"):
        # The words name one site and the link leads to another: one of them is wrong.
        return 0.5
    return rule.linked


def _licence(line: Line, where: str, rule: Rule, confidence: float) -> Iterator[Evidence]:
    if "under" not in rule.id:
        return
    for link in line.links:
        if bare_host(link.href) == "creativecommons.org":
            yield evidence("licence", link.href, link.href, (where, rule.id), confidence, line.text)


def _embargo(words: str, line: str, where: str, rule: Rule) -> Iterator[Evidence]:
    until = embargo_end(words)
    if until is not None:
        yield evidence("embargo", until.isoformat(), None, (where, rule.id), rule.plain, line)


def _from_datelines(head: Sequence[Line], place: Place, field: str) -> Iterator[Evidence]:
    """Read the two date lines of a republisher's print layout: its own, then the origin's."""
    carried = False
    for line in head:
        before = named_date(line.text)
        if before is None:
            continue
        if place.is_named(before):
            carried = True
        elif carried and is_name(before):
            link = line.link_at(0, len(before))
            href = link.href if link and leads_somewhere(link.href, place) else None
            article = href if href and not place.is_own(href) and is_article(href) else None
            confidence = 0.95 if article else 0.85
            where = f"{field}:head"
            yield evidence("origin", before, article, (where, "date-line"), confidence, line.text)
            return
