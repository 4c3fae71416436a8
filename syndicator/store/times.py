"""What a clock that was ahead left in the store, put right once it was set back.  Edge."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, and_, or_, select, update

from syndicator.store import Transaction
from syndicator.store.rows import CHUNK
from syndicator.store.schema import emissions, items, sources, subscriptions, tags
from syndicator.store.stale import mark_stale

AHEAD = timedelta(minutes=1)
"""A clock that is set back by less is let catch up."""
_WAITS = ("next_check_at", "poll_at", "penalty_until")
_PAST = (
    *("checked_at", "fetched_at", "validators_at", "unconditional_at", "failing_since"),
    *("gone_at", "moved_on", "ping_answered_at"),
)


def set_back(tx: Transaction, *, now: datetime, longest: timedelta) -> int:
    """Mend what was noted by a clock that was ahead of *now*; return of how many sources.

    Each source waits from now on for as long as it had to wait then: what the clock said
    while it was wrong must neither silence a source until then nor make all due at once.
    No wait is longer than *longest*.  Entries that it brought were seen now, not then,
    and leases are renewed.
    """
    count = _set_back_sources(tx, now, longest)
    if count:
        _set_back_items(tx, now)
        _renew_leases(tx, now)
        for column in (emissions.c.first_at, emissions.c.last_at, emissions.c.changed_at):
            _cut(tx, column, now)
    return count


def _set_back_sources(tx: Transaction, now: datetime, longest: timedelta) -> int:
    limit, never = now + AHEAD, sources.c.checked_at.is_(None)
    ahead = or_(
        sources.c.checked_at > limit,
        and_(never, sources.c.next_check_at > limit),
        sources.c.next_check_at > limit + longest,
    )
    columns = [sources.c[name] for name in ("id", *_WAITS, *_PAST)]
    found = tx.execute(select(*columns).where(ahead)).mappings().all()
    for row in found:
        visited = row["checked_at"]
        by = (visited if visited and visited > now else row["next_check_at"]) - now
        waits = {name: row[name] - by for name in _WAITS if row[name] is not None}
        past = {name: min(row[name], now) for name in _PAST if row[name] is not None}
        tx.execute(update(sources).where(sources.c.id == row["id"]).values(**waits, **past))
    return len(found)


def _set_back_items(tx: Transaction, now: datetime) -> None:
    limit = now + AHEAD
    ahead = or_(items.c.first_seen > limit, items.c.changed_at > limit)
    pks = list(tx.scalars(select(items.c.pk).where(ahead)))
    for start in range(0, len(pks), CHUNK):
        _cut(tx, tags.c.sort_at, now, tags.c.item_pk.in_(pks[start : start + CHUNK]))
    # A publisher's own date may be a little ahead; what stands there by ours may not.
    seen = items.c.first_seen > limit
    _cut(tx, items.c.sort_at, now, seen)
    _cut(tx, items.c.changed_at, now)
    _cut(tx, items.c.first_seen, now)
    mark_stale(tx, pks)


def _renew_leases(tx: Transaction, now: datetime) -> None:
    """Have hubs asked anew: by which clock they heard how long a lease lasts is not known."""
    live = and_(subscriptions.c.lease_until > now, subscriptions.c.failures == 0)
    tx.execute(update(subscriptions).where(live).values(next_at=now))


def _cut(tx: Transaction, column: Column[Any], now: datetime, *where: Any) -> None:  # noqa: ANN401
    ahead = column > now + AHEAD
    tx.execute(update(column.table).where(ahead, *where).values({column.name: now}))
