"""Bodies: each coding is read, each way to break or blow one up is an error."""

import asyncio
import socket
import traceback
from datetime import timedelta

import httpx
import pytest

from syndicator.errors import BodyTooLarge, FetchError
from syndicator.fetch import decoding
from syndicator.fetch.decoding import read_body
from tests.badserver import (
    BODY,
    a_redirect,
    an_answer,
    bomb,
    drip,
    empty_blocks,
    endless,
    endless_header,
    hard_reset,
    packed,
    reset,
    stall,
    visit,
)


@pytest.mark.parametrize(
    ("coding", "octets"),
    [
        pytest.param("gzip", packed(BODY), id="gzip"),
        pytest.param("x-gzip", packed(BODY), id="x-gzip"),
        pytest.param("GZIP", packed(BODY), id="capitals"),
        pytest.param("gzip", packed(BODY[:20]) + packed(BODY[20:]), id="two-members"),
        pytest.param("gzip", packed(BODY) + bytes(40), id="padded-with-zeros"),
        pytest.param("deflate", packed(BODY, 15), id="deflate-as-zlib"),
        pytest.param("deflate", packed(BODY, -15), id="deflate-bare"),
        pytest.param("identity", BODY, id="identity"),
        pytest.param(None, BODY, id="none"),
        pytest.param(None, packed(BODY), id="gzip-file"),
        pytest.param("gzip", packed(packed(BODY)), id="gzip-in-gzip"),
        pytest.param("gzip, gzip", packed(packed(BODY)), id="gzip-in-gzip-and-said-so"),
        pytest.param("UTF-8", BODY, id="a-charset"),
        pytest.param("none", BODY, id="none-in-words"),
        pytest.param("identity, gzip", packed(BODY), id="a-coding-that-does-nothing"),
    ],
)
def test_each_coding_gives_the_same_body(coding, octets):
    story = visit({"/feed": an_answer(body=octets, Content_Encoding=coding)})

    assert story.outcome.body == BODY


@pytest.mark.parametrize("more", [-1, 0, 1, 300])
@pytest.mark.parametrize("window", [15, -15, 31])
def test_a_body_that_fills_whole_pieces_is_complete(window, more):
    body = b"<rss>" + b"a" * (decoding.PIECE - 5 + more)
    coding = "gzip" if window == 31 else "deflate"

    story = visit({"/feed": an_answer(body=packed(body, window), Content_Encoding=coding)})

    assert story.outcome.body == body


@pytest.mark.parametrize("answer", [endless, bomb, reset], ids=["endless", "bomb", "cut-short"])
def test_a_body_that_is_refused_is_let_go_at_once(answer):
    error = visit({"/feed": answer}).error

    frames = [
        frame
        for each in (error, error.__cause__)
        for frame, _ in traceback.walk_tb(each and each.__traceback__)
    ]
    held = [each.f_locals["body"] for each in frames if each.f_code is read_body.__code__]
    assert held
    assert not any(held)


def test_a_gzip_head_that_comes_in_two_pieces_is_understood():
    octets = packed(BODY)

    async def halves(server, writer):
        head = an_answer(body=b"", Content_Length=str(len(octets)), Content_Encoding="gzip")
        await server.send(writer, head + octets[:1])
        await asyncio.sleep(0.02)
        await server.send(writer, octets[1:])

    assert visit({"/feed": halves}).outcome.body == BODY


@pytest.mark.parametrize("answer", [stall, drip], ids=["stall", "drip"])
def test_a_server_that_takes_its_time_is_left(answer):
    story = visit({"/feed": answer}, total_timeout=timedelta(seconds=0.3))

    assert story.error.problem == "no complete answer within 0.3 s"
    assert len(story.server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "problem"),
    [
        pytest.param(endless, BodyTooLarge, "larger than 100000 bytes", id="endless"),
        pytest.param(bomb, BodyTooLarge, "larger than 100000 bytes", id="gzip-bomb"),
        pytest.param(empty_blocks, BodyTooLarge, "larger than", id="endless-empty-blocks"),
        pytest.param(endless_header, FetchError, "broken", id="endless-header"),
        pytest.param(reset, FetchError, "", id="ended-half-way"),
        pytest.param(hard_reset, FetchError, "broke: Connection reset", id="reset-half-way"),
        pytest.param(
            an_answer(body=BODY, Content_Length="100001"), BodyTooLarge, "larger", id="announced"
        ),
        pytest.param(
            an_answer(body=BODY, Content_Length="9999"), FetchError, "cut short", id="short-body"
        ),
        pytest.param(
            an_answer(body=packed(BODY)[:-9], Content_Encoding="gzip"),
            FetchError,
            "cut short",
            id="short-gzip",
        ),
        pytest.param(
            an_answer(body=BODY, Content_Encoding="gzip"), FetchError, "damaged", id="not-gzip"
        ),
        pytest.param(
            an_answer(Content_Encoding="br"), FetchError, "'br', which was not", id="brotli"
        ),
        pytest.param(
            an_answer(body=packed(packed(bytes(200_000))), Content_Encoding="gzip"),
            BodyTooLarge,
            "larger than 100000 bytes",
            id="bomb-in-gzip",
        ),
        pytest.param(
            an_answer(body=packed(packed(bytes(200_000))[:-9]), Content_Encoding="gzip"),
            BodyTooLarge,
            "larger than 100000 bytes",
            id="bomb-in-gzip-cut-short",
        ),
        pytest.param(
            an_answer(body=packed(BODY)[:-9]), FetchError, "file is cut short", id="short-file"
        ),
        pytest.param(
            an_answer(body=b"\x1f\x8b<rss>"), FetchError, "is damaged", id="not-a-gzip-file"
        ),
        pytest.param(
            an_answer(body=BODY, Content_Encoding="gzip, br"), FetchError, "'gzip, br'", id="chain"
        ),
        pytest.param(an_answer(body=b""), FetchError, "empty", id="empty"),
        pytest.param(an_answer(body=b" \r\n"), FetchError, "empty", id="blank"),
        pytest.param(
            an_answer("204 No Content", b"", Content_Length=None),
            FetchError,
            "HTTP 204",
            id="no-content",
        ),
        pytest.param(an_answer("206 Partial Content"), FetchError, "HTTP 206", id="partial"),
        pytest.param(an_answer("300 Multiple Choices"), FetchError, "HTTP 300", id="choices"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", FetchError, "broken", id="not-http"),
        pytest.param(b"", FetchError, "broken", id="nothing-at-all"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
            FetchError,
            "broken",
            id="two-lengths",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n12345",
            FetchError,
            "broken",
            id="negative-length",
        ),
    ],
)
def test_bad_answers_are_errors_in_plain_words(answer, kind, problem):
    story = visit({"/feed": answer}, total_timeout=timedelta(minutes=1), max_body=100_000)

    assert type(story.error) is kind
    assert problem in story.error.problem
    assert len(story.server.requests) == 1


def test_reading_stops_at_the_limit_and_the_connection_is_closed():
    story = visit({"/feed": endless}, max_body=1_000_000)

    # What lies in socket buffers beyond it is the kernel's business.
    assert story.server.sent < 20_000_000


def test_a_body_of_exactly_the_limit_is_taken():
    story = visit({"/feed": an_answer(body=b"x" * 5000)}, max_body=5000)

    assert len(story.outcome.body) == 5000


def test_a_packed_body_of_exactly_the_limit_is_taken():
    answer = an_answer(body=packed(b"x" * 5000), Content_Encoding="gzip")

    assert len(visit({"/feed": answer}, max_body=5000).outcome.body) == 5000
    assert isinstance(visit({"/feed": answer}, max_body=4999).error, BodyTooLarge)


def test_the_deadline_covers_all_redirects_together():
    async def slow(server, writer):
        await asyncio.sleep(0.15)
        await server.send(writer, a_redirect(f"/{len(server.requests)}"))

    story = visit(
        {"/feed": slow} | {f"/{n}": slow for n in range(9)},
        total_timeout=timedelta(seconds=0.4),
    )

    assert "no complete answer" in story.error.problem
    assert len(story.server.requests) <= 3


def test_a_closed_port_is_reported_with_its_address():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        story = visit({}, path=f"http://127.0.0.1:{port}/feed")

    assert story.error.problem == f"no connection: 127.0.0.1 port {port}: Connection refused"


def test_large_bodies_come_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(decoding, "LARGE", 1000)

    async def story():
        released, beyond = asyncio.Event(), []

        async def body():
            yield b"x" * 20_000
            beyond.append(1)
            await released.wait()
            yield b"x" * 20_000

        async def read(room):
            request = httpx.Request("GET", "http://a.example/")
            answer = httpx.Response(200, content=body(), request=request)
            return len(await decoding.read_body(answer, 50_000, room))

        room = asyncio.Semaphore(2)
        reading = [asyncio.ensure_future(read(room)) for _ in range(5)]
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(beyond) == 2
        released.set()
        assert await asyncio.gather(*reading) == [40_000] * 5

    asyncio.run(story())
