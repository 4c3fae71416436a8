"""Commands of the program, each in a process of its own that need not import it again.

One process imports the program and forks for every command: a journey of many commands pays
for one start.  What a start itself does is tested where ``Site.command`` is used.
"""

import os
import runpy
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

LONGEST = 300
"""Seconds; no command of a journey takes so long."""


class Commands:
    """Runs commands one after the other; a context manager."""

    def __enter__(self):
        self._wire, theirs = Pipe()
        program = f"from {__name__} import serve; serve({theirs.fileno()})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        return self

    def __exit__(self, *_):
        self._wire.close()
        self._process.wait()

    def run(self, directory, arguments, environment):
        """Run ``syndicator`` with *arguments*; what it prints passes through *directory*."""
        files = [directory / "stdout.txt", directory / "stderr.txt"]
        self._wire.send((arguments, environment, files))
        if not self._wire.poll(LONGEST):
            os.killpg(self._process.pid, 9)
            raise TimeoutError(f"syndicator {' '.join(arguments)}")
        out, err = (file.read_text("utf-8") for file in files)
        return subprocess.CompletedProcess(arguments, self._wire.recv(), out, err)


def serve(number):
    """Fork for each command that comes over the wire *number*, until it closes."""
    import syndicator.cli  # noqa: F401, PLC0415 - what the forks have in common

    with Connection(number) as wire:
        while True:
            try:
                command = wire.recv()
            except EOFError:
                return
            child = os.fork()
            if child == 0:
                wire.close()
                _become(*command)
            wire.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(arguments, environment, files):
    for file, descriptor in zip(files, (1, 2), strict=True):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["syndicator", *arguments]
    runpy.run_module("syndicator", run_name="__main__", alter_sys=True)
    sys.exit()
