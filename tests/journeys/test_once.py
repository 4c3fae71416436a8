"""From YAML to theme feeds, the whole chain one time."""

import json
import sqlite3

import feedparser
import pytest

from tests.web import rss, rss_item


@pytest.fixture
def news(site):
    """A site with one source of three items, one of them on its theme."""
    site.web.put(
        "/feed",
        rss(rss_item(1), rss_item(2, text="A flood on the river."), rss_item(3)),
    )
    site.configure(
        sources=[{"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"}],
        themes=[{"id": "floods", "title": "Floods", "match": {"any": ["flood"]}}],
    )
    return site


def test_first_run_fetches_stores_and_publishes(news):
    summary = news.once()

    assert summary["sources"] == {"checked": 1, "fetched": 1, "not_modified": 0, "failed": 0}
    assert summary["items"] == {"seen": 3, "new": 3, "updated": 0}
    assert summary["articles"] == 3
    assert summary["failures"] == []
    feeds = {path.rsplit(".", 1)[0] for path in news.files()}
    assert {"all", "index", "feeds", "themes/floods", "sources/news", "authors/ada-byron"} == feeds


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_theme_holds_the_items_of_its_rule_with_their_acknowledgement(news, suffix):
    news.once()

    (entry,) = feedparser.parse(news.files()[f"themes/floods.{suffix}"]).entries

    text = entry.get("content", [{"value": entry.summary}])[0]["value"]
    assert entry.title == "Item 2"
    assert entry.link == "https://news.example/2"
    assert "A flood on the river." in text
    assert "The News" in text
    assert "https://creativecommons.org/licenses/by/4.0/" in text
    assert 'href="https://news.example/2"' in text
    assert entry.id.startswith("tag:test.example,2026:article/")


def test_second_run_asks_with_the_validator_and_changes_no_byte(news):
    news.once()
    before = news.files()

    summary = news.once("--all")

    assert summary["sources"]["not_modified"] == 1
    assert summary["published"]["files_changed"] == 0
    assert news.files() == before


def test_source_is_not_visited_before_it_is_due(news):
    news.once()

    summary = news.once()

    assert summary["sources"]["checked"] == 0
    assert len(news.web.requests) == 1


def test_new_item_appears_and_keeps_the_others_as_they_were(news):
    news.once()
    before = {e.id for e in feedparser.parse(news.files()["all.atom"]).entries}
    news.web.put("/feed", rss(rss_item(4), rss_item(1), rss_item(2), rss_item(3)))

    summary = news.once("--all")

    after = [e.id for e in feedparser.parse(news.files()["all.atom"]).entries]
    assert summary["items"] == {"seen": 4, "new": 1, "updated": 1}  # item 2 lost its flood
    assert len(after) == 4
    assert before < set(after)


def test_correction_reaches_subscribers_under_the_same_id(news):
    news.once()
    (before,) = feedparser.parse(news.files()["themes/floods.atom"]).entries
    items = [rss_item(1), rss_item(2, text="The flood on the river was small."), rss_item(3)]
    news.web.put("/feed", rss(*items))

    news.once("--all")

    (after,) = feedparser.parse(news.files()["themes/floods.atom"]).entries
    assert after.id == before.id
    assert "was small" in after.content[0].value
    assert "A flood on the river." not in after.content[0].value
    assert after.updated_parsed > before.updated_parsed


def test_broken_feed_is_reported_and_hurts_nobody(news):
    news.web.put("/broken", "<html><body>Sorry</body></html>", kind="text/html")
    news.configure(
        sources=[
            {"id": "news", "feed": f"{news.web.url}/feed", "publisher": "news"},
            {"id": "broken", "feed": f"{news.web.url}/broken", "publisher": "news"},
            {"id": "gone", "feed": f"{news.web.url}/gone", "publisher": "news"},
        ]
    )

    summary = news.once(code=1)

    assert summary["items"]["new"] == 3
    assert sorted(f["source"] for f in summary["failures"]) == ["broken", "gone"]
    assert all(f["error"] for f in summary["failures"])


def test_cross_post_is_one_article(news):
    news.web.put("/other", rss(rss_item(2, text="A flood on the river."), title="Other"))
    news.configure(
        sources=[
            {"id": "news", "feed": f"{news.web.url}/feed", "publisher": "news"},
            {"id": "other", "feed": f"{news.web.url}/other", "publisher": "news"},
        ]
    )

    summary = news.once()

    assert (summary["items"]["new"], summary["articles"]) == (4, 3)
    assert len(feedparser.parse(news.files()["all.atom"]).entries) == 3


def test_changed_rule_moves_stored_items_without_a_visit(news):
    news.once()
    news.configure(
        sources=[{"id": "news", "feed": f"{news.web.url}/feed", "publisher": "news"}],
        themes=[{"id": "libraries", "title": "Libraries", "match": {"any": ["library"]}}],
    )

    done = news.run("publish")

    assert done.returncode == 0, done.stderr
    assert len(feedparser.parse(news.files()["themes/libraries.atom"]).entries) == 2
    assert len(news.web.requests) == 1


def test_unreachable_web_still_publishes_what_is_there(news):
    news.once()
    before = news.files()
    news.web.pages.clear()

    summary = news.once("--all", code=1)

    assert summary["failures"] == [{"source": "news", "error": "HTTP 404"}]
    assert news.files() == before


def test_no_policy_means_link_only(site):
    site.web.put("/feed", rss(rss_item(1, text="Every word of this is theirs.")))
    site.configure(
        publishers={"quiet": {"name": "Quiet Paper"}},
        sources=[{"id": "quiet", "feed": f"{site.web.url}/feed", "publisher": "quiet"}],
    )

    site.once()

    files = site.files()
    assert not [path for path, body in files.items() if b"Every word of this" in body]
    assert b"Quiet Paper" in files["all.rss"]
    assert b"https://news.example/1" in files["all.rss"]


def test_explain_says_which_form_and_why(news):
    news.once()

    (told,) = json.loads(news.run("explain", "https://news.example/2", "--json").stdout)

    (output,) = told["outputs"]
    assert output["form"] == "full"
    assert [r["code"] for r in output["reasons"]] == ["LICENSED"]
    assert "licence_notice:cc-by-4.0" in output["duties"]
    assert {t["slug"]: t["why"] for t in told["tags"]} == {
        "floods": "“flood” in the content: “A flood on the river.”"
    }


def test_explain_of_nothing_is_an_error_that_says_so(news):
    news.once()

    done = news.run("explain", "no such thing")

    assert done.returncode == 1
    assert "nothing in the store matches" in done.stderr


def test_sources_tells_how_the_last_visit_went(news):
    missing = news.run("sources")
    news.once()
    visited = news.run("sources").stdout
    news.configure(sources=[{"id": "late", "feed": f"{news.web.url}/late", "publisher": "news"}])
    added = news.run("sources").stdout

    assert (missing.returncode, missing.stdout) == (1, "")
    assert f"no store at {news.root}/store.db" in missing.stderr
    assert "ok at" in visited
    assert added == "late  not visited yet\n"


def test_broken_configuration_ends_with_2_and_changes_nothing(news):
    news.once()
    before = news.files()
    news.configure(
        sources=[{"id": "news", "feeed": "x", "publisher": "nobody"}],
    )

    done = news.run("once")

    assert done.returncode == 2
    assert "feeed" in done.stderr
    assert news.files() == before


def test_store_holds_what_was_fetched_with_its_validator(news):
    news.once()

    with sqlite3.connect(news.root / "store.db") as db:
        (etag, status) = db.execute("select etag, status from sources").fetchone()

    assert etag.startswith('"')
    assert status == "ok"


def test_own_article_without_an_address_gets_a_page_that_goes_with_it(site):
    site.configure()
    seed = site.root / "seeds" / "note.md"
    seed.write_text("---\ntitle: Our own note\nauthors: [Grace]\n---\nWritten here.\n")

    site.once()

    (page,) = (site.root / "public" / "articles").glob("*.html")
    address = f"http://127.0.0.1:8080/articles/{page.name}"
    assert "Written here." in page.read_text()
    entry = feedparser.parse(site.files()["sources/seeds.atom"]).entries[0]
    assert entry.link == address
    seed.unlink()
    site.once()
    assert '<meta name="syndicator" content="410">' in page.read_text()
    assert [e.title for e in feedparser.parse(site.files()["all.atom"]).entries] == ["[removed]"]
    assert not [path for path, body in site.files().items() if b"Written here" in body]
