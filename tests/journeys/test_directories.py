"""Two stores and one publish directory, one store and two: what the operator sees."""

import json

import pytest

from syndicator.publish import MARKER
from tests.journeys.test_daemon import free_port, started, until
from tests.web import rss, rss_item


def configure(site, store="store", public="public", **sections):
    site.web.put("/feed", rss(rss_item(1), rss_item(2)))
    site.configure(
        database={"url": f"sqlite:///{site.root}/{store}.db"},
        publish={"directory": str(site.root / public)},
        sources=[{"id": "feed", "feed": f"{site.web.url}/feed", "publisher": "news"}],
        **sections,
    )


@pytest.mark.parametrize(
    "command",
    [["once"], ["publish"], ["publish", "--dry-run"], ["run"], ["audit"]],
    ids=" ".join,
)
def test_the_directory_of_another_store_is_refused(site, command):
    configure(site)
    site.once()
    before = site.files()
    configure(site, store="other", public="elsewhere")
    site.once()
    configure(site, store="other")
    asked = len(site.web.requests)

    done = site.run(*command)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for told in (f"{site.root}/public:", "other.db", str(site.root / "public" / MARKER)):
        assert told in done.stderr
    assert site.files() == before
    assert len(site.web.requests) == asked


def test_who_starts_over_is_told_the_way_out(site):
    configure(site)
    site.once()
    (site.root / "store.db").unlink()
    assert site.run("once").returncode == 1

    (site.root / "public" / MARKER).unlink()

    site.once()
    assert site.run("audit").returncode == 0


def test_a_directory_that_was_left_is_told_of_until_it_is_cleared(site):
    configure(site)
    site.once()
    configure(site, public="new")

    told = [site.run(*c.split()).stderr for c in ("once", "publish", "once")]
    tasks, audit = site.run("tasks"), site.run("audit")
    (task,) = json.loads(site.run("tasks", "--json").stdout)
    work = json.loads(site.run("search", "item", "--json").stdout)[0]["id"]
    taken = site.run("takedown", "add", work, "--claimant", "Ada", "--received", "2026-11-24")
    (site.root / "public").rename(site.root / "away")

    old = f"{site.root}/public still holds"
    assert all(f"note: {old}" in each for each in told)
    assert old in tasks.stdout
    assert old in audit.stdout
    assert audit.returncode == 0
    assert (task["kind"], task["open"]) == ("directory", True)
    assert f"note: {old}" in taken.stderr
    assert "nothing to do" in site.run("tasks").stderr


def test_the_daemon_tells_of_a_directory_that_was_left(site):
    port = free_port()
    configure(site)
    site.once()
    configure(site, public="new", serve={"port": port})

    with started(site, port) as running:
        until(lambda: running.has("/all.atom", "Item 1"))
        hidden = running.get(f"/{MARKER}").status_code
        said = json.loads(running.said().splitlines()[0])

    assert hidden == 404
    assert said["event"] == "directory left"
    assert f"{site.root}/public still holds" in said["problem"]
