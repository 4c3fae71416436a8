"""Is this the text that must not come back?  Pure.

Of a text that was taken down a sample of its shingles is kept, as numbers from which
nothing can be read: the smallest hashes, and with the largest of them the border below
which nothing is missing.  So both sides can be measured: how much of the forgotten text
stands in a new one, and how much of the new one comes from it.
"""

import re
import unicodedata
import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from heapq import nsmallest

from syndicator.dedupe.shingles import CHARACTERS, WORDS, is_unspaced, tokens
from syndicator.markup.text import plain_text

SHORTEST = 24
"""Tokens; a shorter text ("Read more at ...") stands in many articles by chance."""
KEPT = 256
"""Shingles that a fingerprint remembers; of most articles, all."""
LONG = 80
"""Shingles from which on a text is known by a part of it."""
_HELD, _PART, _OWN = 0.6, 0.3, 0.66
"""Shares of a long text: of what was forgotten, of a part of it, of what is new."""
_NOTHING_ELSE, _ENOUGH = 0.9, 5
"""Share of a text that says nothing but what was forgotten, and sampled shingles to tell that."""
_MUCH = 0.4
"""Share of what was forgotten, among other words."""
_SHORT_HELD, _SHORT_ALIKE = 0.85, 0.75
_VERSION = "2:"
_OCTETS = 5
_HIGHEST = 1 << 8 * _OCTETS

_NOTE_MARK = re.compile(r"<sup\b[^>]*>(?:\s|<[^>]*>|[\d*†‡§,;()\[\]])*</sup\s*>", re.IGNORECASE)
_BRACKETED = re.compile(r"\[\s*(?:\d{1,3}|[a-z])\s*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """A text cut up for comparisons with fingerprints."""

    html: str

    @cached_property
    def shingles(self) -> frozenset[int]:
        """The hashes of all its shingles; none for a short text."""
        words = tokens(_letters(self.html))
        return frozenset(_shingles(words)) if len(words) >= SHORTEST else frozenset()

    @cached_property
    def old_runs(self) -> frozenset[int]:
        """The same for fingerprints of the first form, which were stored until November 2026."""
        return _old_runs(self.html)


def fingerprint(html: str) -> str:
    """Return the fingerprint of a text, empty where it is too short to be told by."""
    least = nsmallest(KEPT, Reading(html).shingles)
    if not least:
        return ""
    return _VERSION + b85encode(b"".join(h.to_bytes(_OCTETS) for h in least)).decode()


def is_same(fingerprint_: str, text: Reading) -> bool:
    """Tell whether *text* is the one of the fingerprint, holds most of it, or is a part of it.

    Among other words a part counts from a third on: a quotation is shorter.  Alone it counts
    however short it is: an excerpt of the text, on somebody else's page.
    """
    if not fingerprint_.startswith(_VERSION):
        return _is_same_of_old(fingerprint_, text)
    kept, found = _read(fingerprint_), text.shingles
    if not found:
        return False
    border = max(kept) if len(kept) == KEPT else _HIGHEST
    common = len(kept & found)
    held = common / len(kept)
    own = common / max(1, sum(h <= border for h in found))
    if own >= _NOTHING_ELSE and common >= _ENOUGH:
        return True
    if len(kept) < LONG:
        return held >= _SHORT_HELD or min(held, own) >= _SHORT_ALIKE
    return held >= _HELD or (held >= _PART and own >= _OWN)


def has_much_of(fingerprint_: str, text: Reading) -> bool:
    """Tell whether *text* holds so much of a forgotten one that somebody should look at it.

    As much have in common two days of a liveblog, and two columns with standing words.
    """
    if not fingerprint_.startswith(_VERSION):
        return False
    kept = _read(fingerprint_)
    return len(kept & text.shingles) >= _MUCH * len(kept)


def _letters(html: str) -> str:
    text = plain_text(_NOTE_MARK.sub("", html))
    # A raised number is no digit of the word before it, nor is what is not seen a part of it.
    seen = (c for c in text if unicodedata.category(c) not in {"Cf", "No"})
    text = unicodedata.normalize("NFKD", _BRACKETED.sub("", "".join(seen)))
    return "".join(c for c in text if unicodedata.category(c) != "Mn")


def _shingles(words: list[str]) -> Iterator[int]:
    for place, word in enumerate(words):
        size = CHARACTERS if is_unspaced(word) else WORDS
        run = words[place : place + size]
        if len(run) == size:
            digest = blake2b(" ".join(run).encode(), digest_size=_OCTETS).digest()
            yield int.from_bytes(digest)


@lru_cache(maxsize=10_000)
def _read(fingerprint_: str) -> frozenset[int]:
    octets = b85decode(fingerprint_.removeprefix(_VERSION))
    return frozenset(
        int.from_bytes(octets[n : n + _OCTETS]) for n in range(0, len(octets), _OCTETS)
    )


# --- the first form: runs of eight words, of which a copy must hold four fifths ------------


def _is_same_of_old(fingerprint_: str, text: Reading) -> bool:
    if not fingerprint_ or not text.old_runs:
        return False
    kept = [int(h, 16) for h in fingerprint_.split(",")]
    return sum(h in text.old_runs for h in kept) >= 0.8 * len(kept)


def _old_runs(html: str) -> frozenset[int]:
    run, base, modulus = 8, 1_000_003, (1 << 61) - 1
    text = unicodedata.normalize("NFKD", plain_text(html)).casefold()
    seen = (c for c in text if unicodedata.category(c) not in {"Cf", "Mn"})
    letters = "".join(c if c.isalnum() else " " for c in seen)
    hashes = [zlib.crc32(word.encode()) for word in letters.split()]
    if len(hashes) < SHORTEST:
        return frozenset()
    first = pow(base, run - 1, modulus)
    runs, rolling = set(), 0
    for place, number in enumerate(hashes):
        if place >= run:
            rolling -= hashes[place - run] * first
        rolling = (rolling * base + number) % modulus
        if place >= run - 1:
            runs.add(rolling * 0x9E3779B97F4A7C15 % modulus)
    return frozenset(runs)
