"""What a new version has to do with the items that earlier ones stored.

A migration notes up to which item it is to be done.  Each pass over the outputs does a
bounded number of them, the newest first: the outputs must not wait for a large store.
Interrupted, it goes on where it was.
"""

from collections.abc import Callable, Sequence

from syndicator.model.entries import Entry
from syndicator.pipeline.context import Context
from syndicator.store import Transaction, facts, queries, reading, transaction

AT_ONCE = 4
"""Batches in one pass."""

Work = Callable[[Context, Transaction, Sequence[tuple[int, Entry]]], None]


def catch_up(ctx: Context, up_to: str, work: Work, *, batches: int = AT_ONCE) -> bool:
    """Do *work* on older items; return whether it is done with all.

    Args:
        ctx: the configuration and the store.
        up_to: the fact that names the primary key of the last item to do; none or 0: done.
        work: what is done with a batch of entries, each with its primary key.
        batches: some hundred items each, in a transaction of its own.
    """
    for _ in range(batches):
        with reading(ctx.engine) as tx:
            if _last(tx, up_to) == 0:
                return True
        with transaction(ctx.engine) as tx:
            batch = queries.entries_down_from(tx, _last(tx, up_to))
            work(ctx, tx, batch)
            lowest = min((pk for pk, _ in batch), default=1)
            facts.set_fact(tx, up_to, str(lowest - 1))
    with reading(ctx.engine) as tx:
        return _last(tx, up_to) == 0


def _last(tx: Transaction, up_to: str) -> int:
    return int(facts.fact(tx, up_to) or 0)
