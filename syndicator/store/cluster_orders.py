"""What editors ordered about works and sources and nobody has carried out yet.  Edge.

The command that takes an order may run beside the daemon, which alone changes works,
sources and their feeds.  An order that was carried out is gone: what it did is in ``cluster_edits``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, select

from syndicator.store import Transaction
from syndicator.store.schema import cluster_orders

Action = Literal["join", "split", "release", "resume"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOrder:
    """What an editor wants done."""

    at: datetime
    actor: str
    action: Action
    names: tuple[str, ...]
    """join: two ids of ours; split: source and key of a copy; release, resume: a source."""


def give(tx: Transaction, order: ClusterOrder) -> None:
    """Add *order*; :func:`waiting` gives it to whoever carries it out."""
    tx.execute(insert(cluster_orders).values(asdict(order)))


def waiting(tx: Transaction) -> list[tuple[int, ClusterOrder]]:
    """Return what is still to be carried out, in the order it was given."""
    rows = tx.execute(select(cluster_orders).order_by(cluster_orders.c.pk)).mappings()
    fields = ClusterOrder.__slots__
    return [(row["pk"], ClusterOrder(**{name: row[name] for name in fields})) for row in rows]


def done(tx: Transaction, pks: Iterable[int]) -> None:
    """Forget the orders with these primary keys: they were carried out."""
    tx.execute(delete(cluster_orders).where(cluster_orders.c.pk.in_(list(pks))))
