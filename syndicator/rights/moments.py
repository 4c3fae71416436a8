"""When does an embargo end, when does a permission to show end?  Pure.

Publishers write these moments as sentences ("3 March 2027, 10 am CET"), as dates of W3CDTF
or as a DCMI Period (``start=...; end=...``).  What they leave open is read so that nothing
is shown too early or too long: without a zone an embargo ends in the last zone on earth and
a period in the first one.  Every expression is RE2's (linear time) and sees at most 500
characters.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from syndicator.rights.extract import MAX_LINE, Found, compile_pattern

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier januar jänner enero gennaio يناير",
            "february feb février februar febrero febbraio فبراير شباط",
            "march mar mars märz marzo مارس آذار اذار",
            "april apr avril abril aprile أبريل ابريل إبريل نيسان",
            "may mai mayo maggio مايو أيار ايار",
            "june jun juin juni junio giugno يونيو حزيران",
            "july jul juillet juli julio luglio يوليو تموز",
            "august aug août agosto أغسطس اغسطس آب",
            "september sep sept septembre septiembre settembre سبتمبر أيلول ايلول",
            "october oct octobre oktober octubre ottobre أكتوبر اكتوبر",
            "november nov novembre noviembre نوفمبر",
            "december dec décembre dezember diciembre dicembre ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "(?P<month>[\\pL]{2,12})"
"""A month's name in an expression."""

# Months of the Levant that are two words, under their other name; and the digits of Arabic.
_TWO_WORDS = {
    "كانون الثاني": "يناير",
    "تشرين الأول": "أكتوبر",
    "تشرين الاول": "أكتوبر",
    "تشرين الثاني": "نوفمبر",
    "كانون الأول": "ديسمبر",
    "كانون الاول": "ديسمبر",
}
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،", "01234567890123456789,")

_OR_SO_CALLED = r"(?:\s*/\s*[\pL]{2,12})?"
_DATES = (
    compile_pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    compile_pattern(r"(?:^|\D)(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})(?:T|\D|$)"),
    compile_pattern(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?{MONTH}{_OR_SO_CALLED}"
        r"\.?,?\s+(?:de\s+)?(?P<year>\d{4})"
    ),
    compile_pattern(rf"{MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
    compile_pattern(r"(?:^|\D)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
)
_SLASHED = compile_pattern(r"(?:^|\D)(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})(?:\D|$)")
_TIMES = (
    compile_pattern(
        r"(?:^|[^\d:])(?P<hour>\d{1,2})(?:[:h.]| h | uhr )(?P<minute>\d{2})(?::\d{2})?(?:\D|$)"
    ),
    compile_pattern(
        r"(?:^|[^\d:+-])(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?:[0-5]\d)?\s?"
        r"(?:z|h|hrs|hours|utc|gmt|[a-z]{2,4}t|me[sz]{1,2})\b"
    ),
    compile_pattern(
        r"(?:^|[^\d:+-])(?P<hour>\d{1,2})\s?(?P<minute>)(?:[ap]\.?m\b|uhr\b|h\b|heures?\b|horas?\b|hrs\b|o.clock\b)"
    ),
    compile_pattern(r"(?:\b(?:at|um|a las|alle)|à|الساعة)\s+(?P<hour>\d{1,2})(?P<minute>)(?:\D|$)"),
)
_NOON = compile_pattern(r"\b(?:noon|midday|mittags?|midi|mediodía)\b")
_MIDNIGHT = compile_pattern(r"\b(?:midnight|mitternachts?|minuit|medianoche)\b|منتصف الليل")
_AFTER_NOON = compile_pattern(
    r"[\d\s]p\.?m\b|\b(?:afternoon|evening|nachmittags?|abends?|du soir|tarde|noche)\b|مساء|ظهر"
)
_BEFORE_NOON = compile_pattern(r"[\d\s]a\.?m\b")
_ZONE = compile_pattern(
    r"(?:(?:utc|gmt)\s?(?P<sign>[+-])(?P<hours>\d{1,2})|\d\s?(?P<plus>[+-])(?P<two>0\d|1[0-4]))"
    r"(?::?(?P<minutes>\d{2}))?\b"
    r"|\d\s?(?P<zulu>z)\b"
    r"|\b(?P<name>utc|gmt|bst|cest|cet|mesz|mez|edt|est|et|cdt|cst|pdt|pst|pt)\b"
    r"|(?P<greenwich>غرينتش|جرينتش)"
)
# Where a name leaves open whether it is summer, the later reading.
_ZONES = {
    "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "edt": -4, "est": -5, "et": -5, "cdt": -5, "cst": -6, "pdt": -7, "pst": -8, "pt": -8,
}  # fmt: skip
_LAST_ZONE = timedelta(hours=-12)
"""The zone in which a day ends last."""
_FIRST_ZONE = timedelta(hours=14)
"""The zone in which a day ends first."""

UNDATED = "undated"
"""The value of an embargo whose end cannot be read."""

_COARSE = compile_pattern(r"^(?P<year>\d{4})(?:-(?P<month>\d{2}))?$")
_PERIOD = compile_pattern(r"^\s*[a-z]+\s*=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When something is available or valid, as UTC instants; None: not limited there."""

    start: datetime | None = None
    end: datetime | None = None
    whole_day: bool = False
    """It begins with a day, not with a time of day."""
    unread: bool = False
    """It has a beginning that cannot be read."""

    def begins_after(self, published: datetime | None) -> bool:
        """Tell whether it begins later than something was published; yes, if nobody knows when."""
        if self.start is None or published is None:
            return self.start is not None
        if self.whole_day:
            return self.start.date() > published.astimezone(UTC).date()
        return self.start > published


def embargo_end(words: str) -> datetime | None:
    """Return the UTC instant that *words* name, as late as they can be read; else None."""
    return _instant(words, _LAST_ZONE)


def window_of(value: str) -> Window:
    """Return what the value of ``dcterms:available`` or ``dcterms:valid`` says.

    A DCMI Period, an interval of ISO 8601 (``start/end``), or a moment, which is a beginning.
    """
    read = value.strip()[:MAX_LINE]
    if _PERIOD.search(read):
        pairs = (part.partition("=") for part in read.split(";"))
        parts = {name.strip().lower(): said.strip(" \"'") for name, _, said in pairs}
        return _window(parts.get("start", ""), parts.get("end", ""))
    start, _, end = read.partition("/") if read.count("/") == 1 else (read, "", "")
    return _window(start, end)


def _window(start: str, end: str) -> Window:
    begins = (_coarse(start) or _instant(start, _LAST_ZONE)) if start else None
    return Window(
        start=begins,
        end=_end(end),
        whole_day=not _has_time(start),
        unread=bool(start) and begins is None,
    )


def _coarse(words: str) -> datetime | None:
    """Return the first instant of a year or a month (W3CDTF)."""
    match = _COARSE.search(words.strip())
    if match is None:
        return None
    year, month = int(match.group("year") or 0), int(match.group("month") or 1)
    try:
        return datetime(year, month, 1, tzinfo=UTC) - _LAST_ZONE
    except (ValueError, OverflowError):
        return None


def _end(words: str) -> datetime | None:
    # A day is part of the period that it ends; a month or a year ends it when it begins.
    coarse = _coarse(words)
    if coarse is not None:
        return coarse + _LAST_ZONE - _FIRST_ZONE
    try:
        moment = _instant(words, _FIRST_ZONE)
        return moment if moment is None or _has_time(words) else moment + timedelta(days=1)
    except OverflowError:
        return None


def _has_time(words: str) -> bool:
    return any(pattern.search(words.replace("T", " ")) for pattern in _TIMES)


def _instant(words: str, zone: timedelta) -> datetime | None:
    """Return the instant that *words* name; *zone* counts where they name none."""
    read = words[:MAX_LINE].translate(_DIGITS)
    for pair, month in _TWO_WORDS.items():
        read = read.replace(pair, month)
    found = [
        (match.span()[0], match, day)
        for pattern in _DATES
        if (match := pattern.search(read)) is not None and (day := day_of(match)) is not None
    ]
    slashed = _SLASHED.search(read)
    if slashed is not None and (day := _later_day(slashed)) is not None:
        found.append((slashed.span()[0], slashed, day))
    if not found:
        return None
    _, match, day = min(found, key=lambda each: each[0])
    start, end = match.span()
    # Blank the date, so that its digits are not taken for a time.
    try:
        return _at(day, f"{read[:start]} {read[end:]}", zone)
    except OverflowError:
        return None


def _at(day: date, rest: str, zone: timedelta) -> datetime:
    # "T" joins date and time in RFC 3339.
    rest = rest.replace(" T", "  ", 1)
    zoned = _ZONE.search(rest)
    sign = zoned and (zoned.group("sign") or zoned.group("plus"))
    clock = rest
    if zoned is not None and sign:
        # What stands in an offset is no time of day.
        clock = f"{rest[: rest.index(sign, zoned.span()[0])]} {rest[zoned.span()[1] :]}"
    at = datetime.combine(day, time(), UTC) + _clock(clock)
    return at - (_offset(zoned) if zoned else zone)


def _clock(rest: str) -> timedelta:
    """Return the time of day that *rest* names; without one, its beginning."""
    match = next((m for pattern in _TIMES if (m := pattern.search(rest)) is not None), None)
    if match is None:
        if _MIDNIGHT.search(rest):
            # Of which of the two ends of the day, nobody says.
            return timedelta(days=1)
        return timedelta(hours=12 if _NOON.search(rest) else 0)
    hour, minute = int(match.group("hour") or 0), int(match.group("minute") or 0)
    if hour < 12 and _AFTER_NOON.search(rest):
        hour += 12
    elif hour == 12 and _BEFORE_NOON.search(rest):
        hour = 0
    return timedelta(hours=min(hour, 24), minutes=min(minute, 59))


def _offset(match: Found) -> timedelta:
    if match.group("zulu") or match.group("greenwich"):
        return timedelta(0)
    name = match.group("name")
    if name:
        return timedelta(hours=_ZONES[name.lower()])
    hours = int(match.group("hours") or match.group("two") or 0)
    size = timedelta(hours=hours, minutes=int(match.group("minutes") or 0))
    return -size if "-" in {match.group("sign"), match.group("plus")} else size


def day_of(match: Found) -> date | None:
    """Return the day that the groups ``year``, ``month`` and ``day`` of *match* name."""
    month = (match.group("month") or "").lower()
    number = int(month) if month.isdigit() else MONTHS.get(month)
    return None if number is None else _day(match.group("year"), number, match.group("day"))


def _later_day(match: Found) -> date | None:
    """Return the later reading of a date that begins with the day or with the month."""
    year, one, two = (match.group(name) for name in ("year", "one", "two"))
    days = (_day(year, int(two or 0), one), _day(year, int(one or 0), two))
    return max((day for day in days if day is not None), default=None)


def _day(year: str | None, month: int, day: str | None) -> date | None:
    try:
        return date(int(year or 0), month, int(day or 0))
    except ValueError:
        return None
