"""Editors' decisions on their way into the store.

What a source brings is let in as it says (``review``, ``first_items``), unless an editor
has decided on the work before.  Decisions taken since are carried out here, by the one
writer, before output is made.
"""

from collections.abc import Sequence
from dataclasses import replace

from syndicator.classify import classify
from syndicator.model.entries import Entry, ReviewState
from syndicator.model.settings import Source
from syndicator.pipeline.context import Context
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


def carry_out(ctx: Context) -> int:
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
                reviews.set_state(tx, review.article_id, review.act)  # type: ignore[arg-type]
            reviews.mark_applied(tx, pk)
    return len(pending)


def _retag(ctx: Context, tx: Transaction, article_id: str) -> None:
    pins = reviews.pins(tx, [article_id]).get(article_id)
    changed = [
        (pk, replace(entry, tags=classify(entry, ctx.classifier, names, pins)))
        for pk, entry, names in reviews.copies(tx, article_id)
    ]
    if changed:
        entries.retag(tx, changed)
