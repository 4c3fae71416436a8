"""What each output showed of each work, and what it took back.  Edge."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from syndicator.model.entries import Axis
from syndicator.model.flows import Emission, Withdrawal
from syndicator.store import Transaction
from syndicator.store.queries import SHOWN
from syndicator.store.rows import CHUNK, in_chunks
from syndicator.store.schema import articles, emissions, items, removals, tags, takedown_works


def emissions_of(tx: Transaction, output: str, article_ids: Iterable[str]) -> dict[str, Emission]:
    """Return what *output* showed of the works, by our id; never shown ones are missing."""
    columns = [c for c in emissions.c if c.name != "output"]
    query = select(*columns).where(emissions.c.output == output)
    rows = in_chunks(tx, query, emissions.c.article_id, article_ids)
    return {row["article_id"]: Emission(**row) for row in rows}


def outputs(tx: Transaction) -> set[str]:
    """Return every output that ever showed something, by id."""
    return set(tx.scalars(select(emissions.c.output).distinct()))


def note_emissions(
    tx: Transaction, output: str, changed: Sequence[Emission], seen: Sequence[str], *, now: datetime
) -> None:
    """Store what a pass over *output* emitted.

    Args:
        tx: a writing transaction.
        output: its id.
        changed: works that are shown for the first time or otherwise than before.
        seen: works that stand in files as before.
        now: when they were looked at.
    """
    known = emissions_of(tx, output, [e.article_id for e in changed])
    rows = [asdict(e) | {"output": output} for e in changed]
    new = [row for row in rows if row["article_id"] not in known]
    old = [
        {"of": row["article_id"]}
        | {f"new_{name}": row[name] for name in ("form", "last_at", "changed_at", "away")}
        for row in rows
        if row["article_id"] in known
    ]
    if new:
        tx.execute(insert(emissions), new)
    if old:
        mine = and_(emissions.c.output == output, emissions.c.article_id == bindparam("of"))
        values: dict[str, BindParameter[object]] = {
            n: bindparam(f"new_{n}") for n in ("form", "last_at", "changed_at", "away")
        }
        tx.execute(update(emissions).where(mine).values(values), old)
    for start in range(0, len(seen), CHUNK):
        chunk = seen[start : start + CHUNK]
        mine = and_(emissions.c.output == output, emissions.c.article_id.in_(chunk))
        tx.execute(update(emissions).where(mine).values(last_at=now))


def doubtful(tx: Transaction, output: str) -> list[int]:
    """Return the works that *output* shows, as far as it knows, and perhaps must not.

    By primary key: those that a takedown reaches, those whose copies are all gone or kept
    back by an editor, those of which a copy was retracted, and those that were joined to
    another work since.  The newest works of a feed are looked at anyway; these may have left
    its window.
    """
    # Found from what is rare: of a large store the pass after each visit reads none of the rest.
    perhaps = union(
        select(articles.c.pk).where(articles.c.id.in_(select(takedown_works.c.article_id))),
        select(articles.c.pk).where(articles.c.merged_into.is_not(None)),
        select(items.c.article_pk).where(items.c.removed.is_not(None)),
        select(items.c.article_pk).where(items.c.review != "new"),
    )
    copies = exists().where(items.c.article_pk == articles.c.pk)
    query = (
        select(articles.c.pk)
        .join(emissions, emissions.c.article_id == articles.c.id)
        .where(
            articles.c.pk.in_(perhaps),
            emissions.c.output == output,
            emissions.c.away.is_(False),
            or_(
                articles.c.id.in_(select(takedown_works.c.article_id)),
                articles.c.merged_into.is_not(None),
                ~copies.where(SHOWN),
                copies.where(items.c.removed.startswith("retracted")),
            ),
        )
        .order_by(articles.c.id)
    )
    return [row.pk for row in tx.execute(query)]


def withdraw(tx: Transaction, output: str, withdrawals: Sequence[Withdrawal]) -> None:
    """Store what *output* took back."""
    if withdrawals:
        tx.execute(insert(removals), [asdict(w) | {"output": output} for w in withdrawals])


def restore(tx: Transaction, output: str, article_ids: Iterable[str], *, now: datetime) -> None:
    """Note that the works are shown again: nothing says any more that they are gone."""
    wanted = sorted(article_ids)
    for start in range(0, len(wanted), CHUNK):
        mine = and_(
            removals.c.output == output,
            removals.c.article_id.in_(wanted[start : start + CHUNK]),
            removals.c.until > now,
        )
        tx.execute(update(removals).where(mine).values(until=now, stub_until=None))


def withdrawals(tx: Transaction, output: str, now: datetime) -> list[Withdrawal]:
    """Return what *output* took back and still says so at *now*, newest first."""
    columns = [c for c in removals.c if c.name != "output"]
    query = (
        select(*columns)
        .where(removals.c.output == output, removals.c.until > now)
        .order_by(removals.c.at.desc(), removals.c.article_id)
    )
    return [Withdrawal(**row) for row in tx.execute(query).mappings()]


def feeds_of(
    tx: Transaction, article_ids: Iterable[str]
) -> dict[str, dict[tuple[str, str], datetime]]:
    """Return every feed, by (axis, slug), in which a copy of the works stands or stood.

    With the time by which it is the newer one there.  The copies of a work that was joined
    to another one are among those of that one.
    """
    leads_to = func.coalesce(articles.c.merged_into, articles.c.pk)
    query = (
        select(articles.c.id, tags.c.axis, tags.c.slug, tags.c.sort_at)
        .join(items, items.c.article_pk == leads_to)
        .join(tags, tags.c.item_pk == items.c.pk)
    )
    found: dict[str, dict[tuple[str, str], datetime]] = {}
    for row in in_chunks(tx, query, articles.c.id, article_ids):
        places = found.setdefault(row["id"], {})
        place = (row["axis"], row["slug"])
        places[place] = max(row["sort_at"], places.get(place, row["sort_at"]))
    return found


def names_of(tx: Transaction, pks: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Return our ids of the works by primary key, each with the work that it leads to now."""
    query = select(articles.c.pk, articles.c.id, articles.c.merged_into)
    return {
        row["pk"]: (row["id"], row["merged_into"] or row["pk"])
        for row in in_chunks(tx, query, articles.c.pk, pks)
    }


def shown_feeds(
    tx: Transaction, output: str, feeds: Iterable[tuple[Axis, str]]
) -> set[tuple[Axis, str]]:
    """Return which of the *feeds*, by axis and slug, show a work, as far as was noted."""
    slugs: dict[Axis, list[str]] = {}
    for axis, slug in feeds:
        slugs.setdefault(axis, []).append(slug)
    found: set[tuple[Axis, str]] = set()
    for axis, mine in slugs.items():
        names = select(tags.c.slug).where(tags.c.axis == axis).distinct().subquery()
        # For each feed the first work is enough.
        shows = (
            exists()
            .where(tags.c.axis == axis, tags.c.slug == names.c.slug, tags.c.item_pk == items.c.pk)
            .where(SHOWN, items.c.article_pk == articles.c.pk)
            .where(emissions.c.output == output, emissions.c.article_id == articles.c.id)
            .where(emissions.c.away.is_(False))
            .correlate(names)
        )
        rows = in_chunks(tx, select(names.c.slug).where(shows), names.c.slug, mine)
        found.update((axis, row["slug"]) for row in rows)
    return found
