"""The published files over HTTP, for those who have no web server of their own.  Edge.

Subscribers ask often and seldom find news, so most answers are 304: each file has a
strong ETag made of its bytes and a Last-Modified, evaluated as RFC 9110, 13.2.2 says.
Only files with a known suffix are served, from inside the publish directory; links out of
it, hidden and temporary files do not exist for a client.
"""

import asyncio
import errno
import gzip
import hashlib
import os
import re
import resource
import signal
import socket
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from threading import Lock

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from syndicator.errors import SyndicatorError

TYPES: Mapping[str, str] = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
"""Suffix -> media type of all that is served."""

SAFE = {"X-Content-Type-Options": "nosniff"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src https: http:; style-src 'self' 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CACHE_BYTES = 64_000_000
WORTH_PACKING = 500
"""Octets below which gzip gains nothing."""
CHUNK = 16_384
"""Octets handed to a connection at once: a slow reader holds up to two of these."""

FIRST_REQUEST = 15.0
"""Seconds a client has for a complete request."""
LAST_OCTET = 120.0
"""Seconds a client has to take the answer."""
MOST_CONNECTIONS = 20_000
MOST_HEADER_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Published:
    """A file in memory: its bytes, plain and packed, and its validators (RFC 9110, 8.8)."""

    plain: bytes
    packed: bytes | None
    """gzip; None where that would not be smaller."""
    media_type: str
    digest: str
    modified: datetime

    def etag(self, *, packed: bool) -> str:
        """Return the strong ETag of one of the two representations (RFC 9110, 8.8.3)."""
        return f'"{self.digest}-gz"' if packed else f'"{self.digest}"'


class Shelf:
    """The files of one directory, read when they change, within a bound of memory."""

    def __init__(self, directory: Path, *, cache_bytes: int = CACHE_BYTES) -> None:
        """Serve from *directory*; keep at most *cache_bytes* octets of it at hand."""
        self._directory = directory
        self._room = cache_bytes
        self._known: OrderedDict[tuple[str, int, int, int], Published] = OrderedDict()
        self._lock = Lock()

    def find(self, name: str) -> Published | None:
        """Return the file *name* (a path as in a URL, without the first slash), if any."""
        path = self._locate(name)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                key = (name, status.st_mtime_ns, status.st_size, status.st_ino)
                with self._lock:
                    if key in self._known:
                        self._known.move_to_end(key)
                        return self._known[key]
                found = _pack(file.read(), path.suffix, status.st_mtime)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            return None
        with self._lock:
            self._keep(key, found)
        return found

    def _locate(self, name: str) -> Path | None:
        parts = name.split("/")
        if parts[-1] == "":
            parts[-1] = "index.html"
        if Path(parts[-1]).suffix not in TYPES or not all(map(_is_plain, parts)):
            return None
        try:
            root = self._directory.resolve(strict=True)
            path = root.joinpath(*parts).resolve(strict=True)
        except (FileNotFoundError, NotADirectoryError, PermissionError, RuntimeError):
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
                return None
            raise
        return path if path.is_relative_to(root) and path.suffix in TYPES else None

    def _keep(self, key: tuple[str, int, int, int], found: Published) -> None:
        # An older state of the same file is of no use to anybody any more.
        for old in [known for known in self._known if known[0] == key[0]]:
            self._room += _weight(self._known.pop(old))
        self._known[key] = found
        self._room -= _weight(found)
        while self._room < 0 and self._known:
            _, dropped = self._known.popitem(last=False)
            self._room += _weight(dropped)


def make_app(
    directory: Path, *, max_age: timedelta, health: Callable[[], Mapping[str, object]]
) -> Starlette:
    """Return the web application.

    Args:
        directory: the publish directory.
        max_age: how long caches may keep a file without asking (RFC 9111, 5.2.2.1).
        health: gives the content of ``/healthz``; its ``ok`` says whether all is well.
            Called in a thread.
    """
    shelf = Shelf(directory)
    lasting = f"public, max-age={int(max_age.total_seconds())}"

    async def file(request: Request) -> Response:
        found = await run_in_threadpool(shelf.find, request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return _answer(request, found, lasting)

    async def healthz(_: Request) -> Response:
        try:
            said = dict(await run_in_threadpool(health))
        except SyndicatorError as error:
            said = {"ok": False, "problem": str(error)}
        status = 200 if said.get("ok") else 503
        return JSONResponse(said, status, headers={"Cache-Control": "no-store", **SAFE})

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/{name:path}", file)],
        exception_handlers={HTTPException: _friendly},
    )


def _answer(request: Request, found: Published, lasting: str) -> Response:
    packed = found.packed is not None and accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = found.etag(packed=packed)
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(found.modified, usegmt=True),
        "Cache-Control": lasting,
        "Vary": "Accept-Encoding",
        **SAFE,
    }
    if is_unchanged(request.headers, etag, found.modified):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = found.media_type
    if found.media_type == TYPES[".html"]:
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    body = found.plain
    if packed and found.packed is not None:
        body = found.packed
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return _Sliced(b"" if request.method == "HEAD" else body, headers=headers)


class _Sliced(Response):
    """A body sent in slices, so that a slow reader does not hold a copy of all of it."""

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002 - the signature is ASGI's
        receive: Receive,  # noqa: ARG002
        send: Send,
    ) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        body = bytes(self.body)
        for at in range(0, len(body), CHUNK):
            part = body[at : at + CHUNK]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def is_unchanged(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Say whether a GET with *headers* is answered by 304 (RFC 9110, 13.2.2).

    ``If-Modified-Since`` counts only where there is no ``If-None-Match``.
    """
    wanted = headers.get("if-none-match")
    if wanted is not None:
        # Weak comparison (RFC 9110, 13.1.2): a cache may have weakened our tag.
        return wanted.strip() == "*" or etag in _ETAGS.findall(wanted)
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
        return modified <= since.replace(tzinfo=since.tzinfo or UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether an ``Accept-Encoding`` (RFC 9110, 12.5.3) allows gzip."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        is_weight = name.strip() == "q" and _WEIGHT.fullmatch(weight.strip())
        weights[coding.strip()] = float(weight) if is_weight else 1.0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


_ETAGS = re.compile(r'(?:W/)?("[^"]*")')
_WEIGHT = re.compile(r"[01](\.\d{0,3})?")
_PLAIN = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")


def _is_plain(part: str) -> bool:
    return _PLAIN.fullmatch(part) is not None


def _pack(plain: bytes, suffix: str, modified: float) -> Published:
    packed = gzip.compress(plain, mtime=0) if len(plain) >= WORTH_PACKING else None
    return Published(
        plain=plain,
        packed=packed if packed and len(packed) < len(plain) else None,
        media_type=TYPES[suffix],
        digest=hashlib.sha256(plain).hexdigest()[:32],
        # HTTP knows whole seconds only.
        modified=datetime.fromtimestamp(int(modified), UTC),
    )


def _weight(found: Published) -> int:
    return len(found.plain) + len(found.packed or b"")


_WORDS = {
    404: "There is nothing at this address. The <a href='/'>first page</a> lists all feeds.",
    405: "This server only hands out files: GET and HEAD are all it knows.",
}


async def _friendly(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    allow = getattr(problem, "headers", None) or {}
    title = escape(HTTPStatus(status).phrase)
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1><p>{_WORDS.get(status, '')}</p></html>"
    )
    headers = {**allow, **SAFE, "Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return HTMLResponse("" if request.method == "HEAD" else page, status, headers=headers)


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
        transport.set_write_buffer_limits(high=CHUNK)
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
