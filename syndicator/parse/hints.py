"""When a channel asks not to be visited: ``skipHours``, ``skipDays``, ``sy:``.  Pure.

RSS 2.0 lets a channel name hours (GMT) and days of the week in which it has no news; the
syndication module of RSS 1.0 lets it name the period in which it changes.  All of them
are hints, so they are looked for in the bytes, whoever reads the rest: what cannot be read
says nothing.
"""

import re
from dataclasses import replace

from syndicator.model.feed import ParsedFeed

_SKIP_HOURS = re.compile(rb"<skipHours\b[^>]{0,200}>(.{0,2000}?)</skipHours\s*>", re.DOTALL)
_SKIP_DAYS = re.compile(rb"<skipDays\b[^>]{0,200}>(.{0,2000}?)</skipDays\s*>", re.DOTALL)
_HOUR = re.compile(rb"<hour\b[^>]{0,100}>\s*(\d{1,2})\s*</hour")
_DAY = re.compile(rb"<day\b[^>]{0,100}>\s*([A-Za-z]{6,9})\s*</day")
_PERIOD = re.compile(rb":updatePeriod\b[^>]{0,200}>\s*([A-Za-z]{5,7})\s*</")
_FREQUENCY = re.compile(rb":updateFrequency\b[^>]{0,200}>\s*(\d{1,6})\s*</")
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_PERIODS = {b"hourly": 60, b"daily": 1440, b"weekly": 10_080, b"monthly": 43_200}
_PERIODS |= {b"yearly": 525_600}


def with_hints(feed: ParsedFeed, body: bytes) -> ParsedFeed:
    """Return *feed* with the hints that its document, *body*, gives."""
    return replace(
        feed,
        update_minutes=_update_minutes(body) if b":updatePeriod" in body else None,
        skip_hours=_skip_hours(body) if b"<skipHours" in body else (),
        skip_days=_skip_days(body) if b"<skipDays" in body else (),
    )


def _update_minutes(body: bytes) -> int | None:
    period, frequency = _PERIOD.search(body), _FREQUENCY.search(body)
    minutes = _PERIODS.get(period[1].lower()) if period else None
    times = int(frequency[1]) if frequency else 1
    return None if minutes is None else max(1, minutes // max(1, times))


def _skip_hours(body: bytes) -> tuple[int, ...]:
    found = _SKIP_HOURS.search(body)
    # Some count 1 to 24: the 24th is midnight.
    hours = {int(hour) % 24 for hour in _HOUR.findall(found[1]) if int(hour) <= 24} if found else ()
    return tuple(sorted(hours))


def _skip_days(body: bytes) -> tuple[int, ...]:
    found = _SKIP_DAYS.search(body)
    names = [day.lower() for day in _DAY.findall(found[1])] if found else []
    return tuple(sorted({_DAYS.index(name) for name in names if name in _DAYS}))
