"""Texts that an earlier version cleaned, cleaned again by this one.

A feed brings its newest items only, so a fault of the cleaning would stay for ever in the
others.  They say the same in other markup: that is no change that anybody is told of.
"""

from collections.abc import Sequence

from syndicator.markup import clean_html
from syndicator.model.entries import Entry
from syndicator.pipeline import older
from syndicator.pipeline.context import Context
from syndicator.store import Transaction, entries, stale


def catch_up(ctx: Context, *, batches: int = older.AT_ONCE) -> bool:
    """Clean older texts again; return whether that is done.

    Args:
        ctx: the configuration and the store.
        batches: how many batches are done at most.
    """
    return older.catch_up(ctx, "uncleaned_up_to", _clean, batches=batches)


def _clean(_: Context, tx: Transaction, batch: Sequence[tuple[int, Entry]]) -> None:
    texts = {}
    for pk, entry in batch:
        short = clean_html(entry.summary_html, base_url=None)
        long = clean_html(entry.content_html, base_url=None)
        if (short, long) != (entry.summary_html, entry.content_html):
            texts[pk] = (short, long)
    entries.save_texts(tx, texts)
    stale.mark_stale(tx, list(texts))
