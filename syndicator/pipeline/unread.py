"""Which items of a document need no reading, as they say what they said before.

An item is known by the digest of its element.  It is left unread only where the store has
the entry under the very key that the item has in this document, both before the reading
and in the transaction that stores what the document brings.
"""

from collections.abc import Iterable

from syndicator.identify import Taken
from syndicator.identify.aliases import Item
from syndicator.model.feed import KnownItems
from syndicator.model.rights import Publisher
from syndicator.pipeline.context import Context
from syndicator.store import entries, reading
from syndicator.store.sources import SourceState


def known_items(ctx: Context, state: SourceState, publisher: Publisher, reader: str) -> KnownItems:
    """Return the items that *reader* need not read again for this source."""
    with reading(ctx.engine) as tx:
        keys = entries.read_before(tx, state.id) if state.reader == reader else {}
    return KnownItems(reader=repr((reader, publisher)), keys=keys)


def is_outdated(items: Iterable[Item], taken: Taken) -> bool:
    """Say whether one of the *items* was left unread for an entry that is not so any more."""
    unread = ((taken.entries.get(key), entry) for key, _, entry in items if entry.unread)
    return not all(
        now and now.content_hash and not now.gone and now.read_from == entry.digest
        for now, entry in unread
    )
