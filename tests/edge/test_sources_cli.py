"""From an address to a subscription, and back to how it is doing."""

import json

import pytest
import yaml
from click.testing import CliRunner
from lxml import etree

from syndicator.cli import main
from syndicator.cli.advice import advice
from syndicator.config import load_config
from syndicator.config.stanzas import NewSource, add_to_files, sources_yaml
from syndicator.errors import ConfigError, ParseError
from syndicator.parse.discover import WELL_KNOWN, announced
from syndicator.parse.opml import parse_opml
from syndicator.store.sources import SourceState
from tests.builders import NOON, a_source
from tests.web import Web, rss, rss_item

SITE = """\
# our site
site: {title: Test, base_url: "http://test.example", contact: "mailto:ed@test.example"}
fetch: {per_host_gap: PT0S, allow_networks: [127.0.0.0/8]}
"""
SOURCES = """\
# our feeds, in the order in which we found them
sources:
  - id: first   # the eldest
    feed: https://first.example/feed
    publisher: first
    # interval: PT2H

# what we think of them
themes: []
"""
PUBLISHERS = """\
publishers:
  first:
    name: First
    domains: [first.example]
    policy: cc-by-4.0   # asked in 2024
"""
PAGE = (
    "<!doctype html><html><head><title>Town</title>"
    '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
    '<link rel="alternate" type="application/rss+xml" href="news.xml"></head></html>'
)
TOWN = rss(
    *(rss_item(n) for n in range(3)),
    title="Town: a paper",
    extra="<copyright>Town 2026, CC BY 4.0</copyright><language>en</language>",
)


@pytest.fixture
def place(tmp_path):
    """The directory of a configuration and a web."""
    directory = tmp_path / "config"
    directory.mkdir()
    database = f"database: {{url: 'sqlite:///{tmp_path}/store.db'}}\n"
    where = f"publish: {{directory: '{tmp_path}/public'}}\nseeds: {{directory: '{tmp_path}/s'}}\n"
    (directory / "site.yaml").write_text(SITE + database + where)
    (directory / "sources.yaml").write_text(SOURCES)
    (directory / "publishers.yaml").write_text(PUBLISHERS)
    with Web() as web:
        yield directory, web


def syndicator(directory, *arguments, code=0):
    environ = {"SYNDICATOR_CONFIG": str(directory)}
    done = CliRunner().invoke(main, ["-q", *arguments], env=environ)
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout


def test_the_feed_of_a_page_is_found_and_shown_with_what_it_says_on_rights(place):
    directory, web = place
    web.put("/", PAGE, "text/html")
    web.put("/news.xml", TOWN)

    said = syndicator(directory, "sources", "add", f"{web.url}/")

    assert [path for path, *_ in web.requests] == ["/", "/news.xml"]
    assert "Town: a paper" in said
    assert "items      3" in said
    assert "Town 2026, CC BY 4.0" in said
    stanza = yaml.safe_load(said)
    assert stanza["sources"][0]["feed"] == f"{web.url}/news.xml"
    assert stanza["sources"][0]["title"] == "Town: a paper"
    assert "policy" not in str(stanza)


def test_written_it_keeps_every_comment_and_is_a_right_configuration(place):
    directory, web = place
    web.put("/news.xml", TOWN)

    syndicator(directory, "sources", "add", "--write", f"{web.url}/news.xml")

    config = load_config(directory, {})
    assert config.sources[0].id == "first"
    added = config.sources[1]
    assert (added.feed, added.language) == (f"{web.url}/news.xml", "en")
    assert config.publishers[added.publisher].policy is None
    after = (directory / "sources.yaml").read_text()
    assert [line for line in SOURCES.splitlines() if line not in after.splitlines()] == []
    assert after.index("town") < after.index("# what we think of them")
    assert (directory / "publishers.yaml").read_text().startswith(PUBLISHERS)


def test_usual_places_are_tried_only_where_the_page_names_none(place):
    directory, web = place
    web.put("/", "<!doctype html><html><head></head></html>", "text/html")
    web.put("/atom.xml", TOWN)

    said = syndicator(directory, "sources", "add", f"{web.url}/")

    assert f"feed: {web.url}/atom.xml" in said.replace("'", "").replace('"', "")
    assert [path for path, *_ in web.requests] == ["/", *WELL_KNOWN[:3]]


def test_a_page_without_a_feed_is_told_and_nothing_is_written(place):
    directory, web = place
    web.put("/", PAGE, "text/html")

    syndicator(directory, "sources", "add", "--write", f"{web.url}/", code=1)

    assert (directory / "sources.yaml").read_text() == SOURCES
    assert {path for path, *_ in web.requests} == {"/", "/news.xml", "/comments/feed"}


def test_an_address_of_the_own_network_is_refused(place):
    directory, web = place
    (directory / "site.yaml").write_text(
        (directory / "site.yaml").read_text().replace(", allow_networks: [127.0.0.0/8]", "")
    )

    syndicator(directory, "sources", "add", f"{web.url}/news.xml", code=1)

    assert web.requests == []


def test_a_feed_is_tested_and_nothing_is_stored(place, tmp_path):
    directory, web = place
    web.put("/news.xml", TOWN)

    said = syndicator(directory, "sources", "test", f"{web.url}/news.xml")
    told = json.loads(syndicator(directory, "sources", "test", "--json", f"{web.url}/news.xml"))

    assert "Item 1" in said
    assert len(told["items"]) == 3
    assert told["rights"]
    assert not (tmp_path / "store.db").exists()


def test_an_entry_that_states_its_change_only_is_shown_with_that_date(place):
    directory, web = place
    entry = "<id>urn:x:1</id><title>One</title><updated>2026-11-20T10:00:00Z</updated>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><entry>{entry}</entry></feed>'
    web.put("/news.xml", feed)

    said = syndicator(directory, "sources", "test", f"{web.url}/news.xml")
    told = json.loads(syndicator(directory, "sources", "test", "--json", f"{web.url}/news.xml"))

    assert "newest 2026-11-20T10:00:00Z" in said
    assert "  2026-11-20T10:00:00Z  One" in said
    assert told["items"][0]["published"] is None
    assert told["items"][0]["updated"] == "2026-11-20T10:00:00Z"


def test_a_password_in_an_address_is_neither_shown_nor_written(place):
    directory, web = place
    web.put("/news.xml", TOWN)

    said = syndicator(directory, "sources", "add", f"{web.url}/news.xml".replace("//", "//u:key@"))

    assert "key" not in said
    assert yaml.safe_load(said)["sources"][0]["feed"] == f"{web.url}/news.xml"


def test_an_address_is_taken_as_a_reader_exports_it(place):
    directory, web = place
    web.put("/news.xml", TOWN)

    said = syndicator(directory, "sources", "add", f"feed:{web.url.partition(':')[2]}/news.xml")

    assert yaml.safe_load(said)["sources"][0]["feed"] == f"{web.url}/news.xml"


OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Folder"><outline type="rss" text="Alpha" xmlUrl="https://alpha.example/rss"/>
<outline type="rss" text="Known" xmlUrl="https://first.example/feed"/></outline>
<outline text="Other of first" xmlUrl="https://blog.first.example/feed"/>
<outline text="$${HOME}" xmlUrl="https://odd.example/a?x=1&amp;y=2#frag"/>
<outline text="Alpha" xmlUrl="https://alpha.example/second"/>
<outline text="Alpha over http" xmlUrl="http://www.alpha.example:80/rss/"/>
<outline text="bad" xmlUrl="javascript:alert(1)"/></body></opml>"""


def test_an_imported_list_permits_headline_and_link_only(place, tmp_path):
    directory, _ = place
    (tmp_path / "list.opml").write_text(OPML.replace("$$", "$"))

    arguments = ("import", "--write", str(tmp_path / "list.opml"))
    done = CliRunner().invoke(main, ["sources", *arguments, "--config", str(directory)])

    assert done.exit_code == 0, done.output
    assert "left out: 'javascript:alert(1)' is no web address" in done.stderr
    config = load_config(directory, {})
    added = config.sources[1:]
    assert [s.feed for s in added] == [
        "https://alpha.example/rss",
        "https://blog.first.example/feed",
        "https://odd.example/a?x=1&y=2",
        "https://alpha.example/second",
    ]
    for source in added:
        assert (source.policy or config.publishers[source.publisher].policy) in {None, "unknown"}
    assert added[1].publisher == "first"
    assert added[2].title == "${HOME}", "a title is no reference to a secret"


FOLDERS = """<opml version="1.0"><body>
<outline text="Town Life"><outline type="rss" text="A" xmlUrl="https://a.example/rss"/>
<outline text="Odds"><outline type="rss" text="B" xmlUrl="https://b.example/rss"/></outline></outline>
<outline text="the NORTH"><outline type="rss" text="A" xmlUrl="https://a.example/rss"/></outline>
<outline type="rss" text="C" category="/north,/x/town" xmlUrl="https://c.example/rss"/>
<outline type="rss" text="D" xmlUrl="https://ada:s3cret@d.example/rss"/></body></opml>"""
AXES = """\
themes: [{id: town, title: Town life}]
regions: [{id: north, title: North, aliases: [The North]}]
"""


def test_folders_of_a_list_are_themes_and_regions_and_are_exported(place, tmp_path):
    directory, _ = place
    (directory / "sources.yaml").write_text(f"sources: []  # none\n{AXES}")
    (tmp_path / "list.opml").write_text(FOLDERS)

    arguments = ("import", "--write", str(tmp_path / "list.opml"))
    done = CliRunner().invoke(main, ["sources", *arguments, "--config", str(directory)])

    assert done.exit_code == 0, done.output
    found = {s.id: (s.themes, s.regions) for s in load_config(directory, {}).sources}
    assert found == {
        "a": (("town",), ("north",)),
        "b": (("town",), ()),
        "c": (("town",), ("north",)),
    }
    assert "folder 'Odds'" in done.stderr
    assert "left out: https://d.example/rss" in done.stderr
    assert "s3cret" not in done.output + (directory / "sources.yaml").read_text()
    exported = parse_opml(syndicator(directory, "sources", "export").encode())
    assert [feed.folders for feed in exported.feeds] == [
        ("town", "north"),
        ("town",),
        ("town", "north"),
    ]


def test_a_section_in_one_line_is_named_with_its_file(place):
    directory, web = place
    web.put("/news.xml", TOWN)
    one = "sources: [{id: first, feed: 'https://first.example/feed', publisher: first}]\n"
    (directory / "sources.yaml").write_text(one)

    arguments = ["sources", "add", "--write", f"{web.url}/news.xml", "--config", str(directory)]
    done = CliRunner().invoke(main, arguments)

    assert done.exit_code == 2
    assert f"{directory}/sources.yaml: sources: is written in one line" in done.stderr


def test_what_is_exported_can_be_imported_and_holds_no_key(place):
    directory, _ = place
    (directory / "more.yaml").write_text(
        "sources:\n  - {id: key, feed: 'https://k.example/f?token=s3cret', publisher: first}\n"
    )

    listed = syndicator(directory, "sources", "export")

    assert etree.fromstring(listed.encode()).get("version") == "2.0"
    assert [s.feed for s in parse_opml(listed.encode()).feeds] == ["https://first.example/feed"]
    assert "s3cret" not in listed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sources:\n- id: first\n  feed: https://a.example/\n  publisher: first\n", id="no-indent"),
        pytest.param("sources:\n    - id: first\n      feed: https://a.example/\n      publisher: first", id="four-and-no-end-of-line"),
        pytest.param("# empty\nsources:\n", id="empty-section"),
        pytest.param("# nothing here\n", id="no-section"),
        pytest.param(SOURCES, id="section-in-the-middle"),
    ],
)  # fmt: skip
def test_an_entry_fits_into_any_file(place, text):
    directory, _ = place
    (directory / "sources.yaml").write_text(text)
    new = sources_yaml([NewSource(id="new", feed="https://new.example/", publisher="first")])

    add_to_files(directory, {}, sources=new, publishers="")

    assert load_config(directory, {}).sources[-1].id == "new"


def test_what_would_be_wrong_is_not_written(place):
    directory, _ = place
    new = sources_yaml([NewSource(id="first", feed="https://new.example/", publisher="nobody")])

    with pytest.raises(ConfigError, match=r"config/sources\.yaml:\d+") as refused:
        add_to_files(directory, {}, sources=new, publishers="")

    assert "nobody" in str(refused.value)
    assert (directory / "sources.yaml").read_text() == SOURCES
    assert sorted(path.name for path in directory.iterdir()) == [
        "publishers.yaml", "site.yaml", "sources.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no OPML"),
        (b"<rss/>", "its first element is <rss>"),
        (b"<html><body>List</body></html>", "its first element is <html>"),
        (b"<opml><body/></opml>", "names no feed"),
        (b"\x00\xff", "no OPML"),
        (b"<opml><body>", "names no feed"),
    ],
)
def test_what_is_no_list_is_told(body, told):
    with pytest.raises(ParseError, match=told):
        parse_opml(body)


@pytest.mark.parametrize(
    ("stated", "feed"),
    [
        pytest.param("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2", id="escaped"),
        pytest.param("https://a.example/?a=1&b=2&c", "https://a.example/?a=1&b=2&c", id="bare"),
        pytest.param("feed://a.example/x", "http://a.example/x", id="feed-scheme"),
        pytest.param("feed:https://a.example/x", "https://a.example/x", id="feed-before-https"),
        pytest.param("FEED://http://a.example/", "http://a.example/", id="feed-twice"),
        pytest.param(" https://a.example/feed:x#y ", "https://a.example/feed:x", id="in-the-path"),
    ],
)
def test_addresses_of_a_list_are_read_as_readers_write_them(stated, feed):
    body = f'\n<?xml version="1.0"?><opml><body><outline xmlUrl="{stated}"/></body></opml>'

    found = parse_opml(body.encode())

    assert [one.feed for one in found.feeds] == [feed]
    assert found.whole


NAMED = '<outline text="Größe" xmlUrl="https://a.example/f"/>'


@pytest.mark.parametrize(
    ("body", "title", "whole"),
    [
        pytest.param(f"<opml><body>{NAMED}</body></opml>".encode("utf-16"), "Größe", True, id="utf-16"),
        pytest.param(f'<?xml version="1.0" encoding="utf-8"?><opml>{NAMED}</opml>'.encode("cp1252"),
                     "Größe", True, id="not-encoded-as-it-says"),
        pytest.param(b'<OPML><BODY><OUTLINE TEXT="A" XMLURL="https://a.example/f"/></BODY></OPML>',
                     "A", True, id="capitals"),
        pytest.param(f'<opml xmlns="http://opml.org/spec2"><body>{NAMED}</body></opml>'.encode(),
                     "Größe", True, id="namespace"),
        pytest.param(b'<opml><outline text="A &eacute; B" xmlUrl="https://a.example/f"/></opml>',
                     "A é B", True, id="entity"),
        pytest.param(b'<opml><outline text="A\x0bB" xmlUrl="https://a.example/f"/></opml>',
                     "AB", True, id="control"),
        pytest.param(f"<opml></x></y></z>{NAMED}</opml>".encode(), "Größe", False, id="stray-ends"),
        pytest.param(f"<opml>{'<outline>' * 300}{NAMED}".encode(), "Größe", False, id="deep"),
    ],
)  # fmt: skip
def test_a_list_is_read_however_it_is_written(body, title, whole):
    found = parse_opml(body)

    assert [(one.feed, one.title) for one in found.feeds] == [("https://a.example/f", title)]
    assert found.whole == whole


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"https://a.example/f\n", "no XML"), (b"<rss/>", "<rss>"), (b"", "no XML|mpty")],
)
def test_what_is_no_list_is_called_by_its_name(body, said):
    with pytest.raises(ParseError, match=said):
        parse_opml(body)


def test_an_address_with_a_login_does_not_keep_the_rest_of_a_list_out(place, tmp_path):
    directory, _ = place
    lines = '<outline text="P" xmlUrl="https://u:s3cret@p.example/f"/>'
    (tmp_path / "list.opml").write_text(f"<opml><body>{lines}{NAMED}</body></opml>")

    arguments = ("import", "--write", str(tmp_path / "list.opml"))
    done = CliRunner().invoke(main, ["sources", *arguments, "--config", str(directory)])

    assert done.exit_code == 0, done.output
    assert "left out: https://p.example/f holds a login" in done.stderr
    assert "s3cret" not in done.output
    assert [s.feed for s in load_config(directory, {}).sources[1:]] == ["https://a.example/f"]


def test_no_feed_of_a_long_list_is_missing():
    lines = "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(10_000))

    assert len(parse_opml(f"<opml><body>{lines}</body></opml>".encode()).feeds) == 10_000


def test_an_outline_of_countless_attributes_is_refused_before_they_are_read():
    many = " ".join(f'a{n}="x"' for n in range(100_000))
    body = f'<opml><body><outline {many} xmlUrl="https://a.example/"/></body></opml>'

    with pytest.raises(ParseError, match="more than 200 attributes"):
        parse_opml(body.encode())


def test_ids_of_an_imported_list_differ_and_the_nearest_domain_names_the_publisher(place, tmp_path):
    directory, _ = place
    described = directory / "publishers.yaml"
    described.write_text(
        PUBLISHERS + "  blog:\n    name: The Blog\n    domains: [blog.first.example]\n"
    )
    addresses = ["https://blog.first.example/1", *(f"https://h{n}.example/" for n in range(3))]
    lines = "".join(f'<outline text="Alpha" xmlUrl="{url}"/>' for url in addresses)
    (tmp_path / "list.opml").write_text(f"<opml><body>{lines}</body></opml>")

    syndicator(directory, "sources", "import", "--write", str(tmp_path / "list.opml"))

    config = load_config(directory, {})
    assert [s.id for s in config.sources[1:]] == ["alpha", "alpha-2", "alpha-3", "alpha-4"]
    assert [s.publisher for s in config.sources[1:]] == ["blog", "h0", "h1", "h2"]


def test_feeds_that_one_host_carries_for_many_have_each_a_publisher(place, tmp_path):
    directory, _ = place
    lines = "".join(
        f'<outline text="{title}" xmlUrl="https://feeds.feedburner.com/{title}"/>'
        for title in ("Alpha", "Beta")
    )
    (tmp_path / "list.opml").write_text(f"<opml><body>{lines}</body></opml>")

    syndicator(directory, "sources", "import", "--write", str(tmp_path / "list.opml"))

    config = load_config(directory, {})
    named = [config.publishers[source.publisher] for source in config.sources[1:]]
    assert [(p.id, p.name, p.domains) for p in named] == [
        ("alpha", "Alpha", ()),
        ("beta", "Beta", ()),
    ]


def test_what_a_feed_calls_its_home_gives_it_no_policy(place):
    directory, web = place
    web.put("/news.xml", TOWN.replace("https://news.example/<", "https://first.example/<"))

    said = syndicator(directory, "sources", "add", f"{web.url}/news.xml")

    (source,) = yaml.safe_load(said)["sources"]
    assert (source["publisher"], source["policy"]) == ("first", "unknown")
    assert "only the feed says so" in said


def test_what_a_list_names_instead_of_web_addresses_is_told():
    body = b'<opml><body><outline xmlUrl="ftp://a.example/"/></body></opml>'

    with pytest.raises(ParseError, match="no xmlUrl is a web address, as 'ftp:"):
        parse_opml(body)


def test_a_list_opens_no_files():
    evil = (
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body>'
        b'<outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    )

    try:
        found = parse_opml(evil)
    except ParseError:
        return
    assert [s.title for s in found.feeds] in ([""], ["&x;"])


def test_feeds_of_comments_come_last():
    found = announced(PAGE.encode(), content_type=None, base_url="https://a.example/x/")

    assert found.feeds == ("https://a.example/x/news.xml", "https://a.example/comments/feed")


def pause_the_first(directory):
    file = directory / "sources.yaml"
    was = "publisher: first\n"
    file.write_text(file.read_text().replace(was, f"{was}    paused: true\n", 1))


def test_health_of_a_source_is_told_in_words(place):
    directory, web = place
    web.put("/news.xml", TOWN)
    syndicator(directory, "sources", "add", "--write", f"{web.url}/news.xml")
    pause_the_first(directory)

    names = [s.id for s in load_config(directory, {}).sources]
    syndicator(directory, "once")
    said = syndicator(directory, "explain", "--source", names[1])
    told = json.loads(syndicator(directory, "explain", "--json", "--source", names[1]))

    assert "visited at" in said
    assert "the interval of the configuration" in said
    assert (told["status"], told["http_status"]) == ("ok", 200)
    assert told["validators"] is True
    paused = json.loads(syndicator(directory, "explain", "--json", "--source", "first"))
    assert "paused" in paused["next"]


def test_health_tells_that_an_answer_came_which_nobody_could_read(place):
    directory, web = place
    web.put("/news.xml", TOWN)
    syndicator(directory, "sources", "add", "--write", f"{web.url}/news.xml")
    web.put("/news.xml", "<opml/>")
    name = load_config(directory, {}).sources[1].id
    pause_the_first(directory)

    syndicator(directory, "once", code=1)
    said = syndicator(directory, "explain", "--source", name)

    assert "with HTTP 200" in said
    assert "it is a list of feeds" in said


def test_health_tells_an_error_since_when_and_what_comes_next(place):
    directory, web = place
    web.put("/news.xml", TOWN)
    syndicator(directory, "sources", "add", "--write", f"{web.url}/news.xml")
    web.put("/news.xml", "gone fishing", "text/plain", status=404)
    name = load_config(directory, {}).sources[1].id
    pause_the_first(directory)

    syndicator(directory, "once", code=1)
    said = syndicator(directory, "explain", "--source", name)

    assert "HTTP 404" in said
    assert "once a day" in said
    assert "since" in said
    listed = syndicator(directory, "sources")
    assert "HTTP 404" in listed
    syndicator(directory, "explain", "--source", "nobody", code=2)
    syndicator(directory, "explain", code=2)


@pytest.mark.parametrize(
    ("status", "body", "advised"),
    [
        pytest.param(401, "login", "sources resume", id="login"),
        pytest.param(403, "no", "ask the site", id="forbidden"),
        pytest.param(404, "none", "sources add http://", id="not-found"),
        pytest.param(410, "gone", "sources add http://", id="gone"),
        pytest.param(200, "<html><p>New site</p></html>", "sources test town", id="page"),
    ],
)
def test_what_to_do_about_a_source_is_told(place, status, body, advised):
    directory, web = place
    web.put("/news.xml", body, "text/html", status=status)
    feeds = f"  - {{id: town, feed: '{web.url}/news.xml', publisher: first}}\n"
    feeds += f"  - {{id: good, feed: '{web.url}/good.xml', publisher: first}}\n"
    web.put("/good.xml", TOWN)
    (directory / "sources.yaml").write_text(f"sources:\n{feeds}")
    once = CliRunner().invoke(main, ["-q", "once", "--config", str(directory)])

    said = syndicator(directory, "explain", "--source", "town")
    listed = syndicator(directory, "sources", "--failing")

    assert (once.exit_code, "sources --failing" in once.stderr) == (1, True)
    assert f"HTTP {status}" in said
    assert "without an answer" not in said
    assert "  do        " in said
    assert advised in said
    assert advised in listed
    assert "good" not in listed
    assert len(syndicator(directory, "sources").splitlines()) == 2


def test_a_source_that_is_well_has_nothing_to_do_and_names_no_hub(place):
    directory, web = place
    web.put("/news.xml", TOWN)
    (directory / "sources.yaml").write_text(
        f"sources:\n  - {{id: town, feed: '{web.url}/news.xml', publisher: first}}\n"
    )
    syndicator(directory, "once")

    told = json.loads(syndicator(directory, "explain", "--json", "--source", "town"))

    assert told["do"] is None
    assert "no hub is known" in told["pushes"]
    assert syndicator(directory, "sources", "--failing") == ""


def test_a_retired_source_is_visited_again_when_an_editor_says_so(place):
    directory, web = place
    web.put("/news.xml", "login", status=401)
    (directory / "sources.yaml").write_text(
        f"sources:\n  - {{id: town, feed: '{web.url}/news.xml', publisher: first}}\n"
    )
    syndicator(directory, "once", code=1)
    web.put("/news.xml", TOWN)
    syndicator(directory, "once", "--all")
    assert "next never" in syndicator(directory, "sources")

    assert "town" in syndicator(directory, "sources", "resume", "town")
    syndicator(directory, "once")

    assert "ok at" in syndicator(directory, "sources")
    syndicator(directory, "sources", "resume", "nobody", code=2)


def test_further_feeds_of_a_page_are_named(place):
    directory, web = place
    web.put("/", PAGE, "text/html")
    web.put("/news.xml", TOWN)

    said = syndicator(directory, "sources", "add", f"{web.url}/")

    assert f"# other      {web.url}/comments/feed\n" in said
    assert f"# other      {web.url}/news.xml" not in said


@pytest.mark.parametrize(
    ("status", "headers", "hint"),
    [
        pytest.param(401, {}, "`auth` or `headers`", id="login"),
        pytest.param(429, {"Retry-After": "7200"}, "left alone for 120 min", id="too-many"),
    ],
)
def test_an_answer_that_is_no_feed_says_what_to_do(place, status, headers, hint):
    directory, web = place
    web.put("/news.xml", "", status=status)
    web.headers["/news.xml"] = headers

    for command in ("add", "test"):
        arguments = ["sources", command, f"{web.url}/news.xml", "--config", str(directory)]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 1
        assert f"HTTP {status}; " in done.stderr
        assert hint in done.stderr


def test_a_name_that_is_neither_source_nor_address_is_told(place):
    directory, _ = place

    done = CliRunner().invoke(main, ["sources", "test", "frist", "--config", str(directory)])

    assert done.exit_code == 2
    assert "no source 'frist' is configured" in done.stderr


@pytest.mark.parametrize(("failures", "told"), [(1, False), (5, True)])
def test_a_site_that_stays_away_is_looked_for(failures, told):
    source = a_source(feed="https://town.example/feed")
    state = SourceState(
        id="news", feed=source.feed, next_check_at=NOON, status="failed", failures=failures
    )

    said = advice(source, state)

    assert ("sources add https://town.example/" in (said or "")) is told


def test_what_waits_for_its_host_is_put_off_and_did_not_fail(place):
    directory, web = place
    web.put("/a.xml", "", status=429)
    web.put("/b.xml", TOWN)
    feeds = (f"  - {{id: {n}, feed: '{web.url}/{n}.xml', publisher: first}}\n" for n in "ab")
    (directory / "sources.yaml").write_text("sources:\n" + "".join(feeds))
    syndicator(directory, "once", code=1)

    rows = {row["source"]: row for row in json.loads(syndicator(directory, "sources", "--json"))}

    assert (rows["a"]["status"], rows["b"]["status"]) == ("failed", "put off")
    assert "not asked: the host answered 429" in syndicator(directory, "sources")
    failing = syndicator(directory, "sources", "--failing").splitlines()
    assert [line.split()[0] for line in failing] == ["a"]


def test_a_paused_source_that_was_never_visited_is_not_said_to_be_visited_soon(place):
    directory, _ = place
    (directory / "sources.yaml").write_text("sources: []\n")
    syndicator(directory, "once")
    (directory / "sources.yaml").write_text(SOURCES.replace("# interval: PT2H", "paused: true"))

    told = json.loads(syndicator(directory, "explain", "--json", "--source", "first"))

    assert told["next"] == "nothing: it is paused in the configuration"
