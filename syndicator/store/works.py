"""Works and their copies: joining them, splitting them, and who did it.  Edge.

The work that was published first keeps its id; the other keeps its row, which leads there.
What editors decided about either stays written under its own id: together they are the
decisions on the joint work, and each takes its own along when they are split again.
An editor's split is kept as a pair of works that are never joined again by themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, update

from syndicator.model.entries import EntryKey
from syndicator.store import Transaction
from syndicator.store.facts import fact, set_fact
from syndicator.store.rows import in_chunks
from syndicator.store.schema import articles, cluster_edits, items, takedown_works
from syndicator.store.stale import mark_stale

_PUBLISHED = "published_articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a work, as far as joining needs it."""

    pk: int
    article_pk: int
    article_id: str
    source_id: str
    key: EntryKey
    title: str
    url: str | None
    content_html: str
    published: datetime | None
    first_seen: datetime
    removed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an editor did to a work."""

    at: datetime
    actor: str
    action: str
    note: str


def copies_by_pk(tx: Transaction, item_pks: Iterable[int]) -> dict[int, Copy]:
    """Return the items with these primary keys."""
    return {c.pk: c for c in _copies(tx, items.c.pk, item_pks)}


def copies_of(tx: Transaction, article_pks: Iterable[int]) -> list[Copy]:
    """Return the copies of the works with these primary keys."""
    return _copies(tx, items.c.article_pk, article_pks)


def copies_named(tx: Transaction, wanted: str, ids: Iterable[str]) -> list[Copy]:
    """Return the copies that *wanted* names: an id of ours, an address, or ``SOURCE KEY``.

    Args:
        tx: a transaction.
        wanted: the name.
        ids: ids of ours that it could stand for.
    """
    source_id, _, key = wanted.partition(" ")
    joined = select(articles.c.merged_into).where(articles.c.id.in_([wanted, *ids]))
    query = select(items.c.pk).join(articles, articles.c.pk == items.c.article_pk)
    for condition in (
        and_(items.c.source_id == source_id, items.c.key == key),
        items.c.url == wanted,
        or_(articles.c.id.in_([wanted, *ids]), articles.c.pk.in_(joined)),
        items.c.key == wanted,
    ):
        pks = list(tx.scalars(query.where(condition).order_by(items.c.pk)))
        if pks:
            return list(copies_by_pk(tx, pks).values())
    return []


def may_join(tx: Transaction, one: int, other: int) -> bool:
    """Say whether two works may be joined without an editor.

    Not where an editor split them, and not where one source has a copy of each: it tells
    them apart, and so do we.
    """
    if one == other or _were_split(tx, one, other):
        return False
    sources = [
        {row.source_id for row in tx.execute(select(items.c.source_id).where(condition))}
        for condition in (items.c.article_pk == one, items.c.article_pk == other)
    ]
    return not sources[0] & sources[1]


def join(tx: Transaction, one: int, other: int) -> int:
    """Make two works one; return the primary key of the one whose id stays."""
    stays, goes = _elder(tx, one, other)
    both = select(items.c.pk).where(items.c.article_pk.in_([stays, goes]))
    mark_stale(tx, list(tx.scalars(both)))
    tx.execute(update(items).where(items.c.article_pk == goes).values(article_pk=stays))
    _carry_orders(tx, goes, stays)
    leads = or_(articles.c.pk == goes, articles.c.merged_into == goes)
    tx.execute(update(articles).where(leads).values(merged_into=stays))
    for column in (cluster_edits.c.article_pk, cluster_edits.c.other_pk):
        tx.execute(update(cluster_edits).where(column == goes).values({column.name: stays}))
    return stays


def split(tx: Transaction, item: Copy, article_id: str) -> int:
    """Give *item* a work of its own with the id *article_id*; return its primary key."""
    mark_stale(tx, [item.pk])
    found = tx.scalar(select(articles.c.pk).where(articles.c.id == article_id))
    if found is None:
        added = insert(articles).values(id=article_id).returning(articles.c.pk)
        found = int(tx.execute(added).scalar_one())
    tx.execute(update(articles).where(articles.c.pk == found).values(merged_into=None))
    _carry_orders(tx, item.article_pk, found)
    tx.execute(update(items).where(items.c.pk == item.pk).values(article_pk=found))
    mark_stale(tx, [item.pk])
    return found


def family(tx: Transaction, article_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return for each id of ours all ids of its work, the one that stays first.

    An id that the store does not know has itself only.
    """
    wanted = list(dict.fromkeys(article_ids))
    member = articles.alias("member")
    leads_to = func.coalesce(articles.c.merged_into, articles.c.pk)
    query = (
        select(articles.c.id.label("asked"), member.c.id, member.c.merged_into)
        .join(member, or_(member.c.pk == leads_to, member.c.merged_into == leads_to))
        .order_by(member.c.merged_into.is_not(None), member.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in in_chunks(tx, query, articles.c.id, wanted):
        found.setdefault(row["asked"], []).append(row["id"])
    return {asked: found.get(asked, [asked]) for asked in wanted}


def id_now(article_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return, as SQL, the id by which the work *article_id* goes now; one unknown is its own."""
    work, leading = articles.alias("work"), articles.alias("leading")
    leads_to = func.coalesce(work.c.merged_into, work.c.pk)
    named = select(leading.c.id).join(work, leading.c.pk == leads_to)
    return func.coalesce(named.where(work.c.id == article_id).scalar_subquery(), article_id)


def was_known(tx: Transaction, article_id: str) -> bool:
    """Say whether a work has or had this id."""
    return tx.scalar(select(articles.c.pk).where(articles.c.id == article_id)) is not None


def is_free(tx: Transaction, article_id: str, article_pk: int) -> bool:
    """Say whether *article_id* is nobody's, or was given up for the work *article_pk*."""
    found = tx.execute(select(articles.c.merged_into).where(articles.c.id == article_id)).first()
    return found is None or found.merged_into == article_pk


def leading_id(tx: Transaction, article_pk: int) -> str:
    """Return our id of the work with this primary key, or of the one it was joined to."""
    member = articles.alias("member")
    leads_to = func.coalesce(member.c.merged_into, member.c.pk)
    query = select(articles.c.id).join(member, articles.c.pk == leads_to)
    return str(tx.execute(query.where(member.c.pk == article_pk)).scalar_one())


def record_edit(tx: Transaction, edit: Edit, *, article_pk: int, other_pk: int) -> None:
    """Write down what an editor did."""
    row = {"at": edit.at, "actor": edit.actor, "action": edit.action, "note": edit.note}
    tx.execute(insert(cluster_edits).values(article_pk=article_pk, other_pk=other_pk, **row))


def edits_of(tx: Transaction, article_pk: int) -> list[Edit]:
    """Return what editors did to a work, oldest first."""
    touched = or_(cluster_edits.c.article_pk == article_pk, cluster_edits.c.other_pk == article_pk)
    query = select(cluster_edits).where(touched).order_by(cluster_edits.c.pk)
    return [
        Edit(at=row["at"], actor=row["actor"], action=row["action"], note=row["note"])
        for row in tx.execute(query).mappings()
    ]


def note_published(tx: Transaction) -> None:
    """Note that all works of this moment have gone out: their ids are known outside."""
    set_fact(tx, _PUBLISHED, str(tx.scalar(select(func.max(articles.c.pk))) or 0))


def _elder(tx: Transaction, one: int, other: int) -> tuple[int, int]:
    """Return both works, the one first whose id stays.

    What the other was split off from; what went out first; before that by the publishers'
    dates and the id, so that nothing depends on which feed was read first.
    """
    apart = tx.execute(_splits(one, other).order_by(cluster_edits.c.pk.desc()).limit(1)).first()
    if apart is not None:
        return apart.article_pk, apart.other_pk
    published = int(fact(tx, _PUBLISHED) or 0)
    earliest = func.min(func.coalesce(items.c.published, items.c.first_seen))
    query = (
        select(articles.c.pk, articles.c.id, earliest.label("since"))
        .join(items, items.c.article_pk == articles.c.pk)
        .where(articles.c.pk.in_([one, other]))
        .group_by(articles.c.pk, articles.c.id)
    )
    known = {row.pk: (row.since, row.id) for row in tx.execute(query)}

    def age(pk: int) -> tuple[int, object]:
        return (pk, "") if pk <= published else (published + 1, known[pk])

    stays, goes = sorted((one, other), key=age)
    return stays, goes


def _carry_orders(tx: Transaction, source: int, target: int) -> None:
    """Let the takedowns of one work reach another: no joining or splitting undoes them."""
    ids = _ids(tx, source, target)
    query = select(takedown_works).where(takedown_works.c.article_id.in_(ids.values()))
    rows = tx.execute(query).mappings().all()
    held = {row["takedown"] for row in rows if row["article_id"] == ids[target]}
    new = [
        {"takedown": row["takedown"], "article_id": ids[target], "why": row["why"]}
        for row in rows
        if row["takedown"] not in held
    ]
    if new:
        tx.execute(insert(takedown_works), new)


def _ids(tx: Transaction, *article_pks: int) -> dict[int, str]:
    query = select(articles.c.pk, articles.c.id).where(articles.c.pk.in_(article_pks))
    return {row.pk: row.id for row in tx.execute(query)}


def _were_split(tx: Transaction, one: int, other: int) -> bool:
    return tx.execute(_splits(one, other).limit(1)).first() is not None


def _splits(one: int, other: int) -> Select[tuple[int, int]]:
    """Return the query for the editors' splits of two works, either from the other."""
    pair = (one, other)
    return select(cluster_edits.c.article_pk, cluster_edits.c.other_pk).where(
        cluster_edits.c.action == "split",
        cluster_edits.c.article_pk.in_(pair),
        cluster_edits.c.other_pk.in_(pair),
        cluster_edits.c.article_pk != cluster_edits.c.other_pk,
    )


def _copies(tx: Transaction, column: ColumnElement[int], values: Iterable[int]) -> list[Copy]:
    fields = [c for c in items.c if c.name in Copy.__slots__]
    query = select(*fields, articles.c.id.label("article_id")).join(
        articles, articles.c.pk == items.c.article_pk
    )
    return [Copy(**row) for row in in_chunks(tx, query, column, values)]
