"""Marks and names for items that were stored before there were any.

Items get both when they are stored.  What lay in the store when the first version that
makes them came is caught up here; then copies among them are joined, and a feed that
changes its ids is recognised.  Done twice, it changes nothing.
"""

from collections.abc import Iterable, Sequence

from syndicator.identify.aliases import Item, alias_marks
from syndicator.model.entries import Entry
from syndicator.model.feed import ParsedEntry
from syndicator.pipeline import older
from syndicator.pipeline.context import Context
from syndicator.pipeline.editing import follow_join
from syndicator.pipeline.joining import join_copies
from syndicator.store import Transaction, signatures


def catch_up(ctx: Context, *, batches: int = older.AT_ONCE) -> bool:
    """Mark older items and join the copies among them; return whether that is done.

    Args:
        ctx: the configuration and the store.
        batches: how many batches are done at most.
    """
    return older.catch_up(ctx, "unmarked_up_to", _mark, batches=batches)


def _mark(ctx: Context, tx: Transaction, batch: Sequence[tuple[int, Entry]]) -> None:
    follow_join(ctx, tx, join_copies(tx, batch, ctx.tag_base))
    by_source: dict[str, list[tuple[int, Entry]]] = {}
    for pk, entry in batch:
        by_source.setdefault(entry.source_id, []).append((pk, entry))
    for source_id, mine in by_source.items():
        pks = {entry.key: pk for pk, entry in mine}
        names = alias_marks(source_id, _as_items(entry for _, entry in mine))
        aliases = {alias: pks[key] for key, marks in names.items() for alias in marks.values()}
        signatures.add_aliases(tx, aliases)


def _as_items(stored: Iterable[Entry]) -> Iterable[Item]:
    for entry in stored:
        said = ParsedEntry(
            title=entry.title,
            url=entry.url,
            published=entry.published,
            content_html=entry.content_html,
            enclosures=entry.enclosures,
        )
        yield entry.key, entry.rung, said
