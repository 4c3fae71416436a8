"""Classifying again what is stored: to show what would move, and to move it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syndicator.classify import classify
from syndicator.model.entries import Entry, Tag
from syndicator.pipeline.context import Context
from syndicator.store import Transaction, entries, facts, queries, reading, reviews, transaction

MATCHING = "3"
"""Changes when rules are held against texts in another way: then all is classified again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeChange:
    """An entry that comes into a theme, or goes out of it."""

    entry: Entry
    tag: Tag
    comes: bool


def moves(ctx: Context, since: datetime | None = None) -> Iterator[ThemeChange]:
    """Yield what the present configuration would change, and write nothing.

    Args:
        ctx: the configuration and the store.
        since: only entries first seen at that time or later.
    """
    last: int | None = 0
    while last is not None:
        with reading(ctx.engine) as tx:
            last, changed = _batch(ctx, tx, last, since)
        for _, before, after in changed:
            if before.removed is None:
                yield from _moves(before, after)


def apply(ctx: Context, since: datetime | None = None) -> None:
    """Give the entries the tags of the present configuration, in short transactions."""
    last: int | None = 0
    while last is not None:
        with transaction(ctx.engine) as tx:
            last, changed = _batch(ctx, tx, last, since)
            if changed:
                entries.retag(tx, [(pk, after) for pk, _, after in changed])
            if last is None and since is None:
                facts.set_fact(tx, "classified_with", _rules(ctx))


def outdated(ctx: Context) -> bool:
    """Say whether the entries were classified otherwise than the present configuration is read."""
    with reading(ctx.engine) as tx:
        return facts.fact(tx, "classified_with") != _rules(ctx)


def _rules(ctx: Context) -> str:
    return f"{MATCHING} {ctx.digest}"


def _batch(
    ctx: Context, tx: Transaction, after: int, since: datetime | None
) -> tuple[int | None, list[tuple[int, Entry, Entry]]]:
    """Return where the next batch begins, and (pk, before, after) of entries that change."""
    batch = queries.all_entries(tx, after=after)
    pins = reviews.pins(tx, (entry.article_id for _, entry, _ in batch))
    changed = []
    for pk, entry, names in batch:
        if since is not None and entry.first_seen < since:
            continue
        tags = classify(entry, ctx.classifier, names, pins.get(entry.article_id))
        if set(tags) != set(entry.tags):
            changed.append((pk, entry, replace(entry, tags=tags)))
    return (batch[-1][0] if batch else None), changed


def _moves(before: Entry, after: Entry) -> Iterator[ThemeChange]:
    old = {(tag.axis, tag.slug): tag for tag in before.tags}
    new = {(tag.axis, tag.slug): tag for tag in after.tags}
    yield from (ThemeChange(entry=after, tag=new[k], comes=True) for k in new if k not in old)
    yield from (ThemeChange(entry=before, tag=old[k], comes=False) for k in old if k not in new)
