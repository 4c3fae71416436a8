"""Storing what a document brought.  Edge."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, func, insert, select, update

from syndicator.identify import Known, Taken
from syndicator.identify.aliases import Earlier
from syndicator.model.entries import Entry, EntryKey
from syndicator.store import Transaction, search
from syndicator.store.rows import (
    CHUNK,
    Names,
    in_chunks,
    memberships,
    read_entries_in,
    row_of,
    select_entries,
)
from syndicator.store.schema import articles, items, revisions, tags
from syndicator.store.stale import mark_stale

STAYS_OUT = ("quarantined", "takedown", "retracted", "purged")
"""Beginnings of reasons for a removal that the feed's own copy does not undo."""
MOST_READ = 4000
"""Entries of a source of which is looked up what they were read from: twice a long feed."""


def taken(
    tx: Transaction, source_id: str, keys: Iterable[EntryKey], article_ids: Iterable[str]
) -> Taken:
    """Return which of these entries and works *source_id* holds already."""
    columns = (
        items.c.key, items.c.content_hash, items.c.first_seen, items.c.published,
        items.c.sort_at, items.c.changed_at, items.c.removed, items.c.read_from, articles.c.id,
    )  # fmt: skip
    query = select(*columns).join(articles).where(items.c.source_id == source_id)
    known = {
        EntryKey(row["key"]): Known(
            content_hash=row["content_hash"],
            article_id=row["id"],
            first_seen=row["first_seen"],
            published=row["published"],
            sort_at=row["sort_at"],
            changed_at=row["changed_at"],
            gone=row["removed"] is not None,
            held=(row["removed"] or "").startswith(STAYS_OUT),
            read_from=row["read_from"],
        )
        for row in in_chunks(tx, query, items.c.key, keys)
    }
    # An id leads to the work that it was joined to.
    leads_to = func.coalesce(articles.c.merged_into, articles.c.pk).label("pk")
    ids = {
        str(row["id"]): int(row["pk"])
        for row in in_chunks(tx, select(articles.c.id, leads_to), articles.c.id, article_ids)
    }
    mine = select(items.c.article_pk, items.c.key).where(items.c.source_id == source_id)
    keys_by_work = {
        row["article_pk"]: EntryKey(row["key"])
        for row in in_chunks(tx, mine, items.c.article_pk, ids.values())
    }
    holders = {i: keys_by_work[pk] for i, pk in ids.items() if pk in keys_by_work}
    return Taken(entries=known, articles=holders)


def stored(tx: Transaction, source_id: str, keys: Iterable[EntryKey]) -> dict[EntryKey, Entry]:
    """Return these entries of the source as they are stored."""
    query = select_entries().where(items.c.source_id == source_id)
    return {s.entry.key: s.entry for s in read_entries_in(tx, query, items.c.key, keys)}


def read_before(tx: Transaction, source_id: str) -> dict[str, EntryKey]:
    """Return the newest entries of *source_id* that need no reading, by what they came from.

    Left out is what is gone, and what was emptied: it is read again when it comes again.
    """
    query = (
        select(items.c.read_from, items.c.key)
        .where(
            items.c.source_id == source_id,
            items.c.read_from.is_not(None),
            items.c.removed.is_(None),
            items.c.content_hash != "",
        )
        .order_by(items.c.pk.desc())
        .limit(MOST_READ)
    )
    return {row.read_from: EntryKey(row.key) for row in tx.execute(query)}


def note_read(tx: Transaction, entries: Iterable[Entry]) -> None:
    """Note what *entries*, which say what is stored already, were read from this time."""
    mine = (items.c.source_id == bindparam("of"), items.c.key == bindparam("named"))
    rows = [{"of": e.source_id, "named": e.key, "digest": e.read_from} for e in entries]
    if rows:
        tx.execute(update(items).where(*mine).values(read_from=bindparam("digest")), rows)


def save_new(
    tx: Transaction, entries: Sequence[Entry], names: Mapping[EntryKey, Names]
) -> list[int]:
    """Insert *entries*, their works and their tags; return their primary keys, in order."""
    if not entries:
        return []
    works = _article_pks(tx, [e.article_id for e in entries])
    rows = [row_of(e, names.get(e.key, ())) | {"article_pk": works[e.article_id]} for e in entries]
    query = insert(items).returning(items.c.pk, sort_by_parameter_order=True)
    pks = [row.pk for row in tx.execute(query, rows)]
    pairs = list(zip(pks, entries, strict=True))
    _save_tags(tx, pairs)
    search.index(tx, pairs)
    return pks


def save_updated(
    tx: Transaction, entries: Sequence[Entry], names: Mapping[EntryKey, Names], *, now: datetime
) -> list[int]:
    """Replace *entries* by their new version; what they said before becomes a revision.

    Returns their primary keys, in order.
    """
    said = (items.c.title, items.c.content_html, items.c.content_hash)
    pks = []
    for entry in entries:
        query = select(items.c.pk, *said).where(
            items.c.source_id == entry.source_id, items.c.key == entry.key
        )
        old = tx.execute(query).mappings().one()
        if old["content_hash"] != entry.content_hash:
            kept = {column.name: old[column.name] for column in said}
            tx.execute(insert(revisions).values(item_pk=old["pk"], replaced_at=now, **kept))
        row = row_of(entry, names.get(entry.key, ()))
        del row["review"]  # an editor's decision outlives a correction
        tx.execute(update(items).where(items.c.pk == old["pk"]).values(row))
        retag(tx, [(old["pk"], entry)])
        search.reindex(tx, [(old["pk"], entry)])
        pks.append(old["pk"])
    return pks


def save_texts(tx: Transaction, texts: Mapping[int, tuple[str, str]]) -> None:
    """Replace summary and content of entries, by primary key, by the same in other markup."""
    rows = [{"of": pk, "short": short, "long": long} for pk, (short, long) in texts.items()]
    if rows:
        mine = update(items).where(items.c.pk == bindparam("of"))
        said: dict[str, BindParameter[str]] = {
            "summary_html": bindparam("short"),
            "content_html": bindparam("long"),
        }
        tx.execute(mine.values(**said), rows)


def retag(tx: Transaction, pairs: Sequence[tuple[int, Entry]]) -> None:
    """Replace the tags of the entries (by primary key); feeds they leave become stale too."""
    pks = [pk for pk, _ in pairs]
    mark_stale(tx, pks)
    tx.execute(delete(tags).where(tags.c.item_pk.in_(pks)))
    _save_tags(tx, pairs)


def remove(tx: Transaction, source_id: str, key: EntryKey, *, why: str, at: datetime) -> None:
    """Take an entry out of all output; it stays in the store with the reason.

    Args:
        tx: the transaction.
        source_id: where the entry comes from.
        key: which one of its source.
        why: begins with ``retracted`` where its publisher took it back.
        at: when it was taken out, which readers are told.
    """
    query = select(items.c.pk).where(items.c.source_id == source_id, items.c.key == key)
    pk = tx.execute(query).scalar_one()
    mark_stale(tx, [pk])
    tx.execute(update(items).where(items.c.pk == pk).values(removed=why, changed_at=at))
    search.unindex(tx, [pk])


def removed_for(
    tx: Transaction, why: str, *, source_id: str | None = None, article_ids: Iterable[str] = ()
) -> list[int]:
    """Return the primary keys of the entries of a source, or of works, that are gone for *why*."""
    query = select(items.c.pk).where(items.c.removed == why).order_by(items.c.pk)
    if source_id is not None:
        return list(tx.scalars(query.where(items.c.source_id == source_id)))
    mine = query.join(articles, articles.c.pk == items.c.article_pk)
    return [row["pk"] for row in in_chunks(tx, mine, articles.c.id, article_ids)]


def put_back(tx: Transaction, pks: Sequence[int]) -> list[tuple[int, Entry]]:
    """Make entries that were taken out live again; return them with their primary keys."""
    for start in range(0, len(pks), CHUNK):
        chunk = items.c.pk.in_(pks[start : start + CHUNK])
        tx.execute(update(items).where(chunk).values(removed=None))
    mark_stale(tx, pks)
    pairs = [(s.pk, s.entry) for s in read_entries_in(tx, select_entries(), items.c.pk, pks)]
    search.reindex(tx, pairs)
    return pairs


def keys_to_pks(tx: Transaction, source_id: str, keys: Iterable[EntryKey]) -> dict[EntryKey, int]:
    """Return the primary keys of entries of the source."""
    query = select(items.c.key, items.c.pk).where(items.c.source_id == source_id)
    return {EntryKey(row["key"]): row["pk"] for row in in_chunks(tx, query, items.c.key, keys)}


def earlier(tx: Transaction, source_id: str, *, limit: int = 2000) -> list[Earlier]:
    """Return the newest entries of the source, as far as recognising them again needs it."""
    query = _earlier(source_id).order_by(items.c.sort_at.desc(), items.c.pk).limit(limit)
    return [Earlier(**row) for row in tx.execute(query).mappings()]


def by_key(tx: Transaction, source_id: str, keys: Iterable[EntryKey]) -> dict[EntryKey, Earlier]:
    """Return the entries of the source with these keys, as far as recognising needs them."""
    found = in_chunks(tx, _earlier(source_id), items.c.key, keys)
    return {EntryKey(row["key"]): Earlier(**row) for row in found}


def revision_counts(
    tx: Transaction, source_id: str, keys: Iterable[EntryKey]
) -> dict[EntryKey, int]:
    """Return how often each of these entries was edited."""
    count = func.count(revisions.c.pk).label("count")
    query = (
        select(items.c.key, count)
        .join(revisions, revisions.c.item_pk == items.c.pk)
        .where(items.c.source_id == source_id)
        .group_by(items.c.key)
    )
    return {EntryKey(row["key"]): row["count"] for row in in_chunks(tx, query, items.c.key, keys)}


def live_keys(tx: Transaction, pattern: str) -> set[tuple[str, EntryKey]]:
    """Return (source id, key) of the entries that are there, of the sources LIKE *pattern*."""
    query = select(items.c.source_id, items.c.key).where(
        items.c.source_id.like(pattern), items.c.removed.is_(None)
    )
    return {(row.source_id, EntryKey(row.key)) for row in tx.execute(query)}


def _earlier(source_id: str) -> Select[Any]:
    columns = (items.c[name] for name in Earlier.__slots__)
    return select(*columns).where(items.c.source_id == source_id)


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
        mark_stale(tx, [pk for pk, _ in pairs])


def _article_pks(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    leads_to = func.coalesce(articles.c.merged_into, articles.c.pk).label("pk")
    query = select(articles.c.id, leads_to)
    known = {str(row["id"]): int(row["pk"]) for row in in_chunks(tx, query, articles.c.id, ids)}
    new = [{"id": i} for i in dict.fromkeys(ids) if i not in known]
    if new:
        added = insert(articles).returning(articles.c.id, articles.c.pk)
        known |= {row.id: row.pk for row in tx.execute(added, new)}
    return known
