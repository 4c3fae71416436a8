"""Manners: one request at a time, spaced, and none to a host that asked for rest."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from syndicator.errors import HostOnHold, HttpStatusError
from syndicator.fetch import fetch_feed
from syndicator.fetch.manners import SWEEP_AT, HostGate
from tests.badserver import BODY, NOTHING, a_client, a_redirect, a_server, an_answer, limits, visit


def test_one_host_gets_one_request_at_a_time_with_the_gap_between():
    gap = timedelta(seconds=0.05)

    async def story():
        routes = {f"/{n}": an_answer() for n in range(4)}
        async with a_server(routes) as server:
            gate = HostGate(gap)
            async with a_client() as client:
                await asyncio.gather(
                    *(
                        fetch_feed(client, server.url(path), NOTHING, limits(), gate=gate)
                        for path in routes
                    )
                )
            return server

    spans = sorted(asyncio.run(story()).spans)

    assert len(spans) == 4
    # The server sees an end a little later than the client does.
    assert all(b[0] - a[0] >= gap.total_seconds() for a, b in pairwise(spans))


def test_redirects_pass_the_gate_without_locking_themselves_out():
    gap = timedelta(seconds=0.05)
    routes = {"/feed": a_redirect("/b"), "/b": a_redirect("/c"), "/c": an_answer(body=BODY)}

    story = visit(routes, gate=lambda: HostGate(gap))

    starts = [began for began, _ in story.server.spans]
    assert story.outcome.body == BODY
    assert all(b - a >= gap.total_seconds() for a, b in pairwise(starts))


def test_waiting_for_the_turn_does_not_use_up_the_deadline():
    async def story():
        async with a_server({"/feed": an_answer(body=BODY)}) as server:
            gate = HostGate(timedelta(seconds=0.4))
            asked = limits(total_timeout=timedelta(seconds=0.3))
            async with a_client(total_timeout=asked.total_timeout) as client:
                return [
                    await fetch_feed(client, server.url(), NOTHING, asked, gate=gate)
                    for _ in range(2)
                ]

    assert len(asyncio.run(story())) == 2


def test_hosts_do_not_wait_for_each_other():
    async def story():
        gate = HostGate(timedelta(hours=1))
        async with asyncio.timeout(5), gate.turn("a.example"), gate.turn("b.example"):
            return True

    assert asyncio.run(story())


def test_the_case_of_a_host_does_not_open_a_second_lane():
    async def story():
        gate = HostGate(timedelta(0))
        gate.hold("News.Example", timedelta(hours=1), status=429)
        return gate.held("news.example")

    assert asyncio.run(story()).status == 429


def test_a_shorter_hold_does_not_lift_a_longer_one():
    async def story():
        gate = HostGate(timedelta(0))
        gate.hold("a.example", timedelta(hours=2), status=503)
        gate.hold("a.example", timedelta(hours=1), status=429)
        return gate.held("a.example")

    held = asyncio.run(story())
    assert held.status == 503
    assert held.for_ > timedelta(hours=1)


def test_a_turn_that_fails_or_is_cancelled_is_given_back():
    async def story():
        gate = HostGate(timedelta(0))
        with pytest.raises(KeyError):
            async with gate.turn("a.example"):
                raise KeyError
        waiting = asyncio.create_task(_hold_turn(gate))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5), gate.turn("a.example"):
            return True

    assert asyncio.run(story())


async def _hold_turn(gate):
    async with gate.turn("a.example"):
        await asyncio.sleep(60)


def test_the_gate_forgets_hosts_with_nothing_to_remember():
    async def story():
        gate = HostGate(timedelta(0))
        gate.hold("held.example", timedelta(hours=1), status=429)
        for n in range(5 * SWEEP_AT):
            async with gate.turn(f"{n}.example"):
                pass
        return gate.remembered, gate.held("held.example")

    remembered, held = asyncio.run(story())

    assert remembered <= 2 * SWEEP_AT
    assert held is not None


@pytest.mark.parametrize("status", ["429 Slow Down", "503 Busy"])
def test_a_host_that_said_later_is_left_alone_with_all_its_feeds(status):
    async def story():
        async with a_server({"/feed": an_answer(status), "/other": an_answer()}) as server:
            gate = HostGate(timedelta(0))
            async with a_client() as client:
                with pytest.raises(HttpStatusError):
                    await fetch_feed(client, server.url(), NOTHING, limits(), gate=gate)
                with pytest.raises(HostOnHold) as refused:
                    await fetch_feed(client, server.url("/other"), NOTHING, limits(), gate=gate)
            return server, refused.value

    server, refused = asyncio.run(story())

    assert [path for path, _ in server.requests] == ["/feed"]
    assert timedelta(minutes=59) < refused.retry_after <= timedelta(hours=1)
    assert "not asked" in str(refused)
