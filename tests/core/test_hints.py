"""What a channel asks for as to the time of visits."""

import pytest

from syndicator.parse import parse_feed

SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


def read(extra):
    body = f'<rss version="2.0" {SY}><channel><title>t</title>{extra}</channel></rss>'
    return parse_feed(body.encode(), content_type=None, base_url="https://a.example/feed")


@pytest.mark.parametrize(
    ("extra", "minutes"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("<sy:updatePeriod>hourly</sy:updatePeriod>", 60, id="hourly"),
        pytest.param(
            "<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            720,
            id="twice-a-day",
        ),
        pytest.param(
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            60,
            id="no-times-is-once",
        ),
        pytest.param(
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>999</sy:updateFrequency>",
            1,
            id="a-minute-at-least",
        ),
        pytest.param("<sy:updatePeriod>often</sy:updatePeriod>", None, id="no-period"),
    ],
)
def test_period_of_updates(extra, minutes):
    assert read(extra).update_minutes == minutes


def test_hours_and_days_without_news():
    hours = "".join(f"<hour>{hour}</hour>" for hour in (3, 24, 0, 25, 23))
    days = "<day>Sunday</day><day>monday</day><day>Someday</day>"

    feed = read(f"<skipHours>{hours}</skipHours><skipDays>{days}</skipDays>")

    assert feed.skip_hours == (0, 3, 23)
    assert feed.skip_days == (0, 6)
