"""When a source is due next, and whose wish that was.  Pure.

Several parties have a say: the operator's interval, the source's own rhythm, the freshness
lifetime that the server gave its answer (RFC 9111, 4.2), its ``Retry-After`` (RFC 9110,
10.2.3), the hints of the feed (``ttl``, ``sy:``, ``skipHours``, ``skipDays``), and our own
back-off while attempts fail.  The longest wish wins: coming late costs minutes, coming
early costs the publisher's goodwill.  A little is added per source, so that sources of one
interval neither meet nor fall on the full hour.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syndicator.model.settings import Fetch, Source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=7)
"""No wish is followed for longer: a mistaken header must not silence a feed for a year."""
FIRST_BACKOFF = HOUR
LONGEST_BACKOFF = DAY
LEAST_INTERVAL = timedelta(minutes=15)
"""A stranger's server is not asked more often, unless the source itself says so."""
LONG_GONE = timedelta(days=30)
"""A feed that is forbidden or not found for so long is looked for once a week."""
JITTER = 0.1
"""Largest share of the wait that is added on top of it."""
FAILURE_JITTER = 0.2
"""The same while attempts fail: what broke for many at once must not come back at once."""

FEWEST_POSTS = 5
"""Entries without which there is no rhythm."""
NEWS = 0.5
"""A visit is worth while once this many new entries are to be expected."""
_PRIOR_HOURS = 4
"""An hour of the week is believed to be like the others until it was seen this often."""
_NEAR = ((-1, 0.25), (0, 0.5), (1, 0.25))
"""Publishers are no clocks: an hour counts for its neighbours too."""

_Slot = tuple[bool, int]
"""Whether it is the week's end, and the hour of the day (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The operator's say: the interval, and how far the rhythm may move it."""

    every: timedelta
    least: timedelta
    most: timedelta
    hints_up_to: timedelta
    """How much the feed's own hints may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What everybody asks for after an attempt."""

    bounds: Bounds
    posts: Sequence[datetime] = ()
    """When the source published, as far as known; any order."""
    fresh_for: timedelta = timedelta(0)
    """How long the last answer stays fresh (RFC 9111, 4.2)."""
    hint: timedelta = timedelta(0)
    """What ``ttl`` and ``sy:updatePeriod`` ask for."""
    skip_hours: Sequence[int] = ()
    skip_days: Sequence[int] = ()
    retry_after: timedelta = timedelta(0)
    """RFC 9110, 10.2.3."""
    failures: int = 0
    """Attempts that failed in a row, the last one included."""
    status: int | None = None
    """HTTP status of the last answer."""
    failing_for: timedelta = timedelta(0)
    unvalidated: bool = False
    """The server gives no validator that holds: every visit transfers the whole document."""
    pushed: bool = False
    """A hub tells us of news; visits are only the net below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When the source may be visited again, and which wish decided."""

    at: datetime
    why: str


def interval_bounds(source: Source, fetch: Fetch, *, ours: bool = False) -> Bounds:
    """Return what the operator wants for *source*.

    An interval of the source itself is taken as written.  What only ``fetch`` says is held
    to 15 minutes, except at hosts that the operator opened as *ours*.
    """
    every = source.interval or fetch.interval
    least = source.min_interval or source.interval or fetch.min_interval or every
    most = source.max_interval or source.interval or fetch.max_interval or every
    if not (ours or source.interval or source.min_interval):
        least = max(least, LEAST_INTERVAL)
    most = max(most, least)
    stated = ours or source.max_interval or source.interval or fetch.max_interval
    return Bounds(
        every=min(max(every, least), most),
        least=least,
        most=most,
        hints_up_to=most if stated else max(most, DAY),
    )


def plan_next(now: datetime, asked: Asked, *, key: str = "") -> Plan:
    """Return the instant before which the source must be left alone, and why.

    Args:
        now: aware; when the last attempt ended.
        asked: by everybody.
        key: name of the source; it alone settles how much is added to the wait, at most a
            tenth of it (a fifth after a failure), nothing for an empty key.

    Raises:
        ValueError: *now* is naive or the failures are negative.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    wait, why = max(_wishes(now, asked), key=lambda wish: wish[0])
    spread = FAILURE_JITTER if asked.failures else JITTER
    # The jitter only ever adds, so it cannot undercut what the server asked for.
    at = now + min(wait * (1 + spread * _share(key)), LONGEST_WAIT)
    open_at = _out_of_skipped(at, asked, key)
    if at < open_at <= now + LONGEST_WAIT:
        return Plan(at=open_at, why="the feed asks not to be read at that hour or day before")
    return Plan(at=at, why=why)


def backoff(failures: int) -> timedelta:
    """Return how long to wait after *failures* in a row: 1 h, doubled up to 24 h; 0 for none.

    Raises:
        ValueError: *failures* is negative.
    """
    if failures < 0:
        raise ValueError("failures must not be negative")
    if failures == 0:
        return timedelta(0)
    # The exponent is bounded too: a large one would overflow before min() sees it.
    return min(FIRST_BACKOFF * (1 << min(failures - 1, 5)), LONGEST_BACKOFF)


def _wishes(now: datetime, asked: Asked) -> Iterator[tuple[timedelta, str]]:
    yield asked.fresh_for, "the server says that its answer stays fresh until then"
    yield min(asked.hint, asked.bounds.hints_up_to), "the feed itself asks for no more visits"
    yield asked.retry_after, "the server asked to be left alone until then"
    many = f"{asked.failures} attempts failed in a row"
    yield backoff(asked.failures), "the last attempt failed" if asked.failures == 1 else many
    if asked.failures and asked.status in {403, 404, 410}:
        often = LONGEST_WAIT if asked.failing_for >= LONG_GONE else DAY
        rate = "once a week" if often == LONGEST_WAIT else "once a day"
        yield often, f"HTTP {asked.status}: looked for {rate}"
    if asked.unvalidated:
        yield DAY, "its server sends no validators that can be relied on: once a day"
    if asked.pushed:
        yield DAY, "a hub tells of news: visited once a day besides"
    yield _interval(now, asked)  # last: of equal wishes the first one is told


def _interval(now: datetime, asked: Asked) -> tuple[timedelta, str]:
    bounds = asked.bounds
    if bounds.least != bounds.most:
        own = rhythm_wait(now, asked.posts, longest=bounds.most)
        if own is not None:
            return max(own, bounds.least), "its own rhythm: news is to be expected by then"
    return bounds.every, "the interval of the configuration"


def rhythm_wait(
    now: datetime, posts: Sequence[datetime], *, longest: timedelta
) -> timedelta | None:
    """Return after what time news is to be expected, at most *longest*; None if unknown.

    The rate is that of the known entries up to now, so a source that fell silent is
    visited ever more rarely.  It is shared out over the hours in which the source was seen
    to publish, on days of the week and of the week's end apart.
    """
    past = sorted(post for post in posts if post <= now)
    if len(past) < FEWEST_POSTS:
        return None
    rates = _rates(past, max(now - past[0], DAY))
    # What was published since we looked is in the document just read: nothing is waiting.
    expected, moment, end = 0.0, now, now + min(longest, LONGEST_WAIT)
    while moment < end:
        left = moment.replace(minute=0, second=0, microsecond=0) + HOUR - moment
        rate = rates[_slot(moment)]
        if expected + rate * (left / HOUR) >= NEWS:
            return min(moment + HOUR * ((NEWS - expected) / rate), end) - now
        expected += rate * (left / HOUR)
        moment += left
    return end - now


def _slot(moment: datetime) -> _Slot:
    return moment.weekday() >= 5, moment.hour


def _rates(past: Sequence[datetime], known: timedelta) -> dict[_Slot, float]:
    """Return how many entries an hour the source publishes, for each slot of the week."""
    even = len(past) / (known / HOUR)
    seen = Counter(_slot(post) for post in past)
    lived = _hours_of(past[0], known)
    rates = {}
    for weekend, hour in lived:
        near = [((weekend, (hour + by) % 24), weight) for by, weight in _NEAR]
        posts = sum(weight * seen[slot] for slot, weight in near)
        hours = sum(weight * lived[slot] for slot, weight in near)
        rates[weekend, hour] = (posts + even * _PRIOR_HOURS) / (hours + _PRIOR_HOURS)
    return rates


def _hours_of(start: datetime, known: timedelta) -> dict[_Slot, int]:
    """Return how often each slot came within *known* from *start* on."""
    weeks, rest = divmod(int(known / HOUR), 168)
    lived = {
        (weekend, h): weeks * (2 if weekend else 5) for weekend in (False, True) for h in range(24)
    }
    for hour in range(rest):
        lived[_slot(start + HOUR * hour)] += 1
    return lived


def _out_of_skipped(at: datetime, asked: Asked, key: str) -> datetime:
    if len(set(asked.skip_hours)) >= 24 or len(set(asked.skip_days)) >= 7:
        return at  # all of the time is none of it
    moment = at
    for _ in range(24 * 8):
        if moment.hour not in asked.skip_hours and moment.weekday() not in asked.skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + HOUR * (
            1 + JITTER * _share(key)
        )
    return at


def _share(key: str) -> float:
    """Return a number in [0, 1) that depends on nothing but *key*."""
    if not key:
        return 0.0
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) / 2**32
