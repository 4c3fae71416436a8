"""The processes in which documents are read, so that none of them can hurt another.  Edge.

Each process works through a wire of its own and shares nothing with the others: one that
loops, swells or crashes is ended by its own limits (:mod:`syndicator.pipeline.worker`), takes
only its own document along, and is replaced when the next one comes.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from syndicator.errors import ParseError, ReadingFailed
from syndicator.pipeline.worker import Answer, Limits

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

MOST = 4
"""Processes; more would hold more memory than they save time."""
GRACE = 10.0
"""Seconds beyond the limit of a call after which a silent process is killed from here."""
_BOOT = "from syndicator.pipeline.worker import main; main()"
_PASSED_ON = ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH")
"""The environment of a reader: it has no business with the passwords in ours."""


class Readers(Executor):
    """An executor whose calls run in processes, within :class:`Limits`; see :meth:`submit`."""

    def __init__(self, count: int | None = None, limits: Limits | None = None) -> None:
        """Have at most *count* processes, each started when it is first needed.

        Args:
            count: None: one for each processor, at most :data:`MOST`.
            limits: of one call.
        """
        count = count or max(1, min(MOST, os.cpu_count() or 1))
        self._limits = limits or Limits()
        # One thread waits for each process: it sends, it receives, it starts a new one.
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reader")
        self._lock = threading.Lock()
        self._free: list[_Process] = []
        self._alive: set[_Process] = set()
        self._closed = False

    def submit(
        self, function: Callable[P, T], /, *arguments: P.args, **keywords: P.kwargs
    ) -> Future[T]:
        """Return the future of ``function(*arguments)``, which runs in a reader process.

        *function* is a module's own, *arguments* and result can be pickled.  The future
        raises ReadingFailed for a call that passed a limit, ended its process, or met a
        bug, and ParseError as *function* does.

        Raises:
            ValueError: there are *keywords*.
        """
        if keywords:
            raise ValueError("a reader takes no keywords")
        return self._threads.submit(self._call, function, arguments)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is Executor's
        """End all processes, also those that are at work; it takes no time worth not waiting."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        with self._lock:
            self._closed = True
            alive = tuple(self._alive)
        for process in alive:
            process.kill()
        self._threads.shutdown(wait=wait)
        for process in alive:
            self._discard(process)

    def pids(self) -> tuple[int, ...]:
        """Return the ids of the processes that live now."""
        with self._lock:
            return tuple(process.pid for process in self._alive if process.lives())

    def _call(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        message = pickle.dumps((function, arguments))
        answer, kills = None, 0
        while answer is None:
            process = self._take()
            try:
                answer = process.call(message, repeatable=not kills)
            except BaseException:
                self._discard(process)
                raise
            if answer is None or answer.last:
                self._discard(process)
                kills += process.was_killed
            else:
                self._free.append(process)
        result: T = _value(answer)
        return result

    def _take(self) -> "_Process":
        """Return the process that was at work last, so that the others may go; or a new one."""
        with self._lock:
            if self._closed:
                raise ReadingFailed("not read: the readers are closed")
            while self._free:
                process = self._free.pop()
                if process.lives():
                    return process
                process.end()
                self._alive.discard(process)
            process = _Process(self._limits)
            self._alive.add(process)
        return process

    def _discard(self, process: "_Process") -> None:
        process.end()
        with self._lock:
            self._alive.discard(process)


class _Process:
    """One reader process and our end of its wire."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._answered = False
        self.was_killed = False
        """By a SIGKILL that was not ours, while it had a call."""
        self._wire, theirs = Pipe()
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-c", _BOOT, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=kept | {"PYTHONPATH": paths},
        )
        theirs.close()
        self.pid = self._process.pid
        self._wire.send(limits)  # lies in the buffer until the process is there

    def lives(self) -> bool:
        """Say whether it has not ended yet."""
        return self._process.poll() is None

    def call(self, message: bytes, *, repeatable: bool) -> Answer | None:
        """Return the answer to *message*; None if another process should be asked for it.

        That is so where this one had ended before, as it was idle, and, if the call is
        *repeatable*, where somebody killed it: the operator, or the system that ran out of
        memory.  No limit of ours does that, so the document need not be to blame.

        Raises:
            ReadingFailed: the process ended instead.
        """
        try:
            self._wire.send_bytes(message)
            if not self._wire.poll(self._limits.wall + GRACE):
                raise ReadingFailed(_too_slow(self._limits.wall, "s"))
            answer: Answer = pickle.loads(self._wire.recv_bytes())  # noqa: S301 - from our child
        except (EOFError, OSError) as error:
            code = self._process.wait()
            self.was_killed = code == -signal.SIGKILL
            if (code == 0 and self._answered) or (self.was_killed and repeatable):
                return None
            raise ReadingFailed(_obituary(code, self._limits)) from error
        self._answered = True
        return answer

    def kill(self) -> None:
        """Kill it; whoever waits for its answer learns of that."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, if it still lives, and let go of the wire."""
        self._process.kill()
        self._process.wait()
        self._wire.close()


def _value(answer: Answer) -> Any:  # noqa: ANN401 - whatever the function returned
    if answer.refused is not None:
        raise ParseError(answer.refused)
    if answer.given_up is not None:
        raise ReadingFailed(answer.given_up)
    if answer.bug is not None:
        log.error("reading a document met a bug", extra={"traceback": answer.bug})
        what = answer.bug.strip().rpartition("\n")[2]
        raise ReadingFailed(f"reading it met a bug of syndicator (see the log): {what}")
    return answer.value


def _obituary(code: int, limits: Limits) -> str:
    """Return what the exit *code* of a process says about the document that it had."""
    match -code:
        case signal.SIGPROF:
            return _too_slow(limits.cpu, "s of processor time")
        case signal.SIGALRM:
            return _too_slow(limits.wall, "s")
        case number if number > 0:
            name = signal.Signals(number).name
            return f"reading it ended the reader process ({name}): it was given up"
    return f"the reader process ended with code {code}: standard error says why"


def _too_slow(seconds: float, unit: str) -> str:
    return f"reading it took more than {seconds:g} {unit}: it was given up"
