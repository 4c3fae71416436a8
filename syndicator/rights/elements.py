"""Do the elements of an item say what was decided, each of them?  Pure.

Every place that has room for an address, a name, a title or a date is looked at by itself:
that another place says it rightly is no excuse.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from syndicator.model.entries import Publication
from syndicator.rights.emitted import Item
from syndicator.rights.owed import Finding, has_address, moment
from syndicator.rights.readable import words
from syndicator.urls import is_web_url, resolve


def check_elements(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    """Yield each element of *item* that says something else than *publication*."""
    yield from _check_title(item, publication)
    yield from _check_addresses(item, publication)
    if format_ == "html":
        return
    yield from _check_passed(item, publication)
    yield from _check_authors(item, publication)
    if (item.rights or None) != (words(publication.copyright_line or "") or None):
        yield "element", f"the rights element says {item.rights!r}"
    if (item.holder or None) != (words(publication.holder or "") or None):
        yield "element", f"the rights holder element says {item.holder!r}"
    feed = words(publication.feed.title)
    if feed and item.source is not None and item.source != feed:
        yield "element", f"the feed that it came from is called {item.source}, not {feed}"
    yield from _check_licences(item, publication)
    yield from _check_dates(item, publication, format_)
    if item.duties is not None and set(item.duties) != set(publication.duties):
        yield "element", "the list of duties is another than was decided"


def _check_title(item: Item, publication: Publication) -> Iterator[Finding]:
    # An untitled item goes by who said it and where.
    title = words(publication.title)
    if title and item.title != title:
        yield "title", f"the title is “{item.title[:80]}”, not “{title[:80]}”"


def _check_addresses(item: Item, publication: Publication) -> Iterator[Finding]:
    if not item.urls:
        yield "element", f"the item's link is not {publication.url}, there is none"
    for address in item.urls:
        if not has_address([address], publication.url):
            yield "element", f"the item's link is not {publication.url}, but {address}"
    known = list(_known(publication))
    for address in item.elsewhere:
        if address and not has_address(known, address):
            yield "element", f"names {address} for its people or its feed, which nobody decided"


def _known(publication: Publication) -> Iterator[str]:
    """Yield the addresses of the people, the parties and the feed, as written and escaped."""
    feed = publication.feed
    people = [person.url for person in publication.authors]
    parties = [address for hop in publication.chain for address in (hop.url, hop.homepage)]
    for address in (feed.url, feed.html_url, feed.id, publication.usage, *people, *parties):
        if address:
            yield address
            yield resolve("", address) or address


def _check_passed(item: Item, publication: Publication) -> Iterator[Finding]:
    parties = [hop.url for hop in publication.chain if hop.url and is_web_url(hop.url)]
    for address in sorted(set(parties) - {publication.url}):
        if not has_address(item.passed, address):
            yield "element", f"no via link to {address}"
    for address in item.passed:
        if address and not has_address([*parties, publication.url], address):
            yield "element", f"a via link leads to {address}, through which it did not come"
    if item.chain is not None:
        yield from _check_chain(item.chain, publication)


def _check_chain(
    chain: Sequence[tuple[str, str, str]], publication: Publication
) -> Iterator[Finding]:
    wanted = [(words(hop.name), hop.role, hop.url or "") for hop in publication.chain]
    if len(wanted) != len(chain):
        yield "element", f"the chain has {len(chain)} parties instead of {len(wanted)}"
    for (name, role, url), (found, as_what, address) in zip(wanted, chain, strict=False):
        if name != found:
            yield "element", f"the chain names {found}, not {name}"
        if as_what and role != as_what:
            yield "element", f"the chain calls {name} {as_what}, not {role}"
        if is_web_url(url) and not has_address([address], url):
            yield "element", f"the chain leads to {address}, not {url}"


def _check_authors(item: Item, publication: Publication) -> Iterator[Finding]:
    wanted = {words(person.name) for person in publication.authors}
    for name in sorted(wanted - set(item.authors)):
        yield "element", f"the author element lacks {name}"
    # Without an author an entry would inherit us as its author: it names its publisher.
    parties = [hop.name for hop in publication.chain]
    others = (*parties, publication.feed.title, publication.title)
    allowed = wanted or {words(name) for name in others}
    for name in sorted(set(item.authors) - allowed):
        yield "element", f"the author element names {name}"


def _check_licences(item: Item, publication: Publication) -> Iterator[Finding]:
    owed = [licence.url for licence in publication.licences if licence.url]
    for address in owed:
        if not has_address(item.licences, address):
            yield "element", f"the licence element lacks {address}"
    for address in item.licences:
        if not has_address(owed, address):
            yield "licence-claim", f"claims {address}, on which the decision does not rely"


def _check_dates(item: Item, publication: Publication, format_: str) -> Iterator[Finding]:
    if item.updated is None and format_ == "atom":
        yield "element", "updated is missing"
    if item.updated is not None and moment(item.updated) != publication.updated:
        yield "element", f"updated says {item.updated}"
    if item.published is None:
        return
    if format_ == "rss":
        # Compared as it is written: a parser takes the year 1 for 2001 (RFC 5322, 4.3).
        day = (publication.published or publication.updated).astimezone(UTC)
        is_right = item.published == format_datetime(day, usegmt=True)
    else:
        is_right = is_date(item.published, publication.published)
    if not is_right:
        yield "element", f"published says {item.published}"


def is_date(stated: str, wanted: datetime | None) -> bool:
    """Tell whether *stated* (RFC 3339) is *wanted*, to the second."""
    found = moment(stated)
    if found is None or wanted is None:
        return False
    return abs((found - wanted).total_seconds()) < 1
