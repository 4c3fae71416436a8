"""How an entry is written into its row, and read from it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, Select, select

from syndicator.model.entries import Entry, Tag
from syndicator.model.feed import FeedRef
from syndicator.model.rights import Evidence
from syndicator.store import Transaction
from syndicator.store.schema import Facts, articles, items, sources, tags
from syndicator.urls import slugify

Names = tuple[tuple[str, str], ...]
"""(axis, name) pairs that a seeded article states for itself."""

CHUNK = 500
"""Bound parameters a statement takes; SQLite's older limit is 999."""

_FACTS = TypeAdapter(Facts)
_FACT_FIELDS = tuple(f for f in Facts.__slots__ if f != "names")
_PLAIN_FIELDS = tuple(c.name for c in items.c if c.name not in {"pk", "article_pk", "facts"})
_COMPUTED = frozenset({"author", "source", "all"})
"""Axes whose membership follows from the entry itself; they are no tags for a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An entry as it was read back."""

    pk: int
    work_pk: int
    """Primary key of the work that it is a copy of."""
    entry: Entry
    names: Names


def select_entries() -> Select[Any]:
    """Return the query of all entries, to be narrowed and given to :func:`read_entries`."""
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


def read_entries(tx: Transaction, query: Select[Any]) -> list[Stored]:
    """Return the entries that *query*, of :func:`select_entries`, finds, in its order."""
    return _read(tx, tx.execute(query).mappings().all())


def read_entries_in(
    tx: Transaction, query: Select[Any], column: ColumnElement[Any], values: Iterable[object]
) -> list[Stored]:
    """Return those of the entries of *query* in which *column* is one of *values*."""
    return _read(tx, list(in_chunks(tx, query, column, values)))


def row_of(entry: Entry, names: Names) -> dict[str, Any]:
    """Return the columns of *entry*, without its keys."""
    kept = Facts(**{name: getattr(entry, name) for name in _FACT_FIELDS}, names=names)
    row = {name: getattr(entry, name) for name in _PLAIN_FIELDS}
    return row | {"facts": _FACTS.dump_json(kept, exclude_defaults=True).decode()}


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


def in_chunks(
    tx: Transaction, query: Select[Any], column: ColumnElement[Any], values: Iterable[object]
) -> Iterator[RowMapping]:
    """Yield the rows of *query* in which *column* is one of *values*."""
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), CHUNK):
        yield from tx.execute(query.where(column.in_(wanted[start : start + CHUNK]))).mappings()


def copy_pks(tx: Transaction, article_ids: Iterable[str]) -> list[int]:
    """Return the primary keys of all copies of the works with these ids of ours."""
    query = select(items.c.pk).join(articles, articles.c.pk == items.c.article_pk)
    return [row["pk"] for row in in_chunks(tx, query, articles.c.id, article_ids)]


def _read(tx: Transaction, rows: Sequence[RowMapping]) -> list[Stored]:
    tagged = _tags_of(tx, [row["pk"] for row in rows])
    found = []
    for row in rows:
        facts = _FACTS.validate_json(row["facts"])
        entry = _entry(row, facts, tagged.get(row["pk"], ()))
        one = Stored(pk=row["pk"], work_pk=row["article_pk"], entry=entry, names=facts.names)
        found.append(one)
    return found


def _entry(row: RowMapping, facts: Facts, tagged: Iterable[Tag]) -> Entry:
    feed = FeedRef(
        title=row["feed_title"] or "",
        url=row["feed_url"],
        id=row["feed_id"],
        html_url=row["feed_html_url"],
        rights=row["feed_rights"],
    )
    stored: Mapping[str, Any] = {name: row[name] for name in _PLAIN_FIELDS}
    entry = Entry(
        article_id=row["article_id"],
        feed=feed,
        tags=tuple(t for t in tagged if t.axis not in _COMPUTED),
        **stored,
        **{name: getattr(facts, name) for name in _FACT_FIELDS},
    )
    # Feed Access Control speaks of a feed, whose present word its source keeps: what an item
    # once brought along is older.
    said = tuple(s for s in entry.statements if s.scheme != "fac")
    entry = replace(entry, statements=said) if len(said) < len(entry.statements) else entry
    if row["access_denied"]:
        denial = Evidence(fact="access-deny", value="deny", where="feed:access-control")
        entry = replace(entry, evidence=(*entry.evidence, denial))
    return entry


def _tags_of(tx: Transaction, item_pks: Sequence[int]) -> dict[int, list[Tag]]:
    query = select(tags).order_by(tags.c.item_pk, tags.c.axis, tags.c.slug)
    found: dict[int, list[Tag]] = {}
    for row in in_chunks(tx, query, tags.c.item_pk, item_pks):
        tag = Tag(axis=row["axis"], slug=row["slug"], title=row["title"], why=row["why"])
        found.setdefault(row["item_pk"], []).append(tag)
    return found
