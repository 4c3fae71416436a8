"""Whether items of a document are known under another name.

A document's items are looked up by key first; what is strange then is looked up by its
other names, and a document that is mostly strange is held against what the source said
before, so that a move to another platform floods nobody.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from syndicator.dedupe import contains, read_text, similar_titles
from syndicator.identify import identify, with_link, with_title
from syndicator.identify.aliases import (
    GUARD_ITEMS,
    Earlier,
    Item,
    Rung,
    alias_marks,
    are_two_pages,
    is_again,
    judge_batch,
    may_be_another,
)
from syndicator.markup import plain_text
from syndicator.model.entries import EntryKey
from syndicator.model.feed import ParsedEntry, ParsedFeed
from syndicator.pipeline.context import Context
from syndicator.store import Transaction, entries, signatures, works

log = logging.getLogger(__name__)

_TELLING_TITLE = 4
"""Words of a headline that two items without a text do not have by chance."""

_SOMETHING = 0.2
"""Share of a text that an edit leaves as it was, whatever else it changes."""
REUSED = frozenset({"id+link", "id+title"})
"""The rungs of an entry whose id is another's, too."""

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
    before = entries.by_key(tx, source_id, [key for key, _, _ in items])
    others = _others_of_same_id(tx, items, before)
    items = [_told_apart(item, before[item[0]]) if item[0] in others else item for item in items]
    if others:
        before = entries.by_key(tx, source_id, [key for key, _, _ in items])
    strange = [item for item in items if item[0] not in before]
    if not strange:
        return Recognition(items=items)
    names = alias_marks(source_id, items)
    renamed = _by_alias(tx, source_id, strange, names, set(before))
    # Ids that are given out again and again say nothing on whether the feed has moved.
    moved = [item for item in strange if item[1] not in REUSED]
    rest = [item for item in moved if item[0] not in renamed]
    held: frozenset[EntryKey] = frozenset()
    if len(moved) >= GUARD_ITEMS and len(moved) * 2 >= len(items):
        seen = before.keys() | renamed.values()
        earlier = [e for e in entries.earlier(tx, source_id) if e.key not in seen]
        recognised = len(moved) - len(rest)
        same = partial(_same_text_as_stored, tx)
        verdict = judge_batch(rest, len(items), earlier, recognised, same)
        renamed |= verdict.pairs
        rest = [item for item in rest if item[0] not in renamed]
        held = verdict.held
    _tell_of_reused(source_id, [item for item in strange if item[1] in REUSED])
    if len(rest) < len(moved) or held:
        _tell(source_id, items, len(moved) - len(rest), held)
    return Recognition(
        items=[(renamed.get(key, key), rung, entry) for key, rung, entry in items],
        held=held,
        names={renamed.get(key, key): names[key] for key, _, _ in strange},
    )


def _others_of_same_id(
    tx: Transaction, items: Sequence[Item], before: Mapping[EntryKey, Earlier]
) -> set[EntryKey]:
    """Return the keys that stand for another entry in the document than in the store.

    At one page all may change and the entry be the same: it was withdrawn, or filled.  Only
    where others of the document share that id does it not say which entry this is.
    """
    shared = {identify(entry)[0] for _, rung, entry in items if rung == "id+title"}
    doubtful = {
        key: entry
        for key, _, entry in items
        if key in before
        and not entry.unread
        and may_be_another(entry, before[key])
        and (key in shared or are_two_pages(entry.url, before[key].url))
    }
    copies = works.copies_by_pk(tx, [before[key].pk for key in doubtful])
    return {
        key
        for key, entry in doubtful.items()
        if not _have_something_in_common(entry, copies[before[key].pk])
    }


def _told_apart(item: Item, earlier: Earlier) -> Item:
    """Return *item* with a key of its own: it has the id of *earlier*, which is another."""
    key, _, entry = item
    if entry.url and are_two_pages(entry.url, earlier.url):
        return with_link(key, entry.url), "id+link", entry
    return with_title(key, entry), "id+title", entry


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
            before = Earlier(**{name: getattr(copy, name) for name in Earlier.__slots__})
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


def _have_something_in_common(entry: ParsedEntry, copy: works.Copy) -> bool:
    now = read_text(entry.title, plain_text(entry.content_html or entry.summary_html), None)
    before = read_text(copy.title, plain_text(copy.content_html), None)
    return (
        similar_titles(now.title, before.title)
        or contains(before, now, share=_SOMETHING)
        or contains(now, before, share=_SOMETHING)
    )


def _tell_of_reused(source_id: str, reused: Sequence[Item]) -> None:
    if reused:
        log.warning(
            "ids of known items came on others",
            extra={"source": source_id, "items": len(reused), "first": reused[0][0]},
        )


def _tell(
    source_id: str, items: Sequence[Item], recognised: int, held: frozenset[EntryKey]
) -> None:
    level = logging.WARNING if held or recognised >= GUARD_ITEMS else logging.INFO
    log.log(
        level,
        "known items came under other ids",
        extra={
            "source": source_id,
            "items": len(items),
            "recognised": recognised,
            "quarantined": len(held),
        },
    )
