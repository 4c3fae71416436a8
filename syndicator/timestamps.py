"""What instant a publisher meant, and how we write one.  Pure.

Feeds state times as RFC 3339 (Atom, JSON Feed), as RFC 822 with its successors (RSS) or
in something near to one of them: a space for the ``T``, a month in the language of the
page, a zone by name.  All become aware UTC.  A time without a zone, or with one of a name
that is not known, is read as UTC (RFC 5322, 4.3), a date without a time as its first second;
what cannot be read is ``None``, never a guess: no number of seconds, no 03/04/05.
"""

import contextlib
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import lru_cache

LONGEST = 100
"""Characters; no dialect needs more, and patterns shall not run over a novel."""

_WEEKDAY = r"(?:[^\W\d_]+(?:\s*[,.]\s*|\s+))?"
_GAP = r"(?:\s+|[/-]|(?<=\.))"
_HALF = r"[ap]\.?m\b\.?"
_CLOCK = (
    r"(?:(?P<before>오전|오후)\s*)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    rf"(?:[:.](?P<second>\d{{2}})(?:[.,]\d+)?)?(?:\s*(?P<half>{_HALF}))?(?:\s*Uhr)?"
)
# After an offset its name may follow, after either a place (RFC 9557) or a comment.
_ZONE = (
    r"(?P<zone>(?:GMT|UTC|UT)?\s?[+-]\d{1,2}:?\d{0,2}|[A-Z][a-z]{1,9}/[\w/+-]{1,40}|[^\W\d_]{1,5})?"
    r"(?:(?<=\d)\s+[^\W\d_]{1,5})?(?:\s*\[[^\[\]]+\]|\s*\([^()]*\))*"
)
_DIALECTS = (
    # 2015-12-09T12:00:00.5+01:00; 20151209T120000Z; Wed, 2015/12/9 1:00 pm; 2015-343
    re.compile(
        rf"""(?:{_WEEKDAY}(?=\d{{4}}[-/.\d]))?(?P<year>\d{{4}})
        (?: -?(?P<ordinal>(?!000)(?:[0-2]\d\d|3[0-5]\d|36[0-6]))(?!\d)
          | [-/.]? (?P<month>\d{{2}}|(?<=[-/.])\d(?!\d))
            (?: [-/.]? (?P<day>\d{{2}}|(?<=[-/.])\d(?!\d)) )? )?
        (?: ,?(?:T|\ ) (?:(?P<before>오전|오후)\ ?)? (?P<hour>\d{{1,2}})
            (?: :? (?P<minute>\d{{2}}) (?: :? (?P<second>\d{{2}}) (?:[.,]\d+)? )? )?
            (?:\ ?(?P<half>{_HALF}))? )?
        \ ?{_ZONE}""",
        re.VERBOSE | re.IGNORECASE,
    ),
    # 9 Dec 2015 12:00:00 GMT; 9. Dezember 2015, 12:00; 09-Dec-15
    re.compile(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?{_GAP}(?:de\s+)?(?P<name>[^\W\d_]+)"
        rf"[.,]*{_GAP}(?:de\s+)?(?P<year>\d{{2,4}})(?:(?:,?\s+(?:at\s+)?|:){_CLOCK})?\s*{_ZONE}",
        re.IGNORECASE,
    ),
    # Wed Dec  9 12:00:00 GMT 2015
    re.compile(
        rf"[^\W\d_]+,?\s+(?P<name>[^\W\d_]+)\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+"
        r"(?:(?P<zone>[^\W\d_]{1,5}|[+-]\d{2}:?\d{2})\s+)?(?P<year>\d{4})",
        re.IGNORECASE,
    ),
    # December 9, 2015 12:00 PM; Wed Dec 09 2015 12:00:00 GMT+0100 (CET)
    re.compile(
        rf"{_WEEKDAY}(?P<name>[^\W\d_]+)\.?{_GAP}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?{_GAP}"
        rf"(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?(?:[|-]\s+)?{_CLOCK})?\s*{_ZONE}",
        re.IGNORECASE,
    ),
    # 2015 Dec 9; 2015-december-09T12:00+01:00; 2015. december 9.
    re.compile(
        rf"(?P<year>\d{{4}})\.?{_GAP}(?P<name>[^\W\d_]+)\.?{_GAP}(?P<day>\d{{1,2}})\.?"
        rf"(?:(?:T|,?\s+){_CLOCK})?\s*{_ZONE}",
        re.IGNORECASE,
    ),
    # 9.12.2015, 13:00 Uhr
    re.compile(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})"
        rf"(?:,?\s+(?:[|-]\s+)?{_CLOCK})?\s*{_ZONE}",
        re.IGNORECASE,
    ),
    # 2015년 12월 9일 21:00:00
    re.compile(
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"
        rf"(?:\s*{_CLOCK})?\s*{_ZONE}",
        re.IGNORECASE,
    ),
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KOREAN = re.compile("[년오]")
_KOREA = timezone(timedelta(hours=9))

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            (
                "jan january januar jän jänner janvier janv enero ene janeiro gennaio gen januari "
                "január ιαν ιανουαρίου"
            ),
            (
                "feb february februar février févr fév febrero fevereiro fev febbraio februari "
                "február februári φεβ φεβρουαρίου"
            ),
            "mar march mär märz mrz mars marzo março maart mrt március μάρ μαρ μάώ μαώ μαρτίου",
            "apr april avril avr abril abr aprile április απρ απριλίου",
            "may mai mayo maio maggio mag mei május μάι μαϊ μαι μαΐου",
            "jun june juni juin junio junho giugno giu június ιούν ιουν ιον ιουνίου",
            "jul july juli juillet juil julio julho luglio lug július ιούλ ιουλ ιολ ιουλίου",
            "aug august août agosto ago augustus augusztus αύγ αυγ αυγούστου",
            (
                "sep sept september septembre septiembre setembro set settembre sett "
                "szeptember σεπ σεπτεμβρίου"
            ),
            "oct october okt oktober octobre octubre outubro out ottobre ott október οκτ οκτωβρίου",
            "nov november novembre noviembre novembro νοέ νοε νοεμβρίου",
            "dec december dez dezember décembre déc diciembre dic dezembro dicembre δεκ δεκεμβρίου",
        ),
        start=1,
    )
    for name in names.split()
}

# RFC 822 knows the American zones; the others are those that feeds write although they
# should not; what is not here is UTC.  IST and BST have several meanings: the one with most
# publishers is taken.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    "edt": -4,
    "et": -5,
    "est": -5,
    "cdt": -5,
    "ct": -6,
    "cst": -6,
    "mdt": -6,
    "mt": -7,
    "mst": -7,
    "pdt": -7,
    "pt": -8,
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
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s?([+-])(\d{1,2}):?(\d{2})?")


def parse_timestamp(text: str) -> datetime | None:
    """Return the instant that *text* states, aware and in UTC; None if it states none.

    Reads RFC 3339 and ISO 8601 dates, RFC 822 (RFC 5322) and the usual departures from
    both.  The name of the weekday is not checked: publishers get it wrong.  Year 1 and the
    zero of Unix state none.
    """
    if len(text) > LONGEST:
        return None
    text = " ".join(text.split())
    if _RFC3339.fullmatch(text):
        with contextlib.suppress(ValueError, OverflowError):
            return _stated(datetime.fromisoformat(text).replace(microsecond=0).astimezone(UTC))
    for dialect in _DIALECTS:
        found = dialect.fullmatch(text)
        if found:
            return _instant(found.groupdict(), text)
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


def _instant(parts: dict[str, str | None], text: str) -> datetime | None:
    named = (parts.get("zone") or "").lower()
    month, zone = _month(parts), _zone(named)
    if month is None or zone is None:
        return None
    if named and not parts["hour"] and (not parts["day"] or _is_word(named)):
        return None
    if not named and _KOREAN.search(text):
        zone = _KOREA
    hour, minute = _hour(parts), int(parts["minute"] or 0)
    # 23:59:60 is a leap second and 24:00 the end of a day: both are times, but not Python's.
    extra = timedelta(days=1) if (hour, minute) == (24, 0) else timedelta(0)
    extra += timedelta(days=int(parts.get("ordinal") or 1) - 1)
    try:
        local = datetime(
            _year(parts["year"] or ""),
            month,
            int(parts["day"] or 1),
            0 if hour == 24 and minute == 0 else hour,
            minute,
            min(int(parts["second"] or 0), 59),
            tzinfo=zone,
        )
        return _stated((local + extra).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _is_word(named: str) -> bool:
    """Say whether what stands after a date without a time is no zone."""
    return named.isalpha() and named not in _ZONES


def _stated(instant: datetime) -> datetime | None:
    # The zero of a clock is what programs write where nobody stated a time.
    return None if instant.year < 1000 or instant == _EPOCH else instant


def _month(parts: dict[str, str | None]) -> int | None:
    name = parts.get("name")
    if name is None:
        return int(parts["month"] or 1)
    return _MONTHS.get(name.lower()) or _MONTHS.get(name.lower()[:3])


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 3:
        return year
    # Of three digits it is what a program of 1999 makes of the years since 1900.
    return year + (2000 if year < 70 else 1900)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or "").lower()[:1]
    half = half or {"오전": "a", "오후": "p"}.get(parts.get("before") or "", "")
    if half and 1 <= hour <= 12:
        return hour % 12 + (12 if half == "p" else 0)
    return hour


@lru_cache(maxsize=256)
def _zone(name: str) -> timezone | None:
    """Return the zone that *name* means: UTC if nobody knows, None if no place has it."""
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        away = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if away >= timedelta(days=1):
            return None
        return timezone(-away if sign == "-" else away)
    return timezone(timedelta(hours=_ZONES.get(name, 0)))
