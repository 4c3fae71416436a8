"""What the copies of one work have to know of each other before any of them is decided."""

from collections.abc import Sequence

from syndicator.model.entries import Entry
from syndicator.model.rights import RightsRules
from syndicator.rights import of_one_work
from syndicator.rights.rivals import with_rivals


def together(copies: Sequence[Entry], rules: RightsRules) -> list[Entry]:
    """Return all *copies* of one work, each with what the others say for it and against it.

    What those say that an editor holds back counts too; of those that are gone, embargoes
    and retractions.
    """
    told = of_one_work(copies, rules)
    live = with_rivals([copy for copy in told if copy.removed is None], rules)
    known = {(copy.source_id, copy.key): copy for copy in live}
    return [known.get((copy.source_id, copy.key), copy) for copy in told]
