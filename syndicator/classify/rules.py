"""Does an entry belong to one theme, and who or what says so?  Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syndicator.classify.clauses import Clause, Facts, as_clause
from syndicator.classify.terms import Hits
from syndicator.markup.letters import fold_letters
from syndicator.model.entries import Axis, Entry
from syndicator.model.settings import Theme
from syndicator.query import Query, answers, entry_words, parse_query
from syndicator.urls import canonical_url, is_web_url

Pins = Mapping[tuple[str, str], str]
"""(axis, id) of a theme -> who pinned the entry to it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One theme, compiled."""

    axis: Axis
    theme: Theme
    names: frozenset[str]
    match: Clause | None
    unless: Clause | None
    search: Query | None
    include: frozenset[str]
    exclude: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry as the rules see it."""

    facts: Facts
    hits: Hits
    named: frozenset[tuple[str, str]]
    defaults: frozenset[tuple[str, str]]
    addresses: frozenset[str]
    pins: Pins


def verdict(rule: Rule, seen: Seen) -> str:
    """Return what puts the entry under *rule*; nothing if it does not belong there."""
    if who := seen.pins.get((rule.axis, rule.theme.id)):
        return f"pinned by {who}"
    reason = _reason(rule, seen)
    return "" if reason and refused(rule, seen) else reason


def refused(rule: Rule, seen: Seen) -> bool:
    """Say whether *rule* keeps the entry out, whatever would bring it in."""
    if not seen.addresses.isdisjoint(rule.exclude):
        return True
    if rule.unless is None or not seen.addresses.isdisjoint(rule.include):
        return False
    return bool(rule.unless.why(seen.facts, seen.hits))


def _reason(rule: Rule, seen: Seen) -> str:
    if stated := _stated(rule, seen):
        return stated
    if rule.match and (found := rule.match.why(seen.facts, seen.hits)):
        return found
    if rule.search and answers(rule.search, entry_words(seen.facts.entry)):
        return f"found by the search {rule.theme.search}"
    return ""


def _stated(rule: Rule, seen: Seen) -> str:
    """Return who said that the entry belongs under *rule*: editor, operator or publisher."""
    if not seen.addresses.isdisjoint(rule.include):
        return "listed by the theme"
    if (rule.axis, rule.theme.id) in seen.defaults:
        return "default of the source"
    if seen.named and any((rule.axis, name) in seen.named for name in rule.names):
        return "named by the article"
    hit = min(seen.facts.categories & rule.names, default="")
    return f"category “{hit}”" if hit else ""


def as_rule(axis: Axis, theme: Theme) -> Rule:
    """Return *theme*, compiled."""
    match = theme.match
    alone = bool(match and (match.languages or match.licences))
    return Rule(
        axis=axis,
        theme=theme,
        names=frozenset({theme.id, *map(fold_letters, (theme.title, *theme.aliases))}),
        match=as_clause(match, limits_suffice=alone) if match else None,
        unless=as_clause(theme.unless, limits_suffice=True) if theme.unless else None,
        search=parse_query(theme.search) if theme.search else None,
        include=frozenset(_listed(theme.include)),
        exclude=frozenset(_listed(theme.exclude)),
    )


def _listed(works: Iterable[str]) -> Iterable[str]:
    return (canonical_url(work) if is_web_url(work) else work for work in works)


def addresses_of(entry: Entry) -> frozenset[str]:
    """Return by what a theme's lists may name *entry*."""
    url = {canonical_url(entry.url)} if entry.url and is_web_url(entry.url) else set()
    return frozenset({entry.article_id, *url})
