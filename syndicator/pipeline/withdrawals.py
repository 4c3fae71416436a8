"""Which removals a feed tells its subscribers of, and how many at most."""

from collections.abc import Iterable
from datetime import datetime

from syndicator.model.flows import Withdrawal
from syndicator.store import Transaction, emissions

MOST = 500
"""Removals that one feed tells of, the newest articles first: where a whole archive must
go, a feed of nothing but tombstones would reach its subscribers no better."""


def told_by_feed(
    tx: Transaction, withdrawals: Iterable[Withdrawal]
) -> dict[tuple[str, str], list[Withdrawal]]:
    """Return the *withdrawals* that each feed, by (axis, slug), has to tell of, newest first."""
    live = {w.article_id: w for w in withdrawals}
    found: dict[tuple[str, str], list[tuple[datetime, datetime, str]]] = {}
    for article_id, places in emissions.feeds_of(tx, live).items():
        for place, sort_at in places.items():
            found.setdefault(place, []).append((live[article_id].at, sort_at, article_id))
    return {
        place: [live[article_id] for *_, article_id in sorted(dated, reverse=True)[:MOST]]
        for place, dated in found.items()
    }
