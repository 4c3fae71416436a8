"""Which works an editor chose for which output.  Edge.

A pick is written under the id that the work had; where it was joined to another one since,
it holds for the joint work, and a work that is split off again takes its pick along.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update

from syndicator.model.flows import Pick
from syndicator.store import Transaction
from syndicator.store.rows import copy_pks
from syndicator.store.schema import picks
from syndicator.store.stale import mark_stale
from syndicator.store.works import family, id_now


def add(tx: Transaction, pick: Pick) -> bool:
    """Store *pick*; False where the work is picked for that output already."""
    if pick.article_id in picked(tx, pick.output):
        return False
    tx.execute(insert(picks).values(asdict(pick)))
    _touch(tx, pick.article_id)
    return True


def withdraw(tx: Transaction, article_id: str, output: str, *, by: str, at: datetime) -> bool:
    """End the pick of a work for an output; False where there is none."""
    standing = (
        picks.c.article_id.in_(family(tx, [article_id])[article_id]),
        picks.c.output == output,
        picks.c.withdrawn_at.is_(None),
    )
    ended = tx.execute(update(picks).where(*standing).values(withdrawn_at=at, withdrawn_by=by))
    _touch(tx, article_id)
    return ended.rowcount > 0


def picked(tx: Transaction, output: str) -> set[str]:
    """Return our ids of the works that are picked for *output*."""
    standing = (picks.c.output == output, picks.c.withdrawn_at.is_(None))
    query = select(id_now(picks.c.article_id).label("id")).where(*standing)
    return {row.id for row in tx.execute(query)}


def all_picks(tx: Transaction) -> list[Pick]:
    """Return every pick there ever was, oldest first."""
    columns = [c for c in picks.c if c.name != "pk"]
    rows = tx.execute(select(*columns).order_by(picks.c.pk)).mappings()
    return [Pick(**row) for row in rows]


def _touch(tx: Transaction, article_id: str) -> None:
    mark_stale(tx, copy_pks(tx, [article_id]))
