"""Inside a reader process: one call after another, each within its limits.  Edge.

The limits are the kernel's own, so no document talks its way around them: timers whose
signals end the process, and a bound on its memory.  The process ends with its parent, whose
end of the wire closes whichever way the parent dies; a call that never ends meets its timer.
"""

import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from syndicator.errors import ParseError

NICENESS = 5
"""Readers give way to the process that talks to servers and subscribers."""
LARGE = 2_000_000
"""Octets of a call after which the process ends: what it needed is given back for sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one call may cost."""

    cpu: float = 10.0
    """Seconds of processor time; a document of ``fetch.max_body`` in bad XML needs seven."""
    wall: float = 120.0
    """Seconds."""
    memory: int = 512 * 1024 * 1024
    """Octets of address space, the interpreter included."""
    calls: int = 500
    """After so many a process ends, and with it whatever they left behind in memory."""
    idle: float = 6.0
    """Seconds; a process that nobody calls for so long ends, and gives its memory back.

    More than the five between two rounds, less than what publishing takes: the memory that
    one needs is not to be on top of what the other no longer does.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to: *value*, or why there is none."""

    value: Any = None
    refused: str | None = None
    """Why the document cannot be read, in words for the operator."""
    given_up: str | None = None
    """Why reading it was given up."""
    bug: str | None = None
    """The traceback of an error that nobody raised on purpose."""
    last: bool = False
    """The process ends now; another one must take the next call."""


def main() -> None:
    """Serve the wire whose number is the first argument until its other end closes."""
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    # Ctrl-C and a lost terminal are told to the whole process group, and systemd stops all
    # processes of a service: the parent drains, its readers finish.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Connection(int(sys.argv[1])) as wire:
        try:
            limits: Limits = wire.recv()
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
            _serve(wire, limits)
        except (EOFError, ConnectionError):
            return  # the parent is gone, or wants no more


def _serve(wire: Connection, limits: Limits) -> None:
    for served in range(1, limits.calls + 1):
        if not wire.poll(limits.idle):
            return
        call = wire.recv_bytes()
        signal.setitimer(signal.ITIMER_PROF, limits.cpu)
        signal.setitimer(signal.ITIMER_REAL, limits.wall)
        last = served == limits.calls or len(call) > LARGE
        answer, last = _answered(call, limits, last=last)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        wire.send_bytes(answer)
        if last:
            return


def _answered(call: bytes, limits: Limits, *, last: bool) -> tuple[bytes, bool]:
    """Carry *call* out; return the answer as bytes, and whether it is the last one."""
    try:
        function: Callable[..., object]
        function, arguments = pickle.loads(call)  # noqa: S301 - from our own parent
        answer = Answer(value=function(*arguments), last=last)
        return pickle.dumps(answer), last
    except ParseError as error:
        return pickle.dumps(Answer(refused=str(error), last=last)), last
    except MemoryError:
        # Who knows what is half done in here now: this process has served its time.
        megabytes = limits.memory // (1024 * 1024)
        given_up = f"reading it needs more than {megabytes} MB of memory: it was given up"
        return pickle.dumps(Answer(given_up=given_up, last=True)), True
    except Exception:  # noqa: BLE001 - told to the parent, which logs it
        return pickle.dumps(Answer(bug=traceback.format_exc(), last=True)), True
