"""Subscriptions at hubs (W3C WebSub).  Edge."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from syndicator.model.websub import Subscription
from syndicator.store import Transaction
from syndicator.store.schema import sources, subscriptions

_FIELDS = tuple(field.name for field in fields(Subscription))


def all_subscriptions(tx: Transaction) -> tuple[Subscription, ...]:
    """Return every subscription, the next to be asked for first."""
    query = select(subscriptions).order_by(subscriptions.c.next_at, subscriptions.c.token)
    return tuple(Subscription(**row) for row in tx.execute(query).mappings())


def subscriptions_of(tx: Transaction, source_id: str) -> tuple[Subscription, ...]:
    """Return the subscriptions of one source, those too that are being given back."""
    query = select(subscriptions).where(subscriptions.c.source_id == source_id)
    return tuple(Subscription(**row) for row in tx.execute(query).mappings())


def subscription(tx: Transaction, token: str) -> Subscription | None:
    """Return the subscription whose callback ends in *token*."""
    query = select(subscriptions).where(subscriptions.c.token == token)
    row = tx.execute(query).mappings().first()
    return Subscription(**row) if row else None


def announced(tx: Transaction) -> dict[str, tuple[str, str]]:
    """Return hub and topic of each source that is visited and whose feed names them."""
    query = select(sources.c.id, sources.c.hub, sources.c.topic)
    query = query.where(sources.c.hub.is_not(None), sources.c.stopped.is_(None))
    return {row.id: (row.hub, row.topic) for row in tx.execute(query) if row.topic}


def save(tx: Transaction, wanted: Sequence[Subscription]) -> None:
    """Store *wanted* anew."""
    for one in wanted:
        forget(tx, one.token)
        tx.execute(insert(subscriptions), {name: getattr(one, name) for name in _FIELDS})


def forget(tx: Transaction, token: str) -> None:
    """Delete a subscription: its callback leads nowhere from now on."""
    tx.execute(delete(subscriptions).where(subscriptions.c.token == token))


def note_pings(tx: Transaction, pings: Mapping[str, datetime]) -> None:
    """Note when hubs told of news, by token; what was wrong with earlier pings is over."""
    for token, at in pings.items():
        mine = subscriptions.c.token == token
        tx.execute(update(subscriptions).where(mine).values(pinged_at=at, problem=None))
