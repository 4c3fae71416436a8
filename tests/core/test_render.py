"""What readers find in the published files, in each of the four formats."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import feedparser
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.errors import PublishRefused
from syndicator.markup import xml_safe
from syndicator.model.entries import Publication, Removal, Tag
from syndicator.model.feed import Enclosure, FeedRef, Link, Person
from syndicator.model.rights import Form, Hop, Licence
from syndicator.render import (
    RENDERERS,
    render_atom,
    render_html,
    render_index,
    render_json,
    render_opml,
    render_rss,
)
from tests.builders import NOON, an_output_feed

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CC_LICENCE = "{http://backend.userland.com/creativeCommonsRssModule}license"
TOMB = "{http://purl.org/atompub/tombstones/1.0}"
UNSPECIFIED = "http://purl.org/atompub/license#unspecified"
FORMATS = sorted(RENDERERS)
XML_FORMATS = ["atom", "rss"]

ORIGIN = Hop(
    party="first",
    name="First Paper",
    role="origin",
    url="https://first.example/bridge",
    homepage="https://first.example/",
)
CARRIER = Hop(
    party="carrier",
    name="Carrier Review",
    role="carrier",
    url="https://carrier.example/copy",
    homepage="https://carrier.example/",
)
CC_BY = Licence(
    policy="cc-by-4.0", title="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"
)


def a_feed_of_ours(**fields):
    return an_output_feed(
        **{
            "slug": "bridges",
            "title": "Bridges · Common Wire",
            "description": "Articles on bridges.",
            "stem": "themes/bridges",
            "base_url": "https://wire.example",
            "site_title": "Common Wire",
            "contact": "mailto:ed@wire.example",
            "tag_base": "tag:wire.example,2026:",
        }
        | fields
    )


def a_publication(**fields):
    return Publication(
        **{
            "id": "tag:wire.example,2026:article/1",
            "url": "https://first.example/bridge",
            "title": "The old bridge reopens",
            "form": Form.FULL,
            "authors": (Person(name="Ada Byron"),),
            "published": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
            "updated": datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
            "language": "en",
            "body_html": "<p>Walkers cross the river again.</p><p>By Ada Byron.</p>",
            "summary_html": "<p>Ada Byron / First Paper.</p>",
            "plain_line": "Ada Byron / First Paper via Carrier Review. https://first.example/bridge",
            "copyright_line": "Copyright © First Paper, 2026",
            "holder": "First Paper",
            "chain": (ORIGIN, CARRIER),
            "feed": FeedRef(
                title="Carrier Review",
                url="https://carrier.example/feed",
                html_url="https://carrier.example/",
                rights="© Carrier Review",
            ),
            "tags": (
                Tag(axis="theme", slug="bridges", title="Bridges & Tunnels"),
                Tag(axis="author", slug="ada-byron", title="Ada Byron"),
            ),
        }
        | fields
    )


def several(count):
    return [
        a_publication(
            id=f"tag:wire.example,2026:article/{number}",
            url=f"https://first.example/{number}",
            updated=NOON - timedelta(days=number),
        )
        for number in range(count)
    ]


def rendered(fmt, *publications, feed=None, **options):
    return RENDERERS[fmt](feed or a_feed_of_ours(), publications, updated=NOON, **options)


def atom_entry(*publications, **options):
    return etree.fromstring(rendered("atom", *publications, **options)).find(f"{ATOM}entry")


def rss_item(*publications, **options):
    return etree.fromstring(rendered("rss", *publications, **options)).find("channel/item")


def json_item(*publications, **options):
    return json.loads(rendered("json", *publications, **options))["items"][0]


def page(*publications, **options):
    return lxml.html.document_fromstring(rendered("html", *publications, **options))


def hrefs(entry, rel):
    return [link.get("href") for link in entry.iter(f"{ATOM}link") if link.get("rel") == rel]


# --- every format ----------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS)
def test_equal_input_gives_equal_bytes(fmt):
    assert rendered(fmt, *several(5)) == rendered(fmt, *several(5))


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_order_given_is_the_order_shown(fmt):
    publications = several(5)

    text = rendered(fmt, *publications).decode()

    places = [text.index(f">{p.id}<" if fmt in XML_FORMATS else f'"{p.id}"') for p in publications]
    assert places == sorted(places)


@pytest.mark.parametrize("fmt", FORMATS)
def test_one_more_item_leaves_the_bytes_of_the_others_alone(fmt):
    first, second = several(2)

    whole = rendered(fmt, first, second).decode()

    marker = {"atom": "<entry", "rss": "<item>", "json": '"id"', "html": "<article"}[fmt]
    of_second = rendered(fmt, second).decode().split(marker)[-1]
    assert of_second.split("</article>")[0] in whole


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param({"title": "a \x0b control character"}, id="control-character"),
        pytest.param({"body_html": "<p>\ud800</p>"}, id="half-a-surrogate-pair"),
        pytest.param({"authors": (Person(name="\x00"),)}, id="zero-in-a-name"),
        pytest.param({"tags": (Tag(axis="theme", slug="x", title="\ufffe"),)}, id="no-character"),
        pytest.param({"url": "/relative"}, id="relative-address"),
        pytest.param({"url": "javascript:alert(1)"}, id="address-that-runs"),
        pytest.param({"form": Form.WITHHELD}, id="withheld"),
        pytest.param({"id": "no uri"}, id="id-that-is-no-uri"),
        pytest.param({"id": "tag:wire.example,2026:article/0"}, id="id-of-another-item"),
    ],
)
@pytest.mark.parametrize("fmt", FORMATS)
def test_an_item_that_cannot_be_carried_is_refused_by_name(fmt, spoilt):
    publications = several(3)
    publications[1] = replace(publications[1], **spoilt)

    with pytest.raises(PublishRefused) as refusal:
        rendered(fmt, *publications)

    assert refusal.value.item_id == publications[1].id
    assert refusal.value.path == f"themes/bridges.{fmt}"


@pytest.mark.parametrize(
    ("form", "atom", "rss"),
    [
        pytest.param(
            Form.FULL,
            {"content": "BODY", "summary": "SUMMARY"},
            {"description": "SUMMARY", "encoded": "BODY"},
            id="full",
        ),
        pytest.param(Form.EXCERPT, {"summary": "BODY"}, {"description": "BODY"}, id="excerpt"),
        pytest.param(Form.LINK, {"summary": "BODY"}, {"description": "BODY"}, id="link"),
    ],
)
def test_the_form_decides_which_elements_bear_text(form, atom, rss):
    publication = a_publication(form=form, body_html="BODY", summary_html="SUMMARY")

    entry, item = atom_entry(publication), rss_item(publication)
    in_json = json_item(publication)

    texts = {"content": entry.find(f"{ATOM}content"), "summary": entry.find(f"{ATOM}summary")}
    assert {name: e.text for name, e in texts.items() if e is not None} == atom
    assert {e.get("type") for e in texts.values() if e is not None} == {"html"}
    described = {"description": item.find("description"), "encoded": item.find(CONTENT)}
    assert {name: e.text for name, e in described.items() if e is not None} == rss
    assert in_json["content_html"] == "BODY"
    assert in_json["summary"] == publication.plain_line
    assert in_json["_syndicator"]["form"] == form.value


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        pytest.param("https://a.example/x", "https://a.example/x", id="plain"),
        pytest.param("https://a.example/a b|c", "https://a.example/a%20b%7Cc", id="space-and-bar"),
        pytest.param("https://a.example/%C3%A9?q=%20", "https://a.example/%C3%A9?q=%20", id="kept"),
        pytest.param("https://a.example/é", "https://a.example/%C3%A9", id="accent"),
        pytest.param(
            "https://bücher.example:8080/ü", "https://xn--bcher-kva.example:8080/%C3%BC", id="idn"
        ),
    ],
)
def test_addresses_are_sent_as_uris(written, sent):
    publication = a_publication(url=written, chain=())

    assert hrefs(atom_entry(publication), "alternate")[0] == sent
    assert rss_item(publication).findtext("link") == sent
    assert json_item(publication)["url"] == json_item(publication)["external_url"] == sent
    assert page(publication).xpath("//article/h2/a/@href") == [sent]


# --- read back by others ---------------------------------------------------------------------

HOSTILE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</title><item>",
        "]]>",
        "AT&T &amp; R&D",
        "&lt;b&gt;bold&lt;/b&gt;",
        "<b>bold</b> & <i>more</i>",
        "\u202eright to left\u202c",
        "ناخبون يصوتون",
        "name (someone) <a@b.example>",
        "a@b.example (name)",
        "{{ 7 * 7 }}",
        "${jndi:ldap://x}",
        "%(name)s",
    ]
)


def looks_mended(text):
    """Tell whether feedparser would take *text* for UTF-8 read as Latin-1, and change it."""
    try:
        return text.encode("latin-1").decode() != text
    except UnicodeError:
        return False


LINES = HOSTILE.map(lambda text: " ".join(xml_safe(text).split())).filter(
    lambda text: text and not looks_mended(text)
)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)).map(  # noqa: DTZ001
    lambda time: time.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def publications(draw):
    updated = draw(TIMES)
    return a_publication(
        title=draw(LINES),
        authors=tuple(Person(name=name) for name in draw(st.lists(LINES, max_size=3))),
        published=draw(st.none() | TIMES.filter(lambda time: time <= updated)) or None,
        updated=updated,
        copyright_line=draw(st.none() | LINES),
        form=draw(st.sampled_from([Form.FULL, Form.EXCERPT, Form.LINK])),
        body_html=f"<p>{draw(st.sampled_from(['text', 'a &amp; b', 'é']))}</p>",
    )


@pytest.mark.parametrize("fmt", XML_FORMATS)
@given(publication=publications())
def test_another_reader_finds_everything_unchanged(fmt, publication):
    read = feedparser.parse(rendered(fmt, publication))

    assert not read.bozo
    entry = read.entries[0]
    assert entry.id == publication.id
    assert entry.link == publication.url
    assert entry.updated_parsed[:6] == publication.updated.timetuple()[:6]
    if publication.published:
        assert entry.published_parsed[:6] == publication.published.timetuple()[:6]
    # In RSS feedparser takes plain text with an entity in it for HTML, and escapes the rest.
    plain = str if fmt == "atom" else unescape
    assert plain(entry.title) == plain(publication.title)
    assert plain(entry.get("rights") or "") == plain(publication.copyright_line or "")


@pytest.mark.parametrize("fmt", XML_FORMATS)
@given(publication=publications())
def test_the_copyright_line_is_sent_word_for_word(fmt, publication):
    document = etree.fromstring(rendered(fmt, publication))

    names = {"atom": f"{ATOM}entry/{ATOM}rights", "rss": f"channel/item/{DC}rights"}
    assert document.findtext(names[fmt]) == publication.copyright_line


@pytest.mark.parametrize("fmt", XML_FORMATS)
@given(publication=publications())
def test_every_author_is_named_in_an_element_of_its_own(fmt, publication):
    document = etree.fromstring(rendered(fmt, publication))

    if fmt == "atom":
        names = [e.findtext(f"{ATOM}name") for e in document.iterfind(f"{ATOM}entry/{ATOM}author")]
        assert names == [p.name for p in publication.authors] or (
            not publication.authors and names == [ORIGIN.name]
        )
    else:
        names = [e.text for e in document.iterfind(f"channel/item/{DC}creator")]
        assert names == [p.name for p in publication.authors]


@pytest.mark.parametrize("fmt", XML_FORMATS)
def test_another_reader_finds_all_authors(fmt):
    names = ["Ada Byron", "Grace Hopper", "شهرزاد"]
    publication = a_publication(authors=tuple(Person(name=name) for name in names))

    entry = feedparser.parse(rendered(fmt, publication)).entries[0]

    assert [author.name for author in entry.authors] == names


@given(publication=publications())
def test_json_brings_back_what_was_given(publication):
    item = json_item(publication)

    assert item["id"] == publication.id
    assert item["title"] == publication.title
    assert [author["name"] for author in item.get("authors", [])] == [
        person.name for person in publication.authors
    ]
    assert item["_syndicator"]["rights"]["notice"] == publication.copyright_line


@given(publication=publications())
def test_nothing_that_a_publisher_wrote_becomes_markup_of_the_page(publication):
    document = page(publication)

    assert "".join(document.xpath("//article/h2")[0].itertext()) == publication.title
    assert {script.get("type") for script in document.iter("script")} == {"application/ld+json"}
    described = json.loads(document.xpath("string(//article/script)"))
    assert described["headline"] == publication.title
    assert [x["name"] for x in described.get("author", [])] == [
        person.name for person in publication.authors
    ]


# --- Atom ------------------------------------------------------------------------------------


def test_an_atom_feed_says_where_it_is_and_what_it_is():
    feed = etree.fromstring(rendered("atom", *several(2)))

    assert feed.findtext(f"{ATOM}id") == "tag:wire.example,2026:feed/main/theme/bridges"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-23T12:00:00Z"
    assert feed.findtext(f"{ATOM}generator") == "syndicator"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    links = {link.get("rel"): link for link in feed.findall(f"{ATOM}link")}
    assert links["self"].get("href") == "https://wire.example/themes/bridges.atom"
    assert links["self"].get("type") == "application/atom+xml"
    assert links["alternate"].get("href") == "https://wire.example/themes/bridges.html"
    assert "license" not in links
    assert feed.findtext(f"{ATOM}rights") == (
        "Each item belongs to its rights holder; see the notice of the item. "
        "Selection: Common Wire."
    )


def test_the_carrier_is_a_contributor_and_keeps_its_feed_and_its_link():
    publication = a_publication()

    entry = atom_entry(publication)

    assert entry.findtext(f"{ATOM}contributor/{ATOM}name") == "Carrier Review"
    assert entry.findtext(f"{ATOM}contributor/{ATOM}uri") == "https://carrier.example/"
    assert hrefs(entry, "via") == ["https://carrier.example/copy"]
    source = entry.find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}id") == "https://carrier.example/feed"
    assert source.findtext(f"{ATOM}title") == "Carrier Review"
    assert source.findtext(f"{ATOM}updated") == "2026-11-21T09:00:00Z"
    assert source.findtext(f"{ATOM}rights") == "© Carrier Review"
    assert hrefs(source, "self") == ["https://carrier.example/feed"]


def test_a_source_keeps_its_own_id_where_it_has_one():
    feed = FeedRef(title="Carrier", id="urn:uuid:1225c695", url="https://carrier.example/feed")

    entry = atom_entry(a_publication(feed=feed))

    assert entry.findtext(f"{ATOM}source/{ATOM}id") == "urn:uuid:1225c695"


def test_other_copies_are_named_in_the_words_of_each_format():
    copy = Link(href="https://weir.example/x", rel="related", title="Weir Post")
    item = a_publication(also_at=(copy,))

    (atom,) = [x for x in atom_entry(item).iter(f"{ATOM}link") if x.get("rel") == "related"]
    (rss,) = [x for x in rss_item(item).iter(f"{ATOM}link") if x.get("rel") == "related"]
    (shown,) = page(item).find_class("also")

    assert atom.get("href") == rss.get("href") == "https://weir.example/x"
    assert atom.get("title") == rss.get("title") == "Weir Post"
    assert json_item(item)["_syndicator"]["also_at"] == [
        {"name": "Weir Post", "url": "https://weir.example/x"}
    ]
    assert shown.text_content() == "Also at Weir Post"
    assert [a.get("href") for a in shown.iter("a")] == ["https://weir.example/x"]
    assert "https://weir.example/x" not in hrefs(atom_entry(item), "alternate")


def test_a_first_publisher_has_neither_contributor_nor_via_link():
    entry = atom_entry(a_publication(chain=(ORIGIN,)))

    assert entry.find(f"{ATOM}contributor") is None
    assert hrefs(entry, "via") == []


@pytest.mark.parametrize(
    ("fields", "credited"),
    [
        pytest.param({}, "First Paper", id="first-publisher"),
        pytest.param({"chain": ()}, "Carrier Review", id="title-of-the-feed"),
    ],
)
def test_an_entry_without_author_is_not_credited_to_us(fields, credited):
    entry = atom_entry(a_publication(authors=(), **fields))

    assert [e.text for e in entry.findall(f"{ATOM}author/{ATOM}name")] == [credited]


@pytest.mark.parametrize(
    ("licences", "atom", "creative_commons", "other"),
    [
        pytest.param((), [UNSPECIFIED], [], [], id="none"),
        pytest.param((CC_BY,), [CC_BY.url], [CC_BY.url], [], id="creative-commons"),
        pytest.param(
            (Licence(policy="ogl", title="OGL", url="https://gov.example/ogl"),),
            ["https://gov.example/ogl"],
            [],
            ["https://gov.example/ogl"],
            id="another-licence",
        ),
    ],
)
def test_licences_stand_in_the_vocabulary_of_the_format(licences, atom, creative_commons, other):
    publication = a_publication(licences=licences)

    entry, item = atom_entry(publication), rss_item(publication)

    assert hrefs(entry, "license") == atom
    assert [e.text for e in item.findall(CC_LICENCE)] == creative_commons
    assert [e.text for e in item.findall(f"{DCTERMS}license")] == other
    stated = json_item(publication)["_syndicator"]["rights"]["license"]
    assert stated == (licences[0].url if licences else None)


def test_categories_name_their_axis_and_leave_authors_out():
    publication = a_publication()

    category = atom_entry(publication).findall(f"{ATOM}category")
    in_rss = rss_item(publication).findall("category")

    assert [dict(c.attrib) for c in category] == [
        {
            "term": "bridges",
            "scheme": "https://wire.example/themes",
            "label": "Bridges & Tunnels",
        }
    ]
    assert [(c.text, c.get("domain")) for c in in_rss] == [
        ("bridges", "https://wire.example/themes")
    ]
    assert json_item(publication)["tags"] == ["Bridges & Tunnels"]


def test_every_enclosure_is_in_every_format():
    song = Enclosure(url="https://a.example/a b.mp3", type="audio/mpeg", length=4711)
    film = Enclosure(url="https://a.example/b.mp4", type="video/mp4")
    publication = a_publication(enclosures=(song, film))

    entry, item = atom_entry(publication), rss_item(publication)
    in_json = json_item(publication)["attachments"]

    links = [link for link in entry.iter(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert [(x.get("href"), x.get("type"), x.get("length")) for x in links] == [
        ("https://a.example/a%20b.mp3", "audio/mpeg", "4711"),
        ("https://a.example/b.mp4", "video/mp4", None),
    ]
    assert dict(item.find("enclosure").attrib) == {
        "url": "https://a.example/a%20b.mp3",
        "type": "audio/mpeg",
        "length": "4711",
    }
    assert hrefs(item, "enclosure") == ["https://a.example/b.mp4"]
    assert in_json == [
        {"url": "https://a.example/a%20b.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 4711},
        {"url": "https://a.example/b.mp4", "mime_type": "video/mp4"},
    ]
    assert len(feedparser.parse(rendered("rss", publication)).entries[0].enclosures) == 2


def test_an_item_in_another_language_says_so():
    publication = a_publication(language="pt_BR")

    assert atom_entry(publication).get("{http://www.w3.org/XML/1998/namespace}lang") == "pt-BR"
    assert rss_item(publication).findtext(f"{DC}language") == "pt-BR"
    assert json_item(publication)["language"] == "pt-BR"
    assert page(publication).xpath("//article/h2/@lang") == ["pt-BR"]


def test_a_language_that_is_none_is_left_out():
    publication = a_publication(language="the English one")

    assert atom_entry(publication).attrib == {}
    assert page(publication).xpath("//article/h2/@lang") == ["en"]


def test_removals_are_announced_as_each_format_can():
    gone = Removal(id="tag:wire.example,2026:article/9", when=NOON, comment="Taken back.")

    feed = etree.fromstring(rendered("atom", a_publication(), removals=[gone]))
    stub = etree.fromstring(rendered("rss", a_publication(), removals=[gone])).findall(".//item")[1]
    in_json = json.loads(rendered("json", a_publication(), removals=[gone]))
    in_place = [feed.findall(f"{ATOM}entry")[1], in_json["items"][1]]

    tomb = feed.find(f"{TOMB}deleted-entry")
    assert (tomb.get("ref"), tomb.get("when")) == (gone.id, "2026-11-23T12:00:00Z")
    assert tomb.findtext(f"{TOMB}comment") == "Taken back."
    assert tomb.findtext(f"{TOMB}by/{ATOM}name") == "Common Wire"
    assert stub.findtext("guid") == gone.id
    assert stub.findtext("description") == "Taken back."
    assert in_json["_syndicator"]["removed"] == [
        {"id": gone.id, "when": "2026-11-23T12:00:00Z", "comment": "Taken back."}
    ]
    assert gone.id not in rendered("html", a_publication(), removals=[gone]).decode()
    assert in_place[0].findtext(f"{ATOM}id") == in_place[1]["id"] == gone.id
    assert in_place[0].findtext(f"{ATOM}title") == in_place[1]["title"] == "[removed]"
    assert in_place[0].findtext(f"{ATOM}content") == "Taken back."
    assert in_place[1]["content_html"] == "<p>Taken back.</p>"
    # Not later than the tombstone: who knows tombstones takes the entry for deleted.
    assert (
        in_place[0].findtext(f"{ATOM}updated") == in_place[1]["date_modified"] == tomb.get("when")
    )


@pytest.mark.parametrize("suffix", ["atom", "rss", "json"])
def test_removal_without_a_stub_puts_nothing_in_its_place(suffix):
    gone = Removal(id="tag:wire.example,2026:article/9", when=NOON, stub=False)

    body = rendered(suffix, removals=[gone]).decode()

    assert "[removed]" not in body
    assert (gone.id in body) == (suffix != "rss")


# --- RSS -------------------------------------------------------------------------------------


def test_the_channel_links_to_its_page_and_to_itself():
    channel = etree.fromstring(rendered("rss", *several(2))).find("channel")

    assert channel.findtext("link") == "https://wire.example/themes/bridges.html"
    (itself,) = channel.findall(f"{ATOM}link")
    assert dict(itself.attrib) == {
        "rel": "self",
        "href": "https://wire.example/themes/bridges.rss",
        "type": "application/rss+xml",
    }
    assert channel.findtext("lastBuildDate") == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert channel.findtext("webMaster") == "ed@wire.example (Common Wire)"
    assert channel.findtext("copyright").endswith("Selection: Common Wire.")
    assert channel.find(f"{DC}rights") is None


def test_an_rss_item_carries_credit_rights_and_source():
    item = rss_item(a_publication())

    assert item.findtext(f"{DC}creator") == "Ada Byron"
    assert item.find("author") is None
    assert item.findtext(f"{DC}rights") == "Copyright © First Paper, 2026"
    assert item.findtext(f"{DCTERMS}rightsHolder") == "First Paper"
    assert item.findtext("guid") == "tag:wire.example,2026:article/1"
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("pubDate") == "Fri, 20 Nov 2026 09:00:00 GMT"
    assert (item.find("source").get("url"), item.findtext("source")) == (
        "https://carrier.example/feed",
        "Carrier Review",
    )
    assert hrefs(item, "via") == ["https://carrier.example/copy"]


def test_an_undated_item_does_not_get_a_publishers_date():
    publication = a_publication(published=None)

    assert rss_item(publication).findtext("pubDate") == "Sat, 21 Nov 2026 09:00:00 GMT"
    assert atom_entry(publication).find(f"{ATOM}published") is None
    assert "date_published" not in json_item(publication)


def test_ancient_years_have_four_digits():
    publication = a_publication(published=datetime(1, 1, 1, tzinfo=UTC))

    assert rss_item(publication).findtext("pubDate").split()[3] == "0001"
    assert atom_entry(publication).findtext(f"{ATOM}published") == "0001-01-01T00:00:00Z"


def test_an_untitled_item_goes_by_who_said_it():
    publication = a_publication(title="")

    assert rss_item(publication).findtext("title") == "Ada Byron, Carrier Review"
    assert atom_entry(publication).findtext(f"{ATOM}title") == "Ada Byron, Carrier Review"


# --- rules of the W3C feed validator ---------------------------------------------------------

DATE_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d GMT"
)
DATE_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
URI = re.compile(r"(https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+|tag:\S+|mailto:\S+)")


@given(items=st.lists(publications(), max_size=4))
def test_atom_keeps_the_rules_of_the_validator(items):
    items = [replace(item, id=f"{item.id}{n}") for n, item in enumerate(items)]
    feed = etree.fromstring(rendered("atom", *items))

    ids = [e.text for e in feed.iterfind(f"{ATOM}entry/{ATOM}id")]
    assert len(set(ids)) == len(items)
    assert feed.find(f"{ATOM}author") is not None
    for entry in feed.iterfind(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}author") is not None
        links = entry.findall(f"{ATOM}link")
        assert [link.get("rel") for link in links].count("alternate") == 1
        for name in ("id", "title", "updated", "rights", "source", "content", "summary"):
            assert len(entry.findall(f"{ATOM}{name}")) <= 1
        assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}summary") is not None
    for link in feed.iter(f"{ATOM}link"):
        assert link.get("rel")
        assert URI.fullmatch(link.get("href"))
    for date in feed.iter(f"{ATOM}updated", f"{ATOM}published"):
        assert DATE_3339.fullmatch(date.text)


@given(items=st.lists(publications(), max_size=4))
def test_rss_keeps_the_rules_of_the_validator(items):
    items = [replace(item, id=f"{item.id}{n}") for n, item in enumerate(items)]
    channel = etree.fromstring(rendered("rss", *items)).find("channel")

    guids = [e.text for e in channel.iterfind("item/guid")]
    assert len(set(guids)) == len(items)
    for name in ("title", "link", "description", "language", "copyright", "lastBuildDate"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name).strip()
    for item in channel.iterfind("item"):
        assert not (item.find("author") is not None and item.find(f"{DC}creator") is not None)
        assert len(item.findall("enclosure")) <= 1
        assert URI.fullmatch(item.findtext("link"))
    for date in channel.iter("pubDate", "lastBuildDate"):
        assert DATE_822.fullmatch(date.text)


@pytest.mark.parametrize("fmt", XML_FORMATS)
def test_a_feed_without_items_is_a_feed(fmt):
    read = feedparser.parse(rendered(fmt))

    assert not read.bozo
    assert read.entries == []
    assert read.feed.title == "Bridges · Common Wire"
    assert read.feed.updated_parsed[:6] == NOON.timetuple()[:6]


def test_json_keeps_the_rules_of_json_feed():
    document = json.loads(rendered("json", *several(1), a_publication(authors=(), tags=())))

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://wire.example/themes/bridges.json"
    assert document["home_page_url"] == "https://wire.example/themes/bridges.html"
    assert "authors" not in document, "items without an author would be credited to us"
    for item in document["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert None not in item.values()
        assert "authors" not in item or item["authors"]


def test_json_carries_the_rights_of_an_item():
    publication = a_publication(
        usage="mailto:permissions@first.example",
        reasons=("PERMITTED",),
        duties=("credit_author",),
        ai_reserve=True,
        access="Members of the club",
    )

    stated = json_item(publication)["_syndicator"]

    assert stated == {
        "about": "https://wire.example/index.html#json-feed",
        "form": "full",
        "rights": {
            "notice": "Copyright © First Paper, 2026",
            "holder": "First Paper",
            "license": None,
            "usage": "mailto:permissions@first.example",
        },
        "chain": [
            {"party": "First Paper", "role": "origin", "url": "https://first.example/bridge"},
            {"party": "Carrier Review", "role": "carrier", "url": "https://carrier.example/copy"},
        ],
        "source": {"title": "Carrier Review", "url": "https://carrier.example/feed"},
        "duties": ["credit_author"],
        "reasons": ["PERMITTED"],
        "ai": {"tdm-reservation": 1},
        "access": "Members of the club",
    }


# --- pages -----------------------------------------------------------------------------------


def test_the_page_shows_title_author_date_form_themes_and_text():
    article = page(a_publication(form=Form.EXCERPT)).xpath("//article")[0]

    text = " ".join(article.text_content().split())
    assert article.get("data-id") == "tag:wire.example,2026:article/1"
    assert article.xpath("h2/a/@href") == ["https://first.example/bridge"]
    assert article.xpath(".//time/@datetime") == ["2026-11-20T09:00:00Z"]
    for part in ("Excerpt", "By Ada Byron", "20 November 2026", "Bridges & Tunnels"):
        assert part in text
    assert article.xpath("div[@class='body']/p[1]/text()") == ["Walkers cross the river again."]


def test_the_page_explains_the_form():
    publication = a_publication(
        why=("Carrier Review republished this.",),
        duties=("credit_source:first", "licence_notice:cc-by-4.0", "something_new:x"),
        licences=(CC_BY,),
    )

    details = page(publication).xpath("//article/details")[0]

    text = " ".join(details.text_content().split())
    assert details.findtext("summary") == "Why this form"
    assert details.get("open") is None
    for part in (
        "Carrier Review republished this.",
        "First published by First Paper",
        "Taken from Carrier Review",
        "name First Paper",
        "name the licence CC BY 4.0",
        "something_new:x",
    ):
        assert part in text
    assert details.xpath(".//ol//a/@href") == [ORIGIN.url, CARRIER.url]


def test_the_page_tells_feed_readers_where_its_feeds_are():
    document = page(a_publication())

    alternates = document.xpath("//head/link[@rel='alternate']")
    assert [(x.get("type"), x.get("href")) for x in alternates] == [
        ("application/atom+xml", "../themes/bridges.atom"),
        ("application/rss+xml", "../themes/bridges.rss"),
        ("application/feed+json", "../themes/bridges.json"),
    ]
    assert document.xpath("//header//a/@href") == [x.get("href") for x in alternates]


def test_the_pages_of_another_output_link_to_each_other():
    document = page(a_publication(), feed=a_feed_of_ours(stem="club/themes/bridges"))

    assert document.xpath("//header//a/@href")[0] == "../themes/bridges.atom"
    assert document.xpath("//article//a[@rel='author']/@href") == ["../authors/ada-byron.html"]


def test_a_page_needs_nothing_from_elsewhere():
    document = page(*several(3))

    assert document.xpath("//link[@rel='stylesheet']") == []
    assert document.xpath("//script[@src] | //img | //iframe") == []
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")


def test_what_the_page_tells_programs_is_what_it_tells_people():
    publication = a_publication(licences=(CC_BY,), authors=(Person(name="First Paper"),))

    described = json.loads(page(publication).xpath("string(//article/script)"))

    assert described["@type"] == "NewsArticle"
    assert described["author"] == [{"@type": "Organization", "name": "First Paper"}]
    assert described["publisher"]["name"] == "First Paper"
    assert described["copyrightNotice"] == "Copyright © First Paper, 2026"
    assert described["copyrightYear"] == 2026
    assert described["creditText"] == "First Paper, via Carrier Review"
    assert described["isBasedOn"] == "https://carrier.example/copy"
    assert described["license"] == CC_BY.url
    assert described["sdPublisher"]["name"] == "Common Wire"


@pytest.mark.parametrize(
    ("fields", "meta"),
    [
        pytest.param({}, [], id="nothing-reserved"),
        pytest.param({"ai_reserve": True}, [("tdm-reservation", "1")], id="mining-reserved"),
        pytest.param({"access": "Members"}, [("robots", "noindex")], id="for-subscribers"),
    ],
)
def test_reservations_of_an_item_hold_for_its_page(fields, meta):
    document = page(a_publication(**fields), a_publication(id="tag:wire.example,2026:article/2"))

    found = document.xpath("//meta[@name='tdm-reservation' or @name='robots']")
    assert [(x.get("name"), x.get("content")) for x in found] == meta


def test_every_item_has_an_anchor_of_its_own():
    document = page(*several(4))

    ids = document.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert document.xpath("//nav[@class='toc']//a/@href") == [
        f"#{anchor}" for anchor in document.xpath("//article/@id")
    ]


def test_text_says_its_language_and_finds_its_own_direction():
    document = page(a_publication(language=None, title="نص"), feed=a_feed_of_ours(language="ar"))

    shown = document.xpath("//h1 | //article/h2 | //article/div[@class='body']")
    assert [(x.get("lang"), x.get("dir")) for x in shown] == [("ar", "auto")] * 3
    assert document.get("lang") == "en", "the words of the page itself are English"


def test_an_empty_page_says_so():
    assert "Nothing stands here yet" in page().text_content()


# --- index and list of feeds -----------------------------------------------------------------


def an_index(groups):
    document = render_index("Common Wire", "mailto:ed@wire.example", "en", groups)
    return lxml.html.document_fromstring(document)


EVERYTHING = a_feed_of_ours(axis="all", slug="all", title="Common Wire", stem="all")


def test_the_index_links_every_feed_in_every_format():
    document = an_index([("all", [EVERYTHING]), ("theme", [a_feed_of_ours()])])

    links = set(document.xpath("//a/@href"))
    for suffix in FORMATS:
        assert f"all.{suffix}" in links
        assert f"themes/bridges.{suffix}" in links
    assert "feeds.opml" in links
    assert document.xpath("//link[@rel='alternate']/@href") == ["all.atom", "all.rss", "all.json"]


def test_the_index_of_another_output_links_its_own_files():
    document = an_index([("theme", [a_feed_of_ours(stem="club/themes/bridges")])])

    assert "themes/bridges.atom" in document.xpath("//a/@href")


def test_the_index_shows_titles_without_the_sites_name():
    document = an_index([("theme", [a_feed_of_ours()])])

    assert [e.text_content() for e in document.xpath("//h3")] == ["Bridges"]
    assert "Atom RSS JSON Feed" in " ".join(
        document.xpath("//ul[@class='cards']")[0].text_content().split()
    )


def test_a_format_that_is_not_published_is_not_linked():
    document = an_index([("theme", [a_feed_of_ours(formats=("rss",))])])

    assert document.xpath("//ul[@class='cards']//a/@href") == ["themes/bridges.rss"]


def test_a_long_list_of_authors_is_folded():
    authors = [
        a_feed_of_ours(axis="author", slug=f"a{n}", title=f"Author {n}", stem=f"authors/a{n}")
        for n in range(100)
    ]

    document = an_index([("author", authors)])

    assert len(document.xpath("//details//li")) == 100


def test_a_hostile_title_stays_text_on_the_index():
    feed = a_feed_of_ours(title="<script>alert(1)</script>", description="<img src=x>")

    document = an_index([("theme", [feed])])

    assert document.xpath("//script | //img") == []
    assert document.xpath("//h3/a/text()") == ["<script>alert(1)</script>"]


def test_the_list_of_feeds_has_a_folder_for_each_axis():
    feeds = [EVERYTHING, a_feed_of_ours(), a_feed_of_ours(slug="x", stem="themes/x", title="X & Y")]

    root = etree.fromstring(render_opml("Common Wire", feeds, contact="mailto:ed@wire.example"))

    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "Common Wire"
    assert root.findtext("head/ownerEmail") == "ed@wire.example"
    top = root.findall("body/outline")
    assert [x.get("text") for x in top] == ["Common Wire", "Themes"]
    assert [x.get("text") for x in top[1]] == ["Bridges · Common Wire", "X & Y"]
    assert dict(top[1][0].attrib) == {
        "type": "rss",
        "text": "Bridges · Common Wire",
        "title": "Bridges · Common Wire",
        "xmlUrl": "https://wire.example/themes/bridges.atom",
        "htmlUrl": "https://wire.example/themes/bridges.html",
        "description": "Articles on bridges.",
        "language": "en",
    }


def test_the_named_renderers_are_those_of_the_table():
    assert {
        "atom": render_atom,
        "rss": render_rss,
        "json": render_json,
        "html": render_html,
    } == RENDERERS
