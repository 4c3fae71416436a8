import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator import urls
from syndicator.urls import (
    canonical_url,
    host_of,
    is_web_url,
    page_key,
    resolve,
    slugify,
    without_secrets,
    without_tracking,
)

PAGE = "https://example.org/blog/post"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://example.org/a", id="http"),
        pytest.param("HTTPS://EXAMPLE.org/a", id="case-of-scheme-and-host"),
        pytest.param("https://www.example.org/a", id="www"),
        pytest.param("https://example.org:443/a", id="default-port"),
        pytest.param("https://example.org/a/", id="last-slash"),
        pytest.param("https://example.org/a#part", id="fragment"),
        pytest.param("https://example.org/a?utm_source=rss&utm_medium=feed", id="utm"),
        pytest.param("https://example.org/a?fbclid=1&gclid=2", id="click-ids"),
        pytest.param("https://example.org/b/../a", id="dot-segments"),
        pytest.param("https://example.org/%61", id="needless-escape"),
        pytest.param("https://user:secret@example.org/a", id="user"),
        pytest.param(" https://example.org/a\n", id="space-around"),
        pytest.param("https://example.org./a", id="root-dot"),
        pytest.param("https://m.example.org/a", id="mobile-host"),
        pytest.param("https://amp.example.org/a/amp/", id="amp"),
        pytest.param("https://example.org/a/index.html", id="index"),
        pytest.param("https://example.org/a?PHPSESSID=1", id="session"),
    ],
)
def test_spellings_of_one_address_are_equal(url):
    assert canonical_url(url) == "https://example.org/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://example.org/a", "https://example.org/A", id="case-of-path"),
        pytest.param("https://example.org/?p=1", "https://example.org/?p=2", id="query"),
        pytest.param("https://example.org/a", "https://sub.example.org/a", id="host"),
        pytest.param("https://example.org/a", "https://example.org:8080/a", id="port"),
        pytest.param("https://amp.dev/a", "https://dev/a", id="host-named-like-a-mirror"),
        pytest.param("https://example.org/amplifier", "https://example.org/lifier", id="word"),
        pytest.param("https://example.org/a%2Fb", "https://example.org/a/b", id="escaped-slash"),
    ],
)
def test_different_addresses_stay_different(one, other):
    assert canonical_url(one) != canonical_url(other)


def test_order_of_the_query_does_not_count():
    assert canonical_url(f"{PAGE}?b=2&a=1") == canonical_url(f"{PAGE}?a=1&b=2")


@pytest.mark.parametrize("text", ["", "mailto:a@example.org", "tag:example.org,2026:1", "http://["])
def test_what_is_no_web_address_comes_back(text):
    assert canonical_url(text) == text


@given(
    st.text(max_size=60), st.sampled_from(["", "http://", "https://a.example/", "//", "http://a?"])
)
def test_canonical_form_is_its_own_canonical_form(text, start):
    once = canonical_url(start + text)

    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        pytest.param("https://example.org", True, id="host-only"),
        pytest.param("HTTP://example.org:8080/a?b#c", True, id="all-parts"),
        pytest.param("http://[::1]/", True, id="ipv6"),
        pytest.param("https://müller.example/ü", True, id="international"),
        pytest.param(None, False, id="none"),
        pytest.param("", False, id="empty"),
        pytest.param("/a", False, id="relative"),
        pytest.param("//example.org/a", False, id="no-scheme"),
        pytest.param("https:///a", False, id="no-host"),
        pytest.param("https://./", False, id="dot"),
        pytest.param("ftp://example.org/", False, id="ftp"),
        pytest.param("javascript:alert(1)", False, id="javascript"),
        pytest.param("java\nscript:alert(1)", False, id="newline-in-scheme"),
        pytest.param("https://example.org/a b", False, id="space"),
        pytest.param("https://example.org/\x00", False, id="nul"),
        pytest.param('https://example.org/"onload=', False, id="quote"),
        pytest.param("https://example.org/\ud800", False, id="surrogate"),
        pytest.param("https://example.org:x/", False, id="bad-port"),
        pytest.param("https://[::1", False, id="open-bracket"),
        pytest.param("https://exa mple.org/", False, id="space-in-host"),
        pytest.param("https://example.org/" + "a" * 5000, False, id="too-long"),
    ],
)
def test_web_addresses_are_told_from_others(url, is_one):
    assert is_web_url(url) is is_one


ADDRESSES = st.lists(
    st.sampled_from(
        [
            "https://",
            "HTTP://",
            "news.example",
            "www.",
            ".",
            "/",
            "?",
            "#",
            "&b=2",
            "a=1",
            "utm_source=x",
            "%41",
            "%2f",
            "é",
            ":80",
            ":8080",
            ":99999",
            "@",
            "[",
            "]",
            "^",
            "-",
            ";",
            "index.html",
            "..",
        ]
    ),
    max_size=10,
).map("".join)


@given(st.sampled_from(["", "https://news.example", "http://m.news.example/"]), ADDRESSES)
def test_plain_addresses_are_read_as_all_others(start, rest):
    url = start + rest
    canonical = canonical_url.__wrapped__
    sooner = is_web_url(url), canonical(url)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(urls, "_PLAIN", re.compile("(?!)"))
        patched.setattr(urls, "_ESCAPED_WELL", re.compile("(?!)"))

        assert (is_web_url(url), canonical(url)) == sooner


@pytest.mark.parametrize(
    ("href", "target"),
    [
        pytest.param("next", "https://example.org/blog/next", id="relative"),
        pytest.param("/top", "https://example.org/top", id="absolute-path"),
        pytest.param("//other.example/x", "https://other.example/x", id="no-scheme"),
        pytest.param("?page=2", "https://example.org/blog/post?page=2", id="query"),
        pytest.param("#note", "https://example.org/blog/post#note", id="fragment"),
        pytest.param("../x", "https://example.org/x", id="up"),
        pytest.param(" a b.mp3 ", "https://example.org/blog/a%20b.mp3", id="spaces"),
        pytest.param("ne\nxt", "https://example.org/blog/next", id="broken-line"),
        pytest.param("mailto:a@example.org", "mailto:a@example.org", id="mailto"),
        pytest.param("", None, id="empty"),
        pytest.param("#", None, id="bare-hash"),
        pytest.param("javascript:alert(1)", None, id="javascript"),
        pytest.param("jav\tascript:alert(1)", None, id="javascript-with-tab"),
        pytest.param("data:text/html,x", None, id="data"),
        pytest.param("mailto:", None, id="mailto-nobody"),
        pytest.param("http://[", None, id="broken"),
    ],
)
def test_links_are_resolved(href, target):
    assert resolve(PAGE, href) == target


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_resolved_is_an_address(base, href):
    target = resolve(base, href)

    assert target is None or target.lower().startswith("mailto:") or is_web_url(target)


def test_host_is_lower_case_ascii():
    assert host_of("https://WWW.Müller.example:80/") == "www.xn--mller-kva.example"
    assert host_of("no address") == ""
    assert host_of("http://[") == ""


def test_logs_get_neither_password_nor_token():
    shown = without_secrets("https://user:secret@example.org:8080/feed?token=hidden&format=rss#x")

    assert shown == "https://example.org:8080/feed?token=...&format=..."
    assert "secret" not in without_secrets("https://user:secret@[/")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        pytest.param("Zero Hedge", "zero-hedge", id="plain"),
        pytest.param("  zero\u2013HEDGE ", "zero-hedge", id="case-space-hyphen"),
        pytest.param("US-NATO War Agenda", "us-nato-war-agenda", id="theme"),
        pytest.param("", "", id="empty"),
        pytest.param(" - ", "", id="nothing"),
    ],
)
def test_plain_names_give_plain_slugs(name, slug):
    assert slugify(name) == slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("José", "Jose", id="accent"),
        pytest.param("Иванов", "Петров", id="cyrillic"),
        pytest.param("O'Brien", "O Brien", id="apostrophe"),
        pytest.param("a" * 70 + "b", "a" * 70 + "c", id="too-long"),
        pytest.param("C++", "C#", id="signs"),
        pytest.param("a_b", "a b", id="underscore"),
    ],
)
def test_different_names_never_share_a_slug(one, other):
    assert slugify(one) != slugify(other)


@given(st.text(max_size=100))
def test_slugs_are_fit_for_a_path(name):
    slug = slugify(name)

    assert slug == "" or re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        pytest.param(
            "https://e.org/a?utm_source=x&id=7#top", "https://e.org/a?id=7#top", id="mixed"
        ),
        pytest.param("https://e.org/a?utm_source=x", "https://e.org/a", id="only-trackers"),
        pytest.param("https://e.org/a?id=%7E&b", "https://e.org/a?id=%7E&b", id="untouched"),
        pytest.param("https://e.org/a?", "https://e.org/a?", id="empty-query"),
        pytest.param(
            "https://e.org/a#?utm_source=x", "https://e.org/a#?utm_source=x", id="fragment"
        ),
    ],
)
def test_trackers_go_and_the_rest_stays_as_written(url, plain):
    assert without_tracking(url) == plain


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://www.Example.org:80/Blog//POST/?utm_source=x", id="case-and-slashes"),
        pytest.param(f"{PAGE}/amp/", id="amp-behind"),
        pytest.param("https://example.org/amp/blog/post", id="amp-before"),
        pytest.param(f"{PAGE}.amp", id="amp-suffix"),
        pytest.param(f"{PAGE}?output=amp", id="amp-asked-for"),
        pytest.param(f"{PAGE}?amp&m=1", id="amp-and-mobile"),
    ],
)
def test_page_has_one_key_however_it_is_written(url):
    assert page_key(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.org/blog/post-2", id="path"),
        pytest.param("https://example.org/camp/post", id="amp-in-a-word"),
        pytest.param("https://example.org/blog/post?p=2", id="query"),
        pytest.param("https://example.org/amp", id="page-called-amp"),
    ],
)
def test_other_page_has_another_key(url):
    assert page_key(url) != PAGE
    assert page_key(url) != page_key("https://example.org/blog/")
