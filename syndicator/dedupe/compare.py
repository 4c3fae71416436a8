"""Are two texts one work?  Pure.

Two measures of shared shingles decide: how much of the shorter text stands in the longer
(containment: an excerpt, a cut ending) and how much of both is common (Jaccard).  Missing a
copy shows an article twice; a false one hides an article, so doubt says no: short texts must
agree almost wholly, an excerpt needs the headline or the hour too, and where headlines
differ in nothing but a number they are two of a series.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from syndicator.dedupe.shingles import OPENING, SHORTEST, shingles, tokens

LONG = 120
"""Shingles from which on a text is long enough to be known by most of its words."""
_MOST, _NEARLY_ALL, _SHORT_JACCARD = 0.66, 0.8, 0.85
_ALMOST_NOTHING = 0.15
_SAME_HOUR = timedelta(hours=2)
_TITLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a comparison needs of an entry."""

    title: tuple[str, ...]
    words: list[str]
    runs: frozenset[str]
    opening: frozenset[str]
    published: datetime | None


def read_text(title: str, text: str, published: datetime | None) -> Text:
    """Return the entry with this *title* and plain *text*, cut up for a comparison."""
    words = tokens(text)
    runs = shingles(words)
    return Text(
        title=tuple(tokens(title)),
        words=words,
        runs=frozenset(runs),
        opening=frozenset(runs[: 2 * OPENING]),
        published=published,
    )


def same_work(one: Text, other: Text) -> bool:
    """Say whether *one* and *other* are copies of one work; doubt says no."""
    small, large = sorted((one, other), key=lambda text: len(text.runs))
    if len(small.words) < SHORTEST or _are_of_a_series(one.title, other.title):
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
    """Say whether *small* is taken from *large*, and not just quoted in it."""
    if similar_titles(small.title, large.title):
        return True
    if len(small.runs) < LONG and not _close(small, large, _SAME_HOUR):
        # A column's standing words, or a quotation that made the round.
        return False
    head = small.opening & large.opening
    return contained >= _NEARLY_ALL and len(head) >= 0.5 * min(len(small.opening), OPENING)


def _short_agree(small: Text, large: Text, contained: float, jaccard: float) -> bool:
    if _other_numbers(small.words, large.words):
        return False
    if jaccard >= _SHORT_JACCARD:
        return True
    return contained >= _NEARLY_ALL and (
        similar_titles(small.title, large.title) or _close(small, large, _SAME_HOUR)
    )


def _close(one: Text, other: Text, span: timedelta) -> bool:
    if one.published is None or other.published is None:
        return False
    return abs(one.published - other.published) <= span


def _are_of_a_series(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = ([w for w in title if not _has_digit(w)] for title in (one, other))
    numbers = ([w for w in title if _has_digit(w)] for title in (one, other))
    first, second = numbers
    return a == b and first != second and bool(first) and bool(second)


def _other_numbers(small: list[str], large: list[str]) -> bool:
    # A stub with another figure is another stub: quakes, quotations, results.
    a = {w for w in small if _has_digit(w)}
    b = {w for w in large[: len(small) + OPENING] if _has_digit(w)}
    return bool(a - b) and bool(b - a)


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)
