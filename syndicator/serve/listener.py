"""A listening HTTP server, inside a running event loop.  Edge.

uvicorn does HTTP; what it leaves open is closed here: the port is bound before it starts,
so that a taken one is an error with words, signals stay with the caller, and nobody holds a
connection by sending or reading drop by drop.
"""

import asyncio
import errno
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from syndicator.errors import SyndicatorError

FIRST_REQUEST = 15.0
"""Seconds a client has for a complete request."""
LAST_OCTET = 120.0
"""Seconds a client has to take the answer."""
MOST_CONNECTIONS = 20_000
MOST_HEADER_BYTES = 16_384
WRITE_BUFFER = 16_384
"""Octets that wait for a slow reader; only then the answer waits."""


async def serve(app: Starlette, host: str, port: int, *, stop: asyncio.Event | None = None) -> None:
    """Serve *app* until told to stop; then answers under way get two seconds.

    Args:
        app: made by :func:`make_app`.
        host: name or address to listen at.
        port: to listen on.
        stop: ends it, and signals are the caller's business; None: SIGTERM and SIGINT do.

    Raises:
        SyndicatorError: the port is taken, or host and port cannot be listened at.
    """
    listening = _listen(host, port)
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = _Server(_settings(app))
    ending = asyncio.create_task(_end_when(stop, server))
    try:
        await server.serve(sockets=[listening])
    finally:
        ending.cancel()
        listening.close()


def _settings(app: Starlette) -> uvicorn.Config:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return uvicorn.Config(
        app,
        http=_Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        # What strangers send is no news; only our own faults are.
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        # The rest of the descriptors is for the database, the feeds and the files.
        limit_concurrency=max(16, min(MOST_CONNECTIONS, files - 256)),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
    )


async def _end_when(stop: asyncio.Event, server: uvicorn.Server) -> None:
    await stop.wait()
    server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket: uvicorn itself would end the process where it cannot."""
    if not 0 <= port <= 65_535:  # some resolvers wrap such a number round
        raise SyndicatorError(_unheard(host, port, OverflowError("ports go from 1 to 65535")))
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(address[:2], family=family, backlog=1024, dualstack_ipv6=both)
    except (OSError, OverflowError, UnicodeError) as error:
        raise SyndicatorError(_unheard(host, port, error)) from error


def _unheard(host: str, port: int, error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return (
                f"serve.port: {port} at {host} is taken by another program;"
                " stop that or set another port"
            )
        case errno.EACCES:
            return f"serve.port: {port} may not be used by this user; set one above 1023"
        case _:
            return f"serve.host, serve.port: cannot listen at {host} port {port}: {error}"


class _Server(uvicorn.Server):
    """A server that leaves the signals to its caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Impatient(H11Protocol):
    """HTTP/1.1 that lets nobody hold a connection by sending or reading drop by drop."""

    _deadline: asyncio.TimerHandle | None = None
    _asking = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        # Past the limit uvicorn answers 503, but only to those who ask.
        if self.limit_concurrency and len(self.connections) > self.limit_concurrency:
            transport.abort()
        self._allow(FIRST_REQUEST)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # uvicorn declares the cycle as always there; before the first request it is not.
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.more_body:
            self._asking = False
            self._allow(LAST_OCTET)
        elif not self._asking:
            self._asking = True
            self._allow(FIRST_REQUEST)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._deadline:
            self._deadline.cancel()

    def _allow(self, seconds: float) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.abort)
