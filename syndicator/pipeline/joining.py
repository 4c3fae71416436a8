"""Whether the entries just stored are copies of works that are there already.

Every stored entry leaves its marks; entries with a mark in common are compared, and the
works of those that are the same are joined.  The cost is that of a few lookups in an index,
whatever the size of the store.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from syndicator.dedupe import (
    Text,
    address_marks,
    are_numbered_apart,
    are_told_apart,
    contradict,
    read_text,
    same_work,
    sketch,
)
from syndicator.identify import article_id
from syndicator.markup import plain_text
from syndicator.model.entries import Entry
from syndicator.store import Transaction, signatures, works
from syndicator.urls import canonical_url

_COMPARED = 12
"""Candidates an entry is compared with; those that share most marks come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A stored entry with what it is found by."""

    pk: int
    text: Text
    words: frozenset[int]
    pages: frozenset[int]


@dataclass(slots=True)
class _Candidates:
    """The entries that may be the same as those just stored; each text is cut up once."""

    copies: Mapping[int, works.Copy]
    texts: dict[int, Text] = field(default_factory=dict)

    def text(self, pk: int) -> Text:
        if pk not in self.texts:
            copy = self.copies[pk]
            self.texts[pk] = _text(copy.title, copy.content_html, copy.published)
        return self.texts[pk]


def join_copies(
    tx: Transaction, stored: Sequence[tuple[int, Entry]], tag_base: str
) -> tuple[str, ...]:
    """Join the works of the entries just *stored* with those they are copies of.

    Returns our ids of the works that others became part of.
    """
    marked = [_marked(pk, entry, tag_base) for pk, entry in stored if entry.removed is None]
    pairs = [(band, m.pk) for m in marked for band in sorted(m.words | m.pages)]
    found = signatures.add_marks(tx, pairs)
    near = {m.pk: _near(m, found) for m in marked}
    copies = works.copies_by_pk(tx, {pk for counts in near.values() for pk in counts})
    candidates = _Candidates(copies=copies, texts={m.pk: m.text for m in marked})
    works_now = {pk: copy.article_pk for pk, copy in copies.items()}
    joined = {
        stays
        for one in marked
        for other in [pk for pk, _ in near[one.pk].most_common(_COMPARED)]
        if (stays := _join(tx, one, other, candidates, found, works_now)) is not None
    }
    return tuple(sorted({works.leading_id(tx, pk) for pk in joined}))


def _join(
    tx: Transaction,
    one: Marked,
    other: int,
    candidates: _Candidates,
    found: Mapping[int, Sequence[int]],
    works_now: dict[int, int],
) -> int | None:
    """Join the works of two entries if they are one; return the work that stays."""
    mine, theirs = works_now.get(one.pk), works_now.get(other)
    if mine is None or theirs is None or mine == theirs:
        return None
    if not _is_copy(one, other, candidates, found) or not works.may_join(tx, mine, theirs):
        return None
    stays = works.join(tx, mine, theirs)
    for pk, work in works_now.items():
        if work in {mine, theirs}:
            works_now[pk] = stays
    return stays


def _is_copy(
    one: Marked, other: int, candidates: _Candidates, found: Mapping[int, Sequence[int]]
) -> bool:
    this, that = candidates.copies[one.pk], candidates.copies[other]
    if this.source_id == that.source_id:
        return False
    if any(other in found.get(band, ()) for band in one.pages):
        return not contradict(one.text, candidates.text(other))
    if are_told_apart(this.url, that.url) or are_numbered_apart(this.key, that.key):
        return False
    return same_work(one.text, candidates.text(other))


def _near(one: Marked, found: Mapping[int, Sequence[int]]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for band in one.words | one.pages:
        # A page says more than any run of words.
        counts.update(dict.fromkeys(found.get(band, ()), 100 if band in one.pages else 1))
    others = any(pk != one.pk for pk in counts)
    return counts if others else Counter()


def _marked(pk: int, entry: Entry, tag_base: str) -> Marked:
    text = _text(entry.title, entry.content_html, entry.published)
    own = bool(entry.url) and entry.article_id == article_id(
        tag_base, canonical_url(entry.url or "")
    )
    return Marked(pk=pk, text=text, words=sketch(text.words), pages=address_marks(entry, own=own))


def _text(title: str, content_html: str, published: datetime | None) -> Text:
    return read_text(title, plain_text(content_html), published)
