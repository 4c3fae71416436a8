"""One polite attempt to fetch a feed over HTTP.  Edge.

Conditional (RFC 9110, 13), within limits of time, size and redirects, through the gate
of each host that it meets.  Redirects are followed here, hop by hop, so that every hop
is checked, spaced and bounded like the first.  Whatever goes wrong is a FetchError that
says so in plain words.
"""

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpx

from syndicator.errors import (
    AddressRefused,
    FetchError,
    HostOnHold,
    HttpStatusError,
)
from syndicator.fetch.access import Access
from syndicator.fetch.conditional import (
    Validators,
    fresh_for,
    http_date,
    renewed,
    retry_after,
    validators_of,
)
from syndicator.fetch.decoding import read_body
from syndicator.fetch.guard import GuardedBackend, GuardedTransport, cause_of, tls_problem
from syndicator.fetch.links import alternates, linked
from syndicator.fetch.manners import HostGate, penalty_key
from syndicator.model.feed import Link
from syndicator.model.settings import Fetch, Penalty
from syndicator.urls import without_secrets

__all__ = [
    "Access",
    "Fetched",
    "NotModified",
    "Validators",
    "fetch_feed",
    "make_client",
    "post_form",
]

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
LEAST_HOLD = timedelta(hours=1)
"""How long a host that answered 429 or 503 is left alone, whatever it said."""
_SCOPES: tuple[Penalty, ...] = ("url", "host", "domain")
_T = TypeVar("_T")
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete document: content to read, and what to remember with it."""

    body: bytes
    """Decoded, never empty."""
    content_type: str | None
    """The header as sent."""
    validators: Validators
    url: str
    """Where the document was in the end, without a user name or password."""
    permanent_url: str | None = None
    """The new address, if every redirect on the way was permanent (301, 308)."""
    fresh_for: timedelta = timedelta(0)
    status: int = 200
    hub: str | None = None
    """What a ``Link`` header says; the document may say it too."""
    self_url: str | None = None
    """The same."""
    alternates: tuple[Link, ...] = ()
    """Other forms of the document, such as a page's feeds, that ``Link`` headers name."""
    within: bool = False
    """It came from a network that ``fetch.allow_networks`` opens: so may what it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: what was stored last time is still right."""

    validators: Validators
    """The ones to keep: those sent, renewed by what the answer brought."""
    fresh_for: timedelta = timedelta(0)
    permanent_url: str | None = None
    hub: str | None = None
    self_url: str | None = None


def make_client(
    limits: Fetch, *, contact: str, version: str, backend: GuardedBackend | None = None
) -> httpx.AsyncClient:
    """Return the client for :func:`fetch_feed`; whoever asks for it closes it.

    Args:
        limits: timeouts, connections, opened address ranges and trusted authorities.
        contact: who runs this; stands in the User-Agent.
        version: of syndicator.
        backend: what opens connections; None: one that guards by ``fetch.allow_networks``.
    """
    total = limits.total_timeout.total_seconds()
    transport = GuardedTransport(
        backend or GuardedBackend(limits.allow_networks),
        connections=limits.concurrency,
        context=_trust(limits.authorities),
    )
    return httpx.AsyncClient(
        transport=transport,
        headers={
            "User-Agent": f"syndicator/{version} (+{contact})",
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        },
        timeout=httpx.Timeout(total, connect=limits.connect_timeout.total_seconds()),
        # A jar that takes nothing: a feed that needs cookies is not public.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


@functools.cache
def _trust(authorities: str | None) -> ssl.SSLContext:
    # Reading all root certificates takes longer than most fetches: once is enough.
    context = httpx.create_ssl_context(trust_env=False)
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


async def fetch_feed(
    client: httpx.AsyncClient,
    url: str,
    validators: Validators,
    limits: Fetch,
    *,
    gate: HostGate | None = None,
    access: Access | None = None,
) -> Fetched | NotModified:
    """Fetch the feed at *url* once, and only if it has changed.

    Args:
        client: made by :func:`make_client`.
        url: http(s); its fragment is not sent.
        validators: of the stored answer; both None: the feed is wanted in any case.
        limits: of time, size and redirects.
        gate: where hosts are queued for; None: only the gap within this call is kept.
        access: headers, login and proxy of this source; None: none.

    Raises:
        AddressRefused: a hop is not http(s), falls back to http, is denied by
            ``fetch.deny_hosts``, or is not public.
        BodyTooLarge: the body passes ``fetch.max_body``.
        HostOnHold: the host asked to be left alone; nothing was sent to it.
        HttpStatusError: the server answered 4xx or 5xx.
        FetchError: anything else, from a name without an address to a body cut short.
    """
    if gate is None:
        gate = HostGate(limits.per_host_gap)
    if access is None:
        access = Access(penalty=limits.penalty)
    visit = _Visit(client, validators, limits, gate, access)
    try:
        return await visit.follow(_parse(url))
    except AddressRefused as refused:
        raise AddressRefused(without_secrets(url), refused.problem) from refused


async def post_form(
    client: httpx.AsyncClient,
    url: str,
    fields: Mapping[str, str],
    limits: Fetch,
    *,
    gate: HostGate,
    own: bool,
) -> None:
    """Send *fields* to *url* as an HTML form is sent; any 2xx is a success.

    Redirects are followed only where they keep the request as it is (307, 308).  *own* is
    that of :class:`Access`.

    Raises:
        AddressRefused, HostOnHold, HttpStatusError, FetchError: as for :func:`fetch_feed`.
    """
    nothing = Validators(etag=None, last_modified=None)
    visit = _Visit(client, nothing, limits, gate, Access(penalty=limits.penalty, own=own))
    try:
        await visit.hand_in(_parse(url), fields)
    except AddressRefused as refused:
        raise AddressRefused(without_secrets(url), refused.problem) from refused


class _Visit:
    """One call from outside: its limits, and how much of its time is left."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        validators: Validators,
        limits: Fetch,
        gate: HostGate,
        access: Access,
    ) -> None:
        self._client = client
        self._access = access
        self._validators = validators
        self._limits = limits
        self._gate = gate
        self._left = limits.total_timeout.total_seconds()
        self._wrote: str | None = None
        self._within = False

    async def follow(self, url: httpx.URL) -> Fetched | NotModified:
        seen = self._begin(url)
        permanent = True
        while True:
            answer = await self._ask(seen[-1], self._exchange)
            if not isinstance(answer, _Moved):
                moved = _bare(seen[-1]) if permanent and len(seen) > 1 else None
                return replace(answer, permanent_url=moved)
            permanent = permanent and answer.permanent
            self._check_hop(seen, answer.to)
            seen.append(answer.to)

    async def hand_in(self, url: httpx.URL, fields: Mapping[str, str]) -> None:
        seen = self._begin(url)
        send = functools.partial(self._send, fields=fields)
        while (target := await self._ask(seen[-1], send)) is not None:
            self._check_hop(seen, target)
            seen.append(target)

    def _begin(self, url: httpx.URL) -> list[httpx.URL]:
        self._wrote = _host(url) if self._access.own else None
        return [url]

    def _check_hop(self, seen: list[httpx.URL], target: httpx.URL) -> None:
        here = str(seen[-1])
        shown = without_secrets(here)
        if target in seen:
            raise FetchError(shown, "redirects in a circle")
        if len(seen) > self._limits.max_redirects:
            raise FetchError(shown, f"more than {self._limits.max_redirects} redirects")
        if seen[-1].scheme == "https" and target.scheme == "http":
            raise AddressRefused(shown, "redirects from https to plain http")

    async def _ask(self, url: httpx.URL, exchange: Callable[[httpx.URL], Awaitable[_T]]) -> _T:
        """Send one request when the host's turn comes; waiting for it costs no time."""
        _check_scheme(url)
        host = _host(url)
        _check_denied(url, host, self._limits.deny_hosts)
        names = [penalty_key(_bare(url), scope) for scope in _SCOPES]
        async with self._gate.turn(host):
            if hold := self._gate.held(host, *names):
                raise HostOnHold(without_secrets(str(url)), hold.status, hold.for_)
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                async with _plain_errors(url, self._limits), asyncio.timeout(self._left):
                    return await exchange(url)
            finally:
                self._left -= clock() - began

    async def _exchange(self, url: httpx.URL) -> "Fetched | NotModified | _Moved":
        conditions = self._validators.headers(_bare(url))
        further = self._access.headers_for(str(url))
        request = self._client.build_request(
            "GET", url, headers=[*conditions, *further], extensions=self._extensions(url)
        )
        response = await self._reach(request)
        try:
            return await self._judge(url, response, conditional=bool(conditions))
        finally:
            await response.aclose()

    async def _send(self, url: httpx.URL, fields: Mapping[str, str]) -> httpx.URL | None:
        """Send a form; return where it has to be sent instead, if so."""
        request = self._client.build_request(
            "POST", url, data=fields, extensions=self._extensions(url)
        )
        response = await self._reach(request)
        await response.aclose()
        match response.status_code:
            case status if 200 <= status < 300:
                return None
            case 307 | 308:
                return _target(url, response.headers)
            case status:
                raise self._refused(url, status, response.headers)

    def _extensions(self, url: httpx.URL) -> dict[str, object]:
        # Where another host redirects to is its word, unless it is one of the own network.
        own = self._within or _host(url) == self._wrote
        return {"proxy": self._access.proxy, "own": own}

    async def _reach(self, request: httpx.Request) -> httpx.Response:
        response = await self._client.send(request, stream=True)
        self._within = response.extensions.get("within", False)
        return response

    async def _judge(
        self, url: httpx.URL, response: httpx.Response, *, conditional: bool
    ) -> "Fetched | NotModified | _Moved":
        headers, where = response.headers, _bare(url)
        match response.status_code:
            case 200 | 203:
                body = await read_body(response, self._limits.max_body, self._gate.room)
                return Fetched(
                    body=body,
                    content_type=headers.get("content-type"),
                    validators=validators_of(headers, where),
                    url=where,
                    fresh_for=fresh_for(headers),
                    status=response.status_code,
                    hub=linked(headers, "hub", where),
                    self_url=linked(headers, "self", where),
                    alternates=alternates(headers, where),
                    within=self._within,
                )
            case 304 if conditional:
                return NotModified(
                    validators=renewed(self._validators, headers, where),
                    fresh_for=fresh_for(headers),
                    hub=linked(headers, "hub", where),
                    self_url=linked(headers, "self", where),
                )
            case 304:
                raise FetchError(without_secrets(where), "304, but the request set no condition")
            case status if status in _REDIRECTS:
                return _Moved(_target(url, headers), permanent=status in _PERMANENT)
            case status:
                raise self._refused(url, status, headers)

    def _refused(self, url: httpx.URL, status: int, headers: httpx.Headers) -> FetchError:
        shown = without_secrets(str(url))
        if status < 400:
            return FetchError(shown, f"HTTP {status}, which is no answer to this request")
        wait, on_hold = retry_after(headers), None
        if status in (429, 503):
            wait = max(wait or LEAST_HOLD, LEAST_HOLD)
            on_hold = penalty_key(_bare(url), self._access.penalty)
            self._gate.hold(on_hold, wait, status=status)
        date = http_date(headers.get("date"))
        retry_at = date + wait if date and wait else None
        return HttpStatusError(shown, status, retry_at, retry_after=wait, on_hold=on_hold)


@dataclass(frozen=True, slots=True)
class _Moved:
    to: httpx.URL
    permanent: bool


def _parse(url: str) -> httpx.URL:
    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(without_secrets(url), f"no valid address: {error}") from error


def _host(url: httpx.URL) -> str:
    # Not url.host: that decodes IDNA, which fails for names that only look like it.
    return url.raw_host.decode("ascii")


def _bare(url: httpx.URL) -> str:
    # This address becomes the base of relative links: a password must not get there.
    return str(url.copy_with(userinfo=b""))


def _target(url: httpx.URL, headers: httpx.Headers) -> httpx.URL:
    location = headers.get("location")
    shown = without_secrets(str(url))
    if not location:
        raise FetchError(shown, "a redirect that does not say where to")
    try:
        return url.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(shown, f"redirects to no valid address: {error}") from error


def _check_denied(url: httpx.URL, host: str, denied: Sequence[str]) -> None:
    name = host.rstrip(".").lower()
    for domain in denied:
        if name == domain or name.endswith(f".{domain}"):
            raise AddressRefused(
                without_secrets(str(url)), f"{domain} is never asked (fetch.deny_hosts)"
            )


def _check_scheme(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise AddressRefused(without_secrets(str(url)), "only http and https addresses are fetched")
    if url.port is not None and not 0 < url.port < 65_536:
        raise AddressRefused(without_secrets(str(url)), f"there is no port {url.port}")


@asynccontextmanager
async def _plain_errors(url: httpx.URL, limits: Fetch) -> AsyncIterator[None]:
    """Translate what the libraries raise."""
    shown = without_secrets(str(url))
    try:
        yield
    except httpx.ConnectTimeout as error:
        seconds = limits.connect_timeout.total_seconds()
        raise FetchError(shown, f"no connection within {seconds:g} s") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        seconds = limits.total_timeout.total_seconds()
        raise FetchError(shown, f"no complete answer within {seconds:g} s") from error
    except httpx.ConnectError as error:
        raise FetchError(shown, f"no connection: {tls_problem(error) or error}") from error
    except httpx.RemoteProtocolError as error:
        raise FetchError(shown, f"the answer is broken or cut short: {error}") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(shown, f"the redirect cannot be read: {error}") from error
    except (httpx.RequestError, OSError) as error:
        raise FetchError(shown, f"the connection broke: {cause_of(error)}") from error
