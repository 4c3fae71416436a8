"""Reading entries back.  Edge."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import and_, func, or_, select

from syndicator.model.entries import Axis, Entry
from syndicator.store import Transaction
from syndicator.store.rows import (
    CHUNK,
    Names,
    in_chunks,
    read_entries,
    read_entries_in,
    select_entries,
)
from syndicator.store.schema import articles, items, tags

_SHOWN_REVIEWS = ("new", "approved")
SHOWN = and_(items.c.removed.is_(None), items.c.review.in_(_SHOWN_REVIEWS))
"""What output may look at; the rights decide later what it may show."""
_ADDRESSES = (items.c.url, items.c.facts)
"""Columns in which addresses of an entry stand."""


def is_shown(entry: Entry) -> bool:
    """Tell whether output may look at *entry*, as ``SHOWN`` does."""
    return entry.removed is None and entry.review in _SHOWN_REVIEWS


def newest_articles(tx: Transaction, axis: Axis, slug: str, *, at_once: int) -> Iterator[int]:
    """Yield the primary keys of the works in a feed, newest first.

    Args:
        tx: a transaction.
        axis: of the feed.
        slug: of the feed.
        at_once: how many entries are read in one go; no more is read than is asked for.
    """
    # By id, not by row number: two stores with the same works give the same order.
    query = (
        select(items.c.article_pk, tags.c.sort_at, articles.c.id)
        .select_from(tags)
        .join(items, items.c.pk == tags.c.item_pk)
        .join(articles, articles.c.pk == items.c.article_pk)
        .where(tags.c.axis == axis, tags.c.slug == slug, SHOWN)
        .order_by(tags.c.sort_at.desc(), articles.c.id)
        .limit(at_once)
    )
    seen: set[int] = set()
    rows = tx.execute(query).all()
    while True:
        works = dict.fromkeys(row.article_pk for row in rows)
        yield from (pk for pk in works if pk not in seen)
        if len(rows) < at_once:
            return
        seen.update(works)
        last = rows[-1]
        before = and_(tags.c.sort_at == last.sort_at, articles.c.id <= last.id)
        rows = tx.execute(query.where(tags.c.sort_at <= last.sort_at, ~before)).all()


def copies(
    tx: Transaction, article_pks: Iterable[int], *, hidden: bool = False
) -> dict[int, list[Entry]]:
    """Return all copies of the works that output may look at, by the work's primary key.

    Args:
        tx: a transaction.
        article_pks: the works.
        hidden: those too that are gone or held back: they are not shown, but what they say
            on the others counts.
    """
    query = select_entries() if hidden else select_entries().where(SHOWN)
    found: dict[int, list[Entry]] = {}
    for stored in read_entries_in(tx, query, items.c.article_pk, article_pks):
        found.setdefault(stored.work_pk, []).append(stored.entry)
    return {pk: _in_order(entries) for pk, entries in found.items()}


def with_siblings(tx: Transaction, ids: Iterable[str]) -> set[str]:
    """Return those of our *ids* whose works have more than one copy."""
    query = (
        select(articles.c.id)
        .join(items, items.c.article_pk == articles.c.pk)
        .group_by(articles.c.id)
        .having(func.count(items.c.pk) > 1)
    )
    return {row["id"] for row in in_chunks(tx, query, articles.c.id, ids)}


def find(tx: Transaction, wanted: str, *, ids: Iterable[str] = (), limit: int = 20) -> list[Entry]:
    """Return the copies of the works that *wanted* names.

    Args:
        tx: a transaction.
        wanted: our id, an address, the publisher's id, or part of a title.
        ids: our ids that *wanted* could stand for.
        limit: works at most.
    """
    if not wanted.strip():
        return []
    part = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    joined = select(articles.c.merged_into).where(articles.c.id.in_([wanted, *ids]))
    for condition in (
        or_(articles.c.id.in_([wanted, *ids]), articles.c.pk.in_(joined)),
        or_(items.c.url == wanted, items.c.key == wanted),
        items.c.title.ilike(f"%{part}%", escape="\\"),
    ):
        query = (
            select(items.c.article_pk)
            .join(articles)
            .where(condition)
            .order_by(items.c.sort_at.desc(), articles.c.id)
            .limit(limit)
        )
        pks = list(dict.fromkeys(row.article_pk for row in tx.execute(query)))
        if pks:
            found = read_entries_in(tx, select_entries(), items.c.article_pk, pks)
            return [stored.entry for stored in found]
    return []


def known_names(tx: Transaction, names: Iterable[str]) -> set[str]:
    """Return those of *names* that are our id, a publisher's id or the address of an entry."""
    wanted, found = sorted(set(names)), set[str]()
    for column in (articles.c.id, items.c.key, items.c.url):
        found |= {row[column.name] for row in in_chunks(tx, select(column), column, wanted)}
    return found


def addresses_at(tx: Transaction, host: str) -> Iterator[str]:
    """Yield the addresses of entries that name *host*."""
    yield from tx.scalars(select(items.c.url).where(items.c.url.contains(host, autoescape=True)))


def works(tx: Transaction, ids: Iterable[str]) -> dict[str, list[Entry]]:
    """Return all copies of the works with our *ids*, those that were removed too."""
    found: dict[str, list[Entry]] = {}
    for stored in read_entries_in(tx, select_entries(), articles.c.id, ids):
        found.setdefault(stored.entry.article_id, []).append(stored.entry)
    return {work: _in_order(entries) for work, entries in found.items()}


def all_entries(
    tx: Transaction,
    *,
    after: int = 0,
    work: str | None = None,
    source_id: str | None = None,
    hosts: Sequence[str] = (),
) -> list[tuple[int, Entry, Names]]:
    """Return the next entries by primary key (at most some hundred), with their stated names.

    Args:
        tx: a transaction.
        after: the last primary key of the batch before.
        work: our id; only copies of this work.
        source_id: only entries of this source.
        hosts: only entries that have one of these hosts in their address or in what is
            known of their origin.
    """
    query = select_entries().where(items.c.pk > after)
    if work is not None:
        query = query.where(articles.c.id == work)
    if source_id is not None:
        query = query.where(items.c.source_id == source_id)
    if hosts:
        named = (c.icontains(host, autoescape=True) for c in _ADDRESSES for host in hosts)
        query = query.where(or_(*named))
    found = read_entries(tx, query.order_by(items.c.pk).limit(CHUNK))
    return [(stored.pk, stored.entry, stored.names) for stored in found]


def entries_down_from(tx: Transaction, pk: int) -> list[tuple[int, Entry]]:
    """Return the entry with this primary key and those before it (at most some hundred)."""
    query = select_entries().where(items.c.pk <= pk).order_by(items.c.pk.desc()).limit(CHUNK)
    return [(stored.pk, stored.entry) for stored in read_entries(tx, query)]


def entries_of(tx: Transaction, source_id: str) -> list[tuple[int, Entry]]:
    """Return all entries of one source, also those that are gone, with their works' keys."""
    query = select_entries().where(items.c.source_id == source_id).order_by(items.c.key)
    return [(stored.work_pk, stored.entry) for stored in read_entries(tx, query)]


def _in_order(copies: Iterable[Entry]) -> list[Entry]:
    return sorted(copies, key=lambda copy: (copy.source_id, copy.key))


def counts(tx: Transaction) -> tuple[int, int]:
    """Return how many items (copies) and how many articles (works) are there."""
    live = items.c.removed.is_(None)
    query = select(func.count(items.c.pk), func.count(items.c.article_pk.distinct())).where(live)
    row = tx.execute(query).one()
    return row[0], row[1]


def slugs(tx: Transaction, axis: Axis, *, among: Iterable[str] | None = None) -> dict[str, str]:
    """Return slug and title of every feed on *axis* that ever had entries.

    The title is that of its newest live entry: names are spelled in many ways.

    Args:
        tx: a transaction.
        axis: of the feeds.
        among: only these are asked about; None: all.
    """
    names = select(tags.c.slug).where(tags.c.axis == axis).distinct().subquery()
    newest = (
        select(tags.c.title)
        .join(items, items.c.pk == tags.c.item_pk)
        .where(tags.c.axis == axis, tags.c.slug == names.c.slug)
        .order_by(tags.c.sort_at.desc(), tags.c.title)
        .limit(1)
        .correlate(names)
    )
    title = func.coalesce(newest.where(SHOWN).scalar_subquery(), newest.scalar_subquery())
    query = select(names.c.slug, title.label("title")).order_by(names.c.slug)
    rows = (
        tx.execute(query).mappings() if among is None else in_chunks(tx, query, names.c.slug, among)
    )
    return {row["slug"]: row["title"] for row in rows}


def source_ids(tx: Transaction, pattern: str) -> list[str]:
    """Return the source ids LIKE *pattern* that entries were stored under."""
    query = select(items.c.source_id).where(items.c.source_id.like(pattern)).distinct()
    return sorted(row.source_id for row in tx.execute(query))
