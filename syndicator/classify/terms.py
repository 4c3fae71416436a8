"""Which of thousands of words and phrases stand in an entry, and where?  Pure.

One automaton (Aho-Corasick) for all terms of a configuration reads each text once, so
the cost follows the text and not the number of terms.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import re2
from ahocorasick_rs import AhoCorasick

from syndicator.classify.texts import Texts, around, around_folded, around_words, composed, spaced
from syndicator.markup.letters import UNSPACED, fold_letters
from syndicator.patterns import regex_options

_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a rule."""

    written: str
    needle: str
    unspaced: bool
    """Of a script without spaces: stands anywhere in the text, not only as a word."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An RE2 expression of a rule."""

    written: str
    compiled: re2._Regexp


@dataclass(frozen=True, slots=True)
class Automaton:
    """All terms of one kind in one machine."""

    needles: Sequence[str]
    machine: AhoCorasick

    def first_places(self, text: str) -> dict[str, int]:
        """Return each needle that stands in *text*, with its first place."""
        found: dict[str, int] = {}
        for number, start, _ in self.machine.find_matches_as_indexes(text, overlapping=True):
            found.setdefault(self.needles[number], start)
        return found


@dataclass(frozen=True, slots=True)
class Automata:
    """The machines of a configuration: one for words, one for scripts without spaces."""

    words: Automaton | None
    plain: Automaton | None


@dataclass(frozen=True, slots=True)
class Hits:
    """Where in an entry's texts the needles stand: needle -> field -> first place."""

    texts: Texts
    places: Mapping[str, Mapping[str, int]]

    def term(self, term: Term, fields: Iterable[str]) -> str:
        """Return in which field *term* stands, with the words around it; nothing if in none."""
        places = self.places.get(term.needle)
        for field in fields if places else ():
            if places and field in places:
                if term.unspaced:
                    start = places[field]
                    span = around_folded(self.texts, field, start, start + len(term.needle))
                else:
                    span = around_words(self.texts, field, term.needle)
                return f"“{term.written}” in the {field}" + (f": “{span}”" if span else "")
        return ""

    def has(self, term: Term, fields: Iterable[str]) -> bool:
        """Say whether *term* stands in one of *fields*."""
        places = self.places.get(term.needle)
        return places is not None and any(field in places for field in fields)

    def pattern(self, pattern: Pattern, fields: Iterable[str]) -> str:
        """Return what *pattern* matches, with the words around it; nothing if nothing."""
        for field in fields:
            if hit := pattern.compiled.search(self.texts.shown[field]):
                span = around(self.texts, field, hit.start(), min(hit.end(), hit.start() + 60))
                what = f"pattern {pattern.written} matches “{hit.group()[:60]}” in the {field}"
                return f"{what}: “{span}”"
        return ""


def as_term(written: str) -> Term:
    """Return the term that an operator wrote."""
    if _UNSPACED.search(written):
        return Term(written, fold_letters(written), unspaced=True)
    return Term(written, spaced(fold_letters(written)), unspaced=False)


def as_pattern(written: str) -> Pattern:
    """Return the compiled pattern; that it compiles was checked with the configuration."""
    return Pattern(written, re2.compile(f"(?i:{composed(written)})", regex_options()))


def automata(terms: Iterable[Term]) -> Automata:
    """Return the machines that look for *terms*; one without a word can stand nowhere."""
    terms = [term for term in terms if term.needle.strip()]
    return Automata(
        words=_automaton({t.needle for t in terms if not t.unspaced}),
        plain=_automaton({t.needle for t in terms if t.unspaced}),
    )


def hits(texts: Texts, machines: Automata) -> Hits:
    """Return where the terms of *machines* stand in *texts*."""
    places: dict[str, dict[str, int]] = {}
    for machine, side in ((machines.words, texts.words), (machines.plain, texts.plain)):
        if machine is None:
            continue
        for field, text in side.items():
            for needle, start in machine.first_places(text).items():
                places.setdefault(needle, {})[field] = start
    return Hits(texts, places)


def _automaton(needles: set[str]) -> Automaton | None:
    ordered = sorted(needles)
    return Automaton(ordered, AhoCorasick(ordered)) if ordered else None
