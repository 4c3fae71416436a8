"""What an operator's bad day brings: the daemon says so in plain words, and recovers."""

import asyncio
import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from syndicator.cli.root import opened, reloader
from syndicator.daemon import Daemon
from tests.journeys.test_daemon import free_port, started, until
from tests.web import Web, rss, rss_item

DAY = timedelta(days=1)
OFTEN = {"per_host_gap": "PT0.001S", "allow_networks": ["127.0.0.0/8"], "interval": "PT1S"}
"""``fetch`` that visits each source at every look at the store."""


def sources(site, *names, **of_all):
    return [
        {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"} | of_all
        for name in names
    ]


@pytest.fixture
def place(site):
    """The site, a function that writes its configuration, and the daemon's port."""
    port = free_port()
    site.web.put("/feed", rss(rss_item(1), rss_item(2)))
    site.web.put("/more", rss(rss_item(7, site="https://more.example"), title="More"))

    def write(**sections):
        site.configure(
            **{
                "serve": {"port": port},
                "publish": {"directory": str(site.root / "public"), "interval": "PT1S"},
                "sources": sources(site, "feed"),
            }
            | sections
        )

    write()
    return site, write, port


def lines(running, event):
    """The lines of the log that tell of *event*."""
    said = [json.loads(line) for line in running.said().splitlines()]
    return [line for line in said if line["event"] == event]


def health(running):
    answer = running.get("/healthz")
    return answer and answer.json()


def published(running):
    return running.has("/all.atom", "Item 1")


def test_host_that_does_not_answer_holds_up_no_other(place):
    site, write, port = place
    with Web(host="127.0.0.2") as slow:
        slow.delays = {"/a": 600, "/b": 600}
        silent = [
            {"id": name, "feed": f"{slow.url}/{name}", "publisher": "news"} for name in ("a", "b")
        ]
        write(fetch=OFTEN | {"total_timeout": "PT5M"}, sources=[*silent, *sources(site, "feed")])
        with started(site, port) as running:
            until(lambda: len(site.web.requests) >= 3, 60)
            until(lambda: published(running))

            assert [path for path, *_ in slow.requests] == ["/a"]


def test_stop_amid_visits_that_bring_no_answer_is_one_line(place):
    site, _, port = place
    site.web.delays["/feed"] = 600
    with started(site, port) as running:
        until(lambda: site.web.requests)

        code = running.stop()

        assert code == 0
        assert [line["event"] for line in map(json.loads, running.said().splitlines())][-1:] == [
            "stopped"
        ]
        assert "traceback" not in running.said()


def test_publish_directory_that_cannot_be_made_is_a_plain_error(place):
    site, _, _ = place
    (site.root / "public").write_text("a file")

    done = site.run("run")

    assert done.returncode == 1
    assert done.stderr.startswith("syndicator: publish.directory: ")
    assert len(done.stderr.splitlines()) == 1


def test_output_that_cannot_be_written_is_told_once_and_stands_in_healthz(place):
    site, _, port = place
    with started(site, port) as running:
        until(lambda: published(running))
        (site.root / "public" / "all.atom").unlink()
        (site.root / "public" / "all.atom").mkdir()
        site.web.put("/feed", rss(rss_item(1), rss_item(3)))
        seed = site.root / "seeds" / "own.md"
        seed.write_text("---\ntitle: Our own note\nauthors: [Grace]\n---\nWritten here.\n")

        until(lambda: not health(running)["ok"])
        told = health(running)["problems"]
        time.sleep(3)  # it is tried again each second
        (site.root / "public" / "all.atom").rmdir()
        until(lambda: running.has("/all.atom", "Our own note"))
        until(lambda: health(running)["ok"])

        (problem,) = told
        assert "all.atom: cannot be written" in problem
        assert len(lines(running, "job failed")) == 1
        assert len(lines(running, "it works again")) == 1


def test_publish_directory_that_was_removed_is_made_again(place):
    site, _, port = place
    with started(site, port) as running:
        until(lambda: published(running))

        (site.root / "public").rename(site.root / "elsewhere")

        until(lambda: published(running))


def test_store_that_was_moved_away_is_told_once_and_used_again_when_it_is_back(place):
    site, _, port = place
    with started(site, port) as running:
        until(lambda: lines(running, "visited"))
        until(lambda: published(running))
        store = site.root / "store.db"
        store.rename(site.root / "elsewhere.db")

        until(lambda: running.get("/healthz").status_code == 503)
        assert "store.db is not the file any more" in running.get("/healthz").text
        until(lambda: lines(running, "job failed"))
        time.sleep(3)
        (site.root / "elsewhere.db").rename(store)
        until(lambda: health(running)["ok"])

        assert published(running)
        assert len(lines(running, "job failed")) == len(lines(running, "it works again")) == 1
        assert running.stop() == 0
        assert "traceback" not in running.said()


def test_sighup_takes_over_how_is_fetched(place):
    site, write, port = place
    write(fetch=OFTEN | {"allow_networks": []})
    with started(site, port) as running:
        until(lambda: lines(running, "source failed"))
        assert not site.web.requests

        contact = {"title": "Test", "base_url": "http://127.0.0.1:8080", "contact": "https://a.b/c"}
        write(site=contact, sources=sources(site, "feed", "more"))
        os.kill(running.process.pid, signal.SIGHUP)

        until(lambda: running.has("/all.atom", "Item 7"))
        assert site.web.requests[0][1]["User-Agent"].endswith("(+https://a.b/c)")


def test_sighup_before_the_daemon_hears_it_ends_nothing(place):
    site, _, port = place
    pipe = site.root / "config" / "more.yaml"
    os.mkfifo(pipe)
    with started(site, port) as running:
        end = until(lambda: _opened(pipe))  # it reads the configuration now
        os.kill(running.process.pid, signal.SIGHUP)
        pipe.unlink()
        os.close(end)

        until(lambda: published(running))
        until(lambda: lines(running, "configuration reloaded"))


def _opened(pipe):
    with suppress(OSError):  # nobody reads it yet
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)


def test_many_sighups_and_a_stop_end_cleanly(place):
    site, write, port = place
    with started(site, port) as running:
        until(lambda: published(running))
        for number in range(20):
            write(sources=sources(site, *("feed", "more")[: 1 + number % 2]))
            os.kill(running.process.pid, signal.SIGHUP)
        running.process.send_signal(signal.SIGTERM)
        while running.process.poll() is None:
            os.kill(running.process.pid, signal.SIGHUP)
            time.sleep(0.01)

        assert running.process.returncode == 0
        assert "traceback" not in running.said()


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=366)], ids=["days", "year"])
def test_what_a_clock_ahead_let_out_before_its_time_is_taken_back(place, ahead):
    site, write, _ = place
    late = {
        "title": "Late",
        "text_url": "https://news.example/terms",
        "permissions": [{"forms": ["full"], "when": {"not_before": "P2D"}}],
    }
    news = {"name": "The News", "policy": "late", "domains": ["news.example"]}
    write(policies={"late": late}, publishers={"news": news})
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def text_at(moment):
        site.once(SOURCE_DATE_EPOCH=str(int(moment.timestamp())))
        return b"A first paragraph" in site.files()["all.atom"]

    shown = [text_at(start + by) for by in (timedelta(0), ahead, timedelta(hours=1), 3 * DAY)]

    assert shown == [False, True, False, True]


@pytest.fixture
def clock(monkeypatch):
    """A function that sets the clock, for the daemon and for what wakes its jobs."""
    offset = timedelta(0)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + offset

    def set_by(by):
        nonlocal offset
        offset += by

    for module in ("apscheduler.schedulers.base", "apscheduler.triggers.interval"):
        monkeypatch.setattr(f"{module}.datetime", Clock)
    monkeypatch.setattr("syndicator.daemon.datetime", Clock)
    return set_by


@pytest.fixture
def daemon_here(place):
    """A function that runs the daemon of the site in this process, and a story beside it."""

    def play(story):
        directory = place[0].root / "config"
        ended = threading.Event()

        def tell():
            try:
                story()
            finally:
                if not ended.is_set():
                    os.kill(os.getpid(), signal.SIGTERM)

        with ThreadPoolExecutor(1) as pool, opened(directory, create=True) as ctx:
            told = pool.submit(tell)
            try:
                asyncio.run(Daemon(ctx, reloader(directory)).run())
            finally:
                ended.set()
            told.result()

    yield play
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)], ids=["back", "forward"])
def test_clock_that_is_set_stops_no_visits(place, clock, daemon_here, jump):
    site, write, _ = place
    write(fetch=OFTEN)

    def story():
        until(lambda: len(site.web.requests) >= 2)
        clock(jump)
        known = len(site.web.requests)
        until(lambda: len(site.web.requests) >= known + 2)

    daemon_here(story)
