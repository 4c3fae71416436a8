"""From a source's address to rows in the store.

A document is fetched and read outside of any transaction; then its entries, its
validators and the time of the next visit are stored together in one.  A process killed
anywhere leaves either all of that or nothing of it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import httpx

from syndicator import __version__
from syndicator.classify import classify
from syndicator.errors import FetchError, ParseError, StoreError
from syndicator.fetch import Fetched, NotModified, fetch_feed
from syndicator.fetch.access import access_of
from syndicator.fetch.manners import HostGate
from syndicator.identify import (
    Changes,
    DraftOf,
    Taken,
    accepted_edits,
    article_id,
    article_keys,
    compare,
    draft,
    keyed,
    own_key,
    with_terms,
)
from syndicator.identify.aliases import Item
from syndicator.identify.terms import restatements
from syndicator.language import language_of
from syndicator.markup import plain_text
from syndicator.model.entries import Entry, EntryKey
from syndicator.model.feed import FeedRef, ParsedFeed
from syndicator.model.settings import Source
from syndicator.pipeline import visits
from syndicator.pipeline.chores import access_told, restatements_told, retraction
from syndicator.pipeline.context import Context
from syndicator.pipeline.editing import admitted, as_decided, follow_join
from syndicator.pipeline.joining import join_copies
from syndicator.pipeline.reading import Document, read_document
from syndicator.pipeline.recognise import QUARANTINED, recognise, remember_names, without_own
from syndicator.pipeline.takedowns import guard
from syndicator.pipeline.unread import is_outdated, known_items
from syndicator.store import Transaction, entries, reading, reviews, sources, tasks, transaction
from syndicator.store.rows import Names
from syndicator.store.sources import SourceState
from syndicator.urls import site_of, without_secrets

log = logging.getLogger(__name__)

READER = f"{__version__}/5"
"""Changes when documents are read in another way: then every feed is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One attempt at a source and the state it leaves."""

    source: Source
    state: SourceState
    outcome: Literal["fetched", "not_modified", "failed"]
    document: Document | None = None
    """None: nothing to store but the state."""
    doubted: SourceState | None = None
    """The state to store instead if not one entry of the document is known."""
    pinged: bool = False
    """A hub called for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a visit changed in the store."""

    source_id: str
    seen: int = 0
    new: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What visits are made with."""

    http: httpx.AsyncClient
    gate: HostGate
    slots: asyncio.Semaphore
    """For visits: ``fetch.concurrency`` at once, whichever round they belong to."""
    readers: Executor
    """Where documents are read: processes, so that a slow one holds up nobody."""
    writer: Executor
    """One thread: the only writer of the store, and of the published files."""
    stop: asyncio.Event
    """Set: visits under way finish, no further one begins."""
    opened: list[httpx.AsyncClient] = field(default_factory=list)
    """What is to be closed at the end: *http*, and those before a change of configuration."""


async def refresh_source(
    ctx: Context, client: Client, source: Source, state: SourceState, clock: Callable[[], datetime]
) -> Visit:
    """Visit *source* once; a failure is an outcome, never an exception.

    Raises:
        StoreError: what is known of the source cannot be read.
    """
    pinged = state.pinged
    # Before the request: a ping that comes while it is under way is for another visit.
    state = replace(state, ping_answered_at=state.pinged_at)
    return replace(await _visit(ctx, client, source, state, clock), pinged=pinged)


async def _visit(
    ctx: Context, client: Client, source: Source, state: SourceState, clock: Callable[[], datetime]
) -> Visit:
    limits = ctx.config.fetch
    validators = visits.wanted(state, reader=READER, now=clock())
    url = state.address or source.feed
    access = access_of(source, limits, own=source.id not in ctx.strange)
    try:
        answer = await fetch_feed(
            client.http, url, validators, limits, gate=client.gate, access=access
        )
        if isinstance(answer, NotModified):
            visited = visits.succeeded(source, limits, state, answer, clock())
            visited = visits.announced(replace(visited, http_status=304), answer, None)
            return Visit(source=source, state=visited, outcome="not_modified")
        if not validators.headers(answer.validators.url or url):
            state = replace(state, unconditional_at=clock())
        return await _fetched(ctx, client, source, state, answer, clock)
    except (FetchError, ParseError) as error:
        return _failed(ctx, source, state, error, clock())
    except StoreError:
        raise  # no visit is to blame
    except Exception as error:
        # A bug that one document brings to light must not end the visits to all others.
        log.exception("visit broke", extra={"source": source.id})
        return _failed(ctx, source, state, _bug("visiting", error), clock())


async def _fetched(
    ctx: Context,
    client: Client,
    source: Source,
    state: SourceState,
    answer: Fetched,
    clock: Callable[[], datetime],
) -> Visit:
    digest = hashlib.sha256(answer.body).hexdigest()
    document = None
    if digest != state.body_hash or state.reader != READER:
        document = await _read(ctx, client, state, answer)
    now = clock()
    limits = ctx.config.fetch
    known = replace(state, fetched_at=now, http_status=200, body_hash=digest, reader=READER)
    known = visits.announced(known, answer, document.feed if document else None)
    if document is None:
        visited = visits.succeeded(source, limits, known, answer, now)
        return Visit(source=source, state=visited, outcome="fetched")
    feed = document.feed
    described = replace(
        visits.learnt(known, state, feed, now),
        title=source.title or feed.title or source.id,
        feed_id=feed.id,
        html_url=feed.html_url,
        rights=feed.rights,
        access_denied=_denied(feed, before=state.access_denied),
    )
    for warning in feed.warnings:
        log.warning("feed is flawed", extra={"source": source.id, "flaw": warning})
    visited = visits.succeeded(source, limits, described, answer, now)
    why = visits.suspicion(source, state, answer, feed)
    return Visit(
        source=source,
        state=visits.believed(visited, answer, feed),
        outcome="fetched",
        document=document,
        doubted=visits.held(visited, state, why) if why else None,
    )


async def _read(ctx: Context, client: Client, state: SourceState, answer: Fetched) -> Document:
    """Read what a source answered, but for the items that are as they were before."""
    publisher = ctx.publisher(state.id)
    return await asyncio.get_running_loop().run_in_executor(
        client.readers,
        read_document,
        answer.body,
        answer.content_type,
        answer.url,
        publisher,
        await asyncio.to_thread(known_items, ctx, state, publisher, READER),
    )


def _failed(
    ctx: Context, source: Source, state: SourceState, error: FetchError | ParseError, now: datetime
) -> Visit:
    visited = visits.failed(source, ctx.config.fetch, state, error, now)
    log.warning(
        "source stopped" if visited.stopped else "source failed",
        extra={
            "source": source.id,
            "url": (site_of if source.private else without_secrets)(source.feed),
            "error": visited.error,
            "next": visited.stopped or visited.next_check_at.isoformat(),
        },
    )
    return Visit(source=source, state=visited, outcome="failed")


def _bug(doing: str, error: Exception) -> ParseError:
    return ParseError(f"{doing} it met a bug of syndicator (see the log): {error!r}")


def _denied(feed: ParsedFeed, *, before: bool) -> bool:
    # Feed Access Control: a denial stays in force until the feed says "allow" explicitly.
    said = {s.value for s in feed.statements if s.scheme == "fac"}
    return "deny" in said or (before and "allow" not in said)


def save_visits(ctx: Context, visited: Sequence[Visit], now: datetime) -> list[tuple[Visit, Saved]]:
    """Store what *visited* brought, with their states, in one transaction."""
    with transaction(ctx.engine) as tx:
        pairs = [_believed_or_held(ctx, tx, visit, now) for visit in visited]
        sources.record_visits(tx, [visit.state for visit, _ in pairs])
    for visit, saved in pairs:
        if visit.outcome != "failed":
            log.info(
                "refreshed",
                extra={
                    "source": saved.source_id,
                    "outcome": visit.outcome,
                    "new": saved.new,
                    "updated": saved.updated,
                    "next": visit.state.next_check_at.isoformat(),
                },
            )
    return pairs


def store_visits(
    ctx: Context, visited: Sequence[Visit], now: datetime
) -> list[tuple[Visit, Saved]]:
    """Store what *visited* brought; one that cannot be stored fails, and fails alone.

    Without that its source would be due at once again, and every source stored with it.
    """
    try:
        return save_visits(ctx, visited, now)
    except StoreError:
        raise  # no visit is to blame
    except Exception as error:
        if len(visited) > 1:
            return [pair for visit in visited for pair in store_visits(ctx, [visit], now)]
        (visit,) = visited
        log.exception("visit cannot be stored", extra={"source": visit.source.id})
        with reading(ctx.engine) as tx:
            before = sources.source_states(tx)[visit.source.id]
        return save_visits(
            ctx, [_failed(ctx, visit.source, before, _bug("storing", error), now)], now
        )


def _believed_or_held(
    ctx: Context, tx: Transaction, visit: Visit, now: datetime
) -> tuple[Visit, Saved]:
    """Store the document of *visit*, unless all signs say that it is another publisher's."""
    doubted, document, source_id = visit.doubted, visit.document, visit.source.id
    if doubted and document and not _has_known_entries(ctx, tx, source_id, document.feed):
        log.warning("source held", extra={"source": source_id, "why": doubted.held})
        visit = replace(visit, state=doubted, outcome="failed", document=None)
        return visit, Saved(source_id=source_id)
    visit, saved = _save_visit(ctx, tx, visit, now)
    if visit.outcome == "failed":
        return visit, saved
    news = bool(saved.new or saved.updated)
    return replace(visit, state=visits.judged(visit.state, pinged=visit.pinged, news=news)), saved


def _has_known_entries(ctx: Context, tx: Transaction, source_id: str, feed: ParsedFeed) -> bool:
    """Say whether *feed* holds an entry or article of the source; so does any, if it has none."""
    items = keyed(feed.entries)[0]
    keys = article_keys(items, source_id)
    works = [article_id(ctx.tag_base, key) for key in keys.values()]
    known = entries.taken(tx, source_id, keys, works)
    return bool(known.entries or known.articles or not entries.live_keys(tx, source_id))


def _save_visit(ctx: Context, tx: Transaction, visit: Visit, now: datetime) -> tuple[Visit, Saved]:
    source, document = visit.source, visit.document
    if document is None:
        return visit, Saved(source_id=source.id)
    named_items, repeated = keyed(without_own(ctx, document.feed, source.id))
    recognised = recognise(tx, source.id, named_items)
    items = recognised.items
    article_ids, held = _article_ids(ctx, tx, source.id, items)
    read = [item for item in items if not item[2].unread]
    drafts = [
        replace(entry, removed=QUARANTINED if entry.key in recognised.held else None)
        for entry in _drafts(visit, document, read, article_ids, now)
    ]
    changes = compare(drafts, held, now)
    restated = _note_restatements(tx, source.id, changes.updated, now)
    _note_access(tx, visit, article_ids.values(), now)
    edits = entries.revision_counts(tx, source.id, [e.key for e in changes.updated])
    updated = accepted_edits(changes.updated, held, edits, restated=restated)
    if is_outdated(items, held) or len(updated) < len(changes.updated):
        visit = _to_be_read_again(visit)
    changes = replace(
        changes,
        new=admitted(ctx, tx, source, tuple(map(_with_language, changes.new))),
        updated=tuple(map(_with_language, updated)),
    )
    save_changes(ctx, tx, changes, {}, now)
    entries.note_read(
        tx, [e for e in changes.unchanged if e.read_from != held.entries[e.key].read_from]
    )
    if recognised.names:
        pks = entries.keys_to_pks(tx, source.id, recognised.names)
        remember_names(tx, recognised.names, pks)
    _take_note_of_deletions(tx, visit, {key for key, _, _ in items}, now)
    return visit, Saved(
        source_id=source.id,
        seen=len(items) + repeated,
        new=len(changes.new) - len(recognised.held),
        updated=len(changes.updated),
    )


def _article_ids(
    ctx: Context, tx: Transaction, source_id: str, items: Sequence[Item]
) -> tuple[dict[EntryKey, str], Taken]:
    """Return the article id of each of *items*, and what the source holds of them already."""
    ids = article_keys(items, source_id)
    article_ids = {key: article_id(ctx.tag_base, ids[key]) for key, _, _ in items}
    held = entries.taken(tx, source_id, article_ids, article_ids.values())
    for key, work in article_ids.items():
        # One source has one copy of a work: a second entry with the same address is
        # another article there, whatever its link says.
        if held.articles.get(work, key) != key:
            article_ids[key] = article_id(ctx.tag_base, own_key(source_id, key))
    return article_ids, held


def _to_be_read_again(visit: Visit) -> Visit:
    """Return *visit* so that the document is fetched and read as a whole next time.

    An entry changed while it was read, or an edit was put off: it may be the last one.
    """
    anew = replace(visit.state, etag=None, last_modified=None, body_hash=None, reader=None)
    return replace(visit, state=anew)


def _drafts(
    visit: Visit,
    document: Document,
    items: Sequence[Item],
    article_ids: Mapping[EntryKey, str],
    now: datetime,
) -> Iterator[Entry]:
    """Yield the entries of a document as ours, with what the feed says for all of them."""
    source, feed = visit.source, document.feed
    named = FeedRef(
        title=visit.state.title or "",
        url=source.feed,
        id=feed.id,
        html_url=feed.html_url,
        rights=feed.rights,
    )
    evidence = dict(zip(feed.entries, document.evidence, strict=True))
    for key, rung, parsed in items:
        of = DraftOf(
            source_id=source.id,
            key=key,
            rung=rung,
            article_id=article_ids[key],
            feed=named,
            language=source.language or feed.language,
        )
        entry = replace(draft(parsed, of, now), evidence=evidence.get(parsed, ()))
        yield replace(
            entry,
            statements=entry.statements + feed.statements,
            content_hash=with_terms(entry.content_hash, feed.statements, entry.evidence),
        )


def _note_restatements(
    tx: Transaction, source_id: str, updated: Sequence[Entry], now: datetime
) -> set[EntryKey]:
    """Open a task for each other word on rights; return the entries that have one."""
    before = entries.stored(tx, source_id, [entry.key for entry in updated])
    found = [r for e in updated if e.key in before for r in restatements(before[e.key], e)]
    tasks.open_tasks(tx, restatements_told(found, now), now=now)
    return {each.entry.key for each in found}


def _note_access(tx: Transaction, visit: Visit, works: Iterable[str], now: datetime) -> None:
    """Open a task where the feed begins or ceases to deny redistribution."""
    source_id, denied = visit.source.id, visit.state.access_denied
    if denied != sources.is_denied(tx, source_id):
        tasks.open_tasks(tx, access_told(source_id, works, denied=denied, now=now), now=now)


def _take_note_of_deletions(
    tx: Transaction, visit: Visit, present: set[EntryKey], now: datetime
) -> None:
    """Open a task for what the feed says it deleted; a trusted source's word is enough to act."""
    document = visit.document
    said = document.feed.statements if document else ()
    deleted = {EntryKey(s.value) for s in said if s.scheme == "deleted-entry"} - present
    if not deleted:
        return
    source_id = visit.source.id
    held = entries.taken(tx, source_id, deleted, ()).entries
    live = {key: known for key, known in held.items() if not known.gone}
    causes = [retraction(key, known.article_id, source_id) for key, known in live.items()]
    tasks.open_tasks(tx, causes, now=now)
    if visit.source.trust != "none":
        for key in live:
            entries.remove(tx, source_id, key, why="retracted", at=now)


def _with_language(entry: Entry) -> Entry:
    if entry.language is not None:
        return entry
    text = entry.content_html or entry.summary_html
    return replace(entry, language=language_of(f"{entry.title} {plain_text(text)}"))


def save_changes(
    ctx: Context,
    tx: Transaction,
    changes: Changes,
    names: Mapping[EntryKey, Names],
    now: datetime,
) -> None:
    """Classify and store the new and the updated entries; join works that are the same."""
    works = [entry.article_id for entry in (*changes.new, *changes.updated)]
    pinned = reviews.pins(tx, works)

    def tagged(entry: Entry) -> Entry:
        pins = pinned.get(entry.article_id)
        tags = classify(entry, ctx.classifier, names.get(entry.key, ()), pins)
        return replace(entry, tags=tags)

    # Classified by all their words, stored without those that were taken down.
    new = guard(ctx, tx, [tagged(e) for e in as_decided(tx, changes.new)], now)
    updated = guard(ctx, tx, [tagged(e) for e in changes.updated], now)
    pks = entries.save_new(tx, new, names)
    pks += entries.save_updated(tx, updated, names, now=now)
    joined = join_copies(tx, list(zip(pks, (*new, *updated), strict=True)), ctx.tag_base)
    follow_join(ctx, tx, joined)
