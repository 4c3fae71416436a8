"""What does a reason code mean, and which reason is told first?  Pure.

Codes never change their meaning.  The first reason of a decision is the telling one: what
blocks comes before doubt on the origin, that before permissions and conditions, these before
claims, duties and limits; only where the whole text is shown is its ground told first.
"""

from collections.abc import Iterable, Mapping

from syndicator.model.rights import Form, Reason

POSITIVE = (
    "OWN_WORK",
    "PUBLIC_DOMAIN",
    "LICENSED",
    "PERMITTED",
    "GRANTED",
    "EXCEPTION_RELIED_ON",
    "QUOTATION",
)
NEGATIVE = (
    "TAKEDOWN",
    "RETRACTED",
    "EMBARGOED",
    "EMBARGO_UNDATED",
    "REPUBLISHING_DENIED",
    "PROVENANCE_CONFLICT",
    "PROVENANCE_UNCERTAIN",
    "COPIES_DISAGREE",
    "GRANT_REVOKED",
    "GRANT_EXPIRED",
    "GRANT_NOT_YET_VALID",
    "GRANT_OUT_OF_SCOPE",
    "GRANTOR_NOT_HOLDER",
    "THIRD_PARTY_MATERIAL",
    "CHANNEL_NOT_PERMITTED",
    "PURPOSE_NOT_PERMITTED",
    "AUDIENCE_NOT_PERMITTED",
    "TERRITORY_NOT_PERMITTED",
    "ADS_NOT_PERMITTED",
    "PAYWALL_NOT_PERMITTED",
    "SELECTION_REQUIRED",
    "DELAY_NOT_ELAPSED",
    "WINDOW_CLOSED",
    "PAYMENT_REQUIRED",
    "EXCLUDED_BY_POLICY",
    "POLICY_FORBIDS",
    "NO_DERIVATIVES",
    "ALL_RIGHTS_RESERVED",
    "RIGHTS_UNKNOWN",
    "CLAIM_TIGHTENS",
    "UNTRUSTED_CLAIM_IGNORED",
    "CLAIM_DISREGARDED",
    "LINK_MISSING",
    "COPYRIGHT_MISSING",
    "AUTHOR_MISSING",
    "TRACKER_REQUIRED",
    "BODY_UNAVAILABLE",
    "OUTPUT_LIMIT",
)
CODES = frozenset((*POSITIVE, *NEGATIVE))

# Where several hops open the whole text, what was given to us alone is worth telling first.
_GIVEN = ("EXCEPTION_RELIED_ON", "GRANTED")
_OPENING = (*_GIVEN, *(code for code in POSITIVE if code not in _GIVEN))
_FIRST_IF_FULL = {code: n for n, code in enumerate((*_OPENING, *NEGATIVE))}
_LAST_OTHERWISE = {code: n for n, code in enumerate((*NEGATIVE, *POSITIVE))}
_FORMS = {form: n for n, form in enumerate(Form)}

_MESSAGES: Mapping[str, str] = {
    "OWN_WORK": "Our own work.",
    "PUBLIC_DOMAIN": "{party}: public domain.",
    "LICENSED": "{party} licensed it: {policy}.",
    "PERMITTED": "{party} permits it: {policy}.",
    "GRANTED": "{grantor} permitted it ({grant}, until {until}).",
    "EXCEPTION_RELIED_ON": "Rests on the recorded exception {grant}, {jurisdiction}.",
    "QUOTATION": "Short quotation, at most {max_words} words.",
    "TAKEDOWN": "Removed on {date}.",
    "RETRACTED": "Withdrawn by {party} on {date}.",
    "EMBARGOED": "Embargoed until {date}.",
    "EMBARGO_UNDATED": "Embargoed, and when that ends cannot be read: “{words}”.",
    "REPUBLISHING_DENIED": "The feed of {party} denies redistribution.",
    "PROVENANCE_CONFLICT": "Statements on the origin contradict: {a}, {b}.",
    "PROVENANCE_UNCERTAIN": "Not shown that this is {party}'s own work.",
    "COPIES_DISAGREE": (
        "{party} publishes the same text and does not permit what {carrier} permits."
    ),
    "THIRD_PARTY_MATERIAL": (
        "{carrier} republished this from {origin}; its permission does not cover it."
    ),
    "GRANTOR_NOT_HOLDER": "{grantor} does not hold the rights in this text.",
    "GRANT_EXPIRED": "Permission {grant} ended {date}.",
    "GRANT_NOT_YET_VALID": "Permission {grant} starts {date}.",
    "GRANT_REVOKED": "Permission {grant} was revoked {date}.",
    "GRANT_OUT_OF_SCOPE": "Permission {grant} does not cover {what}.",
    "CHANNEL_NOT_PERMITTED": "{party} permits {allowed}, this output is {channel}.",
    "PURPOSE_NOT_PERMITTED": "{party} permits {allowed}, this output is {actual}.",
    "AUDIENCE_NOT_PERMITTED": "{party} permits {allowed}, this output is {actual}.",
    "TERRITORY_NOT_PERMITTED": "{party} permits {allowed}, this output is {actual}.",
    "ADS_NOT_PERMITTED": "{party} does not permit advertising of this kind ({actual}).",
    "PAYWALL_NOT_PERMITTED": "{party} does not permit charging for access.",
    "SELECTION_REQUIRED": "{party} wants items chosen individually.",
    "DELAY_NOT_ELAPSED": "{part} not before {date}.",
    "WINDOW_CLOSED": "{part} was permitted until {date}.",
    "PAYMENT_REQUIRED": "{party} asks for payment: {terms}.",
    "EXCLUDED_BY_POLICY": "Excluded from {party}'s permission: {marker}.",
    "POLICY_FORBIDS": "{party} is left out by policy {policy}.",
    "NO_DERIVATIVES": "{party} permits the unaltered whole only.",
    "ALL_RIGHTS_RESERVED": "{party} reserves all rights.",
    "RIGHTS_UNKNOWN": "Nothing is known about the rights of {party}.",
    "CLAIM_TIGHTENS": "The feed states stricter terms: {claim}.",
    "UNTRUSTED_CLAIM_IGNORED": "The feed claims {claim}; {source} is not trusted for that.",
    "CLAIM_DISREGARDED": "Claim {claim} disregarded: {note}.",
    "LINK_MISSING": "No address of the original article is known{at}.",
    "COPYRIGHT_MISSING": "The copyright holder could not be acknowledged.",
    "AUTHOR_MISSING": "The author is not known.",
    "TRACKER_REQUIRED": "{party} requires its page counter; {why}.",
    "BODY_UNAVAILABLE": "Only {body} is at hand.",
    "OUTPUT_LIMIT": "The output takes at most {max_form}.",
}
_IN_PUBLIC: Mapping[str, str] = {
    "GRANTED": "{grantor} permitted it.",
    "EXCEPTION_RELIED_ON": "Rests on a recorded exception.",
    "GRANT_EXPIRED": "A permission ended {date}.",
    "GRANT_NOT_YET_VALID": "A permission starts {date}.",
    "GRANT_REVOKED": "A permission was revoked {date}.",
    "GRANT_OUT_OF_SCOPE": "A permission does not cover {what}.",
    "CLAIM_DISREGARDED": "The claim {claim} was settled.",
}
"""Where the words for the operator name a record or a note, which stay private."""
_PARTS = {Form.FULL: "Full text", Form.EXCERPT: "An excerpt", Form.LINK: "Headline and link"}


class _Fields(dict[str, str]):
    """Named fields; one that is not known is said to be so, never left blank."""

    def __missing__(self, key: str) -> str:
        if key == "at":
            return ""
        return "someone not named" if key in {"party", "origin", "carrier"} else "not known"


def explain_reason(reason: Reason) -> str:
    """Return what *reason* says, as an English sentence.

    Raises:
        KeyError: the code is none of ours.
    """
    return _MESSAGES[reason.code].format_map(_filled(reason))


def told_in_public(reason: Reason) -> str:
    """Return what *reason* says to everybody: no name of a record, and no note.

    Raises:
        KeyError: the code is none of ours.
    """
    message = _IN_PUBLIC.get(reason.code, _MESSAGES[reason.code])
    return message.format_map(_filled(reason))


def in_order(reasons: Iterable[Reason], form: Form) -> tuple[Reason, ...]:
    """Return *reasons* without repetition, the telling one of a decision for *form* first.

    Among reasons of one code, those that concern more of the text come first, then those
    of the party that *reasons* names first.
    """
    rank = _FIRST_IF_FULL if form is Form.FULL else _LAST_OTHERWISE
    hops: dict[str | None, int] = {}
    keys: dict[tuple[int, int, int, tuple[str, ...]], Reason] = {}
    for reason in reasons:
        size = _FORMS[reason.form] if reason.form else -1
        hop = hops.setdefault(reason.hop, len(hops))
        keys.setdefault((rank[reason.code], size, hop, (*reason.fields.values(),)), reason)
    return tuple(keys[key] for key in sorted(keys))


def _filled(reason: Reason) -> _Fields:
    known = {name: value for name, value in reason.fields.items() if value}
    return _Fields({"part": _PARTS.get(reason.form or Form.FULL, "The text"), **known})
