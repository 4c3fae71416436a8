"""A web server on loopback that misbehaves on request, and a visit to it."""

import asyncio
import socket
import ssl
import struct
import zlib
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import ip_network

import trustme

from syndicator.errors import FetchError
from syndicator.fetch import Validators, fetch_feed, make_client
from syndicator.model.settings import Fetch


def an_answer(status="200 OK", body=b"<rss/>", **headers):
    """Return an HTTP/1.1 answer; a header given as None is left out."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


def a_redirect(to, status="301 Moved Permanently"):
    return an_answer(status, b"", Location=to)


def packed(body, wbits=31):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return squeeze.compress(body) + squeeze.flush()


class BadServer:
    """Answers by path; keeps every request as (path, header lines) in the order they came."""

    def __init__(self, routes):
        self.routes = routes
        self.requests = []
        self.spans = []
        self.connections = 0
        self.sent = 0

    def url(self, path="/feed", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def headers(self, at=-1):
        lines = self.requests[at][1]
        return {name.strip().lower(): value.strip() for name, _, value in lines}

    async def serve(self, reader, writer):
        self.connections += 1
        began = asyncio.get_running_loop().time()
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            self.requests.append((path, [line.partition(":") for line in head[1:] if line]))
            answer = self.routes[path.partition("?")[0]]
            if isinstance(answer, bytes):
                await self.send(writer, answer)
            else:
                await answer(self, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.spans.append((began, asyncio.get_running_loop().time()))
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def send(self, writer, octets):
        self.sent += len(octets)
        writer.write(octets)
        await writer.drain()


@asynccontextmanager
async def a_server(routes, host="127.0.0.1", *, tls=None):
    """Answer *routes*; *tls*: with the certificate that only we signed."""
    server = BadServer(routes)
    tasks = set()

    async def accept(reader, writer):
        tasks.add(asyncio.current_task())
        with suppress(asyncio.CancelledError):
            await server.serve(reader, writer)

    listening = await asyncio.start_server(accept, host, 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def stall(_, writer):
    await asyncio.sleep(60)
    writer.close()


async def drip(server, writer):
    await server.send(writer, an_answer(body=b"", Content_Length="1000"))
    for _ in range(1000):
        await server.send(writer, b"x")
        await asyncio.sleep(0.05)


async def endless(server, writer):
    await server.send(writer, an_answer(body=b"", Content_Length=None))
    while True:
        await server.send(writer, b"x" * 65536)
        await asyncio.sleep(0)


async def reset(server, writer):
    await server.send(writer, an_answer(body=b"<rss>", Content_Length="1000"))
    writer.transport.abort()


async def hard_reset(server, writer):
    """Break the connection off so that the other side learns of it by a TCP reset."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    await reset(server, writer)


async def bomb(server, writer):
    """1 GiB of zeros, written as it is wanted."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    await server.send(writer, an_answer(body=b"", Content_Length=None, Content_Encoding="gzip"))
    for _ in range(1024):
        await server.send(writer, squeeze.compress(bytes(2**20)))
        await asyncio.sleep(0)
    await server.send(writer, squeeze.flush())


async def empty_blocks(server, writer):
    """Compressed octets without end that hold nothing."""
    await server.send(writer, an_answer(body=b"", Content_Length=None, Content_Encoding="gzip"))
    block = zlib.compressobj(9, zlib.DEFLATED, 31)
    await server.send(writer, block.compress(b"") + block.flush(zlib.Z_FULL_FLUSH))
    while True:
        await server.send(writer, b"\x00\x00\x00\xff\xff" * 1000)
        await asyncio.sleep(0)


async def endless_header(server, writer):
    await server.send(writer, b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        await server.send(writer, b"x" * 65536)
        await asyncio.sleep(0)


@cache
def authority():
    """An authority that nobody trusts who was not told to."""
    return trustme.CA()


def certified():
    """A server's side of TLS, with the authority's certificate for news.example."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority().issue_cert("news.example").configure_cert(context)
    return context


def authorities():
    """The authority's certificate, as ``fetch.authorities`` takes it."""
    return authority().cert_pem.bytes().decode()


NOTHING = Validators(etag=None, last_modified=None)
LOOPBACK = ip_network("127.0.0.0/8")
BODY = b"<rss version='2.0'><channel><title>News</title></channel></rss>"


def limits(**fields):
    return Fetch(
        **{
            "per_host_gap": timedelta(0),
            "total_timeout": timedelta(seconds=5),
            "allow_networks": (LOOPBACK,),
        }
        | fields
    )


@dataclass
class Story:
    """What came of a visit: the outcome or the error, and what the server saw."""

    outcome: object
    server: object
    error: FetchError | None = None


def a_client(backend=None, **fields):
    return make_client(limits(**fields), contact="ed@test.example", version="1", backend=backend)


def visit(routes, path="/feed", validators=NOTHING, gate=None, host="127.0.0.1", **fields):
    """Fetch *path* from a server with *routes*."""

    async def story():
        async with a_server(routes) as server, a_client(**fields) as client:
            url = path if "://" in path else server.url(path, host)
            made = gate() if gate else None
            try:
                found = await fetch_feed(client, url, validators, limits(**fields), gate=made)
                return Story(found, server)
            except FetchError as error:
                return Story(None, server, error)

    return asyncio.run(story())
