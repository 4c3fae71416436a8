"""The print layout of a republished article, as its page prints it.  Pure.

Title, By line, a line with the carrier and its date, one with the first publisher and
the date there, Region, Theme and In-depth Report, the text, "The original source of this
article is", a copyright line, invitations, and a disclaimer.  What the page says about
the text becomes facts; what is recognised as not the text is cut; all else stays in it.
The disclaimer is the publisher's notice: the rights rules render its duties, we do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from syndicator.errors import SeedError
from syndicator.model.feed import ParsedEntry, Person
from syndicator.model.rights import Evidence
from syndicator.rights.bylines import copyright_holder
from syndicator.rights.furniture import is_furniture, starts_notice
from syndicator.rights.moments import MONTHS
from syndicator.rights.place import is_article
from syndicator.seeds.markdown import id_of
from syndicator.seeds.prose import Words, read_line, to_html
from syndicator.seeds.seed import Seed, with_digest

HEAD = 20
"""How many lines with words are looked at for the facts above the text."""
LINE = 500
"""Characters of a line that can be a fact; a longer one is prose."""
PROSE = 160
"""Characters from which a line above the text is taken for its beginning."""

LABELS = MappingProxyType({"region:": "regions", "theme:": "themes", "in-depth report:": "reports"})
SOURCE_LINE = "the original source of this article is"
_PARTICLES = frozenset({"jr", "sr", "ii", "iii", "phd", "md", "esq"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A line that names a party and a day."""

    party: str
    day: date
    line: Words

    @property
    def instant(self) -> datetime:
        """The beginning of the day, UTC."""
        return datetime.combine(self.day, time(0), UTC)


@dataclass(slots=True)
class _Head:
    title: Words | None = None
    by: Words | None = None
    carrier: Dated | None = None
    origin: Dated | None = None
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Tail:
    source: Words | None = None
    copyright: Words | None = None
    notice: str = ""


def is_printed(text: str) -> bool:
    """Tell whether *text* has the print layout: a line with its carrier's date in the head."""
    return _read_head(text.split("\n"))[0].carrier is not None


def read_printed(path: str, text: str) -> tuple[Seed | SeedError, tuple[str, ...]]:
    """Return the article in *text*, or what is missing, and what looks odd about it.

    Args:
        path: of the file, relative to the seeds directory; gives the id.
        text: the whole file.
    """
    head, rest = _read_head(text.split("\n"))
    if head.title is None or not head.title.text or head.carrier is None:
        problem = "line 1: title: is missing; the print layout begins with a line # Title"
        return SeedError(path, problem), ()
    tail, work = _read_tail(rest)
    html = to_html("\n".join(work).strip())
    entry = ParsedEntry(
        id=id_of(path),
        url=head.title.address() or head.carrier.line.address(),
        title=head.title.text,
        authors=_authors(head.by),
        published=(head.origin or head.carrier).instant,
        content_html=html,
        rights=tail.copyright.text if tail.copyright else None,
    )
    seed = Seed(
        path=path,
        entry=entry,
        evidence=tuple(_evidence(head, tail, entry)),
        carrier=head.carrier.party,
        themes=head.lists.get("themes", ()),
        regions=head.lists.get("regions", ()),
        reports=head.lists.get("reports", ()),
        body="full" if html else "none",
    )
    return with_digest(seed), tuple(_odd(path, head, tail))


def dated_line(line: Words) -> Dated | None:
    """Return what a line like ``Some Paper, March 4, 2026`` or ``Some Paper 4 March 2026`` says."""
    words = line.text.split()
    if len(words) < 4 or len(line.text) > 100:
        return None
    day = _day(words[-3:])
    party = " ".join(words[:-3]).rstrip(" ,")
    return Dated(party, day, line) if day and 2 <= len(party) <= 60 else None


def _day(words: Sequence[str]) -> date | None:
    first, second, year = (word.strip(".,").lower() for word in words)
    month, day = (first, second) if first in MONTHS else (second, first)
    if month not in MONTHS or not (day.isdecimal() and year.isdecimal() and len(year) == 4):
        return None
    try:
        return date(int(year), MONTHS[month], int(day))
    except ValueError:
        return None


# --- above the text ----------------------------------------------------------------------


def _read_head(lines: Sequence[str]) -> tuple[_Head, list[str]]:
    """Return the facts above the text, and all lines that are none of them."""
    head, rest, looked = _Head(), [], 0
    for index, raw in enumerate(lines):
        if not raw.strip():
            rest.append(raw)
            continue
        looked += 1
        line = read_line(raw)
        if looked > HEAD or (len(line.text) > PROSE and not _label(line)):
            return head, [*rest, *lines[index:]]
        if not _take(head, raw, line):
            rest.append(raw)
    return head, rest


def _take(head: _Head, raw: str, line: Words) -> bool:
    """Note what *line* says in *head*; False where it says nothing of that kind."""
    if len(line.text) > LINE:
        return False
    if head.title is None:
        return _take_title(head, raw)
    if head.by is None and head.carrier is None and line.text.lower().startswith("by "):
        head.by = line
        return True
    key = _label(line)
    if key and key not in head.lists:
        head.lists[key] = _names(line)
        return True
    return _take_date(head, line)


def _take_title(head: _Head, raw: str) -> bool:
    stripped = raw.strip()
    if stripped.startswith("##"):
        return False
    head.title = read_line(stripped.removeprefix("#").strip().rstrip("#"))
    return True


def _take_date(head: _Head, line: Words) -> bool:
    dated = dated_line(line)
    if dated is None or head.origin is not None:
        return False
    if head.carrier is None:
        # Only the carrier writes a comma after its name; the origin's line has none.
        if "," not in line.text:
            return False
        head.carrier = dated
    else:
        head.origin = dated
    return True


def _label(line: Words) -> str | None:
    text = line.text.lower()
    return next((key for label, key in LABELS.items() if text.startswith(label)), None)


def _names(line: Words) -> tuple[str, ...]:
    # A name may hold a comma, so where the names are links the links tell them apart.
    found = [words for words, _ in line.links] or line.text.partition(":")[2].split(",")
    return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))


def _authors(by: Words | None) -> tuple[Person, ...]:
    if by is None:
        return ()
    text = by.text[len("By ") :]
    if by.links and not _without(text, by.links):
        return tuple(Person(name=words, url=href) for words, href in by.links if words)
    names: list[str] = []
    for part in text.replace(" and ", ", ").replace(" & ", ", ").split(","):
        name = part.strip()
        if name.rstrip(".").lower() in _PARTICLES and names:
            names[-1] = f"{names[-1]}, {name}"
        elif name:
            names.append(name)
    return tuple(Person(name=name, url=by.address_of(name)) for name in names)


def _without(text: str, links: Sequence[tuple[str, str | None]]) -> str:
    for words, _ in links:
        text = text.replace(words, " ", 1)
    return " ".join(word for word in text.replace(",", " ").split() if word not in {"and", "&"})


# --- below the text ----------------------------------------------------------------------


def _read_tail(lines: Sequence[str]) -> tuple[_Tail, list[str]]:
    """Return the facts below the text, and the lines of the text itself."""
    tail = _Tail()
    words = [read_line(raw) if raw.strip() else None for raw in lines]
    end = _notice_start(words)
    start = _tail_start(words, end)
    tail.notice = " ".join(w.text for w in words[end:] if w)
    work = list(lines[:start])
    for raw, line in zip(lines[start:end], words[start:end], strict=True):
        if line is None or not (_take_tail(tail, line) or _is_frame(raw, line)):
            work.append(raw)
    return tail, work


def _notice_start(words: Sequence[Words | None]) -> int:
    """Return the first line of the disclaimer, which goes on to the end of the file.

    An article may quote a disclaimer, so one that stands above the source line is text.
    """
    floor = max((i for i, w in enumerate(words) if w and _is_source(w)), default=0)
    starts = (i for i, w in enumerate(words) if i >= floor and w and starts_notice(w.text))
    return next(starts, len(words))


def _tail_start(words: Sequence[Words | None], end: int) -> int:
    """Return the first line of the frame below the text: its source line, else furniture."""
    source = [i for i, w in enumerate(words[:end]) if w and _is_source(w)]
    if source:
        return source[-1]
    start = end
    while start and _is_tail(words[start - 1]):
        start -= 1
    return start


def _is_tail(line: Words | None) -> bool:
    return line is None or _is_rule(line) or is_furniture(line.text) or _is_copyright(line)


def _take_tail(tail: _Tail, line: Words) -> bool:
    if _is_source(line) and tail.source is None:
        tail.source = line
        return True
    if _is_copyright(line) and tail.copyright is None:
        tail.copyright = line
        return True
    return False


def _is_source(line: Words) -> bool:
    return len(line.text) <= LINE and line.text.lower().startswith(SOURCE_LINE)


def _is_copyright(line: Words) -> bool:
    return len(line.text) <= LINE and line.text.lower().startswith(("copyright ", "©"))


def _is_frame(raw: str, line: Words) -> bool:
    return is_furniture(line.text) or _is_rule(line) or set(raw.strip()) <= set("-*_ ")


def _is_rule(line: Words) -> bool:
    return bool(line.text) and set(line.text) <= set("-*_ ")


# --- what it proves ----------------------------------------------------------------------


def _evidence(head: _Head, tail: _Tail, entry: ParsedEntry) -> Iterator[Evidence]:
    for author in entry.authors:
        yield _read("author", author.name, head.by, "gr-byline", 0.9, author.url)
    yield from _origins(head, tail)
    if entry.url:
        line = head.title if head.title and head.title.address() else None
        yield _read("carrier-url", entry.url, line, "carrier-link", 0.95, entry.url)
    if tail.copyright:
        yield _read("copyright", tail.copyright.text, tail.copyright, "gr-copyright", 0.85)
        if holder := copyright_holder(tail.copyright.text):
            yield _read("holder", holder, tail.copyright, "gr-copyright", 0.85)
    for dated, rule in ((head.origin, "gr-origin-date"), (head.carrier, "gr-carrier-date")):
        if dated:
            yield _read("date", dated.instant.isoformat(), dated.line, rule, 0.9)
    if tail.notice:
        yield _read("notice", tail.notice[:500], Words(tail.notice), "gr-disclaimer", 0.9)


def _origins(head: _Head, tail: _Tail) -> Iterator[Evidence]:
    """Yield each party that a line names as the first publisher, once."""
    named: str | None = None
    holder = copyright_holder(tail.copyright.text) if tail.copyright else None
    if tail.source:
        named = tail.source.text[len(SOURCE_LINE) :].strip(" :.")
        confidence = 0.95 if _same(named, holder) else 0.9
        url = _article(tail.source.address())
        if url is None and head.origin and _same(head.origin.party, named):
            url = _article(head.origin.line.address())
        yield _read("origin", named, tail.source, "gr-original-source", confidence, url)
    if head.origin and not _same(head.origin.party, named):
        url = _article(head.origin.line.address())
        yield _read("origin", head.origin.party, head.origin.line, "gr-origin-date", 0.85, url)


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and str(one).casefold() == str(other).casefold()


def _article(href: str | None) -> str | None:
    """Return *href* unless it is a home page: that names a party, not an article."""
    return href if href is not None and is_article(href) else None


def _read(
    fact: str,
    value: str,
    line: Words | None,
    rule: str,
    confidence: float,
    url: str | None = None,
) -> Evidence:
    return Evidence(
        fact=fact,
        value=value,
        url=url,
        where="seed:print-layout",
        rule=rule,
        confidence=confidence,
        text=(line.text if line else value)[:200],
    )


def _odd(path: str, head: _Head, tail: _Tail) -> Iterator[str]:
    missing: Mapping[str, object] = {
        "a By line": head.by,
        f"a line “{SOURCE_LINE.capitalize()} …”": tail.source,
        "a copyright line": tail.copyright,
    }
    for what, found in missing.items():
        if not found:
            yield f"{path}: {what} was not found; the rights rules have to do without it"
