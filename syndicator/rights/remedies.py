"""What would open a form that is closed?  Pure.

Nothing is told that was not tried: every step is a change to what the decision rests on, and
a remedy is the fewest steps with which ``decide`` gives the form.  So a form that stays closed
whatever is done has none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import (
    Disregard,
    Evidence,
    Form,
    Grant,
    Override,
    OverrideOrigin,
    PermittedForm,
    RightsRules,
    Scope,
    SourceTerms,
    Trust,
)
from syndicator.model.settings import Output
from syndicator.rights.chain import UNKNOWN_PARTY
from syndicator.rights.conditions import Failure, Question, grant_failure, written
from syndicator.rights.decide import ORDER, decide, known_about
from syndicator.rights.policies import Gate
from syndicator.rights.standing import Standing

_PERMITTED: Mapping[Form, PermittedForm] = {
    Form.FULL: "full",
    Form.EXCERPT: "excerpt",
    Form.LINK: "link",
}

_MOMENTS = 12
"""So many future times at which something changes by itself are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a decision rests on."""

    copy: Entry
    output: Output
    rules: RightsRules
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What opens one form: all *steps* together, and then waiting until *opens_at*."""

    form: Form
    steps: tuple[str, ...]
    opens_at: datetime | None = None
    """None: at once."""

    def __str__(self) -> str:
        done = " ".join(self.steps)
        if self.opens_at is None:
            return done
        opens = f"opens by itself on {written(self.opens_at)}."
        return f"{done} It then {opens}" if done else f"Nothing to do: it {opens}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody may do: what it is called, and what it changes."""

    told: str
    done: Callable[[Case], Case]


def remedies(copy: Entry, output: Output, rules: RightsRules, now: datetime) -> tuple[Remedy, ...]:
    """Return what would open each form that is better than the one decided on, best first."""
    case = Case(copy=copy, output=output, rules=rules, now=now)
    decided = _form(case)
    better = ORDER[: ORDER.index(decided)] if decided in ORDER else ORDER
    found = [remedy for form in better if (remedy := _remedy(case, form)) is not None]
    # A lower form that asks for the same is no other remedy.
    first = {str(remedy): remedy for remedy in reversed(found)}
    return tuple(remedy for remedy in found if first[str(remedy)] is remedy)


def _remedy(case: Case, form: Form) -> Remedy | None:
    own = list(_own_steps(case))
    for steps in ([], own, [*own, *_grants(case, form)]):
        if _opens(steps, case, form) is not None:
            left = _needed(steps, case, form)
            opens_at = _opens(left, case, form)
            at = None if opens_at == case.now else opens_at
            return Remedy(form=form, steps=tuple(step.told for step in left), opens_at=at)
    return None


def _needed(steps: Sequence[Step], case: Case, form: Form) -> list[Step]:
    """Return *steps* without those that *form* opens without; the dearest are tried first."""
    left = list(steps)
    for step in reversed(steps):
        without = [other for other in left if other is not step]
        if _opens(without, case, form) is not None:
            left = without
    return left


def _opens(steps: Sequence[Step], case: Case, form: Form) -> datetime | None:
    """Return when *form*, or more, is given after *steps*; None: it stays closed."""
    for step in steps:
        case = step.done(case)
    for _ in range(_MOMENTS):
        decision = decide(case.copy, case.output, case.rules, case.now)
        if decision.form in ORDER[: ORDER.index(form) + 1]:
            return case.now
        if decision.recheck_at is None:
            break
        case = replace(case, now=decision.recheck_at)
    return None


def _form(case: Case) -> Form:
    return decide(case.copy, case.output, case.rules, case.now).form


# --- what the operator can do alone ----------------------------------------------------------


def _own_steps(case: Case) -> Iterator[Step]:
    """Yield what editor and operator can do, the easiest first."""
    known = known_about(case.copy, case.rules)
    output = case.output
    if output.id not in case.copy.picked:
        yield Step(told="Pick the item for this output.", done=_picked)
    yield from _facts(known)
    yield from _findings(case, known)
    if output.trackers == "strip":
        yield Step(told="Set `trackers: keep` at the output.", done=_with_counters)
    if output.transforms:
        yield Step(told="Do not transform it.", done=_as_it_is)
    if any(gate.claim and gate.claim.licence for gate in known.gates):
        told = "Set `trust` at the source if its statements are to count."
        yield Step(told=told, done=_with_terms(trust="all"))


def _picked(case: Case) -> Case:
    picked = case.copy.picked | {case.output.id}
    return replace(case, copy=replace(case.copy, picked=picked))


def _with_counters(case: Case) -> Case:
    return replace(case, output=replace(case.output, trackers="keep"))


def _as_it_is(case: Case) -> Case:
    return replace(case, output=replace(case.output, transforms=()))


def _facts(known: Standing) -> Iterator[Step]:
    """Yield the facts that an override can supply, where they are not known."""
    carrier, origin = known.chain.carrier, known.chain.origin
    if not carrier.url:
        told = f"Supply its address at {carrier.name} by an override (`url`)."
        yield Step(told=told, done=_overridden(url="https://supplied.invalid/"))
    if origin is not carrier and origin.party != UNKNOWN_PARTY and not origin.url:
        told = f"Supply its address at {origin.name} by an override (`origin`, `url`)."
        found = OverrideOrigin(party=origin.party, url="https://supplied.invalid/origin")
        yield Step(told=told, done=_overridden(origin=found))
    if not known.author:
        yield Step(
            told="Supply the author by an override (`author`).", done=_overridden(author="A. Name")
        )
    if not known.copyright_line:
        told = (
            "Supply the copyright line by an override (`copyright`), or for all articles of the"
            " publisher by `copyright_template` in its policy."
        )
        yield Step(told=told, done=_overridden(line="© A. Name"))
    if known.embargo_undated:
        told = "Add an override with `embargo_until`, in the past if there is no embargo."
        yield Step(told=told, done=lambda case: _overridden(embargo_until=case.now)(case))


def _findings(case: Case, known: Standing) -> Iterator[Step]:
    """Yield what an editor can find out, settle or lift."""
    taken = [f for f in case.copy.evidence if f.fact == "takedown"]
    if taken:
        numbers = [f.rule for f in taken if f.rule] or ["NUMBER"]
        lift = "; ".join(f"syndicator takedown lift {number}" for number in numbers)
        yield Step(told=f"Lift it: {lift}.", done=_without("takedown"))
    carrier = known.chain.carrier
    if known.chain.doubt:
        told = f"Add an override that names the origin; if that is {carrier.name}, it is enough."
        yield Step(told=told, done=_overridden(origin=OverrideOrigin(party=carrier.party)))
    if any(f.fact == "rival" for f in case.copy.evidence):
        told = "Find out whose text it is and name the origin in an override."
        yield Step(told=told, done=_without("rival"))
    labels = {g.claim.label for g in known.gates if g.claim and not g.claim.payment}
    for label in sorted(labels):
        told = f"Settle the claim {label} with {carrier.name}; then list it under `disregard`."
        yield Step(told=told, done=_with_terms(disregard=label))
    if known.denied and not known.denial_disregarded:
        told = f"Settle the denial with {carrier.name}; then list fac under `disregard`."
        yield Step(told=told, done=_with_terms(disregard="fac"))


def _without(fact: str) -> Callable[[Case], Case]:
    def done(case: Case) -> Case:
        kept: tuple[Evidence, ...] = tuple(f for f in case.copy.evidence if f.fact != fact)
        return replace(case, copy=replace(case.copy, evidence=kept))

    return done


def _overridden(
    *,
    url: str | None = None,
    origin: OverrideOrigin | None = None,
    author: str | None = None,
    line: str | None = None,
    embargo_until: datetime | None = None,
) -> Callable[[Case], Case]:
    """Return what an override of these facts does, on top of what editors found before."""

    def done(case: Case) -> Case:
        found = known_about(case.copy, case.rules).override
        fresh = Override(item=case.copy.article_id, by="", at=case.now, note="")
        before = replace(found or fresh, item=case.copy.article_id)
        after = replace(
            before,
            url=url or before.url,
            origin=origin or before.origin,
            author=author or before.author,
            copyright=line or before.copyright,
            embargo_until=embargo_until or before.embargo_until,
        )
        others = tuple(o for o in case.rules.overrides if o.item != after.item)
        return replace(case, rules=replace(case.rules, overrides=(*others, after)))

    return done


def _with_terms(*, trust: Trust | None = None, disregard: str = "") -> Callable[[Case], Case]:
    def done(case: Case) -> Case:
        source, terms = case.copy.source_id, _terms(case)
        if trust:
            terms = replace(terms, trust=trust)
        if disregard:
            note = Disregard(claim=disregard, note="settled")
            terms = replace(terms, disregard=(*terms.disregard, note))
        return replace(
            case, rules=replace(case.rules, sources={**case.rules.sources, source: terms})
        )

    return done


def _terms(case: Case) -> SourceTerms:
    source = case.copy.source_id
    return case.rules.sources.get(source) or SourceTerms(publisher=source)


# --- what others can permit ------------------------------------------------------------------


def _grants(case: Case, form: Form) -> Iterator[Step]:
    """Yield the way round who passed it on, and a permission of each party on the way."""
    known = known_about(case.copy, case.rules)
    origin = known.chain.origin
    if origin.party in case.rules.publishers and origin.url and not known.chain.carrier_is_origin:
        told = f"Take {origin.name}'s own feed instead, if it has one."
        yield Step(told=told, done=_from_origin)
    seen: set[str] = {UNKNOWN_PARTY}
    for gate in known.gates:
        if gate.hop.party not in seen and gate.hop.name:
            seen.add(gate.hop.party)
            yield _grant(case, known, gate, form)


def _from_origin(case: Case) -> Case:
    """Return *case* as it would be had the copy come from its first publisher."""
    origin = known_about(case.copy, case.rules).chain.origin
    found = OverrideOrigin(party=origin.party, url=origin.url)
    case = _overridden(origin=found, url=origin.url)(case)
    terms = replace(_terms(case), publisher=origin.party, policy=None)
    kept = tuple(f for f in case.copy.evidence if f.fact != "via")
    return replace(
        case,
        copy=replace(case.copy, evidence=kept),
        rules=replace(case.rules, sources={**case.rules.sources, case.copy.source_id: terms}),
    )


def _grant(case: Case, known: Standing, gate: Gate, form: Form) -> Step:
    party = gate.hop.party
    ask = Question(copy=case.copy, output=case.output, now=case.now, addresses=known.addresses)
    on_file = [
        (grant, failure)
        for grant in case.rules.grants
        if grant.grantor == party and grant.basis != "exception" and form in grant.forms
        if (failure := grant_failure(grant, ask)) is not None
    ]
    told = f"Record a grant of {gate.party}."
    if party not in case.rules.publishers:
        told = f"Describe {gate.party} under publishers: terms that permit it, or its grant."
    elif on_file:
        told = _renewed(gate, *on_file[0])
    elif gate.contact:
        told = f"Ask {gate.contact} and record a grant of {gate.party}."
    given = on_file[0][0] if on_file else None
    return Step(told=told, done=_granted(case, party, form, given))


def _renewed(gate: Gate, grant: Grant, failure: Failure) -> str:
    if failure.code == "GRANT_OUT_OF_SCOPE":
        return f"Have the grant {grant.id} of {gate.party} extended to {failure.fields['what']}."
    if failure.code == "GRANT_EXPIRED":
        return f"Renew the grant {grant.id} of {gate.party}."
    return f"Ask {gate.contact or gate.party} for a new grant and record it."


def _granted(case: Case, party: str, form: Form, given: Grant | None) -> Callable[[Case], Case]:
    """Return what a permission of *party* does, with the duties of the one on file."""
    grant = Grant(
        id="remedy",
        grantor=party,
        reference="",
        starts=case.now,
        until="never",
        forms=(_PERMITTED[form],),
        scope=Scope(),
        duties=given.duties if given else (),
        adapt=True,
    )
    return lambda other: replace(
        other, rules=replace(other.rules, grants=(*other.rules.grants, grant))
    )
