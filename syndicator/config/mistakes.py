"""What is wrong in the configuration, and where.  Pure.

Every mistake is told the same way: file and line, the key's path as the reader counts it
in that file, what is wrong, and what would be right.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

KeyPath = tuple[str | int, ...]
Value = str | int | float | bool | list["Value"] | dict[str, "Value"] | None

_USERINFO = re.compile(r"://[^/\s]*@")

ROOM = 80
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands; *line* is none for what stands nowhere (a missing section)."""

    file: str
    line: int | None
    key: KeyPath = ()

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that the operator must mend."""

    place: Place
    text: str

    def __str__(self) -> str:
        key = ".".join(str(part) for part in self.place.key)
        return f"{self.place}: {key}: {self.text}" if key else f"{self.place}: {self.text}"


def told(mistakes: Iterable[Mistake]) -> tuple[str, ...]:
    """Return the texts of *mistakes* in reading order, one for each key."""
    first: dict[Place, Mistake] = {}
    for mistake in mistakes:
        first.setdefault(mistake.place, mistake)
    ordered = sorted(first.values(), key=lambda m: (m.place.file, m.place.line or 0))
    return tuple(str(mistake) for mistake in ordered)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that *word* was probably meant to be."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a question about the nearest of *known*, or *otherwise*."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else otherwise


def quoted(value: Value) -> str:
    """Return *value* as the operator would recognise it, shortened."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            text = _USERINFO.sub("://***@", value)
            return f'"{text}"' if len(text) <= ROOM else f'"{text[:ROOM]}…"'
        case _:
            return str(value)


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Return *names* as an enumeration that stays readable."""
    known = sorted(names)
    more = f", … ({len(known)} in all)" if len(known) > limit else ""
    return ", ".join(known[:limit]) + more
