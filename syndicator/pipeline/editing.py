"""Editors' decisions on their way into the store.

What a source brings is let in as it says (``review``, ``first_items``), unless an editor
has decided on the work before.  Decisions taken since are carried out here, by the one
writer, before output is made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syndicator.classify import classify
from syndicator.model.entries import Entry, ReviewState
from syndicator.model.settings import Source
from syndicator.pipeline.context import Context
from syndicator.pipeline.joining import join_copies
from syndicator.pipeline.recognise import QUARANTINED
from syndicator.store import Transaction, entries, reading, reviews, sources, transaction


def admitted(
    ctx: Context, tx: Transaction, source: Source, new: Sequence[Entry]
) -> tuple[Entry, ...]:
    """Return the *new* entries of a visit, each in the state that its source begins with."""
    late = _backlog(ctx, tx, source, new)
    first: ReviewState = "held" if source.review == "hold" else "new"
    return tuple(replace(entry, review="backlog" if entry.key in late else first) for entry in new)


def as_decided(tx: Transaction, new: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the *new* entries in the states that editors gave to their works before."""
    decided = reviews.states(tx, (entry.article_id for entry in new))
    return tuple(
        replace(entry, review=decided.get(entry.article_id, entry.review)) for entry in new
    )


def _backlog(ctx: Context, tx: Transaction, source: Source, new: Sequence[Entry]) -> set[str]:
    """Return the keys of what a source held before it was added, beyond the newest."""
    most = ctx.config.fetch.first_items if source.first_items is None else source.first_items
    if most is None or sources.was_fetched(tx, source.id):
        return set()
    newest = sorted(new, key=lambda entry: (entry.sort_at, entry.key), reverse=True)
    return {entry.key for entry in newest[most:]}


def carry_out_reviews(ctx: Context) -> int:
    """Carry out what editors decided since the last time; return how much that was."""
    with reading(ctx.engine) as tx:
        if not reviews.pending(tx):
            return 0
    with transaction(ctx.engine) as tx:
        pending = reviews.pending(tx)
        for pk, review in pending:
            if review.act in {"pin", "unpin"}:
                _retag(ctx, tx, review.article_id)
            else:
                _decide(ctx, tx, review.article_id)
            reviews.mark_applied(tx, pk)
    return len(pending)


def follow_join(ctx: Context, tx: Transaction, article_ids: Iterable[str]) -> None:
    """Let all copies of works that were just joined be as editors decided on any part."""
    joined = list(dict.fromkeys(article_ids))
    if not joined:
        return
    for work in reviews.states(tx, joined):
        _decide(ctx, tx, work)
    for work in reviews.pins(tx, joined):
        _retag(ctx, tx, work)


def follow_split(
    ctx: Context, tx: Transaction, article_ids: Sequence[str], before: ReviewState | None
) -> None:
    """Let the parts of a work that was split be as editors decided on each of them.

    Args:
        ctx: the configuration.
        tx: a writing transaction.
        article_ids: the parts.
        before: what had been decided on the whole.
    """
    decided = reviews.states(tx, article_ids)
    for work in article_ids:
        if work in decided:
            _decide(ctx, tx, work)
        elif before is not None:
            # Only the other part was ever decided on: this one is as its sources began it.
            _begin_again(ctx, tx, work)
        _retag(ctx, tx, work)


def let_out(ctx: Context, tx: Transaction, pks: Sequence[int]) -> None:
    """Publish items that a batch guard kept back: now they may be copies of others, too."""
    back = entries.put_back(tx, pks)
    follow_join(ctx, tx, join_copies(tx, back, ctx.tag_base))


def _decide(ctx: Context, tx: Transaction, article_id: str) -> None:
    decided = reviews.states(tx, [article_id]).get(article_id)
    if decided is None:
        return
    reviews.set_state(tx, article_id, decided)
    if decided == "approved":
        kept_back = entries.removed_for(tx, QUARANTINED, article_ids=[article_id])
        if kept_back:
            let_out(ctx, tx, kept_back)


def _begin_again(ctx: Context, tx: Transaction, article_id: str) -> None:
    held = {source.id for source in ctx.config.sources if source.review == "hold"}
    for pk, entry, _ in reviews.copies(tx, article_id):
        reviews.set_state_of(tx, [pk], "held" if entry.source_id in held else "new")


def _retag(ctx: Context, tx: Transaction, article_id: str) -> None:
    pins = reviews.pins(tx, [article_id]).get(article_id)
    changed = [
        (pk, replace(entry, tags=classify(entry, ctx.classifier, names, pins)))
        for pk, entry, names in reviews.copies(tx, article_id)
    ]
    if changed:
        entries.retag(tx, changed)
