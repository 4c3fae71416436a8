"""Fetching: what is asked, what is remembered, which answers are believed."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx

from syndicator.errors import AddressRefused, FetchError, HttpStatusError
from syndicator.fetch import Fetched, NotModified, Validators, fetch_feed
from syndicator.fetch.conditional import fresh_for, retry_after
from tests.badserver import (
    BODY,
    NOTHING,
    a_client,
    a_redirect,
    a_server,
    an_answer,
    limits,
    visit,
)

NOW = "Mon, 23 Nov 2026 12:00:00 GMT"


def test_a_feed_arrives_whole_with_what_belongs_to_it():
    answer = an_answer(
        body=BODY,
        ETag='W/"a-1"',
        Last_Modified="Mon, 23 Nov 2026 12:00:00 GMT",
        Content_Type="application/rss+xml; charset=utf-8",
        Cache_Control="max-age=600",
    )

    story = visit({"/feed": answer})

    url = story.server.url()
    assert story.outcome == Fetched(
        body=BODY,
        content_type="application/rss+xml; charset=utf-8",
        validators=Validators(
            etag='W/"a-1"', last_modified="Mon, 23 Nov 2026 12:00:00 GMT", url=url
        ),
        url=url,
        permanent_url=None,
        fresh_for=timedelta(minutes=10),
        status=200,
        within=True,
    )


def test_a_request_says_who_asks_and_nothing_else():
    story = visit({"/feed": an_answer()}, path="/feed?b=2&a=%7e1#part")

    path, lines = story.server.requests[0]
    headers = story.server.headers()
    assert path == "/feed?b=2&a=%7e1"
    assert headers.pop("accept").startswith("application/atom+xml, application/rss+xml,")
    assert headers == {
        "host": f"127.0.0.1:{story.server.port}",
        "user-agent": "syndicator/1 (+ed@test.example)",
        "accept-encoding": "gzip",
        "connection": "close",
    }
    assert len(lines) == 5


ODD = [
    pytest.param('"plain"', "Mon, 23 Nov 2026 12:00:00 GMT", id="ordinary"),
    pytest.param('W/"weak"', "Mon, 23 Nov 2026 12:00:00 GMT", id="weak"),
    pytest.param("no quotes", "yesterday", id="no-quotes-no-date"),
    pytest.param('"a"b"', "Mon, 23 Nov 2026 14:00:00 +0200", id="quote-inside-and-zone"),
    pytest.param('"caf\xe9 \xff\xa0\xad"', "23 nov 26", id="octets-beyond-ascii"),
    pytest.param('"\xc3\xa9"', "1795435200", id="utf-8-octets-stay-two"),
    pytest.param('"x', None, id="etag-alone-and-half-quoted"),
    pytest.param(None, "Thu, 01 Jan 1970 00:00:00 GMT", id="date-alone"),
    pytest.param('"' + "k" * 3000 + '"', None, id="long"),
    pytest.param('"a", "b"', None, id="looks-like-a-list"),
]


@pytest.mark.parametrize(("etag", "last_modified"), ODD)
def test_validators_come_back_byte_for_byte(etag, last_modified):
    first = visit({"/feed": an_answer(ETag=etag, Last_Modified=last_modified)})
    kept = Validators(
        etag=first.outcome.validators.etag, last_modified=first.outcome.validators.last_modified
    )

    again = visit({"/feed": an_answer("304 Not Modified", b"")}, validators=kept)

    headers = again.server.headers()
    assert headers.get("if-none-match") == etag
    assert headers.get("if-modified-since") == last_modified
    assert isinstance(again.outcome, NotModified)


def test_the_first_request_sets_no_condition():
    story = visit({"/feed": an_answer()})

    assert "if-none-match" not in story.server.headers()
    assert "if-modified-since" not in story.server.headers()


def test_a_200_without_validators_leaves_none_behind():
    story = visit({"/feed": an_answer()}, validators=Validators(etag='"old"', last_modified="x"))

    assert (story.outcome.validators.etag, story.outcome.validators.last_modified) == (None, None)


def test_a_304_renews_what_it_brings_and_keeps_the_rest():
    old = Validators(etag='"1"', last_modified="then")

    story = visit(
        {"/feed": an_answer("304 Not Modified", b"", ETag='"2"', Cache_Control="max-age=60")},
        validators=old,
    )

    kept = Validators(etag='"2"', last_modified="then", url=story.server.url())
    assert story.outcome == NotModified(validators=kept, fresh_for=timedelta(minutes=1))


def test_a_304_that_nobody_asked_for_is_an_error():
    story = visit({"/feed": an_answer("304 Not Modified", b"")})

    assert "304" in story.error.problem


def test_permanent_redirects_tell_the_new_address():
    routes = {
        "/feed": a_redirect("/b"),
        "/b": a_redirect("/c", "308 Permanent Redirect"),
        "/c": an_answer(body=BODY),
    }

    story = visit(routes)

    assert story.outcome.url == story.outcome.permanent_url == story.server.url("/c")


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
def test_one_temporary_redirect_leaves_the_address_alone(status):
    routes = {"/feed": a_redirect("/b"), "/b": a_redirect("/c", status), "/c": an_answer()}

    story = visit(routes)

    assert story.outcome.url == story.server.url("/c")
    assert story.outcome.permanent_url is None


def test_a_304_behind_a_permanent_redirect_tells_the_new_address():
    routes = {"/feed": a_redirect("/b"), "/b": an_answer("304 Not Modified", b"")}

    story = visit(routes, validators=Validators(etag='"1"', last_modified=None))

    assert story.outcome.permanent_url == story.server.url("/b")


def test_validators_go_only_to_the_address_they_came_from():
    async def story():
        routes = {"/feed": a_redirect("/b"), "/b": an_answer("304 Not Modified", b"")}
        async with a_server(routes) as server:
            async with a_client() as client:
                kept = Validators(etag='"1"', last_modified=None, url=server.url("/b"))
                await fetch_feed(client, server.url(), kept, limits())
            return server

    server = asyncio.run(story())

    assert "if-none-match" not in server.headers(0)
    assert server.headers(1)["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    ("routes", "problem"),
    [
        pytest.param({"/feed": a_redirect("/feed")}, "circle", id="to-itself"),
        pytest.param({"/feed": a_redirect("/b"), "/b": a_redirect("/feed")}, "circle", id="loop"),
        pytest.param(
            {"/feed": a_redirect("/1")} | {f"/{n}": a_redirect(f"/{n + 1}") for n in range(1, 9)},
            "more than 5 redirects",
            id="too-many",
        ),
        pytest.param({"/feed": an_answer("302 Found", b"")}, "where to", id="nowhere"),
        pytest.param({"/feed": a_redirect("http://[::1")}, "is broken", id="unreadable"),
        pytest.param({"/feed": a_redirect("file:///etc/passwd")}, "only http", id="to-a-file"),
        pytest.param({"/feed": a_redirect("gopher://a.example/")}, "only http", id="to-gopher"),
        pytest.param({"/feed": a_redirect("javascript:alert(1)")}, "cannot be", id="to-script"),
        pytest.param({"/feed": a_redirect("http:///feed")}, "circle", id="to-no-host"),
        pytest.param({"/feed": a_redirect("http://xn--a/")}, "cannot be read", id="to-no-idna"),
        pytest.param(
            {"/feed": a_redirect("http://10.0.0.1/")}, "10.0.0.1 is not public", id="to-private"
        ),
        pytest.param(
            {"/feed": a_redirect("http://169.254.169.254/latest/meta-data/")},
            "link-local",
            id="to-cloud-metadata",
        ),
    ],
)
def test_bad_redirects_end_in_plain_words(routes, problem):
    story = visit(routes)

    assert problem in story.error.problem
    assert len(story.server.requests) <= 6


def test_as_many_redirects_as_allowed_are_followed():
    routes = {"/feed": a_redirect("/1")} | {f"/{n}": a_redirect(f"/{n + 1}") for n in range(1, 5)}

    story = visit(routes | {"/5": an_answer(body=BODY)})

    assert story.outcome.body == BODY


@respx.mock
def test_https_never_falls_back_to_http():
    respx.get("https://news.example/feed").respond(
        301, headers={"Location": "http://news.example/"}
    )
    plain = respx.get("http://news.example/").respond(200, content=BODY)

    async def story():
        async with httpx.AsyncClient() as client:
            await fetch_feed(client, "https://news.example/feed", NOTHING, limits())

    with pytest.raises(AddressRefused, match="https to plain http"):
        asyncio.run(story())
    assert not plain.called


@respx.mock
def test_a_password_is_not_shown_and_not_sent_to_another_host():
    respx.get("https://news.example/feed").respond(302, headers={"Location": "https://b.example/x"})
    other = respx.get("https://b.example/x").respond(200, content=BODY)

    async def story():
        async with httpx.AsyncClient() as client:
            url = "https://ed:geheim@news.example/feed?token=t0p"
            return await fetch_feed(client, url, NOTHING, limits())

    asyncio.run(story())

    assert respx.calls[0].request.headers["authorization"].startswith("Basic ")
    assert "authorization" not in other.calls[0].request.headers


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(httpx.Response(500), id="status"),
        pytest.param(httpx.Response(302, headers={"Location": "ftp://a"}), id="redirect"),
        pytest.param(httpx.ConnectError("no"), id="no-connection"),
        pytest.param(httpx.ConnectTimeout("no"), id="slow-connection"),
        pytest.param(httpx.ReadTimeout("no"), id="slow"),
        pytest.param(httpx.RemoteProtocolError("no"), id="broken"),
        pytest.param(httpx.ReadError("no"), id="reset"),
    ],
)
@respx.mock
def test_neither_errors_nor_results_carry_a_password(failure):
    answers = [failure, httpx.Response(200, content=BODY)]
    respx.get("https://news.example/feed").mock(side_effect=answers)
    url = "https://ed:geheim@news.example/feed?token=t0p"

    async def story():
        async with httpx.AsyncClient() as client:
            with pytest.raises(FetchError) as failed:
                await fetch_feed(client, url, NOTHING, limits())
            return failed.value, await fetch_feed(client, url, NOTHING, limits())

    error, fetched = asyncio.run(story())

    assert "geheim" not in f"{error} {error.url} {fetched}"
    assert "t0p" not in f"{error} {error.url}"


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param("404 Not Found", {}, None, id="not-found"),
        pytest.param("500 Oops", {}, None, id="broken-server"),
        pytest.param("429 Slow Down", {}, timedelta(hours=1), id="limited-without-a-word"),
        pytest.param(
            "429 Slow Down", {"Retry_After": "7200"}, timedelta(hours=2), id="limited-in-seconds"
        ),
        pytest.param(
            "503 Busy",
            {"Retry_After": "Mon, 23 Nov 2026 15:00:00 GMT"},
            timedelta(hours=3),
            id="busy-until-a-date",
        ),
        pytest.param(
            "503 Busy", {"Retry_After": "5"}, timedelta(hours=1), id="never-under-an-hour"
        ),
        pytest.param(
            "500 Oops", {"Retry_After": "90"}, timedelta(seconds=90), id="other-status-with-wish"
        ),
        pytest.param(
            "503 Busy", {"Retry_After": "9" * 40}, timedelta(days=7), id="never-over-a-week"
        ),
        pytest.param("503 Busy", {"Retry_After": "soon"}, timedelta(hours=1), id="unreadable"),
    ],
)
def test_an_error_status_says_when_to_come_back(status, headers, wait):
    story = visit({"/feed": an_answer(status, Date=NOW, **headers)})

    assert type(story.error) is HttpStatusError
    assert story.error.status == int(status[:3])
    assert story.error.retry_after == wait
    expected = None if wait is None else datetime(2026, 11, 23, 12, tzinfo=UTC) + wait
    assert story.error.retry_at == expected


def test_without_a_date_the_wait_is_still_known():
    story = visit({"/feed": an_answer("429 Slow Down", Retry_After="7200")})

    assert story.error.retry_after == timedelta(hours=2)
    assert story.error.retry_at is None


def test_cookies_are_not_kept():
    async def story():
        async with a_server({"/feed": an_answer(Set_Cookie="id=1; Path=/")}) as server:
            async with a_client() as client:
                await fetch_feed(client, server.url(), NOTHING, limits())
                await fetch_feed(client, server.url(), NOTHING, limits())
            return server

    assert "cookie" not in asyncio.run(story()).headers(1)


def test_proxy_variables_of_the_environment_are_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert visit({"/feed": an_answer(body=BODY)}).outcome.body == BODY


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 0, id="nothing-said"),
        pytest.param({"Cache-Control": "max-age=600"}, 600, id="max-age"),
        pytest.param({"Cache-Control": 'public, Max-Age="600"'}, 600, id="quoted-capitals"),
        pytest.param({"Cache-Control": "max-age=600", "Age": "200"}, 400, id="less-its-age"),
        pytest.param({"Cache-Control": "max-age=600", "Age": "900"}, 0, id="old-already"),
        pytest.param({"Cache-Control": "max-age=600, max-age=9"}, 600, id="first-of-two"),
        pytest.param({"Cache-Control": "no-cache, max-age=600"}, 0, id="no-cache"),
        pytest.param({"Cache-Control": "no-store"}, 0, id="no-store"),
        pytest.param({"Cache-Control": "s-maxage=600"}, 0, id="shared-caches-only"),
        pytest.param({"Cache-Control": "max-age=-1"}, 0, id="negative"),
        pytest.param({"Cache-Control": "max-age=1h"}, 0, id="no-number"),
        pytest.param({"Cache-Control": "max-age=" + "9" * 50}, 604_800, id="a-week-at-most"),
        pytest.param({"Expires": "Mon, 23 Nov 2026 13:00:00 GMT", "Date": NOW}, 3600, id="expires"),
        pytest.param({"Expires": "0", "Date": NOW}, 0, id="expires-zero"),
        pytest.param({"Expires": "Mon, 23 Nov 2026 13:00:00 GMT"}, 0, id="expires-without-date"),
        pytest.param(
            {
                "Cache-Control": "max-age=60",
                "Expires": "Mon, 23 Nov 2026 13:00:00 GMT",
                "Date": NOW,
            },
            60,
            id="max-age-before-expires",
        ),
    ],
)
def test_freshness_is_what_the_headers_say(headers, seconds):
    assert fresh_for(httpx.Headers(headers)) == timedelta(seconds=seconds)


def test_a_retry_date_is_reckoned_from_the_servers_own_clock():
    headers = httpx.Headers(
        {"Retry-After": "Fri, 01 Jan 1999 02:00:00 GMT", "Date": "Fri, 01 Jan 1999 00:00:00 GMT"}
    )

    assert retry_after(headers) == timedelta(hours=2)
