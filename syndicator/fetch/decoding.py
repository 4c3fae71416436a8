"""The body of an answer, decoded within a limit that no compression gets around.  Edge.

A few kilobytes can inflate to gigabytes, so each chunk is inflated only up to the octets
that are still allowed, and reading stops at the first one above.
"""

import asyncio
import zlib
from contextlib import AsyncExitStack

import httpx

from syndicator.errors import BodyTooLarge, FetchError
from syndicator.urls import without_secrets

LARGE = 1_000_000
"""Octets; hardly a feed is larger, so many at once are somebody's mistake or malice."""
ROOM = 4
"""Bodies that may be larger at once: more would fill the memory to nobody's use."""
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


async def read_body(response: httpx.Response, limit: int, room: asyncio.Semaphore) -> bytes:
    """Return the decoded body of *response*, which was opened as a stream.

    Args:
        response: with a body that was not read yet.
        limit: octets, of the decoded body and of what is transferred alike.
        room: how many bodies may be larger than :data:`LARGE` at once; the others wait.

    Raises:
        BodyTooLarge: there is more.
        FetchError: nothing came, or something in a coding that was not asked for.
    """
    url = without_secrets(str(response.url))
    too_large = BodyTooLarge(url, f"the body is larger than {limit} bytes (fetch.max_body)")
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and int(announced[:20]) > limit:
        raise too_large
    decoder = _decoder(url, response.headers.get("content-encoding", ""))
    body = bytearray()
    transferred = 0
    async with AsyncExitStack() as held:
        waited = False
        try:
            async for chunk in response.aiter_raw(16_384):
                transferred += len(chunk)
                body += decoder.decode(chunk, limit + 1 - len(body))
                # Compressed octets count too: empty blocks could go on for ever.
                if max(len(body), transferred) > limit:
                    raise too_large
                if len(body) > LARGE and not waited:
                    await held.enter_async_context(room)
                    waited = True
        except zlib.error as error:
            raise FetchError(url, f"the compressed body is damaged: {error}") from error
    if not decoder.complete:
        raise FetchError(url, "the compressed body is cut short")
    if not body.strip():
        raise FetchError(url, "the body is empty")
    return bytes(body)


def _decoder(url: str, content_encoding: str) -> "_Identity | _Inflate":
    match content_encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip" | "deflate":
            return _Inflate()
        case other:
            raise FetchError(url, f"the body is coded as {other[:40]!r}, which was not asked for")


class _Identity:
    complete = True

    def decode(self, chunk: bytes, _most: int) -> bytes:
        return chunk


class _Inflate:
    """gzip with any number of members (RFC 1952), zlib (RFC 1950) or bare deflate (RFC 1951).

    The first two octets tell which it is: servers mean each of them by "deflate".
    """

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)
        self._begun = False
        self._head = b""

    @property
    def complete(self) -> bool:
        return self._stream.eof or not self._begun

    def decode(self, chunk: bytes, most: int) -> bytes:
        """Return what *chunk* adds, up to *most* octets; the rest is dropped."""
        waiting = self._head + chunk
        self._head = b""
        out = bytearray()
        while waiting and len(out) < most:
            if not self._begun or self._stream.eof:
                if len(waiting) < 2:
                    self._head = waiting
                    break
                if self._begun and waiting[:2] != _GZIP_MAGIC:
                    break  # padding after the last member
                self._stream = zlib.decompressobj(_window_bits(waiting[:2]))
                self._begun = True
            # Never 0 here: zlib would take that for "no limit".
            out += self._stream.decompress(waiting, most - len(out))
            waiting = self._stream.unused_data
        return bytes(out)


def _window_bits(head: bytes) -> int:
    if head == _GZIP_MAGIC:
        return _GZIP
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
