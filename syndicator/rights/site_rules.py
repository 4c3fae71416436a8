"""What the operator answers for: grants, exceptions, trust, and the age of policies.  Pure.

These are always listed, with what relies on them, however right they are; used beyond their
term or scope they are errors.  The terms are computed here again, not by the code that
decides (docs/audit.md, checks 13 and 14).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from syndicator.model.rights import Grant, Policy, RightsRules
from syndicator.model.settings import Output
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.parties import address_key
from syndicator.rights.site_remarks import Remark, error, note, warning
from syndicator.rights.site_works import Verdict

SOON = timedelta(days=30)
"""How long before its end a grant that is relied on is reported."""

_NAMED = 3
"""Items that are named; more are counted."""

Shown = Sequence[tuple[Output, Verdict]]
"""Each work that is published, once for each output."""


def check_grants(rules: RightsRules, shown: Shown, now: datetime) -> Iterator[Remark]:
    """Yield every grant with what relies on it; an error where it does not reach so far."""
    for grant in rules.grants:
        relying = [(output, v) for output, v in shown if grant.id in v.decision.grants]
        yield _listed(grant, [v.entry.article_id for _, v in relying])
        start, end = _term(grant)
        if relying and end is not None and now < end <= now + SOON:
            items = [v.entry.article_id for _, v in relying]
            yield warning(13, f"grant {grant.id} ends on {_day(end)}; {_relying(items)}")
        for output, verdict in relying:
            item = verdict.entry.article_id
            if now < start or (end is not None and now >= end):
                yield error(13, f"relies on grant {grant.id}, which is not in force", item=item)
            elif what := _beyond(grant, output, verdict):
                yield error(
                    13, f"relies on grant {grant.id}, which does not cover {what}", item=item
                )


def check_trust(rules: RightsRules, shown: Shown) -> Iterator[Remark]:
    """Yield sources that are believed on others' works, and claims that are not to count."""
    for source_id, terms in sorted(rules.sources.items()):
        items = [v.entry.article_id for _, v in shown if v.entry.source_id == source_id]
        if terms.trust == "all":
            yield note(13, f"source {source_id} has trust: all; {_relying(items)}")
        for disregard in terms.disregard:
            problem = f"source {source_id} disregards “{disregard.claim}” ({disregard.note})"
            yield note(13, f"{problem}; {_relying(items)}")


def check_audiences(outputs: Iterable[Output], shown: Shown) -> Iterator[Remark]:
    """Yield the outputs that are for those who asked, which no file can see to by itself."""
    for output in outputs:
        if output.audience == "subscribers":
            items = [v.entry.article_id for o, v in shown if o.id == output.id]
            problem = f"output {output.id} is for subscribers: its web server lets in nobody else"
            yield note(13, f"{problem}; {_relying(items)}")


def check_policies(rules: RightsRules, shown: Shown, now: datetime) -> Iterator[Remark]:
    """Yield policies that cover others' works, and those nobody looked at for too long."""
    used = _used(shown)
    for policy_id, policy in sorted(_policies(rules).items()):
        items = used.get(policy_id, [])
        if policy.covers == "all":
            yield note(13, f"policy {policy_id} has covers: all; {_relying(items)}")
        configured = policy_id in rules.policies
        if not configured or policy.basis == "own_work":
            continue
        if policy.reviewed is None:
            problem = f"policy {policy_id} says no day on which its terms were read"
        elif policy.reviewed + policy.review_after >= now.date():
            continue
        else:
            problem = f"policy {policy_id} was last reviewed {policy.reviewed}"
        yield (warning if items else note)(14, f"{problem}; {_relying(items)}")


def _policies(rules: RightsRules) -> Mapping[str, Policy]:
    return {**BUILTIN, **rules.policies}


def _used(shown: Shown) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, verdict in shown:
        ids = {i for joined in verdict.decision.policies.values() for i in joined.split(", ")}
        for policy_id in ids:
            found.setdefault(policy_id, []).append(verdict.entry.article_id)
    return found


def _listed(grant: Grant, items: list[str]) -> Remark:
    kind = "exception" if grant.basis == "exception" else "grant"
    until = grant.until if isinstance(grant.until, str) else grant.until.isoformat()
    problem = f"{kind} {grant.id} by {grant.grantor} ({grant.reference}), until {until}"
    return note(13, f"{problem}; {_relying(items)}")


def _relying(items: Iterable[str]) -> str:
    items = list(dict.fromkeys(items))
    if not items:
        return "nothing published relies on it"
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return f"relied on by {', '.join(items[:_NAMED])}{more}"


def _term(grant: Grant) -> tuple[datetime, datetime | None]:
    """Return when *grant* starts, and the earlier of its end and its revocation."""
    ends = [_start(grant.revoked)] if grant.revoked else []
    if not isinstance(grant.until, str):
        # A day is in the term to its end.
        whole_day = timedelta(0) if isinstance(grant.until, datetime) else timedelta(days=1)
        ends.append(_start(grant.until) + whole_day)
    return _start(grant.starts), min(ends, default=None)


def _start(day: date | datetime) -> datetime:
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC)


def _day(end: datetime) -> str:
    """Return the last day before *end*."""
    return (end - timedelta(microseconds=1)).date().isoformat()


def _beyond(grant: Grant, output: Output, verdict: Verdict) -> str:
    """Return what *grant* does not cover of this use; empty where it covers all."""
    scope, form = grant.scope, verdict.decision.form
    places = set(output.territory or ())
    for is_beyond, what in (
        (form not in grant.forms, f"{form} form"),
        (scope.channels and output.channel not in scope.channels, f"{output.channel} use"),
        (scope.outputs and output.id not in scope.outputs, f"output {output.id}"),
        (scope.works and not _works(scope.works) & _addresses(verdict), "this work"),
        (scope.territory and not (places and places <= set(scope.territory)), "this territory"),
        (grant.basis == "exception" and not _is_fair(output), "use beyond an exception"),
    ):
        if is_beyond:
            return what
    return ""


def _is_fair(output: Output) -> bool:
    """Tell whether *output* keeps to what an exception is recorded for.

    No profit, people who asked for it, research and education: fair use is claimed for that.
    """
    free = output.channel == "community" and output.ads == "none" and not output.paywall
    asked = output.audience == "subscribers"
    return free and asked and set(output.purpose) <= {"research", "education"}


def _works(works: Iterable[str]) -> set[str]:
    return {address_key(work) for work in works}


def _addresses(verdict: Verdict) -> set[str]:
    entry = verdict.entry
    found = (entry.article_id, entry.url, *(hop.url for hop in verdict.decision.chain))
    return {address_key(address) for address in found if address}
