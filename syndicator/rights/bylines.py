"""What short lines name: agencies, copyright holders, dated parties, embargoes.  Pure.

Every expression is RE2's (linear time) and sees at most 500 characters.  A time without
a zone is read as the latest one on earth, because an embargo must not end too early.
"""

from datetime import UTC, date, datetime, time, timedelta

from syndicator.rights.extract import MAX_LINE, Found, compile_pattern

_AGENCIES = {
    "Reuters": "reuters",
    "AP": "ap|associated press|the associated press",
    "AFP": "afp|agence france[- ]presse",
    "dpa": "dpa|deutsche presse[- ]agentur",
    "EFE": "efe|agencia efe",
    "ANSA": "ansa",
    "UPI": "upi|united press international",
    "PTI": "pti|press trust of india",
    "Xinhua": "xinhua(?: news agency)?",
    "TASS": "tass|itar-tass",
    "PA Media": "pa media|press association",
    "Bloomberg": "bloomberg(?: news)?",
}
_ANY_AGENCY = compile_pattern(rf"\b(?:{'|'.join(_AGENCIES.values())})\b")
_DATELINES = {
    agency: compile_pattern(
        rf"^.{{0,60}}[(\[]\s*(?:{names})\s*[)\]]|^[^.]{{0,60}}\p{{Pd}}\s*(?:{names})\s*\p{{Pd}}"
    )
    for agency, names in _AGENCIES.items()
}
_BYLINES = {
    agency: compile_pattern(
        rf"(?:^|[,;/|(]\s*|\b(?:by|with|for|and|at)\s+)(?:{names})(?:\s*[),;/|]|\s*$|\s+and\b)"
    )
    for agency, names in _AGENCIES.items()
}
_BY = compile_pattern(r"^\W{0,3}(?:by|par|von|por|di|da|بقلم)\s+.{2,120}$")

_NOT_HOLDER = compile_pattern(
    r"\ball rights (?:are )?reserved\b.*|\btous droits réservés\b.*|\balle rechte vorbehalten\b.*"
    r"|\btodos los derechos reservados\b.*|\btutti i diritti riservati\b.*|جميع الحقوق محفوظة.*"
)
_EDGES = " .,;:|-\N{EN DASH}\N{EM DASH}"
_COPYRIGHT = compile_pattern(
    r"^\W{0,3}(?:copyright|©|\(c\))(?:\s|©|\(c\)|copyright|by|,)*"
    r"(?:(?P<year>\d{4})(?:\s*[\p{Pd}/]\s*\d{2,4})?[\s,:.]*(?:by\s+)?)?(?P<names>.{0,300})$"
)
_YEAR_LAST = compile_pattern(r"^(?P<names>.+?)[,\s]+(?:\d{4})(?:\s*\p{Pd}\s*\d{2,4})?\W*$")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier januar enero gennaio",
            "february feb février februar febrero febbraio",
            "march mar mars märz marzo",
            "april apr avril abril aprile",
            "may mai mayo maggio",
            "june jun juin juni junio giugno",
            "july jul juillet juli julio luglio",
            "august aug août agosto",
            "september sep sept septembre septiembre settembre",
            "october oct octobre oktober octubre ottobre",
            "november nov novembre noviembre",
            "december dec décembre dezember diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_DAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "yesterday",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "lunedì",
        "martedì",
        "mercoledì",
        "giovedì",
        "venerdì",
        "sabato",
        "domenica",
        "am",
        "pm",
        "gmt",
        "utc",
        "de",
        "of",
        "the",
        "spring",
        "summer",
        "autumn",
        "fall",
        "winter",
    ]
)

_MONTH = "(?P<month>[\\pL]{3,12})"
_DATED = (
    compile_pattern(
        rf"^(?P<name>[^,.]{{2,60}}?),?\s+{_MONTH}\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})$"
    ),
    compile_pattern(
        rf"^(?P<name>[^,.]{{2,60}}?),?\s+(?P<day>\d{{1,2}})\.?\s+{_MONTH}\.?,?\s+(?P<year>\d{{4}})$"
    ),
)
_NOT_PARTY = compile_pattern(
    r"^(?:last\s+)?(?:published|posted|updated|modified|created|dated?|on|by|first published)\b"
)

_DATES = (
    compile_pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    compile_pattern(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?{_MONTH}\.?,?\s+(?:de\s+)?(?P<year>\d{{4}})"
    ),
    compile_pattern(rf"{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
)
_TIME = compile_pattern(
    r"(?:^|[^\d:])(?P<hour>\d{1,2})(?::|h|\.)(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\b)?"
)
_ZONE = compile_pattern(
    r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})\b|\d\s?(?P<zulu>z)\b"
    r"|\b(?P<name>utc|gmt|bst|cest|cet|edt|est|cdt|cst|pdt|pst)\b"
)
_ZONES = {
    "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2,
    "edt": -4, "est": -5, "cdt": -5, "cst": -6, "pdt": -7, "pst": -8,
}  # fmt: skip
_LAST_ZONE = timedelta(hours=-12)
"""The zone in which a day ends last."""


def agencies_in(line: str, *, byline: bool) -> tuple[str, ...]:
    """Return the news agencies that *line* credits: ``AP``, ``AFP``, ``Reuters``, ``dpa``...

    Args:
        line: an author's name (*byline* true) or a line at the head of a text.
        byline: the whole line is a name; otherwise only a dateline mark such as
            ``(Reuters)`` or a line that begins with "By" is one.
    """
    read = line[:MAX_LINE]
    if not _ANY_AGENCY.search(read):
        return ()
    patterns = _BYLINES if byline or _BY.search(read) else _DATELINES
    return tuple(agency for agency, pattern in patterns.items() if pattern.search(read))


def copyright_holder(line: str) -> str | None:
    """Return the party that a copyright line names; in ``author, publisher, year`` the last.

    None: it names nobody, or *line* is no copyright line.
    """
    read = " ".join(line.split())[:MAX_LINE]
    match = _COPYRIGHT.search(read)
    if match is None:
        return None
    names = match.group("names") or ""
    reserved = _NOT_HOLDER.search(names)
    if reserved is not None:
        names = names[: reserved.span()[0]]
    year_last = None if match.group("year") else _YEAR_LAST.search(names.strip(_EDGES))
    if year_last is not None:
        names = (year_last.group("names") or "").rpartition(",")[2]
    holder = names.strip(_EDGES)
    return holder if 2 <= len(holder) <= 100 else None


def named_date(line: str) -> str | None:
    """Return the name before the date in a line like ``Some Paper, December 9, 2015``."""
    read = line.strip()
    if len(read) > 100 or not read[-1:].isdigit() or _NOT_PARTY.search(read):
        return None
    for pattern in _DATED:
        match = pattern.search(read)
        if match is not None and _day(match) is not None:
            return (match.group("name") or "").strip(" ,")
    return None


def is_date_word(word: str) -> bool:
    """Tell whether *word* is a part of a date: a number, a month, a day of the week."""
    bare = word.casefold().strip(".,:'")
    return not bare or bare[0].isdigit() or bare in _MONTHS or bare in _DAYS


def embargo_end(words: str) -> datetime | None:
    """Return the UTC instant that *words* name, as late as they can be read; else None."""
    read = words[:MAX_LINE]
    for pattern in _DATES:
        match = pattern.search(read)
        day = _day(match) if match is not None else None
        if match is None or day is None:
            continue
        start, end = match.span()
        # Blank the date, so that its digits are not taken for a time.
        return _instant(day, f"{read[:start]} {read[end:]}")
    return None


def _instant(day: date, rest: str) -> datetime:
    # "T" joins date and time in RFC 3339.
    rest = rest.replace(" T", "  ", 1)
    clock, zone = _TIME.search(rest), _ZONE.search(rest)
    at = datetime.combine(day, _clock(clock) if clock else time(0), UTC)
    return at - (_offset(zone) if zone else _LAST_ZONE)


def _clock(match: Found) -> time:
    hour, minute = int(match.group("hour") or 0), int(match.group("minute") or 0)
    half = (match.group("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour % 24, minute % 60)


def _offset(match: Found) -> timedelta:
    if match.group("zulu"):
        return timedelta(0)
    name = match.group("name")
    if name:
        return timedelta(hours=_ZONES[name.lower()])
    size = timedelta(hours=int(match.group("hours") or 0), minutes=int(match.group("minutes") or 0))
    return -size if match.group("sign") == "-" else size


def _day(match: Found) -> date | None:
    month = (match.group("month") or "").lower()
    number = int(month) if month.isdigit() else _MONTHS.get(month)
    if number is None:
        return None
    try:
        return date(int(match.group("year") or 0), number, int(match.group("day") or 0))
    except ValueError:
        return None
