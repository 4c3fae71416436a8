"""What instant a publisher meant, and how we write one.  Pure.

Feeds state times as RFC 3339 (Atom, JSON Feed), as RFC 822 with its successors (RSS) or
in something near to one of them: a space for the ``T``, a month in the language of the
page, a zone by name.  All become aware UTC.  A time without a zone is read as UTC, a date
without a time as its first second; what cannot be read is ``None``, never a guess.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import lru_cache

LONGEST = 100
"""Characters; no dialect needs more, and patterns shall not run over a novel."""

_ISO = re.compile(
    r"""(?P<year>\d{4}) (?: -? (?P<month>\d{2}) (?: -? (?P<day>\d{2}) )? )?
    (?: (?:[T ]|\ +) (?P<hour>\d{1,2}) :? (?P<minute>\d{2}) (?: :? (?P<second>\d{2}) (?:[.,]\d+)? )? )?
    \ * (?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{2,5})?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_CLOCK = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>(?:GMT|UTC|UT)?[+-]\d{1,2}:?\d{0,2}|[^\W\d_]{1,5})?"
_WORDS = (
    # 9 Dec 2015 12:00:00 GMT; 9. Dezember 2015, 12:00; 09-Dec-15
    re.compile(
        r"(?:[^\W\d_]+[,.]*\s*)?(?P<day>\d{1,2})\.?[\s-]+(?:de\s+)?(?P<name>[^\W\d_]+)\.?,?[\s-]+"
        rf"(?:de\s+)?(?P<year>\d{{2,4}})(?:,?\s+(?:at\s+)?{_CLOCK}\s*(?P<half>[ap]m)?)?\s*{_ZONE}"
        r"(?:\s*\([^()]*\))?",
        re.IGNORECASE,
    ),
    # Wed Dec  9 12:00:00 GMT 2015
    re.compile(
        rf"[^\W\d_]+\s+(?P<name>[^\W\d_]+)\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+"
        r"(?:(?P<zone>[^\W\d_]{1,5}|[+-]\d{4})\s+)?(?P<year>\d{4})",
        re.IGNORECASE,
    ),
    # December 9, 2015 12:00 PM
    re.compile(
        r"(?:[^\W\d_]+,\s*)?(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?(?:-\s+)?{_CLOCK}\s*(?P<half>[ap]m)?)?\s*{_ZONE}",
        re.IGNORECASE,
    ),
)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janvier janv enero ene janeiro gennaio gen januari",
            "feb february februar février févr fév febrero fevereiro fev febbraio februari",
            "mar march mär märz mrz mars marzo março maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maio maggio mag mei",
            "jun june juni juin junio junho giugno giu",
            "jul july juli juillet juil julio julho luglio lug",
            "aug august août agosto ago augustus",
            "sep sept september septembre septiembre setembro set settembre sett",
            "oct october okt oktober octobre octubre outubro out ottobre ott",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}

# RFC 822 knows the American zones; the others are those that feeds write although they
# should not.  IST and BST have several meanings: the one with most publishers is taken.
_ZONES = {
    **dict.fromkeys(("", "z", "ut", "utc", "gmt", "wet"), 0.0),
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
    "akdt": -8,
    "akst": -9,
    "hst": -10,
    "adt": -3,
    "ast": -4,
    "ndt": -2.5,
    "nst": -3.5,
    "bst": 1,
    "west": 1,
    "cet": 1,
    "met": 1,
    "mez": 1,
    "cest": 2,
    "mest": 2,
    "mesz": 2,
    "eet": 2,
    "sast": 2,
    "cat": 2,
    "wat": 1,
    "eest": 3,
    "eat": 3,
    "msk": 3,
    "trt": 3,
    "gst": 4,
    "pkt": 5,
    "ist": 5.5,
    "npt": 5.75,
    "wib": 7,
    "ict": 7,
    "sgt": 8,
    "hkt": 8,
    "awst": 8,
    "jst": 9,
    "kst": 9,
    "acst": 9.5,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
}
_OFFSET = re.compile(r"(?:gmt|utc|ut)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


def parse_timestamp(text: str) -> datetime | None:
    """Return the instant that *text* states, aware and in UTC; None if it states none.

    Reads RFC 3339 and ISO 8601 dates, RFC 822 (RFC 5322) and the usual departures from
    both.  The name of the weekday is not checked: publishers get it wrong.
    """
    if len(text) > LONGEST:
        return None
    text = " ".join(text.split())
    found = _ISO.fullmatch(text)
    if found:
        return _instant(found.groupdict())
    for pattern in _WORDS:
        found = pattern.fullmatch(text)
        if found:
            return _instant(found.groupdict())
    return None


def rfc3339(dt: datetime) -> str:
    """Return *dt* as Atom and JSON Feed write it: ``2026-11-23T12:00:00Z``.

    Raises:
        ValueError: *dt* is naive.
    """
    return _utc(dt).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def rfc822(dt: datetime) -> str:
    """Return *dt* as RSS writes it, in any locale: ``Wed, 09 Dec 2015 00:00:00 GMT``.

    Raises:
        ValueError: *dt* is naive.
    """
    return format_datetime(_utc(dt), usegmt=True)


def _utc(dt: datetime) -> datetime:
    if dt.tzinfo is None:
        raise ValueError("the time must be aware")
    return dt.astimezone(UTC)


def _instant(parts: dict[str, str | None]) -> datetime | None:
    month = _month(parts)
    zone = _zone(parts.get("zone") or "")
    if month is None or zone is None:
        return None
    hour, minute = _hour(parts), int(parts["minute"] or 0)
    # 23:59:60 is a leap second and 24:00 the end of a day: both are times, but not Python's.
    extra = timedelta(days=1) if (hour, minute) == (24, 0) else timedelta(0)
    try:
        local = datetime(
            _year(parts["year"] or ""),
            month,
            int(parts["day"] or 1),
            hour % 24 if extra else hour,
            minute,
            min(int(parts["second"] or 0), 59),
            tzinfo=zone,
        )
        return (local + extra).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month(parts: dict[str, str | None]) -> int | None:
    name = parts.get("name")
    if name is None:
        return int(parts["month"] or 1)
    return _MONTHS.get(name.lower()) or _MONTHS.get(name.lower()[:3])


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or "").lower()
    if half and 1 <= hour <= 12:
        return hour % 12 + (12 if half == "pm" else 0)
    return hour


@lru_cache(maxsize=256)
def _zone(name: str) -> timezone | None:
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        away = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if away >= timedelta(days=1):
            return None
        return timezone(-away if sign == "-" else away)
    known = _ZONES.get(name.lower())
    return None if known is None else timezone(timedelta(hours=known))
