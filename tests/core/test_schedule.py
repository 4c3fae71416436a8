"""When a source is due next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.settings import Fetch
from syndicator.schedule import (
    LONGEST_WAIT,
    Asked,
    Bounds,
    Plan,
    interval_bounds,
    plan_next,
    rhythm_wait,
)
from tests.builders import a_source

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY
waits = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def fixed(every):
    return Bounds(every=every, least=every, most=every, hints_up_to=max(every, DAY))


def due_at(now, *, every, key="", **asked):
    return plan_next(now, Asked(bounds=fixed(every), **asked), key=key).at


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param({}, HOUR, id="only-the-operator-asks"),
        pytest.param({"fresh_for": 3 * HOUR}, 3 * HOUR, id="answer-stays-fresh-for-longer"),
        pytest.param({"fresh_for": HOUR / 2}, HOUR, id="freshness-never-shortens"),
        pytest.param({"retry_after": 5 * HOUR}, 5 * HOUR, id="server-asks-us-to-wait"),
        pytest.param({"retry_after": -HOUR}, HOUR, id="server-asked-for-a-time-gone-by"),
        pytest.param({"failures": 1}, HOUR, id="first-failure"),
        pytest.param({"failures": 2}, 2 * HOUR, id="second-failure-doubles"),
        pytest.param({"failures": 5}, 16 * HOUR, id="fifth-failure"),
        pytest.param({"failures": 6}, DAY, id="back-off-ends-at-a-day"),
        pytest.param({"failures": 10**9}, DAY, id="back-off-never-kills-a-feed"),
        pytest.param({"failures": 3, "retry_after": HOUR}, 4 * HOUR, id="the-longest-wins"),
        pytest.param({"every": 5 * DAY, "failures": 9}, 5 * DAY, id="rare-source-stays-rare"),
        pytest.param({"fresh_for": 300 * DAY}, LONGEST_WAIT, id="never-longer-than-a-week"),
        pytest.param({"retry_after": 300 * DAY}, LONGEST_WAIT, id="nor-for-retry-after"),
        pytest.param({"every": HOUR / 4}, HOUR / 4, id="operator-in-a-hurry"),
        pytest.param({"every": HOUR / 4, "failures": 1}, HOUR, id="no-hurry-after-a-failure"),
        pytest.param({"hint": 5 * HOUR}, 5 * HOUR, id="the-feed-asks-for-fewer-visits"),
        pytest.param({"hint": HOUR / 60}, HOUR, id="a-hint-never-shortens"),
        pytest.param({"hint": 90 * DAY}, DAY, id="a-hint-is-only-a-hint"),
        pytest.param({"unvalidated": True}, DAY, id="no-validators-ever"),
        pytest.param({"pushed": True}, DAY, id="a-hub-tells-of-news"),
        pytest.param({"failures": 1, "status": 404}, DAY, id="not-found"),
        pytest.param({"failures": 1, "status": 403}, DAY, id="forbidden"),
        pytest.param(
            {"failures": 9, "status": 404, "failing_for": 30 * DAY},
            WEEK,
            id="not-found-for-a-month",
        ),
        pytest.param(
            {"failures": 9, "status": 500, "failing_for": 90 * DAY}, DAY, id="broken-for-a-season"
        ),
    ],
)
def test_the_longest_wish_wins(asked, wait):
    assert due_at(NOON, **({"every": HOUR} | asked)) == NOON + wait


def test_two_sources_of_one_interval_do_not_meet():
    due = {due_at(NOON, every=HOUR, key=f"source-{n}") for n in range(100)}

    assert len(due) == 100


def test_sources_spread_over_the_whole_tenth():
    due = sorted(due_at(NOON, every=HOUR, key=f"source-{n}") for n in range(200))

    assert due[0] < NOON + HOUR + timedelta(seconds=30)
    assert due[-1] > NOON + HOUR + timedelta(minutes=5, seconds=30)


def test_the_same_source_gets_the_same_time_again():
    assert due_at(NOON, every=HOUR, key="news") == due_at(NOON, every=HOUR, key="news")


@given(
    key=st.text(max_size=20),
    every=waits,
    fresh_for=waits,
    retry=waits,
    failures=st.integers(0, 10**6),
)
def test_jitter_only_adds_and_stays_within_a_tenth_or_a_fifth_after_failures(
    key, every, fresh_for, retry, failures
):
    asked = {"every": every, "fresh_for": fresh_for, "retry_after": retry, "failures": failures}

    plain = due_at(NOON, **asked)
    due = due_at(NOON, **asked, key=key)

    assert (
        plain
        <= due
        <= plain + (plain - NOON) * (0.2 if failures else 0.1) + timedelta(microseconds=1)
    )
    assert due <= NOON + LONGEST_WAIT


def test_what_failed_together_is_spread_wider_than_what_went_well():
    well, failed = (
        max(due_at(NOON, every=HOUR, failures=failures, key=f"s{n}") for n in range(50)) - NOON
        for failures in (0, 1)
    )

    assert well < HOUR * 1.1 < HOUR * 1.15 < failed


@given(every=waits, fresh_for=waits, retry=waits, key=st.text(max_size=20))
def test_never_before_what_the_server_allowed(every, fresh_for, retry, key):
    due = due_at(NOON, every=every, fresh_for=fresh_for, retry_after=retry, key=key)

    assert due >= NOON + min(max(every, fresh_for, retry), LONGEST_WAIT)


@given(failures=st.integers(0, 10**6), every=waits, key=st.text(max_size=20))
def test_more_failures_never_mean_an_earlier_check(failures, every, key):
    before = due_at(NOON, every=every, failures=failures, key=key)
    after = due_at(NOON, every=every, failures=failures + 1, key=key)

    assert before <= after


def test_a_naive_time_is_a_bug():
    with pytest.raises(ValueError, match="aware"):
        due_at(NOON.replace(tzinfo=None), every=HOUR)


def test_negative_failures_are_a_bug():
    with pytest.raises(ValueError, match="negative"):
        due_at(NOON, every=HOUR, failures=-1)


@pytest.mark.parametrize(
    ("skip", "due"),
    [
        pytest.param({"skip_hours": (12, 13, 14)}, NOON + 3 * HOUR, id="hours"),
        pytest.param({"skip_hours": (12,)}, NOON + HOUR, id="not-that-hour"),
        pytest.param({"skip_hours": tuple(range(24))}, NOON + HOUR, id="every-hour-is-no-hint"),
        pytest.param({"skip_days": (0,)}, NOON + 12 * HOUR, id="day"),
        pytest.param({"skip_days": tuple(range(7))}, NOON + HOUR, id="every-day-is-no-hint"),
        pytest.param(
            {"skip_days": (0,), "skip_hours": (0, 1)}, NOON + 14 * HOUR, id="day-and-hours"
        ),
    ],
)
def test_skipped_hours_and_days_are_left_out(skip, due):
    assert due_at(NOON, every=HOUR, **skip) == due


def test_a_plan_says_whose_wish_decided():
    calm = plan_next(NOON, Asked(bounds=fixed(HOUR)))
    asked = plan_next(NOON, Asked(bounds=fixed(HOUR), retry_after=2 * HOUR))

    assert calm == Plan(at=NOON + HOUR, why="the interval of the configuration")
    assert asked.why == "the server asked to be left alone until then"


@pytest.mark.parametrize(
    ("source", "fetch", "least", "most"),
    [
        pytest.param({}, {}, HOUR, HOUR, id="nothing-said-is-an-hour"),
        pytest.param({}, {"interval": HOUR / 60}, HOUR / 4, HOUR / 4, id="never-under-15-minutes"),
        pytest.param(
            {"interval": HOUR / 60}, {}, HOUR / 60, HOUR / 60, id="unless-the-source-says-so"
        ),
        pytest.param(
            {},
            {"min_interval": HOUR / 2, "max_interval": DAY},
            HOUR / 2,
            DAY,
            id="house-range",
        ),
        pytest.param(
            {"interval": 2 * HOUR},
            {"min_interval": HOUR / 2, "max_interval": DAY},
            2 * HOUR,
            2 * HOUR,
            id="interval-of-the-source-is-fixed",
        ),
        pytest.param({"max_interval": DAY}, {}, HOUR, DAY, id="source-may-be-visited-less"),
    ],
)
def test_operator_sets_the_range(source, fetch, least, most):
    bounds = interval_bounds(a_source(**source), Fetch(**fetch))

    assert (bounds.least, bounds.most) == (least, most)
    assert bounds.least <= bounds.every <= bounds.most


def test_hosts_of_ours_may_be_asked_at_any_pace():
    second = timedelta(seconds=1)

    bounds = interval_bounds(a_source(), Fetch(interval=second), ours=True)

    assert (bounds.every, bounds.hints_up_to) == (second, second)


def every_so_often(gap, count=40):
    return [NOON - gap * (n + 1) for n in range(count)]


@pytest.mark.parametrize(
    ("posts", "wait"),
    [
        pytest.param(every_so_often(HOUR, 4), None, id="too-few-to-tell"),
        pytest.param(every_so_often(HOUR), HOUR / 2, id="hourly"),
        pytest.param(every_so_often(4 * HOUR), 2 * HOUR, id="every-four-hours"),
        pytest.param(every_so_often(14 * DAY), LONGEST_WAIT, id="fortnightly"),
    ],
)
def test_visit_comes_when_news_is_to_be_expected(posts, wait):
    found = rhythm_wait(NOON, posts, longest=LONGEST_WAIT)

    if wait is None:
        assert found is None
    else:
        assert wait * 0.7 < found <= wait * 1.3


def test_a_source_that_posts_in_the_morning_is_left_alone_at_night():
    mornings = [NOON.replace(hour=8) - DAY * n for n in range(40)]
    evening, morning = NOON.replace(hour=18), NOON.replace(hour=7) + DAY

    at_night = rhythm_wait(evening, mornings, longest=DAY)
    at_dawn = rhythm_wait(morning, mornings, longest=DAY)

    assert at_night > 10 * HOUR
    assert at_dawn < 3 * HOUR


def test_a_source_that_fell_silent_is_visited_ever_more_rarely():
    posts = every_so_often(HOUR)

    waits = [rhythm_wait(NOON + DAY * n, posts, longest=WEEK) for n in (0, 3, 30)]

    assert waits == sorted(set(waits))


@given(
    posts=st.lists(st.datetimes(timezones=st.just(UTC)), max_size=60),
    least=st.timedeltas(min_value=HOUR / 60, max_value=DAY),
    more=st.timedeltas(min_value=timedelta(0), max_value=6 * DAY),
)
def test_rhythm_stays_within_the_operators_range(posts, least, more):
    bounds = Bounds(every=least, least=least, most=least + more, hints_up_to=DAY)

    due = plan_next(NOON, Asked(bounds=bounds, posts=posts)).at

    assert NOON + least <= due <= NOON + least + more
