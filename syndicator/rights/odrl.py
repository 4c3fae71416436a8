"""What do policies and grants look like as ODRL 2.2 in JSON-LD?  Pure.

A publisher's policy becomes an Offer, a permission on record an Agreement. The context is
written out, so that the document can be read without fetching anything; its terms mean what
those of ``http://www.w3.org/ns/odrl.jsonld`` mean.  Chains, trust and claims are rules *over*
policies and have no place in ODRL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from syndicator.model.rights import Grant, Policy, Publisher, RightsRules, When
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.duty_names import resolve_duty

Json = dict[str, object]

CONTEXT: Json = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "uid": "@id",
    "@vocab": "http://www.w3.org/ns/odrl/2/",
    **{
        term: {"@type": "@id"}
        for term in ("profile", "assigner", "assignee", "target", "attributedParty")
    },
    **{term: {"@type": "@vocab"} for term in ("action", "conflict", "leftOperand", "operator")},
}
_ACTIONS = {"full": ("reproduce", "distribute"), "excerpt": ("extract", "distribute")}
_ADAPT = ("derive", "translate")
ACTION_OF = {
    "copyright_notice": "cc:Notice",
    "licence_notice": "cc:Notice",
    "share_alike": "cc:ShareAlike",
    "keep_tracker": "acceptTracking",
    "statement": "include",
    "disclaimer": "include",
    "indicate_changes": "inform",
    "mark_excerpt": "inform",
    "usage_info": "inform",
    "notify": "inform",
    "link": "syn:link",
    "canonical": "syn:canonical",
    "ai_reserve": "syn:aiReserve",
}
"""Duty -> action.  Credit is in ``_credit``, what forbids in ``forbidden_by``."""


def odrl_document(rules: RightsRules, *, base: str) -> Json:
    """Return all policies and grants of *rules* as one JSON-LD document.

    Args:
        rules: the configured ones; a publisher's built-in policy is written out too.
        base: address of the operator's site; our own terms and ids lie below it.
    """
    offers = [
        _offer(publisher, policy, base)
        for _, publisher in sorted(rules.publishers.items())
        if (policy := _policy_of(publisher, rules)) is not None
    ]
    # An exception is our own assessment: nobody agreed to it, so it is no Agreement.
    permitted = [grant for grant in rules.grants if grant.basis != "exception"]
    agreements = [_agreement(grant, rules, base) for grant in sorted(permitted, key=lambda g: g.id)]
    context = {**CONTEXT, "syn": f"{base}/ns/syndicator#"}
    return {"@context": context, "@graph": [*offers, *agreements]}


def _policy_of(publisher: Publisher, rules: RightsRules) -> Policy | None:
    if publisher.policy is None:
        return None
    return rules.policies.get(publisher.policy) or BUILTIN.get(publisher.policy)


def site_of(party: str, publisher: Publisher | None, base: str) -> str:
    """Return the address that stands for *party*: its site, or one below ours."""
    if publisher is not None and publisher.homepage:
        return publisher.homepage
    if publisher is not None and publisher.domains:
        return f"https://{publisher.domains[0]}/"
    return f"{base}/party/{party}"


def head(kind: str, uid: str, base: str) -> Json:
    """Return what an Offer, an Agreement or a Set begins with."""
    # ODRL's own default is that a contradiction voids the policy; ours is that it forbids.
    profile = f"{base}/ns/syndicator"
    return {"@type": kind, "uid": uid, "profile": profile, "conflict": "prohibit"}


def _offer(publisher: Publisher, policy: Policy, base: str) -> Json:
    site = site_of(publisher.id, publisher, base)
    offer = head("Offer", f"{base}/policy/{publisher.id}", base) | {"assigner": site}
    if policy.title:
        offer["dcterms:title"] = policy.title
    if policy.text_url:
        offer["dcterms:source"] = {"@id": policy.text_url}
    permissions = []
    forbidden: list[Json] = [] if policy.media != "exclude" else [no_media(site)]
    for permission in policy.permissions:
        rule = _permission(permission.forms, site, adapt=bool(permission.adapt))
        if not rule["action"]:
            continue
        rule["constraint"] = list(_constraints(permission.when))
        duties = [
            *permission.duties,
            *(["share_alike"] if permission.adapt == "share_alike" else []),
        ]
        rule["duty"] = _duties(duties, publisher.id, policy.id, site)
        permissions.append(filled(rule))
        forbidden += forbidden_by(permission.duties, site)
    for prohibition in policy.prohibitions:
        actions = actions_of(prohibition.forms)
        conditions = list(_constraints(prohibition.when))
        if actions:
            rule = {"target": site, "action": actions, "constraint": conditions}
            forbidden.append(filled(rule))
    return filled({**offer, "permission": permissions, "prohibition": _once(forbidden)})


def _agreement(grant: Grant, rules: RightsRules, base: str) -> Json:
    publisher = rules.publishers.get(grant.grantor)
    site = site_of(grant.grantor, publisher, base)
    agreement = head("Agreement", f"{base}/grant/{grant.id}", base)
    agreement |= {"assigner": site, "assignee": f"{base}/"}
    rule = _permission(grant.forms, grant.scope.works or site, adapt=grant.adapt)
    rule["constraint"] = [*_term(grant), *_scope(grant)]
    policy = (publisher.policy if publisher else None) or grant.id
    rule["duty"] = _duties(grant.duties, grant.grantor, policy, site)
    permission = [filled(rule)] if rule["action"] else []
    prohibition = _once(forbidden_by(grant.duties, site))
    return filled({**agreement, "permission": permission, "prohibition": prohibition})


def _permission(forms: Sequence[str], target: str | Sequence[str], *, adapt: bool) -> Json:
    """Return a permission without conditions; a form that is a mere link needs no action."""
    where = target if isinstance(target, str) else list(target)
    actions = [*actions_of(forms), *(_ADAPT if adapt else ())]
    return {"target": where, "action": actions}


def actions_of(forms: Sequence[str]) -> list[str]:
    """Return what showing *forms* does to a work; a link does nothing."""
    return list(dict.fromkeys(action for form in forms for action in _ACTIONS.get(form, ())))


# --- duties ------------------------------------------------------------------------------


def _duties(duties: Sequence[str], party: str, policy: str, site: str) -> list[Json]:
    found = [_credit(site)]
    for duty in duties:
        action = ACTION_OF.get(duty.partition(":")[0])
        if action is not None:
            found.append({"action": action, "syn:as": resolve_duty(duty, party, policy)})
    return found


def _credit(site: str) -> Json:
    return {"action": "attribute", "attributedParty": site}


def forbidden_by(duties: Sequence[str], site: str) -> Iterator[Json]:
    """Yield the prohibitions at *site* that *duties* amount to."""
    if "verbatim" in duties:
        yield {"target": site, "action": ["modify", "derive"]}
    if "keep_links" in duties:
        links = constraint("syn:part", "eq", {"@id": "syn:links"})
        action = {"rdf:value": {"@id": "odrl:modify"}, "refinement": [links]}
        yield {"target": site, "action": [action]}


def no_media(site: str) -> Json:
    """Return the prohibition to show the pictures at *site*."""
    return {"target": f"{site}#media", "action": ["display"]}


# --- constraints -------------------------------------------------------------------------


def constraint(left: str, operator: str, right: object) -> Json:
    """Return one constraint."""
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _constraints(when: When) -> Iterator[Json]:
    lists: tuple[tuple[str, Sequence[str] | None], ...] = (
        ("deliveryChannel", when.channel),
        ("purpose", when.purpose),
        ("recipient", when.audience),
        ("syn:ads", when.ads),
    )
    for left, names in lists:
        if names is not None:
            yield constraint(left, "isAnyOf", [{"@id": f"syn:{name}"} for name in names])
    single = (
        ("spatial", "isAnyOf", when.territory and list(when.territory)),
        ("spatial", "isNoneOf", when.territory_not and list(when.territory_not)),
        ("syn:paywall", "eq", when.paywall),
        ("syn:selection", "eq", when.selection and {"@id": f"syn:{when.selection}"}),
        ("delayPeriod", "gteq", when.not_before and _duration(when.not_before)),
        ("elapsedTime", "lt", when.not_after and _duration(when.not_after)),
    )
    yield from (constraint(*one) for one in single if one[2] is not None)


def _term(grant: Grant) -> Iterator[Json]:
    yield constraint("dateTime", "gteq", instant(grant.starts))
    if not isinstance(grant.until, str):
        # A date means the end of that day.
        whole_day = timedelta(days=0 if isinstance(grant.until, datetime) else 1)
        yield constraint("dateTime", "lt", instant(grant.until + whole_day))
    if grant.revoked is not None:
        yield constraint("dateTime", "lt", instant(grant.revoked))


def _scope(grant: Grant) -> Iterator[Json]:
    scope = grant.scope
    if scope.channels:
        names = [{"@id": f"syn:{name}"} for name in scope.channels]
        yield constraint("deliveryChannel", "isAnyOf", names)
    if scope.outputs:
        yield constraint("syn:output", "isAnyOf", list(scope.outputs))
    if scope.territory:
        yield constraint("spatial", "isAnyOf", list(scope.territory))


def _duration(span: timedelta) -> Json:
    days, seconds = span.days, span.seconds
    tail = f"T{seconds}S" if seconds else ""
    return {"@value": f"P{days}D{tail}", "@type": "xsd:duration"}


def instant(moment: date | datetime) -> Json:
    """Return *moment* as a typed value; a day is its beginning."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return {"@value": aware.isoformat(), "@type": "xsd:dateTime"}


def filled(node: Mapping[str, object]) -> Json:
    """Return *node* without empty lists."""
    return {key: value for key, value in node.items() if value != []}


def _once(nodes: Iterable[Json]) -> list[Json]:
    found: list[Json] = []
    for node in nodes:
        if node not in found:
            found.append(node)
    return found
