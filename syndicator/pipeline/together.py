"""What the copies of one work have to know of each other before any of them is decided."""

from collections.abc import Sequence
from dataclasses import replace

from syndicator.model.entries import Entry
from syndicator.model.rights import RightsRules
from syndicator.rights.rivals import with_rivals


def together(copies: Sequence[Entry], rules: RightsRules) -> list[Entry]:
    """Return the *copies* of one work under the embargoes and against the rivals of all."""
    return with_rivals(_one_embargo(copies), rules)


def _one_embargo(copies: Sequence[Entry]) -> list[Entry]:
    """Return the copies of a work under the embargoes of all: a breach elsewhere lifts none."""
    facts = [f for copy in copies for f in copy.evidence if f.fact == "embargo"]
    if not facts:
        return list(copies)
    stated = tuple(dict.fromkeys(facts))
    return [
        replace(c, evidence=(*(f for f in c.evidence if f.fact != "embargo"), *stated))
        for c in copies
    ]
