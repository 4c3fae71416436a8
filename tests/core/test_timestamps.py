from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.timestamps import parse_timestamp, rfc822, rfc3339

NOON = datetime(2015, 12, 9, 12, tzinfo=UTC)
DAY = datetime(2015, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("2015-12-09T12:00:00Z", NOON, id="rfc3339"),
        pytest.param("2015-12-09t12:00:00z", NOON, id="rfc3339-small-letters"),
        pytest.param("2015-12-09T14:00:00+02:00", NOON, id="rfc3339-offset"),
        pytest.param("2015-12-09T14:00:00.123456789+02:00", NOON, id="fraction-of-any-length"),
        pytest.param("2015-12-09 12:00:00", NOON, id="space-and-no-zone-is-utc"),
        pytest.param("2015-12-09T14:00:00+0200", NOON, id="offset-without-colon"),
        pytest.param("20151209T120000Z", NOON, id="iso-basic"),
        pytest.param("2015-12-09T12:00Z", NOON, id="no-seconds"),
        pytest.param("2015-12-09", DAY, id="date-only"),
        pytest.param("2015-12", datetime(2015, 12, 1, tzinfo=UTC), id="month-only"),
        pytest.param("2015", datetime(2015, 1, 1, tzinfo=UTC), id="year-only"),
        pytest.param("2015-12-08T24:00:00Z", DAY, id="end-of-the-day"),
        pytest.param(
            "2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC), id="leap-second"
        ),
        pytest.param("Wed, 09 Dec 2015 12:00:00 GMT", NOON, id="rfc822"),
        pytest.param("Wed, 9 Dec 2015 12:00 GMT", NOON, id="rfc822-no-seconds"),
        pytest.param("Mon, 09 Dec 2015 12:00:00 GMT", NOON, id="wrong-weekday"),
        pytest.param("09 Dec 2015 07:00:00 EST", NOON, id="american-zone"),
        pytest.param("09 Dec 2015 13:00:00 CET", NOON, id="zone-that-rfc822-does-not-know"),
        pytest.param("09 Dec 2015 14:00:00 CEST", NOON, id="summer-time-by-name"),
        pytest.param("09 Dec 15 12:00:00 +0000", NOON, id="year-of-two-digits"),
        pytest.param(
            "09 Dec 98 12:00:00 UT", datetime(1998, 12, 9, 12, tzinfo=UTC), id="last-century"
        ),
        pytest.param("Wed, 09 Dec 2015 14:00:00 GMT+2", NOON, id="offset-after-gmt"),
        pytest.param("Wed, 09 Dec 2015 12:00:00 +0000 (UTC)", NOON, id="comment"),
        pytest.param("Wed Dec  9 12:00:00 2015", NOON, id="asctime"),
        pytest.param("Wed Dec 9 12:00:00 GMT 2015", NOON, id="unix-date"),
        pytest.param("December 9, 2015", DAY, id="american-long"),
        pytest.param("Dec 9, 2015 12:00 pm", NOON, id="noon-is-pm"),
        pytest.param("9 December 2015", DAY, id="british-long"),
        pytest.param("Mi, 09 Dez 2015 13:00:00 +0100", NOON, id="german"),
        pytest.param("9 décembre 2015", DAY, id="french"),
        pytest.param("9 de diciembre de 2015", DAY, id="spanish"),
        pytest.param("  2015-12-09T12:00:00Z \n", NOON, id="space-around"),
    ],
)
def test_what_feeds_write_is_read(text, instant):
    assert parse_timestamp(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("yesterday", id="words"),
        pytest.param("1449662400", id="epoch"),
        pytest.param("2015-13-09", id="month-13"),
        pytest.param("2015-02-30T00:00:00Z", id="february-30"),
        pytest.param("09 Foo 2015 12:00:00 GMT", id="unknown-month"),
        pytest.param("09 Dec 2015 12:00:00 XYZ", id="unknown-zone"),
        pytest.param("2015-12-09T25:00:00Z", id="hour-25"),
        pytest.param("0001-01-01T00:00:00+14:00", id="before-the-first-year"),
        pytest.param("9999-12-31T23:59:59-10:00", id="after-the-last-year"),
        pytest.param("2015-12-09T12:00:00+99:00", id="impossible-offset"),
        pytest.param("2015-12-09" + " " * 200, id="too-long"),
    ],
)
def test_what_states_no_time_is_none(text):
    assert parse_timestamp(text) is None


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text):
    instant = parse_timestamp(text)

    assert instant is None or instant.utcoffset() == timedelta(0)


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9000, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_what_we_write_we_read_back(naive, minutes):
    instant = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_timestamp(rfc3339(instant)) == instant
    assert parse_timestamp(rfc822(instant)) == instant


def test_times_are_written_in_utc_and_in_english():
    instant = datetime(2015, 12, 9, 1, 2, 3, 999999, tzinfo=timezone(timedelta(hours=1)))

    assert rfc3339(instant) == "2015-12-09T00:02:03Z"
    assert rfc822(instant) == "Wed, 09 Dec 2015 00:02:03 GMT"


@pytest.mark.parametrize("write", [rfc3339, rfc822])
def test_a_naive_time_is_a_mistake(write):
    with pytest.raises(ValueError, match="aware"):
        write(datetime(2015, 12, 9))  # noqa: DTZ001
