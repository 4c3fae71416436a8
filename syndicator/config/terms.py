"""Do the terms of publishers, and what we hold and found out, say all that is needed?  Pure.

A duty prints something: a sentence, a contact, the name and the address of a licence.  What
nobody gave cannot be printed, so it is asked for here and not found out by a publisher.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from syndicator.config import rules, values
from syndicator.config.mistakes import KeyPath, Value
from syndicator.config.tree import Tree, select
from syndicator.rights.builtin import BUILTIN, CC_VERSIONS, UNVERSIONED

_WRITTEN = date(2026, 11, 24)
"""A clock that is behind this program's own age is wrong, and must not refuse what it ships."""

_Facts = Mapping[str, Value]
_Printed = Callable[[_Facts, _Facts], bool]


def check_terms(tree: Tree, today: date) -> None:
    """Report what policies, publishers, grants and overrides in *tree* lack.

    Args:
        tree: what all files say together.
        today: in UTC; nothing can have been read or found out later.
    """
    _check_versions(tree)
    _check_done(tree, max(today, _WRITTEN))
    for path, policy in select(tree.values, "policies.*"):
        if isinstance(policy, dict):
            _check_policy(tree, path, policy)
    for path, grant in select(tree.values, "grants.*"):
        if isinstance(grant, dict):
            _check_grant(tree, path, grant)
    _check_printed(tree)


def _check_versions(tree: Tree) -> None:
    configured = _mapping(tree.values.get("policies"))
    for pattern, section in rules.REFERENCES:
        for path, value in select(tree.values, pattern if section == "policies" else ""):
            if isinstance(value, str) and value in UNVERSIONED - configured.keys():
                known = ", ".join(f'"{value}-{version}"' for version in reversed(CC_VERSIONS))
                problem = "names no version of the licence, and they differ: write the one that"
                shown = tree.shown(path, value)
                tree.report(path, f"{shown} {problem} the publisher states, of {known}")


def _check_done(tree: Tree, today: date) -> None:
    """Report what is said to have been done on a day that is still to come."""
    for pattern in rules.DONE:
        for path, value in select(tree.values, pattern):
            moment = values.moment_of(value)
            # East of Greenwich it may already be tomorrow.
            if moment is not None and moment.date() - today > timedelta(days=1):
                problem = "is still to come: write the day on which it was done"
                tree.report(path, f"{tree.shown(path, value)} {problem}")


def _check_policy(tree: Tree, path: KeyPath, policy: _Facts) -> None:
    if policy.get("covers") == "all" and not policy.get("reviewed"):
        problem = "needs `reviewed`, the date on which somebody checked that it clears rights"
        tree.report((*path, "covers"), f'"all" {problem}')


def _check_grant(tree: Tree, path: KeyPath, grant: _Facts) -> None:
    exception = grant.get("basis") == "exception"
    if grant.get("grantor") == rules.HOUSE and not exception:
        problem = "can only record an exception: set `basis: exception`, or name the publisher"
        tree.report((*path, "grantor"), f'"{rules.HOUSE}" {problem}')
    if exception and not grant.get("parties"):
        tree.report((*path, "basis"), "an exception needs `parties`: whose material it covers")
    elif exception and not grant.get("jurisdiction"):
        problem = "an exception needs `jurisdiction`: the law on which it rests, such as US"
        tree.report((*path, "basis"), problem)
    if "until" not in grant:
        tree.report((*path, "until"), "is missing: give the last day, or `never`")
    start, end = values.moment_of(grant.get("from")), values.moment_of(grant.get("until"))
    if start and end and end < start:
        problem = f"ends before it starts: {grant['until']} is earlier than {grant['from']}"
        tree.report((*path, "until"), problem)


# --- what a duty prints --------------------------------------------------------------------


def _sentence(policy: _Facts, publisher: _Facts) -> bool:
    return bool(policy.get("statement") or publisher.get("statement"))


def _terms_page(policy: _Facts, _: _Facts) -> bool:
    return bool(policy.get("title") and policy.get("text_url"))


def _somebody_to_ask(policy: _Facts, publisher: _Facts) -> bool:
    contacts = (_mapping(facts.get("contact")).get("usage") for facts in (policy, publisher))
    return bool(any(contacts) or policy.get("text_url") or publisher.get("homepage"))


_NEEDS: Mapping[str, tuple[_Printed, str, str]] = {
    "statement": (
        _sentence,
        "prints a sentence that nobody gave: write it as `statement`",
        "policies.{policy}, or publishers.{publisher}",
    ),
    "licence_notice": (
        _terms_page,
        "names the terms and links to them: write `title` and `text_url`",
        "policies.{policy}",
    ),
    "share_alike": (
        _terms_page,
        "names the licence and links to it: write `title` and `text_url`",
        "policies.{policy}",
    ),
    "usage_info": (
        _somebody_to_ask,
        "says whom to ask for other uses: write `contact: {{usage: mailto:...}}`",
        "policies.{policy}, or publishers.{publisher}",
    ),
}
"""Duty -> what it prints is there, and what to write where otherwise."""


def _check_printed(tree: Tree) -> None:
    for path, named, duty in _duties_of_policies(tree):
        for party in _parties_under(tree, named) or [""]:
            _need(tree, path, duty, named, party)
    publishers = _mapping(tree.values.get("publishers"))
    for path, grant in select(tree.values, "grants.*"):
        facts = _mapping(grant)
        exception = facts.get("basis") == "exception"
        parties = facts.get("parties") if exception else [facts.get("grantor")]
        for duty_path, duty in select(grant, "duties.*"):
            for whose in parties if isinstance(parties, list) else ():
                policy = _mapping(publishers.get(str(whose))).get("policy")
                _need(tree, (*path, *duty_path), duty, policy, str(whose))


def _duties_of_policies(tree: Tree) -> Iterator[tuple[KeyPath, str, Value]]:
    for path, policy in select(tree.values, "policies.*"):
        for inner, duty in select(policy, "permissions.*.duties.*"):
            yield (*path, *inner), str(path[1]), duty
        for inner, adapt in select(policy, "permissions.*.adapt"):
            if adapt == "share_alike":
                yield (*path, *inner), str(path[1]), adapt


def _need(tree: Tree, path: KeyPath, duty: Value, policy_id: Value, party: str) -> None:
    """Report *duty* at *path* where what it prints is known neither of policy nor publisher."""
    printed, problem, where = _NEEDS.get(str(duty), (None, "", ""))
    publisher = _mapping(_mapping(tree.values.get("publishers")).get(party))
    if printed is not None and not printed(_policy(tree, policy_id), publisher):
        there = where.format(policy=policy_id or "ID", publisher=party or "ID")
        tree.report(path, f'the duty "{duty}" {problem.format()} under {there}')


def _policy(tree: Tree, policy_id: Value) -> _Facts:
    shipped = BUILTIN.get(str(policy_id))
    names: _Facts = {"title": shipped.title, "text_url": shipped.text_url} if shipped else {}
    configured = _mapping(tree.values.get("policies")).get(str(policy_id))
    if configured is not None:
        return {**names, **_mapping(configured)}
    return {**names, "contact": {"usage": shipped.contact.usage if shipped else None}}


def _parties_under(tree: Tree, policy_id: str) -> list[str]:
    """Return the publishers on whose hop *policy_id* may stand."""
    found = [
        str(path[1])
        for path, value in select(tree.values, "publishers.*.policy")
        if value == policy_id
    ]
    for _, source in select(tree.values, "sources.*"):
        facts = _mapping(source)
        found += [str(facts.get("publisher"))] if facts.get("policy") == policy_id else []
    for _, override in select(tree.values, "overrides.*"):
        origin = _mapping(_mapping(override).get("origin"))
        if _mapping(override).get("policy") == policy_id and origin:
            found.append(str(origin.get("party")))
    return list(dict.fromkeys(found))


def _mapping(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}
