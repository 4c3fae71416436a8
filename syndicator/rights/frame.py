"""Does a page say around the text of an item what was decided, and nothing else?  Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from syndicator.model.entries import Publication
from syndicator.model.rights import Form
from syndicator.rights.elements import is_date
from syndicator.rights.emitted import Frame, Item
from syndicator.rights.owed import Finding, has_address
from syndicator.rights.parts import addresses_of
from syndicator.rights.readable import Readable, words
from syndicator.rights.templates import phrases

LABELS: Mapping[Form, str] = {
    Form.FULL: "Full text",
    Form.EXCERPT: "Excerpt",
    Form.LINK: "Link only",
}
"""What a page calls the forms."""

_MARKS = ",·():."
_WORDS = ("By", "Also at", "Media file", "Theme Region Report Author Source")
EXPLAINED = 60
"""Words with which a page explains a form."""
WORDS_OF_A_DUTY = 15
"""Words with which it explains one duty."""


def check_frame(item: Item, frame: Frame, publication: Publication) -> Iterator[Finding]:
    """Yield what the frame around *item* says wrongly, or besides what was decided."""
    label = LABELS[publication.form]
    if frame.label != label:
        yield "form", f"the label says “{frame.label[:40]}”, not “{label}”"
    yield from _check_byline(frame, publication)
    for strange in _strange_words(frame.read.text, (*_names(publication), *_WORDS, label)):
        yield "form", f"“{strange[:40]}” stands beside the text, which nobody decided"
    copies = [link.href for link in publication.also_at]
    media = [enclosure.url for enclosure in publication.enclosures]
    people = [person.url for person in publication.authors if person.url]
    for address in frame.read.hrefs:
        known = "://" not in address or has_address(
            [publication.url, *copies, *media, *people], address
        )
        if not known and address not in {*item.urls, *item.also, *item.enclosures, *item.elsewhere}:
            yield "link", f"links to {address} beside the text, which nobody decided"
    for address in frame.read.media:
        yield "media", f"shows {address} beside the text"
    yield from (("unsafe", f"the page carries {unsafe}") for unsafe in frame.read.unsafe)
    for block in frame.read.machine:
        yield from _check_machine(block, publication)


def check_explanation(part: Readable, publication: Publication) -> Iterator[Finding]:
    """Yield what the explanation of a form shows besides it."""
    known = Counter(" ".join((publication.plain_line, *_names(publication))).split())
    strange = (Counter(part.text.split()) - known).total()
    if strange > EXPLAINED + WORDS_OF_A_DUTY * len(publication.duties):
        yield "form", f"the explanation has {strange} words that nobody decided about"
    for address in part.media:
        yield "media", f"the explanation shows {address}"
    for address in part.hrefs:
        if not has_address(addresses_of(publication), address):
            yield "link", f"the chain links to {address}, which nobody decided"


def _check_byline(frame: Frame, publication: Publication) -> Iterator[Finding]:
    for person in publication.authors:
        if frame.byline and words(person.name) not in frame.byline:
            yield "author", f"the byline does not name {person.name}"
    day = publication.published
    for machine, people in frame.dates:
        if day is None or not is_date(machine, day) or people != _written(publication):
            yield "element", f"the page says {machine} ({people[:40]}) for its date"


def _strange_words(text: str, known: Iterable[str]) -> list[str]:
    """Return the words of *text* that are none of *known*, without their punctuation."""
    allowed = {""} | {word.strip(_MARKS) for phrase in known for word in phrase.split()}
    return [word for word in text.split() if word.strip(_MARKS) not in allowed]


def _written(publication: Publication) -> str:
    day, months = publication.published, phrases("en").months.split()
    return f"{day.day} {months[day.month - 1]} {day.year}" if day else ""


def _names(publication: Publication) -> Iterator[str]:
    """Yield what a page may say of an item beside its text."""
    yield from (publication.title, _written(publication), publication.feed.title, publication.url)
    yield from (person.name for person in publication.authors)
    yield from (hop.name for hop in publication.chain)
    yield from (tag.title for tag in publication.tags)
    yield from publication.why
    for link in publication.also_at:
        yield from (link.title or "", link.href)
    yield from (enclosure.type or "" for enclosure in publication.enclosures)


def _check_machine(block: str, publication: Publication) -> Iterator[Finding]:
    """Yield what a page tells machines (JSON-LD) otherwise than was decided."""
    try:
        told = json.loads(block)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        yield "element", "what the page tells machines cannot be read"
        return
    if "articleBody" in block and publication.form is not Form.FULL:
        yield "form", "the article tells machines the whole text"
    yield from _check_members(told, publication)
    people = {words(person.name) for person in publication.authors}
    stated = {words(name) for name in _texts(told.get("author"), "name")}
    if stated and stated != people:
        yield "element", f"tells machines of {', '.join(sorted(stated))} for its author"
    licences = [licence.url for licence in publication.licences]
    for address in _texts(told.get("license"), "url"):
        if not has_address(licences, address):
            yield "licence-claim", f"tells machines of {address} for its licence"


def _check_members(told: Mapping[str, object], publication: Publication) -> Iterator[Finding]:
    wanted = {
        "headline": publication.title,
        "url": publication.url,
        "copyrightNotice": publication.copyright_line,
        "usageInfo": publication.usage,
    }
    for name, value in wanted.items():
        stated = told.get(name)
        if stated is not None and value and not has_address([words(value)], words(str(stated))):
            yield "element", f"tells machines “{str(stated)[:80]}” for {name}"
    for address in _texts(told.get("isBasedOn"), "url"):
        if not has_address(addresses_of(publication), address):
            yield "element", f"tells machines that it is based on {address}"


def _texts(value: object, member: str) -> Iterator[str]:
    """Yield the strings in *value*: a string, an object with *member*, or a list of these."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(value.get(member), member)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, member)
