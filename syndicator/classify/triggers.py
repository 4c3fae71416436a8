"""Which rules could hold for an entry at all?  Pure.

Of hundreds of themes a handful has anything to do with one entry.  Each rule is filed
under what it needs: a word of its own, a category, a name.  Only rules whose need is met
are looked at; those that cannot be filed (patterns, searches, limits) always are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from syndicator.classify.rules import Rule, Seen
from syndicator.classify.terms import Term

Key = TypeVar("Key")
Places = tuple[int, ...]
"""Positions in the list of all rules."""


@dataclass(frozen=True, slots=True)
class Triggers:
    """What rules need -> where they stand in the list of all rules."""

    needles: Mapping[str, Places]
    categories: Mapping[str, Places]
    names: Mapping[tuple[str, str], Places]
    """(axis, id or other name) that a source, a seed or an editor states."""
    always: Places


def triggers_of(rules: Sequence[Rule]) -> Triggers:
    """File every rule under what it needs."""
    return Triggers(
        needles=_filed((n, place) for place, rule in enumerate(rules) for n in _needles(rule)),
        categories=_filed(
            (name, place)
            for place, rule in enumerate(rules)
            for name in rule.names | (rule.match.categories if rule.match else frozenset())
        ),
        names=_filed(
            ((rule.axis, name), place) for place, rule in enumerate(rules) for name in rule.names
        ),
        always=tuple(place for place, rule in enumerate(rules) if _unfiled(rule)),
    )


def candidates(triggers: Triggers, seen: Seen) -> set[int]:
    """Return the rules whose need is met by the entry."""
    found = set(triggers.always)
    for needle in seen.hits.places:
        found.update(triggers.needles.get(needle, ()))
    for category in seen.facts.categories:
        found.update(triggers.categories.get(category, ()))
    for name in (*seen.named, *seen.defaults, *seen.pins):
        found.update(triggers.names.get(name, ()))
    return found


def _needles(rule: Rule) -> Iterator[str]:
    """Yield words of which one stands in whatever the rule's words hold for."""
    if rule.match and (wanted := rule.match.any or rule.match.all[:1]):
        yield from {term.needle for term in wanted if isinstance(term, Term)}


def _unfiled(rule: Rule) -> bool:
    if rule.search or rule.include:
        return True
    if rule.match is None:
        return False
    wanted = rule.match.any or rule.match.all[:1]
    if not wanted:
        return rule.match.limits_suffice
    return not all(isinstance(term, Term) for term in wanted)


def _filed(pairs: Iterable[tuple[Key, int]]) -> dict[Key, Places]:
    found: dict[Key, Places] = {}
    for key, place in pairs:
        found[key] = (*found.get(key, ()), place)
    return found
