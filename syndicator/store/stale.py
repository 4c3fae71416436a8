"""Which published feeds may be behind the store.  Edge.

Whatever changes an entry notes its feeds here in the same transaction; publishing looks
at these only.  A process killed in between finds the note at its next start.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import delete, insert, select

from syndicator.store import Transaction
from syndicator.store.rows import CHUNK
from syndicator.store.schema import items, stale, tags


def mark_stale(tx: Transaction, item_pks: Sequence[int]) -> None:
    """Note every feed as stale in which a copy of the items' works stands."""
    found = set()
    for start in range(0, len(item_pks), CHUNK):
        chunk = item_pks[start : start + CHUNK]
        works = select(items.c.article_pk).where(items.c.pk.in_(chunk))
        query = (
            select(tags.c.axis, tags.c.slug)
            .join(items, items.c.pk == tags.c.item_pk)
            .where(items.c.article_pk.in_(works))
            .distinct()
        )
        found |= {(row.axis, row.slug) for row in tx.execute(query)}
    note_stale(tx, found)


def note_stale(tx: Transaction, feeds: AbstractSet[tuple[str, str]]) -> None:
    """Note *feeds*, as (axis, slug), as stale."""
    new = sorted(feeds - stale_feeds(tx))
    if new:
        tx.execute(insert(stale), [{"axis": axis, "slug": slug} for axis, slug in new])


def stale_feeds(tx: Transaction) -> set[tuple[str, str]]:
    """Return the (axis, slug) of the feeds that publishing has to look at."""
    return {(row.axis, row.slug) for row in tx.execute(select(stale))}


def clear_stale(tx: Transaction, feeds: Iterable[tuple[str, str]]) -> None:
    """Note that the files of *feeds* were written."""
    for axis, slug in feeds:
        tx.execute(delete(stale).where(stale.c.axis == axis, stale.c.slug == slug))
