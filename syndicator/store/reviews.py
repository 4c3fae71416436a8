"""What editors decided.  Edge.

A decision is a row that is only added and later marked as carried out: the command that
takes it may run beside the daemon, which alone changes items and their feeds.

It is written under every id of its work, those included that were given up when works were
joined.  So a joint work has the decisions of its parts, of which the strictest holds, and a
part that is split off again has its own and those on the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping, false, insert, select, update

from syndicator.model.entries import Entry, ReviewState
from syndicator.store import Transaction
from syndicator.store.rows import Names, copy_pks, in_chunks, read_entries, select_entries
from syndicator.store.schema import articles, items, reviews
from syndicator.store.stale import mark_stale
from syndicator.store.works import family

STRICTEST_FIRST: tuple[ReviewState, ...] = ("rejected", "withdrawn", "held", "approved")
"""Which decision holds where parts of one work were decided differently."""

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
    ids = family(tx, [review.article_id])[review.article_id]
    values = {name: getattr(review, name) for name in Review.__slots__}
    # Carried out once: that reaches all copies of the work.
    rows = [values | {"article_id": i, "applied": n > 0} for n, i in enumerate(ids)]
    tx.execute(insert(reviews), rows)


def take_along(tx: Transaction, source: str, target: str) -> None:
    """Let the work *target*, a copy that had no id of its own, have the decisions on *source*."""
    query = select(reviews).where(reviews.c.article_id == source).order_by(reviews.c.pk)
    rows = [
        {name: row[name] for name in (*Review.__slots__, "applied")} | {"article_id": target}
        for row in tx.execute(query).mappings()
    ]
    if rows:
        tx.execute(insert(reviews), rows)


def pending(tx: Transaction) -> list[tuple[int, Review]]:
    """Return what is still to be carried out, in the order of the decisions."""
    query = select(reviews).where(reviews.c.applied == false()).order_by(reviews.c.pk)
    return [(row["pk"], _review(row)) for row in tx.execute(query).mappings()]


def mark_applied(tx: Transaction, pk: int) -> None:
    """Note that a decision was carried out."""
    tx.execute(update(reviews).where(reviews.c.pk == pk).values(applied=True))


def history(tx: Transaction, article_id: str) -> list[Review]:
    """Return all decisions on a work and on those it was joined with, the first one first."""
    found = _of(tx, [article_id])[article_id]
    told = {tuple(getattr(r, name) for name in Review.__slots__[1:]): r for r in found}
    return list(told.values())


def states(tx: Transaction, article_ids: Iterable[str]) -> dict[str, ReviewState]:
    """Return the state that editors gave to the works, where they did."""
    found: dict[str, ReviewState] = {}
    for asked, decided in _of(tx, article_ids).items():
        # The last word on each part; among the parts the strictest.
        last = {r.article_id: r.act for r in decided if r.act in STRICTEST_FIRST}
        if last:
            found[asked] = next(state for state in STRICTEST_FIRST if state in last.values())
    return found


def pins(tx: Transaction, article_ids: Iterable[str]) -> dict[str, dict[tuple[str, str], str]]:
    """Return for each work (axis, id) of the themes it is pinned to -> who did it."""
    found = {asked: _pinned(decided) for asked, decided in _of(tx, article_ids).items()}
    return {asked: places for asked, places in found.items() if places}


def set_state(tx: Transaction, article_id: str, state: ReviewState) -> None:
    """Give *state* to all copies of a work; their feeds become stale."""
    set_state_of(tx, copy_pks(tx, family(tx, [article_id])[article_id]), state)


def set_state_of(tx: Transaction, item_pks: Sequence[int], state: ReviewState) -> None:
    """Give *state* to single copies, by primary key; their feeds become stale."""
    tx.execute(update(items).where(items.c.pk.in_(item_pks)).values(review=state))
    mark_stale(tx, item_pks)


def copies(tx: Transaction, article_id: str) -> list[tuple[int, Entry, Names]]:
    """Return primary key, entry and stated names of all copies of a work."""
    query = select_entries().where(articles.c.id.in_(family(tx, [article_id])[article_id]))
    return [(stored.pk, stored.entry, stored.names) for stored in read_entries(tx, query)]


def in_state(tx: Transaction, state: ReviewState | None, *, limit: int) -> list[Entry]:
    """Return the newest copies that stand in *state*; none: all that an editor should know."""
    query = select_entries().where(items.c.removed.is_(None), items.c.review != "new")
    if state is not None:
        query = query.where(items.c.review == state)
    query = query.order_by(items.c.sort_at.desc(), items.c.pk).limit(limit)
    return [stored.entry for stored in read_entries(tx, query)]


def kept_back(tx: Transaction, why: str, *, limit: int) -> list[Entry]:
    """Return the newest copies that are gone for *why* and that no editor refused."""
    query = select_entries().where(items.c.removed == why)
    query = query.where(items.c.review.in_(("new", "held", "backlog")))
    query = query.order_by(items.c.sort_at.desc(), items.c.pk).limit(limit)
    return [stored.entry for stored in read_entries(tx, query)]


def _of(tx: Transaction, article_ids: Iterable[str]) -> dict[str, list[Review]]:
    """Return for each id of ours the decisions on its work, in the order they were taken."""
    wanted = list(article_ids)
    # Most stores have no decision at all, and are asked with every document.
    if tx.scalar(select(reviews.c.pk).limit(1)) is None:
        return {asked: [] for asked in wanted}
    ids = family(tx, wanted)
    members = {member for members in ids.values() for member in members}
    rows = in_chunks(tx, select(reviews), reviews.c.article_id, members)
    by_id: dict[str, list[tuple[int, Review]]] = {}
    for row in rows:
        by_id.setdefault(row["article_id"], []).append((row["pk"], _review(row)))
    return {
        asked: [r for _, r in sorted((pair for m in members for pair in by_id.get(m, ())), key=_pk)]
        for asked, members in ids.items()
    }


def _pinned(decided: Iterable[Review]) -> dict[tuple[str, str], str]:
    parts: dict[str, dict[tuple[str, str], str]] = {}
    for review in decided:
        place = (review.axis or "", review.slug or "")
        mine = parts.setdefault(review.article_id, {})
        if review.act == "pin":
            mine[place] = review.actor
        elif review.act == "unpin":
            mine.pop(place, None)
    return {place: actor for mine in parts.values() for place, actor in mine.items()}


def _pk(pair: tuple[int, Review]) -> int:
    return pair[0]


def _review(row: RowMapping) -> Review:
    return Review(**{name: row[name] for name in Review.__slots__})
