"""Which policies does a copy have to pass?  Pure.

One gate per policy of a hop, per described party outside the chain, per publisher of another
copy, and per claim.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from syndicator.model.entries import Entry
from syndicator.model.rights import (
    Grant,
    Hop,
    Override,
    Permission,
    Policy,
    Publisher,
    SourceTerms,
    When,
)
from syndicator.rights.bylines import agencies_in
from syndicator.rights.chain import UNKNOWN_PARTY, Chain
from syndicator.rights.claims import Claim
from syndicator.rights.duty_names import resolve_duty
from syndicator.rights.names import names_in
from syndicator.rights.parties import CompiledRules, name_key

Why = Literal[
    "override", "trusted", "source", "domain", "name", "publisher", "unknown", "claim", "copy"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A permission with its duties spelt out for the hop where it stands."""

    permission: Permission
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One policy that every form has to pass."""

    hop: Hop
    publisher: Publisher | None
    policy: Policy
    why: Why
    rules: tuple[Rule, ...]
    """In the order in which they are tried: what asks for least comes first."""
    permits: frozenset[str]
    """Forms that one of its rules gives, be it to others."""
    excluded: str
    """What puts the item outside the permissions: an agency or a category; empty if nothing."""
    party: str
    """The party's name, as reasons write it."""
    contact: str
    """Whom to ask for other uses; empty when nobody is named."""
    label: str
    """What reasons call the gate: its party, or the claim."""
    told: Mapping[str, str]
    """The fields that every message about it may use."""
    claim: Claim | None = None
    owes: bool = True
    """Its duties count; those of claims and of parties outside the chain do not."""


def usage_contact(policy: Policy, publisher: Publisher | None) -> str:
    """Return whom to ask for other uses: the policy's contact, else the publisher's."""
    return policy.contact.usage or (publisher.contact.usage if publisher else None) or ""


class Marks:
    """Agencies and categories of a copy, as exclusions are compared with them."""

    def __init__(self, copy: Entry) -> None:
        agencies = (f.value for f in copy.evidence if f.fact == "byline")
        authors = (name for person in copy.authors for name in names_in(person.name))
        self.bylines = {name_key(n) for n in (*agencies, *authors)}
        self.categories = {category.casefold() for category in copy.categories}

    def excluded(self, policy: Policy) -> str:
        """Return what puts the item outside the permissions of *policy*."""
        excludes = policy.excludes
        found = [b for b in excludes.bylines if not self.bylines.isdisjoint(_keys_of(b))]
        found += [c for c in excludes.categories if c.casefold() in self.categories]
        return min(found, default="")


@lru_cache(maxsize=1024)
def _keys_of(byline: str) -> frozenset[str]:
    """Return how *byline* is compared: an agency under the name that evidence gives it, too."""
    names = (byline, *agencies_in(byline, byline=True))
    return frozenset(name_key(name) for name in names)


def _gate(hop: Hop, publisher: Publisher | None, policy: Policy, why: Why, marks: Marks) -> Gate:
    rules = (
        Rule(permission=p, duties=tuple(_duties(p, hop.party, policy.id)))
        for p in policy.permissions
    )
    party = hop.name or "the original publisher"
    contact = usage_contact(policy, publisher)
    return Gate(
        hop=hop,
        publisher=publisher,
        policy=policy,
        why=why,
        rules=tuple(sorted(rules, key=lambda r: (len(r.duties), r.duties, repr(r.permission)))),
        permits=frozenset(form for p in policy.permissions for form in p.forms),
        excluded=marks.excluded(policy),
        party=party,
        contact=contact,
        label=hop.party,
        told={
            "party": party,
            "policy": policy.title or policy.id,
            "contact": contact or party,
        },
    )


def _duties(permission: Permission, party: str, policy: str) -> list[str]:
    return sorted({resolve_duty(duty, party, policy) for duty in permission.duties})


def gates_of_chain(
    chain: Chain,
    rules: CompiledRules,
    terms: SourceTerms,
    override: Override | None,
    trusted: list[Claim],
    marks: Marks,
) -> Iterator[Gate]:
    """Yield the gates of the hops, origin first, then those of others that may hold rights.

    *trusted* statements replace the origin's policy.
    """
    cleared = _cleared(chain, rules, terms)
    for index, hop in enumerate(chain.hops):
        publisher = rules.publisher(hop.party)
        is_origin = index == 0 and hop.party != UNKNOWN_PARTY
        if is_origin and override and override.policy and (p := rules.policy(override.policy)):
            yield _gate(hop, publisher, p, "override", marks)
        elif is_origin and trusted:
            for claim in trusted:
                if claim.policy is not None:
                    yield _gate(hop, publisher, claim.policy, "trusted", marks)
        else:
            policy, why = policy_of(hop, rules, terms)
            if why == "unknown" and index < cleared:
                # Nobody's unknown rights are cleared; what a described party says still holds.
                described = _policy_of_publisher(publisher, rules)
                if described is None:
                    continue
                policy, why = described, "name"
            yield _gate(hop, publisher, policy, why, marks)
    yield from _gates_of_others(chain, rules, marks, cleared=cleared >= 0)


def _cleared(chain: Chain, rules: CompiledRules, terms: SourceTerms) -> int:
    """Return the last hop with ``covers: all``, or -1: before it undescribed parties are none."""
    covering = (
        index
        for index, hop in enumerate(chain.hops)
        if policy_of(hop, rules, terms)[0].covers == "all"
    )
    return max(covering, default=-1)


def policy_of(hop: Hop, rules: CompiledRules, terms: SourceTerms) -> tuple[Policy, Why]:
    """Return the policy of *hop* and which rule found it: source, domain, name, or none."""
    is_carrier = hop.party == terms.publisher
    if is_carrier and terms.policy and (own := rules.policy(terms.policy)):
        return own, "source"
    publisher = rules.publisher(hop.party)
    policy = _policy_of_publisher(publisher, rules)
    if policy is None or publisher is None:
        return rules.unknown(), "unknown"
    if rules.by_address(hop.url) == publisher.id:
        return policy, "domain"
    if is_carrier:
        return policy, "publisher"
    if hop.confidence >= rules.house.min_confidence:
        return policy, "name"
    return rules.unknown(), "unknown"


def _policy_of_publisher(publisher: Publisher | None, rules: CompiledRules) -> Policy | None:
    return rules.policy(publisher.policy) if publisher and publisher.policy else None


def leaves_out(policy: Policy, grants: Iterable[Grant]) -> bool:
    """Tell whether nothing of a publisher may ever be shown, not even headline and link.

    Args:
        policy: its terms.
        grants: what it permitted to us, whenever that is or was in force.
    """
    closed = {f for p in policy.prohibitions if p.when == When() for f in p.forms}
    given: set[str] = {f for permission in policy.permissions for f in permission.forms}
    given.update(f for grant in grants for f in grant.forms)
    given.update({"quote": ("excerpt", "link"), "link": ("link",)}.get(policy.otherwise, ()))
    return given <= closed


def _gates_of_others(
    chain: Chain, rules: CompiledRules, marks: Marks, *, cleared: bool
) -> Iterator[Gate]:
    """Yield a gate for each party that may hold rights outside the chain.

    Args:
        chain: of the copy.
        rules: publishers and policies.
        marks: of the copy.
        cleared: a hop clears the rights of all that it carries: undescribed ones do not count.
    """
    nobody = SourceTerms(publisher="")
    for hop in chain.others:
        publisher = rules.publisher(hop.party)
        if cleared and _policy_of_publisher(publisher, rules) is None:
            continue
        policy, why = policy_of(hop, rules, nobody)
        yield replace(_gate(hop, publisher, policy, why, marks), owes=False)


def gates_of_rivals(copy: Entry, rules: CompiledRules, marks: Marks) -> Iterator[Gate]:
    """Yield a gate for each publisher whose own copy of the work speaks against this one."""
    for fact in copy.evidence:
        if fact.fact == "rival":
            publisher = rules.publisher(fact.value)
            name = publisher.name if publisher else fact.value
            hop = Hop(party=fact.value, name=name, role="origin", url=fact.url)
            policy = rules.policy(fact.rule) or rules.unknown()
            yield replace(_gate(hop, publisher, policy, "copy", marks), owes=False)


def gate_of_claim(claim: Claim, chain: Chain, marks: Marks) -> Gate:
    """Return the gate of an untrusted *claim*: one more party, and nothing is owed to it.

    Raises:
        ValueError: the claim has no effect on forms.
    """
    policy = claim.policy
    if policy is None:
        raise ValueError(f"the claim {claim.label} has no policy")
    gate = _gate(chain.carrier, None, policy, "claim", marks)
    return replace(gate, claim=claim, label=f"claim:{claim.label}", owes=False)
