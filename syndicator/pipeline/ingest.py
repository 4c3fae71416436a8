"""From a source's address to rows in the store.

A document is fetched and read outside of any transaction; then its entries, its
validators and the time of the next visit are stored together in one.  A process killed
anywhere leaves either all of that or nothing of it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import httpx

from syndicator import __version__
from syndicator.classify import classify
from syndicator.errors import FetchError, HostOnHold, HttpStatusError, ParseError
from syndicator.fetch import Fetched, NotModified, Validators, fetch_feed
from syndicator.fetch.manners import HostGate
from syndicator.identify import (
    Changes,
    DraftOf,
    article_id,
    article_keys,
    bounded,
    compare,
    draft,
    keyed,
    own_key,
)
from syndicator.model.entries import Entry, EntryKey
from syndicator.model.feed import FeedRef, ParsedFeed
from syndicator.model.rights import Evidence, Publisher
from syndicator.model.settings import Source
from syndicator.parse import parse_feed
from syndicator.pipeline.chores import retraction
from syndicator.pipeline.context import Context
from syndicator.pipeline.joining import join_copies
from syndicator.pipeline.recognise import QUARANTINED, recognise, remember_names, without_own
from syndicator.pipeline.takedowns import guard
from syndicator.rights.provenance import gather_evidence, split_notice
from syndicator.schedule import next_check_at
from syndicator.store import Transaction, entries, sources, tasks, transaction
from syndicator.store.rows import Names
from syndicator.store.sources import SourceState
from syndicator.urls import host_of, without_secrets

log = logging.getLogger(__name__)

READER = f"{__version__}/1"
"""Changes when documents are read in another way: then every feed is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed as read, with the provenance of each of its entries."""

    feed: ParsedFeed
    evidence: tuple[tuple[Evidence, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One attempt at a source and the state it leaves."""

    source: Source
    state: SourceState
    outcome: Literal["fetched", "not_modified", "failed"]
    document: Document | None = None
    """None: nothing to store but the state."""


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
    readers: Executor
    """Where documents are read: processes, so that a slow one holds up nobody."""
    writer: Executor
    """One thread: the only writer of the store, and of the published files."""
    stop: asyncio.Event
    """Set: visits under way finish, no further one begins."""


def read_document(
    body: bytes, content_type: str | None, url: str, publisher: Publisher
) -> Document:
    """Parse *body* and gather the provenance of its entries.  Runs in a reader process."""
    feed = parse_feed(body, content_type=content_type, base_url=url)
    evidence = tuple(
        gather_evidence(entry, feed, feed_url=url, publisher=publisher) for entry in feed.entries
    )
    works = tuple(
        replace(
            entry,
            content_html=split_notice(entry.content_html)[0],
            summary_html=split_notice(entry.summary_html)[0],
        )
        for entry in feed.entries
    )
    return Document(feed=replace(feed, entries=works), evidence=evidence)


async def refresh_source(
    ctx: Context, client: Client, source: Source, state: SourceState, clock: Callable[[], datetime]
) -> Visit:
    """Visit *source* once; a failure is an outcome, never an exception."""
    limits = ctx.config.fetch
    validators = Validators(etag=None, last_modified=None)
    if state.reader == READER:
        validators = Validators(
            etag=state.etag, last_modified=state.last_modified, url=state.validators_url
        )
    try:
        answer = await fetch_feed(client.http, source.feed, validators, limits, gate=client.gate)
        if isinstance(answer, NotModified):
            return _not_modified(ctx, source, state, answer, clock())
        return await _fetched(ctx, client, source, state, answer, clock)
    except (FetchError, ParseError) as error:
        return _failed(ctx, source, state, error, clock())


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
        document = await asyncio.get_running_loop().run_in_executor(
            client.readers,
            read_document,
            answer.body,
            answer.content_type,
            answer.url,
            ctx.publisher(source.id),
        )
    now = clock()
    visited = replace(
        _well(ctx, source, state, now, answer),
        fetched_at=now,
        http_status=200,
        body_hash=digest,
        reader=READER,
    )
    if document is not None:
        feed = document.feed
        denied = _denied(feed, before=state.access_denied)
        visited = replace(
            visited,
            title=source.title or feed.title or source.id,
            feed_id=feed.id,
            html_url=feed.html_url,
            rights=feed.rights,
            access_denied=denied,
        )
        for warning in feed.warnings:
            log.warning("feed is flawed", extra={"source": source.id, "flaw": warning})
    return Visit(source=source, state=visited, outcome="fetched", document=document)


def _not_modified(
    ctx: Context, source: Source, state: SourceState, answer: NotModified, now: datetime
) -> Visit:
    visited = replace(_well(ctx, source, state, now, answer), http_status=304)
    return Visit(source=source, state=visited, outcome="not_modified")


def _well(
    ctx: Context, source: Source, state: SourceState, now: datetime, answer: Fetched | NotModified
) -> SourceState:
    due = next_check_at(
        now, every=_interval(ctx, source), fresh_for=answer.fresh_for, key=source.id
    )
    return replace(
        state,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
        validators_url=answer.validators.url,
        checked_at=now,
        next_check_at=due,
        failures=0,
        status="ok",
        error=None,
    )


def _failed(
    ctx: Context, source: Source, state: SourceState, error: FetchError | ParseError, now: datetime
) -> Visit:
    # A host on hold was not asked: that is no failure of this source.
    failures = state.failures + (not isinstance(error, HostOnHold))
    status = error.status if isinstance(error, HttpStatusError) else None
    wait = error.retry_after if isinstance(error, HttpStatusError) else None
    retry_at = now + wait if wait else None
    due = next_check_at(
        now, every=_interval(ctx, source), failures=failures, retry_at=retry_at, key=source.id
    )
    problem = error.problem if isinstance(error, FetchError) else str(error)
    visited = replace(
        state,
        checked_at=now,
        next_check_at=due,
        failures=failures,
        status="failed",
        http_status=status,
        error=problem,
    )
    where = without_secrets(source.feed)
    log.warning(
        "source failed",
        extra={"source": source.id, "url": where, "error": problem, "next": due.isoformat()},
    )
    return Visit(source=source, state=visited, outcome="failed")


def _interval(ctx: Context, source: Source) -> timedelta:
    return source.interval or ctx.config.fetch.interval


def _denied(feed: ParsedFeed, *, before: bool) -> bool:
    # Feed Access Control: a denial stays in force until the feed says "allow" explicitly.
    said = {s.value for s in feed.statements if s.scheme == "fac"}
    return "deny" in said or (before and "allow" not in said)


def save_visits(ctx: Context, visits: Sequence[Visit], now: datetime) -> list[Saved]:
    """Store what *visits* brought, with their states, in one transaction."""
    with transaction(ctx.engine) as tx:
        saved = [_save_visit(ctx, tx, visit, now) for visit in visits]
        sources.record_visits(tx, [visit.state for visit in visits])
    for one, visit in zip(saved, visits, strict=True):
        if visit.outcome != "failed":
            log.info(
                "refreshed",
                extra={
                    "source": one.source_id,
                    "outcome": visit.outcome,
                    "new": one.new,
                    "updated": one.updated,
                    "next": visit.state.next_check_at.isoformat(),
                },
            )
    return saved


def _save_visit(ctx: Context, tx: Transaction, visit: Visit, now: datetime) -> Saved:
    if visit.document is None:
        return Saved(source_id=visit.source.id)
    feed = visit.document.feed
    named = FeedRef(
        title=visit.state.title or "",
        url=visit.source.feed,
        id=feed.id,
        html_url=feed.html_url,
        rights=feed.rights,
    )
    bodies = dict(zip(feed.entries, visit.document.evidence, strict=False))
    named_items, repeated = keyed(without_own(ctx, feed, visit.source.id))
    recognised = recognise(tx, visit.source.id, named_items)
    items = recognised.items
    ids = article_keys(items, visit.source.id)
    article_ids = {key: article_id(ctx.tag_base, ids[key]) for key, _, _ in items}
    held = entries.taken(tx, visit.source.id, article_ids, article_ids.values())
    drafts = []
    for key, rung, parsed in items:
        work = article_ids[key]
        # One source has one copy of a work: a second entry with the same address is
        # another article there, whatever its link says.
        if held.articles.get(work, key) != key:
            work = article_id(ctx.tag_base, own_key(visit.source.id, key))
        of = DraftOf(
            source_id=visit.source.id,
            key=key,
            rung=rung,
            article_id=work,
            feed=named,
            language=visit.source.language or feed.language,
        )
        entry = replace(draft(parsed, of, now), evidence=bodies.get(parsed, ()))
        entry = replace(entry, statements=entry.statements + feed.statements)
        drafts.append(replace(entry, removed=QUARANTINED if key in recognised.held else None))
    changes = compare(drafts, held, now, repeated=repeated)
    edits = entries.revision_counts(tx, visit.source.id, [e.key for e in changes.updated])
    changes = replace(changes, updated=bounded(changes.updated, held, edits))
    save_changes(ctx, tx, changes, {}, now)
    if recognised.names:
        pks = entries.keys_to_pks(tx, visit.source.id, recognised.names)
        remember_names(tx, recognised.names, pks)
    _take_note_of_deletions(tx, visit, {key for key, _, _ in items}, now)
    return Saved(
        source_id=visit.source.id,
        seen=len(items) + repeated,
        new=len(changes.new) - len(recognised.held),
        updated=len(changes.updated),
    )


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
            entries.remove(tx, source_id, key, why="retracted")


def save_changes(
    ctx: Context,
    tx: Transaction,
    changes: Changes,
    names: Mapping[EntryKey, Names],
    now: datetime,
) -> None:
    """Classify and store the new and the updated entries; join works that are the same."""

    def tagged(entry: Entry) -> Entry:
        tags = classify(entry, ctx.classifier, names.get(entry.key, ()))
        return replace(entry, tags=tags)

    # Classified by all their words, stored without those that were taken down.
    new = guard(ctx, tx, [tagged(e) for e in changes.new], now)
    updated = guard(ctx, tx, [tagged(e) for e in changes.updated], now)
    pks = entries.save_new(tx, new, names)
    pks += entries.save_updated(tx, updated, names, now=now)
    join_copies(tx, list(zip(pks, (*new, *updated), strict=True)), ctx.tag_base)


async def refresh_due(
    ctx: Context,
    client: Client,
    due: Sequence[SourceState],
    clock: Callable[[], datetime],
    done: Callable[[Visit, Saved], None],
) -> None:
    """Visit all *due* sources, many at once, and store what they bring as it comes.

    Args:
        ctx: the configuration and the store.
        client: what to visit with.
        due: states of the sources to visit.
        clock: gives the current time.
        done: called for every visit once it is stored.
    """
    configured = {source.id: source for source in ctx.config.sources}
    slots = asyncio.Semaphore(ctx.config.fetch.concurrency)
    # Bounded, so that bodies do not pile up in memory when the store is the slower side.
    finished: asyncio.Queue[Visit | None] = asyncio.Queue(maxsize=64)

    async def visit_host(states: Sequence[SourceState]) -> None:
        # One after another: many feeds of one host must not fill the slots with waiting.
        for state in states:
            async with slots:
                if client.stop.is_set():
                    return
                found = await refresh_source(ctx, client, configured[state.id], state, clock)
            await finished.put(found)

    async def visit_all() -> None:
        async with asyncio.TaskGroup() as group:
            for states in _by_host(due).values():
                group.create_task(visit_host(states))
        await finished.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(visit_all())
        group.create_task(_store_finished(ctx, client.writer, finished, clock, done))


def _by_host(due: Sequence[SourceState]) -> dict[str, list[SourceState]]:
    hosts: dict[str, list[SourceState]] = {}
    for state in due:
        hosts.setdefault(host_of(state.feed), []).append(state)
    return hosts


async def _store_finished(
    ctx: Context,
    writer: Executor,
    finished: asyncio.Queue[Visit | None],
    clock: Callable[[], datetime],
    done: Callable[[Visit, Saved], None],
) -> None:
    """Store visits in batches: as many as came while the last batch was written."""
    open_ = True
    while open_:
        batch = [await finished.get()]
        while not finished.empty():
            batch.append(finished.get_nowait())
        open_ = None not in batch
        visits = [visit for visit in batch if visit is not None]
        loop = asyncio.get_running_loop()
        saved = await loop.run_in_executor(writer, save_visits, ctx, visits, clock())
        for visit, one in zip(visits, saved, strict=True):
            done(visit, one)
