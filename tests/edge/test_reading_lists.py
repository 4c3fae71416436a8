"""Reading lists that are followed: what they name becomes sources, with headline and link only."""

import json
from dataclasses import replace
from ipaddress import ip_network

import pytest
import yaml
from click.testing import CliRunner

from syndicator.cli import main
from syndicator.config import load_config
from syndicator.errors import ConfigError
from syndicator.model.rights import Publisher
from syndicator.model.settings import Fetch, ReadingList
from syndicator.model.visit import ListedFeed
from syndicator.parse.opml import parse_opml
from syndicator.pipeline.context import make_context
from syndicator.pipeline.listed import listed_id, sift, with_listed
from syndicator.store import lists, transaction
from tests.badserver import LOOPBACK
from tests.builders import a_config, a_source
from tests.edge.test_manners import a_feed, run
from tests.web import Web, rss, rss_item

CC_BY = (
    '<creativeCommons:license xmlns:creativeCommons="http://backend.userland.com/'
    'creativeCommonsRssModule">https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>'
)


def opml(*feeds):
    lines = "".join(f'<outline type="rss" text="Feed {f}" xmlUrl="{f}"/>' for f in feeds)
    return f'<opml version="2.0"><head><title>L</title></head><body>{lines}</body></opml>'


class Place:
    """An installation that follows one list, and the web that holds list and feeds."""

    def __init__(self, root, web):
        self.root, self.web = root, web
        self.config = {
            "site": {
                "title": "T",
                "base_url": "http://127.0.0.1:1",
                "contact": "mailto:ed@example.org",
                "tag": "test.example,2026",
            },
            "database": {"url": f"sqlite:///{root}/store.db"},
            "publish": {"directory": f"{root}/public"},
            "seeds": {"directory": f"{root}/seeds"},
            "fetch": {"per_host_gap": "PT0S", "allow_networks": ["127.0.0.0/8"]},
            "publishers": {
                "news": {"name": "News", "policy": "cc-by-4.0", "domains": ["news.example"]}
            },
            "themes": [{"id": "town", "title": "Town"}],
            "reading_lists": [{"id": "friends", "url": f"{web.url}/list.opml", "themes": ["town"]}],
        }
        for name in ("a", "b"):
            item = rss_item(1, site=f"https://{name}.example")
            web.put(f"/{name}.xml", rss(item, title=f"Blog {name}", extra=CC_BY))

    def run(self, *arguments, code=0):
        folder = self.root / "config"
        folder.mkdir(exist_ok=True)
        (folder / "all.yaml").write_text(yaml.safe_dump(self.config))
        environ = {"SYNDICATOR_CONFIG": str(folder)}
        done = CliRunner().invoke(main, ["-q", *arguments], env=environ)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout

    def name(self, *feeds):
        """Make the list name *feeds*, and go through the whole chain."""
        self.web.put("/list.opml", opml(*(f"{self.web.url}/{f}.xml" for f in feeds)))
        return json.loads(self.run("once", "--all", "--json"))

    def rows(self):
        return {row["source"]: row for row in json.loads(self.run("sources", "--json"))}

    def id(self, feed):
        return listed_id(f"{self.web.url}/{feed}.xml")

    def published(self, path):
        return (self.root / "public" / path).read_text()


@pytest.fixture
def place(tmp_path):
    with Web() as web:
        yield Place(tmp_path, web)


def test_listed_feeds_become_sources_with_headline_and_link_only(place):
    summary = place.name("a", "b")

    assert summary["sources"]["checked"] == 2
    assert set(place.rows()) == {place.id("a"), place.id("b"), "list:friends"}
    feed = place.published("themes/town.atom")
    assert "https://a.example/1" in feed
    assert "https://b.example/1" in feed
    assert "A first paragraph" not in feed, "the claim of the feed opens nothing"
    assert "Blog a" in feed
    assert "Feed http" not in feed, "the list does not name the feeds of others"
    assert "follows 2 feeds" in place.run("sources")
    said = place.run("explain", "--source", place.id("a"))
    assert "visited at" in said
    assert "by the reading list friends" in said
    assert "Blog a, of the list friends" in place.run("sources")
    assert "follows   2 feeds" in place.run("explain", "--source", "list:friends")


def test_a_described_publisher_gives_no_more_through_a_list(place):
    place.web.put("/a.xml", rss(rss_item(1)))  # on the domain of a publisher under CC BY
    place.name("a")
    assert "A first paragraph" not in place.published("all.atom")

    place.config["sources"] = [{"id": "own", "feed": f"{place.web.url}/a.xml", "publisher": "news"}]
    place.name("a")
    assert "A first paragraph" in place.published("all.atom"), "what the operator wrote counts"
    assert place.id("a") not in place.rows()


def test_additions_and_removals_are_followed(place):
    place.name("a")
    place.name("b", "a")
    assert place.rows()["list:friends"]["follows"] == [place.id("b"), place.id("a")]

    place.name("b")
    assert place.rows()["list:friends"]["follows"] == [place.id("b")]
    everything = place.published("all.atom")
    assert "https://a.example/1" in everything, "what came stays, with no more than before"
    assert "A first paragraph" not in everything
    before = len(place.web.requests)
    place.name("b")
    asked = [path for path, *_ in place.web.requests[before:]]
    assert "/a.xml" not in asked
    lists = [r for r in place.web.requests if r[0] == "/list.opml"]
    assert lists[-1][2] == 304
    assert "If-None-Match" in lists[-1][1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("gone fishing", 200, id="no-opml"),
        pytest.param(opml(), 200, id="empty"),
        pytest.param("", 500, id="server-error"),
        pytest.param("", 404, id="not-found"),
    ],
)
def test_a_broken_list_keeps_the_last_good_one_and_is_told(body, status, place):
    place.name("a", "b")
    place.web.put("/list.opml", body, status=status)

    summary = json.loads(place.run("once", "--all", "--json", code=1))

    assert [failure["source"] for failure in summary["failures"]] == ["list:friends"]
    row = place.rows()["list:friends"]
    assert (row["status"], row["failures"]) == ("failed", 1)
    assert row["follows"] == [place.id("a"), place.id("b")]
    assert summary["sources"]["checked"] == 2
    assert "1 in a row" in place.run("sources")
    advised = "as `url` of friends" in place.run("explain", "--source", "list:friends")
    assert advised is (status != 500), "a server that is down needs nobody but time"


def test_a_list_cut_short_adds_but_takes_nothing_off(place):
    place.name("a")
    whole = opml(f"{place.web.url}/b.xml", "https://c.example/feed")
    place.web.put("/list.opml", whole[: whole.index("https://c")])
    place.run("once", "--all")

    assert place.rows()["list:friends"]["follows"] == [place.id("b"), place.id("a")]
    assert "not well-formed" in place.run("sources")
    place.run("once", "--all")
    assert "not well-formed" in place.run("sources"), "also when it was not modified since"


def test_a_list_is_visited_once_a_day(place):
    place.name("a")
    place.run("once")

    assert [path for path, *_ in place.web.requests].count("/list.opml") == 1


def test_without_its_list_a_feed_is_followed_no_more(place):
    place.name("a")
    del place.config["reading_lists"]
    place.run("once", "--all")

    assert place.rows() == {}
    assert [path for path, *_ in place.web.requests].count("/a.xml") == 1


def sifted(*feeds, lists=None, **config):
    each = lists or (ReadingList(id="one", url="https://lists.example/one.opml"),)
    config = a_config(**({"reading_lists": each} | config))
    named = [ListedFeed(list_id=each[0].id, feed=feed) for feed in feeds]
    return list(sift(config, named))


@pytest.mark.parametrize(
    ("feed", "why"),
    [
        pytest.param("http://www.news.example/feed/", "a source already", id="configured"),
        pytest.param("http://test.example/all.atom", "our own output", id="loop"),
        pytest.param("https://test.example", "our own output", id="loop-at-the-root"),
        pytest.param("https://lists.example/one.opml", "a reading list", id="itself"),
        pytest.param("http://127.0.0.1:9/feed", "our own network", id="own-network"),
        pytest.param("https://me:pw@f.example/feed", "holds a login", id="login"),
        pytest.param("http://localhost/feed", "our own network", id="own-network-by-name"),
    ],
)
def test_what_must_not_be_followed_is_left_out(feed, why):
    (one,) = sifted(
        feed,
        sources=(a_source(),),
        fetch=Fetch(allow_networks=(ip_network("127.0.0.0/8"),)),
    )

    assert one.source is None
    assert why in one.why


@pytest.mark.parametrize("inside", [True, False])
def test_a_name_in_a_list_leads_into_the_own_network_only_if_the_list_is_there(tmp_path, inside):
    async def story(world):
        host = "127.0.0.1" if inside else "lists.example"
        one = ReadingList(id="one", url=f"http://{host}:{world.port}/list")
        fetch = replace(world.ctx.config.fetch, allow_networks=(LOOPBACK,))
        config = replace(world.ctx.config, sources=(), fetch=fetch, reading_lists=(one,))
        named = [ListedFeed(list_id="one", feed=f"http://lan.example:{world.port}/feed")]
        with transaction(world.ctx.engine) as tx:
            lists.save_list(tx, "one", named)
        world.ctx = make_context(config, world.ctx.engine, digest="")
        await world.tick()
        state = world.state(listed_id(named[0].feed))

        assert world.paths == ["/feed"] * inside
        assert ("fetch.allow_networks" in (state.error or "")) == (not inside)

    run(story, {"/feed": a_feed()}, tmp_path)


def test_a_neighbour_of_our_address_is_no_loop():
    (one,) = sifted("http://test.example.org/feed")

    assert one.source is not None


def test_a_feed_is_followed_once_and_at_most_as_many_as_allowed():
    feeds = [f"https://f{n}.example/feed" for n in range(5)]
    lists = (ReadingList(id="one", url="https://lists.example/1", limit=3),)

    found = sifted(feeds[0], *feeds, lists=lists)

    assert [one.feed for one in found if one.source] == feeds[:3]
    assert [one.why for one in found if one.why] == [
        "another outline or list names it too",
        "the limit of 3 is reached",
        "the limit of 3 is reached",
    ]


def test_the_first_list_that_names_a_feed_decides():
    lists = tuple(
        ReadingList(id=name, url=f"https://lists.example/{name}", themes=(name,))
        for name in ("zoo", "art")
    )
    feeds = [ListedFeed(list_id=each.id, feed="https://f.example/feed") for each in lists]

    config = with_listed(a_config(reading_lists=lists), sorted(feeds, key=lambda f: f.list_id))

    assert [source.themes for source in config.sources] == [("zoo",)]


@pytest.mark.parametrize(
    ("feed", "asked", "publisher", "policy"),
    [
        pytest.param("https://blog.news.example/f", "link", "news", "unknown", id="link-only"),
        pytest.param("https://blog.news.example/f", "publisher", "news", None, id="its-policy"),
        pytest.param("https://bare.example/f", "publisher", "bare", "unknown", id="no-policy"),
        pytest.param("https://x.example/f", "publisher", "x.example", "unknown", id="undescribed"),
        pytest.param("https://notnews.example/f", "publisher", "notnews.example", "unknown", id="alike"),
    ],
)  # fmt: skip
def test_only_a_described_publisher_can_give_more_and_only_where_asked(
    feed, asked, publisher, policy
):
    (one,) = sifted(
        feed,
        lists=(ReadingList(id="one", url="https://lists.example/1", policy=asked),),
        publishers={
            "news": Publisher(
                id="news", name="News", policy="cc-by-4.0", domains=("news.example",)
            ),
            "bare": Publisher(id="bare", name="Bare", domains=("bare.example",)),
        },
    )

    assert (one.source.publisher, one.source.policy, one.source.trust) == (
        publisher, policy, "none",
    )  # fmt: skip


def test_ids_depend_on_the_address_alone():
    assert listed_id("https://www.a.example/feed") == "a-example-9a3235bdc6"
    assert listed_id("https://www.a.example/feed") != listed_id("https://www.a.example/feed2")
    odd = listed_id("https://ünï-" + "x" * 80 + ".example/feed")
    assert len(odd) <= 64
    assert odd.isascii()


def test_a_list_is_whole_or_not():
    whole = opml("https://a.example/").encode()

    assert parse_opml(whole).whole
    assert not parse_opml(whole[:-9]).whole


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ([{"id": "a", "url": "a.example/x"}], "reading_lists.0.url"),
        ([{"id": "a"}], "is missing: Address of the OPML document"),
        ([{"id": "a", "url": "https://a.example/", "themes": ["no"]}], "no theme has the id"),
        ([{"id": "a", "url": "https://a.example/", "limit": 0}], "must be from 1 to 1000"),
        ([{"id": "a", "url": "https://a.example/", "policy": "full"}], '"link" or "publisher"'),
        ([{"id": n, "url": "https://a.example/"} for n in "ab"], "is given twice"),
    ],
)
def test_mistakes_are_told(lists, problem, tmp_path):
    site = {"title": "T", "base_url": "https://x.example", "contact": "mailto:a@x.example"}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({"site": site, "reading_lists": lists}))

    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path, {})

    assert problem in str(refused.value)
