"""When a source is due next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.schedule import LONGEST_WAIT, next_check_at

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
waits = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param({}, HOUR, id="only-the-operator-asks"),
        pytest.param({"fresh_for": 3 * HOUR}, 3 * HOUR, id="answer-stays-fresh-for-longer"),
        pytest.param({"fresh_for": HOUR / 2}, HOUR, id="freshness-never-shortens"),
        pytest.param({"retry_at": NOON + 5 * HOUR}, 5 * HOUR, id="server-asks-us-to-wait"),
        pytest.param({"retry_at": NOON - HOUR}, HOUR, id="server-asked-for-a-time-gone-by"),
        pytest.param({"failures": 1}, HOUR, id="first-failure"),
        pytest.param({"failures": 2}, 2 * HOUR, id="second-failure-doubles"),
        pytest.param({"failures": 5}, 16 * HOUR, id="fifth-failure"),
        pytest.param({"failures": 6}, DAY, id="back-off-ends-at-a-day"),
        pytest.param({"failures": 10**9}, DAY, id="back-off-never-kills-a-feed"),
        pytest.param({"failures": 3, "retry_at": NOON + HOUR}, 4 * HOUR, id="the-longest-wins"),
        pytest.param({"every": 5 * DAY, "failures": 9}, 5 * DAY, id="rare-source-stays-rare"),
        pytest.param({"fresh_for": 300 * DAY}, LONGEST_WAIT, id="never-longer-than-a-week"),
        pytest.param({"retry_at": NOON + 300 * DAY}, LONGEST_WAIT, id="nor-for-retry-after"),
        pytest.param({"every": HOUR / 4}, HOUR / 4, id="operator-in-a-hurry"),
        pytest.param({"every": HOUR / 4, "failures": 1}, HOUR, id="no-hurry-after-a-failure"),
    ],
)
def test_the_longest_wish_wins(asked, wait):
    assert next_check_at(NOON, **({"every": HOUR} | asked)) == NOON + wait


def test_two_sources_of_one_interval_do_not_meet():
    due = {next_check_at(NOON, every=HOUR, key=f"source-{n}") for n in range(100)}

    assert len(due) == 100


def test_sources_spread_over_the_whole_tenth():
    due = sorted(next_check_at(NOON, every=HOUR, key=f"source-{n}") for n in range(200))

    assert due[0] < NOON + HOUR + timedelta(seconds=30)
    assert due[-1] > NOON + HOUR + timedelta(minutes=5, seconds=30)


def test_the_same_source_gets_the_same_time_again():
    assert next_check_at(NOON, every=HOUR, key="news") == next_check_at(
        NOON, every=HOUR, key="news"
    )


@given(
    key=st.text(max_size=20),
    every=waits,
    fresh_for=waits,
    retry=waits,
    failures=st.integers(0, 10**6),
)
def test_jitter_only_adds_and_stays_within_a_tenth(key, every, fresh_for, retry, failures):
    asked = {"every": every, "fresh_for": fresh_for, "retry_at": NOON + retry, "failures": failures}

    plain = next_check_at(NOON, **asked)
    due = next_check_at(NOON, **asked, key=key)

    assert plain <= due <= plain + (plain - NOON) * 0.1 + timedelta(microseconds=1)
    assert due <= NOON + LONGEST_WAIT


@given(every=waits, fresh_for=waits, retry=waits, key=st.text(max_size=20))
def test_never_before_what_the_server_allowed(every, fresh_for, retry, key):
    due = next_check_at(NOON, every=every, fresh_for=fresh_for, retry_at=NOON + retry, key=key)

    assert due >= NOON + min(max(every, fresh_for, retry), LONGEST_WAIT)


@given(failures=st.integers(0, 10**6), every=waits, key=st.text(max_size=20))
def test_more_failures_never_mean_an_earlier_check(failures, every, key):
    before = next_check_at(NOON, every=every, failures=failures, key=key)
    after = next_check_at(NOON, every=every, failures=failures + 1, key=key)

    assert before <= after


def test_a_naive_time_is_a_bug():
    with pytest.raises(ValueError, match="aware"):
        next_check_at(NOON.replace(tzinfo=None), every=HOUR)


def test_negative_failures_are_a_bug():
    with pytest.raises(ValueError, match="negative"):
        next_check_at(NOON, every=HOUR, failures=-1)
