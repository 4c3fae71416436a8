"""Does one rule hold for an entry, and what in it says so?  Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from syndicator.classify.terms import Hits, Pattern, Term, as_pattern, as_term
from syndicator.markup.letters import fold_letters
from syndicator.model.entries import Entry
from syndicator.model.settings import Match

_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses|publicdomain)/(?P<code>[a-z-]+)/?(?P<version>\d\.\d)?"
)
_IN_WORDS = re.compile(r"\bcc[ -]?(?P<code>by(?:-(?:nc|nd|sa))*|0)(?:[ -](?P<version>\d\.\d))?\b")
_PUBLIC_DOMAIN = {"zero": "cc0", "mark": "public-domain", "0": "cc0"}

Sought = Term | Pattern


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules ask of an entry besides its words."""

    entry: Entry
    categories: frozenset[str]
    licences: frozenset[str]
    day: date


@dataclass(frozen=True, slots=True)
class Clause:
    """One compiled rule: what brings an entry in, what keeps it out, where it counts."""

    match: Match
    any: tuple[Sought, ...]
    all: tuple[Sought, ...]
    none: tuple[Sought, ...]
    categories: frozenset[str]
    languages: frozenset[str]
    licences: frozenset[str]
    any_needles: frozenset[str]
    any_patterns: bool
    limits_suffice: bool
    """True: where no words are asked for, the limits alone decide."""

    @property
    def terms(self) -> Iterator[Term]:
        """All words and phrases of the rule, for the automaton."""
        return (t for t in (*self.any, *self.all, *self.none) if isinstance(t, Term))

    def why(self, facts: Facts, hits: Hits) -> str:
        """Return what makes the rule hold for an entry; nothing if it does not hold."""
        if not self._within(facts):
            return ""
        if hit := min(facts.categories & self.categories, default=""):
            return f"category “{hit}”"
        if not (self.any or self.all):
            sole = self.limits_suffice and not (self.categories or self._kept_out(facts, hits))
            return self._limits() if sole else ""
        return self._words(facts, hits)

    def _words(self, facts: Facts, hits: Hits) -> str:
        places = hits.places
        if self.any and not self.any_patterns and self.any_needles.isdisjoint(places):
            return ""
        fields = self.match.fields
        if not all(_stands(sought, hits, fields) for sought in self.all):
            return ""
        if self._kept_out(facts, hits):
            return ""
        return _first(self.any or self.all[:1], hits, fields)

    def _kept_out(self, facts: Facts, hits: Hits) -> bool:
        if not self.none:
            return False
        return any(
            fold_letters(sought.written) in facts.categories
            or _stands(sought, hits, self.match.fields)
            for sought in self.none
        )

    def _within(self, facts: Facts) -> bool:
        match = self.match
        return (
            (not match.sources or facts.entry.source_id in match.sources)
            and (match.since is None or facts.day >= match.since)
            and (match.until is None or facts.day <= match.until)
            and (not self.languages or _speaks(facts.entry.language, self.languages))
            and (not self.licences or not self.licences.isdisjoint(facts.licences))
        )

    def _limits(self) -> str:
        match = self.match
        limits = {
            "source": " or ".join(match.sources),
            "language": " or ".join(match.languages),
            "licence": " or ".join(match.licences),
            "since": match.since.isoformat() if match.since else "",
            "until": match.until.isoformat() if match.until else "",
        }
        return ", ".join(f"{name} {text}" for name, text in limits.items() if text)


def as_clause(match: Match, *, limits_suffice: bool) -> Clause:
    """Return *match*, compiled."""
    any_ = (*(_sought(t) for t in match.any), *(as_pattern(p) for p in match.patterns))
    none = tuple(_sought(t) for t in match.none)
    return Clause(
        match=match,
        any=any_,
        all=tuple(_sought(t) for t in match.all),
        none=none,
        categories=frozenset(map(fold_letters, match.categories)),
        languages=frozenset(language.casefold() for language in match.languages),
        licences=frozenset(licence.casefold() for licence in match.licences),
        any_needles=frozenset(t.needle for t in any_ if isinstance(t, Term)),
        any_patterns=any(isinstance(t, Pattern) for t in any_),
        limits_suffice=limits_suffice,
    )


def facts_of(entry: Entry) -> Facts:
    """Return what rules may ask of *entry*."""
    return Facts(
        entry=entry,
        categories=frozenset(map(fold_letters, entry.categories)),
        licences=frozenset(_licences(entry)),
        day=entry.sort_at.date(),
    )


def _sought(written: str) -> Sought:
    # Between slashes it is an expression, as in many other programs.
    if is_pattern(written):
        return as_pattern(written[1:-1])
    return as_term(written)


def is_pattern(written: str) -> bool:
    """Say whether a term is an RE2 expression between slashes."""
    return len(written) > 2 and written[0] == written[-1] == "/"


def _stands(sought: Sought, hits: Hits, fields: Iterable[str]) -> bool:
    if isinstance(sought, Term):
        return hits.has(sought, fields)
    return bool(hits.pattern(sought, fields))


def _first(wanted: Iterable[Sought], hits: Hits, fields: Iterable[str]) -> str:
    for sought in wanted:
        if isinstance(sought, Term):
            found = hits.term(sought, fields) if sought.needle in hits.places else ""
        else:
            found = hits.pattern(sought, fields)
        if found:
            return found
    return ""


def _speaks(language: str | None, wanted: frozenset[str]) -> bool:
    """Say whether *language* is one of *wanted*; ``de`` stands for ``de-AT`` too (RFC 4647)."""
    parts = (language or "").casefold().split("-")
    return any("-".join(parts[:length]) in wanted for length in range(1, len(parts) + 1))


def _licences(entry: Entry) -> Iterator[str]:
    """Yield the licences that an entry claims: addresses as written, and short names."""
    for text in (*(s.value for s in entry.statements), entry.rights or ""):
        said = text.casefold().strip()
        if not said:
            continue
        yield said
        for found in (*_CREATIVE_COMMONS.finditer(said), *_IN_WORDS.finditer(said)):
            code, version = found["code"], found["version"]
            name = _PUBLIC_DOMAIN.get(code, f"cc-{code}")
            yield name
            if version:
                yield f"{name}-{version}"
