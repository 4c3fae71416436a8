"""Storing what a document brought, and reading entries back.  Edge."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, or_, select, update

from syndicator.identify import Known, Taken
from syndicator.model.entries import Axis, Entry, EntryKey, Tag
from syndicator.model.feed import FeedRef
from syndicator.model.rights import Evidence
from syndicator.store import Transaction
from syndicator.store.schema import Facts, articles, items, revisions, sources, stale, tags
from syndicator.urls import slugify

_FACTS = TypeAdapter(Facts)
_FACT_FIELDS = tuple(f for f in Facts.__slots__ if f != "names")
_PLAIN_FIELDS = (
    "source_id key rung title url published updated first_seen sort_at changed_at summary_html"
    " content_html body language rights content_hash removed"
).split()
_CHUNK = 500
"""Bound parameters a statement takes; SQLite's older limit is 999."""


def taken(
    tx: Transaction, source_id: str, keys: Iterable[EntryKey], article_ids: Iterable[str]
) -> Taken:
    """Return which of these entries and works *source_id* holds already."""
    columns = (
        items.c.key, items.c.content_hash, items.c.first_seen, items.c.published,
        items.c.sort_at, items.c.changed_at, items.c.removed, articles.c.id,
    )  # fmt: skip
    query = select(*columns).join(articles).where(items.c.source_id == source_id)
    entries: dict[EntryKey, Known] = {}
    holders: dict[str, EntryKey] = {}
    for row in _in_chunks(tx, query, items.c.key, keys):
        entries[row.key] = Known(
            content_hash=row.content_hash,
            article_id=row.id,
            first_seen=row.first_seen,
            published=row.published,
            sort_at=row.sort_at,
            changed_at=row.changed_at,
            gone=row.removed is not None,
        )
    for row in _in_chunks(tx, query, articles.c.id, article_ids):
        holders[row.id] = row.key
    return Taken(entries=entries, articles=holders)


def save_new(tx: Transaction, entries: Sequence[Entry], names: Mapping[EntryKey, Names]) -> None:
    """Insert *entries*, their works and their tags."""
    if not entries:
        return
    article_pks = _article_pks(tx, [e.article_id for e in entries])
    rows = [
        _row(e, names.get(e.key, ())) | {"article_pk": article_pks[e.article_id]} for e in entries
    ]
    query = insert(items).returning(items.c.pk, sort_by_parameter_order=True)
    pks = [row.pk for row in tx.execute(query, rows)]
    _save_tags(tx, list(zip(pks, entries, strict=True)))


def save_updated(
    tx: Transaction, entries: Sequence[Entry], names: Mapping[EntryKey, Names], *, now: datetime
) -> None:
    """Replace *entries* by their new version; what they said before becomes a revision."""
    for entry in entries:
        old = tx.execute(
            select(items.c.pk, items.c.title, items.c.content_html, items.c.content_hash).where(
                items.c.source_id == entry.source_id, items.c.key == entry.key
            )
        ).one()
        if old.content_hash != entry.content_hash:
            kept = {k: v for k, v in old._mapping.items() if k != "pk"}
            tx.execute(insert(revisions).values(item_pk=old.pk, replaced_at=now, **kept))
        tx.execute(
            update(items).where(items.c.pk == old.pk).values(_row(entry, names.get(entry.key, ())))
        )
        retag(tx, [(old.pk, entry)])


def retag(tx: Transaction, pairs: Sequence[tuple[int, Entry]]) -> None:
    """Replace the tags of the entries (by primary key); feeds they leave become stale too."""
    pks = [pk for pk, _ in pairs]
    mark_stale_of(tx, pks)
    tx.execute(delete(tags).where(tags.c.item_pk.in_(pks)))
    _save_tags(tx, pairs)


def remove(tx: Transaction, source_id: str, keys: Sequence[EntryKey], *, why: str) -> None:
    """Take the entries out of all output; they stay in the store with the reason."""
    found = [
        row.pk
        for row in tx.execute(
            select(items.c.pk).where(items.c.source_id == source_id, items.c.key.in_(keys))
        )
    ]
    tx.execute(update(items).where(items.c.pk.in_(found)).values(removed=why))
    mark_stale_of(tx, found)


def live_keys(tx: Transaction, source_pattern: str) -> list[tuple[str, EntryKey]]:
    """Return (source id, key) of the entries that are there, of the sources LIKE the pattern."""
    query = select(items.c.source_id, items.c.key).where(
        items.c.source_id.like(source_pattern), items.c.removed.is_(None)
    )
    return [(row.source_id, row.key) for row in tx.execute(query)]


def newest_articles(
    tx: Transaction, axis: Axis, slug: str, *, limit: int, offset: int = 0
) -> list[int]:
    """Return the primary keys of the works in a feed, newest first."""
    newest = func.max(tags.c.sort_at).label("newest")
    query = (
        select(items.c.article_pk, newest)
        .join(tags, tags.c.item_pk == items.c.pk)
        .where(tags.c.axis == axis, tags.c.slug == slug, items.c.removed.is_(None))
        .group_by(items.c.article_pk)
        .order_by(newest.desc(), items.c.article_pk)
        .limit(limit)
        .offset(offset)
    )
    return [row.article_pk for row in tx.execute(query)]


def copies(tx: Transaction, article_pks: Iterable[int]) -> dict[int, list[Entry]]:
    """Return all live copies of the works, by the work's primary key."""
    found: dict[int, list[Entry]] = {}
    for pk, entry in _entries(tx, items.c.article_pk, article_pks):
        found.setdefault(pk, []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda e: (e.source_id, e.key))
    return found


def find(tx: Transaction, wanted: str, *, limit: int = 20) -> list[Entry]:
    """Return the copies of the work that *wanted* names: our id, an address, part of a title."""
    part = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for condition in (
        articles.c.id == wanted,
        or_(items.c.url == wanted, items.c.key == wanted),
        items.c.title.ilike(f"%{part}%", escape="\\"),
    ):
        query = (
            select(items.c.article_pk)
            .join(articles)
            .where(condition)
            .order_by(items.c.sort_at.desc())
            .limit(limit)
        )
        pks = list(dict.fromkeys(row.article_pk for row in tx.execute(query)))
        if pks:
            by_work = _entries(tx, items.c.article_pk, pks, live_only=False)
            return [entry for _, entry in by_work]
    return []


def all_entries(tx: Transaction, *, after: int = 0) -> list[tuple[int, Entry, Names]]:
    """Return the next entries by primary key (at most some hundred), with their stated names."""
    query = _select().where(items.c.pk > after).order_by(items.c.pk).limit(_CHUNK)
    rows = tx.execute(query).mappings().all()
    tagged = _tags_of(tx, [row["pk"] for row in rows])
    result = []
    for row in rows:
        facts = _FACTS.validate_json(row["facts"])
        result.append((row["pk"], _entry(row, facts, tagged.get(row["pk"], ())), facts.names))
    return result


def counts(tx: Transaction) -> tuple[int, int]:
    """Return how many items (copies) and how many articles (works) are there."""
    live = items.c.removed.is_(None)
    query = select(func.count(items.c.pk), func.count(items.c.article_pk.distinct())).where(live)
    row = tx.execute(query).one()
    return row[0], row[1]


def slugs(tx: Transaction, axis: Axis) -> dict[str, str]:
    """Return slug and title of every feed on *axis* that has live entries."""
    query = (
        select(tags.c.slug, func.min(tags.c.title))
        .join(items, items.c.pk == tags.c.item_pk)
        .where(tags.c.axis == axis, items.c.removed.is_(None))
        .group_by(tags.c.slug)
        .order_by(tags.c.slug)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def carriers(tx: Transaction, source_pattern: str) -> list[str]:
    """Return the source ids LIKE the pattern that entries were stored under."""
    query = select(items.c.source_id).where(items.c.source_id.like(source_pattern)).distinct()
    return sorted(row.source_id for row in tx.execute(query))


def mark_stale(tx: Transaction, feeds: Iterable[tuple[str, str]]) -> None:
    """Note that the files of these (axis, slug) feeds may be behind the store."""
    wanted = sorted(set(feeds))
    known = {(row.axis, row.slug) for row in tx.execute(select(stale))}
    rows = [{"axis": a, "slug": s} for a, s in wanted if (a, s) not in known]
    if rows:
        tx.execute(insert(stale), rows)


def mark_stale_of(tx: Transaction, item_pks: Sequence[int]) -> None:
    """Note that every feed is stale in which a copy of the items' works stands."""
    if not item_pks:
        return
    works = select(items.c.article_pk).where(items.c.pk.in_(item_pks))
    query = (
        select(tags.c.axis, tags.c.slug)
        .join(items, items.c.pk == tags.c.item_pk)
        .where(items.c.article_pk.in_(works))
        .distinct()
    )
    mark_stale(tx, [(row.axis, row.slug) for row in tx.execute(query)])


def stale_feeds(tx: Transaction) -> set[tuple[str, str]]:
    """Return the (axis, slug) of the feeds that publishing has to look at."""
    return {(row.axis, row.slug) for row in tx.execute(select(stale))}


def clear_stale(tx: Transaction, feeds: Iterable[tuple[str, str]]) -> None:
    """Note that the files of *feeds* were written."""
    for axis, slug in feeds:
        tx.execute(delete(stale).where(stale.c.axis == axis, stale.c.slug == slug))


Names = tuple[tuple[str, str], ...]
"""(axis, name) pairs that a seeded article states for itself."""


def _select():  # noqa: ANN202 - SQLAlchemy's own type is longer than the function
    return (
        select(
            *items.c,
            articles.c.id.label("article_id"),
            sources.c.title.label("feed_title"),
            sources.c.feed.label("feed_url"),
            sources.c.feed_id,
            sources.c.html_url.label("feed_html_url"),
            sources.c.rights.label("feed_rights"),
            sources.c.access_denied,
        )
        .join(articles, articles.c.pk == items.c.article_pk)
        .outerjoin(sources, sources.c.id == items.c.source_id)
    )


def _entries(
    tx: Transaction, column: ColumnElement[int], values: Iterable[int], *, live_only: bool = True
) -> list[tuple[int, Entry]]:
    query = _select()
    if live_only:
        query = query.where(items.c.removed.is_(None))
    rows = [row._mapping for row in _in_chunks(tx, query, column, values)]
    tagged = _tags_of(tx, [row["pk"] for row in rows])
    return [
        (
            row["article_pk"],
            _entry(row, _FACTS.validate_json(row["facts"]), tagged.get(row["pk"], ())),
        )
        for row in rows
    ]


def _entry(row: RowMapping | Mapping[str, object], facts: Facts, tagged: Sequence[Tag]) -> Entry:
    feed = FeedRef(
        title=row["feed_title"] or "",
        url=row["feed_url"],
        id=row["feed_id"],
        html_url=row["feed_html_url"],
        rights=row["feed_rights"],
    )
    entry = Entry(
        article_id=row["article_id"],
        feed=feed,
        tags=tuple(t for t in tagged if t.axis not in _COMPUTED),
        **{name: row[name] for name in _PLAIN_FIELDS},
        **{name: getattr(facts, name) for name in _FACT_FIELDS},
    )
    if row["access_denied"]:
        denial = Evidence(fact="access-deny", value="deny", where="feed:access-control")
        entry = replace(entry, evidence=(*entry.evidence, denial))
    return entry


_COMPUTED = frozenset({"author", "source", "all"})
"""Axes whose membership follows from the entry itself; they are no tags for a reader."""


def _row(entry: Entry, names: Names) -> dict[str, object]:
    kept = Facts(**{name: getattr(entry, name) for name in _FACT_FIELDS}, names=names)
    row: dict[str, object] = {name: getattr(entry, name) for name in _PLAIN_FIELDS}
    return row | {"facts": _FACTS.dump_json(kept, exclude_defaults=True).decode()}


def _save_tags(tx: Transaction, pairs: Sequence[tuple[int, Entry]]) -> None:
    rows = [
        {
            "item_pk": pk,
            "axis": tag.axis,
            "slug": tag.slug,
            "title": tag.title,
            "why": tag.why,
            "sort_at": entry.sort_at,
        }
        for pk, entry in pairs
        for tag in memberships(entry)
    ]
    if rows:
        tx.execute(insert(tags), rows)
        mark_stale_of(tx, sorted({pk for pk, _ in pairs}))


def memberships(entry: Entry) -> Iterator[Tag]:
    """Yield a tag for every feed the entry stands in: its tags, authors, source, and all."""
    yield from entry.tags
    yield Tag(axis="all", slug="all", title="")
    yield Tag(axis="source", slug=entry.source_id, title=entry.feed.title)
    seen = set()
    for author in entry.authors:
        slug = slugify(author.name)
        if slug and slug not in seen:
            seen.add(slug)
            yield Tag(axis="author", slug=slug, title=author.name)


def _tags_of(tx: Transaction, item_pks: Sequence[int]) -> dict[int, list[Tag]]:
    query = select(tags).order_by(tags.c.item_pk, tags.c.axis, tags.c.slug)
    found: dict[int, list[Tag]] = {}
    for row in _in_chunks(tx, query, tags.c.item_pk, item_pks):
        tag = Tag(axis=row.axis, slug=row.slug, title=row.title, why=row.why)
        found.setdefault(row.item_pk, []).append(tag)
    return found


def _article_pks(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    query = select(articles.c.id, articles.c.pk)
    known = {row.id: row.pk for row in _in_chunks(tx, query, articles.c.id, ids)}
    new = [{"id": i} for i in dict.fromkeys(ids) if i not in known]
    if new:
        added = insert(articles).returning(articles.c.id, articles.c.pk)
        known |= {row.id: row.pk for row in tx.execute(added, new)}
    return known


def _in_chunks(tx: Transaction, query, column, values):  # noqa: ANN001, ANN202 - as _select
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), _CHUNK):
        yield from tx.execute(query.where(column.in_(wanted[start : start + _CHUNK])))
