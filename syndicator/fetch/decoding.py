"""The body of an answer, decoded within a limit that no compression gets around.  Edge.

A few kilobytes can inflate to gigabytes, so each chunk is inflated piece by piece, and
reading stops at the first octet above the limit.
"""

import asyncio
import zlib
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import httpx

from syndicator.errors import BodyTooLarge, FetchError
from syndicator.urls import without_secrets

LARGE = 1_000_000
"""Octets; hardly a feed is larger, so many at once are somebody's mistake or malice."""
ROOM = 4
"""Bodies that may be larger at once: more would fill the memory to nobody's use."""
PIECE = 65_536
"""Octets that are inflated at once."""
_NO_CODINGS = frozenset(("", "identity", "none", "binary", "8bit", "utf-8", "utf8", "iso-8859-1"))
"""Of which the rest have no business in the header: browsers pass over them too."""
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
    _check_announced(response.headers.get("content-length", ""), limit, url)
    decoder = _decoder(url, response.headers.get("content-encoding", ""))
    # Pieces, joined once: one buffer that grows is copied time and again.
    body: list[bytes] = []
    left, transferred = limit, 0
    async with AsyncExitStack() as held:
        # An error holds this frame, and would hold all that came, for as long as it is held.
        held.callback(body.clear)
        waited = False
        with _plain_errors(url):
            async for chunk in response.aiter_raw(16_384):
                transferred += len(chunk)
                left -= _append(body, decoder.decode(chunk), left)
                # Compressed octets count too: empty blocks could go on for ever.
                if left < 0 or transferred > limit:
                    raise _too_large(url, limit)
                if limit - left > LARGE and not waited:
                    await held.enter_async_context(room)
                    waited = True
        if not decoder.complete:
            raise FetchError(url, "the compressed body is cut short")
        if b"".join(body[:2]).startswith(_GZIP_MAGIC):
            # No feed begins so: a file that lies there compressed, or is compressed once more.
            if not waited:
                await held.enter_async_context(room)
            _unpack(body, limit, url)
        whole = b"".join(body)
    if not whole or whole.isspace():
        raise FetchError(url, "the body is empty")
    return whole


def _unpack(body: list[bytes], limit: int, url: str) -> None:
    decoder, packed = _Inflate(), b"".join(body)
    body.clear()
    with _plain_errors(url):
        came = _append(body, decoder.decode(packed), limit)
    packed = b""  # an error holds this frame too
    if came > limit:
        raise _too_large(url, limit)
    if not decoder.complete:
        raise FetchError(url, "the compressed file is cut short")


@contextmanager
def _plain_errors(url: str) -> Iterator[None]:
    try:
        yield
    except zlib.error as error:
        raise FetchError(url, f"the compressed body is damaged: {error}") from error


def _check_announced(length: str, limit: int, url: str) -> None:
    if length.isascii() and length.isdecimal() and int(length[:20]) > limit:
        raise _too_large(url, limit)


def _too_large(url: str, limit: int) -> BodyTooLarge:
    return BodyTooLarge(url, f"the body is larger than {limit} bytes (fetch.max_body)")


def _append(body: list[bytes], pieces: Iterator[bytes], left: int) -> int:
    """Append *pieces* to *body* until more than *left* octets came; return how many did."""
    came = 0
    for piece in pieces:
        body.append(piece)
        came += len(piece)
        if came > left:
            break
    return came


def _decoder(url: str, content_encoding: str) -> "_Identity | _Inflate":
    stated = content_encoding.strip().lower()
    codings = {coding.strip() for coding in stated.split(",")} - _NO_CODINGS
    if not codings:
        return _Identity()
    if codings <= {"gzip", "x-gzip", "deflate"}:
        return _Inflate()
    raise FetchError(url, f"the body is coded as {stated[:40]!r}, which was not asked for")


class _Identity:
    complete = True

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


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

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what *chunk* adds, in pieces."""
        waiting = self._head + chunk
        self._head = b""
        more = False
        while waiting or more:
            if not self._begun or self._stream.eof:
                if len(waiting) < 2:
                    self._head = waiting
                    return
                if self._begun and waiting[:2] != _GZIP_MAGIC:
                    return  # padding after the last member
                self._stream = zlib.decompressobj(_window_bits(waiting[:2]))
                self._begun = True
            piece = self._stream.decompress(waiting, PIECE)
            waiting = self._stream.unconsumed_tail or self._stream.unused_data
            # zlib may hold the end of a full piece back, without any octet to go on with.
            more = len(piece) == PIECE and not self._stream.eof
            yield piece


def _window_bits(head: bytes) -> int:
    if head == _GZIP_MAGIC:
        return _GZIP
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
