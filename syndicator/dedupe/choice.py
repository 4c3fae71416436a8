"""Which copy of a work stands for it?  Pure.

Copies of one work are clustered by the key that ``identify`` gives them.  Each copy is
decided on its own; the one that may show most leads, then the copy from the origin's own
feed, then the one with the shorter chain.  Of those a copy with the whole text goes before
an excerpt, then the one published first, then the lowest id.  Never does one copy lend its
rights to another.
"""

from collections.abc import Iterable
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form

_Order = tuple[int, int, bool, datetime, str, str]
_RANK = {form: rank for rank, form in enumerate(Form)}


def choose(copies: Iterable[tuple[Entry, Decision]]) -> tuple[Entry, Decision]:
    """Return the copy that stands for its work, with its decision.

    Raises:
        ValueError: there are no copies.
    """
    copies = list(copies)
    longest = max((len(entry.content_html) for entry, _ in copies), default=0)
    return min(copies, key=lambda pair: _order(pair[0], pair[1], longest))


def _order(entry: Entry, decision: Decision, longest: int) -> _Order:
    # Footers and other markup make a text longer, but seldom twice as long.
    excerpt = decision.form is Form.FULL and len(entry.content_html) * 2 < longest
    rank = _RANK[decision.form], len(decision.chain)
    return (*rank, excerpt, entry.sort_at, entry.source_id, entry.key)
