"""Whose turn it is at a host: one request at a time, with a pause between two.  Edge.

A host gets its next request only after the last one has ended and the gap has passed,
whoever asks and for whichever feed or redirect.  What said "later" (429, 503) is on hold:
the host as a whole, or, as the operator chooses, that address or its whole domain.  All
times are those of the event loop's monotonic clock: a jump of the wall clock neither opens
nor blocks the gate.
"""

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from syndicator.fetch.decoding import ROOM
from syndicator.model.settings import Penalty
from syndicator.urls import host_of

SWEEP_AT = 1000
"""Hosts remembered before the first sweep for those with nothing left to remember."""

_HOSTERS = frozenset(
    f"{name}.com" for name in ("livejournal", "medium", "substack", "tumblr", "wordpress")
) | {"hypotheses.org"}
"""Whose customers each have a host of their own, though the list of suffixes says nothing."""


def penalty_key(url: str, scope: Penalty) -> str:
    """Return the name of what is put on hold when *url* answers 429 or 503."""
    host = host_of(url)
    match scope:
        case "url":
            return url
        case "host":
            return host
        case "domain":
            return f"domain {registered_domain(host)}"


def registered_domain(host: str) -> str:
    """Return the domain that somebody registered: one label more than a public suffix.

    Suffixes are those of the Public Suffix List, in the edition that came with the package,
    its private part included: two blogs of one provider are two domains.  An address, and a
    name that is itself a suffix, is returned as it is.
    """
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        labels = host.split(".")
        if ".".join(labels[-2:]) in _HOSTERS:
            return ".".join(labels[-3:])
        return _suffixes().privatesuffix(host) or host
    return host


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@dataclass(slots=True)
class _Lane:
    """The state of one host; the times are those of the loop's clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    """Tasks that are at the host or wait for it."""
    free_at: float = 0.0
    held_until: float = 0.0
    status: int = 0
    """The status that put the host on hold."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A host is to be left alone *for_* so long, because it answered *status*."""

    status: int
    for_: timedelta


class HostGate:
    """Lets one request at a time pass to each host."""

    def __init__(self, per_host_gap: timedelta) -> None:
        """Make a gate that keeps *per_host_gap* between two requests to one host."""
        self.gap = per_host_gap
        self.room = asyncio.Semaphore(ROOM)
        """For :func:`read_body`: large bodies at once, whatever hosts they come from."""
        self._lanes: dict[str, _Lane] = {}
        self._sweep_at = SWEEP_AT

    @property
    def remembered(self) -> int:
        """How many hosts have a state here."""
        return len(self._lanes)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the turn at *host* and keep it for the length of the block.

        First come, first served.  Leave one turn before entering the next: whoever
        holds a turn must not ask for another.
        """
        lane = self._lane(host)
        clock = asyncio.get_running_loop().time
        lane.users += 1
        try:
            async with lane.lock:
                await asyncio.sleep(max(0.0, lane.free_at - clock()))
                try:
                    yield
                finally:
                    lane.free_at = clock() + self.gap.total_seconds()
        finally:
            lane.users -= 1

    def hold(self, host: str, wait: timedelta, *, status: int) -> None:
        """Put *host*, or another :func:`penalty_key`, on hold for *wait* from now.

        A hold that lasts longer stays in force.
        """
        until = asyncio.get_running_loop().time() + wait.total_seconds()
        lane = self._lane(host)
        if until > lane.held_until:
            lane.held_until = until
            lane.status = status

    def held(self, *names: str) -> Hold | None:
        """Return the longest hold that one of *names* is under, if any."""
        now = asyncio.get_running_loop().time()
        lanes = [lane for name in names if (lane := self._lanes.get(name.lower()))]
        lane = max(lanes, key=lambda lane: lane.held_until, default=None)
        if lane is None or lane.held_until <= now:
            return None
        return Hold(status=lane.status, for_=timedelta(seconds=lane.held_until - now))

    def _lane(self, host: str) -> _Lane:
        if len(self._lanes) >= self._sweep_at:
            self._sweep()
        return self._lanes.setdefault(host.lower(), _Lane())

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        self._lanes = {
            host: lane
            for host, lane in self._lanes.items()
            if lane.users or max(lane.free_at, lane.held_until) > now
        }
        # Doubling keeps the sweeps rare when many hosts are really in use.
        self._sweep_at = max(SWEEP_AT, 2 * len(self._lanes))
