"""Whether items of a document are known under another name.

A document's items are looked up by key first; what is strange then is looked up by its
other names, and a document that is mostly strange is held against what the source said
before, so that a move to another platform floods nobody.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from syndicator.dedupe import contains, read_text
from syndicator.identify.aliases import (
    GUARD_ITEMS,
    Earlier,
    Item,
    Rung,
    alias_marks,
    is_again,
    judge_batch,
)
from syndicator.markup import plain_text
from syndicator.model.entries import EntryKey
from syndicator.model.feed import ParsedEntry, ParsedFeed
from syndicator.pipeline.context import Context
from syndicator.store import Transaction, entries, signatures, works

log = logging.getLogger(__name__)

_TELLING_TITLE = 4
"""Words of a headline that two items without a text do not have by chance."""

QUARANTINED = "quarantined: may be an old item under a new id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """The items of a document, each under the key that it has with us."""

    items: Sequence[Item]
    held: frozenset[EntryKey] = frozenset()
    """Not to be published: they may be old."""
    names: Mapping[EntryKey, Mapping[Rung, int]] = field(default_factory=dict)
    """Aliases to be written down, of what is new or came under another name."""


def without_own(ctx: Context, feed: ParsedFeed, source_id: str) -> tuple[ParsedEntry, ...]:
    """Return the entries of *feed* that are not our own output coming back."""
    ours = [e for e in feed.entries if (e.id or "").startswith(ctx.tag_base)]
    whole = (feed.id or "").startswith(ctx.tag_base) or (feed.self_url or "").startswith(
        f"{ctx.config.site.base_url}/"
    )
    if not ours and not whole:
        return feed.entries
    log.warning(
        "own output in an input refused",
        extra={"source": source_id, "entries": len(feed.entries) if whole else len(ours)},
    )
    return () if whole else tuple(e for e in feed.entries if e not in ours)


def recognise(tx: Transaction, source_id: str, items: Sequence[Item]) -> Recognition:
    """Return *items* with the keys under which the store knows them."""
    known = set(entries.keys_to_pks(tx, source_id, [key for key, _, _ in items]))
    strange = [item for item in items if item[0] not in known]
    if not strange:
        return Recognition(items=items)
    names = alias_marks(source_id, items)
    renamed = _by_alias(tx, source_id, strange, names, known)
    rest = [item for item in strange if item[0] not in renamed]
    held: frozenset[EntryKey] = frozenset()
    if len(strange) >= GUARD_ITEMS and len(strange) * 2 >= len(items):
        seen = known | set(renamed.values())
        earlier = [e for e in entries.earlier(tx, source_id) if e.key not in seen]
        before = partial(_same_text_as_stored, tx)
        verdict = judge_batch(rest, len(items), earlier, len(renamed), before)
        renamed |= verdict.pairs
        held = verdict.held
    if renamed or held:
        _tell(source_id, items, renamed, held)
    return Recognition(
        items=[(renamed.get(key, key), rung, entry) for key, rung, entry in items],
        held=held,
        names={renamed.get(key, key): names[key] for key, _, _ in strange},
    )


def remember_names(
    tx: Transaction, names: Mapping[EntryKey, Mapping[Rung, int]], pks: Mapping[EntryKey, int]
) -> None:
    """Write down the aliases of entries (by key)."""
    signatures.add_aliases(
        tx, {a: pks[key] for key, marks in names.items() if key in pks for a in marks.values()}
    )


def _by_alias(
    tx: Transaction,
    source_id: str,
    strange: Sequence[Item],
    names: Mapping[EntryKey, Mapping[Rung, int]],
    known: set[EntryKey],
) -> dict[EntryKey, EntryKey]:
    wanted = [a for key, _, _ in strange for a in names[key].values()]
    named = signatures.named(tx, source_id, wanted)
    if not named:
        return {}
    copies = works.copies_by_pk(tx, named.values())
    taken = set(known)
    renamed: dict[EntryKey, EntryKey] = {}
    for key, _, entry in strange:
        for rung, alias in names[key].items():
            copy = copies.get(named.get(alias, -1))
            if copy is None or copy.key in taken:
                continue
            before = Earlier(pk=copy.pk, key=copy.key, title=copy.title, published=copy.published)
            if is_again(rung, entry, before, partial(_same_text, entry, copy)):
                renamed[key] = copy.key
                taken.add(copy.key)
                break
    return renamed


def _same_text_as_stored(tx: Transaction, entry: ParsedEntry, before: Earlier) -> bool:
    return _same_text(entry, works.copies_by_pk(tx, [before.pk])[before.pk])


def _same_text(entry: ParsedEntry, copy: works.Copy) -> bool:
    now = read_text("", plain_text(entry.content_html or entry.summary_html), None)
    before = read_text("", plain_text(copy.content_html), None)
    if not now.words and not before.words:
        return len(entry.title.split()) >= _TELLING_TITLE
    return contains(before, now, share=0.8) or contains(now, before, share=0.8)


def _tell(
    source_id: str,
    items: Sequence[Item],
    renamed: Mapping[EntryKey, EntryKey],
    held: frozenset[EntryKey],
) -> None:
    level = logging.WARNING if held or len(renamed) >= GUARD_ITEMS else logging.INFO
    log.log(
        level,
        "known items came under other ids",
        extra={
            "source": source_id,
            "items": len(items),
            "recognised": len(renamed),
            "quarantined": len(held),
        },
    )
