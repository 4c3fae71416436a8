"""What does an entry say, field by field, in a form that rules can be held against?  Pure.

Words are folded (no case, one space between words) so that a whole word is a substring
with spaces around it.  The text as written is kept beside them, to show what matched.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syndicator.markup import plain_text
from syndicator.model.entries import Entry

_WORD = re.compile(r"\w+")
_REACH = 40
"""Characters shown on each side of a match."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The fields of one entry, folded once for all rules."""

    shown: Mapping[str, str]
    """Plain text as written."""
    plain: Mapping[str, str]
    """Without case."""
    words: Mapping[str, str]
    """Words only, one space between them and at both ends."""


def fold(entry: Entry, fields: Iterable[str]) -> Texts:
    """Return the texts of the *fields* of *entry*."""
    shown = {field: _field(entry, field) for field in fields}
    plain = {field: text.casefold() for field, text in shown.items()}
    return Texts(shown=shown, plain=plain, words={k: folded(v) for k, v in plain.items()})


def folded(text: str) -> str:
    """Return the words of *text*; spaces at both ends make every word boundary a space."""
    return " " + " ".join(_WORD.findall(text.casefold())) + " "


def around_words(texts: Texts, field: str, needle: str) -> str:
    """Return the text around the first place of the folded words *needle* in a field."""
    text = texts.plain[field]
    words = needle.split()
    start = text.find(words[0])
    while start >= 0:
        if end := _end_of(words, text, start):
            return around(texts, field, start, end)
        start = text.find(words[0], start + 1)
    # Folding twice can split a word anew in rare scripts: then there is nothing to show.
    return ""


def around(texts: Texts, field: str, start: int, end: int) -> str:
    """Return the span of the field's plain text with the words around it."""
    text = texts.plain[field]
    if len(texts.shown[field]) == len(text):
        text = texts.shown[field]
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if start > _REACH:
        before = "…" + (before.partition(" ")[2] if " " in before else before)
    if end + _REACH < len(text):
        after = (after.rpartition(" ")[0] if " " in after else after) + "…"
    return f"{before}{text[start:end]}{after}"


def _end_of(words: Sequence[str], text: str, start: int) -> int:
    """Return where the *words* that begin at *start* end; zero if they do not stand there."""
    if start and _WORD.match(text, start - 1):
        return 0
    end = start
    for word in words:
        found = _WORD.search(text, end)
        if found is None or found.group() != word:
            return 0
        end = found.end()
    return end


def _field(entry: Entry, field: str) -> str:
    match field:
        case "title":
            return entry.title
        case "summary":
            return plain_text(entry.summary_html)
        case "content":
            return plain_text(entry.content_html)
        case "author":
            return ", ".join(author.name for author in entry.authors)
        case _:
            return entry.url or ""
