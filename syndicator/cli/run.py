"""``syndicator run`` and ``syndicator serve``."""

import asyncio
import signal
from pathlib import Path

from syndicator.cli.root import CONFIG, main, opened, read_config, reloader
from syndicator.daemon import Daemon
from syndicator.serve import make_app, serve


@main.command()
@CONFIG
def run(directory: Path) -> None:
    """Keep the feeds fresh, publish and serve them, until stopped.

    SIGHUP reads the configuration again; SIGTERM finishes what is under way and stops.
    """
    # Until the daemon hears it: its default is to end the process.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})

    async def work() -> None:
        with opened(directory, create=True) as ctx:
            await Daemon(ctx, reloader(directory)).run()

    asyncio.run(work())


@main.command(name="serve")
@CONFIG
def serve_command(directory: Path) -> None:
    """Serve what is published, without visiting any source."""
    config = read_config(directory)
    app = make_app(
        Path(config.publish.directory), max_age=config.serve.max_age, health=lambda: {"ok": True}
    )
    asyncio.run(serve(app, config.serve.host, config.serve.port))
