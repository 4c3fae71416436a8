"""What is known of each source's last visit, and when the next is due.  Edge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from syndicator.store import Transaction
from syndicator.store.schema import sources


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The last visit to a source and what must be sent at the next one."""

    id: str
    feed: str
    next_check_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    reader: str | None = None
    title: str | None = None
    feed_id: str | None = None
    html_url: str | None = None
    rights: str | None = None
    checked_at: datetime | None = None
    fetched_at: datetime | None = None
    failures: int = 0
    status: str | None = None
    http_status: int | None = None
    error: str | None = None
    access_denied: bool = False


def follow(tx: Transaction, feeds: Mapping[str, str], *, now: datetime) -> None:
    """Bring the rows in line with the configured (source id, feed address) pairs.

    A new source is due at once.  A changed address keeps the items and drops the
    validators: they belong to the old address.
    """
    known = {row.id: row.feed for row in tx.execute(select(sources.c.id, sources.c.feed))}
    new = [
        {"id": i, "feed": f, "next_check_at": now, "failures": 0, "access_denied": False}
        for i, f in feeds.items()
        if i not in known
    ]
    if new:
        tx.execute(insert(sources), new)
    for source_id, feed in feeds.items():
        if known.get(source_id, feed) != feed:
            fresh = {
                "feed": feed,
                "etag": None,
                "last_modified": None,
                "validators_url": None,
                "body_hash": None,
                "next_check_at": now,
                "failures": 0,
            }
            tx.execute(update(sources).where(sources.c.id == source_id).values(fresh))


def due_sources(tx: Transaction, *, now: datetime | None) -> tuple[SourceState, ...]:
    """Return the sources due at *now*, the longest due first; all of them for None."""
    query = select(sources).order_by(sources.c.next_check_at, sources.c.id)
    if now is not None:
        query = query.where(sources.c.next_check_at <= now)
    return tuple(SourceState(**row) for row in tx.execute(query).mappings())


def source_states(tx: Transaction) -> dict[str, SourceState]:
    """Return the state of every source that was ever configured, by id."""
    return {state.id: state for state in due_sources(tx, now=None)}


def record_visits(tx: Transaction, states: Sequence[SourceState]) -> None:
    """Store the outcome of visits; call it in the transaction that stores their items."""
    for state in states:
        values = {name: getattr(state, name) for name in SourceState.__slots__}
        tx.execute(update(sources).where(sources.c.id == state.id).values(values))


def forget(tx: Transaction, ids: Iterable[str]) -> None:
    """Drop the rows of *ids*; their items stay."""
    tx.execute(delete(sources).where(sources.c.id.in_(list(ids))))
