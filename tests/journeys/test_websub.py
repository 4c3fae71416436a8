"""A hub tells of news, and it stands in the theme feed without waiting for the next visit."""

import os
import signal

import pytest
import yaml

from tests.hub import Hub
from tests.journeys.test_daemon import Running, free_port, until
from tests.web import rss, rss_item


@pytest.fixture
def hub():
    with Hub() as made:
        yield made


@pytest.fixture
def followed(site, hub):
    """A daemon that follows a feed whose publisher names the hub; its interval is an hour."""
    port = free_port()

    def publish(*numbers):
        links = (
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>'
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{site.web.url}/feed"/>'
        )
        site.web.put("/feed", rss(*(rss_item(n) for n in numbers), extra=links))

    publish(1)
    site.configure(
        serve={"port": port},
        websub={"callback": f"http://127.0.0.1:{port}"},
        publish={"directory": str(site.root / "public"), "interval": "PT1S"},
        themes=[{"id": "libraries", "title": "Libraries", "match": {"any": ["library"]}}],
        sources=[{"id": "feed", "feed": f"{site.web.url}/feed", "publisher": "news"}],
    )
    running = Running(site, port)
    yield site, running, publish
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()
    running.log.close()


def test_a_ping_brings_the_new_item_into_the_theme_feed(followed, hub):
    site, daemon, publish = followed
    until(lambda: daemon.has("/themes/libraries.atom", "Item 1"))
    until(lambda: hub.subscribers)
    publish(1, 2)

    assert hub.tell() == [202]
    until(lambda: daemon.has("/themes/libraries.atom", "Item 2"))

    said = site.run("explain", "--source", "feed").stdout
    assert f"subscribed at {hub.url} until" in said
    assert "last ping at" in said
    assert "subscribed at" in site.run("sources").stdout
    secret = next(iter(hub.subscribers.values()))
    log = daemon.said()
    assert secret["hub.secret"] not in log
    assert secret["hub.callback"].rpartition("/")[2] not in log


def test_a_subscription_outlives_a_restart_and_ends_with_its_source(followed, hub):
    site, daemon, publish = followed
    until(lambda: hub.subscribers)
    daemon.stop()
    again = Running(site, int(daemon.url.rpartition(":")[2]))
    until(lambda: again.has("/themes/libraries.atom", "Item 1"))

    publish(1, 2)
    assert hub.tell() == [202]
    until(lambda: again.has("/themes/libraries.atom", "Item 2"))
    assert len(hub.forms) == 1

    file = site.root / "config" / "all.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"sources": []}))
    os.kill(again.process.pid, signal.SIGHUP)
    until(lambda: hub.subscribers == {})
    code, log = again.stop(), again.said()
    again.log.close()
    assert code == 0
    assert "Traceback" not in log, log
