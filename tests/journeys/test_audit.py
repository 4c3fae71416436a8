"""From a fetched feed to an audit of what was published of it, by the command line."""

import json
import re

import pytest

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


EVIL = "https://evil.example/x"
ITEMS = {
    "atom": r"<entry>.*?</entry>",
    "rss": r"<item>.*?</item>",
    "html": r"<article .*?</article>\n",
    "json": r"  \{\n   \"id\".*?\n  \}",
}


def items_of(text, format_):
    return re.findall(ITEMS[format_], text, re.DOTALL)


def with_item(text, format_, item):
    """Return a file with one *item* more, as its last one."""
    last = items_of(text, format_)[-1]
    return text.replace(last, last + (",\n" if format_ == "json" else "") + item)


def audited(site, edits):
    """Return what the audit says of each of the files that *edits* change, and of no other."""
    public = site.root / "public"
    for name, edit in edits.items():
        path = public / name
        before = path.read_text() if path.exists() else ""
        after = edit(before)
        assert after != before, name
        path.write_text(after)
    done = site.run("audit", "--json")
    findings = [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"]
    assert done.returncode == 1
    assert {f["file"] for f in findings} == set(edits)
    return {name: {f["check"] for f in findings if f["file"] == name} for name in edits}


@pytest.fixture
def two_outputs(site):
    """A site whose first output shows whole texts, and whose second one headlines of them."""
    site.web.put("/feed", rss(rss_item(1), rss_item(2, text="A flood on the river.")))
    site.web.put("/quiet", rss(rss_item(7, site="https://quiet.example", text="A fire.")))
    site.configure(
        publishers={
            "news": {"name": "The News", "policy": "cc-by-nc-4.0", "domains": ["news.example"]},
            "quiet": {"name": "Quiet Paper", "domains": ["quiet.example"]},
        },
        sources=[
            {"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"},
            {"id": "quiet", "feed": f"{site.web.url}/quiet", "publisher": "quiet"},
        ],
        themes=[
            {"id": "floods", "title": "Floods", "match": {"any": ["flood*"]}},
            {"id": "fires", "title": "Fires", "match": {"any": ["fire*"]}},
        ],
        outputs=[{"id": "main"}, {"id": "shop", "channel": "commercial"}],
    )
    site.once()
    assert site.run("audit").returncode == 0
    return site


@pytest.mark.parametrize("format_", ITEMS)
def test_item_in_a_file_where_it_does_not_belong_is_found(two_outputs, format_):
    def take(name):
        return items_of((two_outputs.root / "public" / f"{name}.{format_}").read_text(), format_)

    (fire,), (flood,) = take("themes/fires"), take("themes/floods")
    (headline,) = take("shop/themes/floods")

    found = audited(
        two_outputs,
        {
            f"themes/floods.{format_}": lambda t: with_item(t, format_, fire),
            f"sources/news.{format_}": lambda t: with_item(t, format_, fire),
            f"all.{format_}": lambda t: with_item(t, format_, flood),
            f"shop/themes/floods.{format_}": lambda t: t.replace(headline, flood),
            f"themes/gone.{format_}": lambda t: f"{t}of nobody",
        },
    )

    assert 1 in found[f"themes/floods.{format_}"]
    assert 1 in found[f"sources/news.{format_}"]
    assert 11 in found[f"all.{format_}"]
    assert 2 in found[f"shop/themes/floods.{format_}"]
    assert found[f"themes/gone.{format_}"] == {18}


def test_pages_and_lists_that_lead_away_or_hide_something_are_found(two_outputs):
    contact = "editor@example.org"

    found = audited(
        two_outputs,
        {
            "index.html": lambda t: t.replace('href="all.html"', f'href="{EVIL}"'),
            "shop/index.html": lambda t: t.replace("<main ", "<main hidden "),
            "feeds.opml": lambda t: t.replace("http://127.0.0.1:8080/all.atom", EVIL),
            "shop/feeds.opml": lambda t: t.replace(contact, "evil@evil.example"),
            "all.html": lambda t: t.replace(f"mailto:{contact}", "mailto:evil@evil.example"),
            "all.json": lambda t: t.replace(f"mailto:{contact}", "mailto:evil@evil.example"),
            "all.atom": lambda t: t.replace(contact, "evil@evil.example"),
            "all.rss": lambda t: t.replace(contact, "evil@evil.example"),
            "themes/floods.html": lambda t: t.replace("</style>", ".syn-notice{opacity:0}</style>"),
            "themes/floods.atom": lambda t: t.replace(
                'scheme="http://127.0.0.1:8080/', 'scheme="https://evil.example/'
            ),
            "themes/floods.rss": lambda t: t.replace(
                'domain="http://127.0.0.1:8080/', 'domain="https://evil.example/'
            ),
            "themes/fires.html": lambda t: t.replace(
                'href="../index.html"', 'href="//evil.example"'
            ),
            "themes/fires.json": lambda t: t.replace("index.html#json-feed", "", 1).replace(
                '"home_page_url": "http://127.0.0.1:8080', '"home_page_url": "https://evil.example'
            ),
        },
    )

    leading = {"index.html", "feeds.opml", "shop/feeds.opml", "themes/fires.html"}
    leading |= {f"all.{format_}" for format_ in ITEMS} | {"themes/fires.json"}
    assert {name for name, checks in found.items() if 19 in checks} == leading
    assert found["shop/index.html"] == found["themes/floods.html"] == {3}
    assert found["themes/floods.atom"] == found["themes/floods.rss"] == {4}
