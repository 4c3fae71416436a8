"""Reader processes: limits of one document, and no harm to the others."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from syndicator.errors import ParseError, ReadingFailed
from syndicator.pipeline.readers import Readers
from syndicator.pipeline.worker import LARGE, Limits
from tests.edge import hooks

SHORT = Limits(cpu=1, wall=60, memory=400_000_000)


@pytest.fixture
def readers():
    with Readers(2, SHORT) as pool:
        yield pool


def gone(pid):
    """Tell whether the process ends within the time that a busy machine may need."""
    for _ in range(300):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # and nobody there to bury it
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False


def test_a_call_runs_in_another_process_and_gives_its_value(readers):
    assert readers.submit(hooks.double, 21).result() == 42
    assert readers.submit(hooks.whoami).result() != os.getpid()


@pytest.mark.parametrize(
    ("hook", "arguments", "problem"),
    [
        pytest.param(hooks.loop, (), "more than 1 s of processor time", id="loops"),
        pytest.param(hooks.swell, (), "more than 381 MB of memory", id="swells"),
        pytest.param(hooks.crash, (), "SIGSEGV", id="crashes"),
        pytest.param(hooks.leave, (), "code 3", id="leaves"),
        pytest.param(hooks.stumble, (), "ZeroDivisionError: by a bug", id="stumbles"),
    ],
)
def test_a_document_that_passes_a_limit_takes_nobody_along(readers, hook, arguments, problem):
    bad = readers.submit(hook, *arguments)
    good = [readers.submit(hooks.double, n) for n in range(20)]

    with pytest.raises(ReadingFailed, match=problem):
        bad.result()
    assert [future.result() for future in good] == [n * 2 for n in range(20)]
    assert readers.submit(hooks.double, 1).result() == 2


def test_a_reader_that_was_killed_as_it_was_idle_harms_no_document():
    with Readers(2, SHORT) as pool:
        list(pool.map(hooks.sleep, [0.5, 0.5]))
        for pid in pool.pids():
            os.kill(pid, signal.SIGKILL)

        assert list(pool.map(hooks.double, range(6))) == [n * 2 for n in range(6)]


def test_a_document_whose_reader_was_killed_is_read_once_more(tmp_path):
    with Readers(1, SHORT) as pool:
        assert pool.submit(hooks.killed_before, tmp_path / "first", 1).result() == "read"
        with pytest.raises(ReadingFailed, match="SIGKILL"):
            pool.submit(hooks.killed_before, tmp_path / "second", 2).result()
        assert pool.submit(hooks.double, 1).result() == 2


def test_what_ends_a_whole_service_leaves_the_end_of_its_readers_to_the_parent(readers):
    assert readers.submit(hooks.survive, signal.SIGTERM, signal.SIGHUP).result() == "survived"


def test_a_document_that_waits_for_ever_is_given_up():
    with Readers(1, Limits(wall=2)) as pool:
        with pytest.raises(ReadingFailed, match=r"more than 2 s: it was given up"):
            pool.submit(hooks.sleep, 60).result()
        assert pool.submit(hooks.double, 1).result() == 2


def test_limits_are_those_of_each_call_and_not_of_the_process(readers):
    for _ in range(4):
        with pytest.raises(ParseError, match="no feed"):
            readers.submit(hooks.refuse).result()
    pids = {readers.submit(hooks.whoami).result() for _ in range(20)}

    assert pids <= set(readers.pids())


def test_a_process_is_replaced_after_so_many_calls():
    with Readers(1, Limits(calls=3)) as pool:
        pids = [pool.submit(hooks.whoami).result() for _ in range(6)]

    assert len(set(pids[:3])) == len(set(pids[3:])) == 1
    assert pids[0] != pids[3]


def test_a_process_that_got_a_large_document_is_replaced():
    with Readers(1) as pool:
        first, second = (pool.submit(hooks.whoami, b"x" * LARGE).result() for _ in range(2))

    assert first != second


def test_what_nobody_calls_for_ends_and_another_one_takes_the_next_call():
    with Readers(2, Limits(idle=0.2)) as pool:
        first = pool.submit(hooks.whoami).result()
        assert gone(first)
        assert first not in pool.pids()

        assert pool.submit(hooks.whoami).result() != first


def test_one_process_works_and_the_other_may_go_while_one_is_enough(readers):
    busy = [readers.submit(hooks.sleep, 1) for _ in range(2)]
    for future in busy:
        future.result()
    assert len(readers.pids()) == 2

    assert len({readers.submit(hooks.whoami).result() for _ in range(20)}) == 1


def test_a_reader_gives_way_and_has_none_of_our_passwords(readers, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "s3cret")

    assert "s3cret" not in readers.submit(hooks.environment).result().values()
    assert readers.submit(hooks.niceness).result() > os.nice(0)


def test_shutdown_ends_all_processes_also_busy_ones():
    pool = Readers(2, Limits(cpu=60, wall=60))
    pool.submit(hooks.double, 1).result()
    busy = [pool.submit(hooks.loop) for _ in range(3)]
    while len(pool.pids()) < 2:
        time.sleep(0.01)
    pids = pool.pids()

    pool.shutdown(cancel_futures=True)

    for future in busy:
        with pytest.raises((ReadingFailed, CancelledError)):
            future.result()
    assert pool.pids() == ()
    assert all(gone(pid) for pid in pids)


PARENT = """
from syndicator.pipeline.readers import Readers
from syndicator.pipeline.worker import Limits
from tests.edge import hooks
pool = Readers(2, Limits(cpu=1, wall=20))
mine = [pool.submit(hooks.whoami).result() for _ in range(1)]
loops = [pool.submit(hooks.loop) for _ in range(2)]
while len(pool.pids()) < 1 + (WORK == "busy"):
    pass
print(*pool.pids(), flush=True)
input()
"""


@pytest.mark.parametrize("work", ["idle", "busy"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_reader_outlives_its_parent(number, work):
    parent = subprocess.Popen(
        [sys.executable, "-c", f"WORK = {work!r}\n{PARENT}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert pids

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()

    assert all(gone(pid) for pid in pids)
