"""What may this copy show in this output, why, and what is owed for it?  Pure.

``decide`` is the algorithm that docs/rights.md tells: blocks, the chain, the forms of every gate
intersected, the limits, and the first form whose duties can all be met.  Same input, same
result: the only time is the one that is passed in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form, Hop, Reason, RightsRules
from syndicator.model.settings import Output
from syndicator.rights.chain import UNKNOWN_PARTY
from syndicator.rights.conditions import Question, grant_failure, written
from syndicator.rights.duties import Pick, acknowledge, missing, owed
from syndicator.rights.gates import (
    Ground,
    Opening,
    open_gate,
    positive_reason,
    reason,
)
from syndicator.rights.parties import CompiledRules, compile_rules
from syndicator.rights.policies import Gate
from syndicator.rights.quotation import quotation_limit
from syndicator.rights.reasons import in_order
from syndicator.rights.remember import Remembered
from syndicator.rights.standing import Standing, standing_of

ORDER = (Form.FULL, Form.EXCERPT, Form.LINK)
"""Forms in order of preference."""
_ABOVE: Mapping[str, Sequence[Form]] = {form: ORDER[:n] for n, form in enumerate(ORDER)}

_compiled: Remembered[CompiledRules] = Remembered(size=8)
_standings: Remembered[Standing] = Remembered(size=256)
_limits: Remembered[int] = Remembered(size=256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that explains a decision: a gate and the forms it lets through."""

    party: str
    role: str
    """origin, via, carrier; ``other`` for a party outside the chain, ``claim`` for a claim."""
    policy: str
    why: str
    """Which rule found the policy: override, trusted, source, domain, name, ..."""
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A decision with the way to it."""

    decision: Decision
    rows: tuple[Row, ...] = ()
    permitted: tuple[Form, ...] = ()
    """What every gate lets through and no limit takes away, before duties are looked at."""


def decide(copy: Entry, output: Output, rules: RightsRules, now: datetime) -> Decision:
    """Return what *output* may show of *copy* at *now*.

    Args:
        copy: one copy of an article, with its evidence.
        output: where it would be shown.
        rules: publishers, policies, grants and overrides.
        now: aware; the only clock there is.

    Raises:
        ValueError: a policy or grant asks for a duty that does not exist.
    """
    found = _weighed(copy, output, rules, now)
    return found if isinstance(found, Decision) else found.decision()


def trace(copy: Entry, output: Output, rules: RightsRules, now: datetime) -> Trace:
    """Return the decision of ``decide`` with the forms of every gate."""
    found = _weighed(copy, output, rules, now)
    if isinstance(found, Decision):
        return Trace(decision=found)
    decision = found.decision()
    return Trace(decision=decision, rows=tuple(found.rows()), permitted=tuple(found.permitted))


def _weighed(
    copy: Entry, output: Output, rules: RightsRules, now: datetime
) -> "Decision | _Weighing":
    """Return the decision of a block, or what is to be weighed where nothing blocks."""
    compiled, known = _lookups(rules), known_about(copy, rules)
    ask = Question(copy=copy, output=output, now=now, addresses=known.addresses)
    return _blocked(ask, compiled, known) or _Weighing(ask, compiled, known)


def known_about(copy: Entry, rules: RightsRules) -> Standing:
    """Return what is known about *copy* before any output asks for it."""
    return _standings.get((copy, rules), lambda: standing_of(copy, _lookups(rules)))


def _lookups(rules: RightsRules) -> CompiledRules:
    return _compiled.get((rules,), lambda: compile_rules(rules))


# --- step 1: blocks ------------------------------------------------------------------------


def _blocked(ask: Question, rules: CompiledRules, about: Standing) -> Decision | None:
    copy = ask.copy
    date, recheck = "", None
    by, number = "", ""
    if _is_taken_down(copy):
        code, date, number = "TAKEDOWN", _taken_down_on(copy), _takedowns(copy)
    elif (retraction := _retraction(copy)) is not None:
        code, (by, date) = "RETRACTED", retraction
    elif about.embargo is not None and about.embargo > ask.now:
        code, date, recheck = "EMBARGOED", written(about.embargo), about.embargo
    elif about.embargo_undated:
        code = "EMBARGO_UNDATED"
    elif about.denied and not (about.denial_disregarded and _has_grant(ask, rules, about)):
        code = "REPUBLISHING_DENIED"
    else:
        return None
    carrier = about.chain.carrier
    fields = {"party": by or carrier.name, "date": date or written(copy.changed_at)}
    fields |= {"number": number} if number else {}
    fields |= {"words": about.embargo_undated} if code == "EMBARGO_UNDATED" else {}
    return _withheld(ask, about, (Reason(code=code, hop=carrier.party, fields=fields),), recheck)


def _is_taken_down(copy: Entry) -> bool:
    if copy.removed and copy.removed.startswith("takedown"):
        return True
    return any(f.fact == "takedown" and f.value != "text" for f in copy.evidence)


def _retraction(copy: Entry) -> tuple[str, str] | None:
    """Return who took the work back, empty for the carrier itself, and when; None: nobody."""
    if copy.removed:
        # What no publisher took back is gone by our own doing: a seed's file was deleted.
        return "" if is_retracted(copy) else "this site", written(copy.changed_at)
    said = ((f.text, f.rule) for f in copy.evidence if f.fact == "status" if f.value == "retracted")
    return min(said, default=None)


def is_retracted(copy: Entry) -> bool:
    """Tell whether its publisher took this copy back."""
    return (copy.removed or "").startswith("retracted")


def _taken_down_on(copy: Entry) -> str:
    dates = [f.text for f in copy.evidence if f.fact == "takedown" and f.text]
    return min(dates, default=written(copy.changed_at))


def _takedowns(copy: Entry) -> str:
    return ", ".join(f.rule for f in copy.evidence if f.fact == "takedown" and f.rule)


def _has_grant(ask: Question, rules: CompiledRules, about: Standing) -> bool:
    """Tell whether the carrier, whose feed it is that denies or asks, gave us a permission here.

    One of the origin settles nothing: a claim to be reprinted from somebody would lift what
    the feed itself demands.
    """
    return any(
        grant_failure(grant, ask) is None
        for grant in rules.grants.get(about.chain.carrier.party, ())
        if grant.basis != "exception"
    )


def _withheld(
    ask: Question, about: Standing, reasons: tuple[Reason, ...], recheck: datetime | None
) -> Decision:
    return Decision(
        form=Form.WITHHELD,
        duties=("tombstone",) if ask.copy.emitted else (),
        reasons=reasons,
        chain=about.chain.hops,
        policies=about.policies,
        evidence=about.evidence,
        language=ask.output.language or "en",
        recheck_at=recheck,
    )


# --- steps 2 to 6 ----------------------------------------------------------------------------


class _Weighing:
    """One run of the algorithm; ``reasons`` grows with every form that is lost."""

    def __init__(self, ask: Question, rules: CompiledRules, about: Standing) -> None:
        self.ask = ask
        self.about = about
        self.rules = rules
        self.reasons: list[Reason] = []
        self.permitted: list[Form] = []
        quote = rules.house.quotation
        quotation = quote.enabled and ask.output.quotation and not ask.output.transforms
        self.openings: list[Opening] = []
        self.claims: list[Opening] = []
        paid = None
        for gate in about.gates:
            if gate.claim is None:
                grants = rules.grants.get(gate.hop.party, ())
                self.openings.append(open_gate(gate, ask, grants, quotation=quotation))
                continue
            if gate.claim.payment:
                paid = _has_grant(ask, rules, about) if paid is None else paid
                if paid:
                    continue
            self.claims.append(open_gate(gate, ask, (), quotation=quotation))

    def decision(self) -> Decision:
        """Return the decision; ``permitted`` and ``rows`` are the way to it."""
        about = self.about
        self.reasons += _on_provenance(about)
        self.reasons += _on_disregarded(about)
        self.permitted = self._limited(self._through_claims(self._through_hops()))
        return self._first_feasible(self.permitted)

    def _through_hops(self) -> list[Form]:
        """Return the forms that every hop lets through (step 4)."""
        forms = list(ORDER)
        for opening in self.openings:
            forms = [form for form in forms if form in opening.grounds]
            for lost in opening.lost.values():
                self.reasons += lost
            if opening.gate.why == "copy":
                self.reasons += self._disagreement(opening)
        return forms

    def _disagreement(self, rival: Opening) -> Iterator[Reason]:
        """Yield the forms that only the publisher of another copy does not let through."""
        others = [o for o in self.openings if o.gate.why != "copy"]
        fields = {"carrier": self.about.chain.carrier.name}
        for form in rival.lost:
            if all(form in opening.grounds for opening in others):
                yield reason(rival.gate, "COPIES_DISAGREE", form, fields)

    def _through_claims(self, forms: list[Form]) -> list[Form]:
        """Return what the claims leave of *forms*: they take away and never add."""
        left = forms
        for opening in self.claims:
            gate = opening.gate
            label = gate.claim.label if gate.claim else ""
            fields = {"claim": label, "source": self.about.chain.carrier.name}
            for form in [f for f in forms if f not in opening.grounds]:
                self.reasons.append(reason(gate, "CLAIM_TIGHTENS", form, fields))
                if gate.claim and gate.claim.payment:
                    terms = {"terms": gate.claim.payment}
                    self.reasons.append(reason(gate, "PAYMENT_REQUIRED", form, terms))
                else:
                    self.reasons += opening.lost[form]
            left = [f for f in left if f in opening.grounds]
            more = [f for f in ORDER if f not in forms and opening.rests_on_permission(f)]
            if more and gate.claim and gate.claim.licence:
                self.reasons.append(reason(gate, "UNTRUSTED_CLAIM_IGNORED", more[0], fields))
        return left

    def _limited(self, forms: list[Form]) -> list[Form]:
        if Form.FULL not in forms:
            self._blame_republisher()
        ask, about = self.ask, self.about
        hop = about.chain.carrier.party
        if about.takedown_of_text:
            said = {"date": _taken_down_on(ask.copy), "number": _takedowns(ask.copy)}
            forms = self._without(forms, ORDER[:2], "TAKEDOWN", hop, said)
        if about.expiry is not None and about.expiry <= ask.now:
            ended = {"date": written(about.expiry), "contact": about.chain.carrier.name}
            forms = self._without(forms, ORDER[:2], "WINDOW_CLOSED", hop, ended)
        if ask.copy.body != "full":
            gone = ORDER[:1] if ask.copy.body == "summary" else ORDER[:2]
            body = {"body": "a summary" if ask.copy.body == "summary" else "headline and link"}
            forms = self._without(forms, gone, "BODY_UNAVAILABLE", hop, body)
        limit = ask.output.max_form
        return self._without(forms, _ABOVE[limit], "OUTPUT_LIMIT", None, {"max_form": limit})

    def _without(
        self,
        forms: list[Form],
        gone: Sequence[Form],
        code: str,
        hop: str | None,
        fields: Mapping[str, str],
    ) -> list[Form]:
        left = [form for form in forms if form not in gone]
        for form in forms:
            if form not in left:
                self.reasons.append(Reason(code=code, hop=hop, form=form, fields=fields))
        return left

    def _blame_republisher(self) -> None:
        """Say so where the text is another's and the republisher's permission stops at it."""
        chain = self.about.chain
        origin = next((hop for hop in chain.hops if hop.party != UNKNOWN_PARTY), chain.carrier)
        if origin is chain.carrier or self._is_lost_at(chain.carrier):
            return
        fields = {"carrier": chain.carrier.name, "origin": origin.name}
        hop = chain.carrier.party
        if any(
            o.gate.hop is chain.carrier and o.gate.policy.covers == "own" for o in self.openings
        ):
            self.reasons.append(
                Reason(code="THIRD_PARTY_MATERIAL", hop=hop, form=Form.FULL, fields=fields)
            )
        for opening in self.openings:
            if opening.gate.owes and opening.gate.hop is not origin:
                for grant in opening.grants():
                    if grant.basis != "exception":
                        named = {**fields, "grantor": opening.gate.party, "grant": grant.id}
                        code, at = "GRANTOR_NOT_HOLDER", opening.gate.hop.party
                        self.reasons.append(Reason(code=code, hop=at, form=Form.FULL, fields=named))

    def _is_lost_at(self, carrier: Hop) -> bool:
        """Tell whether nobody but the carrier closes the whole text: then its own terms do."""
        closed = [o.gate.hop for o in self.openings if Form.FULL not in o.grounds]
        return bool(closed) and all(hop is carrier for hop in closed)

    # --- step 5 ---------------------------------------------------------------------------

    def _first_feasible(self, forms: Sequence[Form]) -> Decision:
        linked = any(duty.startswith("link:") for duty in self.about.floor)
        for form in forms:
            picks = self._picks(form)
            if not linked:
                self._lacks("LINK_MISSING", form)
            elif picks is not None and (limit := self._limit(form, picks)) != 0:
                return self._decision(form, picks, owed(form, picks, self.about), limit)
            if form is Form.FULL:
                self._blame_republisher()
        found = in_order(self.reasons, Form.WITHHELD)
        return _withheld(self.ask, self.about, found, self._recheck())

    def _picks(self, form: Form) -> list[Pick] | None:
        """Return a ground for each hop whose duties can be met, or None with the reasons."""
        picks: list[Pick] | None = []
        for opening in self.openings:
            lacks: list[list[str]] = []
            for ground in opening.grounds[form]:
                codes = self._missing(opening.gate, ground) if opening.gate.owes else []
                if not codes:
                    if picks is not None:
                        picks.append(Pick(gate=opening.gate, ground=ground))
                    break
                lacks.append(codes)
            else:
                picks = None
                fields = {**self._why(), "at": f" at {opening.gate.party}"}
                for code in lacks[0]:
                    self.reasons.append(reason(opening.gate, code, form, fields))
        return picks

    def _why(self) -> dict[str, str]:
        """Return why a page counter cannot be kept, as the message of that code says it."""
        keeps = self.ask.output.trackers == "keep"
        return {"why": "the text we hold has none" if keeps else "this output removes trackers"}

    def _missing(self, gate: Gate, ground: Ground) -> list[str]:
        about, output = self.about, self.ask.output
        duties = (*ground.duties, *ground.requires)
        return [code for duty in duties if (code := missing(duty, gate, about, output)) is not None]

    def _lacks(self, code: str, form: Form) -> None:
        hop = self.about.chain.carrier
        self.reasons.append(Reason(code=code, hop=hop.party, form=form, fields={"party": hop.name}))

    def _limit(self, form: Form, picks: Sequence[Pick]) -> int | None:
        """Return the words an excerpt may have: None for no limit, 0 for no excerpt at all."""
        if form is not Form.EXCERPT or all(p.ground.kind != "quotation" for p in picks):
            return None
        copy, quotation = self.ask.copy, self.rules.house.quotation
        limit = _limits.get((copy, quotation), lambda: quotation_limit(copy, quotation))
        if limit == 0:
            hop = self.about.chain.carrier.party
            body = {"body": "too little text to quote from"}
            self.reasons.append(Reason(code="BODY_UNAVAILABLE", hop=hop, form=form, fields=body))
        return limit

    def _decision(
        self, form: Form, picks: Sequence[Pick], duties: tuple[str, ...], limit: int | None
    ) -> Decision:
        quoted = any(pick.ground.kind == "quotation" for pick in picks)
        for pick in picks:
            # Where a quotation is the ground, a permission further down the chain is none.
            if not (quoted and pick.ground.kind == "rule"):
                found = positive_reason(pick.gate, pick.ground, form, limit)
                self.reasons += [found] if found else []
        grants = {p.ground.grant.id for p in picks if p.ground.grant}
        return Decision(
            form=form,
            duties=duties,
            reasons=in_order(self.reasons, form),
            chain=self.about.chain.hops,
            acknowledgement=acknowledge(form, picks, self.ask.copy, self.about, self.ask.output),
            max_words=limit,
            strip_media=self.about.strip_media or "strip_media" in duties,
            policies=self.about.policies,
            grants=tuple(sorted(grants)),
            evidence=self.about.evidence,
            language=self.ask.output.language or "en",
            recheck_at=self._recheck(),
        )

    def _recheck(self) -> datetime | None:
        return next((moment for moment in self.about.moments if moment > self.ask.now), None)

    def rows(self) -> Iterator[Row]:
        """Yield what each gate lets through."""
        for opening in (*self.openings, *self.claims):
            gate = opening.gate
            role = "claim" if gate.claim else gate.hop.role if gate.owes else "other"
            yield Row(
                party=gate.hop.party,
                role=role,
                policy=gate.policy.id,
                why=gate.why,
                forms=tuple(form for form in ORDER if form in opening.grounds),
            )


def _on_provenance(about: Standing) -> Iterator[Reason]:
    chain = about.chain
    if not chain.doubt:
        return
    names = (*chain.contradicting, "", "")
    fields = {"party": chain.carrier.name, "a": names[0], "b": names[1]}
    yield Reason(code=chain.doubt, hop=chain.carrier.party, form=Form.FULL, fields=fields)


def _on_disregarded(about: Standing) -> Iterator[Reason]:
    denial = [("fac", about.denial_disregarded)] if about.denied else []
    for claim, note in (*about.disregarded, *denial):
        fields = {"claim": claim, "note": note}
        yield Reason(code="CLAIM_DISREGARDED", hop=f"claim:{claim}", fields=fields)
