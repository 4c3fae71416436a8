"""Did an entry change, and what does its next version look like?  Pure.

What counts as a change is what a reader would notice: words, title, authors, link,
rights.  Markup noise, feed-level dates and reordered attributes are no change.
"""

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import re2

from syndicator.identify.keys import body_of
from syndicator.markup import plain_text
from syndicator.model.entries import Entry, EntryKey
from syndicator.model.feed import FeedRef, ParsedEntry, Statement
from syndicator.model.rights import Evidence
from syndicator.patterns import regex_options
from syndicator.urls import canonical_url

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Dates before the web are a broken clock, not a date."""
MAX_EDITS = 24
"""Edits of an entry that are taken as they come."""
SKEW = timedelta(minutes=10)
"""How far ahead of us a publisher's clock may be before its date orders nothing."""

_RIGHTS_FACTS = frozenset({"embargo", "expiry", "reservation", "licence", "origin", "via"})

# RE2, as every word of every entry is looked at.
_VOLATILE = re2.compile(
    r"\b[\p{Nd}.,]+ (?:comments?|views?|shares?|likes?|reads?|reactions?|readers?)\b"
    r"|\b(?:comments?|views?|shares?|likes?|reads?|reactions?|hits): ?[\p{Nd}.,]+"
    r"|\b(?:\p{Nd}+|an?|few) (?:seconds?|minutes?|hours?|days?) ago\b"
    r"|\b(?:page )?(?:generated|rendered|loaded|served|refreshed|last checked)"
    r"(?: (?:at|on))?:? [\p{Nd}:.,/TZ+-][\p{Nd}:.,/TZ+ -]*(?:(?:utc|gmt|am|pm)\b)?"
    r"(?:(?:in )?[\p{Nd}.,]+ ?(?:seconds?|ms|s)\b)?"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?P<token>[0-9a-f]{16,})\b",
    regex_options(ignore_case=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of an entry, as far as a comparison needs it."""

    content_hash: str
    article_id: str
    first_seen: datetime
    published: datetime | None
    sort_at: datetime
    changed_at: datetime
    gone: bool = False
    held: bool = False
    """Taken out for good, or kept back until an editor lets it out: its return is no news."""
    read_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Entry keys and article ids that one source holds already."""

    entries: Mapping[EntryKey, Known]
    articles: Mapping[str, EntryKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one document brings, against what was known."""

    new: tuple[Entry, ...] = ()
    updated: tuple[Entry, ...] = ()
    unchanged: tuple[Entry, ...] = ()


def content_hash(entry: ParsedEntry) -> str:
    """Return the hash of all that a reader would notice about *entry*."""
    parts = [
        entry.title,
        steady(plain_text(body_of(entry))),
        # Not the address as written: https, a session or a campaign make no other article.
        canonical_url(entry.url) if entry.url else "",
        entry.rights or "",
        *(a.name for a in entry.authors),
        "|",
        *(f"{s.scheme}={s.value}" for s in entry.statements),
        "|",
        *(e.url for e in entry.enclosures),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def steady(text: str) -> str:
    """Return *text* without what a page counts or stamps anew with every visit."""
    kept, start = [], 0
    for found in _VOLATILE.finditer(text):
        token = found["token"]
        # A number alone may be an amount; letters alone are a word, if a strange one.
        if token is None or not (token.isdigit() or token.isalpha()):
            kept.append(text[start : found.start()])
            start = found.end()
    return "".join((*kept, text[start:])) if kept else text


def with_terms(digest: str, statements: Iterable[Statement], found: Iterable[Evidence]) -> str:
    """Return the hash of an entry under what is said on the rights in it beside its words.

    Args:
        digest: its content hash.
        statements: what its feed states for all its entries.
        found: its evidence; a link to another licence may stand under the same words.
    """
    terms = sorted(
        f"{s.scheme}={s.value}" for s in statements if s.scheme not in {"deleted-entry", "fac"}
    )
    terms += sorted({f"{f.fact}:{steady(f.value)}" for f in found if f.fact in _RIGHTS_FACTS})
    if not terms:
        return digest
    return hashlib.sha256("\x1f".join((digest, *terms)).encode()).hexdigest()[:32]


def accepted_edits(
    updated: Iterable[Entry],
    taken: Taken,
    edits: Mapping[EntryKey, int],
    *,
    restated: Container[EntryKey],
) -> tuple[Entry, ...]:
    """Return the edits that are accepted: after ``MAX_EDITS`` of an entry, one a day.

    Args:
        updated: new versions.
        taken: what was known of the entries.
        edits: how often each was edited before.
        restated: those that say something else on rights, which is never put off.
    """
    return tuple(
        entry
        for entry in updated
        if edits.get(entry.key, 0) < MAX_EDITS
        or entry.key in restated
        or entry.changed_at - taken.entries[entry.key].changed_at >= timedelta(days=1)
    )


def sort_date(published: datetime | None, first_seen: datetime) -> datetime:
    """Return where an entry stands in time: a believable publisher's date, else first seen."""
    if published is None or not EARLIEST <= published <= first_seen + SKEW:
        return first_seen
    return published


def compare(drafts: Iterable[Entry], taken: Taken, now: datetime) -> Changes:
    """Split *drafts* (entries as this document has them) into new, updated and unchanged."""
    new, updated, unchanged = [], [], []
    for draft in drafts:
        known = taken.entries.get(draft.key)
        if known is None:
            new.append(_first_version(draft, now))
        elif not known.held and (known.content_hash != draft.content_hash or known.gone):
            updated.append(_next_version(draft, known, now))
        elif not known.held:
            unchanged.append(draft)
    return Changes(new=tuple(new), updated=tuple(updated), unchanged=tuple(unchanged))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOf:
    """What a draft needs besides the parsed entry itself."""

    source_id: str
    key: EntryKey
    rung: str
    article_id: str
    feed: FeedRef
    language: str | None


def draft(entry: ParsedEntry, of: DraftOf, now: datetime) -> Entry:
    """Return *entry* as ours, dated as if it were seen now for the first time."""
    body = body_of(entry)
    return Entry(
        source_id=of.source_id,
        key=of.key,
        rung=of.rung,
        article_id=of.article_id,
        title=entry.title,
        url=entry.url,
        authors=entry.authors,
        published=entry.published,
        updated=entry.updated,
        first_seen=now,
        # Atom demands only ``updated``: at first sight it tells an old entry from a new one.
        sort_at=sort_date(entry.published or entry.updated, now),
        changed_at=now,
        summary_html=entry.summary_html if entry.content_html else "",
        content_html=body,
        body=_extent(entry),
        categories=entry.categories,
        language=entry.language or of.language,
        rights=entry.rights,
        statements=entry.statements,
        links=entry.links,
        enclosures=entry.enclosures,
        feed=of.feed,
        content_hash=content_hash(entry),
        read_from=entry.digest or None,
    )


def _extent(entry: ParsedEntry) -> Literal["full", "summary", "none"]:
    if entry.content_html:
        return "full"
    text = plain_text(entry.summary_html)
    if not text:
        return "none"
    # RSS calls ``description`` a synopsis (RSS 2.0, item), yet many feeds put the whole
    # text there.  A short or visibly cut one is believed to be the synopsis that it is.
    cut = text.rstrip(" ]).").endswith(("…", "..", "[…", "more", "Read more"))
    return "summary" if cut or len(text.split()) < 100 else "full"


def _first_version(entry: Entry, now: datetime) -> Entry:
    stated = entry.updated or entry.published
    changed = stated if stated and EARLIEST <= stated <= now else entry.sort_at
    return replace(entry, changed_at=changed.replace(microsecond=0))


def _next_version(entry: Entry, known: Known, now: datetime) -> Entry:
    changed = entry.updated
    if changed is None or not known.changed_at < changed <= now:
        changed = now
    return replace(
        entry,
        article_id=known.article_id,
        first_seen=known.first_seen,
        sort_at=sort_date(entry.published, known.first_seen) if entry.published else known.sort_at,
        changed_at=max(changed.replace(microsecond=0), known.changed_at),
    )
