"""What short lines name: agencies, copyright holders, dated parties.  Pure.

Every expression is RE2's (linear time) and sees at most 500 characters.
"""

from unicodedata import normalize

from syndicator.rights.extract import MAX_LINE, RESERVED, compile_pattern
from syndicator.rights.moments import MONTH, MONTHS, day_of

_AGENCIES = {
    "Reuters": "reuters|رويترز",
    "AP": "ap|associated press|the associated press|[أا]سوشيي?تد ?برس|[أا](?:\\. ?| )ب\\.?",
    "AFP": "afp|agence france[- ]presse|(?:وكالة )?فرانس برس|وكالة الصحافة الفرنسية"
    "|[أا](?:\\. ?| )ف(?:\\. ?| )ب\\.?",
    "dpa": "dpa|deutsche presse[- ]agentur|د(?:\\. ?| )ب(?:\\. ?| )[أا]\\.?",
    "EFE": "efe|agencia efe",
    "ANSA": "ansa",
    "UPI": "upi|united press international",
    "PTI": "pti|press trust of india",
    "Xinhua": "xinhua(?: news agency)?|(?:وكالة )?شينخوا",
    "TASS": "tass|itar-tass|тасс",
    "PA Media": "pa media|press association",
    "Bloomberg": "bloomberg(?: news)?",
    "Anadolu": "anadolu(?: agency| ajansı)?|(?:وكالة )?ال[أا]ناضول",
    "AAP": "aap|australian associated press",
    "The Canadian Press": "(?:the )?canadian press",
    "Europa Press": "europa press",
    "Adnkronos": "adnkronos",
    "Interfax": "interfax|интерфакс",
    "Kyodo": "kyodo(?: news)?",
    "Yonhap": "yonhap(?: news agency)?",
    "Lusa": "lusa|agência lusa",
    "Belga": "belga",
    "ANP": "anp",
    "APA": "apa",
    "SDA": "sda|keystone-sda",
    "epd": "epd",
    "KNA": "kna",
}
"""The name that evidence gives -> how the agency is written, as an expression."""

_EDGE = r"(?:^|$|[^\pL\pN])"
_ANY_AGENCY = compile_pattern(rf"{_EDGE}(?:{'|'.join(_AGENCIES.values())}){_EDGE}")
_DATELINES = {
    agency: compile_pattern(
        # two agencies may have written it
        rf"^.{{0,60}}[(\[]\s*(?:[\pL ]{{2,20}}[/,]\s*)?(?:{names})\s*(?:[/,][^)\]]{{0,20}})?[)\]]"
        rf"|^[^.]{{0,60}}\p{{Pd}}\s*(?:{names})\s*\p{{Pd}}"
    )
    for agency, names in _AGENCIES.items()
}
_WITH = "by|with|for|and|at|avec|et|mit|und|con|y|e|com|da|di"
_BYLINES = {
    agency: compile_pattern(
        rf"(?:^|[,;/|(،]\s*|(?:^|\s)(?:{_WITH}|مع|عن)\s+)(?:l['’]|la |die |der )?(?:{names})(?:\s*[),;/|،]|\s*$|\s+(?:and|et|und|y|e)\s)"
    )
    for agency, names in _AGENCIES.items()
}
_BY = compile_pattern(r"^\W{0,3}(?:by|par|von|por|di|da|بقلم)\s+.{2,120}$")

_NOT_HOLDER = compile_pattern(rf"(?:{RESERVED}).*")
_EDGES = " .,;:|-\N{EN DASH}\N{EM DASH}"
_COPYRIGHT = compile_pattern(
    r"^\W{0,3}(?:copyright|©|\(c\))(?:\s|©|\(c\)|copyright|by|,)*"
    r"(?:(?P<year>\d{4})(?:\s*[\p{Pd}/]\s*\d{2,4})?[\s,:.]*(?:by\s+)?)?(?P<names>.{0,300})$"
)
_YEAR_LAST = compile_pattern(r"^(?P<names>.+?)[,\s]+(?:\d{4})(?:\s*\p{Pd}\s*\d{2,4})?\W*$")

DAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
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
    ]
)
"""Days of the week in several languages."""

_IN_DATES = DAYS | {
    "today",
    "yesterday",
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
}

_DATED = (
    compile_pattern(
        rf"^(?P<name>[^,.]{{2,60}}?),?\s+{MONTH}\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})$"
    ),
    compile_pattern(
        rf"^(?P<name>[^,.]{{2,60}}?),?\s+(?P<day>\d{{1,2}})\.?\s+{MONTH}\.?,?\s+(?P<year>\d{{4}})$"
    ),
)
_NOT_PARTY = compile_pattern(
    r"^(?:last\s+)?(?:published|posted|updated|modified|created|dated?|on|by|first published)\b"
)


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
    read = normalize("NFC", " ".join(line.split())[:MAX_LINE])
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
        if match is not None and day_of(match) is not None:
            return (match.group("name") or "").strip(" ,")
    return None


def is_date_word(word: str) -> bool:
    """Tell whether *word* is a part of a date: a number, a month, a day of the week."""
    bare = word.casefold().strip(".,:'")
    return not bare or bare[0].isdigit() or bare in MONTHS or bare in _IN_DATES
