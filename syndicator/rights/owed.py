"""Whether the words and links that people can read meet the duties of an item.  Pure.

One small check for each duty; each is told what a decision promised and looks for exactly that:
a name as given, an address as it is, a line word by word.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

from syndicator.model.entries import Publication
from syndicator.model.rights import Form, Hop
from syndicator.rights.readable import Readable, words
from syndicator.rights.templates import LANGUAGES
from syndicator.urls import host_of, is_web_url

Finding = tuple[str, str]
"""A check and what is wrong."""

_MARKS = tuple(phrases.excerpt_mark for phrases in LANGUAGES.values())


def check_duties(part: Readable, publication: Publication) -> Iterator[Finding]:
    """Yield each duty of *publication* that *part* does not meet."""
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
    address = _address(hop)
    if not address:
        yield "link", f"no address to link {party} to"
    elif not has_address(part.hrefs, address):
        yield "link", f"no link to {address}"
    elif has_address(part.nofollow, address):
        yield "link", f"the link to {address} is marked nofollow"


def _article(part: Readable, publication: Publication, _: str) -> Iterator[Finding]:
    if not has_address(part.hrefs, publication.url):
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
        if licence.url and not has_address(part.hrefs, licence.url):
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
    if not has_address(part.hrefs, publication.url):
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


def check_together(parts: Sequence[Readable], publication: Publication) -> Iterator[Finding]:
    """Acknowledgement and link stand in the same block or in neighbours.

    Publishers ask for the one *together with* the other.
    """
    line = words(publication.copyright_line or "")
    if not line:
        return
    for part in parts:
        blocks = part.paragraphs
        near = [
            href
            for index, block in enumerate(blocks)
            if line in block.text
            for other in blocks[max(0, index - 1) : index + 2]
            for href in other.hrefs
        ]
        if has_address(part.hrefs, publication.url) and not has_address(near, publication.url):
            yield "together", f"{part.name}: the copyright line and the link stand apart"


def _address(hop: Hop | None) -> str | None:
    found = (hop.url, hop.homepage) if hop else ()
    return next((url for url in found if url and is_web_url(url)), None)


def has_address(addresses: Iterable[str], address: str) -> bool:
    """Tell whether *address* is among *addresses*, as it is or in its ASCII form (RFC 3987)."""
    wanted = _ascii(address)
    return any(other == address or _ascii(other) == wanted for other in addresses)


def moment(text: str) -> datetime | None:
    """Return the aware time that *text* states; None where it states none.

    A time without a zone is none: RFC 3339 demands one, and nobody can say what it comes after.
    """
    try:
        found = datetime.fromisoformat(words(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _ascii(address: str) -> str:
    if address.isascii():
        return address
    parts = urlsplit(address)
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    whole = urlunsplit(parts._replace(netloc=f"{user}{at}{host_of(address)}{port}"))
    return quote(whole, safe="%/?#[]@!$&'()*+,;=:~")
