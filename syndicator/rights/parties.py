"""Which described publisher is meant by an address or a name, and what holds for it?  Pure.

``compile_rules`` makes the lookups of a configuration once; every decision uses them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from syndicator.model.rights import (
    Grant,
    House,
    Override,
    Policy,
    Publisher,
    RightsRules,
    SourceTerms,
)
from syndicator.rights.builtin import BUILTIN, UNKNOWN
from syndicator.urls import canonical_url, host_of, is_web_url


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRules:
    """``RightsRules`` with its lookups; equal rules give equal lookups."""

    rules: RightsRules
    domains: Mapping[str, str]
    """Domain -> publisher id."""
    names: Mapping[str, str]
    """Name as ``name_key`` gives it -> publisher id."""
    grants: Mapping[str, tuple[Grant, ...]]
    """Party -> the grants that may open its hop, in the order in which they are tried."""
    overrides: Mapping[str, Override]
    """Item id or compared address -> the editor's findings, later ones over earlier ones."""

    @property
    def house(self) -> House:
        """The ``rights`` section."""
        return self.rules.house

    def policy(self, policy_id: str) -> Policy | None:
        """Return the configured policy *policy_id*, else the built-in one."""
        return self.rules.policies.get(policy_id) or BUILTIN.get(policy_id)

    def unknown(self) -> Policy:
        """Return the policy of parties that nobody described."""
        return self.policy(self.rules.house.unknown) or UNKNOWN

    def publisher(self, party: str) -> Publisher | None:
        """Return the publisher with the id *party*."""
        return self.rules.publishers.get(party)

    def terms(self, source_id: str) -> SourceTerms:
        """Return how far a source is believed; one that is no longer configured, not at all."""
        found = self.rules.sources.get(source_id)
        return found or SourceTerms(publisher=source_id)

    def by_address(self, url: str | None) -> str | None:
        """Return the publisher id for the host of *url*: the longest configured suffix wins."""
        labels = host_of(url or "").split(".")
        for start in range(len(labels)):
            party = self.domains.get(".".join(labels[start:]))
            if party is not None:
                return party
        return None

    def by_name(self, name: str) -> str | None:
        """Return the publisher id that *name* stands for: its id, name, alias or domain."""
        if name in self.rules.publishers:
            return name
        found = self.names.get(name_key(name))
        if found is None and "." in name and " " not in name.strip():
            return self.by_address(f"https://{name.strip()}/")
        return found


def compile_rules(rules: RightsRules) -> CompiledRules:
    """Return *rules* with the lookups that decisions need."""
    parties = sorted(rules.publishers.items())
    return CompiledRules(
        rules=rules,
        domains={domain_key(d): party for party, p in parties for d in p.domains},
        names={
            name_key(name): party
            for party, publisher in parties
            for name in (*publisher.aliases, publisher.name, party)
            if name_key(name)
        },
        grants=_grants_by_party(rules),
        overrides=_merged_overrides(rules),
    )


@lru_cache(maxsize=1024)
def name_key(name: str) -> str:
    """Return *name* as it is compared: no case, spaces, punctuation or leading article."""
    words = "".join(c if c.isalnum() else " " for c in name.casefold()).split()
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def domain_key(domain: str) -> str:
    """Return *domain* as it is compared: lower case, without ``www.``."""
    return domain.strip().lower().strip(".").removeprefix("www.")


def address_key(address: str) -> str:
    """Return an item's address or id in the form in which overrides and grants name it."""
    return canonical_url(address) if is_web_url(address) else address.strip()


def _grants_by_party(rules: RightsRules) -> Mapping[str, tuple[Grant, ...]]:
    found: dict[str, list[Grant]] = {}
    for grant in rules.grants:
        parties = grant.parties if grant.basis == "exception" else (grant.grantor,)
        for party in dict.fromkeys(parties):
            found.setdefault(party, []).append(grant)
    # A permission of the holder is better ground than our own assessment.
    return {
        party: tuple(sorted(grants, key=lambda g: (g.basis == "exception", g.id)))
        for party, grants in found.items()
    }


def _merged_overrides(rules: RightsRules) -> Mapping[str, Override]:
    merged: dict[str, Override] = {}
    for override in sorted(rules.overrides, key=lambda o: str(o.at)):
        key = address_key(override.item)
        earlier = merged.get(key)
        merged[key] = override if earlier is None else _over(earlier, override)
    return merged


def _over(earlier: Override, later: Override) -> Override:
    """Return *later* with the facts of *earlier* that it says nothing about."""
    return replace(
        later,
        origin=later.origin or earlier.origin,
        url=later.url or earlier.url,
        author=later.author or earlier.author,
        copyright=later.copyright or earlier.copyright,
        policy=later.policy or earlier.policy,
        embargo_until=later.embargo_until or earlier.embargo_until,
    )
