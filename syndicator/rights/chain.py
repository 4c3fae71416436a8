"""Through whose hands did this copy come, and how sure is that?  Pure.

The evidence on one copy and the editor's findings become the chain: origin, middle
parties, carrier.  What contradicts or is too weak puts an unknown party in front, so that
doubt can only make a decision stricter.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from syndicator.model.entries import Entry
from syndicator.model.rights import Evidence, Hop, Override
from syndicator.rights.bylines import agencies_in
from syndicator.rights.parties import CompiledRules, address_key, name_key
from syndicator.urls import bare_host, is_web_url, without_tracking

UNKNOWN_PARTY = "unknown"
"""Stands in a chain for a holder that is not known; it has no name and is never credited."""
NOBODY = frozenset({"", UNKNOWN_PARTY})
"""What stands for nobody, in lower case, where a party is named from outside."""

CONFLICT_AT = 0.7
"""From this confidence on, different origins contradict each other."""

SIGNED = 0.6
"""How far a publisher's name in the byline shows that it had the text first."""

_AGREEMENT, _MOST = 0.05, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The hops of one copy."""

    hops: tuple[Hop, ...]
    """Origin first, carrier last; one hop when the carrier is the origin."""
    doubt: Literal["", "PROVENANCE_CONFLICT", "PROVENANCE_UNCERTAIN"] = ""
    others: tuple[Hop, ...] = ()
    """Described parties with a possible right in the text that stand outside the chain:
    agencies, copyright holders, contradicting origins.  They restrict and are not credited."""
    contradicting: tuple[str, ...] = ()
    """Names of the origins that contradict each other."""

    @property
    def carrier_is_origin(self) -> bool:
        """Tell whether the work is known, or taken, to be the carrier's own."""
        return len(self.hops) == 1

    @property
    def origin(self) -> Hop:
        """The first hop."""
        return self.hops[0]

    @property
    def carrier(self) -> Hop:
        """The last hop."""
        return self.hops[-1]


@dataclass(slots=True)
class _Candidate:
    """One possible origin, with everything that speaks for it."""

    hop: Hop
    keys: set[str]
    places: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        best = max(self.places.values())
        return min(best + _AGREEMENT * (len(self.places) - 1), max(best, _MOST))


def build_chain(copy: Entry, rules: CompiledRules, override: Override | None) -> Chain:
    """Return the chain of *copy*; *override* beats all evidence."""
    chain = _built(copy, rules, override)
    return chain if override is not None and override.url else _at_its_own_address(chain, rules)


def _at_its_own_address(chain: Chain, rules: CompiledRules) -> Chain:
    """Return *chain* without the address that its carrier shares with who had the text before.

    Aggregators link to the origin's page: that is none of theirs.
    """
    carrier = chain.carrier
    shared = carrier.url and any(hop.url == carrier.url for hop in chain.hops[:-1])
    if not shared or rules.by_address(carrier.url) == carrier.party:
        return chain
    return replace(chain, hops=(*chain.hops[:-1], replace(carrier, url=None)))


def _built(copy: Entry, rules: CompiledRules, override: Override | None) -> Chain:
    carrier = _carrier(copy, rules, override)
    if override is not None and override.origin is not None:
        found = Evidence(
            fact="origin",
            value=override.origin.party,
            url=override.origin.url,
            where="override",
        )
        origin = _party_of(found, "origin", rules, carrier)
        if origin.url is None and origin.party != carrier.party:
            origin = replace(origin, url=_known_address(copy, origin, rules, carrier))
        return _linked(copy, rules, origin, carrier)
    candidates = _candidates(copy, rules, carrier)
    contradicting = [c for c in candidates if c.confidence >= CONFLICT_AT]
    if len(contradicting) > 1:
        return _doubtful(copy, rules, carrier, contradicting)
    return _settled(copy, rules, carrier, candidates)


def _settled(
    copy: Entry, rules: CompiledRules, carrier: Hop, candidates: Sequence[_Candidate]
) -> Chain:
    publisher = rules.publisher(carrier.party)
    reprints = publisher is not None and publisher.reprints
    best = max(candidates, key=lambda c: (c.confidence, c.hop.party), default=None)
    certain = best is not None and best.confidence >= rules.house.min_confidence
    if best is None or (best.hop.party == carrier.party and not certain):
        # A weak sign that it is the carrier's own says no more than no sign at all.
        chain = _linked(copy, rules, None, carrier)
        return _with_unknown(chain, "PROVENANCE_UNCERTAIN") if reprints else chain
    origin = replace(best.hop, confidence=round(best.confidence, 2))
    chain = _linked(copy, rules, origin, carrier)
    return chain if certain else _with_unknown(chain, "PROVENANCE_UNCERTAIN")


def _doubtful(
    copy: Entry, rules: CompiledRules, carrier: Hop, origins: Sequence[_Candidate]
) -> Chain:
    chain = _linked(copy, rules, None, carrier)
    named = sorted((c.hop for c in origins), key=lambda hop: hop.party)
    restricting = tuple(h for h in named if h.party != carrier.party)
    return replace(
        _with_unknown(chain, "PROVENANCE_CONFLICT"),
        others=tuple(dict.fromkeys((*chain.others, *restricting))),
        contradicting=tuple(hop.name for hop in named),
    )


def _with_unknown(
    chain: Chain, doubt: Literal["PROVENANCE_CONFLICT", "PROVENANCE_UNCERTAIN"]
) -> Chain:
    unknown = Hop(party=UNKNOWN_PARTY, name="", role="origin", confidence=0.0)
    rest = tuple(
        replace(hop, role="carrier" if hop is chain.hops[-1] else "via") for hop in chain.hops
    )
    return replace(chain, hops=(unknown, *rest), doubt=doubt)


def _linked(copy: Entry, rules: CompiledRules, origin: Hop | None, carrier: Hop) -> Chain:
    """Return the chain from *origin* over the middle parties to *carrier*."""
    middle: dict[str, Hop] = {}
    taken = {carrier.party, origin.party if origin else carrier.party}
    for fact in copy.evidence:
        if fact.fact == "via":
            hop = _party_of(fact, "via", rules, carrier)
            if hop.party not in taken:
                known = middle.setdefault(hop.party, hop)
                middle[hop.party] = replace(known, url=known.url or hop.url)
    hops: tuple[Hop, ...]
    if origin is None or (origin.party == carrier.party and not middle):
        hops = (*middle.values(), carrier) if middle else (replace(carrier, role="origin"),)
    elif _is_ours(carrier, rules) and origin.party != carrier.party:
        # We took it from the origin ourselves: the operator is no republisher to credit.
        hops = (origin, *middle.values())
    else:
        hops = (origin, *middle.values(), carrier)
    return Chain(hops=hops, others=_others(copy, rules, {hop.party for hop in hops}))


def _is_ours(hop: Hop, rules: CompiledRules) -> bool:
    publisher = rules.publisher(hop.party)
    return publisher is not None and publisher.own


def _carrier(copy: Entry, rules: CompiledRules, override: Override | None) -> Hop:
    party = rules.terms(copy.source_id).publisher
    found = next((f for f in copy.evidence if f.fact == "carrier-url"), None)
    elsewhere = (found.url or found.value) if found else None
    stated = (override.url if override else None, copy.url, elsewhere)
    url = next((u for u in stated if is_web_url(u)), None)
    if url and not (override and override.url) and _is_anothers(url, party, rules):
        url = None
    return _hop(party, "carrier", url, rules, copy.feed.html_url)


def _is_anothers(url: str, party: str, rules: CompiledRules) -> bool:
    """Tell whether *url*, given as the carrier's, lies at another described party."""
    owner = rules.by_address(url)
    return owner is not None and owner != party


def _hop(
    party: str,
    role: Literal["origin", "via", "carrier"],
    url: str | None,
    rules: CompiledRules,
    homepage: str | None = None,
) -> Hop:
    publisher = rules.publisher(party)
    # A link that fulfils a duty is plain: it counts nobody.
    url = without_tracking(url) if url else None
    if publisher is None:
        return Hop(party=party, name=party, role=role, url=url, homepage=homepage)
    domain = f"https://{publisher.domains[0]}/" if publisher.domains else homepage
    return Hop(
        party=party,
        name=publisher.name,
        role=role,
        url=url,
        homepage=publisher.homepage or domain,
    )


def _party_of(
    fact: Evidence, role: Literal["origin", "via"], rules: CompiledRules, carrier: Hop
) -> Hop:
    """Return the party that *fact* names: by its address, else by its name."""
    url = fact.url if is_web_url(fact.url) else None
    named = rules.by_name(fact.value)
    at = rules.by_address(url)
    if at == carrier.party and named != carrier.party and not _is_host(fact.value, url):
        # Another's name with a link into the carrier's own pages: the link proves nothing.
        at, url = None, None
    party = at or named or " ".join(fact.value.split())
    return replace(_hop(party, role, url, rules), confidence=fact.confidence)


def _is_host(name: str, url: str | None) -> bool:
    return name.strip().lower().removeprefix("www.") == bare_host(url or "")


def _candidates(copy: Entry, rules: CompiledRules, carrier: Hop) -> list[_Candidate]:
    found: list[_Candidate] = []
    for fact in _origin_facts(copy, rules, carrier):
        hop = _party_of(fact, "origin", rules, carrier)
        # An undescribed party is the same where name or host agree.
        keys = {hop.party, name_key(hop.name), name_key(bare_host(hop.url or ""))} - {""}
        new = _Candidate(hop=hop, keys=keys, places={_place(fact): fact.confidence})
        for old in [c for c in found if c.keys & keys]:
            found.remove(old)
            new = _merged(old, new)
        found.append(new)
    return found


def _place(fact: Evidence) -> tuple[str, str]:
    return fact.where, fact.rule


def _merged(old: _Candidate, new: _Candidate) -> _Candidate:
    places = dict(old.places)
    for place, confidence in new.places.items():
        places[place] = max(confidence, places.get(place, 0.0))
    lead, other = (old.hop, new.hop) if old.confidence >= new.confidence else (new.hop, old.hop)
    hop = replace(lead, url=lead.url or other.url)
    return _Candidate(hop=hop, keys=old.keys | new.keys, places=places)


def _origin_facts(copy: Entry, rules: CompiledRules, carrier: Hop) -> Iterable[Evidence]:
    stated = [f for f in copy.evidence if f.fact == "origin" and f.value.strip()]
    yield from stated
    if is_web_url(copy.url) and _is_anothers(str(copy.url), carrier.party, rules):
        party = str(rules.by_address(copy.url))
        yield Evidence(
            fact="origin", value=party, url=copy.url, where="item", rule="url", confidence=0.9
        )
    yield from _from_bylines(copy, rules, carrier)
    if not stated:
        for fact in copy.evidence:
            holder = rules.by_name(fact.value) if fact.fact == "holder" else None
            if holder is not None and holder != carrier.party:
                yield replace(fact, fact="origin", value=holder, url=None)


def _from_bylines(copy: Entry, rules: CompiledRules, carrier: Hop) -> Iterator[Evidence]:
    """Yield a hint where another publisher signs the article; an agency is a party beside it."""
    for person in copy.authors:
        party = rules.by_name(person.name)
        if party in {None, carrier.party} or agencies_in(person.name, byline=True):
            continue
        yield Evidence(
            fact="origin",
            value=str(party),
            where="feed:author",
            rule="byline",
            confidence=SIGNED,
        )


def _known_address(copy: Entry, origin: Hop, rules: CompiledRules, carrier: Hop) -> str | None:
    """Return the address that the evidence gives for the origin an editor named."""
    found = (c.hop for c in _candidates(copy, rules, carrier))
    return next((hop.url for hop in found if hop.party == origin.party and hop.url), None)


def _others(copy: Entry, rules: CompiledRules, chained: set[str]) -> tuple[Hop, ...]:
    found: dict[str, Hop] = {}
    for fact in copy.evidence:
        if fact.fact in {"holder", "byline"} and fact.confidence >= rules.house.min_confidence:
            party = rules.by_name(fact.value)
            if party is not None and party not in chained:
                hop = _hop(party, "via", None, rules)
                found.setdefault(party, replace(hop, confidence=fact.confidence))
    return tuple(found[party] for party in sorted(found))


def override_of(copy: Entry, rules: CompiledRules) -> Override | None:
    """Return the editor's findings on *copy*, by its id, its key or its address."""
    if not rules.overrides:
        return None
    names = (copy.article_id, copy.key, address_key(copy.url) if copy.url else "")
    return next((o for n in names if n and (o := rules.overrides.get(n)) is not None), None)
