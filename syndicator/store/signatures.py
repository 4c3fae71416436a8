"""Finding what may be the same, among millions, by a few numbers.  Edge.

A mark that many items have (a footer, a standing line) tells nothing: once it has
``CROWDED`` holders no further one is written down, so that a lookup reads a bounded number
of rows however large the store is.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select

from syndicator.store import Transaction
from syndicator.store.rows import in_chunks
from syndicator.store.schema import aliases, items, signatures

CROWDED = 16
"""Holders of a mark that are written down."""


def holders(tx: Transaction, marks: Iterable[int]) -> dict[int, list[int]]:
    """Return for each of *marks* the items (by primary key) that have it."""
    query = select(signatures.c.band, signatures.c.item_pk)
    found: dict[int, list[int]] = {}
    for row in in_chunks(tx, query, signatures.c.band, marks):
        found.setdefault(row["band"], []).append(row["item_pk"])
    return found


def add_marks(tx: Transaction, marks: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Write down the (mark, item) pairs that are not there yet; return who has these marks."""
    rows = sorted(set(marks))
    there = holders(tx, [band for band, _ in rows])
    new = []
    for band, item_pk in rows:
        held = there.setdefault(band, [])
        if item_pk not in held and len(held) < CROWDED:
            held.append(item_pk)
            new.append({"band": band, "item_pk": item_pk})
    if new:
        tx.execute(insert(signatures), new)
    return there


def named(tx: Transaction, source_id: str, names: Iterable[int]) -> dict[int, int]:
    """Return the items of the source (by primary key) that the aliases *names* stand for."""
    query = (
        select(aliases.c.alias, aliases.c.item_pk)
        .join(items, items.c.pk == aliases.c.item_pk)
        .where(items.c.source_id == source_id)
    )
    return {row["alias"]: row["item_pk"] for row in in_chunks(tx, query, aliases.c.alias, names)}


def add_aliases(tx: Transaction, names: Mapping[int, int]) -> None:
    """Write down alias -> item; a name that stands for an item already keeps standing for it."""
    query = select(aliases.c.alias)
    there = {row["alias"] for row in in_chunks(tx, query, aliases.c.alias, names)}
    new = [{"alias": a, "item_pk": pk} for a, pk in sorted(names.items()) if a not in there]
    if new:
        tx.execute(insert(aliases), new)
