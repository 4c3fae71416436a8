"""What do the other copies of a work say against showing one of them?  Pure.

Two publishers may carry the same text, the one under a free licence, the other with all
rights reserved.  Then either the first gives away what it does not own, or the second
reserves what it took.  Where nothing shows who was first, the stricter terms hold and an
editor is told; a copy that came clearly later reserves nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from syndicator.model.entries import Entry
from syndicator.model.rights import Evidence, RightsRules
from syndicator.rights.decide import about
from syndicator.rights.policies import Gate
from syndicator.rights.standing import Standing

LATE = timedelta(hours=1)
"""How much earlier we may have met a copy that says it is the later one: polling differs."""


def with_rivals(copies: Sequence[Entry], rules: RightsRules) -> list[Entry]:
    """Return the *copies* of one work, each with what the others' publishers hold against it."""
    parties = {rules.sources[c.source_id].publisher for c in copies if c.source_id in rules.sources}
    if len(parties) < 2:
        return list(copies)
    known = [(copy, about(copy, rules)) for copy in copies]
    return [
        replace(copy, evidence=(*copy.evidence, *facts)) if facts else copy
        for copy, facts in (
            (copy, tuple(dict.fromkeys(_against(copy, mine, known)))) for copy, mine in known
        )
    ]


def _against(
    copy: Entry,
    mine: Standing,
    known: Sequence[tuple[Entry, Standing]],
) -> Iterator[Evidence]:
    """Yield what the other copies of a work give as evidence against *copy*."""
    decided = mine.override is not None and mine.override.origin is not None
    if mine.own or decided:
        # It is ours, or an editor has found out whose it is.
        return
    for other, its in known:
        origin = its.chain.origin
        ours = origin.party in {mine.chain.carrier.party, mine.chain.origin.party}
        if other is copy or its.chain.doubt or ours or not _may_be_first(other, copy, its):
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


def _may_be_first(other: Entry, copy: Entry, its: Standing) -> bool:
    """Tell whether *other* may be what *copy* was taken from."""
    if not its.chain.carrier_is_origin:
        # It names a third party as the first; its own time says nothing on that.
        return True
    if copy.published is None or other.published is None:
        return other.body == "full"
    if other.body != "full":
        # A mere summary stands for a work that is its own only where it came first.
        return other.published < copy.published
    later = copy.published < other.published and copy.first_seen <= other.first_seen + LATE
    return not later
