"""Publishing a few feeds at a time writes what publishing all of them at once writes."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.cli.root import context_of, read_config
from syndicator.pipeline import output
from syndicator.store import open_engine
from tests.web import rss, rss_item

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OUTPUT = {"id": "main", "channel": "community", "limit": 2}


def at(**later):
    return {"SOURCE_DATE_EPOCH": str(int((NOON + timedelta(**later)).timestamp()))}


def settings(site, policy="cc-by-4.0"):
    """Three sources that share the works 1 and 2, which have left the window of most feeds."""
    return {
        "outputs": [OUTPUT],
        "publishers": {"news": {"name": "The News", "policy": policy, "domains": ["news.example"]}},
        "policies": {"shut": {"title": "Nothing at all", "otherwise": "withhold"}},
        "sources": [
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"} for name in "abc"
        ],
    }


@pytest.fixture
def two(site, tmp_path):
    """Two copies of one installation that has published."""
    site.root = tmp_path / "one"
    site.root.mkdir()
    for name, numbers in {"a": (1, 2), "b": (1, 2, 3, 4, 5), "c": (2, 6, 7)}.items():
        site.web.put(f"/{name}", rss(*(rss_item(n) for n in numbers)))
    site.configure(**settings(site))
    site.once(**at())
    other = replace(site, root=tmp_path / "two")
    shutil.copytree(site.root, other.root)
    other.configure(**settings(site))
    return site, other


def published(site, monkeypatch, portion, **later):
    """Publish in portions of so many feeds; return the files and how many portions it took."""
    monkeypatch.setattr(output, "PORTION", portion)
    config = read_config(site.root / "config")
    ctx = replace(context_of(config, open_engine(config.database.url)), digest="the same")
    turns = []
    once = output.publish_portion

    def counted(*arguments):
        turns.append(1)
        return once(*arguments)

    monkeypatch.setattr(output, "publish_portion", counted)
    report = output.publish(ctx, NOON + timedelta(**later))
    monkeypatch.setattr(output, "publish_portion", once)
    ctx.engine.dispose()
    assert report.problems == ()
    return site.files(), len(turns)


def take_down(site):
    claim = ("--claimant", "Ada", "--ground", "copyright", "--by", "ed")
    done = site.run("takedown", "add", "https://news.example/2", *claim, **at(hours=1))
    assert done.returncode == 0, done.stderr


def forbid(site):
    site.configure(**settings(site, policy="shut"))


@pytest.mark.parametrize("change", [lambda _: None, take_down, forbid], ids=["none", "gone", "all"])
def test_portions_come_to_the_same_files(two, monkeypatch, change):
    for site in two:
        change(site)

    whole, once = published(two[0], monkeypatch, 1000, hours=2)
    parts, turns = published(two[1], monkeypatch, 1, hours=2)

    assert once <= 2
    assert turns >= 5
    assert parts == whole


def test_a_pass_that_is_cut_short_goes_on_where_it_was(two, monkeypatch):
    one, other = two
    for site in two:
        forbid(site)
    whole, _ = published(one, monkeypatch, 1000, hours=2)
    monkeypatch.setattr(output, "PORTION", 2)
    config = read_config(other.root / "config")
    ctx = replace(context_of(config, open_engine(config.database.url)), digest="the same")
    output.prepare(ctx, NOON + timedelta(hours=2))
    assert output.publish_portion(ctx, NOON + timedelta(hours=2)).left
    ctx.engine.dispose()

    files, _ = published(other, monkeypatch, 2, hours=2)

    assert files == whole


def test_first_page_of_a_pass_that_is_cut_short_leads_to_what_is_there(two, monkeypatch):
    site = two[0]
    wider = settings(site) | {"outputs": [OUTPUT, {"id": "shop", "channel": "commercial"}]}
    site.configure(**wider)
    monkeypatch.setattr(output, "PORTION", 2)
    config = read_config(site.root / "config")
    ctx = context_of(config, open_engine(config.database.url))
    output.prepare(ctx, NOON + timedelta(hours=2))
    assert output.publish_portion(ctx, NOON + timedelta(hours=2)).left
    ctx.engine.dispose()

    files = site.files()
    linked = set(
        re.findall(r'href="([^"]+[.](?:atom|rss|json|html))"', files["shop/index.html"].decode())
    )
    assert linked
    assert {f"shop/{address.rpartition('/shop/')[2]}" for address in linked} <= set(files)
