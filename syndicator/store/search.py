"""Full text over the store, behind one function.  Edge.

SQLite (FTS5) and PostgreSQL (tsvector) differ in how they split, fold and stem words; so
they do none of it here.  Both are given the words that :mod:`syndicator.query` makes, in
order, and a query in the same words: they answer alike, and as ``query.answers`` does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlalchemy import CTE, Float, Integer, column, func, select, text

from syndicator.model.entries import Entry
from syndicator.query import Phrase, Query, entry_words
from syndicator.store import Store, Transaction, transaction
from syndicator.store.facts import fact, set_fact
from syndicator.store.rows import CHUNK, read_entries, read_entries_in, select_entries
from syndicator.store.schema import articles, items

WORDS = "3"
"""Changes when words are made in another way: then everything is indexed again."""

Order = Literal["relevance", "date"]

_GAP = 2
"""Positions between title and text, so that no phrase reaches across."""
_TITLE_COUNTS = 10
"""How many times as much a word says in the title as in the text."""


def index(tx: Transaction, pairs: Sequence[tuple[int, Entry]]) -> None:
    """Let the entries (by primary key) be found, none of which is in the index yet."""
    live = [(pk, entry) for pk, entry in pairs if entry.removed is None]
    if not live:
        return
    if tx.dialect.name == "sqlite":
        tx.execute(
            text("INSERT INTO search (rowid, title, text) VALUES (:pk, :title, :text)"),
            [{"pk": pk, **_plain(entry)} for pk, entry in live],
        )
    else:
        tx.execute(
            text("INSERT INTO search (item_pk, words) VALUES (:pk, CAST(:words AS tsvector))"),
            [{"pk": pk, "words": _vector(entry)} for pk, entry in live],
        )


def reindex(tx: Transaction, pairs: Sequence[tuple[int, Entry]]) -> None:
    """Let the entries be found by the words they have now, and no more by others."""
    unindex(tx, [pk for pk, _ in pairs])
    index(tx, pairs)


def unindex(tx: Transaction, item_pks: Iterable[int]) -> None:
    """Let the entries be found no more."""
    key = "rowid" if tx.dialect.name == "sqlite" else "item_pk"
    for pk in item_pks:
        tx.execute(
            text(f"DELETE FROM search WHERE {key} = :pk"),  # noqa: S608 - one of two constants
            {"pk": pk},
        )


def find(tx: Transaction, query: Query, *, limit: int, by: Order = "date") -> list[Entry]:
    """Return all copies of the first works of which a copy answers *query*.

    Args:
        tx: a transaction.
        query: what is asked for.
        limit: works at most.
        by: date, the newest first; relevance: those that speak most of it, by the measure of
            the database (BM25 in SQLite, ``ts_rank`` in PostgreSQL), in which a word of the
            title says more than one of the text and a word of a long text less.
    """
    found = _found(tx, query)
    newest = func.max(items.c.sort_at).label("newest")
    works = (
        select(items.c.article_pk, newest)
        .join(found, found.c.item_pk == items.c.pk)
        .join(articles, articles.c.pk == items.c.article_pk)
        .where(items.c.removed.is_(None))
        .group_by(items.c.article_pk, articles.c.id)
        .order_by(*([func.min(found.c.rank)] if by == "relevance" else []))
        .order_by(newest.desc(), articles.c.id)
        .limit(limit)
    )
    pks = [row.article_pk for row in tx.execute(works)]
    copies: dict[int, list[Entry]] = {pk: [] for pk in pks}
    for stored in read_entries_in(tx, select_entries(), items.c.article_pk, pks):
        copies[stored.work_pk].append(stored.entry)
    return [entry for pk in pks for entry in sorted(copies[pk], key=lambda e: e.source_id)]


def catch_up(engine: Store) -> None:
    """Index what was stored before there was an index, or by another making of words."""
    last = 0
    while True:
        with transaction(engine) as tx:
            if fact(tx, "indexed_with") == WORDS:
                return
            query = select_entries().where(items.c.pk > last).order_by(items.c.pk).limit(CHUNK)
            found = read_entries(tx, query)
            if not found:
                set_fact(tx, "indexed_with", WORDS)
                return
            reindex(tx, [(stored.pk, stored.entry) for stored in found])
            last = found[-1].pk


def _found(tx: Transaction, query: Query) -> CTE:
    """Return what answers *query*, as rows of item_pk and rank: the lower, the better."""
    if tx.dialect.name == "sqlite":
        hits = text(
            f"SELECT rowid AS item_pk, bm25(search, {_TITLE_COUNTS}, 1) AS rank FROM search"  # noqa: S608 - a constant
            " WHERE search MATCH :query"
        ).bindparams(query=_fts5(query))
    else:
        # What must not stand there says nothing on how well the rest is answered.
        hits = text(
            "SELECT item_pk, -ts_rank(words, CAST(:wanted AS tsquery), 1) AS rank FROM search"
            " WHERE words @@ CAST(:query AS tsquery)"
        ).bindparams(query=_tsquery(query), wanted=_tsquery(Query(query.wanted)))
    # bm25() is known only where the index itself is read, not in the grouping around it.
    named = hits.columns(column("item_pk", Integer), column("rank", Float))
    return named.cte("found").prefix_with("MATERIALIZED")


def _plain(entry: Entry) -> Mapping[str, str]:
    said = entry_words(entry)
    return {"title": " ".join(said.title), "text": " ".join(said.text)}


def _vector(entry: Entry) -> str:
    said = entry_words(entry)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(said.title, start=1):
        # A is the heaviest weight, and ten times that of a word without one.
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(said.text, start=len(said.title) + _GAP):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _fts5(query: Query) -> str:
    def phrase(one: Phrase) -> str:
        return f'"{" ".join(one.words)}"' + (" *" if one.prefix else "")

    wanted = " AND ".join(f"({' OR '.join(map(phrase, either))})" for either in query.wanted)
    if not query.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(phrase, query.unwanted))})"


def _tsquery(query: Query) -> str:
    def phrase(one: Phrase) -> str:
        words = " <-> ".join(f"'{word}'" for word in one.words)
        return f"({words}{':*' if one.prefix else ''})"

    wanted = " & ".join(f"({' | '.join(map(phrase, either))})" for either in query.wanted)
    return wanted + "".join(f" & !{phrase(one)}" for one in query.unwanted)
