"""Which copy of a work stands for it?  Pure.

Copies of one work are clustered by the key that ``identify`` gives them.  Each copy is
decided on its own; the one that may show most leads, then the copy from the origin's own
feed, then the one with the shorter chain, then the lowest id.  Never does one copy lend
its rights to another.
"""

from collections.abc import Iterable

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form

_RANK = {form: rank for rank, form in enumerate(Form)}


def choose(copies: Iterable[tuple[Entry, Decision]]) -> tuple[Entry, Decision]:
    """Return the copy that stands for its work, with its decision.

    Raises:
        ValueError: there are no copies.
    """
    return min(copies, key=lambda pair: _order(*pair))


def _order(entry: Entry, decision: Decision) -> tuple[int, int, str, str]:
    return (_RANK[decision.form], len(decision.chain), entry.source_id, entry.key)
