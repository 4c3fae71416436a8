"""What one copy of a work says for all of them: an embargo, a retraction.  Pure.

An embargo holds for the work: that another carrier breaks it lifts none.  A retraction by
whose work it is reaches every copy, that of a carrier only what was taken through it:
whoever passed a text on and removes it again says nothing of where it came from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from syndicator.model.entries import Entry
from syndicator.model.rights import Evidence, RightsRules
from syndicator.rights.chain import Chain
from syndicator.rights.conditions import start_of, written
from syndicator.rights.decide import is_retracted, known_about


def of_one_work(copies: Sequence[Entry], rules: RightsRules) -> list[Entry]:
    """Return the *copies* of a work, each with what the others say for it.

    Args:
        copies: all that the store knows, also those that are gone or held.
        rules: publishers and what editors found.
    """
    if len(copies) == 1:
        return list(copies)
    embargoes = _embargoes(copies, rules)
    retracted = [copy for copy in copies if is_retracted(copy)]
    if not (embargoes or retracted):
        return list(copies)
    found = []
    for copy in copies:
        said = [f for f in copy.evidence if f.fact != "embargo"]
        said += embargoes
        if copy.removed is None:
            said += _retractions(copy, retracted, rules)
        found.append(replace(copy, evidence=tuple(said)))
    return found


def _embargoes(copies: Sequence[Entry], rules: RightsRules) -> list[Evidence]:
    if rules.overrides:
        overrides = (known_about(copy, rules).override for copy in copies)
        ends = [o.embargo_until for o in overrides if o and o.embargo_until]
        if ends:  # an editor's word stands in the place of what was stated
            until = max(start_of(end) for end in ends).isoformat()
            return [Evidence(fact="embargo", value=until, where="override")]
    stated = (f for copy in copies for f in copy.evidence if f.fact == "embargo")
    return list(dict.fromkeys(stated))


def _retractions(copy: Entry, retracted: Sequence[Entry], rules: RightsRules) -> Iterator[Evidence]:
    for gone in retracted:
        chain = known_about(gone, rules).chain
        if _reaches(gone, chain, copy, known_about(copy, rules).chain):
            yield Evidence(
                fact="status",
                value="retracted",
                where=f"copy:{gone.source_id}",
                rule=written(gone.changed_at),
                text=chain.carrier.name,
            )


def _reaches(gone: Entry, of_gone: Chain, copy: Entry, of_copy: Chain) -> bool:
    party = of_gone.carrier.party
    if any(hop.party == party for hop in of_copy.hops):
        return True
    # A carrier that names nobody passes for the origin.  Who had it first is believed.
    return of_gone.carrier_is_origin and _since(gone) <= _since(copy)


def _since(copy: Entry) -> float:
    return (copy.published or copy.first_seen).timestamp()
