"""From a fetched feed to an audit of what was published of it, by the command line."""

import json

from tests.web import rss, rss_item


def test_site_is_clean_until_somebody_edits_a_file_and_again_once_published(site):
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text="A flood on the river.")))
    site.web.put("/quiet", rss(rss_item(7, site="https://quiet.example")))
    site.configure(
        publishers={
            "news": {"name": "The News", "policy": "cc-by-4.0", "domains": ["news.example"]},
            "quiet": {"name": "Quiet Paper", "domains": ["quiet.example"]},
        },
        sources=[
            {"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"},
            {"id": "quiet", "feed": f"{site.web.url}/quiet", "publisher": "quiet"},
        ],
        themes=[{"id": "floods", "title": "Floods", "match": {"any": ["flood*"]}}],
        outputs=[{"id": "main"}, {"id": "shop", "channel": "commercial"}],
    )
    site.once()

    before = site.run("audit", "--json")
    page = site.root / "public" / "themes" / "floods.html"
    page.write_text(page.read_text().replace("Ada Byron", "Somebody"))
    after = site.run("audit", "--json")
    site.run("publish")
    healed = site.run("audit")

    assert before.returncode == 0, before.stdout
    assert json.loads(before.stdout)["forms"] == {"full": 4, "link": 2}
    assert after.returncode == 1
    findings = json.loads(after.stdout)["findings"]
    assert {f["file"] for f in findings if f["severity"] == "error"} == {"themes/floods.html"}
    assert 3 in {f["check"] for f in findings}
    assert healed.returncode == 0, healed.stdout


def test_audit_of_a_site_that_was_never_filled_says_how_to_begin(site):
    site.configure()

    done = site.run("audit")

    assert done.returncode == 1
    assert "`syndicator once` (or `run`) makes one" in done.stderr


def test_article_that_an_editor_keeps_back_is_missed_in_no_file_and_its_stub_is_clean(site):
    site.web.put("/feed", rss(rss_item(1), rss_item(2)))
    site.configure(
        sources=[{"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"}],
    )
    site.once()

    site.run("review", "hold", "https://news.example/1", "--by", "ada")
    before = site.run("audit")
    site.run("publish")
    after = site.run("audit")

    assert before.returncode == 1
    assert "KEPT_BACK" in before.stdout
    assert after.returncode == 0, after.stdout
