"""What must not leave, tried from outside: each test is a way out that was once open."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.pairs import Press
from tests.web import rss, rss_item

WORDS = " ".join(f"word{n} tells{n % 7} again{n % 11}" for n in range(80))
DENY = '<access:restriction xmlns:access="http://www.bloglines.com/about/specs/fac-1.0" relationship="deny"/>'


def item(number, text=WORDS, *, site="https://news.example", extra="", creator="Ada Byron"):
    return rss_item(number, text=text, site=site).replace("Ada Byron", creator) + extra


@pytest.fixture
def two(site):
    """A site with two sources, ``a`` and ``b``, of publishers that permit everything."""
    site.web.put("/a", rss(item(1)))
    site.web.put("/b", rss())
    site.configure(
        sources=[
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"} for name in "ab"
        ]
    )
    return site


@pytest.fixture
def shown(two):
    """The same, once the article of ``a`` is public."""
    two.once()
    assert showing(two, "word42")
    return two


def showing(site, words):
    return [name for name, body in site.files().items() if words.encode() in body]


def kept_away(site, words="word42"):
    """Return how many articles came in, of which no file may show *words*."""
    assert showing(site, words) == []
    with closing(sqlite3.connect(site.root / "store.db")) as store:
        return store.execute("SELECT count(*) FROM items WHERE source_id IN ('a', 'b')").fetchone()[
            0
        ]


def take_down(site, target):
    done = site.run("takedown", "add", target, "--claimant", "Ada", "--by", "ed")
    assert done.returncode == 0, done.stderr


def test_takedown_reaches_the_feed_of_an_author_who_was_renamed(shown):
    shown.web.put("/a", rss(item(1, creator="Grace Hopper")))
    shown.once("--all")

    take_down(shown, "https://news.example/1")

    assert kept_away(shown) == 1


def test_text_that_comes_after_its_takedown_is_known_elsewhere(two):
    two.web.put("/a", rss())
    two.once()
    take_down(two, "https://news.example/1")
    two.web.put("/a", rss(item(1)))
    two.once("--all")
    two.web.put("/b", rss(item(9, site="https://more.example")))

    two.once("--all")

    assert kept_away(two) == 2


@pytest.mark.parametrize(
    "mark", ["\u00ad", "\u200b", "\u0301"], ids=["soft-hyphen", "zwsp", "accent"]
)
def test_taken_down_text_with_unseen_characters_is_the_same(shown, mark):
    take_down(shown, "https://news.example/1")
    changed = WORDS.replace("word", f"wo{mark}rd").replace("tells", f"te{mark}lls")
    shown.web.put("/b", rss(item(9, changed, site="https://more.example")))

    shown.once("--all")

    assert kept_away(shown, "again3") == 2


def test_embargo_of_a_copy_that_waits_for_review_holds_for_the_work(two):
    named = [("a", "hold"), ("b", "none")]
    two.configure(
        sources=[
            {"id": i, "feed": f"{two.web.url}/{i}", "publisher": "news", "review": review}
            for i, review in named
        ]
    )
    two.web.put("/a", rss(item(1, f"<p>EMBARGOED UNTIL 1 December 2099</p><p>{WORDS}</p>")))
    two.web.put("/b", rss(item(1)))

    two.once()

    assert kept_away(two) == 2


def test_embargo_of_one_copy_holds_for_the_work(two):
    notice = "<p>EMBARGOED UNTIL 1 December 2099, 12:00 GMT</p>"
    two.web.put("/a", rss(item(1, f"{notice}<p>{WORDS}</p>")))
    two.web.put("/b", rss(item(1)))

    two.once()

    assert kept_away(two) == 2


@pytest.mark.parametrize("broken", [False, True], ids=["strict", "tolerant"])
def test_embargo_that_is_stated_beside_the_text_holds(two, broken):
    dcterms = '<d:available xmlns:d="http://purl.org/dc/terms/">2099-12-01T12:00Z</d:available>'
    media = '<m:valid xmlns:m="http://search.yahoo.com/mrss/">start=2099-12-01; end=2100</m:valid>'
    english, german = "EMBARGOED until 1 December 2099 10:00 CET: 3", "Sperrfrist 1.12.2099: 4"
    document = rss(
        item(1, extra=dcterms),
        item(2, extra=media),
        item(3).replace("Item 3", english),
        item(4).replace("Item 4", german),
    )
    two.web.put("/a", document.replace("</channel>", "</channel></oops>") if broken else document)

    two.once()

    assert kept_away(two) == 4


def test_embargo_in_the_headline_of_a_json_feed_holds(two):
    item = {"id": "1", "url": "https://news.example/1", "content_text": WORDS}
    title = "EMBARGOED until 1 December 2099: One"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "News"}
    two.web.put("/a", json.dumps({**feed, "items": [{**item, "title": title}]}), "application/json")

    two.once()

    assert kept_away(two) == 1


def test_embargo_that_nobody_can_date_waits_for_an_editor(two):
    two.web.put("/a", rss(item(1).replace("Item 1", "EMBARGOED until Friday: One")))

    two.once()

    assert kept_away(two) == 1
    tasks = json.loads(two.run("tasks", "--json").stdout)
    assert [(t["kind"], t["open"]) for t in tasks] == [("embargo", True)]
    assert "EMBARGOED until Friday" in tasks[0]["evidence"]


def test_denial_that_a_feed_adds_later_reaches_what_is_stored(shown):
    shown.web.put("/a", rss(item(1), extra=DENY))

    shown.once("--all")

    assert kept_away(shown) == 1


def test_denial_after_an_explicit_allow_reaches_what_is_stored_and_is_told(two):
    allow = DENY.replace("deny", "allow")
    two.web.put("/a", rss(item(1), extra=allow))
    two.once()
    before = showing(two, "word42")
    two.web.put("/a", rss(item(1), extra=DENY))

    two.once("--all")

    assert before
    assert showing(two, "word42") == []
    (task,) = json.loads(two.run("tasks", "--json").stdout)
    assert task["kind"] == "terms"
    assert task["subject"].endswith("its feed: redistribution allowed → denied")

    two.web.put("/a", rss(item(1), extra=allow))
    two.once("--all")

    assert showing(two, "word42") == before
    assert len(json.loads(two.run("tasks", "--json").stdout)) == 2


def test_reservation_that_a_feed_adds_later_reaches_what_is_stored(shown):
    reserved = "<copyright>All rights reserved. May not be republished.</copyright>"
    shown.web.put("/a", rss(item(1), extra=reserved))

    shown.once("--all")

    assert kept_away(shown) == 1


RESERVED = "<copyright>All rights reserved.</copyright>"


def test_reservation_is_not_put_off_as_one_edit_of_too_many(shown):
    with closing(sqlite3.connect(shown.root / "store.db")) as store, store:
        pk = store.execute("SELECT pk FROM items").fetchone()[0]
        store.executemany(
            "INSERT INTO revisions (item_pk, replaced_at, title, content_html, content_hash)"
            " VALUES (?, '2026-11-23 12:00:00', 't', '', 'h')",
            [(pk,)] * 40,
        )
    shown.web.put("/a", rss(item(1, extra="<dc:rights>All rights reserved.</dc:rights>")))

    shown.once("--all")

    assert kept_away(shown) == 1


def test_change_of_rights_is_told_with_source_before_and_after(two):
    licence = "<copyright>CC BY 4.0</copyright>"
    two.web.put("/a", rss(item(1), item(2), extra=licence))
    two.once()
    two.web.put("/a", rss(item(1), item(2), extra=RESERVED))

    two.once("--all")

    (task,) = json.loads(two.run("tasks", "--json").stdout)
    assert (task["kind"], task["count"]) == ("terms", 2)
    assert task["subject"].startswith("a, ")
    assert task["subject"].endswith("CC BY 4.0 → All rights reserved.")


def test_other_licence_under_the_same_words_reaches_what_is_stored(two):
    link = '<a href="https://creativecommons.org/licenses/{}/4.0/">Creative Commons licence</a>'
    text = f"{WORDS}</p><p>This article is republished from The Paper under a {link}."
    two.web.put("/a", rss(item(1, text.format("by"))))
    two.once()
    stored = two.run("explain", "https://news.example/1").stdout
    two.web.put("/a", rss(item(1, text.format("by-nd"))))

    two.once("--all")

    assert "/by/4.0/" in stored
    assert "/by-nd/4.0/" in two.run("explain", "https://news.example/1").stdout


def test_free_licence_of_a_republisher_does_not_wash_a_reserved_text_clean(two):
    publishers = {
        "free": {"name": "Free", "policy": "cc-by-4.0", "domains": ["free.example"]},
        "firm": {"name": "Firm", "policy": "all-rights-reserved", "domains": ["firm.example"]},
    }
    listed = [
        {"id": name, "feed": f"{two.web.url}/{name}", "publisher": name} for name in publishers
    ]
    two.configure(publishers=publishers, sources=listed)
    article = Press(1).article("en", 14)
    two.web.put("/free", rss(item(9, article.html, site="https://free.example")))
    two.web.put("/firm", rss(item(9, article.html, site="https://firm.example")))

    two.once()

    assert showing(two, article.sentences[0][:20])
    assert showing(two, article.sentences[-1]) == []
    tasks = json.loads(two.run("tasks", "--json").stdout)
    assert [(t["kind"], t["subject"]) for t in tasks] == [("disagree", "Free and Firm")]
    assert (
        "does not permit what Free permits" in two.run("explain", "https://free.example/9").stdout
    )
    assert two.run("audit").returncode == 0


def test_counter_of_the_publisher_alone_comes_back_where_its_terms_demand_it(two):
    permits = [{"forms": ["full"], "duties": ["link", "keep_tracker"]}]
    news = {"name": "The News", "policy": "counted", "domains": ["news.example"]}
    pixel = '<img src="https://{}/c?n=1&amp;m=2" width="1" height="1">'
    text = WORDS + pixel.format("stats.news.example") + pixel.format("network.example")
    two.web.put("/a", rss(item(1, text)))
    two.configure(
        publishers={"news": news},
        policies={"counted": {"permissions": permits, "otherwise": "link"}},
        sources=[{"id": "a", "feed": f"{two.web.url}/a", "publisher": "news"}],
        outputs=[
            {"id": "kept", "channel": "community", "trackers": "keep"},
            {"id": "bare", "channel": "community"},
        ],
    )

    two.once()

    assert {"all.atom", "all.rss", "all.json", "all.html"} <= {
        *showing(two, "stats.news.example/c?n=1&amp;m=2"),
        *showing(two, "stats.news.example/c?n=1&amp;amp;m=2"),
    }
    assert showing(two, "network.example") == []
    assert not [name for name in showing(two, "word42") if name.startswith("bare/")]
    assert two.run("audit").returncode == 0


def test_copyright_line_carries_no_article(two):
    publishers = {"news": {"name": "The News", "policy": "unknown", "domains": ["news.example"]}}
    two.web.put("/a", rss(item(1, extra=f"<dc:rights>Copyright 2026 {WORDS}</dc:rights>")))
    two.configure(
        publishers=publishers,
        sources=[{"id": "a", "feed": f"{two.web.url}/a", "publisher": "news"}],
    )

    two.once()

    assert showing(two, "Item 1")
    assert kept_away(two) == 1


def test_author_of_a_held_article_is_named_nowhere(two):
    source = {"id": "a", "feed": f"{two.web.url}/a", "publisher": "news", "review": "hold"}
    two.configure(sources=[source])

    two.once()

    assert kept_away(two, "Ada Byron") == 1
    assert not [name for name in two.files() if "ada-byron" in name]


MAIN, SECOND = ({"id": name, "channel": "community"} for name in ("main", "second"))


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ([MAIN, SECOND], [MAIN], {"all.atom", "all.html", "all.json", "all.rss"}),
        ([MAIN, SECOND], [SECOND], {"all.atom", "all.html", "all.json", "all.rss"}),
        ([MAIN], [MAIN | {"formats": ["atom"]}], {"all.atom"}),
    ],
    ids=["output-removed", "output-moved-to-the-root", "formats-removed"],
)
def test_files_that_the_configuration_gave_up_go(two, before, after, left):
    sources = [{"id": "a", "feed": f"{two.web.url}/a", "publisher": "news"}]
    two.configure(sources=sources, outputs=before)
    two.once()
    (two.root / "public/second").mkdir(exist_ok=True)
    (two.root / "public/second/notes.txt").write_text("the operator's own")
    two.configure(sources=sources, outputs=after)

    two.run("publish")

    shown = showing(two, "word42")
    assert {name for name in shown if "/" not in name} == left
    assert not [name for name in shown if name.startswith("second/")]
    assert "second/notes.txt" in two.files()
    assert "second/feeds.opml" not in two.files()


@pytest.mark.parametrize("told", [True, False])
def test_records_of_the_operator_stay_private_and_reasons_if_he_wants(two, told):
    grant = {
        "id": "letter-12",
        "grantor": "news",
        "reference": "file 12",
        "from": "2020-01-01",
        "until": "never",
        "forms": ["full"],
    }
    ignored = {"claim": "all-rights-reserved", "note": "settled by Mr Private"}
    source = {"id": "a", "feed": f"{two.web.url}/a", "publisher": "news", "disregard": [ignored]}
    two.web.put("/a", rss(item(1, extra="<dc:rights>All rights reserved</dc:rights>")))
    two.configure(
        publishers={"news": {"name": "The News", "policy": "all-rights-reserved"}},
        sources=[source],
        grants=[grant],
        outputs=[{"id": "main", "channel": "community", "publish_reasons": told}],
    )

    two.once()

    assert showing(two, "word42")
    for private in ("letter-12", "file 12", "Mr Private"):
        assert showing(two, private) == []
        assert private in two.run("explain", "Item 1").stdout or private == "file 12"
    assert bool(showing(two, "GRANTED")) is told
    assert bool(showing(two, "The News permitted it")) is told
    assert two.run("audit").returncode == 0


def test_publisher_that_is_left_out_is_named_nowhere_and_its_articles_take_leave(shown):
    assert {"feeds.opml", "index.html"} <= set(showing(shown, "The News"))
    left_out = {"prohibitions": [{"forms": ["full", "excerpt", "link"]}], "otherwise": "withhold"}
    shown.configure(
        publishers={"news": {"name": "The News", "policy": "none"}},
        policies={"none": left_out},
        sources=[{"id": "a", "feed": f"{shown.web.url}/a", "publisher": "news"}],
    )

    shown.run("publish")

    assert showing(shown, "The News") == []
    assert {"all.atom", "sources/a.atom"} <= set(showing(shown, "deleted-entry"))
    assert shown.run("audit").returncode == 0


def test_what_is_for_subscribers_says_so(two):
    two.configure(
        sources=[{"id": "a", "feed": f"{two.web.url}/a", "publisher": "news"}],
        outputs=[{"id": "main", "audience": "subscribers", "purpose": ["research"]}],
    )

    two.once()

    said = showing(two, "For subscribers.")
    assert {"all.atom", "all.rss", "all.json", "all.html"} <= set(said)
    assert "all.html" in showing(two, 'content="noindex"')
    audit = json.loads(two.run("audit", "--json").stdout)
    assert [f["severity"] for f in audit["findings"]] == ["note"]
    assert "main is for subscribers" in audit["findings"][0]["problem"]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param({"feed": "{}/feed?token=s3cret"}, id="key"),
        pytest.param({"feed": "{}/feed?k=s3cret", "private": True}, id="said-to-be-private"),
        pytest.param({"feed": "{}/feed?k=${{SECRET}}"}, id="reference"),
    ],
)
def test_an_address_that_is_a_key_is_published_and_shown_nowhere(two, monkeypatch, address):
    monkeypatch.setenv("SECRET", "s3cret")
    two.web.put("/feed?token=s3cret", rss(item(1)))
    two.web.put("/feed?k=s3cret", rss(item(1)))
    feed = address["feed"].format(two.web.url)
    source = address | {"id": "a", "feed": feed, "publisher": "news"}
    two.configure(sources=[source])

    two.once()

    assert showing(two, "word42")
    assert showing(two, "s3cret") == []
    for asked in ("check", "sources", "sources export", "sources test a", "explain --source a"):
        done = two.run(*asked.split())
        assert "s3cret" not in done.stdout + done.stderr
    two.configure(sources=[])
    two.once()
    assert showing(two, "Item 1"), "the articles of a source stay without it"
    assert showing(two, "s3cret") == []
