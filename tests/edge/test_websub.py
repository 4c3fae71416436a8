"""Subscribing at hubs, by the test list of the recommendation (W3C WebSub), and beyond it.

Publisher, hub and our own server are real and on loopback; the clock is the test's.
"""

import asyncio
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import urlencode

import httpx
import pytest

from syndicator.config import load_config
from syndicator.errors import ConfigError
from syndicator.fetch import make_client
from syndicator.fetch.guard import GuardedBackend
from syndicator.fetch.links import linked
from syndicator.fetch.manners import HostGate
from syndicator.model.settings import Fetch, WebSub
from syndicator.pipeline import ingest, leases, rounds
from syndicator.pipeline.context import make_context
from syndicator.pipeline.once import follow_and_find_due, poll_all
from syndicator.pipeline.websub import MOST_ASKED, UNSIGNED, Door, tend_subscriptions
from syndicator.serve import make_app, serve
from syndicator.store import open_engine, reading, sources, subscriptions
from tests.badserver import LOOPBACK, limits
from tests.builders import NOON, a_config, a_source
from tests.hub import Hub, signed
from tests.web import Web, rss, rss_item

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def atom(*items, links=""):
    entries = "".join(
        f"<entry><id>urn:e:{n}</id><title>Item {n}</title><updated>2026-11-20T0{n}:00:00Z</updated>"
        f'<link href="https://news.example/{n}"/></entry>'
        for n in items
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:f</id>'
        f"<updated>2026-11-20T00:00:00Z</updated>{links}{entries}</feed>"
    )


class World:
    """A publisher, a hub, our server and store, and a clock."""

    def __init__(self, web, hub, engine, tmp_path, http, *, port, host, **websub):
        self.web, self.hub, self.port, self.host = web, hub, port, host
        self.now = NOON
        self.base = f"http://127.0.0.1:{port}"
        self.topic = self.url("/feed")
        fetch = Fetch(per_host_gap=timedelta(0), allow_networks=(LOOPBACK,))
        config = a_config(
            fetch=fetch,
            sources=(a_source(feed=self.topic),),
            websub=WebSub(**{"callback": self.base} | websub),
        )
        self.ctx = make_context(config, engine, digest="")
        pool = ThreadPoolExecutor(1)
        self.client = ingest.Client(
            http=http,
            gate=HostGate(timedelta(0)),
            slots=asyncio.Semaphore(fetch.concurrency),
            readers=pool,
            writer=pool,
            stop=asyncio.Event(),
        )
        self.woken = 0
        self.door = Door(engine, pool, lambda: self.now, self.wake)
        self.public = tmp_path

    def wake(self):
        self.woken += 1

    def url(self, path):
        return self.web.url.replace("127.0.0.1", self.host) + path

    def publish(self, *numbers, advertise=True):
        named = self.hub.url.replace("127.0.0.1", self.host)
        hub = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{named}"/>'
        own = (
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{self.topic}"/>'
        )
        extra = hub + own if advertise else ""
        self.web.put("/feed", rss(*(rss_item(n) for n in numbers), extra=extra))

    def configure(self, *followed, **websub):
        config = replace(
            self.ctx.config,
            sources=followed,
            websub=WebSub(**{"callback": self.base} | websub),
        )
        self.ctx = make_context(config, self.ctx.engine, digest="")

    async def visit(self):
        """Visit what is due now, and return how many requests the publisher got for it."""
        before = len(self.web.requests)
        self.door.take()
        due = await follow_and_find_due(self.ctx, self.client, self.now, everything=False)
        await rounds.refresh_due(self.ctx, self.client, due, lambda: self.now, lambda *_: None)
        return len(self.web.requests) - before

    async def tend(self, *, calls=0):
        """Ask the hub what is to be asked; wait until it called back *calls* times."""
        seen = len(self.hub.verified)
        await tend_subscriptions(self.ctx, self.client, lambda: self.now)
        await self.until(lambda: len(self.hub.verified) >= seen + calls)

    async def until(self, condition):
        for _ in range(3000):
            if condition():
                return
            await asyncio.sleep(0.01)
        pytest.fail("it did not come about")

    async def subscribe(self):
        self.publish(1)
        await self.visit()
        await self.tend(calls=1)

    async def tell(self, **how):
        return await asyncio.to_thread(self.hub.tell, **how)

    async def call(self, path="", method="GET", **request):
        async with httpx.AsyncClient(trust_env=False) as caller:
            return await caller.request(method, f"{self.base}/websub/{path}", **request)

    def state(self, source="news"):
        with reading(self.ctx.engine) as tx:
            return sources.source_states(tx)[source]

    @property
    def held(self):
        with reading(self.ctx.engine) as tx:
            return subscriptions.all_subscriptions(tx)

    def told(self):
        """Return what ``explain`` says."""
        (source,) = self.ctx.config.sources
        hub = self.state(source.id).hub
        return leases.sentence(source, self.ctx.config, self.held, hub, self.now)


@asynccontextmanager
async def a_world(tmp_path, *, host="127.0.0.1", **websub):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async def resolver(name, *_):
        return [name if name.startswith("10.") else "127.0.0.1"]

    backend = GuardedBackend((ip_network("127.0.0.0/8"),), resolver=resolver)
    http = make_client(limits(), contact="https://test.example/us", version="1", backend=backend)
    engine = open_engine(f"sqlite:///{tmp_path}/store.db")
    with Web() as web, Hub() as hub:
        async with http:
            world = World(web, hub, engine, tmp_path, http, port=port, host=host, **websub)
            app = make_app(tmp_path, max_age=MINUTE, health=dict, door=world.door)
            stop = asyncio.Event()
            server = asyncio.create_task(serve(app, "127.0.0.1", port, stop=stop))
            for _ in range(500):
                with suppress(httpx.TransportError):
                    await world.call()
                    break
                await asyncio.sleep(0.01)
            try:
                yield world
            finally:
                stop.set()
                await server
    engine.dispose()


def run(story, tmp_path, **options):
    async def whole():
        async with a_world(tmp_path, **options) as world:
            await story(world)

    asyncio.run(whole())


# Discovery (section 4)


def header(world):
    world.web.put("/feed", rss(rss_item(1)))
    world.web.headers["/feed"] = {
        "Link": f'<{world.hub.url}>; rel="hub", <{world.topic}>; rel=self'
    }


def in_atom(world):
    links = f'<link rel="hub" href="{world.hub.url}"/><link rel="self" href="{world.topic}"/>'
    world.web.put("/feed", atom(1, links=links))


def in_rss(world):
    world.publish(1)


def header_against_document(world):
    links = '<link rel="hub" href="https://wrong.example/"/><link rel="self" href="https://w.example/"/>'
    world.web.put("/feed", atom(1, links=links))
    world.web.headers["/feed"] = {
        "Link": f'<{world.hub.url}>; rel="hub", <{world.topic}>; rel="self"'
    }


def in_json(world):
    world.web.put(
        "/feed",
        '{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [],'
        f'"feed_url": "{world.topic}", "hubs": [{{"type": "WebSub", "url": "{world.hub.url}"}}]}}',
        "application/feed+json",
    )


def without_self(world):
    world.web.put("/feed", atom(1, links=f'<link rel="hub" href="{world.hub.url}"/>'))


@pytest.mark.parametrize(
    "published",
    [header, in_atom, in_rss, header_against_document, in_json, without_self],
    ids=lambda f: f.__name__.replace("_", "-"),
)
def test_hub_and_topic_are_found(published, tmp_path):
    async def story(world):
        published(world)
        await world.visit()
        await world.tend(calls=1)

        ((path, form),) = world.hub.forms
        assert path == "/hub"
        assert form["hub.mode"] == "subscribe"
        assert form["hub.topic"] == world.topic
        assert form["hub.callback"].startswith(f"{world.base}/websub/")
        assert len(form["hub.callback"].rpartition("/")[2]) >= 43
        assert form["hub.lease_seconds"] == "864000"
        assert 43 <= len(form["hub.secret"]) < 200
        assert world.hub.agents == ["syndicator/1 (+https://test.example/us)"]
        assert world.hub.verified == [("subscribe", 200)]
        assert "until 2026-12-03T12:00:00Z, no ping yet" in world.told()

    run(story, tmp_path)


@pytest.mark.parametrize(
    ("link", "hub"),
    [
        pytest.param('<http://h/>; rel="hub"', "http://h/", id="quoted"),
        pytest.param("<http://h/>;rel=hub", "http://h/", id="bare"),
        pytest.param('</x>; title="a, <b>; rel=hub"; rel=alternate', None, id="in-a-title"),
        pytest.param('<http://a/>; rel=self, </h>; REL="x HUB"', "http://f.example/h", id="second"),
        pytest.param('<http://a/>; rel=hub; anchor="#x"', None, id="about-something-else"),
        pytest.param("<http://a/>; rel=next; rel=hub", None, id="first-rel-counts"),
        pytest.param("<javascript:x>; rel=hub", None, id="no-web-address"),
        pytest.param("hub", None, id="nonsense"),
    ],
)
def test_link_headers_are_read_as_rfc_8288_says(link, hub):
    headers = httpx.Headers([("Link", link)])

    assert linked(headers, "hub", "http://f.example/feed") == hub


# Subscribing (section 5)


def test_nothing_is_asked_before_the_next_time(tmp_path):
    async def story(world):
        await world.subscribe()
        world.now += DAY
        await world.tend()

        assert len(world.hub.forms) == 1

    run(story, tmp_path)


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_request_is_followed(status, tmp_path):
    async def story(world):
        world.hub.answers.append((status, {"Location": "/moved"}))
        await world.subscribe()

        assert [path for path, _ in world.hub.forms] == ["/hub", "/moved"]
        assert world.hub.forms[0][1] == world.hub.forms[1][1]
        assert "subscribed at" in world.told()

    run(story, tmp_path)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param(400, {}, HOUR, id="refused"),
        pytest.param(500, {}, HOUR, id="broken"),
        pytest.param(303, {"Location": "/x"}, HOUR, id="redirect-that-changes-the-method"),
        pytest.param(503, {"Retry-After": "36000"}, 10 * HOUR, id="asks-to-be-left-alone"),
    ],
)
def test_a_failure_is_told_and_tried_again_later(status, headers, wait, tmp_path):
    async def story(world):
        world.hub.answers.append((status, headers))
        world.publish(1)
        await world.visit()
        await world.tend()

        assert f"not subscribed at {world.hub.url}: HTTP {status}" in world.told()
        world.now += wait - MINUTE
        await world.tend()
        assert len(world.hub.forms) == 1
        world.client = replace(world.client, gate=HostGate(timedelta(0)))
        world.now += HOUR / 5
        await world.tend(calls=1)
        assert "subscribed at" in world.told()

    run(story, tmp_path)


def test_failures_make_the_next_attempt_ever_rarer(tmp_path):
    async def story(world):
        world.hub.answers = [(500, {})] * 20
        world.publish(1)
        await world.visit()
        waits = []
        for _ in range(10):
            await world.tend()
            (one,) = world.held
            waits.append((one.next_at - world.now) / HOUR)
            world.now = one.next_at

        expected = [1, 2, 4, 8, 16, 24, 24, 7 * 24, 7 * 24, 7 * 24]
        assert all(low <= wait < 1.1 * low for low, wait in zip(expected, waits, strict=True))

    run(story, tmp_path)


def test_a_hub_that_denies_is_left_alone_for_a_week(tmp_path):
    async def story(world):
        world.hub.denies = "not\nyour feed"
        await world.subscribe()

        assert world.hub.verified == [("denied", 200)]
        assert "the hub denied it: not your feed" in world.told()
        world.now += 6 * DAY
        await world.tend()
        assert len(world.hub.forms) == 1

    run(story, tmp_path)


def test_a_hub_may_end_a_subscription_at_any_time(tmp_path):
    async def story(world):
        await world.subscribe()
        callback = next(iter(world.hub.subscribers))
        await asyncio.to_thread(world.hub.deny, callback, world.topic, "")

        assert "not subscribed" in world.told()

    run(story, tmp_path)


def test_a_hub_in_the_own_network_is_not_reached_unless_opened(tmp_path):
    async def story(world):
        world.web.put("/feed", atom(1, links='<link rel="hub" href="http://10.0.0.1/hub"/>'))
        await world.visit()
        await world.tend()

        assert "allow_networks" in world.told()
        assert world.held[0].secret is None, "no secret over plain http"

    run(story, tmp_path)


def test_a_stranger_cannot_name_a_hub_in_the_own_network(tmp_path):
    async def story(world):
        world.web.put("/feed", atom(1, links=f'<link rel="hub" href="{world.hub.url}"/>'))
        await world.visit()
        await world.tend()

        assert world.hub.forms == []
        assert "fetch.allow_networks can open it to addresses that you write" in world.told()

    run(story, tmp_path, host="news.example")


def many_at_one_hub(world, count):
    """Follow *count* feeds that name the hub."""
    sources_ = [a_source(id=f"s{n}", feed=world.url(f"/f{n}")) for n in range(count)]
    for n in range(count):
        world.web.put(f"/f{n}", atom(n, links=f'<link rel="hub" href="{world.hub.url}"/>'))
    world.configure(*sources_)


def test_a_hub_is_asked_for_some_feeds_in_a_row_and_for_the_others_next_time(tmp_path):
    async def story(world):
        many_at_one_hub(world, MOST_ASKED + 5)
        await world.visit()
        await world.tend(calls=MOST_ASKED)
        assert len(world.hub.forms) == MOST_ASKED

        await world.tend(calls=5)
        topics = {form["hub.topic"] for _, form in world.hub.forms}
        assert len(world.hub.forms) == len(topics) == MOST_ASKED + 5

    run(story, tmp_path)


@pytest.mark.parametrize("first", [0, 2])
def test_a_dead_hub_is_tried_for_one_feed_an_hour_not_for_each(first, tmp_path):
    async def story(world):
        many_at_one_hub(world, 6)
        await world.visit()
        world.hub.answers = [(202, {})] * first + [(429, {})] * 9
        await world.tend(calls=first)
        assert len(world.hub.forms) == first + 1

        world.client = replace(world.client, gate=HostGate(timedelta(0)))
        world.now += HOUR - MINUTE
        await world.tend()
        assert len(world.hub.forms) == first + 1
        world.now += 2 * MINUTE
        await world.tend()
        assert len(world.hub.forms) == first + 2
        topics = [form["hub.topic"] for _, form in world.hub.forms]
        assert len(set(topics)) == first + 2, "another feed's turn"

    run(story, tmp_path)


def test_a_hub_that_refuses_one_feed_is_asked_for_the_others(tmp_path):
    async def story(world):
        many_at_one_hub(world, 4)
        await world.visit()
        world.hub.answers = [(500, {}), (404, {})]
        await world.tend(calls=2)

        assert len(world.hub.forms) == 4

    run(story, tmp_path)


def test_secret_goes_over_https_only():
    assert leases.is_safe("https://hub.example/", Fetch())
    assert not leases.is_safe("http://hub.example/", Fetch(allow_networks=(LOOPBACK,)))


# Verification of intent (section 5.3)


def test_only_what_was_asked_for_is_confirmed(tmp_path):
    async def story(world):
        world.hub.answers.append((204, {}))  # taken, but this hub does not call back by itself
        world.publish(1)
        await world.visit()
        await world.tend()
        token = world.held[0].token
        right = {"hub.mode": "subscribe", "hub.topic": world.topic, "hub.challenge": "c"}

        async def status(**other):
            query = urlencode(right | {k.replace("_", "."): v for k, v in other.items()})
            return (await world.call(f"{token}?{query}")).status_code

        assert await status(hub_topic="https://other.example/") == 404
        assert await status(hub_mode="unsubscribe") == 404
        assert await status(hub_mode="") == 404
        assert await status(hub_challenge="") == 404
        assert (await world.call(f"{token[:-1]}?{urlencode(right)}")).status_code == 404
        head = await world.call(f"{token}?{urlencode(right)}", "HEAD")
        assert head.status_code == 404
        assert world.held[0].lease_until is None
        answer = await world.call(f"{token}?{urlencode(right)}")
        assert (answer.status_code, answer.text) == (200, "c")
        assert answer.headers["content-type"].startswith("text/plain")
        assert world.held[0].lease_until == NOON + leases.LEASE, "no lease said: as asked"
        assert await status() == 404, "nothing is pending any more"

    run(story, tmp_path)


def test_it_is_renewed_before_the_lease_ends(tmp_path):
    async def story(world):
        world.hub.lease = 86_400
        await world.subscribe()
        (one,) = world.held

        assert one.lease_until == NOON + DAY
        assert NOON + 0.8 * DAY <= one.next_at <= NOON + 0.9 * DAY
        world.now = one.next_at
        await world.tend(calls=1)
        first, second = (form for _, form in world.hub.forms)
        assert first == second
        assert world.held[0].lease_until == world.now + DAY

    run(story, tmp_path)


def test_a_lease_that_a_clock_ahead_counted_is_renewed(tmp_path):
    async def story(world):
        world.hub.lease = 86_400
        world.now += 366 * DAY
        await world.subscribe()
        world.now = NOON + HOUR
        await world.visit()
        await world.tend(calls=1)

        assert len(world.hub.forms) == 2
        assert world.held[0].lease_until == world.now + DAY

    run(story, tmp_path)


# Content distribution (section 7)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_ping_brings_an_ordinary_conditional_visit(method, tmp_path):
    async def story(world):
        await world.subscribe()
        world.publish(1, 2)
        world.now += MINUTE

        assert await world.visit() == 0
        assert await world.tell(method=method, body=b"x" * 100_000) == [202]
        assert world.woken == 1
        assert await world.visit() == 1
        assert "If-None-Match" in world.web.requests[-1][1]
        assert await world.visit() == 0, "a ping is answered once"
        assert "last ping at 2026-11-23T12:01:00Z" in world.told()

    run(story, tmp_path)


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(lambda _: {}, id="none"),
        pytest.param(lambda _: signed("other", b"body"), id="wrong-secret"),
        pytest.param(lambda secret: signed(secret, b"another body"), id="other-body"),
        pytest.param(lambda secret: signed(secret, b"body", "md5"), id="weak-method"),
        pytest.param(lambda _: {"X-Hub-Signature": "sha256=zz"}, id="no-digits"),
        pytest.param(lambda _: {"X-Hub-Signature": "sha256="}, id="empty"),
    ],
)
def test_a_ping_that_is_not_signed_is_acknowledged_and_ignored(sign, tmp_path):
    async def story(world):
        await world.subscribe()
        world.publish(1, 2)
        (one,) = world.held

        answer = await world.call(one.token, "POST", content=b"body", headers=sign(one.secret))
        assert answer.status_code == 202
        assert world.woken == 0
        assert await world.visit() == 0
        assert UNSIGNED in world.told()
        await world.tell()
        await world.visit()
        assert UNSIGNED not in world.told()

    run(story, tmp_path)


def test_a_ping_too_large_to_check_is_ignored(tmp_path, monkeypatch):
    monkeypatch.setattr("syndicator.pipeline.websub.MOST_BODY", 1000)

    async def story(world):
        await world.subscribe()

        assert await world.tell(body=b"x" * 2000) == [202]
        assert world.woken == 0

    run(story, tmp_path)


def test_a_stranger_is_sent_away(tmp_path):
    async def story(world):
        await world.subscribe()

        assert (await world.call("guess", "POST", content=b"x")).status_code == 410
        assert (await world.call("guess", "DELETE")).status_code in {404, 405}

    run(story, tmp_path)


def test_the_body_of_a_ping_is_never_read_as_a_feed(tmp_path):
    async def story(world):
        await world.subscribe()
        await world.tell(body=rss(rss_item(9)).encode())
        await world.visit()

        with reading(world.ctx.engine) as tx:
            assert subscriptions.announced(tx)
            titles = {row.title for row in tx.exec_driver_sql("select title from items")}
        assert titles == {"Item 1"}

    run(story, tmp_path)


# Manners


def test_a_hub_cannot_make_us_hammer_a_stranger(tmp_path):
    async def story(world):
        await world.subscribe()
        visits = []
        for minute in range(24 * 60):
            world.now = NOON + minute * MINUTE
            if minute % 5 == 0:
                world.now += timedelta(seconds=1)
                await world.tell()
                visits += [minute] * await world.visit()
            if len(visits) >= 4:
                break

        # 15 minutes, and twice as long after each ping that brought nothing, up to an hour.
        assert visits == [15, 45, 105, 165]

    run(story, tmp_path, host="news.example")


def test_a_ping_waits_while_attempts_fail(tmp_path):
    async def story(world):
        await world.subscribe()
        world.web.put("/feed", "no", status=500)
        world.now = world.state().next_check_at
        assert await world.visit() == 1

        world.now += MINUTE
        await world.tell()
        assert await world.visit() == 0
        world.now = world.state().next_check_at
        assert await world.visit() == 1

    run(story, tmp_path)


def test_a_ping_during_a_visit_is_not_lost(tmp_path):
    async def story(world):
        await world.subscribe()
        world.web.delays["/feed"] = 0.5
        world.now += 2 * HOUR
        visiting = asyncio.create_task(world.visit())
        await world.until(lambda: len(world.web.requests) == 2)
        world.now += MINUTE
        await world.tell()
        await visiting

        assert await world.visit() == 1

    run(story, tmp_path)


def test_polling_slows_down_once_pushes_work_and_comes_back(tmp_path):
    async def story(world):
        await world.subscribe()
        assert world.state().next_check_at - world.now < 2 * HOUR

        world.publish(1, 2)
        world.now += MINUTE
        await world.tell()
        await world.visit()
        assert world.state().pushes_work
        world.publish(1, 2, 3)
        world.now += MINUTE
        await world.tell()
        await world.visit()
        state = world.state()
        assert DAY <= state.next_check_at - world.now < 1.2 * DAY
        assert "a hub tells of news" in state.due_why
        assert HOUR <= state.poll_at - world.now < 2 * HOUR

        world.publish(1, 2, 3, 4)  # and the hub says nothing of it
        world.now = state.next_check_at
        await world.visit()
        assert not world.state().pushes_work
        assert world.state().next_check_at - world.now < 2 * HOUR

    run(story, tmp_path)


@pytest.mark.parametrize("ending", ["lease", "denied", "restart", "turned-off"])
def test_polling_is_normal_again_when_no_hub_tells_of_news(ending, tmp_path):
    async def story(world):
        await world.subscribe()
        for number in (2, 3):
            world.publish(*range(1, number + 1))
            world.now += MINUTE
            await world.tell()
            await world.visit()
        slow = world.state().next_check_at
        world.hub.answers = [(500, {})] * 9
        if ending == "lease":
            world.now += timedelta(days=11)
            await world.tend()
        elif ending == "denied":
            callback = next(iter(world.hub.subscribers))
            await asyncio.to_thread(world.hub.deny, callback, world.topic, "")
            await world.tend()
        elif ending == "restart":
            poll_all(world.ctx)
        else:
            world.configure(a_source(feed=world.topic), subscribe=False)
            await world.tend()
            await world.tend()

        assert world.state().next_check_at < slow - 20 * HOUR
        assert world.state().poll_at is None

    run(story, tmp_path)


# Unsubscribing and configuration


@pytest.mark.parametrize("how", ["source-removed", "source-opts-out", "turned-off", "paused"])
def test_what_is_not_wanted_any_more_is_unsubscribed(how, tmp_path):
    async def story(world):
        await world.subscribe()
        mine = a_source(feed=world.topic)
        match how:
            case "source-removed":
                world.configure()
            case "source-opts-out":
                world.configure(replace(mine, websub=False))
            case "turned-off":
                world.configure(mine, subscribe=False)
            case "paused":
                world.configure(replace(mine, paused=True))
        await world.tend(calls=1)

        last = world.hub.forms[-1][1]
        assert last["hub.mode"] == "unsubscribe"
        assert last["hub.callback"] == world.hub.forms[0][1]["hub.callback"]
        assert "hub.secret" not in last
        assert world.hub.verified[-1] == ("unsubscribe", 200)
        assert world.hub.subscribers == {}
        assert world.held == ()

    run(story, tmp_path)


def test_a_hub_that_does_not_take_it_back_is_asked_three_times(tmp_path):
    async def story(world):
        await world.subscribe()
        world.configure()
        world.hub.answers = [(500, {})] * 9
        for _ in range(6):
            await world.tend()
            world.now += 5 * HOUR

        assert [form["hub.mode"] for _, form in world.hub.forms].count("unsubscribe") == 3
        assert world.held == ()

    run(story, tmp_path)


def test_another_hub_takes_the_place_of_the_first(tmp_path):
    async def story(world):
        await world.subscribe()
        with Hub() as other:
            first, world.hub = world.hub, other
            world.publish(1, 2)
            world.now += 2 * HOUR
            await world.visit()
            for _ in range(2):  # one request to a host each time
                await world.tend()
            await world.until(lambda: other.subscribers and not first.subscribers)

            assert list(other.subscribers) != list(first.subscribers)
            assert first.forms[-1][1]["hub.mode"] == "unsubscribe"
            world.hub = first

    run(story, tmp_path)


def test_a_feed_without_a_hub_is_subscribed_nowhere(tmp_path):
    async def story(world):
        world.publish(1, advertise=False)
        await world.visit()
        await world.tend()

        assert world.hub.forms == []
        assert "no hub is known" in world.told()
        site = replace(world.ctx.config.site, base_url="http://127.0.0.1:8080")
        world.ctx = replace(world.ctx, config=replace(world.ctx.config, site=site, websub=WebSub()))
        assert "no hub is known" in world.told(), "whatever hubs could reach"

    run(story, tmp_path)


@pytest.mark.parametrize(
    ("base_url", "websub", "base"),
    [
        pytest.param("http://here.example", {}, None, id="plain-http"),
        pytest.param("https://here.example/x", {}, "https://here.example/x", id="https"),
        pytest.param("http://a.example", {"callback": "https://b.example"}, "https://b.example", id="said"),
        pytest.param("https://here.example", {"subscribe": False}, None, id="turned-off"),
    ],
)  # fmt: skip
def test_without_a_public_address_nobody_subscribes(base_url, websub, base):
    config = a_config(websub=WebSub(**websub))
    config = replace(config, site=replace(config.site, base_url=base_url))

    assert leases.callback_base(config) == base


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("websub: {callback: here.example}", "websub.callback: must be an absolute address"),
        ("websub: {calback: 'https://here.example'}", 'did you mean "callback"'),
        ("websub: {subscribe: 'true'}", "must be true or false"),
        ("outputs: [{id: websub}]", "a name of the published site itself"),
    ],
)
def test_mistakes_in_the_configuration_are_told(yaml, problem, tmp_path):
    site = "site: {title: T, base_url: 'https://x.example', contact: 'mailto:a@x.example'}\n"
    (tmp_path / "all.yaml").write_text(site + yaml + "\n")

    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path, {})

    assert problem in str(refused.value)


def test_secrets_stand_in_no_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="syndicator")

    async def story(world):
        await world.subscribe()
        (one,) = world.held
        await world.tell()
        await world.call(one.token, "POST", content=b"unsigned")
        world.configure()
        world.hub.answers.append((500, {}))
        await world.tend()

        logged = "\n".join(
            f"{record.getMessage()} {record.__dict__}"
            for record in caplog.records
            if record.name.startswith(("syndicator", "uvicorn", "apscheduler"))
        )
        assert "hub not reached" in logged
        assert one.secret not in logged
        assert one.token not in logged
        assert one.token not in repr(one)
        assert one.secret not in repr(one)

    run(story, tmp_path)
