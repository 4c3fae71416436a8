"""The published files over HTTP, for those who have no web server of their own.  Edge.

Subscribers ask often and seldom find news, so most answers are 304: each file has a
strong ETag made of its bytes and a Last-Modified, evaluated as RFC 9110, 13.2.2 says.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from syndicator.errors import SyndicatorError
from syndicator.pipeline.websub import Door
from syndicator.serve.files import TYPES, Published, Shelf
from syndicator.serve.listener import serve
from syndicator.serve.websub import callback_route

__all__ = ["make_app", "serve"]

SAFE = {"X-Content-Type-Options": "nosniff"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src https: http:; style-src 'self' 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SLICE = 16_384
"""Octets handed to a connection at once: a slow reader holds a few of these, not a copy."""
_ETAGS = re.compile(r'(?:W/)?("[^"]*")')
_WEIGHT = re.compile(r"[01](\.\d{0,3})?")
_WORDS = {
    404: "There is nothing at this address. The <a href='/'>first page</a> lists all feeds.",
    405: "This server only hands out files: GET and HEAD are all it knows.",
}


def make_app(
    directory: Path,
    *,
    max_age: timedelta,
    health: Callable[[], Mapping[str, object]],
    door: Door | None = None,
) -> Starlette:
    """Return the web application.

    Args:
        directory: the publish directory.
        max_age: how long caches may keep a file without asking (RFC 9111, 5.2.2.1).
        health: gives the content of ``/healthz``; its ``ok`` says whether all is well.
            Called in a thread.
        door: where hubs call; None: nobody subscribes.
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
            said = {"ok": False, "problems": [str(error)]}
        status = 200 if said.get("ok") else 503
        return JSONResponse(said, status, headers={"Cache-Control": "no-store", **SAFE})

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            *([callback_route(door)] if door else []),
            Route("/{name:path}", file),
        ],
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
    # Conditions are for what is there (RFC 9110, 13.2.1).
    if not found.gone and is_unchanged(request.headers, etag, found.modified):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = found.media_type
    if found.media_type == TYPES[".html"]:
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    body = found.plain
    if packed and found.packed is not None:
        body = found.packed
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    status = HTTPStatus.GONE if found.gone else HTTPStatus.OK
    return _Sliced(b"" if request.method == "HEAD" else body, status, headers=headers)


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
        for at in range(0, len(body), SLICE):
            part = body[at : at + SLICE]
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
