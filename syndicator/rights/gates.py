"""Which forms does one policy let through, on which ground, and why not the others?  Pure.

A gate is one policy at one hop (or one claim).  Each form that it lets through has one or more
grounds, with what is owed for each; each form it stops has reasons, so that "why not the whole
text?" always has an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from syndicator.model.entries import Entry
from syndicator.model.rights import Form, Grant, Permission, Reason
from syndicator.rights.conditions import (
    OTHER_USE,
    WITHIN_REACH,
    Failure,
    Question,
    failures,
    grant_failure,
    moments_of,
    moments_of_grant,
    start_of,
    until_of,
)
from syndicator.rights.duty_names import resolve_duty
from syndicator.rights.policies import Gate, Rule

BASES = {
    "permitted": "PERMITTED",
    "licensed": "LICENSED",
    "public_domain": "PUBLIC_DOMAIN",
    "own_work": "OWN_WORK",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a form rests on at one gate."""

    kind: Literal["rule", "grant", "quotation", "pointer"]
    duties: tuple[str, ...] = ()
    grant: Grant | None = None
    requires: tuple[str, ...] = ()
    """What must be possible although it is not owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The result of one gate."""

    gate: Gate
    grounds: Mapping[Form, Sequence[Ground]]
    """Form -> grounds, the preferred one first; a form that is stopped is missing."""
    lost: Mapping[Form, Sequence[Reason]]

    def rests_on_permission(self, form: Form) -> bool:
        """Tell whether *form* passes by a permission or a grant, not as a quotation."""
        return any(g.kind in {"rule", "grant"} for g in self.grounds.get(form, ()))

    def grants(self) -> Iterator[Grant]:
        """Yield the grants that open something here."""
        seen = {g.grant.id: g.grant for gs in self.grounds.values() for g in gs if g.grant}
        yield from seen.values()


_POINTER = Ground(kind="pointer")
_QUOTATION = Ground(kind="quotation")
_TEXT = (Form.FULL, Form.EXCERPT)
_NONE: frozenset[str] = frozenset()


def open_gate(gate: Gate, ask: Question, grants: Sequence[Grant], *, quotation: bool) -> Opening:
    """Return what *gate* lets through.

    Args:
        gate: the policy at its hop.
        ask: the copy, the output and the time.
        grants: those whose grantor is the party of the gate.
        quotation: short quotations are on for the house and the output.
    """
    matched = _Matched(gate, ask)
    refused = [(g, grant_failure(g, ask)) for g in grants]
    granted = [grant for grant, failure in refused if failure is None]
    closed = _prohibited(gate, ask)
    grounds: dict[Form, Sequence[Ground]] = {}
    lost: dict[Form, Sequence[Reason]] = {}
    for form in _TEXT:
        found = [] if form in closed else matched.grounds(form)
        quoted = quotation and form is Form.EXCERPT and form not in closed and not found
        if granted and form not in closed:
            found = [*_by_grant(granted, form, gate), *found]
        if quoted and gate.policy.otherwise == "quote":
            found.append(_quotation(gate, matched))
        if found:
            grounds[form] = found
        else:
            failed = [f for g, f in refused if f is not None and form in g.forms]
            lost[form] = _reasons(gate, form, failed, matched, closed)
    found = _link_grounds(gate, matched, granted, closed)
    if found:
        grounds[Form.LINK] = found
    else:
        lost[Form.LINK] = [reason(gate, "POLICY_FORBIDS", Form.LINK)]
    return Opening(gate=gate, grounds=grounds, lost=lost)


def moments_of_gate(gate: Gate, copy: Entry, grants: Sequence[Grant]) -> Iterator[datetime]:
    """Yield the times at which time alone could change what *gate* lets through."""
    for rule in gate.rules:
        yield from moments_of(rule.permission.when, copy)
    for prohibition in gate.policy.prohibitions:
        yield from moments_of(prohibition.when, copy)
    for grant in grants:
        yield from moments_of_grant(grant)
    if gate.policy.reviewed is not None:
        yield start_of(gate.policy.reviewed) + gate.policy.review_after


class _Matched:
    """The permissions of a gate, divided into those that apply and those that do not."""

    __slots__ = ("applying", "failing")

    def __init__(self, gate: Gate, ask: Question) -> None:
        self.applying: list[tuple[Permission, Ground]] = []
        self.failing: list[tuple[Rule, Sequence[Failure]]] = []
        for rule in gate.rules:
            permission = rule.permission
            failed = _excluded(gate) or failures(permission.when, ask)
            if ask.output.transforms and not permission.adapt:
                failed = [*failed, Failure(code="NO_DERIVATIVES", fields={})]
            if failed:
                self.failing.append((rule, failed))
                continue
            duties = rule.duties
            if ask.output.transforms and permission.adapt == "share_alike":
                duties = (*duties, resolve_duty("share_alike", gate.hop.party, gate.policy.id))
            self.applying.append((permission, Ground(kind="rule", duties=duties)))

    def grounds(self, form: Form) -> list[Ground]:
        """Return the grounds of the permissions that apply to *form*."""
        return [ground for permission, ground in self.applying if form in permission.forms]

    def failed(self, form: Form) -> Sequence[Failure]:
        """Return why the permission for *form* that comes nearest to applying does not apply.

        What is meant for other outputs says nothing here, as long as there is one that this
        output can come to.
        """
        found = [failed for rule, failed in self.failing if form in rule.permission.forms]
        return min(found, key=_distance) if found else ()

    def asked(self, form: Form) -> tuple[str, ...]:
        """Return the duties of the permission for *form* that comes nearest to applying."""
        found = (rule.duties for rule, _ in self.failing if form in rule.permission.forms)
        return next(found, ())


def _distance(failed: Sequence[Failure]) -> tuple[int, int, int]:
    """Order failing permissions: those for another use last, then what nobody can bring about."""
    elsewhere = sum(f.code in OTHER_USE for f in failed)
    return elsewhere, sum(f.code not in WITHIN_REACH for f in failed), len(failed)


def _quotation(gate: Gate, matched: _Matched) -> Ground:
    """Return the ground of a quotation, which is never easier than the licence for excerpts.

    Else an output outside the licence would show more than one inside it, wherever the
    licence asks for a link that nobody knows.
    """
    requires = () if gate.excluded else matched.asked(Form.EXCERPT)
    return Ground(kind="quotation", requires=requires) if requires else _QUOTATION


def _excluded(gate: Gate) -> list[Failure]:
    if not gate.excluded:
        return []
    return [Failure(code="EXCLUDED_BY_POLICY", fields={"marker": gate.excluded})]


def _by_grant(granted: Sequence[Grant], form: Form, gate: Gate) -> Iterator[Ground]:
    for grant in granted:
        if form in grant.forms:
            party, policy = gate.hop.party, gate.policy.id
            duties = {resolve_duty(duty, party, policy) for duty in grant.duties}
            yield Ground(kind="grant", duties=tuple(sorted(duties)), grant=grant)


def _prohibited(gate: Gate, ask: Question) -> frozenset[str]:
    if not gate.policy.prohibitions:
        return _NONE
    applying = (
        p.forms for p in gate.policy.prohibitions if not failures(p.when, ask, forbids=True)
    )
    return frozenset(form for forms in applying for form in forms)


def _link_grounds(
    gate: Gate, matched: _Matched, granted: Sequence[Grant], closed: frozenset[str]
) -> list[Ground]:
    """Return the grounds of headline and link, which need no permission but can be forbidden."""
    if gate.why == "copy":
        # Who carries the same text speaks of the text, not of headline and link of another.
        return [_POINTER]
    if Form.LINK in closed:
        return []
    pointer = [] if gate.policy.otherwise == "withhold" else [_POINTER]
    return [*_by_grant(granted, Form.LINK, gate), *matched.grounds(Form.LINK), *pointer]


def _reasons(
    gate: Gate,
    form: Form,
    refused: Sequence[Failure],
    matched: _Matched,
    closed: frozenset[str],
) -> list[Reason]:
    if form in closed:
        whole_only = form is Form.EXCERPT and Form.FULL not in closed
        return [reason(gate, "NO_DERIVATIVES" if whole_only else "POLICY_FORBIDS", form)]
    found = [reason(gate, f.code, form, f.fields) for f in (*refused, *matched.failed(form))]
    if form in gate.permits:
        return found
    whole_only = form is Form.EXCERPT and Form.FULL in gate.permits
    return [*found, reason(gate, "NO_DERIVATIVES" if whole_only else gate.policy.reserve, form)]


def reason(
    gate: Gate, code: str, form: Form | None, fields: Mapping[str, str] | None = None
) -> Reason:
    """Return a reason of *gate*, with the fields that every message may use."""
    known = {**gate.told, **fields} if fields else gate.told
    return Reason(code=code, hop=gate.label, form=form, fields=known)


def positive_reason(gate: Gate, ground: Ground, form: Form, max_words: int | None) -> Reason | None:
    """Return what *form* rests on at *gate*, as a reason; a pointer rests on nothing."""
    if ground.kind == "pointer":
        return None
    if ground.kind == "quotation":
        return reason(gate, "QUOTATION", form, {"max_words": str(max_words)})
    grant = ground.grant
    if grant is None:
        return reason(gate, BASES[gate.policy.basis], form)
    fields = {"grant": grant.id, "grantor": gate.party, "until": until_of(grant)}
    if grant.basis == "exception":
        fields["jurisdiction"] = grant.jurisdiction or "jurisdiction not recorded"
        return reason(gate, "EXCEPTION_RELIED_ON", form, fields)
    return reason(gate, "GRANTED", form, fields)
