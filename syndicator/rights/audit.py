"""Whether an emitted file keeps every promise of its decisions.  Pure.

The bytes are read back (``emitted``) and every duty is looked for in the readable words
and links, where people will find it, and again in the element of its format.  Nothing
of a renderer is used and nothing is repaired: a breach says which item must not go out
in this file (rights.md 7).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Publication, Removal
from syndicator.model.rights import Form, Hop
from syndicator.rights.emitted import Emitted, Item, Unreadable, read_emitted
from syndicator.rights.readable import Readable, readable, words
from syndicator.rights.templates import LANGUAGES

PAGE_WORDS = 60
"""Words that a page may add around an item (labels, themes, buttons) before they are text."""

STUB_WORDS = 40
"""Longest text of a stub that replaces a removed item."""

_MARKS = tuple(phrases.excerpt_mark for phrases in LANGUAGES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One broken promise."""

    item_id: str
    """Empty: the file as a whole."""
    check: str
    """syntax, missing, extra, duplicate, withheld, form, verbatim, author, source, link,
    copyright, licence, statement, disclaimer, usage, changes, excerpt-mark, together, media,
    tracker, element, unsafe, feed-licence, tombstone."""
    problem: str


Finding = tuple[str, str]
"""A check and what is wrong."""


def audit(
    emitted: bytes,
    format: str,  # noqa: A002 - the word of the field
    expected: Sequence[Publication],
    *,
    removed: Sequence[Removal] = (),
) -> tuple[Breach, ...]:
    """Return every breach in *emitted*, the file in *format* that should show *expected*.

    Args:
        emitted: the bytes that are about to be published.
        format: ``atom``, ``rss``, ``json`` or ``html``.
        expected: the publications that were rendered, in any order.
        removed: what this file reports as taken back (tombstones and stubs).

    Raises:
        ValueError: *format* is none of the four.
    """
    try:
        found = read_emitted(emitted, format)
    except Unreadable as error:
        return (Breach(item_id="", check="syntax", problem=str(error)),)
    breaches = [
        *_check_presence(found, expected, frozenset(removal.id for removal in removed)),
        *_check_tombstones(found, expected, removed, format),
        *_check_stubs(found, expected, removed),
    ]
    publications = {x.id: x for x in expected if x.form is not Form.WITHHELD}
    for item in found.items:
        if item.id in publications:
            findings = dict.fromkeys(_check_item(item, publications[item.id], format))
            breaches += [_breach(item.id, check, problem) for check, problem in findings]
    return tuple(breaches)


# --- the file ------------------------------------------------------------------------------


def _check_presence(
    found: Emitted, expected: Sequence[Publication], taken_back: frozenset[str]
) -> Iterator[Breach]:
    counts = Counter(item.id for item in found.items)
    for publication in expected:
        yield from _check_count(publication, counts.pop(publication.id, 0))
    for extra in counts:
        if extra not in taken_back:
            yield _breach(extra, "extra", "nothing was decided about this item")
    for licence in found.licences:
        yield _breach("", "feed-licence", f"the whole feed claims {licence}")


def _check_count(publication: Publication, count: int) -> Iterator[Breach]:
    if publication.form is Form.WITHHELD:
        if count:
            yield _breach(publication.id, "withheld", "a withheld item is in the file")
    elif not count:
        yield _breach(publication.id, "missing", "the item is not in the file under its id")
    elif count > 1:
        yield _breach(publication.id, "duplicate", f"the item is in the file {count} times")


def _check_tombstones(
    found: Emitted, expected: Sequence[Publication], removed: Sequence[Removal], format_: str
) -> Iterator[Breach]:
    live = {publication.id: publication.updated for publication in expected}
    taken_back = {removal.id for removal in removed}
    for ref, when in found.deleted.items():
        moment = _moment(when)
        if ref not in taken_back:
            yield _breach(ref, "tombstone", "reported as removed, but it was not")
        elif ref in live and (moment is None or live[ref] <= moment):
            yield _breach(ref, "tombstone", "live and removed at the same time")
    # RSS and pages have no tombstones; a stub or a missing item is all they can say.
    unreported = taken_back - set(found.deleted) if format_ in {"atom", "json"} else set()
    for ref in sorted(unreported):
        yield _breach(ref, "tombstone", "its removal is not reported")


def _check_stubs(
    found: Emitted, expected: Sequence[Publication], removed: Sequence[Removal]
) -> Iterator[Breach]:
    stubs = {removal.id for removal in removed} - {publication.id for publication in expected}
    for item in found.items:
        parts = [part for part in (item.body, item.summary) if part is not None]
        if item.id in stubs and any(len(part.text.split()) > STUB_WORDS for part in parts):
            yield _breach(item.id, "tombstone", "a removed item still shows its text")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _breach(item_id: str, check: str, problem: str) -> Breach:
    return Breach(item_id=item_id, check=check, problem=problem)


# --- one item ------------------------------------------------------------------------------


def _check_item(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    yield from _check_form(item, publication, format_)
    parts = [part for part in (item.body, item.summary) if part is not None]
    for part in parts:
        yield from _check_amount(part, publication, format_)
        yield from _check_duties(part, publication)
        yield from _check_media(part, publication)
        yield from _check_safety(part, format_)
    yield from _check_together(parts, publication)
    if item.summary_text is not None and words(publication.plain_line) not in item.summary_text:
        yield "source", "the plain summary lacks the credit line"
    if format_ != "html":
        yield from _check_elements(item, publication, format_)
    allowed = {enclosure.url for enclosure in publication.enclosures}
    for address in item.enclosures:
        if address not in allowed:
            yield "media", f"encloses {address}, which is not covered"


def _check_form(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    form = publication.form
    if item.form is not None and item.form != form:
        yield "form", f"it says {item.form}, the decision is {form}"
    if format_ in {"atom", "rss"}:
        if item.body is not None and form is not Form.FULL:
            yield "form", f"there is a content element in {form} form"
        if item.body is None and form is Form.FULL:
            yield "form", "the content element is missing"
        if item.summary is None and (format_ == "rss" or form is not Form.FULL):
            yield "form", "the summary is missing"
    elif item.body is None and (format_ == "html" or form is not Form.LINK):
        yield "form", "there is no readable content"


def _check_amount(part: Readable, publication: Publication, format_: str) -> Iterator[Finding]:
    body = readable("body", publication.body_html).text
    summary = readable("summary", publication.summary_html).text
    if format_ == "html":
        yield from _check_page(part, publication, body, summary)
        return
    shown = part.text.removesuffix(words(publication.access or "")).strip()
    if shown in {body, summary}:
        return
    if len(shown.split()) > max(len(body.split()), len(summary.split())):
        yield "form", f"{part.name} has more text than {publication.form} form allows"
    else:
        yield "verbatim", f"the words of {part.name} are not those that were decided"


def _check_page(
    part: Readable, publication: Publication, body: str, summary: str
) -> Iterator[Finding]:
    if body not in part.text:
        yield "verbatim", "the words of the article are not those that were decided"
    around = (publication.title, *publication.why, *(tag.title for tag in publication.tags))
    known = Counter(f"{body} {summary} {' '.join(around)}".split())
    strange = Counter(part.text.split()) - known
    if strange.total() > PAGE_WORDS:
        yield "form", f"the article has {strange.total()} words that nobody decided about"


def _check_media(part: Readable, publication: Publication) -> Iterator[Finding]:
    covered = Counter(readable("body", publication.body_html).media)
    stripped = publication.form is not Form.FULL or "strip_media" in publication.duties
    counter = any(duty.startswith("keep_tracker") for duty in publication.duties)
    if stripped and not counter:
        covered = Counter()
    for address in Counter(part.media) - covered:
        yield "media", f"{part.name} shows {address}, which is not covered"
    whole = publication.form is Form.FULL and part.name not in {"summary", "description"}
    if counter and whole and not part.media:
        yield "tracker", f"the page counter is missing in {part.name}"


def _check_safety(part: Readable, format_: str) -> Iterator[Finding]:
    for unsafe in part.unsafe:
        yield "unsafe", f"{part.name} carries {unsafe}"
    for address in part.relative if format_ != "html" else ():
        yield "unsafe", f"{part.name} links to {address}, which is not absolute"


# --- duties in the readable words ----------------------------------------------------------


def _check_duties(part: Readable, publication: Publication) -> Iterator[Finding]:
    for duty in dict.fromkeys((*_floor(publication), *publication.duties)):
        kind, _, party = duty.partition(":")
        check = _DUTIES.get(kind)
        if check is not None:
            for name, problem in check(part, publication, party):
                yield name, f"{part.name}: {problem}"


def _floor(publication: Publication) -> Iterator[str]:
    """Yield what every item owes, whatever its decision lists."""
    if publication.authors:
        yield "credit_author"
    if publication.copyright_line:
        yield "copyright_notice"
    if publication.form is Form.EXCERPT:
        yield "mark_excerpt"
    yield "article"


def _author(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
    if not publication.authors:
        yield "author", "an author is owed and none is known"
    for person in publication.authors:
        if words(person.name) not in part.text:
            yield "author", f"the author {person.name} is not named"


def _source(part: Readable, publication: Publication, party: str) -> Iterator[Finding]:
    hop = _hop(publication, party)
    if hop is None or words(hop.name) not in part.text:
        yield "source", f"{hop.name if hop else party} is not named"


def _link(part: Readable, publication: Publication, party: str) -> Iterator[Finding]:
    hop = _hop(publication, party)
    address = (hop.url or hop.homepage) if hop else None
    if not address:
        yield "link", f"no address to link {party} to"
    elif address not in part.hrefs:
        yield "link", f"no link to {address}"
    elif address in part.nofollow:
        yield "link", f"the link to {address} is marked nofollow"


def _article(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
    if publication.url not in part.hrefs:
        yield "link", f"no link to the article, {publication.url}"


def _copyright(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
    line = words(publication.copyright_line or "")
    if not line or line not in part.text:
        yield "copyright", "the copyright line is not there"


def _licence(part: Readable, publication: Publication, policy: str) -> Iterator[Finding]:
    owed = [x for x in publication.licences if not policy or x.policy == policy]
    if not (owed or publication.licences):
        yield "licence", f"no licence to name for {policy}"
    for licence in owed or publication.licences:
        if words(licence.title) not in part.text:
            yield "licence", f"{licence.title} is not named"
        if licence.url and licence.url not in part.hrefs:
            yield "licence", f"no link to {licence.url}"


def _texts(
    check: str, texts: Callable[[Publication], Sequence[str]]
) -> Callable[[Readable, Publication, str], Iterator[Finding]]:
    def look(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
        owed = [words(text) for text in texts(publication) if text.strip()]
        if not owed:
            yield check, "owed, but there is nothing to say"
        for text in owed:
            if text not in part.text:
                yield check, f"“{text[:80]}” is not there"

    return look


def _mark(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
    if not any(mark in part.text for mark in _MARKS):
        yield "excerpt-mark", "the excerpt is not marked as one"
    if publication.url not in part.hrefs:
        yield "excerpt-mark", "no link to read on"


def _usage(publication: Publication) -> list[str]:
    return [x.removeprefix("mailto:") for x in publication.acknowledgement.usage]


_DUTIES: Mapping[str, Callable[[Readable, Publication, str], Iterator[Finding]]] = {
    "article": _article,
    "credit_author": _author,
    "credit_source": _source,
    "link": _link,
    "copyright_notice": _copyright,
    "licence_notice": _licence,
    "share_alike": _licence,
    "statement": _texts("statement", lambda p: p.acknowledgement.statements),
    "disclaimer": _texts("disclaimer", lambda p: p.acknowledgement.disclaimers),
    "usage_info": _texts("usage", _usage),
    "indicate_changes": _texts("changes", lambda p: p.acknowledgement.changes),
    "mark_excerpt": _mark,
}


def _hop(publication: Publication, party: str) -> Hop | None:
    return next((hop for hop in publication.chain if hop.party == party), None)


def _check_together(parts: Sequence[Readable], publication: Publication) -> Iterator[Finding]:
    """Acknowledgement and link stand in the same block or in neighbours (rights.md R7)."""
    line = words(publication.copyright_line or "")
    if not line:
        return
    for part in parts:
        blocks = part.paragraphs
        near = {
            href
            for index, block in enumerate(blocks)
            if line in block.text
            for other in blocks[max(0, index - 1) : index + 2]
            for href in other.hrefs
        }
        if publication.url in part.hrefs and publication.url not in near:
            yield "together", f"{part.name}: the copyright line and the link stand apart"


# --- duties in the elements ----------------------------------------------------------------


def _check_elements(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    if publication.url not in item.urls:
        yield "element", f"the item's link is not {publication.url}"
    others = {hop.url for hop in publication.chain if hop.url} - {publication.url}
    for address in sorted(others - set(item.passed)):
        yield "element", f"no via link to {address}"
    for name in sorted({words(x.name) for x in publication.authors} - set(item.authors)):
        yield "element", f"the author element lacks {name}"
    if (item.rights or None) != (words(publication.copyright_line or "") or None):
        yield "element", f"the rights element says {item.rights!r}"
    if publication.holder and item.holder != words(publication.holder):
        yield "element", f"the rights holder element says {item.holder!r}"
    yield from _check_licences(item, publication)
    if format_ == "atom" and _moment(item.updated or "") != publication.updated:
        yield "element", f"updated says {item.updated}"


def _check_licences(item: Item, publication: Publication) -> Iterator[Finding]:
    owed = {licence.url for licence in publication.licences if licence.url}
    for address in sorted(owed - set(item.licences)):
        yield "element", f"the licence element lacks {address}"
    for address in sorted(set(item.licences) - owed):
        yield "licence", f"claims {address}, on which the decision does not rely"
