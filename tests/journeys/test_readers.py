"""What is published is read back without loss: by a library, a reader, and a browser."""

import json
import os
import shutil
import subprocess
from html import escape
from pathlib import Path

import feedparser
import pytest
import yaml
from lxml import etree

from tests.conftest import require

DEMO = Path(__file__).parents[2] / "examples" / "demo"
TYPES = {
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/json",
}
NAMESPACES = {"atom": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def published(tmp_path_factory, commands):
    """The demo's feeds, fetched and published once; yields the files by name."""
    from tests.journeys.conftest import Site  # noqa: PLC0415 - a module of fixtures
    from tests.web import Web  # noqa: PLC0415

    with Web() as web:
        site = Site(root=tmp_path_factory.mktemp("demo"), web=web, commands=commands)
        for file in sorted((DEMO / "feeds").iterdir()):
            web.put(f"/{file.name.replace('.1.', '.')}", file.read_bytes(), TYPES[file.suffix])
        sections = {}
        for file in sorted((DEMO / "config").glob("*.yaml")):
            text = file.read_text("utf-8").replace("http://127.0.0.1:8901", web.url)
            sections |= yaml.safe_load(text)
        sections["fetch"]["per_host_gap"] = "PT0S"
        for own in ("database", "publish", "seeds"):
            sections.pop(own)
        site.configure(**sections)
        shutil.copytree(DEMO / "seeds", site.root / "seeds", dirs_exist_ok=True)
        site.once(code=1)  # one of its feeds answers 404, and is meant to
        yield site


def feeds(site, suffix):
    return {name: body for name, body in site.files().items() if name.endswith(suffix)}


def said(site):
    """What the JSON Feeds say, by feed and item id: the yardstick for the others."""
    return {
        name.removesuffix(".json"): {item["id"]: item for item in json.loads(body)["items"]}
        for name, body in feeds(site, ".json").items()
    }


def test_feedparser_reads_back_every_item_of_every_feed(published):
    wanted = said(published)

    for suffix in (".atom", ".rss"):
        for name, body in feeds(published, suffix).items():
            read = feedparser.parse(body)
            items = wanted[name.removesuffix(suffix)]
            assert not read.bozo, name
            assert [e.id for e in read.entries] == list(items)
            for entry in read.entries:
                item = items[entry.id]
                assert entry.title == item["title"]
                assert entry.link == item["external_url"]
                assert {a.get("name") for a in entry.get("authors", [])} == {
                    a["name"] for a in item.get("authors", [])
                }
                assert entry.get("rights") == item["_syndicator"]["rights"]["notice"]


def test_every_feed_names_itself(published):
    site = "http://127.0.0.1:8080"

    for name, body in feeds(published, ".atom").items():
        links = etree.fromstring(body).findall("atom:link[@rel='self']", NAMESPACES)
        assert [link.get("href") for link in links] == [f"{site}/{name}"]
    for name, body in feeds(published, ".rss").items():
        links = etree.fromstring(body).findall("channel/atom:link[@rel='self']", NAMESPACES)
        assert [link.get("href") for link in links] == [f"{site}/{name}"]
    for name, body in feeds(published, ".json").items():
        assert json.loads(body)["feed_url"] == f"{site}/{name}"


def test_every_item_says_whose_it_is_in_the_text_that_readers_show(published):
    for name, items in said(published).items():
        for item in items.values():
            shown = item.get("content_html", item.get("summary", ""))
            chain = item["_syndicator"]["chain"]
            own = len(chain) == 1 and chain[0]["party"] == "The Neighbourhood Reader"
            assert own or all(hop["party"] in shown for hop in chain), name
            assert f'href="{escape(item["external_url"])}"' in shown, name
            assert "utm_" not in item["external_url"]


@pytest.mark.parametrize("suffix", [".atom", ".rss"])
def test_sfeed_reads_back_every_item(published, suffix):
    program = shutil.which("sfeed")
    require(program, "sfeed is not installed (Debian package sfeed)")

    for name, body in feeds(published, suffix).items():
        lines = subprocess.run([program], input=body, capture_output=True, check=True).stdout
        # Fields (sfeed(5)): time, title, link, content, type, id, author, enclosure, category.
        rows = [line.split("\t") for line in lines.decode().splitlines()]
        items = said(published)[name.removesuffix(suffix)]
        assert [row[5] for row in rows] == list(items), name
        for row in rows:
            item = items[row[5]]
            assert (row[1], row[2]) == (" ".join(item["title"].split()), item["external_url"])
            assert row[0], f"{name}: {row[1]} has no date"


@pytest.mark.browser
def test_a_browser_shows_the_page_and_runs_nothing(published, tmp_path):
    browser = shutil.which("chromium")
    require(browser, "chromium is not installed (Debian package chromium)")
    page = published.root / "public" / "all.html"

    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}",
         "--virtual-time-budget=2000", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=True, timeout=60,
        env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": "disabled:"},
    )  # fmt: skip

    shown = etree.HTML(done.stdout)
    articles = shown.findall(".//article")
    assert [a.get("data-id") for a in articles] == list(said(published)["all"])
    for article in articles:
        assert article.find("h2/a").get("href").startswith(("http://", "https://"))
        assert article.find("details/summary").text == "Why this form"
    assert {s.get("type") for s in shown.iter("script")} == {"application/ld+json"}
