"""Whether an emitted file keeps every promise of its decisions.  Pure.

The bytes are read back (``reading_back``) and every duty is looked for in the readable words
and links, where people will find it, and again in the element of its format.  Nothing
of a renderer is used and nothing is repaired: a breach says which item must not go out
in this file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syndicator.model.entries import Publication, Removal
from syndicator.model.rights import Form
from syndicator.rights.elements import check_elements
from syndicator.rights.emitted import Emitted, Item, Unreadable
from syndicator.rights.frame import check_explanation, check_frame
from syndicator.rights.owed import Finding, check_duties, check_together, has_address, moment
from syndicator.rights.parts import check_parts
from syndicator.rights.readable import Readable, readable, words
from syndicator.rights.reading_back import read_emitted

STUB_WORDS = 40
"""Longest text of a stub that replaces a removed item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One broken promise."""

    item_id: str
    """Empty: the file as a whole."""
    check: str
    """syntax, missing, extra, duplicate, withheld, form, verbatim, title, date, author, source,
    link, notice, hidden, markup, copyright, licence, licence-claim, statement, disclaimer,
    usage, changes, excerpt-mark, together, media, tracker, element, unsafe, feed-licence,
    tombstone."""
    problem: str


def audit(
    emitted: bytes,
    format: str,  # noqa: A002 - the word of the field
    expected: Sequence[Publication],
    *,
    removals: Sequence[Removal] = (),
) -> tuple[Breach, ...]:
    """Return every breach in *emitted*, the file in *format* that should show *expected*.

    Args:
        emitted: the bytes that are about to be published.
        format: ``atom``, ``rss``, ``json`` or ``html``.
        expected: the publications that were rendered, in any order.
        removals: what this file reports as taken back (tombstones and stubs).

    Raises:
        ValueError: *format* is none of the four.
    """
    try:
        found = read_emitted(emitted, format)
    except Unreadable as error:
        return (Breach(item_id="", check="syntax", problem=str(error)),)
    return audit_read(found, format, expected, removals=removals)


def audit_read(
    found: Emitted,
    format: str,  # noqa: A002 - the word of the field
    expected: Sequence[Publication],
    *,
    removals: Sequence[Removal] = (),
) -> tuple[Breach, ...]:
    """Return what `audit` returns, for a file that was read back already."""
    breaches = [
        *_check_presence(found, expected, frozenset(removal.id for removal in removals)),
        *_check_tombstones(found, expected, removals, format),
        *_check_stubs(found, expected, removals),
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
    for strange in found.strange:
        yield _breach("", "hidden", f"the page has {strange}, which no page of ours has")


def _check_count(publication: Publication, count: int) -> Iterator[Breach]:
    if publication.form is Form.WITHHELD:
        if count:
            yield _breach(publication.id, "withheld", "a withheld item is in the file")
    elif not count:
        yield _breach(publication.id, "missing", "the item is not in the file under its id")
    elif count > 1:
        yield _breach(publication.id, "duplicate", f"the item is in the file {count} times")


def _check_tombstones(
    found: Emitted, expected: Sequence[Publication], removals: Sequence[Removal], format_: str
) -> Iterator[Breach]:
    live = {publication.id: publication.updated for publication in expected}
    taken_back = {removal.id for removal in removals}
    for ref, when in found.deleted.items():
        since = moment(when)
        if ref not in taken_back:
            yield _breach(ref, "tombstone", "reported as removed, but it was not")
        elif ref in live and (since is None or live[ref] <= since):
            yield _breach(ref, "tombstone", "live and removed at the same time")
    # RSS and pages have no tombstones; a stub or a missing item is all they can say.
    unreported = taken_back - set(found.deleted) if format_ in {"atom", "json"} else set()
    for ref in sorted(unreported):
        yield _breach(ref, "tombstone", "its removal is not reported")


def _check_stubs(
    found: Emitted, expected: Sequence[Publication], removals: Sequence[Removal]
) -> Iterator[Breach]:
    stubs = {removal.id for removal in removals} - {publication.id for publication in expected}
    for item in found.items:
        parts = [part for part in (item.body, item.summary) if part is not None]
        if item.id in stubs and any(len(part.text.split()) > STUB_WORDS for part in parts):
            yield _breach(item.id, "tombstone", "a removed item still shows its text")


def _breach(item_id: str, check: str, problem: str) -> Breach:
    return Breach(item_id=item_id, check=check, problem=problem)


# --- one item ------------------------------------------------------------------------------


def _check_item(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    yield from _check_form(item, publication, format_)
    for strange in item.strange:
        yield "hidden", f"the item has {strange}, which no item of ours has"
    parts = [part for part in (item.body, item.summary) if part is not None]
    for part in parts:
        decided = _decided(part, item, publication)
        yield from _check_amount(part, publication, decided)
        yield from check_parts(part, publication, decided)
        yield from check_duties(part, publication)
        yield from _check_media(part, publication)
        yield from _check_safety(part, format_)
    yield from _check_counters(parts, publication)
    if item.explanation is not None:
        yield from check_explanation(item.explanation, publication)
    if item.frame is not None:
        yield from check_frame(item, item.frame, publication)
    yield from check_together(parts, publication)
    if item.summary_text is not None and words(publication.plain_line) != item.summary_text:
        yield "source", f"the plain summary is not the credit line: “{item.summary_text[:80]}”"
    yield from check_elements(item, publication, format_)
    yield from _check_elsewhere(item, publication)


def _decided(part: Readable, item: Item, publication: Publication) -> str:
    """Return the fragment that *part* should be: the text of *item*, or its summary."""
    if part is item.body or publication.form is not Form.FULL:
        return publication.body_html
    return publication.summary_html


def _check_elsewhere(item: Item, publication: Publication) -> Iterator[Finding]:
    others = [link.href for link in publication.also_at]
    for address in item.also:
        if not has_address(others, address):
            yield "link", f"names a copy at {address}, which is none that may be shown"
    allowed = [enclosure.url for enclosure in publication.enclosures]
    for address in item.enclosures:
        if not has_address(allowed, address):
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


def _check_amount(part: Readable, publication: Publication, decided: str) -> Iterator[Finding]:
    wanted = readable("decided", decided).text
    if part.text == wanted:
        return
    if len(part.text.split()) > len(wanted.split()):
        yield "form", f"{part.name} has more text than {publication.form} form allows"
    else:
        yield "verbatim", f"the words of {part.name} are not those that were decided"


def _check_media(part: Readable, publication: Publication) -> Iterator[Finding]:
    covered = Counter(readable("body", publication.body_html).media)
    stripped = publication.form is not Form.FULL or "strip_media" in publication.duties
    counters = Counter(publication.acknowledgement.counters)
    if stripped:
        covered = counters
    for address in Counter(part.media) - covered:
        yield "media", f"{part.name} shows {address}, which is not covered"


def _check_counters(parts: Sequence[Readable], publication: Publication) -> Iterator[Finding]:
    for address in publication.acknowledgement.counters:
        if not any(address in part.media for part in parts):
            yield "tracker", f"the page counter {address} is missing"


def _check_safety(part: Readable, format_: str) -> Iterator[Finding]:
    for unsafe in part.unsafe:
        yield "unsafe", f"{part.name} carries {unsafe}"
    for address in part.relative if format_ != "html" else ():
        yield "unsafe", f"{part.name} links to {address}, which is not absolute"
