"""What an editor does to clusters: join, split, let out of quarantine.

Every act is written down with who did it, and what is joined automatically obeys it.  An
order names exactly what it is about, so that it can wait for the process that writes.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import assert_never

from syndicator.errors import NotFound
from syndicator.identify import article_id, own_key
from syndicator.model.entries import EntryKey
from syndicator.pipeline.context import Context, ids_for
from syndicator.pipeline.editing import follow_join, follow_split, let_out
from syndicator.pipeline.recognise import QUARANTINED
from syndicator.store import (
    Transaction,
    cluster_orders,
    entries,
    reading,
    reviews,
    sources,
    tasks,
    transaction,
    works,
)
from syndicator.store.cluster_orders import ClusterOrder
from syndicator.store.works import Copy, Edit
from syndicator.urls import canonical_url, names_a_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who orders something, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A work with its copies, and what editors did to it."""

    id: str
    copies: tuple[Copy, ...]
    edits: tuple[Edit, ...]


def cluster_of(ctx: Context, tx: Transaction, wanted: str) -> Cluster:
    """Return the work that *wanted* names: our id, an address, or ``SOURCE KEY``.

    Raises:
        NotFound: nothing in the store, or more than one work, has this name.
    """
    return _cluster(tx, _one_work(ctx, tx, wanted))


def join_order(ctx: Context, tx: Transaction, names: tuple[str, str], by: By) -> ClusterOrder:
    """Return the order to make the two works with these *names* one.

    Raises:
        NotFound: a name does not lead to exactly one work.
    """
    works_named = [_one_work(ctx, tx, name) for name in names]
    ids = tuple(works.leading_id(tx, pk) for pk in works_named)
    return ClusterOrder(at=by.at, actor=by.actor, action="join", names=ids)


def split_order(ctx: Context, tx: Transaction, wanted: str, by: By) -> ClusterOrder:
    """Return the order to give the copy that *wanted* names a work of its own, for good.

    Raises:
        NotFound: the name does not lead to exactly one copy of a work that has others.
    """
    found = works.copies_named(tx, wanted, ids_for(ctx, wanted))
    if len(found) != 1:
        raise NotFound(wanted, _which(found))
    (item,) = found
    if len(works.copies_of(tx, [item.article_pk])) == 1:
        raise NotFound(wanted, "it is the only copy of its work already")
    names = (item.source_id, str(item.key))
    return ClusterOrder(at=by.at, actor=by.actor, action="split", names=names)


def release_order(source_id: str, by: By) -> ClusterOrder:
    """Return the order to let out what a batch guard kept back from a source."""
    return ClusterOrder(at=by.at, actor=by.actor, action="release", names=(source_id,))


def resume_order(source_id: str, by: By) -> ClusterOrder:
    """Return the order to visit a source at once, whatever stopped or held it."""
    return ClusterOrder(at=by.at, actor=by.actor, action="resume", names=(source_id,))


def carry_out_orders(ctx: Context) -> int:
    """Carry out what was ordered since the last time; return how many items were let out.

    Only the one process that writes may: it changes which work an item belongs to.
    """
    with reading(ctx.engine) as tx:
        if not cluster_orders.waiting(tx):
            return 0
    with transaction(ctx.engine) as tx:
        orders = cluster_orders.waiting(tx)
        released = 0
        for _, order in orders:
            try:
                released += _carry_out(ctx, tx, order)
            except NotFound as why:
                # It was there when the order was given; nobody waits for the answer now.
                log.warning("order came to nothing", extra={"order": order.action, "why": str(why)})
        cluster_orders.done(tx, [pk for pk, _ in orders])
    return released


def _carry_out(ctx: Context, tx: Transaction, order: ClusterOrder) -> int:
    match order.action:
        case "join":
            _join(ctx, tx, order)
        case "split":
            _split(ctx, tx, order)
        case "release":
            kept_back = entries.removed_for(tx, QUARANTINED, source_id=order.names[0])
            let_out(ctx, tx, kept_back)
            return len(kept_back)
        case "resume":
            sources.resume(tx, order.names[0], now=order.at)
        case _:
            assert_never(order.action)
    return 0


def _join(ctx: Context, tx: Transaction, order: ClusterOrder) -> None:
    one, other = (_one_work(ctx, tx, name) for name in order.names)
    if one == other:
        return  # joined by itself meanwhile
    stays = works.join(tx, one, other)
    edit = Edit(at=order.at, actor=order.actor, action="join", note=" and ".join(order.names))
    works.record_edit(tx, edit, article_pk=stays, other_pk=stays)
    follow_join(ctx, tx, [works.leading_id(tx, stays)])


def _split(ctx: Context, tx: Transaction, order: ClusterOrder) -> None:
    source_id, key = order.names
    pks = entries.keys_to_pks(tx, source_id, [EntryKey(key)])
    if not pks:
        raise NotFound(f"{source_id} {key}", "it is not in the store any more")
    item = works.copies_by_pk(tx, pks.values())[pks[EntryKey(key)]]
    others = [c for c in works.copies_of(tx, [item.article_pk]) if c.pk != item.pk]
    if not others:
        return  # an earlier order left it alone already
    if len(others) == 1 and item.article_id in {*_own_ids(ctx, item)} - {*_own_ids(ctx, *others)}:
        # Of two the one leaves that does not own the id: so each has what it had before.
        item, others = others[0], [item]
    before = reviews.states(tx, [item.article_id]).get(item.article_id)
    new_id = next(i for i in _ids_alone(ctx, tx, item, others) if _may_have(tx, i, item))
    is_new = not works.was_known(tx, new_id)
    alone = works.split(tx, item, new_id)
    if is_new:
        reviews.take_along(tx, item.article_id, new_id)
        tasks.take_along(tx, item.article_id, new_id)
    edit = Edit(at=order.at, actor=order.actor, action="split", note=f"{source_id} {key}")
    works.record_edit(tx, edit, article_pk=item.article_pk, other_pk=alone)
    follow_split(ctx, tx, [item.article_id, new_id], before)


def _own_ids(ctx: Context, item: Copy) -> tuple[str, ...]:
    """Return the ids that a work has of which *item* is the only copy."""
    named = (item.url,) if names_a_page(item.url) else ()
    keys = (*map(canonical_url, named), own_key(item.source_id, item.key))
    return tuple(article_id(ctx.tag_base, key) for key in keys)


def _ids_alone(ctx: Context, tx: Transaction, item: Copy, others: Sequence[Copy]) -> Iterator[str]:
    """Yield the ids that *item* may get when it leaves the *others*, the one it had first."""
    shared = {i for other in others for i in _own_ids(ctx, other)}
    given_up = set(works.family(tx, [item.article_id])[item.article_id][1:])
    own = _own_ids(ctx, item)
    yield from (i for i in own if i in given_up - shared)
    yield own[-1]
    key = own_key(item.source_id, item.key)
    yield article_id(ctx.tag_base, f"split {key}")
    yield from (article_id(ctx.tag_base, f"split {n} {key}") for n in count(2))


def _may_have(tx: Transaction, wanted: str, item: Copy) -> bool:
    return wanted != item.article_id and works.is_free(tx, wanted, item.article_pk)


def _one_work(ctx: Context, tx: Transaction, wanted: str) -> int:
    found = works.copies_named(tx, wanted, ids_for(ctx, wanted))
    pks = {copy.article_pk for copy in found}
    if len(pks) != 1:
        raise NotFound(wanted, _which(found))
    return pks.pop()


def _which(found: Sequence[Copy]) -> str:
    if not found:
        return "nothing in the store has this id or address"
    listed = ", ".join(f"“{c.source_id} {c.key}”" for c in found)
    return f"it may be {listed}: name one of them"


def _cluster(tx: Transaction, article_pk: int) -> Cluster:
    copies = sorted(works.copies_of(tx, [article_pk]), key=lambda c: (c.first_seen, c.pk))
    edits = tuple(works.edits_of(tx, article_pk))
    return Cluster(id=copies[0].article_id, copies=tuple(copies), edits=edits)
