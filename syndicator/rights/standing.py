"""What is known about one copy before any output asks for it?  Pure.

The gates that every form has to pass (one per policy of a hop, per claim, per other party),
the blocks, and the facts that duties need.  None of it depends on the output or the time,
so it is made once per copy and used for every output.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import (
    Evidence,
    Override,
    SourceTerms,
)
from syndicator.rights.chain import UNKNOWN_PARTY, Chain, build_chain, override_of
from syndicator.rights.claims import DENIAL_NAMES, Claim, access_of, claims_of, is_meant
from syndicator.rights.conditions import start_of
from syndicator.rights.gates import moments_of_gate
from syndicator.rights.parties import CompiledRules, address_key
from syndicator.rights.place import is_article
from syndicator.rights.policies import (
    Gate,
    Marks,
    gate_of_claim,
    gates_of_chain,
    gates_of_rivals,
    policy_of,
)
from syndicator.urls import host_of

LONGEST_LINE = 300
"""Characters of a copyright line."""

_YEAR = re.compile(r"[\s,;]*(?:\(\{year\}\)|\[\{year\}\]|\{year\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All facts on one copy that decisions share."""

    chain: Chain
    gates: tuple[Gate, ...]
    """Those of the hops, origin first, then those of other parties, then those of claims."""
    disregarded: tuple[tuple[str, str], ...]
    """(claim, note)."""
    override: Override | None
    own: bool
    """It is the operator's own work."""
    denied: bool
    """Feed Access Control denies redistribution."""
    denial_disregarded: str
    """The operator's note on why a denial is not to count; it does so only with a grant."""
    embargo: datetime | None
    embargo_undated: str
    """The words of an embargo whose end cannot be read; empty where there is none."""
    expiry: datetime | None
    """From then on its publisher no longer offers the text."""
    takedown_of_text: bool
    """A takedown that concerns the text and leaves the pointer."""
    author: str
    """Names, as given; empty when unknown."""
    copyright_line: str | None
    """As it was found or set."""
    work_line: str | None
    """That line, else one made up from the publishers' terms; None where nobody can be named."""
    holder: str | None
    ai_reserve: bool
    strip_media: bool
    counters: Mapping[str, tuple[str, ...]]
    """Party -> addresses of its page counters, which lie in its own domains."""
    has_text: bool
    """The text carries an image that nobody can see; so it may where we hold no text."""
    evidence: tuple[Evidence, ...]
    policies: Mapping[str, str]
    """Party -> id of the policy at its hop."""
    addresses: frozenset[str]
    """Of the work at every hop, as ``address_key`` gives them, and its id."""
    floor: tuple[str, ...]
    """Duties that are owed in every form: the author, each party, each known address."""
    pages: frozenset[str]
    """Parties whose page of the article is known."""
    homes: frozenset[str]
    """Parties whose home page may be linked in its place."""
    moments: tuple[datetime, ...]
    """When time alone could change a decision, in order; an embargo's end is not among them."""


def standing_of(copy: Entry, rules: CompiledRules) -> Standing:
    """Return what is known about *copy*."""
    override = override_of(copy, rules)
    chain = build_chain(copy, rules, override)
    terms = rules.terms(copy.source_id)
    claims = claims_of(copy, rules.policy)
    ignored = _ignored(claims, terms, rules)
    live = [claim for claim in claims if claim not in ignored]
    marks = Marks(copy)
    excluded = marks.excluded(policy_of(chain.carrier, rules, terms)[0])
    trusted = _trusted(live, terms, chain, excluded=bool(excluded))
    gates = [
        *gates_of_chain(chain, rules, terms, override, trusted, marks),
        *gates_of_rivals(copy, rules, marks),
    ]
    # Where the source is believed, its words on the item beat those on the whole feed.
    untrusted = [c for c in live if c.policy and not (trusted and c.licence)]
    gates += [gate_of_claim(claim, chain, marks) for claim in _once(untrusted)]
    expiry = min(_moments(copy, "expiry"), default=None)
    author, line, holder = _author(copy, override), _copyright_line(copy, override), _holder(copy)
    own, homes = _is_own(chain, gates), _homes(gates)
    return Standing(
        chain=chain,
        gates=tuple(gates),
        disregarded=tuple(sorted({(c.label, note) for c, note in ignored.items()})),
        override=override,
        own=own,
        denied=_denied(copy),
        denial_disregarded=_denial_disregarded(terms),
        embargo=_embargo(copy, override),
        embargo_undated=_undated(copy, override),
        expiry=expiry,
        takedown_of_text=any(f.fact == "takedown" and f.value == "text" for f in copy.evidence),
        author=author,
        copyright_line=line,
        work_line=line or _made_up(copy, chain, gates, author, holder),
        holder=holder,
        ai_reserve=any(claim.ai_reserve for claim in live),
        strip_media=_strips_media(gates, live),
        counters=_counters(copy, chain, rules),
        has_text=bool(copy.content_html),
        evidence=(*copy.evidence, *_override_evidence(override)),
        policies=_policies(gates),
        addresses=frozenset(_addresses(copy, chain)),
        floor=tuple(_floor(chain, author, homes, own=own)),
        pages=frozenset(hop.party for hop in chain.hops if _is_page(hop.url)),
        homes=homes,
        moments=tuple(sorted(_turns(copy, gates, rules, expiry))),
    )


def _turns(
    copy: Entry, gates: list[Gate], rules: CompiledRules, expiry: datetime | None
) -> Iterator[datetime]:
    for gate in gates:
        grants = rules.grants.get(gate.hop.party, ())
        yield from moments_of_gate(gate, copy, grants)
    if expiry is not None:
        yield expiry


def _ignored(claims: Sequence[Claim], terms: SourceTerms, rules: CompiledRules) -> dict[Claim, str]:
    """Return the claims that are to be disregarded, with the note on why."""
    named = ((d, c) for d in terms.disregard for c in claims)
    return {c: d.note for d, c in named if is_meant(c, d.claim, rules.policy)}


def _denial_disregarded(terms: SourceTerms) -> str:
    notes = (d.note for d in terms.disregard if d.claim.strip().casefold() in DENIAL_NAMES)
    return next(notes, "")


def _trusted(
    claims: list[Claim], terms: SourceTerms, chain: Chain, *, excluded: bool
) -> list[Claim]:
    """Return the statements that take the place of the origin's policy.

    Args:
        claims: all that were made and not disregarded.
        terms: how far the source is believed.
        chain: of the copy.
        excluded: the item bears a mark of what the publisher's terms leave out as not its own.
    """
    named = chain.origin.party != UNKNOWN_PARTY
    own = chain.carrier_is_origin and chain.carrier.party == terms.publisher and not excluded
    if not named or not (terms.trust == "all" or (terms.trust == "own" and own)):
        return []
    licences = [claim for claim in claims if claim.licence]
    on_item = [claim for claim in licences if claim.scope == "item"]
    return _once(on_item or licences)


def _once(claims: list[Claim]) -> list[Claim]:
    by_policy = {(claim.policy, claim.payment): claim for claim in reversed(claims)}
    return [claim for claim in claims if by_policy[claim.policy, claim.payment] is claim]


def _strips_media(gates: list[Gate], claims: list[Claim]) -> bool:
    excluded = any(g.policy.media == "exclude" for g in gates if g.claim is None)
    return excluded or any(claim.media_only for claim in claims)


def _policies(gates: list[Gate]) -> dict[str, str]:
    applied: dict[str, list[str]] = {}
    for gate in gates:
        if gate.owes:
            applied.setdefault(gate.hop.party, []).append(gate.policy.id)
    return {party: ", ".join(ids) for party, ids in applied.items()}


def _addresses(copy: Entry, chain: Chain) -> Iterator[str]:
    for address in (copy.article_id, copy.url, *(hop.url for hop in chain.hops)):
        if address:
            yield address_key(address)


# --- facts -------------------------------------------------------------------------------


def _floor(chain: Chain, author: str, homes: frozenset[str], *, own: bool) -> Iterator[str]:
    if author:
        yield "credit_author"
    for hop in chain.hops:
        if hop.party != UNKNOWN_PARTY and hop.name:
            if not own:
                yield f"credit_source:{hop.party}"
            if hop.url or hop.party in homes:
                yield f"link:{hop.party}"


def _homes(gates: list[Gate]) -> frozenset[str]:
    return frozenset(
        gate.hop.party
        for gate in gates
        if gate.owes and gate.hop.homepage and gate.policy.link_fallback == "homepage"
    )


def _is_page(url: str | None) -> bool:
    # Who asks for a link asks for one to the article; all that a home page has is a place in it.
    return url is not None and (is_article(url) or bool(url.partition("#")[2]))


def _is_own(chain: Chain, gates: list[Gate]) -> bool:
    origin = [gate for gate in gates if gate.hop is chain.origin and gate.owes]
    return chain.carrier_is_origin and any(
        (gate.publisher is not None and gate.publisher.own) or gate.policy.basis == "own_work"
        for gate in origin
    )


def _denied(copy: Entry) -> bool:
    said = access_of(copy.statements)
    if said is not None:
        return said == "deny"
    return any(fact.fact == "access-deny" for fact in copy.evidence)


def _embargo(copy: Entry, override: Override | None) -> datetime | None:
    if override is not None and override.embargo_until is not None:
        return start_of(override.embargo_until)
    return max(_moments(copy, "embargo"), default=None)


def _undated(copy: Entry, override: Override | None) -> str:
    decided = override is not None and override.embargo_until is not None
    if decided or any(True for _ in _moments(copy, "embargo")):
        return ""
    return next((f.text or f.value for f in copy.evidence if f.fact == "embargo"), "")


def _counters(copy: Entry, chain: Chain, rules: CompiledRules) -> dict[str, tuple[str, ...]]:
    """Return the page counters of each hop; another's, a network's say, are nobody's duty."""
    found: dict[str, tuple[str, ...]] = {}
    for fact in copy.evidence:
        if fact.fact != "counter":
            continue
        owner, host = rules.by_address(fact.value), host_of(fact.value)
        for hop in chain.hops:
            if hop.party == owner or (owner is None and host == host_of(hop.url or "")):
                found[hop.party] = (*found.get(hop.party, ()), fact.value)
    return found


def _moments(copy: Entry, fact: str) -> Iterator[datetime]:
    stated = (_moment(each.value) for each in copy.evidence if each.fact == fact)
    return (moment for moment in stated if moment is not None)


def _moment(text: str) -> datetime | None:
    try:
        return start_of(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def _author(copy: Entry, override: Override | None) -> str:
    if override is not None and override.author:
        return override.author
    return ", ".join(name for person in copy.authors if (name := person.name.strip()))


def _copyright_line(copy: Entry, override: Override | None) -> str | None:
    if override is not None and override.copyright:
        return override.copyright
    # A line, not a text: what is longer would carry an article past every form.
    facts = [f for f in copy.evidence if f.fact == "copyright"]
    lines = [f for f in facts if 0 < len(f.value.strip()) <= LONGEST_LINE]
    if lines:
        return max(lines, key=lambda f: f.confidence).value.strip()
    stated = (copy.rights or "").strip()
    return stated if 0 < len(stated) <= LONGEST_LINE else None


def _made_up(
    copy: Entry, chain: Chain, gates: list[Gate], author: str, holder: str | None
) -> str | None:
    """Return a copyright line from a template with a known author, else of the holder.

    A republisher's terms say nothing on another's work, so only the origin's count, and
    those of a carrier which clears rights for all it carries.
    """
    year = str(copy.published.year) if copy.published else ""
    certain = chain.origin.name and not chain.doubt
    for gate in gates:
        if not gate.owes or not (gate.hop is chain.origin or gate.policy.covers == "all"):
            continue
        template = gate.policy.copyright_template
        if template and (author or "{author}" not in template):
            # Without a date the line stays true when it leaves the year out.
            text = template if year else _YEAR.sub("", template)
            fields = {"author": author, "publisher": gate.hop.name, "year": year}
            if line := text.format_map(fields):
                return line
        if gate.policy.copyright_default:
            return f"© {holder or (chain.origin.name if certain else gate.hop.name)}"
    return None


def _holder(copy: Entry) -> str | None:
    holders = [f for f in copy.evidence if f.fact == "holder" and f.value.strip()]
    return max(holders, key=lambda f: f.confidence).value if holders else None


def _override_evidence(override: Override | None) -> Iterator[Evidence]:
    if override is None:
        return
    origin = override.origin
    found = (
        ("origin", origin.party if origin else None, origin.url if origin else None),
        ("carrier-url", override.url, override.url),
        ("author", override.author, None),
        ("copyright", override.copyright, None),
        ("policy", override.policy, None),
        ("embargo", override.embargo_until and override.embargo_until.isoformat(), None),
    )
    for fact, value, url in found:
        if value:
            yield Evidence(
                fact=fact,
                value=value,
                url=url,
                where="override",
                rule=override.by,
                text=override.note[:200],
            )
