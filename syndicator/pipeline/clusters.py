"""What an editor does to clusters: join, split, let out of quarantine.

Every act is written down with who did it, and what is joined automatically obeys it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from syndicator.errors import NotFound
from syndicator.identify import article_id, own_key
from syndicator.pipeline.context import Context, ids_for
from syndicator.pipeline.recognise import QUARANTINED
from syndicator.store import Transaction, works
from syndicator.store.works import Copy, Edit


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


def join(
    ctx: Context, tx: Transaction, names: tuple[str, str], *, actor: str, now: datetime
) -> Cluster:
    """Make the two works with these *names* one.

    Raises:
        NotFound: a name does not lead to exactly one work.
    """
    one, other = (_one_work(ctx, tx, name) for name in names)
    if one == other:
        return _cluster(tx, one)
    ids = " and ".join(sorted({c.article_id for c in works.copies_of(tx, [one, other])}))
    stays = works.join(tx, one, other)
    edit = Edit(at=now, actor=actor, action="join", note=ids)
    works.record_edit(tx, edit, article_pk=stays, other_pk=stays)
    return _cluster(tx, stays)


def split(ctx: Context, tx: Transaction, wanted: str, *, actor: str, now: datetime) -> Cluster:
    """Give the copy that *wanted* names a work of its own, for good.

    Raises:
        NotFound: the name does not lead to exactly one copy of a work that has others.
    """
    found = works.copies_named(tx, wanted, ids_for(ctx, wanted))
    if len(found) != 1:
        raise NotFound(wanted, _which(found))
    (item,) = found
    if len(works.copies_of(tx, [item.article_pk])) == 1:
        raise NotFound(wanted, "it is the only copy of its work already")
    new_id = article_id(ctx.tag_base, own_key(item.source_id, item.key))
    if new_id == item.article_id:
        new_id = article_id(ctx.tag_base, f"split {own_key(item.source_id, item.key)}")
    alone = works.split(tx, item, new_id)
    edit = Edit(at=now, actor=actor, action="split", note=f"{item.source_id} {item.key}")
    works.record_edit(tx, edit, article_pk=item.article_pk, other_pk=alone)
    return _cluster(tx, alone)


def release(tx: Transaction, source_id: str) -> int:
    """Let out what a batch guard kept back from a source; return how many items."""
    return works.put_back(tx, source_id, QUARANTINED)


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
