"""Which decisions give a person something to do.

Each of these is one task, however many articles it is about:

- an origin that nobody described;
- a publisher that wants to be told what is republished;
- two publishers that carry the same text under different terms;
- a change of a source's words on rights, or of its word on redistribution;
- a takedown of whose text an article holds much, among other words.

And each article has a task of its own whose origin is stated twice and differently, that is
under an embargo nobody can date, or that its publisher took back.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from syndicator.identify.terms import Restated
from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form, RightsRules
from syndicator.rights.chain import NOBODY
from syndicator.store.tasks import Cause

MOST_CHANGES = 5
"""Different changes of words on rights in one document that are told one by one."""


def causes_of(entry: Entry, decision: Decision, rules: RightsRules) -> Iterator[Cause]:
    """Yield the tasks for which *decision* on *entry* gives cause."""
    yield from _undescribed(entry, decision, rules)
    for reason in decision.reasons:
        if reason.code == "PROVENANCE_CONFLICT":
            a, b = reason.fields.get("a", ""), reason.fields.get("b", "")
            said = f"{entry.title}: its origin is stated as {a} and as {b}"
            yield _cause("conflict", entry.article_id, entry, said)
        if reason.code == "COPIES_DISAGREE":
            carrier, party = reason.fields["carrier"], reason.fields["party"]
            said = f"{entry.title} ({entry.url or entry.key}), published by {party} too"
            yield _cause("disagree", f"{carrier} and {party}", entry, said)
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


def resemblances(takedowns: Iterable[int], entry: Entry) -> Iterator[Cause]:
    """Yield a task for each of the *takedowns* (by number) of whose text *entry* holds much."""
    said = f"{entry.title} ({entry.url or entry.key})"
    yield from (_cause("resembles", f"takedown {number}", entry, said) for number in takedowns)


def restatements_told(found: Sequence[Restated], now: datetime) -> Iterator[Cause]:
    """Yield the tasks for other words on rights in one document: one for each change.

    Where all its articles changed, each in another way, the first stands for all.
    """
    said = [_change(each) for each in found]
    many = len(set(said)) > MOST_CHANGES
    for each, change in zip(found, said, strict=True):
        entry = each.entry
        told = f"{len(set(said))} different changes, the first {said[0]}" if many else change
        yield Cause(
            kind="terms",
            subject=f"{entry.source_id}, {now.date()}, {told}",
            article_id=entry.article_id,
            evidence=f"{entry.title} ({entry.url or entry.key})"[:1000],
        )


def access_told(
    source_id: str, works: Iterable[str], *, denied: bool, now: datetime
) -> Iterator[Cause]:
    """Yield the task for a feed that says another word on redistribution than before."""
    words = ("allowed", "denied") if denied else ("denied", "allowed")
    subject = f"{source_id}, {now.date()}, its feed: redistribution {' → '.join(words)}"
    said = "Feed Access Control: access:restriction in the feed"
    yield from (
        Cause(kind="terms", subject=subject, article_id=work, evidence=said) for work in works
    )


def _change(found: Restated) -> str:
    whose = "its feed" if found.whole_feed else "articles"
    return f"{whose}: {found.before[:200]} → {found.after[:200]}"


def _undescribed(entry: Entry, decision: Decision, rules: RightsRules) -> Iterator[Cause]:
    # An origin that is not certain stands behind an unknown party: it wants describing too.
    named = (h for h in decision.chain if h.party.strip().casefold() not in NOBODY)
    origin = next(named, None)
    if origin is None or origin.party in rules.publishers:
        return
    facts = [e for e in decision.evidence if e.fact == "origin"]
    said = "; ".join(f"{e.where}: {e.text or e.value}" for e in facts[:3])
    yield _cause("describe", origin.name or origin.party, entry, said or f"named by {entry.url}")


def _cause(kind: str, subject: str, entry: Entry, evidence: str) -> Cause:
    return Cause(kind=kind, subject=subject, article_id=entry.article_id, evidence=evidence[:1000])
