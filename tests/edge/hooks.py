"""Functions for a reader process that do what a hostile document might make a parser do."""

import os
import signal
import time
from dataclasses import dataclass

from syndicator.errors import ParseError


def double(number):
    return number * 2


def loop():
    while True:
        pass


def sleep(seconds):
    time.sleep(seconds)


def swell():
    held = []
    while True:
        held.append(bytearray(10_000_000))


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def killed_before(marks, times):
    """Be killed so many *times*, then answer; the directory *marks* counts."""
    marks.mkdir(exist_ok=True)
    if len(list(marks.iterdir())) < times:
        (marks / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "read"


def survive(*signals):
    for number in signals:
        os.kill(os.getpid(), number)
    return "survived"


def leave():
    os._exit(3)


def refuse():
    raise ParseError("no feed")


def stumble():
    raise ZeroDivisionError("by a bug")


def whoami(_=b""):
    return os.getpid()


def environment():
    return dict(os.environ)


def niceness():
    return os.nice(0)


@dataclass(frozen=True)
class Hostile:
    """A reader of documents that runs *hook* on those that end with *marked*."""

    hook: object
    marked: bytes

    def __call__(self, body, *arguments):
        if body.endswith(self.marked):
            self.hook()
        # Here only: the time that this import takes must not count for the other hooks.
        from syndicator.pipeline.reading import read_document  # noqa: PLC0415

        return read_document(body, *arguments)
