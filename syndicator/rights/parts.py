"""Is a fragment, element by element, what was decided, and can its notice be seen?  Pure.

The words of a fragment are compared elsewhere.  Here its markup is: a hidden notice, a struck
out name or another address behind the same words leave the words as they are.  There is no
list of ways to hide something.  A fragment has the markup that was decided, and the blocks
that we write have few elements and attributes; everything else is a breach.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from syndicator.model.entries import Publication
from syndicator.rights.owed import Finding, has_address
from syndicator.rights.readable import OURS, Own, Readable, parsed_markup, readable, without_own
from syndicator.rights.readable import words as spaced

_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_QUOTED = 80


def check_parts(part: Readable, publication: Publication, decided: str) -> Iterator[Finding]:
    """Yield where *part* is not the fragment *decided*, and what is missing or hidden in it."""
    for block in part.own:
        yield from _check_own(block, publication, part.name)
    if part.markup == decided or part.markup == parsed_markup(decided):
        return
    if parsed_markup(part.markup) == parsed_markup(decided):
        return
    found = list(_differences(part, publication, decided))
    yield from found or [("markup", f"{part.name}: its parts do not stand as decided")]


def addresses_of(publication: Publication) -> list[str]:
    """Return the addresses that the blocks around a text may link to."""
    chain = [address for hop in publication.chain for address in (hop.url, hop.homepage)]
    licences = [licence.url for licence in publication.licences]
    found = (publication.url, *chain, *licences, *publication.acknowledgement.usage)
    return [address for address in found if address]


def _check_own(block: Own, publication: Publication, name: str) -> Iterator[Finding]:
    place = f"{name}: the {block.kind}"
    for href in block.hrefs:
        if not has_address(addresses_of(publication), href):
            yield "link", f"{place} links to {href}, which nobody decided"
    for strange in block.strange:
        yield "hidden", f"{place} has {strange}, which nothing of ours writes"
    if block.within:
        yield "hidden", f"{place} stands inside of <{block.within}>"


def _differences(part: Readable, publication: Publication, decided: str) -> Iterator[Finding]:
    wanted = readable("decided", decided)
    for kind in OURS.values():
        ours = [block for block in wanted.own if block.kind == kind]
        theirs = [block for block in part.own if block.kind == kind]
        yield from _compare(f"{part.name}: the {kind}", ours, theirs, publication)
    text, rest = without_own(decided), without_own(part.markup)
    if text.markup == rest.markup:
        return
    if text.text == rest.text:
        yield from _moved_links(f"{part.name}: the text", text.hrefs, rest.hrefs, "markup")
    for tag in _more(_TAG.findall(rest.markup), _TAG.findall(text.markup)):
        yield "markup", f"{part.name} has {tag[:_QUOTED]}, which nobody decided"
        return
    if text.text == rest.text:
        yield "markup", f"{part.name} has not the markup that was decided"


def _compare(
    place: str, wanted: Sequence[Own], found: Sequence[Own], publication: Publication
) -> Iterator[Finding]:
    if len(found) > len(wanted):
        yield "notice", f"{place} stands here {len(found)} times instead of {len(wanted)}"
    for number, block in enumerate(wanted):
        if number >= len(found):
            yield "notice", f"{place} is missing: “{block.text[:_QUOTED]}”"
            continue
        other = found[number]
        yield from _moved_links(place, block.hrefs, other.hrefs, "link")
        if block.text != other.text:
            yield from _changed_words(place, block.text, other.text, publication)
        elif block.hrefs == other.hrefs and block.markup != other.markup:
            yield "hidden", f"{place} has not the markup that was decided"


def _moved_links(
    place: str, wanted: Sequence[str], found: Sequence[str], check: str
) -> Iterator[Finding]:
    lost, new = _more(wanted, found), _more(found, wanted)
    for number, address in enumerate(lost):
        instead = f", but to {new[number]}" if number < len(new) else ""
        yield check, f"{place} does not link to {address}{instead}"
    for address in new[len(lost) :]:
        yield check, f"{place} links to {address}, which nobody decided"


def _changed_words(
    place: str, wanted: str, found: str, publication: Publication
) -> Iterator[Finding]:
    lost = [(c, t) for c, t in _owed(publication) if t and found.count(t) < wanted.count(t)]
    for check, text in lost:
        yield check, f"{place} does not say “{text[:_QUOTED]}”"
    if not lost:
        yield "notice", f"{place} says “{_from(found, wanted)}”, not “{_from(wanted, found)}”"


def _owed(publication: Publication) -> Iterator[Finding]:
    """Yield what a block may owe to say, and the duty that it meets."""
    said = publication.acknowledgement
    owed: tuple[tuple[str, Iterable[str]], ...] = (
        ("author", (person.name for person in publication.authors)),
        ("source", (hop.name for hop in publication.chain)),
        ("copyright", (publication.copyright_line or "",)),
        ("licence", (licence.title for licence in publication.licences)),
        ("statement", said.statements),
        ("disclaimer", said.disclaimers),
        ("usage", (address.removeprefix("mailto:") for address in said.usage)),
        ("changes", said.changes),
    )
    for check, texts in owed:
        yield from ((check, spaced(text)) for text in texts)


def _from(text: str, other: str) -> str:
    """Return *text* from shortly before the word in which it leaves *other*."""
    mine, theirs = text.split(), other.split()
    same = next(
        (n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b),
        min(len(mine), len(theirs)),
    )
    return " ".join(mine[max(0, same - 2) :])[:_QUOTED]


def _more(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return list((Counter(some) - Counter(others)).elements())
