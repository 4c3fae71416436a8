"""Subscriptions in the store, on both databases."""

from dataclasses import replace
from datetime import timedelta

from syndicator.model.visit import ListedFeed
from syndicator.model.websub import Subscription
from syndicator.store import lists, sources, subscriptions, transaction
from tests.builders import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ONE = Subscription(
    token="t1",
    source_id="news",
    hub="https://hub.example/",
    topic="https://news.example/feed",
    base="https://here.example",
    next_at=NOON + DAY,
    lease_until=NOON + 2 * DAY,
)


def followed(tx, **state):
    """Follow a source that is due in a day; *state* over that."""
    sources.follow(tx, {"news": "https://news.example/feed"}, now=NOON)
    (row,) = sources.due_sources(tx, now=NOON)
    sources.record_visits(tx, [replace(row, **({"next_check_at": NOON + DAY} | state))])


def due(tx, now=NOON):
    return [state.id for state in sources.due_sources(tx, now=now)]


def test_a_subscription_comes_back_as_it_was_stored(engine):
    full = replace(
        ONE, secret="s", pending="subscribe", failures=3, problem="p", pinged_at=NOON, leaving=True
    )
    with transaction(engine) as tx:
        subscriptions.save(tx, [ONE])
        subscriptions.save(tx, [full])

        assert subscriptions.all_subscriptions(tx) == (full,)
        assert subscriptions.subscription(tx, "t1") == full
        assert subscriptions.subscription(tx, "t2") is None
        subscriptions.forget(tx, "t1")
        assert subscriptions.subscriptions_of(tx, "news") == ()


def test_a_pinged_source_is_due_until_a_visit_answers_it(engine):
    with transaction(engine) as tx:
        followed(tx)
        subscriptions.save(tx, [replace(ONE, problem="p")])
        assert due(tx) == []
        subscriptions.note_pings(tx, {"t1": NOON, "unknown": NOON})

        assert due(tx) == ["news"]
        (state,) = sources.due_sources(tx, now=NOON)
        assert state.pinged
        assert state.lease_until == ONE.lease_until
        assert subscriptions.subscription(tx, "t1").problem is None
        sources.record_visits(tx, [replace(state, ping_answered_at=state.pinged_at)])
        assert due(tx) == []
        subscriptions.note_pings(tx, {"t1": NOON + HOUR})
        assert due(tx) == ["news"]


def test_polling_comes_back_for_those_without_a_live_subscription(engine):
    with transaction(engine) as tx:
        followed(tx, poll_at=NOON + HOUR, pushes_work=True)
        subscriptions.save(tx, [ONE])

        sources.poll_again(tx, now=NOON)
        assert due(tx, NOON + HOUR) == []
        sources.poll_again(tx, now=NOON + 2 * DAY)
        assert due(tx, NOON + HOUR) == ["news"]
        assert sources.source_states(tx)["news"].poll_at is None


def test_only_sources_that_are_visited_are_announced(engine):
    with transaction(engine) as tx:
        followed(tx, hub="https://hub.example/", topic="https://news.example/feed")
        assert subscriptions.announced(tx) == {"news": (ONE.hub, ONE.topic)}

        state = sources.source_states(tx)["news"]
        sources.record_visits(tx, [replace(state, stopped="gone")])
        assert subscriptions.announced(tx) == {}


def test_a_list_is_replaced_as_a_whole_and_keeps_its_order(engine):
    feeds = [ListedFeed(list_id="one", feed=f"https://{n}.example/") for n in "cab"]
    with transaction(engine) as tx:
        lists.save_list(tx, "one", feeds)
        lists.save_list(tx, "two", [ListedFeed(list_id="two", feed="https://x.example/")])
        lists.save_list(tx, "one", feeds[:2])

        assert lists.listed(tx)[:2] == tuple(feeds[:2])
        lists.keep_lists(tx, ["one"])
        assert lists.listed(tx) == tuple(feeds[:2])
        lists.keep_lists(tx, [])
        assert lists.listed(tx) == ()
