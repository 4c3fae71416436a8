"""The feeds that reading lists named when they were last read.  Edge."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select

from syndicator.model.visit import ListedFeed
from syndicator.store import Transaction
from syndicator.store.schema import listed_feeds


def listed(tx: Transaction) -> tuple[ListedFeed, ...]:
    """Return all listed feeds, those of one list in its order."""
    query = select(listed_feeds.c.list_id, listed_feeds.c.feed)
    rows = tx.execute(query.order_by(listed_feeds.c.list_id, listed_feeds.c.position))
    return tuple(ListedFeed(**row) for row in rows.mappings())


def save_list(tx: Transaction, list_id: str, feeds: Sequence[ListedFeed]) -> None:
    """Store *feeds* as all that the list *list_id* names."""
    tx.execute(delete(listed_feeds).where(listed_feeds.c.list_id == list_id))
    rows = [{"list_id": list_id, "position": at, "feed": one.feed} for at, one in enumerate(feeds)]
    if rows:
        tx.execute(insert(listed_feeds), rows)


def keep_lists(tx: Transaction, ids: Collection[str]) -> None:
    """Forget every list that is not among *ids*."""
    tx.execute(delete(listed_feeds).where(listed_feeds.c.list_id.not_in(ids)))
