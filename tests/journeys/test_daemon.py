"""The background service: starts, serves, reloads, drains."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.web import rss, rss_item


def free_port():
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.1)
    pytest.fail(f"not within {seconds} s: {condition.__name__}")


class Running:
    """A daemon and a client of its web server."""

    def __init__(self, site, port):
        self.site = site
        self.url = f"http://127.0.0.1:{port}"
        self.log = (site.root / "log").open("w+")
        self.process = subprocess.Popen(**site.command("run"), stderr=self.log)

    def get(self, path, **headers):
        try:
            return httpx.get(self.url + path, headers=headers, trust_env=False)
        except httpx.TransportError:
            assert self.process.poll() is None, self.said()
            return None

    def has(self, path, text):
        answer = self.get(path)
        return answer is not None and answer.status_code == 200 and text in answer.text

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@pytest.fixture
def configured(site):
    """The site, a function that writes its configuration, and the daemon's port."""
    port = free_port()
    site.web.put("/feed", rss(rss_item(1), rss_item(2)))
    site.web.put("/more", rss(rss_item(7, site="https://more.example"), title="More"))

    def write(*names):
        site.configure(
            serve={"port": port},
            publish={"directory": str(site.root / "public"), "interval": "PT1S"},
            sources=[
                {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"}
                for name in names
            ],
        )

    write("feed")
    return site, write, port


@contextmanager
def started(site, port):
    """Run the daemon of *site*; kill it at the end if it still runs."""
    running = Running(site, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        running.log.close()


@pytest.fixture
def daemon(configured):
    site, _, port = configured
    with started(site, port) as running:
        yield running


def test_daemon_visits_publishes_and_serves(daemon):
    until(lambda: daemon.has("/all.atom", "Item 1"))

    page = daemon.get("/")
    atom = daemon.get("/all.atom")
    assert page.headers["content-type"].startswith("text/html")
    assert atom.headers["content-type"].startswith("application/atom+xml")
    again = daemon.get("/all.atom", **{"If-None-Match": atom.headers["etag"]})
    assert again.status_code == 304
    assert daemon.get("/healthz").json()["sources"] == 1


def test_sigterm_ends_it_cleanly_and_at_once(daemon):
    until(lambda: daemon.has("/all.atom", "Item 1"))

    assert daemon.stop() == 0

    assert "Traceback" not in daemon.said(), daemon.said()


def test_visit_under_way_is_finished_and_published_before_it_ends(configured):
    site, _, port = configured
    site.web.delays["/feed"] = 2
    with started(site, port) as running:
        until(lambda: site.web.requests)

        code, said = running.stop(), running.said()

    assert code == 0
    assert "Traceback" not in said, said
    assert b"Item 1" in site.files()["all.atom"]


def test_sighup_takes_a_new_source(daemon, configured):
    until(lambda: daemon.has("/all.atom", "Item 1"))

    configured[1]("feed", "more")
    os.kill(daemon.process.pid, signal.SIGHUP)

    until(lambda: daemon.has("/all.atom", "Item 7"))


def test_sighup_with_a_broken_file_keeps_the_old_configuration(daemon, configured):
    until(lambda: daemon.has("/all.atom", "Item 1"))

    (configured[0].root / "config" / "all.yaml").write_text("sources: [{idd: 1}]\n")
    os.kill(daemon.process.pid, signal.SIGHUP)

    until(lambda: "configuration refused" in daemon.said())
    assert daemon.process.poll() is None
    assert daemon.get("/all.atom").status_code == 200


def test_second_daemon_on_the_same_store_is_refused(daemon, configured):
    until(lambda: daemon.has("/all.atom", "Item 1"))

    done = configured[0].run("once")

    assert done.returncode == 1
    assert "another syndicator works on" in done.stderr


def test_seed_file_dropped_in_while_it_runs_appears(daemon, configured):
    until(lambda: daemon.has("/all.atom", "Item 1"))
    seed = configured[0].root / "seeds" / "own.md"

    seed.write_text("---\ntitle: Our own note\nauthors: [Grace]\n---\nWritten here.\n")

    until(lambda: daemon.has("/all.atom", "Our own note"))
    seed.unlink()
    until(lambda: not daemon.has("/all.atom", "Our own note"))


@pytest.fixture
def following(site):
    """A daemon that knows its one feed from a reading list."""
    port = free_port()
    site.web.put("/feed", rss(rss_item(1)))
    outline = f'<outline text="A feed" xmlUrl="{site.web.url}/feed"/>'
    site.web.put("/list", f'<opml version="2.0"><body>{outline}</body></opml>')
    site.configure(
        serve={"port": port}, reading_lists=[{"id": "friends", "url": f"{site.web.url}/list"}]
    )
    with started(site, port) as running:
        yield running


def test_a_reading_list_is_followed_while_it_runs(following):
    until(lambda: following.has("/all.atom", "Item 1"))

    assert "A first paragraph" not in following.get("/all.atom").text
    assert following.get("/healthz").json()["sources"] == 2
    assert following.stop() == 0
    assert "Traceback" not in following.said(), following.said()
