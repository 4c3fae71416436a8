"""What editors decided.  Edge.

A decision is a row that is only added and later marked as carried out: the command that
takes it may run beside the daemon, which alone changes items and their feeds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import false, insert, select, update

from syndicator.model.entries import Entry, ReviewState
from syndicator.store import Transaction
from syndicator.store.rows import in_chunks, read_entries, select_entries
from syndicator.store.schema import articles, items, reviews
from syndicator.store.stale import mark_stale

Act = Literal["held", "approved", "rejected", "withdrawn", "pin", "unpin"]
"""A state, or a place in a theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision on one work: all its copies, also those still to come."""

    article_id: str
    act: Act
    actor: str
    decided_at: datetime
    axis: str | None = None
    slug: str | None = None
    """Of the theme, for a pin."""
    note: str = ""


def record(tx: Transaction, review: Review) -> None:
    """Add *review*; :func:`pending` gives it to whoever carries it out."""
    values = {name: getattr(review, name) for name in Review.__slots__}
    tx.execute(insert(reviews).values(applied=False, **values))


def pending(tx: Transaction) -> list[tuple[int, Review]]:
    """Return what is still to be carried out, in the order of the decisions."""
    query = select(reviews).where(reviews.c.applied == false()).order_by(reviews.c.pk)
    return [(row["pk"], _review(row)) for row in tx.execute(query).mappings()]


def mark_applied(tx: Transaction, pk: int) -> None:
    """Note that a decision was carried out."""
    tx.execute(update(reviews).where(reviews.c.pk == pk).values(applied=True))


def history(tx: Transaction, article_id: str) -> list[Review]:
    """Return all decisions on a work, the first one first."""
    query = select(reviews).where(reviews.c.article_id == article_id).order_by(reviews.c.pk)
    return [_review(row) for row in tx.execute(query).mappings()]


def states(tx: Transaction, article_ids: Iterable[str]) -> dict[str, ReviewState]:
    """Return the state that editors gave to the works, where they did."""
    known = get_args(ReviewState)
    return {r.article_id: r.act for r in _of(tx, article_ids) if r.act in known}  # type: ignore[misc]


def pins(tx: Transaction, article_ids: Iterable[str]) -> dict[str, dict[tuple[str, str], str]]:
    """Return for each work (axis, id) of the themes it is pinned to -> who did it."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for review in _of(tx, article_ids):
        place = (review.axis or "", review.slug or "")
        if review.act == "pin":
            found.setdefault(review.article_id, {})[place] = review.actor
        elif review.act == "unpin":
            found.get(review.article_id, {}).pop(place, None)
    return found


def set_state(tx: Transaction, article_id: str, state: ReviewState) -> None:
    """Give *state* to all copies of a work; their feeds become stale."""
    pks = _item_pks(tx, article_id)
    tx.execute(update(items).where(items.c.pk.in_(pks)).values(review=state))
    mark_stale(tx, pks)


def copies(
    tx: Transaction, article_id: str
) -> list[tuple[int, Entry, tuple[tuple[str, str], ...]]]:
    """Return primary key, entry and stated names of all copies of a work."""
    query = select_entries().where(articles.c.id == article_id)
    rows = tx.execute(query).mappings().all()
    pairs = zip(rows, read_entries(tx, rows), strict=True)
    return [(row["pk"], entry, names) for row, (entry, names) in pairs]


def in_state(tx: Transaction, state: ReviewState | None, *, limit: int) -> list[Entry]:
    """Return the newest copies that stand in *state*; none: all that an editor should know."""
    query = select_entries().where(items.c.removed.is_(None), items.c.review != "new")
    if state is not None:
        query = query.where(items.c.review == state)
    query = query.order_by(items.c.sort_at.desc(), items.c.pk).limit(limit)
    rows = tx.execute(query).mappings().all()
    return [entry for entry, _ in read_entries(tx, rows)]


def _of(tx: Transaction, article_ids: Iterable[str]) -> Sequence[Review]:
    rows = in_chunks(tx, select(reviews), reviews.c.article_id, article_ids)
    return [_review(row) for row in sorted(rows, key=lambda row: row["pk"])]


def _item_pks(tx: Transaction, article_id: str) -> list[int]:
    query = select(items.c.pk).join(articles).where(articles.c.id == article_id)
    return [row.pk for row in tx.execute(query)]


def _review(row: object) -> Review:
    return Review(**{name: row[name] for name in Review.__slots__})  # type: ignore[index]
