"""``syndicator run`` and ``syndicator serve``."""

import asyncio
import ctypes
import signal
from contextlib import suppress
from pathlib import Path

from syndicator.cli.root import CONFIG, main, opened, read_config, reloader
from syndicator.daemon import Daemon
from syndicator.serve import make_app, serve

_TRIM_THRESHOLD, _ARENA_MAX = -1, -8  # malloc.h of glibc
_SPARE = 1_000_000
"""Octets of free memory that the process may keep."""


@main.command()
@CONFIG
def run(directory: Path) -> None:
    """Keep the feeds fresh, publish and serve them, until stopped.

    SIGHUP reads the configuration again; SIGTERM finishes what is under way and stops.
    """
    # Until the daemon hears it: its default is to end the process.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})

    _keep_little_memory()

    async def work() -> None:
        with opened(directory, create=True) as ctx:
            await Daemon(ctx, reloader(directory)).run()

    asyncio.run(work())


def _keep_little_memory() -> None:
    """Have one pool of memory for all threads, and give back what is free in it.

    By itself glibc makes a pool for each, and a pass over the outputs leaves them large.
    Where another C library is at work there is nothing to set.
    """
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, 1)
        libc.mallopt(_TRIM_THRESHOLD, _SPARE)


@main.command(name="serve")
@CONFIG
def serve_command(directory: Path) -> None:
    """Serve what is published, without visiting any source."""
    config = read_config(directory)
    app = make_app(
        Path(config.publish.directory), max_age=config.serve.max_age, health=lambda: {"ok": True}
    )
    asyncio.run(serve(app, config.serve.host, config.serve.port))
