"""A small web on loopback whose pages a test can change, and whose log it can read."""

import hashlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Web:
    """Pages by path; every request that came, in order."""

    pages: dict[str, tuple[int, bytes, str]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds between a request and its answer, by path."""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Header fields of an answer besides the usual ones, by path."""
    stuck: set[str] = field(default_factory=set)
    """Paths that say "not modified" to whoever brings a validator, true or not."""
    host: str = "127.0.0.1"

    def __enter__(self):
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body, kind = web.pages.get(self.path, (404, b"no such page", "text/plain"))
                etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                known = self.headers.get("If-None-Match")
                if status == 200 and (known == etag or (known and self.path in web.stuck)):
                    status, body = 304, b""
                web.requests.append((self.path, dict(self.headers), status))
                time.sleep(web.delays.get(self.path, 0))
                self.send_response(status)
                self.send_header("ETag", etag)
                for name, value in web.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer((self.host, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://{self.host}:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def put(self, path, body, kind="application/xml", status=200):
        """Set what *path* answers."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, raw, kind)


def rss(*items, title="News", extra=""):
    """Return an RSS 2.0 document with *items* (bodies of ``item`` elements)."""
    joined = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><link>https://news.example/</link>"
        f"<description>d</description>{extra}{joined}</channel></rss>"
    )


def rss_item(number, *, text="A first paragraph about the library.", site="https://news.example"):
    """Return the inside of an ``item``."""
    return (
        f"<title>Item {number}</title><link>{site}/{number}</link><guid>id-{number}</guid>"
        f"<dc:creator>Ada Byron</dc:creator>"
        f"<pubDate>Fri, 20 Nov 2026 {number % 24:02d}:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>"
    )
