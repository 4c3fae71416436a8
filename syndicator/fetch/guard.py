"""Which addresses may be connected to, and connections to those only.  Edge.

Feed addresses come from strangers, so a name must not lead into the operator's own
network.  The name is resolved here, every address it has is judged, and the connection
goes to a judged address itself: there is no second look-up that could answer otherwise
(DNS rebinding).  This sits below HTTP, so it holds for every request and every redirect.

Only globally reachable unicast addresses pass (the IANA special-purpose registries,
RFC 6890), on ports 80 and 443; ``fetch.allow_networks`` opens ranges, on any port, and only
to addresses that the operator wrote.  What a stranger says (a redirect, a hub, a reading
list) leads there only if it was itself said from there.
"""

import asyncio
import os
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import httpcore
import httpx

from syndicator.errors import UNTRUSTED, AddressRefused
from syndicator.urls import without_secrets

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]

PORTS = (80, 443)
PORTION = 16_384
"""Octets that are taken from a connection before everybody else has a turn."""
MOST_ATTEMPTS = 4
"""Addresses of one name that are tried before we give up."""

# Longest prefixes do not matter: the first range that holds the address names it.
SPECIAL: tuple[tuple[str, Network], ...] = tuple(
    (kind, ip_network(block))
    for kind, blocks in (
        ("unspecified", "0.0.0.0/8 ::/128"),
        ("loopback", "127.0.0.0/8 ::1/128"),
        ("private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"),
        ("shared by a carrier's customers", "100.64.0.0/10"),
        ("link-local", "169.254.0.0/16 fe80::/10"),
        ("multicast", "224.0.0.0/4 ff00::/8"),
        ("IPv4 written as IPv6", "::ffff:0:0/96 ::ffff:0:0:0/96 ::/96"),
        ("IPv4 behind NAT64", "64:ff9b::/96 64:ff9b:1::/48"),
        ("IPv4 behind 6to4", "2002::/16 192.88.99.0/24"),
        ("IPv4 behind Teredo", "2001::/32"),
        ("for documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24"),
        ("for documentation", "2001:db8::/32 3fff::/20"),
        ("for benchmarks", "198.18.0.0/15 2001:2::/48"),
        ("reserved", "192.0.0.0/24 240.0.0.0/4 2001::/23"),
    )
    for block in blocks.split()
)
UNICAST = IPv6Network("2000::/3")
"""All global IPv6 unicast addresses that were ever given out."""


def refusal(address: Address, port: int, allowed: Sequence[Network]) -> str | None:
    """Return why *address* must not be connected to on *port*; None if it may be."""
    if any(address in network for network in allowed):
        return None
    kind = next((kind for kind, network in SPECIAL if address in network), None)
    if kind is None and address.version == 6 and address not in UNICAST:
        kind = "reserved"
    if kind is not None:
        return (
            f"the address {address} is not public ({kind}); fetch.allow_networks can open it"
            " to addresses that you write into the configuration yourself"
        )
    if port not in PORTS:
        return (
            f"port {port} at {address}: only ports 80 and 443 are fetched from,"
            " except at addresses that fetch.allow_networks opens"
        )
    return None


def is_opened(host: str, allowed: Sequence[Network]) -> bool:
    """Tell whether *host* is an address that the operator opened as one of the own network."""
    if host == "localhost":
        host = "127.0.0.1"
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False  # a name may lead elsewhere tomorrow
    return any(address in network for network in allowed)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of *host*, looked up in a thread of its own.

    The system's resolver may be silent for a minute, and nobody can stop it.  So nothing else
    waits for that thread: no other name, whatever the size of a pool, and not the end of the
    process.

    Raises:
        OSError: it has none, or the name servers cannot be reached.
        UnicodeError: it cannot be a host name.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(found: Sequence[str] | Exception) -> None:
        if answer.done():  # nobody waits for it any more
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: Sequence[str] | Exception
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in known))
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=look_up, name=f"name {host}", daemon=True).start()
    return await answer


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to those that the operator opened."""

    def __init__(
        self,
        allowed: Sequence[Network],
        *,
        resolver: Resolve = resolve,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """Open *allowed* besides public addresses.

        Args:
            allowed: ``fetch.allow_networks``.
            resolver: gives the addresses of a host.
            inner: connects to an address that was judged good; None: over the network.
        """
        self._allowed = tuple(allowed)
        self._resolve = resolver
        self._inner = inner or httpcore.AnyIOBackend()

    def for_strangers(self) -> "GuardedBackend":
        """Return the backend for addresses that strangers gave: nothing is opened to them."""
        return GuardedBackend((), resolver=self._resolve, inner=self._inner)

    def opens(self, host: str) -> bool:
        """Tell whether *host* is an address that only the operator's own word leads to."""
        return is_opened(host, self._allowed)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, judge and connect; *timeout* (seconds) covers all of it.

        Raises:
            AddressRefused: one of the host's addresses is not ours to visit.
        """
        clock = asyncio.get_running_loop().time
        ends = None if timeout is None else clock() + timeout
        problem = f"{host} has no address"
        addresses: list[Address] = []
        try:
            async with asyncio.timeout_at(ends):
                addresses = (await self._judged(host, port))[:MOST_ATTEMPTS]
                for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
                    # A silent address must leave time for the next one.
                    share = None if ends is None else (ends - clock()) / left
                    try:
                        stream = await self._inner.connect_tcp(
                            str(address), port, share, local_address, socket_options
                        )
                        return _Stream(stream)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                        problem = f"{address} port {port}: {cause_of(error)}"
        except TimeoutError as error:
            if not addresses:
                silent = f"the name {host} cannot be resolved: no answer in time"
                raise httpcore.ConnectError(silent) from error
            raise httpcore.ConnectTimeout(f"{host}: no connection in time") from error
        raise httpcore.ConnectError(problem)

    async def judge(self, host: str, port: int) -> None:
        """Judge *host* for a connection that somebody else will make: a proxy.

        A name that cannot be looked up here is left to the proxy, which may sit in the only
        network that knows it; the proxy looks it up again, so it is the one to guard
        against names that change their answer.

        Raises:
            AddressRefused: one of the host's addresses is not ours to visit.
        """
        with suppress(httpcore.ConnectError):
            await self._judged(host, port)

    async def _judged(self, host: str, port: int) -> list[Address]:
        try:
            texts = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {reason}") from error
        addresses = [ip_address(text) for text in texts]
        # One bad address condemns the name: an honest one does not mix them.
        for address in addresses:
            if problem := refusal(address, port, self._allowed):
                raise AddressRefused(host, problem)
        return addresses


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is read in portions, and closed when its handshake is given up.

    httpcore leaves it open then, and reads so much at once that a server which sends nothing
    but one-byte chunks or interim answers would hold up the event loop between two reads.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self.aclose()
            raise
        return _Stream(stream)

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> bytes:
        return await self._stream.read(min(max_bytes, PORTION), timeout)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def cause_of(error: BaseException) -> str:
    """Return the system's own words for a failed connection."""
    if isinstance(error, httpcore.ConnectTimeout):
        return "no answer"
    deepest: BaseException = error
    while (below := deepest.__cause__ or deepest.__context__) is not None:
        deepest = below
    number = getattr(deepest, "errno", None)
    return os.strerror(number) if number else str(deepest) or type(deepest).__name__


def tls_problem(error: BaseException) -> str | None:
    """Return what is wrong with TLS, in words; None if it is something else."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, ssl.SSLCertVerificationError):
            return f"{UNTRUSTED}: {below.verify_message}"
        if isinstance(below, ssl.SSLError) and below.reason:
            return f"TLS failed: {below.reason.replace('_', ' ').lower()}"
        below = below.__cause__ or below.__context__
    return None


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 over a :class:`GuardedBackend`; every connection serves one request.

    The extensions of a request say how it is to be sent: ``own``, whether the operator's word
    leads to its address (else nothing is opened to it); ``proxy``, through which proxy, once
    its host was judged.  The proxy's own address is the operator's word and is not judged.
    The extension ``within`` of the response tells whether it came from an opened network.
    """

    def __init__(
        self, backend: GuardedBackend, *, connections: int, context: ssl.SSLContext
    ) -> None:
        self._backends = {True: backend, False: backend.for_strangers()}
        self._direct = {
            own: _Direct(guarding, connections=connections, context=context)
            for own, guarding in self._backends.items()
        }
        self._context = context
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=0)
        self._proxies: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*, through its proxy if it has one."""
        own = request.extensions.get("own", False)
        proxy = request.extensions.get("proxy")
        host = request.url.raw_host.decode("ascii")
        if proxy is None:
            response = await self._direct[own].handle_async_request(request)
            peer = response.extensions["network_stream"].get_extra_info("server_addr")
            host = peer[0] if peer else host
        else:
            port = request.url.port or (443 if request.url.scheme == "https" else 80)
            await self._backends[own].judge(host, port)
            response = await self._through(proxy, request)
        response.extensions["within"] = own and self._backends[own].opens(host)
        return response

    async def _through(self, proxy: str, request: httpx.Request) -> httpx.Response:
        if proxy not in self._proxies:
            self._proxies[proxy] = httpx.AsyncHTTPTransport(
                verify=self._context, trust_env=False, limits=self._limits, proxy=proxy
            )
        try:
            return await self._proxies[proxy].handle_async_request(request)
        except (httpx.ConnectError, httpx.ProxyError) as error:
            if tls_problem(error):
                raise  # of the server, to which the proxy leads
            where = without_secrets(proxy)
            raise httpx.ConnectError(f"the proxy {where}: {cause_of(error)}") from error

    async def aclose(self) -> None:
        """Close all connections, those to proxies too."""
        for transport in (*self._direct.values(), *self._proxies.values()):
            await transport.aclose()


class _Direct(httpx.AsyncHTTPTransport):
    """Requests without a proxy."""

    def __init__(
        self, backend: GuardedBackend, *, connections: int, context: ssl.SSLContext
    ) -> None:
        super().__init__(verify=context, trust_env=False)
        # The base class offers no way to hand in a backend, so its idle pool is replaced.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            # A feed is asked once in an hour: an open connection would only cost the server.
            max_keepalive_connections=0,
            http1=True,
            http2=False,
            network_backend=backend,
        )
