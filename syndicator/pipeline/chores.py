"""Which decisions give a person something to do.

One task for each undescribed origin, not one for each of its articles; one for each
article whose origin is stated twice and differently, or that is under an embargo nobody can
date; one for each publisher that wants to be told what is republished; one for each article
that its publisher took back.
"""

from collections.abc import Iterator

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form, RightsRules
from syndicator.store.tasks import Cause

UNNAMED = frozenset({"", "unknown"})


def causes_of(entry: Entry, decision: Decision, rules: RightsRules) -> Iterator[Cause]:
    """Yield the tasks for which *decision* on *entry* gives cause."""
    yield from _undescribed(entry, decision, rules)
    for reason in decision.reasons:
        if reason.code == "PROVENANCE_CONFLICT":
            a, b = reason.fields.get("a", ""), reason.fields.get("b", "")
            said = f"{entry.title}: its origin is stated as {a} and as {b}"
            yield _cause("conflict", entry.article_id, entry, said)
        if reason.code == "EMBARGO_UNDATED":
            said = f"{entry.title} ({entry.url or entry.key}): {reason.fields['words']}"
            yield _cause("embargo", entry.article_id, entry, said)
    if decision.form is not Form.WITHHELD:
        for duty in decision.duties:
            kind, _, party = duty.partition(":")
            if kind == "notify":
                yield _cause("notify", party, entry, f"{party} wants to be told of republications")


def retraction(entry_key: str, article_id: str, source_id: str) -> Cause:
    """Return the task for an entry that its feed says was deleted (RFC 6721)."""
    said = f"the feed of {source_id} says that it deleted {entry_key}"
    return Cause(kind="retraction", subject=article_id, article_id=article_id, evidence=said)


def _undescribed(entry: Entry, decision: Decision, rules: RightsRules) -> Iterator[Cause]:
    # An origin that is not certain stands behind an unknown party: it wants describing too.
    named = (h for h in decision.chain if h.party.strip().casefold() not in UNNAMED)
    origin = next(named, None)
    if origin is None or origin.party in rules.publishers:
        return
    facts = [e for e in decision.evidence if e.fact == "origin"]
    said = "; ".join(f"{e.where}: {e.text or e.value}" for e in facts[:3])
    yield _cause("describe", origin.name or origin.party, entry, said or f"named by {entry.url}")


def _cause(kind: str, subject: str, entry: Entry, evidence: str) -> Cause:
    return Cause(kind=kind, subject=subject, article_id=entry.article_id, evidence=evidence[:1000])
