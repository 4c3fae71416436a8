"""Are two texts one work?  Pure.

Two measures of shared shingles decide: how much of the shorter text stands in the longer
(containment: an excerpt, a cut ending) and how much of both is common (Jaccard).  Missing a
copy shows an article twice; a false one hides an article, so doubt says no: short texts must
agree almost wholly, an excerpt needs the headline or the hour too, and where headlines
differ in nothing but a number they are two of a series.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from syndicator.dedupe.shingles import OPENING, is_too_short, shingles, tokens

LONG = 120
"""Shingles from which on a text is long enough to be known by most of its words."""
_MOST, _NEARLY_ALL, _SHORT_JACCARD = 0.66, 0.8, 0.85
_ALMOST_NOTHING = 0.15
_INTRODUCTION = 40
"""Words that an editor may have put before a text."""
_TOGETHER, _SAME_WEEK = timedelta(hours=2), timedelta(days=5)
"""How far apart a text and its excerpt come out: by design, and at the most."""
_TITLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a comparison needs of an entry."""

    title: tuple[str, ...]
    words: list[str]
    ordered: list[str]
    """Its shingles, as they come."""
    runs: frozenset[str]
    published: datetime | None


def read_text(title: str, text: str, published: datetime | None) -> Text:
    """Return the entry with this *title* and plain *text*, cut up for a comparison."""
    words = tokens(text)
    runs = shingles(words)
    return Text(
        title=tuple(tokens(title)),
        words=words,
        ordered=runs,
        runs=frozenset(runs),
        published=published,
    )


def same_work(one: Text, other: Text) -> bool:
    """Say whether *one* and *other* are copies of one work; doubt says no."""
    small, large = sorted((one, other), key=lambda text: len(text.runs))
    if is_too_short(small.words) or _are_of_a_series(one.title, other.title):
        return False
    common = len(small.runs & large.runs)
    contained = common / len(small.runs)
    jaccard = common / (len(small.runs) + len(large.runs) - common)
    if contained < _MOST:
        return False
    if jaccard < 0.5 and not _is_excerpt(small, large, contained):
        return False
    return len(small.runs) >= LONG or _short_agree(small, large, contained, jaccard)


def contradict(one: Text, other: Text) -> bool:
    """Say whether two texts are long enough to be known, and have almost nothing in common."""
    small, large = sorted((one, other), key=lambda text: len(text.runs))
    if len(small.runs) < LONG:
        return False
    return len(small.runs & large.runs) < _ALMOST_NOTHING * len(small.runs)


def contains(whole: Text, part: Text, *, share: float) -> bool:
    """Say whether at least *share* of the text *part* stands in *whole*."""
    return bool(part.runs) and len(part.runs & whole.runs) >= share * len(part.runs)


def similar_titles(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two headlines, as tokens, share most of their words."""
    a, b = set(one), set(other)
    return bool(a and b) and len(a & b) >= _TITLE * len(a | b)


def _is_excerpt(small: Text, large: Text, contained: float) -> bool:
    """Say whether *small* is the beginning of *large*, and not just quoted in it."""
    head = small.runs.intersection(large.ordered[: len(small.ordered) + _INTRODUCTION])
    if contained < _NEARLY_ALL or len(head) < _NEARLY_ALL * len(small.runs):
        return False
    if len(small.runs) >= LONG:
        return True
    # A column's standing words open it every week; an excerpt goes out with its article.
    return _close(small, large, _TOGETHER) or (
        similar_titles(small.title, large.title) and not _apart(small, large, _SAME_WEEK)
    )


def _short_agree(small: Text, large: Text, contained: float, jaccard: float) -> bool:
    if _other_numbers(small.words, large.words):
        return False
    if jaccard >= _SHORT_JACCARD:
        return True
    return contained >= _NEARLY_ALL and (
        similar_titles(small.title, large.title) or _close(small, large, _TOGETHER)
    )


def _close(one: Text, other: Text, span: timedelta) -> bool:
    if one.published is None or other.published is None:
        return False
    return abs(one.published - other.published) <= span


def _apart(one: Text, other: Text, span: timedelta) -> bool:
    if one.published is None or other.published is None:
        return False
    return not _close(one, other, span)


def _are_of_a_series(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two headlines differ in their numbers only: "Bulletin 11", "Bulletin 12"."""
    words, numbers = _parted(one)
    other_words, other_numbers = _parted(other)
    if not numbers or not other_numbers:
        return False
    return words == other_words and numbers != other_numbers


def _parted(title: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the words of a headline without a digit, and those with one."""
    return [w for w in title if not _has_digit(w)], [w for w in title if _has_digit(w)]


def _other_numbers(small: list[str], large: list[str]) -> bool:
    # A stub with another figure is another stub: quakes, quotations, results.
    a = {w for w in small if _has_digit(w)}
    b = {w for w in large[: len(small) + OPENING] if _has_digit(w)}
    return bool(a - b) and bool(b - a)


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)
