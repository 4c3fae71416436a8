"""How many words may a short quotation have?  Pure."""

import re
from html import unescape

from syndicator.model.entries import Entry
from syndicator.model.rights import Quotation

_TAGS = re.compile(r"<[^>]*>")
_CHUNK = 8_000


def quotation_limit(copy: Entry, quotation: Quotation) -> int:
    """Return the limit in words: ``max_words`` or ``max_share`` of the work, the smaller.

    Where only a summary came, or nothing is stored, the length of the work is not known and
    ``max_words`` alone counts.
    """
    if copy.body != "full" or not copy.content_html or quotation.max_share >= 1:
        return quotation.max_words
    if quotation.max_share <= 0:
        return 0
    enough = int(quotation.max_words / quotation.max_share) + 1
    return min(quotation.max_words, int(_words(copy.content_html, enough) * quotation.max_share))


def _words(html: str, enough: int) -> int:
    """Count the words of *html*, up to about *enough*: more do not matter."""
    found = 0
    for start in range(0, len(html), _CHUNK):
        # A chunk that begins inside a tag or a word is off by a word at most.
        found += len(unescape(_TAGS.sub(" ", html[start : start + _CHUNK])).split())
        if found >= enough:
            break
    return found
