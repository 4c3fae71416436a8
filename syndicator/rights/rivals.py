"""What do the other copies of a work say against showing one of them?  Pure.

Two publishers may carry the same text, the one under a free licence, the other with all
rights reserved.  Then either the first gives away what it does not own, or the second
reserves what it took.  The stricter terms hold and an editor is told, unless the stricter
publisher says itself that its copy appeared when we had the other already.  What the freer one
says of its own date would make its terms hold, and is a claim like any other: it counts where
the source is trusted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from syndicator.model.entries import Entry
from syndicator.model.rights import Evidence, RightsRules
from syndicator.rights.decide import known_about
from syndicator.rights.policies import Gate
from syndicator.rights.standing import Standing

LATE = timedelta(hours=1)
"""How long before another copy appeared we must have met one to call it the earlier: clocks
differ."""


def with_rivals(copies: Sequence[Entry], rules: RightsRules) -> list[Entry]:
    """Return the *copies* of one work, each with what the others' publishers hold against it."""
    if len({copy.source_id for copy in copies}) < 2:
        return list(copies)
    known = [(copy, known_about(copy, rules)) for copy in copies]
    return [
        replace(copy, evidence=(*copy.evidence, *facts)) if facts else copy
        for copy, facts in (
            (copy, tuple(dict.fromkeys(_against(copy, mine, known, rules)))) for copy, mine in known
        )
    ]


def _against(
    copy: Entry,
    mine: Standing,
    known: Sequence[tuple[Entry, Standing]],
    rules: RightsRules,
) -> Iterator[Evidence]:
    """Yield what the other copies of a work give as evidence against *copy*."""
    decided = mine.override is not None and mine.override.origin is not None
    if mine.own or decided:
        # It is ours, or an editor has found out whose it is.
        return
    terms = rules.sources.get(copy.source_id)
    trusted = terms is not None and terms.trust != "none"
    for other, its in known:
        origin = its.chain.origin
        ours = origin.party in {mine.chain.carrier.party, mine.chain.origin.party}
        if other is copy or its.chain.doubt or ours:
            continue
        if not _may_be_first(other, copy, its, trusted=trusted):
            continue
        for gate in its.gates:
            if _holds(gate, its):
                yield Evidence(
                    fact="rival",
                    value=origin.party,
                    url=origin.url,
                    where=f"copy:{other.source_id}",
                    rule=gate.policy.id,
                    text=other.title[:200],
                )


def _holds(gate: Gate, its: Standing) -> bool:
    """Tell whether *gate* is what the origin of another copy asks for."""
    if gate.claim is not None:
        return its.chain.carrier_is_origin
    # Who is not described reserves nothing here: silence is no word against another.
    return gate.hop is its.chain.origin and gate.owes and gate.why != "unknown"


def _may_be_first(other: Entry, copy: Entry, its: Standing, *, trusted: bool) -> bool:
    """Tell whether *other* may be what *copy* was taken from."""
    if not its.chain.carrier_is_origin or other.published is None:
        # It names a third party as the first, or no date: nothing says that it came later.
        return True
    known_since = copy.published if trusted and copy.published else copy.first_seen + LATE
    return min(other.published, other.first_seen) <= known_since
