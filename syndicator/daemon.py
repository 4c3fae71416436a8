"""The background service: keeps feeds fresh, publishes, serves, reloads, drains.  Edge.

Four periodic jobs: visit what is due, follow reading lists, subscribe at hubs, and tend
seeds and output.  What is due is a row in the store, never a timer per feed, so a restart
loses nothing.  What is visited together is a round; the next one begins while it is still at
work, without the hosts that it is at, so that a slow host holds up nobody else.  SIGTERM and
SIGINT let the visits under way finish and stop; SIGHUP reads the configuration again, and a
broken one is refused while the old one stays in force.

Intervals are measured by the monotonic clock, so that a clock that is set neither ends a
wait nor makes one endless.  What a job fails on is told once, and stands in ``/healthz``
until it works again.
"""

import asyncio
import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from syndicator.errors import ConfigError, SyndicatorError, sole_cause
from syndicator.pipeline.context import Context, renewed
from syndicator.pipeline.ingest import Client, Saved, Visit
from syndicator.pipeline.lists import follow_lists, state_id
from syndicator.pipeline.once import (
    Tally,
    follow_and_find_due,
    open_client,
    poll_all,
    refitted,
    spread_overdue,
)
from syndicator.pipeline.output import prepare, publish_portion
from syndicator.pipeline.ownership import left_behind, require_own
from syndicator.pipeline.rounds import refresh_due
from syndicator.pipeline.seeding import sync_seeds
from syndicator.pipeline.websub import Door, tend_subscriptions
from syndicator.publish import make_root
from syndicator.serve import make_app, serve
from syndicator.store import only_one, reading, sources
from syndicator.store.sources import SourceState
from syndicator.urls import host_of

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
"""Seconds between two looks at how late the event loop is, and at the clock."""
JUMP = 5.0
"""Seconds by which the clock must differ from the monotonic one to be said to be set."""


def now() -> datetime:
    """Return the time: the one clock of the daemon."""
    return datetime.now(UTC)


class Lag:
    """How late the event loop comes to what is due: the delay that its other work causes."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=2400)  # ten minutes

    async def watch(self, set_by: Callable[[float], None]) -> None:
        """Measure until cancelled; call *set_by* with the seconds by which the clock was set."""
        clock = asyncio.get_running_loop().time
        offset = now().timestamp() - clock()
        while True:
            wanted = clock() + BEAT
            await asyncio.sleep(BEAT)
            self._late.append(clock() - wanted)
            before, offset = offset, now().timestamp() - clock()
            if abs(offset - before) > JUMP:
                set_by(offset - before)

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
        self._hup = asyncio.Event()
        self._busy: set[asyncio.Task[Any]] = set()
        self._hosts: dict[str, str] = {}
        """Of the sources in the rounds under way: source id -> host."""
        self._said: tuple[str, ...] = ()
        self._problems: dict[str, str] = {}
        """What each job failed on when it last ran, if it did."""
        self._beat = time.monotonic()
        self._rest_until = self._beat
        self._lag = Lag()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            SyndicatorError: another daemon holds the store, the port is taken, or there can
                be no publish directory, or it is another store's.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._hup.set)
        # Whoever starts us may have held back one that came before anybody heard it.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        try:
            with only_one(self.ctx.engine):
                make_root(self.ctx.public)
                require_own(self.ctx)
                self._tell_of_the_past()
                async with open_client(self.ctx, stop=self._stop) as client:
                    self._client = client
                    await self._work()
        finally:
            # The loop is about to let go of it: the next one would end us in its own way.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        log.info("stopped")

    def _tell_of_the_past(self) -> None:
        with reading(self.ctx.engine) as tx:
            for line in left_behind(self.ctx, tx):
                log.warning("directory left", extra={"problem": line})

    async def _work(self) -> None:
        settings = self.ctx.config.serve
        door = Door(self.ctx.engine, self._client.writer, now, self._wake)
        app = make_app(self.ctx.public, max_age=settings.max_age, health=self.health, door=door)
        server = asyncio.create_task(serve(app, settings.host, settings.port, stop=self._stop))
        others = [asyncio.create_task(work) for work in (self._lag.watch(self._set), self._obey())]
        # What the store holds is published before the first feed has answered.
        await self._guarded("publish", self._tend())
        await self._guarded("forget pushes", self._forget_pushes())
        await self._guarded("spread", spread_overdue(self.ctx, self._client, now()))
        log.info("serving", extra={"url": f"http://{settings.host}:{settings.port}/"})
        self._schedule(door)
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({server, stopped}, return_when=asyncio.FIRST_COMPLETED)
        self._stop.set()
        # Paused first: shutting down cancels the jobs under way, which are to finish.
        self._scheduler.pause()
        await self._drain()
        self._scheduler.shutdown(wait=False)
        for task in others:
            task.cancel()
        await server

    def _schedule(self, door: Door) -> None:
        jobs: tuple[tuple[str, timedelta, Callable[[], Coroutine[Any, Any, None]]], ...] = (
            (VISIT, POLL, lambda: self._visit(door)),
            ("subscribe", POLL, lambda: tend_subscriptions(self.ctx, self._client, now)),
            ("lists", LISTS, self._follow_lists),
            ("publish", self.ctx.config.publish.interval, self._tend),
        )
        for name, every, job in jobs:

            async def run(
                name: str = name, job: Callable[[], Coroutine[Any, Any, None]] = job
            ) -> None:
                await self._guarded(name, job())

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
        # A job that outlasts its interval is no cause for a warning: it is still at work.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    def _wake(self) -> None:
        """Visit soon what a hub told of; pings that come in a burst are one."""
        visit = self._scheduler.get_job(VISIT)
        if visit is not None and visit.next_run_time > now() + SOON:
            visit.modify(next_run_time=now() + SOON)

    def _set(self, seconds: float) -> None:
        """Run all jobs: by a clock that was set back they would be due in years, perhaps."""
        way = "forward" if seconds > 0 else "back"
        log.warning("the clock was set", extra={"way": way, "seconds": round(abs(seconds))})
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=now())

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._busy.add(task)
        try:
            await task
            self._beat = time.monotonic()
            problem = self._problems.pop(name, None)
            if problem is not None and problem not in self._problems.values():
                log.info("it works again", extra={"problem": problem})
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
        except Exception as error:
            # The one place that catches all: a bug in one job must not end the service.
            cause = sole_cause(error)
            if isinstance(cause, SyndicatorError):
                if self._is_news(name, str(cause)):
                    log.error(  # noqa: TRY400 - expected, no traceback
                        "job failed", extra={"job": name, "problem": str(cause)}
                    )
            elif self._is_news(name, f"a bug of syndicator (see the log): {cause!r}"):
                log.exception("job broke", extra={"job": name})
        finally:
            self._busy.discard(task)

    def _is_news(self, name: str, problem: str) -> bool:
        """Keep what a job failed on; say whether it, or another job, said so already."""
        news = problem not in self._problems.values()
        self._problems[name] = problem
        return news

    async def _visit(self, door: Door) -> None:
        client = self._client
        await asyncio.get_running_loop().run_in_executor(client.writer, door.take)
        if time.monotonic() < self._rest_until:
            return
        # Held for the whole round: it may be replaced meanwhile.
        ctx = self.ctx
        due = await follow_and_find_due(ctx, client, now(), everything=False)
        engaged = set(self._hosts.values())
        free = [state for state in due if host_of(state.feed) not in engaged]
        if free and not self._stop.is_set():
            self._hosts |= {state.id: host_of(state.feed) for state in free}
            round_ = asyncio.create_task(self._guarded("round", self._round(ctx, client, free)))
            self._busy.add(round_)
            round_.add_done_callback(self._busy.discard)

    async def _round(self, ctx: Context, client: Client, due: Sequence[SourceState]) -> None:
        tally = Tally()

        def done(visit: Visit, saved: Saved) -> None:
            tally.add(visit, saved)
            self._hosts.pop(visit.source.id, None)

        try:
            await refresh_due(ctx, client, due, now, done)
        except Exception:
            # What was fetched and not stored is still due: nobody is to be asked twice for it.
            self._rest_until = time.monotonic() + REST.total_seconds()
            log.warning(
                "no source is visited for a while: what was fetched could not be stored",
                extra={"minutes": REST // timedelta(minutes=1)},
            )
            raise
        finally:
            for state in due:
                self._hosts.pop(state.id, None)
        log.info(
            "visited",
            extra={
                "sources": tally.checked,
                "failed": tally.failed,
                "new": tally.new,
                "updated": tally.updated,
            },
        )
        await self._guarded("publish", self._publish())

    async def _follow_lists(self) -> None:
        await follow_lists(self.ctx, self._client, now)
        self.ctx = renewed(self.ctx)

    async def _forget_pushes(self) -> None:
        """Look for news in the usual time: hubs may have called while nobody was here."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._client.writer, poll_all, self.ctx)

    async def _tend(self) -> None:
        loop = asyncio.get_running_loop()
        seeding = await loop.run_in_executor(self._client.writer, sync_seeds, self.ctx, now())
        said = seeding.mistakes + seeding.warnings
        if said != self._said:
            for line in said:
                log.warning("seed", extra={"problem": line})
            self._said = said
        await self._publish()

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        writer = self._client.writer
        moment = now()
        await loop.run_in_executor(writer, prepare, self.ctx, moment)
        # Portion by portion: visits are stored in between, and a stop need not wait for all.
        report = await loop.run_in_executor(writer, publish_portion, self.ctx, moment)
        while report.left and not self._stop.is_set():
            more = await loop.run_in_executor(writer, publish_portion, self.ctx, moment)
            report = report.followed_by(more)
        if report.files_changed:
            log.info("published", extra={"feeds": report.feeds, "files": report.files_changed})

    async def _drain(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy, timeout=DRAIN.total_seconds())
        left = tuple(self._busy)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _obey(self) -> None:
        """Read the configuration again for each SIGHUP; many that come in a burst are one."""
        while True:
            await self._hup.wait()
            self._hup.clear()
            try:
                ctx = await asyncio.to_thread(self._reload, self.ctx)
            except SyndicatorError as error:
                for mistake in error.mistakes if isinstance(error, ConfigError) else [str(error)]:
                    log.error(  # noqa: TRY400 - the operator's mistake, no traceback
                        "configuration refused, the old one stays", extra={"mistake": mistake}
                    )
            except Exception:
                log.exception("configuration refused, the old one stays: a bug of syndicator")
            else:
                self._client = refitted(self._client, self.ctx, ctx)
                self.ctx = ctx
                log.info("configuration reloaded", extra={"sources": len(ctx.config.sources)})

    def health(self) -> dict[str, object]:
        """Return what ``/healthz`` shows: sources by outcome, and whether jobs still work."""
        with reading(self.ctx.engine) as tx:
            states = sources.source_states(tx)
        wanted = {source.id for source in self.ctx.config.sources}
        wanted |= {state_id(one.id) for one in self.ctx.config.reading_lists}
        mine = [state for state in states.values() if state.id in wanted]
        patience = max(self.ctx.config.publish.interval * 5, DRAIN * 20).total_seconds()
        problems = sorted(set(self._problems.values()))
        if time.monotonic() - self._beat >= patience:
            problems.append(f"no job has ended well for {patience:g} s")
        return {
            "ok": not problems,
            "problems": problems,
            "loop_lag_ms": self._lag.p99(),
            "sources": len(mine),
            "failing": sorted(state.id for state in mine if state.status in {"failed", "held"}),
        }
