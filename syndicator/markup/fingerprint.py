"""Is this the same text?  Pure.

A fingerprint holds a few numbers made of a text's words (the smallest hashes of its runs
of eight words), from which no text can be read back.  A copy with other markup, or with a
line before or after it, still holds nearly all of them; a short quotation does not.
"""

import heapq
import unicodedata
import zlib

from syndicator.markup.text import plain_text

RUN = 8
"""Words in a run."""
KEPT = 64
"""Runs that a fingerprint remembers."""
SHORTEST = 24
"""Words; a shorter text ("Read more at ...") stands in many articles by chance."""
SAME = 0.8
"""Share of the remembered runs that a copy holds."""

_BASE = 1_000_003
_MODULUS = (1 << 61) - 1


def fingerprint(html: str) -> str:
    """Return the fingerprint of a text, empty where it is too short to be told by."""
    return ",".join(f"{h:x}" for h in heapq.nsmallest(KEPT, text_runs(html)))


def text_runs(html: str) -> frozenset[int]:
    """Return the hashes of all runs of words in *html*; none for a short text."""
    text = unicodedata.normalize("NFKD", plain_text(html)).casefold()
    # What is not seen (soft hyphens, joiners) and what stands on a letter parts no word.
    seen = (c for c in text if unicodedata.category(c) not in {"Cf", "Mn"})
    letters = "".join(c if c.isalnum() else " " for c in seen)
    hashes = [zlib.crc32(word.encode()) for word in letters.split()]
    if len(hashes) < SHORTEST:
        return frozenset()
    first = pow(_BASE, RUN - 1, _MODULUS)
    runs, rolling = set(), 0
    for place, number in enumerate(hashes):
        if place >= RUN:
            rolling -= hashes[place - RUN] * first
        rolling = (rolling * _BASE + number) % _MODULUS
        if place >= RUN - 1:
            # Spread, so that the smallest are a fair sample and not the runs of one word.
            runs.add(rolling * 0x9E3779B97F4A7C15 % _MODULUS)
    return frozenset(runs)


def is_same(fingerprint_: str, runs: frozenset[int]) -> bool:
    """Tell whether a text with these *runs* is the one of the fingerprint, or holds it."""
    if not fingerprint_ or not runs:
        return False
    remembered = [int(h, 16) for h in fingerprint_.split(",")]
    return sum(h in runs for h in remembered) >= SAME * len(remembered)
