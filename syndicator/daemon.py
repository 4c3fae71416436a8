"""The background service: keeps feeds fresh, publishes, serves, reloads, drains.  Edge.

Four periodic jobs: visit what is due, follow reading lists, subscribe at hubs, and tend
seeds and output.  What is due is a row in the store, never a timer per feed, so a restart
loses nothing.  SIGTERM and SIGINT let the visits under way finish and stop; SIGHUP reads the
configuration again, and a broken one is refused while the old one stays in force.
"""

import asyncio
import logging
import signal
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from syndicator.errors import ConfigError, SyndicatorError, sole_cause
from syndicator.pipeline.context import Context, renewed
from syndicator.pipeline.ingest import Client
from syndicator.pipeline.lists import follow_lists, state_id
from syndicator.pipeline.once import (
    Tally,
    follow_and_find_due,
    open_client,
    poll_all,
    spread_overdue,
)
from syndicator.pipeline.output import prepare, publish_portion
from syndicator.pipeline.rounds import refresh_due
from syndicator.pipeline.seeding import sync_seeds
from syndicator.pipeline.websub import Door, tend_subscriptions
from syndicator.serve import make_app, serve
from syndicator.store import only_one, reading, sources

log = logging.getLogger(__name__)

POLL = timedelta(seconds=5)
"""How often the store is asked what is due."""
LISTS = timedelta(minutes=1)
"""How often the store is asked which reading lists are due."""
SOON = timedelta(milliseconds=500)
"""After a ping the store is asked so much later: the next ping may be on its way."""
VISIT = "visit"
"""Name of the job that visits what is due."""
DRAIN = timedelta(seconds=8)
"""How long visits under way may take after SIGTERM."""
REST = timedelta(minutes=15)
"""How long nobody is visited after visits could not be stored: they would be due at once."""
BEAT = 0.25
"""Seconds between two looks at how late the event loop is."""


def now() -> datetime:
    """Return the time: the one clock of the daemon."""
    return datetime.now(UTC)


class Lag:
    """How late the event loop comes to what is due: the delay that its other work causes."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=2400)  # ten minutes

    async def watch(self) -> None:
        """Measure until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            wanted = clock() + BEAT
            await asyncio.sleep(BEAT)
            self._late.append(clock() - wanted)

    def p99(self) -> float:
        """Return what 99 of 100 delays of the last ten minutes stay below; milliseconds."""
        late = sorted(self._late)
        return round(1000 * late[len(late) * 99 // 100], 1) if late else 0.0


class Daemon:
    """The running service: the one place with state, the current :class:`Context`."""

    def __init__(self, ctx: Context, reload: Callable[[Context], Context]) -> None:
        self.ctx = ctx
        self._reload = reload
        self._stop = asyncio.Event()
        self._busy: set[asyncio.Task[Any]] = set()
        self._said: tuple[str, ...] = ()
        self._beat = now()
        self._rest_until = self._beat
        self._lag = Lag()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            SyndicatorError: another daemon holds the store, or the port is taken.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._on_hup)
        with only_one(self.ctx.engine):
            async with open_client(self.ctx, stop=self._stop) as client:
                await self._work(client)
        log.info("stopped")

    async def _work(self, client: Client) -> None:
        settings = self.ctx.config.serve
        self.ctx.public.mkdir(parents=True, exist_ok=True)
        door = Door(self.ctx.engine, client.writer, now, self._wake)
        app = make_app(self.ctx.public, max_age=settings.max_age, health=self.health, door=door)
        watch = asyncio.create_task(self._lag.watch())
        server = asyncio.create_task(serve(app, settings.host, settings.port, stop=self._stop))
        # What the store holds is published before the first feed has answered.
        await self._guarded(self._tend(client))
        await self._guarded(self._forget_pushes(client))
        await self._guarded(spread_overdue(self.ctx, client, now()))
        log.info("serving", extra={"url": f"http://{settings.host}:{settings.port}/"})
        self._schedule(client, door)
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({server, stopped}, return_when=asyncio.FIRST_COMPLETED)
        self._stop.set()
        # Paused first: shutting down cancels the jobs under way, which are to finish.
        self._scheduler.pause()
        await self._drain()
        self._scheduler.shutdown(wait=False)
        watch.cancel()
        await server

    def _schedule(self, client: Client, door: Door) -> None:
        jobs: tuple[tuple[str, timedelta, Callable[[], Coroutine[Any, Any, None]]], ...] = (
            (VISIT, POLL, lambda: self._visit(client, door)),
            ("subscribe", POLL, lambda: tend_subscriptions(self.ctx, client, now)),
            ("lists", LISTS, lambda: self._follow_lists(client)),
            ("tend", self.ctx.config.publish.interval, lambda: self._tend(client)),
        )
        for name, every, job in jobs:

            async def run(job: Callable[[], Coroutine[Any, Any, None]] = job) -> None:
                await self._guarded(job())

            self._scheduler.add_job(
                run,
                "interval",
                seconds=every.total_seconds(),
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=now() if name in {VISIT, "lists"} else now() + every,
            )
        # A visit that outlasts the poll is no cause for a warning: it is still at work.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    def _wake(self) -> None:
        """Visit soon what a hub told of; pings that come in a burst are one."""
        visit = self._scheduler.get_job(VISIT)
        if visit is not None and visit.next_run_time > now() + SOON:
            visit.modify(next_run_time=now() + SOON)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._busy.add(task)
        try:
            await task
            self._beat = now()
        except Exception as error:
            # The one place that catches all: a bug in one job must not end the service.
            problem = sole_cause(error)
            if isinstance(problem, SyndicatorError):
                log.error("job failed", extra={"problem": str(problem)})  # noqa: TRY400 - expected
            else:
                log.exception("job broke")
        finally:
            self._busy.discard(task)

    async def _visit(self, client: Client, door: Door) -> None:
        if now() < self._rest_until:
            return
        await asyncio.get_running_loop().run_in_executor(client.writer, door.take)
        # Held for the whole visit: it may be replaced meanwhile.
        ctx = self.ctx
        due = await follow_and_find_due(ctx, client, now(), everything=False)
        if not due:
            return
        tally = Tally()
        try:
            await refresh_due(ctx, client, due, now, tally.add)
        except Exception:
            # What was fetched and not stored is still due: nobody is to be asked twice for it.
            self._rest_until = now() + REST
            raise
        log.info(
            "visited",
            extra={
                "sources": tally.checked,
                "failed": tally.failed,
                "new": tally.new,
                "updated": tally.updated,
            },
        )
        await self._publish(client)

    async def _follow_lists(self, client: Client) -> None:
        await follow_lists(self.ctx, client, now)
        self.ctx = renewed(self.ctx)

    async def _forget_pushes(self, client: Client) -> None:
        """Look for news in the usual time: hubs may have called while nobody was here."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(client.writer, poll_all, self.ctx)

    async def _tend(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        seeding = await loop.run_in_executor(client.writer, sync_seeds, self.ctx, now())
        said = seeding.mistakes + seeding.warnings
        if said != self._said:
            for line in said:
                log.warning("seed", extra={"problem": line})
            self._said = said
        await self._publish(client)

    async def _publish(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        moment = now()
        await loop.run_in_executor(client.writer, prepare, self.ctx, moment)
        # Portion by portion: visits are stored in between, and a stop need not wait for all.
        report = await loop.run_in_executor(client.writer, publish_portion, self.ctx, moment)
        while report.left and not self._stop.is_set():
            more = await loop.run_in_executor(client.writer, publish_portion, self.ctx, moment)
            report = report.followed_by(more)
        if report.files_changed:
            log.info("published", extra={"feeds": report.feeds, "files": report.files_changed})

    async def _drain(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy, timeout=DRAIN.total_seconds())
        for task in self._busy:
            task.cancel()

    def _on_hup(self) -> None:
        try:
            self.ctx = self._reload(self.ctx)
        except ConfigError as error:
            for mistake in error.mistakes:
                log.error(  # noqa: TRY400 - the operator's mistake, no traceback
                    "configuration refused, the old one stays", extra={"mistake": mistake}
                )
        else:
            log.info("configuration reloaded", extra={"sources": len(self.ctx.config.sources)})

    def health(self) -> dict[str, object]:
        """Return what ``/healthz`` shows: sources by outcome, and whether jobs still run."""
        with reading(self.ctx.engine) as tx:
            states = sources.source_states(tx)
        wanted = {source.id for source in self.ctx.config.sources}
        wanted |= {state_id(one.id) for one in self.ctx.config.reading_lists}
        mine = [state for state in states.values() if state.id in wanted]
        return {
            "ok": now() - self._beat < max(self.ctx.config.publish.interval * 5, DRAIN * 20),
            "loop_lag_ms": self._lag.p99(),
            "sources": len(mine),
            "failing": sorted(state.id for state in mine if state.status in {"failed", "held"}),
        }
