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
        pytest.param("09 Dec 2015 12:00:00 XYZ", NOON, id="zone-that-nobody-knows"),
        pytest.param("09 Dec 2015 12:00:00 A", NOON, id="military-zone"),
        pytest.param("09 Dec 2015 07:00:00 ET", NOON, id="american-zone-without-season"),
        pytest.param("09 Dec 2015 12:00:00 Etc/GMT", NOON, id="zone-by-its-place"),
        pytest.param("Wed, 09 Dec 2015 13:00:00 +0100 CET", NOON, id="offset-and-name"),
        pytest.param("Wed, 09 Dec 2015 13:00:00 UTC +01:00", NOON, id="offset-after-a-space"),
        pytest.param("Wed ,9 Dec 2015 12:00:00 GMT", NOON, id="comma-in-the-wrong-place"),
        pytest.param("Wednesday, 09-Dec-15 12:00:00 GMT", NOON, id="rfc850"),
        pytest.param("Wed Dec 09 2015 13:00:00 GMT+0100 (CET)", NOON, id="javascript"),
        pytest.param("Wed, Dec 9 12:00:00 +00:00 2015", NOON, id="asctime-with-offset"),
        pytest.param("Wed, 09 Dec 115 12:00:00 GMT", NOON, id="year-of-three-digits"),
        pytest.param("09/Dec/2015:12:00:00 +0000", NOON, id="log-of-a-server"),
        pytest.param("2015-12-09 12:00:00.5 +0000 UTC", NOON, id="go"),
        pytest.param("2015-12-09T13:00:00+01:00[Europe/Berlin]", NOON, id="rfc9557"),
        pytest.param("2015-12-09T14:00:00+2:00", NOON, id="offset-of-one-digit"),
        pytest.param("2015-12-09 12:00 PM", NOON, id="noon-is-pm-in-iso-too"),
        pytest.param("2015-12-09T12Z", NOON, id="hour-only"),
        pytest.param("2015/12/9 12:00:00", NOON, id="slashes"),
        pytest.param("Wed, 2015/12/09 07:00:00 EST", NOON, id="perforce"),
        pytest.param("2015-343", DAY, id="day-of-the-year"),
        pytest.param("2015343", DAY, id="day-of-the-year-basic"),
        pytest.param("2015-december-9T7:00-05:00", NOON, id="year-first-and-a-word"),
        pytest.param("2015. május 9.", datetime(2015, 5, 9, tzinfo=UTC), id="hungarian"),
        pytest.param("Τετ, 09 Δεκ 2015 12:00:00 +0000", NOON, id="greek"),
        pytest.param("9. Dezember 2015, 12:00 Uhr", NOON, id="german-clock"),
        pytest.param("9.12.2015 12:00", NOON, id="dots-are-day-first"),
        pytest.param("2015年12月9日 12:00", NOON, id="chinese"),
        pytest.param("2015년 12월 09일 21:00:00", NOON, id="korean"),
        pytest.param("2015-12-09 오후 09:00:00", NOON, id="korean-half"),
        pytest.param("2015-12-09 오전 09:00:00 Z", NOON - timedelta(hours=3), id="korean-and-zone"),
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
        pytest.param("1449662400000", id="epoch-in-milliseconds"),
        pytest.param("03-12-31", id="which-is-the-year"),
        pytest.param("12/09/2015 14:00", id="which-is-the-month"),
        pytest.param("--12-31", id="no-year"),
        pytest.param("12:00", id="no-date"),
        pytest.param("2015 was good", id="words-after-a-year"),
        pytest.param("Since 2015", id="words-before-a-year"),
        pytest.param("9 Dec 2015 noon", id="a-word-that-is-no-zone"),
        pytest.param("2015-000", id="day-0"),
        pytest.param("0000-00-00 00:00:00", id="nothing-in-mysql"),
        pytest.param("-0001-11-30T00:00:00+00:00", id="nothing-in-php"),
        pytest.param("Mon, 30 Nov -0001 00:00:00 +0000", id="nothing-in-php-rfc822"),
        pytest.param("0001-01-01T00:00:00Z", id="nothing-in-dotnet"),
        pytest.param("Mon, 01 Jan 0001 00:00:00 GMT", id="nothing-in-dotnet-rfc822"),
        pytest.param("Thu, 01 Jan 1970 01:00:00 +0100", id="nothing-in-unix"),
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
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(9000, 1, 1)),  # noqa: DTZ001
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
