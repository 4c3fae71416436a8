"""What does a copy say on the rights in it, and does its new version say the same?  Pure.

An edit that changes these words is never put off, and an editor is told of it: a licence
that is gone, or that is suddenly there, is seldom a correction of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Entry

_FACTS = frozenset({"reservation", "licence", "holder", "copyright", "embargo"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = frozenset({"dcterms-available", "dcterms-valid", "prism-embargo", "media-valid"})
_OTHER = _DATED | {"deleted-entry", "fac"}
"""Schemes that are looked at elsewhere, as soon as they are read, or by what they amount to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The words on rights of one copy, without repetition."""

    of_item: tuple[str, ...]
    of_feed: tuple[str, ...]
    """What its feed says of all its items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A copy whose words on rights are others than before."""

    entry: Entry
    whole_feed: bool
    before: str
    after: str


def terms_of(entry: Entry) -> Terms:
    """Return what *entry* says on rights; another year alone makes no other words."""
    return Terms(of_item=_words(_of_item(entry)), of_feed=_words(_of_feed(entry)))


def restatements(before: Entry, after: Entry) -> Iterator[Restated]:
    """Yield where *after*, the next version of *before*, says something else on rights."""
    old, new = terms_of(before), terms_of(after)
    pairs = ((False, old.of_item, new.of_item), (True, old.of_feed, new.of_feed))
    for whole_feed, was, now in pairs:
        if was != now:
            gone = [words for words in was if words not in now]
            come = [words for words in now if words not in was]
            yield Restated(
                entry=after, whole_feed=whole_feed, before=_said(gone), after=_said(come)
            )
    yield from _sooner(before, after)


def _sooner(before: Entry, after: Entry) -> Iterator[Restated]:
    # Some feeds put the end off with every visit: only a sooner one is news.
    was, now = (_expiry(entry) for entry in (before, after))
    if now and (not was or datetime.fromisoformat(now) < datetime.fromisoformat(was)):
        said = f"until {was}" if was else "nothing"
        yield Restated(entry=after, whole_feed=False, before=said, after=f"until {now}")


def _expiry(entry: Entry) -> str:
    ends = (fact.value for fact in entry.evidence if fact.fact == "expiry")
    return min(ends, key=datetime.fromisoformat, default="")


def _of_item(entry: Entry) -> Iterator[str]:
    stated = (s.value for s in entry.statements if s.scope == "item" and s.scheme not in _OTHER)
    for line in (entry.rights or "", *stated):
        yield _yearless(line)
    for fact in entry.evidence:
        if fact.fact in _FACTS:
            value = fact.value if fact.fact == "embargo" else _yearless(fact.value)
            yield f"{fact.fact}: {value}"


def _of_feed(entry: Entry) -> Iterator[str]:
    stated = (s.value for s in entry.statements if s.scope != "item" and s.scheme not in _OTHER)
    yield from map(_yearless, stated)


def _yearless(words: str) -> str:
    return _YEAR.sub("····", words)


def _words(said: Iterator[str]) -> tuple[str, ...]:
    found = (" ".join(words.split()) for words in said)
    return tuple(sorted({words for words in found if words}))


def _said(words: list[str]) -> str:
    return "; ".join(words) or "nothing"
