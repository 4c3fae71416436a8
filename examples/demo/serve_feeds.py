"""Serves the demonstration's feeds on loopback, as small publishers would.

``/NAME`` is the file of that name under ``feeds/``, with an ETag and 304 answers.  Of a
feed with two versions (``ferry-lane.1.rss`` and ``ferry-lane.2.rss``) the first visitor
gets the first and every later one the second: a publisher's correction.  Runs alone too:
``python examples/demo/serve_feeds.py``; Ctrl-C ends it.
"""

import contextlib
import hashlib
import signal
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

FEEDS = Path(__file__).parent / "feeds"
HOST, PORT = "127.0.0.1", 8901
TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
}


class Feeds:
    """The files, and which corrected feeds were shown before their correction."""

    def __init__(self, directory: Path) -> None:
        self._files = {f.name: f for f in directory.iterdir() if f.suffix in TYPES}
        self._shown: set[str] = set()
        self._lock = Lock()

    def find(self, name: str, *, returning: bool) -> Path | None:
        """Return the file to serve as *name*; a *returning* visitor gets the correction."""
        if name in self._files:
            return self._files[name]
        stem, dot, suffix = name.rpartition(".")
        with self._lock:
            version = 2 if returning or name in self._shown else 1
            self._shown.add(name)
        return self._files.get(f"{stem}.{version}{dot}{suffix}")


class Visit(BaseHTTPRequestHandler):
    """One request; HTTP/1.1, so that connections stay open."""

    protocol_version = "HTTP/1.1"
    feeds: Feeds

    def do_GET(self) -> None:
        """Answer with the feed, with 304, or with 404."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        seen = self.headers.get("If-None-Match")
        file = self.feeds.find(self.path.partition("?")[0].lstrip("/"), returning=bool(seen))
        if file is None:
            self._send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"No such feed.\n")
            return
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if seen == etag:
            self._send(HTTPStatus.NOT_MODIFIED, {"ETag": etag}, None)
            return
        headers = {"Content-Type": TYPES[file.suffix], "ETag": etag}
        self._send(HTTPStatus.OK, headers, body, with_body=with_body)

    def _send(
        self,
        status: HTTPStatus,
        headers: dict[str, str],
        body: bytes | None,
        *,
        with_body: bool = True,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body is not None and with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the daemon's log tells what was fetched."""


class Server(ThreadingHTTPServer):
    """Ends at once, whatever connections are still open."""

    daemon_threads = True
    allow_reuse_address = True


def make_server(feeds: Path = FEEDS, port: int = PORT) -> Server:
    """Return a server of *feeds* that listens already; port 0 takes a free one."""
    visit = type("DemoVisit", (Visit,), {"feeds": Feeds(feeds)})
    return Server((HOST, port), visit)


def main() -> int:
    """Serve until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server = make_server()
    except OSError as error:
        sys.stderr.write(f"port {PORT} on {HOST} cannot be used: {error.strerror}\n")
        return 1
    with contextlib.suppress(KeyboardInterrupt), server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
