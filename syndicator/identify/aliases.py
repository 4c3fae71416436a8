"""Under which other names may a source bring an entry again?  Pure.

Publishers change ids: a move to https, to another host or platform, a guid made anew with
every edit.  So each entry is also known by its id without scheme, its canonical link, its
first enclosure, and its title with its date.  A name alone is not believed where it may be
used again (a page that shows something else every week): then words or dates must agree.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from syndicator.markup import plain_text
from syndicator.model.entries import EntryKey
from syndicator.model.feed import ParsedEntry
from syndicator.model.marks import mark
from syndicator.urls import canonical_url, names_a_page

Rung = Literal["id", "link", "enclosure", "title"]
Item = tuple[EntryKey, str, ParsedEntry]
"""Key within the source, the rung that gave it, and the entry."""

GUARD_ITEMS = 5
"""Fewer strange items than this are no batch."""
_TRIED = 10
"""Entries with one title that an item is compared with."""
_TELLING_TEXT = 80
"""Characters of a text that two entries of one title do not have in common by chance."""
_NOT_WORDS = re.compile(r"[\W_]+")
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An entry of the source as it is known, as far as recognising it needs it."""

    pk: int
    key: EntryKey
    title: str
    url: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a batch guard found in the strange items of one document."""

    pairs: Mapping[EntryKey, EntryKey]
    """Strange key -> the key that the same entry has with us."""
    held: frozenset[EntryKey]
    """Strange items that may be old: not to be published without an editor."""


def alias_marks(source_id: str, items: Iterable[Item]) -> dict[EntryKey, dict[Rung, int]]:
    """Return the other names of the *items* of one document, the surest first.

    A link or enclosure that several items share names none of them.
    """
    items = list(items)
    links = _unshared({key: _page(entry.url) for key, _, entry in items})
    media = _unshared({key: _page(e.enclosures[0].url) for key, _, e in items if e.enclosures})
    return {
        key: {
            rung: mark("alias", source_id, rung, value)
            for rung, value in _values(key, entry, links.get(key), media.get(key))
            if value
        }
        for key, _, entry in items
    }


def is_again(
    rung: Rung, entry: ParsedEntry, earlier: Earlier, same_text: Callable[[], bool]
) -> bool:
    """Say whether *entry*, which has a name of *earlier*, is that entry again."""
    if rung == "id":
        return True
    same_date = entry.published is not None and entry.published == earlier.published
    same_title = bool(entry.title) and plain_title(entry.title) == plain_title(earlier.title)
    if rung in {"link", "enclosure"} and (same_title or same_date):
        return True
    return same_text()


def may_be_another(entry: ParsedEntry, earlier: Earlier) -> bool:
    """Say whether the id of *earlier* may have been given to another entry since.

    Only under another headline and with another date: an edit leaves one of them.  Some
    feeds number their items anew with every document, or have one page for all of them.
    """
    dates = entry.published, earlier.published
    same_date = None not in dates and dates[0] == dates[1]
    return not same_date and plain_title(entry.title) != plain_title(earlier.title)


def are_two_pages(one: str | None, other: str | None) -> bool:
    """Say whether both addresses name a page, and not the same."""
    pages = _page(one), _page(other)
    return None not in pages and pages[0] != pages[1]


def judge_batch(
    strange: Sequence[Item],
    size: int,
    earlier: Sequence[Earlier],
    recognised: int,
    same_text: Callable[[ParsedEntry, Earlier], bool],
) -> Verdict:
    """Return which items of a document that is mostly new are known, and which are doubtful.

    Args:
        strange: items of the document that no name told us.
        size: items in the document.
        earlier: entries of the source that are not in the document under their own key.
        recognised: how many items were known by another name only.
        same_text: says whether two have their words in common.
    """
    pairs = _pairs(strange, earlier, same_text)
    old = len(pairs) + recognised
    if old < GUARD_ITEMS or old * 2 < size:
        return Verdict(pairs={}, held=frozenset())
    newest = max((e.published for e in earlier if e.published), default=None)
    held = frozenset(
        key
        for key, _, entry in strange
        if key not in pairs
        and (entry.published is None or (newest is not None and entry.published <= newest))
    )
    return Verdict(pairs=pairs, held=held)


def plain_title(title: str) -> str:
    """Return *title* in the form in which two spellings of it are equal."""
    return _NOT_WORDS.sub(" ", title.casefold()).strip()


def _pairs(
    strange: Sequence[Item],
    earlier: Sequence[Earlier],
    same_text: Callable[[ParsedEntry, Earlier], bool],
) -> dict[EntryKey, EntryKey]:
    by_title: dict[str, list[Earlier]] = {}
    for one in earlier:
        by_title.setdefault(plain_title(one.title), []).append(one)
    pairs: dict[EntryKey, EntryKey] = {}
    taken: set[EntryKey] = set()
    for key, _, entry in strange:
        if not (title := plain_title(entry.title)):
            continue
        for before in by_title.get(title, ())[:_TRIED]:
            # A forecast has the titles of yesterday's; a move stamps all with one day.
            same_date = entry.published is not None and entry.published == before.published
            if before.key not in taken and (same_date or same_text(entry, before)):
                pairs[key] = before.key
                taken.add(before.key)
                break
    return pairs


def _values(
    key: EntryKey, entry: ParsedEntry, link: str | None, enclosure: str | None
) -> Iterable[tuple[Rung, str | None]]:
    yield "id", _SCHEME.sub("", key).rstrip("/")
    yield "link", link
    yield "enclosure", enclosure
    yield "title", _title_of(entry)


def _title_of(entry: ParsedEntry) -> str | None:
    title = plain_title(entry.title)
    if not title or entry.published:
        return f"{title}\0{entry.published}" if title else None
    # Without a date the very words have to be the same, and enough: columns have one title
    # every week, and albums one caption for all their pictures.
    text = plain_text(entry.content_html or entry.summary_html)
    return f"{title}\0{text}" if len(text) >= _TELLING_TEXT else None


def _page(url: str | None) -> str | None:
    return canonical_url(url) if names_a_page(url) else None


def _unshared(addresses: Mapping[EntryKey, str | None]) -> dict[EntryKey, str | None]:
    listed = list(addresses.values())
    return {key: url for key, url in addresses.items() if url and listed.count(url) == 1}
