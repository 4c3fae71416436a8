"""A hub on loopback (W3C WebSub): takes subscriptions, verifies intent, tells of news."""

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

import httpx


@dataclass
class Hub:
    """What it was asked for, and whom it tells."""

    lease: int | None = 864_000
    """Seconds that it grants, whatever it is asked for."""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Status and headers of the next answers; after them it says 202."""
    denies: str | None = None
    """Reason for which it denies every subscription."""
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and fields of every request, in order."""
    agents: list[str] = field(default_factory=list)
    subscribers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Confirmed subscriptions: the form by callback."""
    verified: list[tuple[str, int]] = field(default_factory=list)
    """Mode and status of every call back."""

    def __enter__(self):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
                assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
                hub.forms.append((self.path, form))
                hub.agents.append(self.headers["User-Agent"])
                status, headers = hub.answers.pop(0) if hub.answers else (202, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if status == 202:
                    threading.Thread(target=hub.call_back, args=(form,), daemon=True).start()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hub"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def call_back(self, form):
        """Verify the intent of a subscriber (5.3), or deny it (5.2)."""
        mode, callback = form["hub.mode"], form["hub.callback"]
        if self.denies is not None and mode == "subscribe":
            self.deny(callback, form["hub.topic"], self.denies)
            return
        challenge = secrets.token_hex(16)
        query = {"hub.mode": mode, "hub.topic": form["hub.topic"], "hub.challenge": challenge}
        if mode == "subscribe" and self.lease is not None:
            query["hub.lease_seconds"] = str(self.lease)
        answer = httpx.get(f"{callback}?{urlencode(query)}", trust_env=False)
        self.verified.append((mode, answer.status_code))
        if answer.is_success and answer.text == challenge:
            if mode == "subscribe":
                self.subscribers[callback] = form
            else:
                self.subscribers.pop(callback, None)

    def deny(self, callback, topic, reason):
        query = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
        answer = httpx.get(f"{callback}?{urlencode(query)}", trust_env=False)
        self.verified.append(("denied", answer.status_code))

    def tell(self, body=b"<rss/>", *, method="sha256"):
        """Distribute *body* (7) and return the status of each subscriber's answer."""
        return [
            httpx.post(
                callback,
                content=body,
                headers=signed(form.get("hub.secret"), body, method)
                | {"Link": f'<{form["hub.topic"]}>; rel="self", <{self.url}>; rel="hub"'},
                trust_env=False,
            ).status_code
            for callback, form in list(self.subscribers.items())
        ]


def signed(secret, body, method="sha256"):
    """Return the header that signs *body* (7.1)."""
    if secret is None:
        return {}
    digest = hmac.new(secret.encode(), body, method).hexdigest()
    return {"X-Hub-Signature": f"{method}={digest}"}
