"""An editor at work: hold, approve, pin, search, replay, through the command line."""

import json

import feedparser
import pytest

from syndicator.store import only_one, open_engine
from tests.web import rss, rss_item


@pytest.fixture
def news(site):
    site.web.put("/feed", rss(*[rss_item(n, text=f"Flood number {n}.") for n in range(1, 5)]))

    def configure(theme=(), **source):
        site.configure(
            sources=[{"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"} | source],
            themes=[{"id": "floods", "title": "Floods"} | dict(theme)],
        )

    site.with_source = configure
    return site


def titles(site, feed="all"):
    return sorted(e.title for e in feedparser.parse(site.files()[f"{feed}.atom"]).entries)


def succeed(site, *arguments):
    done = site.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_held_article_is_published_when_an_editor_approves_it(news):
    news.with_source(review="hold")
    news.once()
    before = titles(news)
    waiting = json.loads(succeed(news, "review", "list", "--json"))

    succeed(news, "review", "approve", "https://news.example/2", "--by", "ada", "--note", "fine")
    succeed(news, "review", "pin", "https://news.example/2", "--theme", "floods", "--by", "ada")
    succeed(news, "publish")

    assert (before, len(waiting)) == ([], 4)
    assert titles(news) == titles(news, "themes/floods") == ["Item 2"]
    history = json.loads(succeed(news, "review", "history", "Item 2", "--json"))
    assert [(h["act"], h["by"], h["note"]) for h in history] == [
        ("approved", "ada", "fine"),
        ("pin", "ada", ""),
    ]
    assert len(json.loads(succeed(news, "review", "list", "--json"))) == 3
    ambiguous = news.run("review", "reject", "Item")
    assert ambiguous.returncode == 1
    assert "names 4 articles; say which" in ambiguous.stderr


def test_rule_is_tried_before_it_is_applied_and_a_search_is_a_feed(news):
    news.with_source(first_items=3)
    news.once()
    news.with_source(theme={"search": '"flood number" -4'})

    (told,) = json.loads(succeed(news, "replay", "--json"))
    found = json.loads(succeed(news, "search", '"flood number" -4', "--json"))
    succeed(news, "replay", "--apply")
    succeed(news, "publish")

    assert len(titles(news)) == 3
    assert {(e["title"], e["state"]) for e in told["come"]} == {
        (e["title"], e["review"]) for e in found
    }
    assert sorted(e["title"] for e in found if e["review"] == "new") == titles(
        news, "themes/floods"
    )


@pytest.mark.parametrize(
    ("bound", "shown"),
    [
        pytest.param({"per_source": 2}, ["Item 3", "Item 4"], id="in-all"),
        pytest.param({"per_source_day": 2}, ["Item 24", "Item 3", "Item 4"], id="of-one-day"),
    ],
)
def test_busy_source_leaves_room_for_the_others(news, bound, shown):
    earlier = rss_item(24, text="Flood of the day before.").replace("20 Nov", "19 Nov")
    busy = [rss_item(n, text=f"Flood number {n}.") for n in range(1, 5)]
    news.web.put("/feed", rss(*busy, earlier))
    news.web.put("/quiet", rss(rss_item(9, text="Quiet."), title="Quiet"))
    news.configure(
        sources=[
            {"id": "news", "feed": f"{news.web.url}/feed", "publisher": "news"},
            {"id": "quiet", "feed": f"{news.web.url}/quiet", "publisher": "news"},
        ],
        outputs=[{"id": "main", "channel": "community"} | bound],
    )

    news.once()

    assert titles(news) == [*shown, "Item 9"]
    assert len(titles(news, "sources/news")) == 5


def test_source_that_is_added_floods_nobody(news):
    news.with_source()
    news.once()
    archive = [rss_item(n, text=f"Old {n}.", site="https://old.example") for n in range(10, 24)]
    news.web.put("/old", rss(*archive, title="Old"))
    news.configure(
        sources=[
            {"id": "news", "feed": f"{news.web.url}/feed", "publisher": "news"},
            {"id": "old", "feed": f"{news.web.url}/old", "publisher": "news", "first_items": 2},
        ],
    )

    news.once("--all")

    assert titles(news, "sources/old") == ["Item 22", "Item 23"]
    assert len(titles(news)) == 4 + 2
    dates = {e.title: e.published for e in feedparser.parse(news.files()["all.atom"]).entries}
    assert dates["Item 23"] == "2026-11-20T23:00:00Z"
    assert len(json.loads(succeed(news, "search", "old", "--json"))) == 14


def test_decision_beside_a_running_daemon_waits_for_it(news):
    news.with_source()
    news.once()
    store = open_engine(f"sqlite:///{news.root}/store.db")

    with only_one(store):
        told = succeed(news, "review", "hold", "https://news.example/2")
        during = titles(news)
    store.dispose()
    succeed(news, "publish")

    assert "the running daemon carries it out" in told
    assert len(during) == 4
    assert titles(news) == ["Item 1", "Item 3", "Item 4", "[removed]"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("pin", "Item 1"), "name one place", id="pin-to-nothing"),
        pytest.param(("pin", "Item 1", "--theme", "nowhere"), "no theme", id="unknown-theme"),
    ],
)
def test_pin_needs_a_place_that_there_is(news, arguments, told):
    news.with_source()
    news.once()

    done = news.run("review", *arguments)

    assert done.returncode == 2
    assert told in done.stderr
