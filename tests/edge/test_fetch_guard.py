"""Addresses: no connection leads into somebody's own network."""

import asyncio
import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address, ip_network

import httpcore
import pytest

from syndicator.errors import AddressRefused, FetchError, ParseError
from syndicator.fetch import Access, fetch_feed, post_form
from syndicator.fetch.guard import PORTION, GuardedBackend, refusal, resolve
from syndicator.fetch.manners import HostGate
from syndicator.pipeline.discovery import Finder
from tests.badserver import (
    BODY,
    LOOPBACK,
    NOTHING,
    a_client,
    a_redirect,
    a_server,
    an_answer,
    limits,
    visit,
)

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:93.184.216.34",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::7f00:1",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1"]
PUBLIC += ["192.167.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "2003::1"]


NONE = timedelta(0)


class Dialled(Exception):
    """The guard let a connection through."""


def dial(host, resolved, port=80, allowed=()):
    """Fetch from *host*, which resolves to *resolved*; raise Dialled where that connects."""

    async def resolver(_host, _port):
        return resolved

    class Inner:
        async def connect_tcp(self, host, *_):
            raise Dialled(host)

    async def story():
        backend = GuardedBackend(allowed, resolver=resolver, inner=Inner())
        asked = limits(allow_networks=allowed)
        async with a_client(backend, connect_timeout=asked.connect_timeout) as client:
            await fetch_feed(client, f"http://{host}:{port}/feed", NOTHING, asked)

    asyncio.run(story())


@pytest.mark.parametrize("address", REFUSED)
def test_no_connection_goes_to_an_address_that_is_not_public(address):
    with pytest.raises(AddressRefused, match=r"not public .*fetch\.allow_networks") as refused:
        dial("news.example", [address])
    assert str(ip_address(address)) in refused.value.problem


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_dialled_itself(address):
    with pytest.raises(Dialled, match=address):
        dial("news.example", [address])


def test_one_private_address_among_public_ones_condemns_the_name():
    with pytest.raises(AddressRefused):
        dial("news.example", ["93.184.216.34", "10.0.0.1"])


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing():
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    dialled = []

    async def rebinding(_host, _port):
        return answers.pop(0)

    class Inner:
        async def connect_tcp(self, host, *_):
            dialled.append(host)
            raise Dialled

    async def story():
        backend = GuardedBackend((), resolver=rebinding, inner=Inner())
        await backend.connect_tcp("news.example", 80)

    with pytest.raises(Dialled):
        asyncio.run(story())
    assert dialled == ["93.184.216.34"]
    assert len(answers) == 1


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
def test_loopback_is_recognised_however_it_is_written(host):
    story = visit({"/feed": an_answer()}, host=host, allow_networks=())

    assert isinstance(story.error, FetchError)
    assert story.server.connections == 0


@pytest.mark.parametrize("port", [21, 22, 25, 3306, 6379, 8080, 65535])
def test_an_odd_port_is_refused_at_public_addresses(port):
    with pytest.raises(AddressRefused, match=f"port {port} .*only ports 80 and 443"):
        dial("news.example", ["93.184.216.34"], port=port)


def test_opened_networks_are_open_on_any_port():
    with pytest.raises(Dialled):
        dial("lan.example", ["10.1.2.3"], port=8080, allowed=(ip_network("10.1.0.0/16"),))


def test_beside_an_opened_network_all_stays_shut():
    assert refusal(ip_address("10.2.0.1"), 80, (ip_network("10.1.0.0/16"),))
    assert refusal(ip_address("::1"), 80, (LOOPBACK,))


LAN = ip_network("127.0.0.9/32")
PLACES = {"public.example": PUBLIC[1], "lan.example": "127.0.0.9", "other.example": "127.0.0.9"}


class Streets(httpcore.AnyIOBackend):
    """The way to public addresses ends on loopback, outside of what the operator opened."""

    def __init__(self, port):
        super().__init__()
        self.port = port

    async def connect_tcp(self, host, port, *more):
        if not host.startswith("127."):
            host, port = "127.0.0.1", self.port
        return await super().connect_tcp(host, port, *more)


def errand(do, routes):
    """Let *do* use a client that knows a public host and, as the operator opened it, a LAN."""

    async def resolver(host, _port):
        return [PLACES.get(host, host)]

    async def story():
        places = dict(routes)
        async with a_server(places) as outside, a_server(places, host="127.0.0.9") as lan:
            for path, answer in routes.items():
                places[path] = answer.replace(b":LAN", f":{lan.port}/secret".encode())
            backend = GuardedBackend((LAN,), resolver=resolver, inner=Streets(outside.port))
            error = None
            async with a_client(backend) as client:
                try:
                    await do(client, lan.port)
                except FetchError as failed:
                    error = failed
        return [path for path, _ in outside.requests + lan.requests], error

    return asyncio.run(story())


def fetching(url, **access):
    async def do(client, port):
        address = url.replace(":PORT", f":{port}")
        await fetch_feed(client, address, NOTHING, limits(), access=Access(**access))

    return do


TO_LAN = {
    "/feed": a_redirect("http://lan.example:LAN", "302 Found"),
    "/secret": an_answer(body=BODY),
}


def test_what_the_operator_wrote_leads_into_the_opened_network():
    asked, error = errand(fetching("http://lan.example:PORT/secret"), TO_LAN)

    assert (asked, error) == (["/secret"], None)


def test_a_redirect_from_outside_does_not():
    asked, error = errand(fetching("http://public.example/feed"), TO_LAN)

    assert asked == ["/feed"]
    assert "can open it to addresses that you write into the configuration" in error.problem


def test_a_redirect_within_the_opened_network_does():
    asked, error = errand(fetching("http://other.example:PORT/feed"), TO_LAN)

    assert (asked, error) == (["/feed", "/secret"], None)


def test_what_a_stranger_gave_does_not_whatever_it_resolves_to():
    for url in ("http://lan.example:PORT/secret", "http://127.0.0.9:PORT/secret"):
        asked, error = errand(fetching(url, own=False), TO_LAN)

        assert asked == []
        assert isinstance(error, AddressRefused)


@pytest.mark.parametrize(
    ("url", "own", "paths"),
    [
        pytest.param("http://lan.example:PORT/secret", True, ["/secret"], id="ours"),
        pytest.param("http://lan.example:PORT/secret", False, [], id="a-stranger's"),
        pytest.param("http://public.example/hub", True, ["/hub"], id="by-redirect"),
    ],
)
def test_a_form_goes_there_on_the_same_terms(url, own, paths):
    async def do(client, port):
        where = url.replace(":PORT", f":{port}")
        await post_form(client, where, {"a": "b"}, limits(), gate=HostGate(NONE), own=own)

    routes = TO_LAN | {"/hub": a_redirect("http://lan.example:LAN", "307 Temporary Redirect")}
    asked, error = errand(do, routes)

    assert asked == paths
    assert isinstance(error, AddressRefused) == (paths != ["/secret"])


@pytest.mark.parametrize(
    "page",
    [
        b'<link rel="alternate" type="application/rss+xml" href="http://lan.example:LAN">',
        b'<meta http-equiv="refresh" content="0;url=http://lan.example:LAN">',
    ],
)
def test_what_a_page_names_leads_there_only_from_there(page):
    routes = TO_LAN | {"/page": an_answer(body=page, Content_Length=None)}

    def finding(url):
        async def do(client, port):
            with suppress(ParseError):
                await Finder(client, limits()).find(url.replace(":PORT", f":{port}"))

        return do

    asked, _ = errand(finding("http://public.example/page"), routes)
    assert "/secret" not in asked
    asked, _ = errand(finding("http://other.example:PORT/page"), routes)
    assert asked == ["/page", "/secret"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/feed",
        "gopher://a.example",
        "data:text/xml,<rss/>",
        "feed",
        "//a.example/feed",
        "http://",
        "http:///feed",
        "unix:///run/x.sock",
        "",
    ],
)
def test_only_web_addresses_are_fetched(url):
    async def story():
        async with a_client() as client:
            await fetch_feed(client, url, NOTHING, limits())

    with pytest.raises(FetchError):
        asyncio.run(story())


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://a b.example/", id="space-in-host"),
        pytest.param("http://a.example\r\nX: y/", id="line-break"),
        pytest.param("http://[::1/", id="open-bracket"),
        pytest.param("http://a..example/", id="empty-label"),
        pytest.param("http://a.example:99999999/", id="port-out-of-range"),
        pytest.param("http://" + "a" * 300 + ".example/", id="long-label"),
        pytest.param("http://\x00/", id="nul"),
        pytest.param("http://\u246f/", id="circled-digits"),
        pytest.param("http://xn--a/", id="no-idna"),
        pytest.param("http://a.example/" + "x" * 70_000, id="long-path"),
    ],
)
def test_a_broken_address_is_an_error_like_any_other(url):
    async def unknown(_host, _port):
        raise socket.gaierror(-2, "Name or service not known")

    async def story():
        backend = GuardedBackend((), resolver=unknown)
        async with a_client(backend) as client:
            await fetch_feed(client, url, NOTHING, limits())

    with pytest.raises(FetchError):
        asyncio.run(story())


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_redirect_to_a_port_that_there_is_not_says_so(port):
    story = visit({"/feed": a_redirect(f"http://127.0.0.1:{port}/")})

    assert "no port" in story.error.problem


def test_an_unknown_name_says_so():
    async def unknown(_host, _port):
        raise socket.gaierror(-2, "Name or service not known")

    async def story():
        backend = GuardedBackend((), resolver=unknown)
        async with a_client(backend) as client:
            await fetch_feed(client, "http://gone.example/", NOTHING, limits())

    with pytest.raises(FetchError, match=r"gone\.example cannot be resolved: Name or service"):
        asyncio.run(story())


def test_names_that_nobody_answers_for_hold_up_no_other_name(monkeypatch):
    released, known = threading.Event(), socket.getaddrinfo

    def look_up(host, *rest, **more):
        if host.startswith("silent"):
            released.wait()
        return known("127.0.0.1", *rest, **more)

    async def story():
        silent = [asyncio.create_task(resolve(f"silent{n}.example", 80)) for n in range(60)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(resolve("good.example", 80), 30)
        finally:
            released.set()
            await asyncio.gather(*silent)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    assert asyncio.run(story()) == ("127.0.0.1",)


def test_a_resolver_that_hangs_is_left_within_the_connect_timeout():
    async def hangs(_host, _port):
        await asyncio.sleep(60)

    asked = limits(connect_timeout=timedelta(seconds=0.1))

    async def story():
        backend = GuardedBackend((), resolver=hangs)
        async with a_client(backend, connect_timeout=asked.connect_timeout) as client:
            await fetch_feed(client, "http://slow.example/", NOTHING, asked)

    with pytest.raises(FetchError, match=r"slow\.example cannot be resolved: no answer in time"):
        asyncio.run(story())


class Handshaking(httpcore.AsyncMockStream):
    """A connection whose other end never answers the handshake."""

    closed = False

    async def start_tls(self, *_):
        await asyncio.sleep(60)

    async def aclose(self):
        self.closed = True


def test_a_connection_is_closed_when_its_handshake_is_given_up():
    stream = Handshaking([])

    class Dialling(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_, **__):
            return stream

    async def resolver(*_):
        return PUBLIC[:1]

    async def story():
        backend = GuardedBackend((), resolver=resolver, inner=Dialling())
        made = await backend.connect_tcp("news.example", 443)
        async with asyncio.timeout(0.01):
            await made.start_tls(ssl.create_default_context())

    with pytest.raises(TimeoutError):
        asyncio.run(story())
    assert stream.closed


@pytest.mark.parametrize("tls", [False, True])
def test_no_server_keeps_the_loop_to_itself_between_two_reads(tls):
    asked = []

    class Greedy(httpcore.AsyncMockStream):
        async def read(self, max_bytes, *_):
            asked.append(max_bytes)
            return b""

        async def start_tls(self, *_):
            return self

    class Dialling(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_, **__):
            return Greedy([])

    async def resolver(*_):
        return PUBLIC[:1]

    async def story():
        backend = GuardedBackend((), resolver=resolver, inner=Dialling())
        stream = await backend.connect_tcp("news.example", 443)
        if tls:
            stream = await stream.start_tls(ssl.create_default_context())
        await stream.read(65_536)
        await stream.read(10)

    asyncio.run(story())
    assert asked == [PORTION, 10]


def test_the_second_address_of_a_name_is_tried():
    async def story():
        async with a_server({"/feed": an_answer(body=BODY)}, host="127.0.0.2") as server:

            async def two(_host, _port):
                return ["127.0.0.3", "127.0.0.2"]

            backend = GuardedBackend((LOOPBACK,), resolver=two)
            async with a_client(backend) as client:
                return await fetch_feed(client, server.url(host="two.example"), NOTHING, limits())

    assert asyncio.run(story()).body == BODY
