"""Serving published files."""

import asyncio
import gzip
import os
import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from html import escape

import httpx
import pytest

from syndicator.errors import StoreError, SyndicatorError
from syndicator.render import render_gone
from syndicator.render.gone import MARK
from syndicator.serve import listener, make_app, serve
from syndicator.serve.files import Shelf
from tests.builders import an_output_feed

NOON = 1_795_435_200
NOON_TEXT = "Mon, 23 Nov 2026 12:00:00 GMT"
FEED = b"<feed xmlns='http://www.w3.org/2005/Atom'>" + b"<entry/>" * 200 + b"</feed>"


@pytest.fixture
def public(tmp_path):
    """A publish directory with one file of each kind; beside it something secret."""
    root = tmp_path / "public"
    (root / "themes").mkdir(parents=True)
    for name in ("themes/a.atom", "themes/a.rss", "themes/a.json", "themes/a.html"):
        write(root / name, FEED)
    write(root / "index.html", b"<h1>Feeds</h1>")
    write(root / "feeds.opml", b"<opml/>")
    write(tmp_path / "secret.html", b"secret")
    return root


def write(path, body, seconds=NOON):
    path.write_bytes(body)
    os.utime(path, (seconds, seconds))


def app_of(directory, **said):
    return make_app(
        directory, max_age=timedelta(minutes=5), health=lambda: {"ok": True, "sources": 3} | said
    )


def ask(directory, path, method="GET", app=None, **headers):
    """Send one request straight to the application; nothing is decoded or normalised."""

    async def story():
        transport = httpx.ASGITransport(app=app or app_of(directory), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as client:
            del client.headers["accept-encoding"]
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            request = client.build_request(method, path, headers=fields)
            response = await client.send(request, stream=True)
            response.raw = b"".join([part async for part in response.aiter_raw()])
            return response

    return asyncio.run(story())


# What is served, and as what.


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/themes/a.atom", "application/atom+xml; charset=utf-8"),
        ("/themes/a.rss", "application/rss+xml; charset=utf-8"),
        ("/themes/a.json", "application/feed+json; charset=utf-8"),
        ("/themes/a.html", "text/html; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
    ],
)
def test_each_format_has_its_media_type(public, path, media_type):
    answer = ask(public, path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.raw == (public / path[1:]).read_bytes()


def test_the_first_page_is_the_index(public):
    assert ask(public, "/").raw == b"<h1>Feeds</h1>"


def test_a_folder_with_an_index_shows_it(public):
    write(public / "themes" / "index.html", b"<h1>Themes</h1>")

    answer = ask(public, "/themes/")

    assert answer.raw == b"<h1>Themes</h1>"
    assert answer.headers["content-type"].startswith("text/html")


def test_pages_may_run_nothing_and_be_framed_nowhere(public):
    policy = ask(public, "/").headers["content-security-policy"]

    assert policy == (
        "default-src 'none'; img-src https: http:; style-src 'self' 'unsafe-inline';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "content-security-policy" not in ask(public, "/themes/a.atom").headers


@pytest.mark.parametrize(
    "path",
    [
        "/gone.atom",
        "/themes",
        "/themes/",
        "/themes/a",
        "/themes/a.xml",
        "/themes/a.atom/",
        "/themes/a.atom/b.atom",
        "/../secret.html",
        "/themes/../../secret.html",
        "/%2e%2e/secret.html",
        "/themes/%2e%2e/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/..%5csecret.html",
        "/themes//a.atom",
        "//themes/a.atom",
        "/link.html",
        "/outside/secret.html",
        "/inside.html/x.html",
        "/.hidden.html",
        "/.syndicator-1-x.tmp",
        "/.git/a.html",
        "/script.py",
        "/a%00.html",
        "/a%0a.html",
        "/" + "x" * 300 + ".html",
        "/loop.html",
        "/themes.atom",
    ],
)
def test_nothing_else_exists(public, path):
    (public / "link.html").symlink_to(public.parent / "secret.html")
    (public / "outside").symlink_to(public.parent)
    (public / "loop.html").symlink_to(public / "loop.html")
    (public / "themes.atom").mkdir()
    (public / ".git").mkdir()
    for name in (".hidden.html", ".syndicator-1-x.tmp", ".git/a.html", "script.py"):
        write(public / name, b"secret")
    transport_path = httpx.URL("http://test.example").copy_with(raw_path=path.encode())

    answer = ask(public, transport_path)

    assert answer.status_code == 404
    assert b"secret" not in answer.raw
    assert b"first page" in answer.raw
    assert "content-security-policy" in answer.headers


def test_a_publish_directory_that_is_a_link_is_served(public, tmp_path):
    (tmp_path / "current").symlink_to(public)

    assert ask(tmp_path / "current", "/").status_code == 200


def test_a_directory_that_is_not_there_yet_is_empty(tmp_path):
    assert ask(tmp_path / "nothing", "/").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused_with_what_is_allowed(public, method):
    answer = ask(public, "/themes/a.atom", method=method)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert b"GET and HEAD" in answer.raw


def test_head_has_the_headers_of_get_and_no_body(public):
    got = ask(public, "/themes/a.atom", accept_encoding="gzip")
    head = ask(public, "/themes/a.atom", method="HEAD", accept_encoding="gzip")

    assert dict(head.headers) == dict(got.headers)
    assert head.raw == b""
    assert head.status_code == 200


# Validators.


def etag_of(public, **headers):
    return ask(public, "/themes/a.atom", **headers).headers["etag"]


def test_validators_are_the_bytes_and_the_time_of_the_file(public):
    answer = ask(public, "/themes/a.atom")
    write(public / "same.atom", FEED)

    assert answer.headers["last-modified"] == NOON_TEXT
    assert answer.headers["etag"] == ask(public, "/same.atom").headers["etag"]
    assert not answer.headers["etag"].startswith("W/")


def test_another_text_has_another_etag(public):
    app = app_of(public)
    before = ask(public, "/themes/a.atom", app=app)
    # The same length and the same time: only the bytes tell.
    write(public / "new.atom", FEED.replace(b"entry", b"ENTRY"))
    (public / "new.atom").replace(public / "themes/a.atom")
    after = ask(public, "/themes/a.atom", app=app)

    assert before.headers["etag"] != after.headers["etag"]
    assert after.raw == FEED.replace(b"entry", b"ENTRY")


SAME, OTHER = "{etag}", '"other"'
LATER = "Mon, 23 Nov 2026 12:00:01 GMT"
EARLIER = "Mon, 23 Nov 2026 11:59:59 GMT"


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        pytest.param({}, 200, id="none"),
        pytest.param({"if_none_match": SAME}, 304, id="same-tag"),
        pytest.param({"if_none_match": "W/" + SAME}, 304, id="weakened-tag"),
        pytest.param({"if_none_match": OTHER}, 200, id="other-tag"),
        pytest.param({"if_none_match": f'{OTHER}, W/"x,y" ,{SAME}'}, 304, id="one-of-several"),
        pytest.param({"if_none_match": "*"}, 304, id="any"),
        pytest.param({"if_none_match": ""}, 200, id="empty"),
        pytest.param({"if_none_match": "no quotes"}, 200, id="unquoted"),
        pytest.param({"if_modified_since": NOON_TEXT}, 304, id="same-time"),
        pytest.param({"if_modified_since": LATER}, 304, id="later"),
        pytest.param({"if_modified_since": EARLIER}, 200, id="earlier"),
        pytest.param({"if_modified_since": "yesterday"}, 200, id="no-date"),
        pytest.param({"if_modified_since": ""}, 200, id="empty-date"),
        pytest.param(
            {"if_modified_since": "Monday, 23-Nov-26 12:00:00 GMT"}, 304, id="date-of-rfc-850"
        ),
        pytest.param(
            {"if_none_match": OTHER, "if_modified_since": LATER}, 200, id="tag-beats-time"
        ),
        pytest.param(
            {"if_none_match": SAME, "if_modified_since": EARLIER}, 304, id="tag-beats-time-again"
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions_are_evaluated_in_the_order_of_the_standard(public, conditions, status, method):
    etag = etag_of(public)
    fields = {name: value.replace("{etag}", etag) for name, value in conditions.items()}

    assert ask(public, "/themes/a.atom", method=method, **fields).status_code == status


def test_a_304_carries_validators_and_no_content(public):
    full = ask(public, "/themes/a.atom")

    answer = ask(public, "/themes/a.atom", if_none_match=full.headers["etag"])

    assert answer.raw == b""
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert answer.headers[name] == full.headers[name]
    assert "content-type" not in answer.headers
    assert "content-encoding" not in answer.headers


# Compression.


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("br, GZIP;q=0.5", "gzip", id="among-others"),
        pytest.param("*", "gzip", id="anything"),
        pytest.param("x-gzip", "gzip", id="old-name"),
        pytest.param("gzip;q=0", None, id="forbidden"),
        pytest.param("gzip; q=0.000, *", None, id="forbidden-in-three-digits"),
        pytest.param("identity", None, id="plain"),
        pytest.param("br, zstd", None, id="unknown"),
        pytest.param("", None, id="empty"),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(public, accepted, coding):
    answer = ask(public, "/themes/a.atom", accept_encoding=accepted)

    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-length"] == str(len(answer.raw))
    assert (gzip.decompress(answer.raw) if coding else answer.raw) == FEED


def test_the_packed_and_the_plain_form_have_tags_of_their_own(public):
    plain, packed = etag_of(public), etag_of(public, accept_encoding="gzip")

    assert plain != packed
    stale = ask(public, "/themes/a.atom", accept_encoding="gzip", if_none_match=plain)
    assert stale.status_code == 200
    fresh = ask(public, "/themes/a.atom", accept_encoding="gzip", if_none_match=packed)
    assert fresh.status_code == 304


def test_what_would_not_shrink_is_sent_plain(public):
    write(public / "noise.json", os.urandom(5000))

    assert "content-encoding" not in ask(public, "/", accept_encoding="gzip").headers
    assert "content-encoding" not in ask(public, "/noise.json", accept_encoding="gzip").headers


# Memory.


def test_the_shelf_stays_within_its_room(tmp_path):
    shelf = Shelf(tmp_path, cache_bytes=10_000)
    for n in range(20):
        write(tmp_path / f"{n}.atom", os.urandom(3000))
        assert shelf.find(f"{n}.atom") is not None
        assert shelf.held <= 10_000

    assert shelf.held >= 3000


def test_a_file_larger_than_the_room_is_served_and_not_kept(tmp_path):
    shelf = Shelf(tmp_path, cache_bytes=1000)
    write(tmp_path / "a.atom", os.urandom(3000))

    assert len(shelf.find("a.atom").plain) == 3000
    assert shelf.held == 0


def test_an_old_state_of_a_file_leaves_the_shelf(tmp_path):
    shelf = Shelf(tmp_path)
    for n in range(50):
        write(tmp_path / "a.atom", os.urandom(3000), NOON + n)
        shelf.find("a.atom")

    assert shelf.held == 3000


def test_an_unchanged_file_is_read_once(tmp_path):
    shelf = Shelf(tmp_path)
    write(tmp_path / "a.atom", FEED)

    assert shelf.find("a.atom") is shelf.find("a.atom")


# Health.


def test_health_is_json_and_says_ok(public):
    answer = ask(public, "/healthz")

    assert answer.status_code == 200
    assert httpx.Response(200, content=answer.raw).json() == {"ok": True, "sources": 3}
    assert answer.headers["cache-control"] == "no-store"


def test_ill_health_is_a_503(public):
    assert ask(public, "/healthz", app=app_of(public, ok=False)).status_code == 503


def test_a_store_that_fails_is_ill_health(public):
    def broken():
        raise StoreError("the database is locked")

    app = make_app(public, max_age=timedelta(0), health=broken)
    answer = ask(public, "/healthz", app=app)

    assert answer.status_code == 503
    assert b"locked" in answer.raw


# The listening server.


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def serving(directory):
    """Run the real server in this event loop; yield its port."""
    port, stop = a_free_port(), asyncio.Event()
    task = asyncio.create_task(serve(app_of(directory), "127.0.0.1", port, stop=stop))
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, probe = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
                else:
                    probe.close()
                    break
        yield port
    finally:
        stop.set()
        await task


def test_the_server_answers_and_stops_when_told(public):
    async def story():
        async with serving(public) as port, httpx.AsyncClient() as client:
            got = await client.get(f"http://127.0.0.1:{port}/themes/a.atom")
            head = await client.head(f"http://127.0.0.1:{port}/themes/a.atom")
            gone = await client.get(f"http://127.0.0.1:{port}/gone.atom")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        return got, head, gone

    got, head, gone = asyncio.run(story())

    assert got.content == FEED
    assert got.headers["content-encoding"] == "gzip"
    assert "server" not in got.headers
    assert "date" in got.headers
    assert head.headers["content-length"] == got.headers["content-length"]
    assert gone.status_code == 404


def test_a_large_file_arrives_whole(public):
    body = os.urandom(3_000_000)
    write(public / "large.json", body)

    async def story():
        async with serving(public) as port, httpx.AsyncClient() as client:
            return await client.get(f"http://127.0.0.1:{port}/large.json")

    assert asyncio.run(story()).content == body


def test_the_loops_own_signal_handlers_stay(public):
    async def story():
        loop = asyncio.get_running_loop()
        heard = asyncio.Event()
        loop.add_signal_handler(15, heard.set)
        try:
            async with serving(public):
                os.kill(os.getpid(), 15)
                async with asyncio.timeout(5):
                    await heard.wait()
        finally:
            loop.remove_signal_handler(15)
        return heard.is_set()

    assert asyncio.run(story())


def test_alone_the_server_ends_on_sigterm(public):
    async def story():
        port = a_free_port()
        task = asyncio.create_task(serve(app_of(public), "127.0.0.1", port))
        await asyncio.sleep(0.05)
        os.kill(os.getpid(), 15)
        async with asyncio.timeout(5):
            await task
        return True

    assert asyncio.run(story())


def test_a_taken_port_is_named_with_its_key(public):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SyndicatorError, match=rf"serve\.port: {port} at 127\.0\.0\.1 is taken"):
            asyncio.run(serve(app_of(public), "127.0.0.1", port))


@pytest.mark.parametrize(
    ("host", "port"), [("203.0.113.7", 8080), ("no.such.host.invalid", 8080), ("127.0.0.1", 70_000)]
)
def test_an_impossible_place_to_listen_is_named(public, host, port):
    with pytest.raises(SyndicatorError, match=r"serve\.host, serve\.port"):
        asyncio.run(serve(app_of(public), host, port))


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"", id="says-nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a", id="never-ends-its-header"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", id="owes-a-body"),
    ],
)
def test_who_never_completes_a_request_is_cut_off(public, monkeypatch, octets):
    monkeypatch.setattr(listener, "FIRST_REQUEST", 0.1)

    async def story():
        async with serving(public) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(octets)
            async with asyncio.timeout(5):
                await _drained(reader)
            writer.close()
        return True

    assert asyncio.run(story())


def test_drops_of_a_header_do_not_buy_time(public, monkeypatch):
    monkeypatch.setattr(listener, "FIRST_REQUEST", 0.1)

    async def story():
        async with serving(public) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.timeout(5):
                while not reader.at_eof() and reader.exception() is None:
                    writer.write(b"G")
                    await asyncio.sleep(0.03)
            writer.close()
        return True

    assert asyncio.run(story())


def test_who_never_takes_the_answer_is_cut_off(public, monkeypatch):
    monkeypatch.setattr(listener, "LAST_OCTET", 0.1)
    write(public / "large.json", os.urandom(8_000_000))

    async def story():
        async with serving(public) as port:
            with socket.create_connection(("127.0.0.1", port)) as slow:
                slow.sendall(b"GET /large.json HTTP/1.1\r\nHost: a\r\n\r\n")
                await asyncio.sleep(0.5)
                slow.setblocking(True)
                slow.settimeout(5)
                return await asyncio.to_thread(_taken, slow)

    assert asyncio.run(story()) < 8_000_000


def test_connections_past_the_limit_are_closed_at_once(public, monkeypatch):
    monkeypatch.setattr(listener, "MOST_CONNECTIONS", 16)

    async def story():
        async with serving(public) as port:
            open_ = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]
            await asyncio.sleep(0.1)
            shut = [reader.at_eof() or reader.exception() for reader, _ in open_]
            for _, writer in open_:
                writer.close()
            return sum(map(bool, shut))

    assert asyncio.run(story()) >= 13


async def _drained(reader):
    try:
        await reader.read()
    except ConnectionError:
        return


def _taken(slow):
    total = 0
    try:
        while part := slow.recv(65536):
            total += len(part)
    except ConnectionError:
        pass
    return total


# What was withdrawn.


@pytest.fixture
def withdrawn(public):
    page = an_output_feed(axis="source", slug="seeds", title="Our <note>", stem="articles/1")
    (public / "articles").mkdir()
    write(public / "articles/1.html", render_gone(page, "Removed.", record=3))
    return public


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_of_a_withdrawn_article_is_gone(withdrawn, method):
    answer = ask(withdrawn, "/articles/1.html", method, If_None_Match="*")

    assert answer.status_code == 410
    assert (b"Record 3" in answer.raw) is (method == "GET")
    assert b"note" not in answer.raw
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_article_that_quotes_the_mark_is_not_gone(public):
    quoting = f"<!doctype html><title>{escape(MARK)}</title>" + "<p>Words.</p>" * 50 + MARK
    write(public / "all.html", quoting.encode())

    assert ask(public, "/all.html").status_code == 200
