"""The manners of a well-behaved client, each seen in a server's log.

The clock of the visits is a test's own; the server is a real one on loopback, reached by
names that a resolver of the test's own leads there, so that nothing is exempt.
"""

import asyncio
import base64
import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from itertools import pairwise

import pytest

from syndicator.config import load_config
from syndicator.errors import AddressRefused, ConfigError
from syndicator.fetch import make_client
from syndicator.fetch.guard import GuardedBackend
from syndicator.fetch.manners import HostGate, registered_domain
from syndicator.model.settings import Auth, Fetch
from syndicator.pipeline import ingest, rounds, visits
from syndicator.pipeline.clusters import By, carry_out_orders, resume_order
from syndicator.pipeline.context import make_context
from syndicator.pipeline.once import follow_and_find_due, spread_overdue
from syndicator.schedule import LONGEST_WAIT, Asked, interval_bounds, plan_next
from syndicator.store import (
    cluster_orders,
    entries,
    open_engine,
    queries,
    reading,
    sources,
    stale,
    transaction,
)
from tests.badserver import (
    a_redirect,
    a_server,
    an_answer,
    authorities,
    certified,
    drip,
    limits,
    stall,
    visit,
)
from tests.builders import NOON, a_config, a_source
from tests.web import rss, rss_item

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATER = timedelta(minutes=1)
FEED = rss(*(rss_item(n) for n in range(3))).encode()
VALID = {"ETag": '"one"', "Last_Modified": "Mon, 23 Nov 2026 11:00:00 GMT"}
NOT_MODIFIED = an_answer("304 Not Modified", b"", **VALID)


def a_feed(body=FEED, **headers):
    return an_answer(body=body, **(VALID | headers))


async def answers_304(server, writer):
    """Answer like a good server: 304 to whoever brings the validators."""
    known = server.headers().get("if-none-match") == VALID["ETag"]
    await server.send(writer, NOT_MODIFIED if known else a_feed())


class World:
    """A store, a server, a clock and the sources that are visited."""

    def __init__(self, server, engine, http, *followed, **fetch):
        self.server = server
        self.now = NOON
        settings = Fetch(
            **{"per_host_gap": timedelta(0), "total_timeout": timedelta(seconds=5)} | fetch
        )
        config = a_config(sources=followed, fetch=settings)
        self.ctx = make_context(config, engine, digest="")
        pool = ThreadPoolExecutor(1)
        self.client = ingest.Client(
            http=http,
            gate=HostGate(timedelta(0)),
            slots=asyncio.Semaphore(settings.concurrency),
            readers=pool,
            writer=pool,
            stop=asyncio.Event(),
        )

    @property
    def paths(self):
        return [path for path, _ in self.server.requests]

    def reconfigure(self, *followed):
        self.ctx = replace(self.ctx, config=replace(self.ctx.config, sources=followed))

    def restart(self):
        """Forget whatever is not in the store."""
        self.client = replace(self.client, gate=HostGate(timedelta(0)))

    async def tick(self, *, everything=False):
        """Visit what is due now."""
        due = await follow_and_find_due(self.ctx, self.client, self.now, everything=everything)
        await rounds.refresh_due(self.ctx, self.client, due, lambda: self.now, lambda *_: None)

    async def visit_at(self, *moments):
        for moment in moments:
            self.now = moment
            await self.tick()

    async def visit_again(self, times):
        """Visit *times* more, each time when the plan says so."""
        for _ in range(times):
            self.now = self.state().next_check_at + timedelta(seconds=1)
            await self.tick()

    def state(self, source="news"):
        with reading(self.ctx.engine) as tx:
            return sources.source_states(tx)[source]

    def held(self):
        with reading(self.ctx.engine) as tx:
            return {key for _, key in entries.live_keys(tx, "news")}

    def wait(self):
        return self.state().next_check_at - self.now


def resume(world):
    """Order what ``syndicator sources resume`` orders, and let it be carried out."""
    with transaction(world.ctx.engine) as tx:
        cluster_orders.give(tx, resume_order("news", By(actor="ed", at=world.now)))
    carry_out_orders(world.ctx)


def run(story, routes, tmp_path, *followed, paths=("/feed",), tls=None, **fetch):
    """Run *story* in a world whose server answers *routes*; sources default to one per path."""

    async def whole():
        async with a_server(routes, tls=tls) as server:
            port = server.port

            async def resolver(*_):
                return ["127.0.0.1"]

            backend = GuardedBackend((ip_network("127.0.0.0/8"),), resolver=resolver)
            made = followed or [
                a_source(id=path.strip("/").replace("feed", "news"), feed=url(path, port))
                for path in paths
            ]
            made = [replace(s, feed=s.feed.replace(":PORT", f":{port}")) for s in made]
            engine = open_engine(f"sqlite:///{tmp_path}/store.db")
            http = make_client(
                limits(**fetch), contact="https://test.example/us", version="1", backend=backend
            )
            async with http:
                world = World(server, engine, http, *made, **fetch)
                world.port = port
                await story(world)
            engine.dispose()

    asyncio.run(whole())


def url(path, port, host="news.example"):
    return f"http://{host}:{port}{path}"


def test_first_request_is_unconditional_and_later_ones_carry_both_validators(tmp_path):
    async def story(world):
        await world.tick()
        await world.visit_again(2)

        first, *later = [world.server.headers(n) for n in range(3)]
        assert "if-none-match" not in first
        assert "if-modified-since" not in first
        for headers in later:
            assert headers["if-none-match"] == VALID["ETag"]
            assert headers["if-modified-since"] == VALID["Last_Modified"]

    run(story, {"/feed": answers_304}, tmp_path)


def test_validators_go_when_a_200_brings_none_and_never_to_another_address(tmp_path):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = an_answer(body=FEED + b" ")
        await world.visit_again(1)
        assert (world.state().etag, world.state().last_modified) == (None, None)

        await world.visit_again(1)
        assert "if-none-match" not in world.server.headers()

    run(story, {"/feed": a_feed()}, tmp_path)


def test_a_304_renews_a_validator_and_an_unreadable_body_changes_none(tmp_path):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = an_answer("304 Not Modified", b"", ETag='"two"')
        await world.visit_again(1)
        assert world.state().etag == '"two"'

        world.server.routes["/feed"] = an_answer(body=b"no feed", ETag='"three"')
        await world.visit_again(1)
        assert world.state().etag == '"two"'
        assert world.state().status == "failed"

    run(story, {"/feed": a_feed()}, tmp_path)


def test_unconditional_once_in_thirty_days_even_after_restart_and_upgrade(tmp_path, monkeypatch):
    async def story(world):
        await world.tick()
        monkeypatch.setattr(ingest, "READER", "another")
        world.restart()
        await world.visit_again(3)
        assert all("if-none-match" in world.server.headers(n) for n in (1, 2, 3))

        world.now = NOON + timedelta(days=31)
        await world.tick()
        assert "if-none-match" not in world.server.headers()

        await world.visit_again(1)
        assert "if-none-match" in world.server.headers()

    run(story, {"/feed": answers_304}, tmp_path)


def dated(*days):
    """Return a feed with an entry at noon of each of *days*, counted from now."""
    items = (
        f"<title>Item {n}</title><guid>id-{n}</guid>"
        f"<pubDate>{format_datetime(NOON + n * DAY)}</pubDate>"
        for n in days
    )
    return rss(*items).encode()


PAST = tuple(range(-12, 0, 2))


@pytest.mark.parametrize(
    ("days", "conditional"),
    [
        pytest.param(29, True, id="not-within-thirty-days"),
        pytest.param(32, False, id="overdue"),
    ],
)
def test_a_304_that_outlasts_the_rhythm_is_doubted_once_in_thirty_days(tmp_path, days, conditional):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = NOT_MODIFIED
        await world.visit_at(NOON + 2 * DAY, NOON + 15 * DAY, NOON + 28 * DAY)
        assert all("if-none-match" in world.server.headers(n) for n in (1, 2, 3))

        world.server.routes["/feed"] = answers_304
        await world.visit_at(NOON + days * DAY)
        assert ("if-none-match" in world.server.headers()) == conditional
        await world.visit_at(NOON + (days + 3) * DAY)
        assert ("if-none-match" in world.server.headers()) != conditional

    run(story, {"/feed": a_feed(dated(*PAST))}, tmp_path)


def test_a_304_within_the_rhythm_is_not_doubted(tmp_path):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = answers_304
        await world.visit_at(NOON + 31 * DAY, NOON + 32 * DAY, NOON + 70 * DAY)
        assert all("if-none-match" in world.server.headers(n) for n in (1, 2, 3))

    run(story, {"/feed": a_feed(dated(-200, -150, -100, -60, -30, -1))}, tmp_path)


def test_a_server_whose_304_hid_news_is_asked_daily_and_without_conditions(tmp_path):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = answers_304
        await world.visit_at(NOON + 20 * DAY, NOON + 29 * DAY)
        assert not world.state().hints.stale_304

        world.server.routes["/feed"] = a_feed(dated(*PAST, 5, 12))
        await world.visit_at(NOON + 32 * DAY)
        assert "id-12" in world.held()
        assert DAY <= world.wait() <= 1.1 * DAY
        assert "no validators that can be relied on" in world.state().due_why

        world.restart()
        await world.visit_again(2)
        assert all("if-none-match" not in world.server.headers(n) for n in (-1, -2))

    run(story, {"/feed": a_feed(dated(*PAST))}, tmp_path)


@pytest.mark.parametrize(
    ("answer", "fetch", "source", "least"),
    [
        pytest.param(a_feed(), {}, {}, HOUR, id="an-hour"),
        pytest.param(a_feed(), {"interval": HOUR / 60}, {}, HOUR / 4, id="never-under-15-minutes"),
        pytest.param(a_feed(), {}, {"interval": HOUR / 6}, HOUR / 6, id="unless-the-source-says"),
        pytest.param(an_answer(body=FEED), {}, {}, DAY, id="no-validators-is-a-day"),
    ],
)
def test_a_source_is_visited_after_its_interval_never_sooner_than_the_bounds(
    tmp_path, answer, fetch, source, least
):
    async def story(world):
        await world.tick()
        assert least <= world.wait() <= least * 1.1

    followed = a_source(feed="http://news.example:PORT/feed", **source)
    run(story, {"/feed": answer}, tmp_path, followed, **fetch)


HINTED = rss(rss_item(1), extra="<ttl>180</ttl>").encode()
NIGHT = rss(
    rss_item(1),
    extra=f"<skipHours>{''.join(f'<hour>{h}</hour>' for h in range(13, 18))}</skipHours>",
).encode()


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        pytest.param(a_feed(Cache_Control="max-age=7200"), 2 * HOUR, id="max-age"),
        pytest.param(a_feed(Cache_Control="max-age=7200", Age="1800"), 1.5 * HOUR, id="less-age"),
        pytest.param(
            a_feed(Date="Mon, 23 Nov 2026 12:00:00 GMT", Expires="Mon, 23 Nov 2026 17:00:00 GMT"),
            5 * HOUR,
            id="expires",
        ),
        pytest.param(a_feed(Cache_Control="max-age=99999999"), LONGEST_WAIT, id="seven-days-most"),
        pytest.param(a_feed(Cache_Control="max-age=60"), HOUR, id="never-lowers"),
        pytest.param(a_feed(Cache_Control="no-cache"), HOUR, id="no-cache-does-not-shorten"),
        pytest.param(a_feed(HINTED), 3 * HOUR, id="ttl"),
        pytest.param(a_feed(NIGHT), 6 * HOUR, id="skip-hours"),
    ],
)
def test_the_answer_raises_the_interval_and_nothing_comes_earlier(tmp_path, answer, least):
    async def story(world):
        await world.tick()
        assert least <= world.wait() <= min(least * 1.1, LONGEST_WAIT)

        world.now = NOON + least - timedelta(seconds=1)
        await world.tick()
        assert world.paths == ["/feed"]

    run(story, {"/feed": answer}, tmp_path)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Busy"])
def test_retry_after_holds_all_feeds_of_the_host_also_over_a_restart(tmp_path, status):
    async def story(world):
        await world.tick()
        assert world.paths == ["/feed"], "the second feed of the host was left alone"
        assert world.wait() >= 5 * HOUR

        world.restart()
        added = a_source(id="added", feed=url("/added", world.port))
        world.reconfigure(*world.ctx.config.sources, added)
        await world.visit_at(NOON + 4 * HOUR)
        assert world.paths == ["/feed"], "nor one that was added since"

        world.server.routes["/feed"] = a_feed()
        world.restart()  # the gate reads a clock of its own, which stood still here
        await world.visit_at(NOON + 7 * HOUR)
        assert set(world.paths[1:]) == {"/feed", "/other", "/added"}

    routes = {"/feed": an_answer(status, Retry_After="18000"), "/other": a_feed()}
    routes["/added"] = a_feed()
    run(story, routes, tmp_path, paths=("/feed", "/other"))


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        pytest.param({"Retry_After": "5"}, HOUR, id="an-hour-at-least"),
        pytest.param({"Retry_After": "9999999"}, LONGEST_WAIT, id="seven-days-at-most"),
        pytest.param(
            {
                "Retry_After": "Mon, 01 Jun 2020 14:00:00 GMT",
                "Date": "Mon, 01 Jun 2020 12:00:00 GMT",
            },
            2 * HOUR,
            id="date-by-the-servers-own-clock",
        ),
        pytest.param({}, HOUR, id="nothing-said-is-an-hour"),
    ],
)
def test_a_host_that_asks_for_rest_has_an_hour_to_seven_days(tmp_path, headers, least):
    async def story(world):
        await world.tick()
        assert least <= world.wait() <= min(least * 1.2, LONGEST_WAIT)
        assert world.state().penalty_until == NOON + least, "for all feeds of the host"

    run(story, {"/feed": an_answer("429 Slow", **headers)}, tmp_path)


def test_a_penalty_of_the_domain_spares_the_other_customers_of_a_provider(tmp_path):
    async def story(world):
        await world.tick()
        assert {world.state(i).status for i in ("one", "same")} == {"failed"}
        assert world.state("other").status == "ok"

    followed = [
        a_source(id="one", feed="http://a.github.io:PORT/1"),
        a_source(id="same", feed="http://sub.a.github.io:PORT/2"),
        a_source(id="other", feed="http://b.github.io:PORT/2"),
    ]
    routes = {"/1": an_answer("429 Slow"), "/2": a_feed()}
    run(story, routes, tmp_path, *followed, penalty="domain", concurrency=1)


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        pytest.param("url", {"a.blogs.example/2", "b.blogs.example/"}, id="address"),
        pytest.param("host", {"b.blogs.example/"}, id="host"),
        pytest.param("domain", set(), id="domain"),
    ],
)
def test_penalty_has_the_scope_that_the_operator_chose(tmp_path, scope, asked):
    async def story(world):
        await world.tick()
        found = {f"{world.server.headers(n)['host'].partition(':')[0]}{path}"
                 for n, path in enumerate(world.paths)}  # fmt: skip
        assert found - {"a.blogs.example/1"} == asked

    followed = [
        a_source(id="one", feed="http://a.blogs.example:PORT/1"),
        a_source(id="two", feed="http://a.blogs.example:PORT/2"),
        a_source(id="two-b", feed="http://b.blogs.example:PORT/"),
    ]
    routes = {"/1": an_answer("429 Slow"), "/2": a_feed(), "/": a_feed()}
    run(story, routes, tmp_path, *followed, penalty=scope, concurrency=1)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("feeds.a.example.org", "example.org"),
        ("www.example.co.uk", "example.co.uk"),
        ("a.example.co.uk", "example.co.uk"),
        ("b.example.com.au", "example.com.au"),
        ("me.github.io", "me.github.io"),
        ("feeds.me.github.io", "me.github.io"),
        ("me.blogspot.com", "me.blogspot.com"),
        ("me.wordpress.com", "me.wordpress.com"),
        ("wordpress.com", "wordpress.com"),
        ("co.uk", "co.uk"),
        ("news.xn--mgbh0fb.xn--kgbechtv", "xn--mgbh0fb.xn--kgbechtv"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_the_registered_domain_is_one_label_more_than_a_public_suffix(host, domain):
    assert registered_domain(host) == domain


def test_back_off_doubles_up_to_a_day_and_success_resets(tmp_path):
    async def story(world):
        waits = []
        await world.tick()
        waits.append(world.wait())
        for _ in range(6):
            await world.visit_again(1)
            waits.append(world.wait())
        wanted = [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]
        assert all(w <= found <= w * 1.2 for w, found in zip(wanted, waits, strict=True))

        world.server.routes["/feed"] = a_feed()
        await world.visit_again(1)
        assert world.state().failures == 0
        assert world.wait() < 1.1 * HOUR

    run(story, {"/feed": an_answer("500 Oops")}, tmp_path)


def test_a_permanent_move_is_believed_after_good_answers_on_three_days(tmp_path):
    async def story(world):
        await world.tick()
        await world.visit_at(NOON + 2 * HOUR, NOON + DAY)
        assert world.state().address is None
        await world.visit_at(NOON + 2 * DAY)
        assert world.state().address == url("/new", world.port)
        assert world.state().feed == url("/feed", world.port)

        seen = len(world.paths)
        await world.visit_at(NOON + 3 * DAY)
        assert world.paths[seen:] == ["/new"]

    run(story, {"/feed": a_redirect("/new"), "/new": answers_304}, tmp_path)


def test_a_temporary_move_is_followed_and_the_address_kept(tmp_path):
    async def story(world):
        await world.visit_at(*(NOON + n * DAY for n in range(5)))
        assert world.state().address is None
        assert world.paths == ["/feed", "/new"] * 5

    run(story, {"/feed": a_redirect("/new", "302 Found"), "/new": answers_304}, tmp_path)


def test_a_proven_address_that_fails_gives_way_to_the_configured_one(tmp_path):
    async def story(world):
        await world.visit_at(*(NOON + n * DAY for n in range(3)))
        world.server.routes |= {"/new": an_answer("500 Oops"), "/feed": a_feed()}
        await world.visit_again(3)
        assert world.state().address is None

        await world.visit_again(1)
        assert world.paths[-1] == "/feed"
        assert world.state().status == "ok"

    run(story, {"/feed": a_redirect("/new"), "/new": answers_304}, tmp_path)


def elsewhere(port, host="elsewhere.example"):
    return a_redirect(url("/new", port, host))


def test_to_another_host_nothing_moves_without_the_operator(tmp_path):
    async def story(world):
        world.server.routes["/feed"] = elsewhere(world.port)
        await world.visit_at(*(NOON + n * DAY for n in range(5)))
        state = world.state()
        assert state.address is None
        assert (state.moved_to, state.moved_days) == (
            url("/new", world.port, "elsewhere.example"),
            5,
        )
        assert [(m.to, m.permanent) for m in state.moves] == [(state.moved_to, True)]

    run(story, {"/new": answers_304}, tmp_path)


SPAM = rss(
    "<title>Casino</title><guid>spam-1</guid>", title="Casino", extra="<language>xx</language>"
).encode()


def test_a_taken_over_address_is_held_until_the_operator_writes_the_new_one(tmp_path):
    async def story(world):
        await world.tick()
        before = world.held()
        world.server.routes |= {"/feed": elsewhere(world.port), "/new": a_feed(SPAM)}
        await world.visit_again(1)
        assert world.held() == before
        assert world.state().status == "held"
        assert world.state().title == "News"
        assert "elsewhere.example" in world.state().error

        await world.visit_again(1)
        assert world.held() == before
        assert world.state().status == "held"

        agreed = a_source(feed=url("/new", world.port, "elsewhere.example"))
        world.reconfigure(agreed)
        await world.tick()
        assert "spam-1" in world.held()
        assert world.state().status == "ok"

    run(
        story,
        {"/feed": a_feed(rss(rss_item(1), extra="<language>en</language>").encode())},
        tmp_path,
    )


TOWN = rss(rss_item(1), title="Town News", extra="<language>en</language>").encode()
CASINO = rss(
    "<title>Win</title><guid>spam-1</guid>", title="Casino News", extra="<language>en</language>"
).encode()
MOVED_ABROAD = (
    rss(rss_item(9), extra="<language>xx</language>")
    .replace("<link>https://news.example/</link>", "<link>https://elsewhere.example/</link>")
    .encode()
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(TOWN, CASINO, id="another-name"),
        pytest.param(
            rss(rss_item(1), extra="<language>en</language>").encode(),
            MOVED_ABROAD,
            id="another-language-and-home",
        ),
    ],
)
def test_another_feed_at_the_same_address_is_held_until_an_editor_agrees(tmp_path, before, after):
    async def story(world):
        await world.tick()
        known, title = world.held(), world.state().title
        world.server.routes["/feed"] = a_feed(after, ETag='"two"')
        await world.visit_again(2)
        assert (world.state().status, world.held()) == ("held", known)
        assert world.state().title == title
        assert "another feed stands at its address" in world.state().error

        resume(world)
        await world.tick()
        assert world.state().status == "ok"
        assert len(world.held()) == 2
        world.server.routes["/feed"] = a_feed(rss(rss_item(7), title="Casino News").encode())
        await world.visit_again(1)
        assert world.state().status == "ok"

    run(story, {"/feed": a_feed(before)}, tmp_path)


def test_a_feed_that_is_held_is_let_go_when_its_entries_come_back(tmp_path):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = a_feed(CASINO)
        await world.visit_again(1)
        assert world.state().status == "held"
        world.server.routes["/feed"] = a_feed(TOWN)
        await world.visit_again(1)
        assert (world.state().status, world.state().error) == ("ok", None)

    run(story, {"/feed": a_feed(TOWN)}, tmp_path)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(rss(rss_item(1), title="The Valley Post"), id="it-kept-an-entry"),
        pytest.param(rss(rss_item(9), title="Town News, the week"), id="it-kept-its-name"),
        pytest.param(
            rss(
                "<title>Item 1</title><guid>new</guid><link>https://news.example/1</link>",
                title="The Valley Post",
            ),
            id="it-kept-an-article-under-another-id",
        ),
    ],
)
def test_a_feed_that_only_changes_its_clothes_is_not_held(tmp_path, after):
    async def story(world):
        await world.tick()
        world.server.routes["/feed"] = a_feed(after.encode())
        await world.visit_again(1)
        assert world.state().status == "ok"

    run(story, {"/feed": a_feed(TOWN)}, tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "other"),
    [
        ("Town News", "Casino News", True),
        ("Ann's Blog", "Bob's Blog", True),
        ("The Town Voice", "Town Voice: all stories", False),
        ("News", "Town News", False),
        ("Bulletin", "Bonus", True),
        ("人民日报", "人民日报 - 时政", False),
        ("人民日报", "彩票", True),
        ("Wetter 24. November", "Wetter 25. November", False),
        (None, "Casino", False),
        ("Town", "", False),
        ("!", "Casino", False),
    ],
)
def test_rule_08_names_are_others_when_no_telling_word_is_the_same(before, after, other):
    assert visits.is_other_name(before, after) is other
    assert visits.is_other_name(after, before) is other


@pytest.mark.parametrize("status", ["410 Gone", "401 Login"])
def test_an_editor_has_a_stopped_source_visited_again(tmp_path, status):
    async def story(world):
        await world.visit_at(*(NOON + n * 2 * DAY for n in range(3)))
        assert world.state().stopped
        world.server.routes["/feed"] = a_feed()
        resume(world)
        await world.tick()
        assert (world.state().status, world.state().failures) == ("ok", 0)
        assert world.state().stopped is None

    run(story, {"/feed": an_answer(status)}, tmp_path)


def test_a_feed_that_brings_known_entries_along_may_move(tmp_path):
    moved = rss(rss_item(1), rss_item(9), title="New name").encode()

    async def story(world):
        await world.tick()
        world.server.routes |= {"/feed": elsewhere(world.port), "/new": a_feed(moved)}
        await world.visit_again(1)
        assert world.state().status == "ok"
        assert "id-9" in world.held()

    run(story, {"/feed": a_feed()}, tmp_path)


def test_gone_twice_a_day_apart_retires_a_source_for_good(tmp_path):
    async def story(world):
        await world.tick()
        assert DAY <= world.wait() <= 1.2 * DAY
        assert world.state().stopped is None
        await world.visit_again(1)
        assert "410" in world.state().stopped

        world.restart()
        await world.visit_at(NOON + 30 * DAY, NOON + 300 * DAY)
        await world.tick(everything=True)
        assert world.paths == ["/feed"] * 2

    run(story, {"/feed": an_answer("410 Gone")}, tmp_path)


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden"])
def test_not_found_is_daily_and_after_a_month_weekly_for_ever(tmp_path, status):
    async def story(world):
        await world.tick()
        assert DAY <= world.wait() <= 1.2 * DAY
        await world.visit_at(NOON + 31 * DAY)
        assert world.wait() == LONGEST_WAIT
        await world.visit_at(NOON + 400 * DAY)
        assert world.wait() == LONGEST_WAIT
        assert len(world.paths) == 3

    run(story, {"/feed": an_answer(status)}, tmp_path)


def test_a_login_is_waited_for_until_the_configuration_changes(tmp_path):
    async def story(world):
        await world.visit_at(NOON, NOON + 2 * DAY, NOON + 60 * DAY)
        assert world.paths == ["/feed"]

        world.server.routes["/feed"] = a_feed()
        (source,) = world.ctx.config.sources
        world.reconfigure(replace(source, auth=Auth(user="reader", password="word")))
        await world.tick()
        assert world.state().status == "ok"
        sent = base64.b64decode(world.server.headers()["authorization"].removeprefix("Basic "))
        assert sent == b"reader:word"

    run(story, {"/feed": an_answer("401 Login")}, tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(an_answer(body=b" "), id="empty"),
        pytest.param(an_answer(body=b"<html><body>Soon back</body></html>"), id="a-page"),
        pytest.param(an_answer(body=FEED[:300], Content_Length="5000"), id="cut-short"),
    ],
)
def test_an_error_changes_nothing_stored_but_the_next_visit(tmp_path, answer):
    async def story(world):
        await world.tick()
        keys, before = world.held(), world.state()
        world.server.routes["/feed"] = answer
        await world.visit_again(1)
        after = world.state()
        assert (world.held(), after.etag, after.title) == (keys, before.etag, before.title)
        assert after.status == "failed"

    run(story, {"/feed": a_feed()}, tmp_path)


def test_a_304_that_nobody_asked_for_is_an_error(tmp_path):
    async def story(world):
        await world.tick()
        assert world.state().status == "failed"

    run(story, {"/feed": NOT_MODIFIED}, tmp_path)


def test_a_host_gets_one_request_at_a_time(tmp_path):
    async def story(world):
        world.client = replace(world.client, gate=HostGate(timedelta(seconds=0.05)))
        await world.tick()
        spans = sorted(world.server.spans)
        assert len(spans) == 4
        assert all(b[0] - a[0] >= 0.05 for a, b in pairwise(spans))

    paths = ("/feed", "/b", "/c", "/d")
    run(story, dict.fromkeys(paths, a_feed()), tmp_path, paths=paths)


def test_what_fell_due_while_nobody_was_here_is_spread(tmp_path):
    async def story(world):
        await world.tick()
        world.now = NOON + 5 * DAY
        await spread_overdue(world.ctx, world.client, world.now)
        waits = sorted(world.state(f"s{n}").next_check_at - world.now for n in range(6))
        assert sum(wait <= timedelta(0) for wait in waits) == 2, "as many as go at once"
        assert waits[2:] == [timedelta(minutes=2.5) * n for n in (1, 2, 3, 4)]

    followed = [a_source(id=f"s{n}", feed=f"http://h{n}.example:PORT/") for n in range(6)]
    run(story, {"/": a_feed()}, tmp_path, *followed, concurrency=2)


@pytest.mark.parametrize(
    "ahead", [timedelta(hours=3), timedelta(days=366)], ids=["three-hours", "a-year"]
)
def test_a_clock_that_was_ahead_neither_silences_sources_nor_makes_all_due(tmp_path, ahead):
    async def story(world):
        await world.visit_at(NOON, NOON + ahead)
        waits = {s: world.state(s).next_check_at - world.now for s in ("news", "2")}
        known = len(world.paths)
        world.now = NOON + timedelta(minutes=5)

        await world.tick()

        assert len(world.paths) == known
        for source, wait in waits.items():
            state = world.state(source)
            assert state.next_check_at == world.now + wait
            assert state.checked_at == world.now
            assert max(state.fetched_at, state.validators_at) <= world.now
        await world.visit_again(1)
        assert len(world.paths) > known

    run(story, {"/feed": answers_304, "/2": a_feed()}, tmp_path, paths=("/feed", "/2"))


def test_what_a_clock_ahead_brought_does_not_lead_the_feeds_until_then(tmp_path):
    dateless = FEED.replace(b"<pubDate>", b"<x>").replace(b"</pubDate>", b"</x>")
    assert dateless != FEED

    async def story(world):
        await world.visit_at(NOON + timedelta(days=366), NOON)

        with reading(world.ctx.engine) as tx:
            for _, entry, _ in queries.all_entries(tx):
                assert (entry.first_seen, entry.sort_at) == (NOON, NOON)
                assert entry.changed_at <= NOON
            assert ("source", "news") in stale.stale_feeds(tx)

    run(story, {"/feed": a_feed(dateless)}, tmp_path)


def test_a_source_that_was_added_while_the_clock_was_ahead_is_visited(tmp_path):
    async def story(world):
        world.now = NOON + timedelta(days=366)
        await follow_and_find_due(world.ctx, world.client, world.now, everything=False)

        await world.visit_at(NOON)

        assert world.paths == ["/feed"]

    run(story, {"/feed": a_feed()}, tmp_path)


def test_a_hold_that_was_noted_by_a_clock_ahead_ends_in_its_time(tmp_path):
    async def story(world):
        world.server.routes["/feed"] = an_answer("503 Later", Retry_After="7200")
        await world.visit_at(NOON + timedelta(days=366))
        world.restart()
        await world.visit_at(NOON)

        hold = world.client.gate.held("news.example")
        assert hold is not None
        assert hold.for_ <= timedelta(hours=2)

    run(story, {"/feed": a_feed()}, tmp_path)


def test_a_restart_keeps_the_times_of_the_next_visits(tmp_path):
    async def story(world):
        await world.tick()
        world.restart()
        await world.visit_at(NOON + HOUR / 2)
        assert world.paths == ["/feed"]

    run(story, {"/feed": a_feed()}, tmp_path)


def test_sources_of_one_interval_are_visited_at_different_minutes(tmp_path):
    async def story(world):
        await world.tick()
        due = {world.state(f"s{n}").next_check_at for n in range(8)}
        assert len(due) == 8
        assert not any(at.minute == at.second == 0 for at in due)

    followed = [a_source(id=f"s{n}", feed=f"http://h{n}.example:PORT/") for n in range(8)]
    run(story, {"/": a_feed()}, tmp_path, *followed)


def test_a_request_says_who_asks_and_nothing_else(tmp_path):
    async def story(world):
        world.server.routes["/feed"] = a_feed(Set_Cookie="id=7; Path=/")
        await world.tick()
        world.server.routes["/feed"] = a_feed(FEED + b" ")
        await world.visit_again(1)
        for n in range(2):
            headers = world.server.headers(n)
            assert headers["user-agent"] == "syndicator/1 (+https://test.example/us)"
            assert "application/atom+xml" in headers["accept"]
            assert headers["accept-encoding"] == "gzip"
            known = {"host", "user-agent", "accept", "accept-encoding", "connection"}
            assert headers.keys() - known <= {"if-none-match", "if-modified-since"}
        assert world.paths == ["/feed"] * 2, "neither probes nor icons nor pages"

    run(story, {"/feed": a_feed()}, tmp_path)


def test_without_a_contact_nothing_runs(tmp_path):
    (tmp_path / "a.yaml").write_text("site: {title: T, base_url: 'https://a.example'}\n")

    with pytest.raises(ConfigError, match=r"contact: is missing"):
        load_config(tmp_path, {})


def test_an_address_cannot_be_subscribed_to_twice(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "site: {title: T, base_url: 'https://a.example', contact: 'mailto:a@a.example'}\n"
        "publishers: {p: {name: P}}\n"
        "sources:\n"
        "  - {id: a, feed: 'https://news.example/feed', publisher: p}\n"
        "  - {id: b, feed: 'https://NEWS.example:443/feed', publisher: p}\n"
    )

    with pytest.raises(ConfigError, match="given twice"):
        load_config(tmp_path, {})


def test_the_address_is_sent_as_configured_without_its_fragment():
    story = visit({"/feed": an_answer()}, path="/feed?b=2&a=%7e1&utm_source=x#part")

    assert story.server.requests[0][0] == "/feed?b=2&a=%7e1&utm_source=x"


@pytest.mark.parametrize(
    ("answer", "fetch", "problem"),
    [
        pytest.param(stall, {"total_timeout": HOUR / 18000}, "within 0.2 s", id="silence"),
        pytest.param(drip, {"total_timeout": HOUR / 18000}, "within 0.2 s", id="deadline"),
        pytest.param(a_feed(b"x" * 5000), {"max_body": 4000}, "larger than", id="body-limit"),
    ],
)
def test_limits_end_a_visit_and_nothing_is_retried_within_the_interval(
    tmp_path, answer, fetch, problem
):
    async def story(world):
        await world.tick()
        await world.visit_at(NOON + LATER, NOON + HOUR - LATER)
        assert world.paths == ["/feed"]
        assert world.state().status == "failed"
        assert problem in world.state().error

    run(story, {"/feed": answer}, tmp_path, **fetch)


@pytest.mark.parametrize("host", ["news.example", "other.example"])
def test_certificates_are_verified_and_nothing_falls_back_to_http(tmp_path, host):
    async def story(world):
        await world.tick()
        assert world.state().status == "failed"
        assert "its certificate is not trusted" in world.state().error
        assert "_ssl.c" not in world.state().error
        assert world.paths == []

    followed = a_source(feed=f"https://{host}:PORT/feed")
    # The other one is signed by somebody whom we trust, but for another name.
    trusted = {"authorities": authorities()} if host == "other.example" else {}
    run(story, {"/feed": a_feed()}, tmp_path, followed, tls=certified(), **trusted)
    # An unclosed socket fails this test, not the one during which it would be collected.
    gc.collect()


def test_a_certificate_of_an_authority_of_our_own_is_good(tmp_path):
    async def story(world):
        await world.tick()
        assert world.state().status == "ok"

    followed = a_source(feed="https://news.example:PORT/feed")
    run(story, {"/feed": a_feed()}, tmp_path, followed, tls=certified(), authorities=authorities())


@pytest.mark.parametrize("denied", ["news.example", "example"])
def test_denied_hosts_are_never_asked(tmp_path, denied):
    async def story(world):
        await world.tick()
        assert world.server.connections == 0
        assert "deny_hosts" in world.state().error

    run(story, {"/feed": a_feed()}, tmp_path, deny_hosts=(denied,))


def test_denied_hosts_are_not_reached_by_way_of_a_redirect():
    routes = {"/feed": a_redirect("http://localhost:1/")}

    story = visit(routes, deny_hosts=("localhost",))

    assert isinstance(story.error, AddressRefused)


def test_what_a_hub_announces_is_visited_once_a_day_besides():
    bounds = interval_bounds(a_source(), Fetch())

    plan = plan_next(NOON, Asked(bounds=bounds, pushed=True))

    assert plan.at == NOON + DAY


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(an_answer("500 Oops"), id="error"),
        pytest.param(an_answer("429 Slow"), id="hold"),
        pytest.param(an_answer(body=b"no feed"), id="no-feed"),
        pytest.param(a_redirect("//user:s3cret@127.0.0.1:1/?key=s3cret"), id="redirect"),
        pytest.param(a_feed(), id="good"),
    ],
)
def test_no_secret_stands_in_the_log_or_in_what_is_shown(tmp_path, caplog, answer):
    caplog.set_level("DEBUG", logger="syndicator")

    async def story(world):
        await world.tick()
        assert "s3cret" not in (world.state().error or "")

    feed = "http://news.example:PORT/feed?token=s3cret"
    auth = Auth(user="reader", password="s3cret")
    run(story, {"/feed": answer}, tmp_path, a_source(feed=feed, auth=auth))

    ours = [record for record in caplog.records if record.name.startswith("syndicator")]
    assert ours
    assert not [record for record in ours if "s3cret" in str(vars(record))]
