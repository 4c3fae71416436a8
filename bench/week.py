"""A simulated week over 200 sources: the schedule against a fixed hourly poll.

``python bench/week.py`` prints, per kind of source and for all: the median delay until a new
entry was seen, the same as a share of the source's own gap between entries, fetches for each
new entry, and requests that came earlier than a server had allowed.  The rhythms are
invented; the clock is fake; nothing is fetched.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from syndicator.model.settings import Fetch, Source
from syndicator.schedule import Asked, interval_bounds, plan_next

START = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SHOWN = 25
"""Entries in a document."""
LIMITS = Fetch(min_interval=timedelta(minutes=20), max_interval=timedelta(hours=12))
"""As in the shipped configuration."""

Posts = Callable[[random.Random, datetime], Iterator[datetime]]


def around(rng: random.Random, day: datetime, hour: float, spread: float) -> datetime:
    return day + HOUR * max(0.0, min(23.9, rng.gauss(hour, spread)))


def newsroom(rng: random.Random, day: datetime) -> Iterator[datetime]:
    for _ in range(rng.randint(4, 8) if day.weekday() >= 5 else rng.randint(18, 34)):
        yield around(rng, day, 13, 4)


def agency(rng: random.Random, day: datetime) -> Iterator[datetime]:
    for _ in range(rng.randint(70, 110)):
        yield day + DAY * rng.random()


def magazine(rng: random.Random, day: datetime) -> Iterator[datetime]:
    if day.weekday() < 5:
        for _ in range(rng.randint(2, 5)):
            yield around(rng, day, 10, 2)


def morning(rng: random.Random, day: datetime) -> Iterator[datetime]:
    if rng.random() < 0.9:
        yield around(rng, day, 7, 0.3)


def blog(rng: random.Random, day: datetime) -> Iterator[datetime]:
    if rng.random() < 0.3:
        yield around(rng, day, 20, 2.5)


def weekly(rng: random.Random, day: datetime) -> Iterator[datetime]:
    if day.weekday() == 3:
        yield around(rng, day, 15, 0.5)


def rare(rng: random.Random, day: datetime) -> Iterator[datetime]:
    if rng.random() < 0.03:
        yield day + DAY * rng.random()


KINDS: tuple[tuple[str, Posts, int], ...] = (
    ("agency", agency, 10),
    ("newsroom", newsroom, 40),
    ("magazine", magazine, 40),
    ("morning", morning, 30),
    ("blog", blog, 40),
    ("weekly", weekly, 20),
    ("rare", rare, 20),
)


@dataclass
class Server:
    """One feed: when it publishes, and what its answers ask for."""

    name: str
    kind: str
    posts: list[datetime]
    max_age: timedelta
    validators: bool
    busy: tuple[datetime, datetime]
    """A time in which it answers 503 with ``Retry-After``."""


@dataclass
class Tally:
    """What one way of polling cost and brought."""

    fetches: int = 0
    delays: list[timedelta] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    early: int = 0

    def add(self, other: "Tally") -> None:
        self.fetches += other.fetches
        self.delays += other.delays
        self.shares += other.shares
        self.early += other.early


def servers(rng: random.Random) -> list[Server]:
    made = []
    for kind, posts_of, count in KINDS:
        for number in range(count):
            shift = HOUR * rng.choice((0, 0, 1, -5, -8, 9))
            days = [START + DAY * n for n in range(-120, 8)]
            posts = sorted(post + shift for day in days for post in posts_of(rng, day))
            asleep = START + WEEK * rng.random()
            made.append(
                Server(
                    name=f"{kind}-{number}",
                    kind=kind,
                    posts=posts,
                    max_age=rng.choice((timedelta(0),) * 4 + (HOUR / 4, HOUR, 3 * HOUR)),
                    validators=rng.random() < 0.9,
                    busy=(asleep, asleep + HOUR * rng.choice((0, 0, 0, 1, 5))),
                )
            )
    return made


def poll(server: Server, *, adaptive: bool) -> Tally:
    tally = Tally()
    source = Source(id=server.name, feed=f"https://{server.name}.example/", publisher="p")
    bounds = interval_bounds(source, LIMITS)
    now, allowed, seen, failures = START + HOUR * _phase(server.name), START, START, 0
    known: set[datetime] = set()
    gap = max(WEEK / max(1, _count(server, START, START + WEEK)), timedelta(minutes=1))
    while now < START + WEEK:
        tally.fetches += 1
        tally.early += now < allowed
        asked, retry = timedelta(0), timedelta(0)
        if server.busy[0] <= now < server.busy[1]:
            failures += 1
            retry = max(server.busy[1] - now, HOUR)
        else:
            failures, asked = 0, server.max_age
            shown = [post for post in server.posts if post <= now][-SHOWN:]
            for post in server.posts:
                if seen < post <= now:
                    tally.delays.append(now - post)
                    tally.shares.append((now - post) / gap)
            seen = now
            known = set(sorted(known | set(shown))[-100:])
        allowed = now + max(asked, retry)
        plan = plan_next(
            now,
            Asked(
                bounds=bounds,
                posts=tuple(known),
                fresh_for=asked,
                retry_after=retry,
                failures=failures,
                status=503 if failures else 200,
                unvalidated=not server.validators,
            ),
            key=server.name,
        )
        now = plan.at if adaptive else now + HOUR
    return tally


def _phase(name: str) -> float:
    return random.Random(name).random()


def _count(server: Server, start: datetime, end: datetime) -> int:
    return sum(start <= post < end for post in server.posts)


def line(name: str, ours: Tally, hourly: Tally) -> str:
    cells = [name.ljust(9)]
    for tally in (ours, hourly):
        items = len(tally.delays)
        delay = median(tally.delays) / timedelta(minutes=1) if items else 0.0
        share = median(tally.shares) * 100 if items else 0.0
        per = tally.fetches / items if items else float("inf")
        cells.append(f"{delay:7.1f} min {share:6.1f} % {per:7.2f} f/item {tally.early:5} early")
    return "  | ".join(cells)


def main() -> None:
    world = servers(random.Random(2026))
    totals = Tally(), Tally()
    print(f"{len(world)} sources, one week; left: the schedule, right: every hour")
    for kind, _, _ in KINDS:
        both = Tally(), Tally()
        for server in world:
            if server.kind == kind:
                both[0].add(poll(server, adaptive=True))
                both[1].add(poll(server, adaptive=False))
        print(line(kind, *both))
        for total, part in zip(totals, both, strict=True):
            total.add(part)
    print(line("all", *totals))
    print(f"requests earlier than a server allowed: {totals[0].early}")


if __name__ == "__main__":
    main()
