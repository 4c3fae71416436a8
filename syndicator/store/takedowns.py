"""Takedowns, the works they reach, and what is kept of purged texts.  Edge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select, update

from syndicator.model.flows import Lifting, Takedown
from syndicator.store import Transaction, search
from syndicator.store.rows import CHUNK, copy_pks, in_chunks
from syndicator.store.schema import (
    items,
    liftings,
    picks,
    revisions,
    sources,
    takedown_texts,
    takedown_works,
    takedowns,
)
from syndicator.store.stale import mark_stale


def record(tx: Transaction, takedown: Takedown) -> int:
    """Store *takedown*; return its number."""
    row = asdict(takedown) | {"outputs": "\n".join(takedown.outputs)}
    del row["number"]
    number: int = tx.execute(
        insert(takedowns).values(row).returning(takedowns.c.number)
    ).scalar_one()
    return number


def lift(tx: Transaction, lifting: Lifting) -> None:
    """Store the record that ends a takedown; the first one stays as it is."""
    tx.execute(insert(liftings).values(asdict(lifting)))


def all_takedowns(tx: Transaction) -> list[tuple[Takedown, Lifting | None]]:
    """Return every takedown, oldest first, with the record that lifted it."""
    query = (
        select(takedowns, liftings.c.lifted_at, liftings.c.lifted_by, liftings.c.reference.label("why"))
        .outerjoin(liftings, liftings.c.takedown == takedowns.c.number)
        .order_by(takedowns.c.number)
    )  # fmt: skip
    found = []
    for row in tx.execute(query).mappings():
        plain = {c.name: row[c.name] for c in takedowns.c}
        one = Takedown(**plain | {"outputs": tuple(row["outputs"].split())})
        lifted = row["lifted_at"] and Lifting(
            takedown=one.number,
            lifted_at=row["lifted_at"],
            lifted_by=row["lifted_by"],
            reference=row["why"],
        )
        found.append((one, lifted or None))
    return found


def in_force(tx: Transaction, now: datetime) -> dict[int, Takedown]:
    """Return the takedowns that hold at *now*, by number."""
    return {
        takedown.number: takedown
        for takedown, lifting in all_takedowns(tx)
        if lifting is None and (takedown.until is None or takedown.until > now)
    }


def orders_mark(tx: Transaction) -> tuple[int, ...]:
    """Return a value that changes with every takedown, lifting, pick and withdrawal."""
    counts = (
        func.count(takedown_works.c.takedown),
        func.count(liftings.c.takedown),
        func.count(picks.c.pk),
        func.count(picks.c.withdrawn_at),
    )
    return tuple(int(tx.scalar(select(count)) or 0) for count in counts)


def reach(tx: Transaction, number: int, works: Mapping[str, str]) -> set[str]:
    """Note the works (our id -> why) that a takedown reaches; return those it did not before."""
    known = reached(tx, number)
    new = [
        {"takedown": number, "article_id": i, "why": why}
        for i, why in works.items()
        if i not in known
    ]
    if new:
        tx.execute(insert(takedown_works), new)
        mark_stale(tx, copy_pks(tx, [str(row["article_id"]) for row in new]))
    return {str(row["article_id"]) for row in new}


def reached(tx: Transaction, number: int) -> dict[str, str]:
    """Return the works that one takedown reaches, by our id, with why."""
    query = select(takedown_works).where(takedown_works.c.takedown == number)
    return {row.article_id: row.why for row in tx.execute(query)}


def by_work(tx: Transaction, numbers: Iterable[int]) -> dict[str, dict[int, str]]:
    """Return the works that the takedowns *numbers* reach, each with number -> why."""
    found: dict[str, dict[int, str]] = {}
    for row in in_chunks(tx, select(takedown_works), takedown_works.c.takedown, numbers):
        found.setdefault(row["article_id"], {})[row["takedown"]] = row["why"]
    return found


def keep_fingerprints(tx: Transaction, number: int, fingerprints: Iterable[str]) -> bool:
    """Remember the texts of a takedown by their fingerprints; say whether any is new."""
    query = select(takedown_texts.c.fingerprint).where(takedown_texts.c.takedown == number)
    known = {row.fingerprint for row in tx.execute(query)}
    new = sorted({f for f in fingerprints if f} - known)
    if new:
        tx.execute(insert(takedown_texts), [{"takedown": number, "fingerprint": f} for f in new])
    return bool(new)


def fingerprints(tx: Transaction, numbers: Iterable[int]) -> list[tuple[int, str]]:
    """Return (takedown, fingerprint) of the texts that the takedowns *numbers* forbid."""
    query = select(takedown_texts).order_by(takedown_texts.c.takedown)
    rows = in_chunks(tx, query, takedown_texts.c.takedown, numbers)
    return [(row["takedown"], row["fingerprint"]) for row in rows]


def purge(tx: Transaction, article_ids: Sequence[str]) -> None:
    """Delete the texts of all copies of the works, and what they said before."""
    pks = copy_pks(tx, article_ids)
    emptied = {"content_html": "", "summary_html": "", "body": "none"}
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        tx.execute(update(items).where(items.c.pk.in_(chunk)).values(emptied))
        search.unindex(tx, chunk)
        tx.execute(delete(revisions).where(revisions.c.item_pk.in_(chunk)))


def read_again(tx: Transaction, article_ids: Sequence[str], *, now: datetime) -> None:
    """Let the next visit bring back the texts of the works that were purged."""
    pks = copy_pks(tx, article_ids)
    mark_stale(tx, pks)
    named: set[str] = set()
    for start in range(0, len(pks), CHUNK):
        chunk = items.c.pk.in_(pks[start : start + CHUNK])
        emptied = and_(chunk, items.c.body == "none", items.c.content_html == "")
        named |= {row.source_id for row in tx.execute(select(items.c.source_id).where(emptied))}
        tx.execute(update(items).where(emptied).values(content_hash=""))
    fresh = {"etag": None, "last_modified": None, "body_hash": None, "next_check_at": now}
    for source_id in sorted(named):
        tx.execute(update(sources).where(sources.c.id == source_id).values(fresh))
