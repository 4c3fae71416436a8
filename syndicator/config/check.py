"""Do the parts of the configuration fit together?  Pure.

The rules are the tables of :mod:`syndicator.config.rules`.  They look at the merged tree
and not at the validated objects, so that a wrong type in one place hides no mistake in
another.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

from syndicator.config import rules, values
from syndicator.config.mistakes import KeyPath, Value, did_you_mean, listed
from syndicator.config.references import is_reference
from syndicator.config.show import iso
from syndicator.config.terms import check_terms
from syndicator.config.tree import Tree, select
from syndicator.rights.builtin import BUILTIN

_WRITE = re.compile(r"(: write|; did you mean) .*")


def check(tree: Tree, today: date) -> None:
    """Report every mistake in *tree* that concerns its values rather than their types.

    Args:
        tree: what all files say together.
        today: in UTC; what is said to have been done later is a slip of the pen.
    """
    _check_keys(tree)
    for pattern, problem_of in rules.LOOKS:
        for path, value in _texts(tree, pattern):
            if problem := problem_of(value):
                tree.report(path, _told(tree, path, problem, value))
    _check_password(tree)
    _check_secrets(tree)
    _check_bounds(tree)
    _check_spans(tree)
    _check_ordered(tree)
    _check_not_empty(tree)
    _check_references(tree)
    for pattern in rules.DIFFERENT:
        _check_different(tree, pattern)
    for patterns in rules.NAMES:
        _check_names(tree, patterns)
    _check_matches(tree)
    _check_parents(tree)
    check_terms(tree, today)


def _texts(tree: Tree, pattern: str) -> Iterator[tuple[KeyPath, str]]:
    for path, value in select(tree.values, pattern):
        if isinstance(value, str):
            yield path, value


def _told(tree: Tree, path: KeyPath, problem: str, value: str) -> str:
    if path in tree.written:
        # A remedy repeats the value; what a reference stands for may be a secret.
        return f"{_WRITE.sub('', problem)}, not what {tree.shown(path, value)} stands for"
    if value in problem:
        return problem
    remedy = _WRITE.search(problem)
    what = problem[: remedy.start()] if remedy else problem
    return f"{what}, not {tree.shown(path, value)}{remedy.group() if remedy else ''}"


def _check_keys(tree: Tree) -> None:
    for section, problem_of in rules.KEYS:
        content = tree.values.get(section)
        for key in content if isinstance(content, dict) else ():
            if problem := problem_of(key):
                tree.report((section, key), f"the id {problem}")


def _check_password(tree: Tree) -> None:
    for pattern in ("database.url", "sources.*.proxy"):
        for path, value in _texts(tree, pattern):
            if problem := values.password_problem(tree.written.get(path, value)):
                tree.report(path, problem)


def _check_secrets(tree: Tree) -> None:
    for path, headers in select(tree.values, "sources.*.headers"):
        for name in headers if isinstance(headers, dict) else ():
            if problem := values.header_name_problem(name):
                tree.report((*path, name), problem)
    for pattern in rules.SECRETS:
        for path, _ in _texts(tree, pattern):
            open_ = "headers" in path and not values.SECRET_HEADER.search(str(path[-1]))
            if not open_ and not is_reference(tree.written.get(path, "")):
                problem = "must not stand here: write ${NAME} or ${file:/path} in its place"
                tree.report(path, problem)


def _check_ordered(tree: Tree) -> None:
    for pattern in ("fetch", "sources.*"):
        for path, section in select(tree.values, pattern):
            given = section if isinstance(section, dict) else {}
            spans = {k: values.duration_of(given[k]) for k in rules.ORDERED if k in given}
            for (short, a), (long, b) in pairwise(spans.items()):
                if a is not None and b is not None and a > b:
                    tree.report((*path, long), f"must not be shorter than `{short}`")


def _check_bounds(tree: Tree) -> None:
    for pattern, low, high in rules.BOUNDS:
        for path, value in select(tree.values, pattern):
            if isinstance(value, (int, float)) and not low <= value <= high:
                tree.report(path, f"must be from {low} to {high}, not {value}")


def _check_spans(tree: Tree) -> None:
    for pattern, shortest, longest in rules.SPANS:
        for path, text in _texts(tree, pattern):
            span = values.duration_of(text)
            if span is not None and not shortest <= span <= longest:
                least = "longer than zero" if shortest else "at least zero"
                limits = f"{least} and at most {iso(longest)}"
                tree.report(path, f"must be {limits}, not {tree.shown(path, text)}")


def _check_not_empty(tree: Tree) -> None:
    for pattern in rules.NOT_EMPTY:
        for path, value in select(tree.values, pattern):
            if value == []:
                tree.report(path, "must not be empty: leave the key out, or name at least one")


def _known(tree: Tree, section: str) -> set[str]:
    content = tree.values.get(section)
    if isinstance(content, dict):
        return set(content) | (set(BUILTIN) if section == "policies" else set())
    ids = {str(value) for _, value in select(content, "*.id")}
    if section == "outputs" and not content:
        ids.add(rules.MAIN)
    return ids | (set(BUILTIN) if section == "policies" else set())


def _check_references(tree: Tree) -> None:
    for pattern, section in rules.REFERENCES:
        known = _known(tree, section)
        house = {rules.HOUSE} if pattern == "grants.*.grantor" else set()
        named = pattern == rules.NAMED
        for path, value in _texts(tree, pattern):
            if named and values.id_problem(value):
                continue  # the name of a party that nobody described: its rights are unknown
            if value not in known | house:
                tree.report(path, _dangling(tree.shown(path, value), value, section, known))


def _dangling(shown: str, value: str, section: str, known: set[str]) -> str:
    noun = {"policies": "policy"}.get(section, section.removesuffix("s"))
    there = f"describe it under {section}:"
    if known and section != "policies":
        there += f" or use one of {listed(known)}"
    return f"no {noun} has the id {shown}; {did_you_mean(value, known, there)}"


def _check_different(tree: Tree, pattern: str) -> None:
    first: dict[str, KeyPath] = {}
    for path, value in _texts(tree, pattern):
        same = first.setdefault(_compared(pattern, value), path)
        if same != path:
            tree.report(path, _twice(tree, value, path, same))


def _twice(tree: Tree, value: str, path: KeyPath, first: KeyPath) -> str:
    place = tree.place(first)
    key = ".".join(str(part) for part in place.key)
    return f"{tree.shown(path, value)} is given twice; first at {place} ({key})"


def _compared(pattern: str, value: str) -> str:
    if not pattern.endswith(".feed"):
        return value.casefold()
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return value
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    at = f"{host}:{port}" if port not in {None, usual} else host
    return parts._replace(netloc=at, path=parts.path or "/", fragment="").geturl()


def _check_names(tree: Tree, patterns: tuple[str, ...]) -> None:
    first: dict[str, KeyPath] = {}
    for pattern in patterns:
        for path, value in _texts(tree, pattern):
            same = first.setdefault(" ".join(value.casefold().split()), path)
            if same[:2] != path[:2]:
                problem = "as a name, " + _twice(tree, value, path, same)
                tree.report(path, problem)


def _check_matches(tree: Tree) -> None:
    for pattern in rules.CLAUSES:
        enough = (*rules.MATCHING, *(rules.LIMITS if pattern.endswith("unless") else ()))
        for path, match in select(tree.values, pattern):
            if not isinstance(match, dict):
                continue
            if not any(match.get(key) for key in enough):
                tree.report(path, f"matches nothing: give at least one of {', '.join(enough)}")
            first, last = values.moment_of(match.get("since")), values.moment_of(match.get("until"))
            if first and last and last < first:
                problem = f"ends before it starts: {match['until']} is earlier than"
                tree.report((*path, "until"), f"{problem} {match['since']}")


def _check_parents(tree: Tree) -> None:
    for axis in rules.AXES:
        above = {
            str(theme["id"]): theme["parent"]
            for _, theme in select(tree.values, f"{axis}.*")
            if isinstance(theme, dict) and isinstance(theme.get("parent"), str) and "id" in theme
        }
        for path, value in _texts(tree, f"{axis}.*.parent"):
            chain = _chain(value, above)
            if chain[-1] in chain[:-1]:
                circle = " > ".join(chain[chain.index(chain[-1]) :])
                tree.report(path, f"goes round in a circle: {circle}; leave one parent out")


def _chain(start: str, above: Mapping[str, Value]) -> list[str]:
    """Return *start* and what stands above it, up to the end or to the first repetition."""
    chain = [start]
    while chain[-1] in above and chain[-1] not in chain[:-1]:
        chain.append(str(above[chain[-1]]))
    return chain
