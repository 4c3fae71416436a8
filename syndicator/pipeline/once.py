"""The whole chain one time: seeded articles, due sources, published files."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx

from syndicator import __version__
from syndicator.fetch import make_client
from syndicator.fetch.access import setup_digest
from syndicator.fetch.manners import HostGate
from syndicator.pipeline import visits
from syndicator.pipeline.context import Context, renewed
from syndicator.pipeline.ingest import Client, Saved, Visit
from syndicator.pipeline.lists import follow_lists
from syndicator.pipeline.output import PublishReport, publish
from syndicator.pipeline.ownership import require_own
from syndicator.pipeline.readers import Readers
from syndicator.pipeline.rounds import refresh_due
from syndicator.pipeline.seeding import SeedingReport, sync_seeds
from syndicator.schedule import LONGEST_WAIT
from syndicator.store import queries, reading, sources, times, transaction

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Tally:
    """Counts of a pass over sources, added up as visits are stored."""

    checked: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    seen: int = 0
    new: int = 0
    updated: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    """(source id, error), in the order they happened."""

    def add(self, visit: Visit, saved: Saved) -> None:
        """Count one stored visit."""
        self.checked += 1
        setattr(self, visit.outcome, getattr(self, visit.outcome) + 1)
        self.seen += saved.seen
        self.new += saved.new
        self.updated += saved.updated
        if visit.outcome == "failed":
            self.failures.append((visit.source.id, visit.state.error or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceReport:
    """The result of the whole chain."""

    tally: Tally
    seeding: SeedingReport
    published: PublishReport
    articles: int


def _http(ctx: Context) -> httpx.AsyncClient:
    contact = ctx.config.site.contact.removeprefix("mailto:")
    return make_client(ctx.config.fetch, contact=contact, version=__version__)


def refitted(client: Client, before: Context, ctx: Context) -> Client:
    """Return *client* as *ctx* wants it, after *before*; visits under way keep the old one.

    Whatever the old one still has open, :func:`open_client` closes at its end.
    """
    same = before.config.fetch == ctx.config.fetch
    if same and before.config.site.contact == ctx.config.site.contact:
        return client
    client.gate.gap = ctx.config.fetch.per_host_gap
    http = _http(ctx)
    client.opened.append(http)
    slots = asyncio.Semaphore(ctx.config.fetch.concurrency)
    return replace(client, http=http, slots=slots)


@asynccontextmanager
async def open_client(ctx: Context, *, stop: asyncio.Event) -> AsyncIterator[Client]:
    """Yield what sources are visited with; closing it ends the reader processes.

    Args:
        ctx: the configuration.
        stop: once it is set, no further visit begins.
    """
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
    readers = Readers()
    opened = [_http(ctx)]
    try:
        yield Client(
            http=opened[0],
            gate=HostGate(ctx.config.fetch.per_host_gap),
            slots=asyncio.Semaphore(ctx.config.fetch.concurrency),
            readers=readers,
            writer=writer,
            stop=stop,
            opened=opened,
        )
    finally:
        for http in opened:
            await http.aclose()
        # What waits for its turn to be stored is still due: it need not hold up the end.
        writer.shutdown(cancel_futures=True)
        readers.shutdown(cancel_futures=True)


async def follow_and_find_due(
    ctx: Context, client: Client, now: datetime, *, everything: bool
) -> tuple[sources.SourceState, ...]:
    """Bring the source rows in line with the configuration; return what is due.

    What servers asked us to leave alone is left alone again, also after a restart.
    """
    feeds = {source.id: source.feed for source in ctx.config.sources}
    active = {source.id: source for source in ctx.config.sources if not source.paused}
    limits = ctx.config.fetch
    setups = {source.id: setup_digest(source) for source in ctx.config.sources}

    def read() -> tuple[tuple[sources.SourceState, ...], tuple[sources.Penalty, ...]]:
        with transaction(ctx.engine) as tx:
            times.set_back(tx, now=now, longest=LONGEST_WAIT)
            sources.follow(tx, feeds, now=now, setups=setups)
            due = sources.due_sources(tx, now=None if everything else now)
            penalties = sources.penalties(tx, now=now)
        mine = [s for s in due if s.id in active]
        return tuple(
            s for s in mine if everything or visits.is_due(active[s.id], limits, s, now)
        ), penalties

    due, penalties = await asyncio.get_running_loop().run_in_executor(client.writer, read)
    for penalty in penalties:
        client.gate.hold(penalty.key, penalty.until - now, status=penalty.status)
    return due


def poll_all(ctx: Context) -> None:
    """Visit every source in its usual time again, also those whose hub tells of news.

    Nobody heard the hubs while no daemon ran.
    """
    with transaction(ctx.engine) as tx:
        sources.poll_again(tx, now=None)


async def spread_overdue(ctx: Context, client: Client, now: datetime) -> None:
    """Spread what fell due while nobody was here over ``fetch.startup_spread``.

    As many as may be visited at once stay due, and so do sources that were never visited:
    somebody has just added them.
    """
    limits = ctx.config.fetch
    due = await follow_and_find_due(ctx, client, now, everything=False)
    late = [state.id for state in due if state.checked_at][limits.concurrency :]
    at = {
        source: now + limits.startup_spread * ((number + 1) / len(late))
        for number, source in enumerate(late)
    }

    def write() -> None:
        with transaction(ctx.engine) as tx:
            sources.postpone(tx, at)

    if at and limits.startup_spread:
        await asyncio.get_running_loop().run_in_executor(client.writer, write)


async def run_once(
    ctx: Context,
    clock: Clock,
    *,
    everything: bool,
    begun: Callable[[int], None],
    stepped: Callable[[Visit], None],
) -> OnceReport:
    """Run the chain one time.

    Args:
        ctx: the configuration and the store.
        clock: gives the current time.
        everything: visit all sources, due or not.
        begun: told how many sources will be visited.
        stepped: told of every visit once it is stored.

    Raises:
        PublishRefused: another store publishes there; nobody was visited.
    """
    require_own(ctx)
    tally = Tally()

    def done(visit: Visit, saved: Saved) -> None:
        tally.add(visit, saved)
        stepped(visit)

    async with open_client(ctx, stop=asyncio.Event()) as client:
        loop = asyncio.get_running_loop()
        seeding = await loop.run_in_executor(client.writer, sync_seeds, ctx, clock())
        await loop.run_in_executor(client.writer, poll_all, ctx)
        tally.failures += await follow_lists(ctx, client, clock, everything=everything)
        ctx = renewed(ctx)
        due = await follow_and_find_due(ctx, client, clock(), everything=everything)
        begun(len(due))
        await refresh_due(ctx, client, due, clock, done)
        published = await loop.run_in_executor(client.writer, publish, ctx, clock())
    with reading(ctx.engine) as tx:
        _, articles = queries.counts(tx)
    return OnceReport(tally=tally, seeding=seeding, published=published, articles=articles)
