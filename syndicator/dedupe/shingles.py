"""What a text is made of, in a form that survives markup, case and punctuation.  Pure.

A text is cut into overlapping runs of words (shingles); scripts that set no spaces between
words are cut by character.  A store cannot compare a text with every other one, so each is
found by a sketch: the shingles whose hashes are smallest, in the whole text and again in its
opening.  Min-wise choice keeps the same shingles in a copy with another ending or footer,
and the opening finds the excerpt, whose words are a small part of the whole.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from heapq import nsmallest

from syndicator.markup.letters import UNSPACED
from syndicator.model.marks import mark

WORDS, CHARACTERS = 4, 8
"""Length of a shingle: in words, or in characters where a script sets no spaces."""
SHORTEST = {WORDS: 36, CHARACTERS: 64}
"""Tokens, by length of shingle; a text with fewer says too little to be recognised."""
LONGEST = 5000
"""Tokens of which a sketch is made; what a book has in common shows well before."""
OPENING = 64
"""Tokens of the opening."""
_WHOLE_MARKS, _OPENING_MARKS = 8, 6

_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_UNSPACED_TOKEN = re.compile(f"[{UNSPACED}]")
# Vowel signs and the stretching line of Arabic, points of Hebrew, accents left by NFKC and
# the soft hyphen are written or left out at will.
_OPTIONAL = re.compile("[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_SAME_LETTERS = tuple(zip("ёأإآىة", "еااايه", strict=True))


def tokens(text: str) -> list[str]:
    """Return the words of the plain *text* (characters, in scripts without spaces), folded."""
    if text.isascii():
        return _TOKEN.findall(text.lower())
    text = _OPTIONAL.sub("", unicodedata.normalize("NFKC", text).casefold())
    for written, folded in _SAME_LETTERS:
        text = text.replace(written, folded)
    return _TOKEN.findall(text)


def is_unspaced(word: str) -> bool:
    """Say whether a token is a character of a script that sets no spaces between words."""
    return _UNSPACED_TOKEN.match(word) is not None


def shingle_size(words: list[str]) -> int:
    """Return how many tokens make a shingle of the text with these *words*."""
    unspaced = sum(map(is_unspaced, words[:200]))
    return CHARACTERS if unspaced * 3 > min(len(words), 200) else WORDS


def shingles(words: list[str]) -> list[str]:
    """Return the shingles of a text, in order."""
    size = shingle_size(words)
    return [" ".join(run) for run in zip(*(words[n:] for n in range(size)), strict=False)]


def is_too_short(words: list[str]) -> bool:
    """Say whether a text has too few *words* to be recognised by them."""
    return len(words) < SHORTEST[shingle_size(words)]


def sketch(words: list[str]) -> frozenset[int]:
    """Return the marks by which the text with these *words* is found; none if it is too short."""
    if is_too_short(words):
        return frozenset()
    runs = shingles(words[:LONGEST])
    # CRC-32 is quick and spreads well enough to choose by; it is not what is stored.
    ranked = {run: zlib.crc32(run.encode()) for run in runs}
    chosen = {*_least(ranked, _WHOLE_MARKS)}
    chosen.update(_least({run: ranked[run] for run in runs[:OPENING]}, _OPENING_MARKS))
    return frozenset(mark("text", run) for run in chosen)


def every_mark(text: str) -> frozenset[int]:
    """Return all marks that any part of the plain *text* may have been found worth."""
    return frozenset(mark("text", run) for run in shingles(tokens(text)[:LONGEST]))


def _least(ranked: Mapping[str, int], count: int) -> list[str]:
    return nsmallest(count, ranked, key=ranked.__getitem__)
