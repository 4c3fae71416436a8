"""From the page that somebody knows to the feed that it means."""

import asyncio

import httpx
import pytest
import respx

from syndicator.errors import FetchError, ParseError
from syndicator.parse.discover import MOST, WELL_KNOWN, announced
from syndicator.pipeline.discovery import Finder
from tests.badserver import a_client, limits
from tests.web import Web, rss, rss_item

FEED = rss(rss_item(1), title="Town")
BLANK = "<!doctype html><html><head><title>Town</title></head></html>"


@pytest.fixture
def web():
    with Web() as web:
        yield web


def find(web, path="/"):
    """Return where the feed was found, and which paths were asked for."""

    async def story():
        async with a_client() as client:
            found = await Finder(client, limits()).find(web.url + path)
        return found.address.removeprefix(web.url)

    return asyncio.run(story()), [path for path, *_ in web.requests]


def refused(web, path="/"):
    with pytest.raises(ParseError) as caught:
        find(web, path)
    return str(caught.value)


def read(web, path):
    async def story():
        async with a_client() as client:
            return await Finder(client, limits()).read(web.url + path)

    return asyncio.run(story())


def refresh(to, delay="0"):
    return f'<!doctype html><html><head><meta http-equiv="Refresh" content="{delay}; url={to}">'


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('</feed/news>; rel="alternate"; type="application/rss+xml"', id="usual"),
        pytest.param("<feed/news>;rel=alternate;type=application/atom+xml", id="relative-unquoted"),
        pytest.param('</a>; rel="license", <feed/news>; REL="home ALTERNATE"; '
                     'Type="Application/Feed+JSON; charset=utf-8"', id="second-of-two"),
        pytest.param('</feed/news>; title="a, <b>; c"; rel=alternate; type="application/rss+xml"',
                     id="quoted-title"),
    ],
)  # fmt: skip
def test_a_feed_that_only_a_header_names_is_found(web, header):
    web.put("/", BLANK, "text/html")
    web.headers["/"] = {"Link": header}
    web.put("/feed/news", FEED)

    assert find(web) == ("/feed/news", ["/", "/feed/news"])


@pytest.mark.parametrize(
    "header",
    [
        pytest.param('</x>; rel="alternate"', id="no-type"),
        pytest.param('</x>; rel="alternate"; type="text/html"', id="page"),
        pytest.param('</x>; rel="alternate"; type="application/rss+xml"; anchor="/y"', id="anchor"),
        pytest.param('<ftp://a.example/x>; rel=alternate; type="application/rss+xml"', id="scheme"),
        pytest.param('</x>; rel="alternates"; type="application/rss+xml"', id="relation"),
        pytest.param("</x; rel=alternate", id="broken"),
    ],
)
def test_a_header_that_names_no_feed_leads_nowhere(web, header):
    web.put("/", BLANK, "text/html")
    web.headers["/"] = {"Link": header}

    refused(web)

    assert [path for path, *_ in web.requests] == ["/", *WELL_KNOWN]


def test_what_the_page_says_comes_before_what_its_header_says(web):
    page = '<html><link rel="alternate" type="application/rss+xml" href="/in-page">'
    web.put("/", page, "text/html")
    web.headers["/"] = {"Link": '</in-header>; rel=alternate; type="application/rss+xml"'}
    web.put("/in-header", FEED)

    assert find(web) == ("/in-header", ["/", "/in-page", "/in-header"])


def test_a_header_may_name_the_feed_of_what_is_no_page(web):
    web.put("/", "Our news, as a feed.", "text/plain")
    web.headers["/"] = {"Link": '</news>; rel=alternate; type="application/rss+xml"'}
    web.put("/news", FEED)

    assert find(web)[0] == "/news"


def test_what_an_api_says_of_a_page_does_not_keep_from_the_usual_places(web):
    web.put("/", BLANK, "text/html")
    web.headers["/"] = {"Link": '</wp-json/2>; rel=alternate; type="application/json"'}
    web.put("/wp-json/2", '{"id": 2, "title": {"rendered": "Home"}}', "application/json")
    web.put("/feed", FEED)

    assert find(web) == ("/feed", ["/", "/wp-json/2", "/feed"])


@pytest.mark.parametrize(
    "link",
    [
        pytest.param('<a type="application/rss+xml" href="/x?id=1">RSS</a>', id="type"),
        pytest.param('<a href="/x.rss">RSS</a>', id="name"),
        pytest.param('<a href="https://elsewhere.example/feed">Friend</a><a href="/a/Feed/">x</a>',
                     id="of-this-host"),
        pytest.param('<link rel=alternate type="application/rss+xml" href="feed://HOST/x">',
                     id="feed-scheme"),
    ],
)  # fmt: skip
def test_a_feed_is_found_by_what_looks_like_a_link_to_it(web, link):
    page = f"<html><body><p>News</p>{link}".replace("HOST", web.url.partition("//")[2])
    web.put("/", page, "text/html")
    for path in ("/x?id=1", "/x.rss", "/a/Feed/", "/x"):
        web.put(path, FEED)

    _, asked = find(web)

    assert len(asked) == 2


def test_what_only_looks_like_a_link_to_a_feed_does_not_keep_from_the_usual_places(web):
    web.put("/", '<html><a href="/tag/rss">all about RSS</a>', "text/html")
    web.put("/feed", FEED)

    assert find(web) == ("/feed", ["/", "/tag/rss", "/feed"])


def test_why_a_feed_that_a_page_names_is_none_is_told(web):
    page = '<html><link rel=alternate type="application/rss+xml" href="/{}">'
    web.put("/", page.format("gone") + page.format("page"), "text/html")
    web.put("/page", BLANK, "text/html")

    said = refused(web)

    assert f"no feed at {web.url}/gone (HTTP 404), {web.url}/page (the body is a web page" in said


def test_whoever_tests_a_page_is_told_what_its_header_names(web):
    web.put("/", BLANK, "text/html")
    web.headers["/"] = {"Link": '</news>; rel=alternate; type="application/rss+xml"'}

    with pytest.raises(ParseError, match=f"a web page.*header names {web.url}/news"):
        read(web, "/")
    assert [path for path, *_ in web.requests] == ["/"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("0; url=/blog/", id="usual"),
        pytest.param("0;URL=&#39;/blog/&#39;", id="quoted"),
        pytest.param(" 5.5 , url = /blog/ ", id="comma-and-spaces"),
        pytest.param("0 /blog/", id="no-url"),
        pytest.param(".; blog/", id="no-number"),
        pytest.param("3;url=&quot;/blog/&quot; and more", id="after-the-quotes"),
        pytest.param("0; url=/blog/#top", id="fragment"),
    ],
)
def test_a_page_that_only_forwards_is_followed(web, content):
    web.put("/", f'<meta http-equiv="refresh" content="{content}">', "text/html")
    web.put("/blog/", '<html><link rel=alternate type="application/rss+xml" href="news">', "text/html")  # fmt: skip
    web.put("/blog/news", FEED)

    assert find(web) == ("/blog/news", ["/", "/blog/", "/blog/news"])


def test_a_forward_may_lead_to_a_feed_and_over_some_pages(web):
    web.put("/", refresh("/1"), "text/html")
    web.put("/1", refresh("/2"), "text/html")
    web.put("/2", refresh("/feed/news"), "text/html")
    web.put("/feed/news", FEED)

    assert find(web)[0] == "/feed/news"


def test_a_page_that_names_its_feed_is_not_left_for_where_it_forwards(web):
    page = refresh("/other", "300") + '<link rel=alternate type="application/rss+xml" href="/news">'
    web.put("/", page, "text/html")
    web.put("/news", FEED)

    assert find(web) == ("/news", ["/", "/news"])


@pytest.mark.parametrize(
    "content", ["300", "300; url=", "0; url=/", "0; url=#top", "x; url=/y", "0url=/y", "0;url=ftp://a.example/"]
)  # fmt: skip
def test_a_page_that_loads_itself_again_forwards_nowhere(content):
    body = f'<html><meta http-equiv=refresh content="{content}">'.encode()

    assert announced(body, content_type=None, base_url="https://a.example/").forward is None


def test_pages_that_forward_in_a_circle_are_asked_once(web):
    web.put("/", refresh("/1"), "text/html")
    web.put("/1", refresh("/"), "text/html")

    said = refused(web)

    assert "in a circle" in said
    assert [path for path, *_ in web.requests] == ["/", "/1", *WELL_KNOWN]


def test_not_more_than_some_pages_in_a_row_are_followed(web):
    for number in range(9):
        web.put(f"/{number}", refresh(f"/{number + 1}"), "text/html")

    said = refused(web, "/0")

    assert "more than 3 pages in a row" in said
    assert [path for path, *_ in web.requests] == ["/0", "/1", "/2", "/3", *WELL_KNOWN]


def test_a_forward_that_leads_nowhere_is_told_and_the_usual_places_are_tried(web):
    web.put("/", refresh("/gone"), "text/html")
    web.put("/rss.xml", FEED)
    assert find(web)[0] == "/rss.xml"

    del web.pages["/rss.xml"]
    assert "HTTP 404" in refused(web)


@respx.mock
def test_no_page_forwards_from_https_to_http():
    page = {"text": refresh("http://town.example/")}
    respx.get("https://town.example/").respond(200, **page)
    respx.get(url__regex="https://town.example/.+").respond(404)
    plain = respx.get("http://town.example/").respond(200, text=FEED)

    async def story():
        async with httpx.AsyncClient() as client:
            await Finder(client, limits()).find("https://town.example/")

    with pytest.raises(ParseError, match="https does not forward to plain http"):
        asyncio.run(story())
    assert not plain.called


def test_where_a_page_forwards_to_is_told_to_whoever_tests_it(web):
    web.put("/", refresh("/blog/"), "text/html")

    with pytest.raises(ParseError, match=f"it forwards to {web.url}/blog/"):
        read(web, "/")


@pytest.mark.parametrize("page", ["<![foo[x]]>", "<![CDATA[x]]>", "<![if !IE]>", "<![", "<![a"])
def test_sections_that_html_does_not_know_hide_nothing_before_or_after(page):
    link = '<link rel=alternate type="application/rss+xml" href="/{}">'
    body = f"<html>{link.format(1)}{page}>{link.format(2)}".encode()

    found = announced(body, content_type=None, base_url="https://a.example/")

    assert found.feeds == ("https://a.example/1", "https://a.example/2")


def test_no_page_names_more_feeds_than_are_looked_at():
    links = "".join(f'<link rel=alternate type="text/xml" href="{n}">' for n in range(1000))

    found = announced(links.encode(), content_type=None, base_url="https://a.example/")

    assert len(found.perhaps) == MOST


@pytest.mark.parametrize(
    ("statuses", "address"),
    [((302, 302), "/news"), ((301, 301), "/2"), ((301, 302), "/news"), ((307, 301), "/news")],
)
def test_a_feed_is_subscribed_to_where_only_permanent_redirects_lead(web, statuses, address):
    web.put("/", '<html><link rel=alternate type="application/rss+xml" href="/news">', "text/html")
    for path, status, to in zip(("/news", "/1"), statuses, ("/1", "/2"), strict=True):
        web.put(path, "", status=status)
        web.headers[path] = {"Location": to}
    web.put("/2", FEED)

    assert find(web)[0] == address


def test_an_address_that_cannot_be_fetched_is_told(web):
    with pytest.raises(FetchError, match="HTTP 404"):
        find(web, "/nothing")
