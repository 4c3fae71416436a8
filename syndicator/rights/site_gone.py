"""Is a work that was taken back still met anywhere, by id, address, title or text?  Pure.

Looked for in every file, also in those that nobody owns, in the lists of feeds and in the
parts of a feed that no item is made of (docs/audit.md, check 9).  The words of other people's
articles are not searched: they may name or link to what was taken down here.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from syndicator.rights.emitted import Emitted, Item
from syndicator.rights.parties import address_key
from syndicator.rights.readable import words
from syndicator.rights.site_amounts import Runs, parts_of, stand_in
from syndicator.rights.site_remarks import Remark, error, warning
from syndicator.rights.site_works import Gone, PublishedFile, shingles
from syndicator.urls import is_web_url


@dataclass(frozen=True, slots=True)
class Search:
    """The works to look for, by what they would be met by."""

    by_id: Mapping[str, Gone] = field(default_factory=dict)
    by_address: Mapping[str, Gone] = field(default_factory=dict)
    by_title: Mapping[str, Gone] = field(default_factory=dict)


def search_for(works: Iterable[Gone]) -> Search:
    """Return the lookups for *works*."""
    works = list(works)
    return Search(
        by_id={gone.id: gone for gone in works},
        by_address={address: gone for gone in works for address in gone.addresses},
        by_title={_title(gone.title): gone for gone in works if gone.by_title and gone.title},
    )


def check_gone_items(file: str, found: Emitted, search: Search) -> Iterator[Remark]:
    """Yield the items of a feed that are works taken back under another id."""
    for item in found.items:
        if item.id in search.by_id:
            continue
        # A page lists the links of its text too: only the first is the item's own.
        for address in item.urls[:1]:
            gone = search.by_address.get(address_key(address))
            if gone:
                problem = f"it leads to {address}, the address of {gone.id} ({gone.code})"
                yield error(9, problem, file=file, item=item.id)
        gone = search.by_title.get(_title(item.title))
        if gone is not None:
            yield _same_title(file, item, gone)


def check_gone_text(file: str, told: Collection[Runs], search: Search) -> Iterator[Remark]:
    """Yield the works taken back whose text stands in what a feed holds besides its items.

    Args:
        file: the feed.
        told: the runs of all strings in it that are no text of an item.
        search: the works taken back.
    """
    for gone in search.by_id.values() if told else ():
        if stand_in(told, shingles(gone.text) - shingles(gone.title.split())):
            problem = f"its text stands between the items ({gone.code})"
            yield error(9, problem, file=file, item=gone.id)


def check_gone_ids(file: PublishedFile, found: Emitted | None, search: Search) -> Iterator[Remark]:
    """Yield the ids of works taken back that stand in a file outside of its items."""
    told = set(found.deleted) | {item.id for item in found.items} if found else set()
    text = file.body.decode("utf-8", "replace")
    for named in sorted(set(re.findall(r"tag:[^\s\"'<>&)]+", text)) - told):
        if named in search.by_id:
            gone = search.by_id[named]
            yield error(9, f"its id is still named ({gone.code})", file=file.path, item=named)


def check_gone_list(file: PublishedFile, root: etree._Element, search: Search) -> Iterator[Remark]:
    """Yield the works taken back that a list or a page names by title or address.

    What stands in the articles of a page is looked at item by item.
    """
    articles = {inner for article in root.iter("article") for inner in article.iter()}
    for element in root.iter("*"):
        if element in articles:
            continue
        texts = (element.text or "", element.tail or "", *map(str, element.attrib.values()))
        for text in texts:
            gone = search.by_title.get(_title(text))
            if gone is None and is_web_url(text.strip()):
                gone = search.by_address.get(address_key(text.strip()))
            if gone is not None:
                problem = f"“{words(text)[:80]}” is still named ({gone.code})"
                yield error(9, problem, file=file.path, item=gone.id)


def _same_title(file: str, item: Item, gone: Gone) -> Remark:
    stored = shingles(gone.text) - shingles(gone.title.split())
    if any(shingles(part.text.split()) & stored for part in parts_of(item)):
        problem = f"it shows title and text of {gone.id} ({gone.code})"
        return error(9, problem, file=file, item=item.id)
    problem = f"it has the title of {gone.id} ({gone.code}); is it the same work?"
    return warning(9, problem, file=file, item=item.id)


def _title(text: str) -> str:
    return words(text).casefold()
