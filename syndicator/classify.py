"""Which themes, regions and in-depth reports does an entry belong to?  Pure.

Three things put an entry on an axis: its source's default, a category or name that the
publisher itself wrote, and the theme's own rule on title and text.  An entry may stand in
many themes; each tag says what put it there.

Words and phrases are compared without case, as whole words; for scripts that write
without spaces (Chinese, Japanese, Thai) as plain substrings.  Patterns are RE2 and take
time linear in the text, so no feed can stall a rule.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import re2

from syndicator.markup import plain_text
from syndicator.model.entries import Axis, Entry, Tag
from syndicator.model.settings import Config, Match, Source, Theme

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


@dataclass(frozen=True, slots=True)
class _Term:
    written: str
    needle: str
    unspaced: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    axis: Axis
    theme: Theme
    names: frozenset[str]
    any: tuple[_Term, ...]
    all: tuple[_Term, ...]
    none: tuple[_Term, ...]
    patterns: tuple[tuple[str, re2._Regexp], ...]
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Classifier:
    """The compiled rules of one configuration, and the defaults of its sources."""

    rules: tuple[_Rule, ...]
    by_source: Mapping[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The fields of one entry, folded once for all rules."""

    words: Mapping[str, str]
    plain: Mapping[str, str]


def compile_classifier(config: Config) -> Classifier:
    """Return the classifier of *config*; its patterns were checked when it was loaded."""
    axes: tuple[tuple[Axis, Sequence[Theme]], ...] = (
        ("theme", config.themes),
        ("region", config.regions),
        ("report", config.reports),
    )
    return Classifier(
        rules=tuple(_rule(axis, theme) for axis, themes in axes for theme in themes),
        by_source={source.id: _defaults(source) for source in config.sources},
    )


def classify(
    entry: Entry, classifier: Classifier, names: Iterable[tuple[str, str]] = ()
) -> tuple[Tag, ...]:
    """Return the tags of *entry*, in the order of the configuration.

    Args:
        entry: the entry; its text is plain or HTML.
        classifier: the compiled rules.
        names: (axis, name) pairs that a seeded article states for itself.
    """
    texts = _fold(entry)
    named = {(axis, name.casefold()) for axis, name in names}
    categories = {c.casefold() for c in entry.categories}
    defaults = classifier.by_source.get(entry.source_id, frozenset())
    tags = []
    for rule in classifier.rules:
        why = _why(rule, defaults, named, categories) or _matches(rule, entry, texts, categories)
        if why:
            theme = rule.theme
            tags.append(Tag(axis=rule.axis, slug=theme.id, title=theme.title, why=why))
    return tuple(tags)


def unknown_names(
    names: Iterable[tuple[str, str]], classifier: Classifier
) -> tuple[tuple[str, str], ...]:
    """Return the (axis, name) pairs that no theme, region or report goes by."""
    known = {(rule.axis, name) for rule in classifier.rules for name in rule.names}
    return tuple((axis, name) for axis, name in names if (axis, name.casefold()) not in known)


def _rule(axis: Axis, theme: Theme) -> _Rule:
    match = theme.match or Match()
    names = {theme.id, theme.title.casefold(), *(a.casefold() for a in theme.aliases)}
    return _Rule(
        axis=axis,
        theme=theme,
        names=frozenset(names),
        any=tuple(_term(t) for t in match.any),
        all=tuple(_term(t) for t in match.all),
        none=tuple(_term(t) for t in match.none),
        patterns=tuple((p, re2.compile(f"(?i:{p})")) for p in match.patterns),
        categories=frozenset(c.casefold() for c in match.categories),
    )


def _defaults(source: Source) -> frozenset[tuple[str, str]]:
    return frozenset(
        [("theme", t) for t in source.themes]
        + [("region", r) for r in source.regions]
        + [("report", r) for r in source.reports]
    )


def _why(
    rule: _Rule,
    defaults: frozenset[tuple[str, str]],
    named: set[tuple[str, str]],
    categories: set[str],
) -> str:
    if (rule.axis, rule.theme.id) in defaults:
        return "default of the source"
    if any((rule.axis, name) in named for name in rule.names):
        return "named by the article"
    hit = sorted(categories & (rule.names | rule.categories))
    return f"category “{hit[0]}”" if hit else ""


def _matches(rule: _Rule, entry: Entry, texts: _Texts, categories: set[str]) -> str:
    match = rule.theme.match
    if match is None or not (rule.any or rule.all or rule.patterns):
        return ""
    if match.sources and entry.source_id not in match.sources:
        return ""
    if any(t.written.casefold() in categories or _find(t, texts, match.fields) for t in rule.none):
        return ""
    found_all = [_find(t, texts, match.fields) for t in rule.all]
    if not all(found_all):
        return ""
    if not (rule.any or rule.patterns):
        return found_all[0]
    return _first_term(rule, texts, match) or _first_pattern(rule, texts, match)


def _first_term(rule: _Rule, texts: _Texts, match: Match) -> str:
    return next((w for t in rule.any if (w := _find(t, texts, match.fields))), "")


def _first_pattern(rule: _Rule, texts: _Texts, match: Match) -> str:
    for written, pattern in rule.patterns:
        for field in match.fields:
            if hit := pattern.search(texts.plain[field]):
                return f"pattern {written} matches “{hit.group()[:60]}” in the {field}"
    return ""


def _find(term: _Term, texts: _Texts, fields: Iterable[str]) -> str:
    side = texts.plain if term.unspaced else texts.words
    for field in fields:
        if term.needle in side[field]:
            return f"“{term.written}” in the {field}"
    return ""


def _term(written: str) -> _Term:
    if _UNSPACED.search(written):
        return _Term(written, written.casefold(), unspaced=True)
    return _Term(written, _folded(written), unspaced=False)


def _fold(entry: Entry) -> _Texts:
    plain = {
        "title": entry.title.casefold(),
        "summary": plain_text(entry.summary_html).casefold(),
        "content": plain_text(entry.content_html).casefold(),
    }
    return _Texts(words={k: _folded(v) for k, v in plain.items()}, plain=plain)


def _folded(text: str) -> str:
    # Spaces at both ends make every word boundary a space: a substring test is enough.
    return " " + " ".join(_WORD.findall(text.casefold())) + " "
