"""What does a decision look like as ODRL 2.2 in JSON-LD?  Pure.

A Set says what may be done with one copy in one output, until when that is known to hold,
and what is owed; who permitted it, and through whose hands it came, is in the record of the
decision, which the Set names.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form, RightsRules
from syndicator.model.settings import Output
from syndicator.rights.odrl import (
    ACTION_OF,
    CONTEXT,
    Json,
    actions_of,
    constraint,
    filled,
    forbidden_by,
    head,
    instant,
    no_media,
    site_of,
)

_CLOSED = {
    Form.FULL: [],
    Form.EXCERPT: ["reproduce"],
    Form.LINK: ["reproduce", "extract"],
    Form.WITHHELD: ["reproduce", "extract", "distribute"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision, and the digest of what it was made from, if it is on record."""

    entry: Entry
    output: Output
    decision: Decision
    digest: str = ""


def odrl_sets(found: Iterable[Decided], rules: RightsRules, *, base: str, now: datetime) -> Json:
    """Return the decisions *found* as one JSON-LD document.

    Args:
        found: as they are at *now*.
        rules: by which they were made.
        base: address of the operator's site; our own terms and ids lie below it.
        now: aware.
    """
    context = {**CONTEXT, "syn": f"{base}/ns/syndicator#"}
    return {"@context": context, "@graph": [_set(one, rules, base, now) for one in found]}


def _set(one: Decided, rules: RightsRules, base: str, now: datetime) -> Json:
    entry, decision = one.entry, one.decision
    target = entry.url or entry.article_id
    copy = f"{entry.article_id} {entry.source_id} {entry.key}"
    name = hashlib.sha256(copy.encode()).hexdigest()[:24]
    node = head("Set", f"{base}/decision/{name}/{one.output.id}", base)
    node |= {"dcterms:issued": instant(now), "syn:form": {"@id": f"syn:{decision.form.value}"}}
    node["syn:reason"] = [*dict.fromkeys(reason.code for reason in decision.reasons)]
    if one.digest:
        node["dcterms:identifier"] = f"sha256:{one.digest}"
    rule: Json = {"target": target, "action": actions_of((decision.form.value,))}
    rule["constraint"] = list(_conditions(one.output, decision))
    rule["duty"] = list(_duties(decision, rules, base))
    permission = [filled(rule)] if rule["action"] else []
    closed = _CLOSED[decision.form]
    prohibition: list[Json] = [{"target": target, "action": closed}] if closed else []
    if decision.form in {Form.FULL, Form.EXCERPT} and decision.strip_media:
        prohibition.append(no_media(target))
    prohibition += forbidden_by(decision.duties, target)
    return filled({**node, "permission": permission, "prohibition": prohibition})


def _conditions(output: Output, decision: Decision) -> Iterator[Json]:
    """Yield for which output, and until when, the decision was made."""
    yield constraint("syn:output", "eq", output.id)
    yield constraint("deliveryChannel", "eq", {"@id": f"syn:{output.channel}"})
    yield constraint("recipient", "eq", {"@id": f"syn:{output.audience}"})
    purposes = [{"@id": f"syn:{purpose}"} for purpose in output.purpose]
    yield constraint("purpose", "isAnyOf", purposes)
    if decision.recheck_at is not None:
        yield constraint("dateTime", "lt", instant(decision.recheck_at))


def _duties(decision: Decision, rules: RightsRules, base: str) -> Iterator[Json]:
    for duty in decision.duties:
        name, _, party = duty.partition(":")
        if name == "credit_source":
            site = site_of(party, rules.publishers.get(party), base)
            yield {"action": "attribute", "attributedParty": site, "syn:as": duty}
        elif name == "credit_author":
            yield {"action": "attribute", "syn:as": duty}
        elif name in ACTION_OF:
            yield {"action": ACTION_OF[name], "syn:as": duty}
