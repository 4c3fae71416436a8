"""Flaws that real feeds have, whoever reads them."""

import json
from dataclasses import replace

import pytest

from syndicator.errors import ParseError
from syndicator.parse import parse_feed
from tests.core.feeds import atom, bare_rss, rss

ADDRESS = "https://news.example/feeds/all.xml"

BLANK = {
    "rss": rss(tail="<item/><item><title> </title><pubDate>2026-11-23</pubDate></item>"),
    "broken": rss(tail="</nope><item/><item><description/></item>"),
    "atom": atom().replace(
        "</feed>", "<entry/><entry><updated>2026-11-23</updated></entry></feed>"
    ),
    "json": json.dumps({"title": "News", "items": [{"title": "t"}, {"url": "/a"}, {}, {"id": []}]}),
}


@pytest.mark.parametrize("document", BLANK.values(), ids=BLANK)
def test_an_item_that_says_nothing_is_left_out_and_counted(document):
    feed = parse_feed(document.encode(), content_type=None, base_url=ADDRESS)

    stated = len(feed.entries) + 2
    assert len(feed.entries) in {1, 2}
    assert feed.warnings[-1] == f"2 of {stated} items are empty and left out"


@pytest.mark.parametrize(
    "item",
    [
        "<guid>1</guid>",
        "<link>/a</link>",
        "<title>t</title>",
        "<description>d</description>",
        '<enclosure url="/a.mp3" type="audio/mpeg"/>',
    ],
)
def test_an_item_that_says_one_thing_is_kept(item):
    feed = parse_feed(bare_rss(item).encode(), content_type=None, base_url=ADDRESS)

    assert len(feed.entries) == 1
    assert not feed.warnings


ESCAPED = (
    "<title>{0}A b{1}</title><link>{0}https://news.example/1{1}</link><dc:creator>{0}Ada{1}"
    "</dc:creator><pubDate>{0}2026-11-23{1}</pubDate><category>{0}c{1}</category>"
    "<description>{0}&lt;p&gt;A &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;{1}</description>"
)


def test_a_section_that_somebody_escaped_is_unwrapped():
    wrapped, plain = (
        parse_feed(
            bare_rss(ESCAPED.format(*marks)).encode(), content_type=None, base_url=ADDRESS
        ).entries[0]
        for marks in (("&lt;![CDATA[", "]]&gt;"), ("", ""))
    )

    assert wrapped.summary_html == "<p>A <b>b</b></p>"
    assert replace(wrapped, digest="") == replace(plain, digest="")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<opml/>", "it is a list of feeds, for `sources import`"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "its first element is <urlset>"),
        (b"%PDF-1.7 and so on", "it begins with '%PDF-1.7 and so on'"),
        (b"<html><body/></html>", "a web page"),
        (b'{"error": 1}', "no list of items"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(body, said):
    with pytest.raises(ParseError, match=said):
        parse_feed(body, content_type=None, base_url=ADDRESS)


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        pytest.param("Größe".encode() + b" caf\xc3", "Größe caf\ufffd", id="cut-within-a-letter"),
        pytest.param("“A” – b".encode() + b"\xe2\x80", "“A” – b\ufffd", id="cut-within-a-dash"),
        pytest.param("Größe".encode("cp1252"), "Größe", id="windows-1252"),
        pytest.param("“é”".encode("cp1252"), "“é”", id="windows-1252-quotes"),
    ],
)
def test_text_that_is_utf8_but_for_a_few_octets_stays_utf8(stated, read):
    body = (
        b"<rss version='2.0'><channel><title>"
        + stated
        + b"</title><item><guid>1</guid></item></channel></rss>"
    )

    assert parse_feed(body, content_type=None, base_url=ADDRESS).title == read


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "us-ascii", "KOI8-R"])
@pytest.mark.parametrize("text", ["Größe – “café”", "é", "Новости", "日本"])
def test_utf8_is_not_taken_for_what_a_server_says_of_all_files(charset, text):
    body = bare_rss("<guid>1</guid>", head=f"<title>{text}</title>").encode()

    feed = parse_feed(body, content_type=f"text/xml; charset={charset}", base_url=ADDRESS)

    assert feed.title == text
    assert feed.warnings == (f"not encoded as it says ({charset})",)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Größe"),
        ("windows-1251", "Новости города"),
        ("koi8-r", "Новости города"),
        ("shift_jis", "日本"),
        ("gb2312", "联通"),
        ("euc-kr", "뉴스"),
        ("iso-2022-jp", "日本"),
    ],
)
def test_a_charset_that_is_right_is_believed(charset, text):
    body = bare_rss("<guid>1</guid>", head=f"<title>{text}</title>").encode(charset)

    feed = parse_feed(body, content_type=f"text/xml; charset={charset}", base_url=ADDRESS)

    assert (feed.title, feed.warnings) == (text, ())


@pytest.mark.parametrize("harm", ["", "</nope>"])
@pytest.mark.parametrize(("stated", "links"), [("True", 1), ("TRUE", 1), ("False", 0), ("no", 0)])
def test_a_guid_is_a_permalink_whatever_way_true_is_written(stated, links, harm):
    item = f'{harm}<guid isPermaLink="{stated}">https://news.example/1</guid>'

    (entry,) = parse_feed(bare_rss(item).encode(), content_type=None, base_url=ADDRESS).entries

    assert entry.id == "https://news.example/1"
    assert entry.url == (entry.id if links else None)


@pytest.mark.parametrize("harm", ["", "</nope>"])
@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("ada@news.example (Ada Byron)", "Ada Byron"),
        ("ada@news.online (Ada Byron)", "Ada Byron"),
        ("Ada Byron &lt;ada.b+x@news.photography&gt;", "Ada Byron"),
        ("Ada Byron (ada@news.xn--p1ai)", "Ada Byron"),
        ("ada@news.online", "ada"),
        ("&lt;ada@news.museum&gt;", "ada"),
        ('"Ada Byron" &lt;ada@news.org&gt;', "Ada Byron"),
        ('"Weird" Al', '"Weird" Al'),
        ("Ada @ the News", "Ada @ the News"),
    ],
)
def test_no_part_of_a_mail_address_stands_in_a_name(stated, name, harm):
    item = f"<guid>1</guid>{harm}<author>{stated}</author>"

    (entry,) = parse_feed(bare_rss(item).encode(), content_type=None, base_url=ADDRESS).entries

    assert [author.name for author in entry.authors] == [name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_json_feed_is_known_in_any_encoding_with_a_mark(encoding):
    text = json.dumps({"title": "Größe", "items": [{"id": "1"}]}, ensure_ascii=False)

    assert parse_feed(text.encode(encoding), content_type=None, base_url=ADDRESS).title == "Größe"
