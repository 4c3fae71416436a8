"""Which themes, regions and in-depth reports does an entry belong to?  Pure.

An editor's pin or list, its source's default, a category or name that the publisher
itself wrote, the theme's own rule on the text: the first of these that holds puts an
entry on an axis, and the tag says which.  What stands in a theme stands in its parent
too.  A theme's ``exclude`` and ``unless`` keep an entry out whatever would bring it in,
except for a pin.

Words and phrases are compared without case, as whole words; for scripts that write
without spaces (Chinese, Japanese, Thai) as plain substrings.  Patterns are RE2 and take
time linear in the text, so no feed can stall a rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from syndicator.classify.clauses import facts_of
from syndicator.classify.rules import Pins, Rule, Seen, addresses_of, as_rule, refused, verdict
from syndicator.classify.terms import Automata, automata, hits
from syndicator.classify.texts import fold
from syndicator.classify.triggers import Triggers, candidates, triggers_of
from syndicator.markup.letters import fold_letters
from syndicator.model.entries import Axis, Entry, Tag
from syndicator.model.settings import Config, Source, Theme


@dataclass(frozen=True, slots=True)
class Classifier:
    """The compiled rules of one configuration, and the defaults of its sources."""

    rules: tuple[Rule, ...]
    by_source: Mapping[str, frozenset[tuple[str, str]]]
    machines: Automata
    fields: tuple[str, ...]
    """Fields that some rule looks at."""
    upward: tuple[tuple[int, int], ...]
    """(child, parent) by position in *rules*, children first."""
    triggers: Triggers
    lists: bool
    """Some theme names single articles."""


def compile_classifier(config: Config) -> Classifier:
    """Return the classifier of *config*; its patterns were checked when it was loaded."""
    axes: tuple[tuple[Axis, Sequence[Theme]], ...] = (
        ("theme", config.themes),
        ("region", config.regions),
        ("report", config.reports),
    )
    rules = tuple(as_rule(axis, theme) for axis, themes in axes for theme in themes)
    clauses = [clause for rule in rules for clause in (rule.match, rule.unless) if clause]
    return Classifier(
        rules=rules,
        by_source={source.id: _defaults(source) for source in config.sources},
        machines=automata(term for clause in clauses for term in clause.terms),
        fields=tuple(dict.fromkeys(f for clause in clauses for f in clause.match.fields)),
        upward=_upward(rules),
        triggers=triggers_of(rules),
        lists=any(rule.include or rule.exclude for rule in rules),
    )


def classify(
    entry: Entry,
    classifier: Classifier,
    names: Iterable[tuple[str, str]] = (),
    pins: Pins | None = None,
) -> tuple[Tag, ...]:
    """Return the tags of *entry*, in the order of the configuration.

    Args:
        entry: the entry; its text is plain or HTML.
        classifier: the compiled rules.
        names: (axis, name) pairs that a seeded article states for itself.
        pins: themes that editors put the entry in.
    """
    seen = Seen(
        facts=facts_of(entry),
        hits=hits(fold(entry, classifier.fields), classifier.machines),
        named=frozenset((axis, fold_letters(name)) for axis, name in names),
        defaults=classifier.by_source.get(entry.source_id, frozenset()),
        addresses=addresses_of(entry) if classifier.lists else frozenset(),
        pins=pins or {},
    )
    why = [""] * len(classifier.rules)
    for place in candidates(classifier.triggers, seen):
        why[place] = verdict(classifier.rules[place], seen)
    _pass_up(why, classifier, seen)
    return tuple(
        Tag(axis=rule.axis, slug=rule.theme.id, title=rule.theme.title, why=reason)
        for rule, reason in zip(classifier.rules, why, strict=True)
        if reason
    )


def unknown_names(
    names: Iterable[tuple[str, str]], classifier: Classifier
) -> tuple[tuple[str, str], ...]:
    """Return the (axis, name) pairs that no theme, region or report goes by."""
    known = {(rule.axis, name) for rule in classifier.rules for name in rule.names}
    return tuple((axis, name) for axis, name in names if (axis, fold_letters(name)) not in known)


def _defaults(source: Source) -> frozenset[tuple[str, str]]:
    return frozenset(
        [("theme", t) for t in source.themes]
        + [("region", r) for r in source.regions]
        + [("report", r) for r in source.reports]
    )


def _upward(rules: Sequence[Rule]) -> tuple[tuple[int, int], ...]:
    """Return every (child, parent), a theme's own children before the theme."""
    places = {(rule.axis, rule.theme.id): place for place, rule in enumerate(rules)}
    above = {
        place: places[rule.axis, rule.theme.parent]
        for place, rule in enumerate(rules)
        if rule.theme.parent
    }
    order = TopologicalSorter({child: {parent} for child, parent in above.items()}).static_order()
    return tuple((child, above[child]) for child in reversed(tuple(order)) if child in above)


def _pass_up(why: list[str], classifier: Classifier, seen: Seen) -> None:
    for child, parent in classifier.upward:
        rules = classifier.rules
        if why[child] and not why[parent] and not refused(rules[parent], seen):
            why[parent] = f"part of “{rules[child].theme.title}”: {why[child]}"
