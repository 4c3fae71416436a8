"""What does an entry say, field by field, in a form that rules can be held against?  Pure.

Words are folded (``fold_letters``, one space between words) so that a whole word is a
substring with spaces around it.  The text as written is kept beside them, to show what
matched, and for patterns.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syndicator.markup import plain_text
from syndicator.markup.letters import WORD, fold_letters, span_of, words_of
from syndicator.model.entries import Entry

_REACH = 40
"""Characters shown on each side of a match."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The fields of one entry, folded once for all rules."""

    shown: Mapping[str, str]
    """Plain text as written, accents composed."""
    plain: Mapping[str, str]
    """In the form in which letters are compared."""
    words: Mapping[str, str]
    """Words only, one space between them and at both ends."""


def fold(entry: Entry, fields: Iterable[str]) -> Texts:
    """Return the texts of the *fields* of *entry*."""
    shown = {field: composed(_field(entry, field)) for field in fields}
    plain = {field: fold_letters(text) for field, text in shown.items()}
    return Texts(shown=shown, plain=plain, words={k: spaced(v) for k, v in plain.items()})


def composed(text: str) -> str:
    """Return *text* with each accent and its letter in one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spaced(folded: str) -> str:
    """Return the words of *folded*; spaces at both ends make every word boundary a space."""
    return " " + " ".join(words_of(folded)) + " "


def around_words(texts: Texts, field: str, needle: str) -> str:
    """Return the text around the first place of the folded words *needle* in a field."""
    text = texts.plain[field]
    words = needle.split()
    start = text.find(words[0])
    while start >= 0:
        if end := _end_of(words, text, start):
            return around_folded(texts, field, start, end)
        start = text.find(words[0], start + 1)
    # Folding twice can split a word anew in rare scripts: then there is nothing to show.
    return ""


def around_folded(texts: Texts, field: str, start: int, end: int) -> str:
    """Return the span of the field's folded text, as written, with the words around it."""
    return around(texts, field, *span_of(texts.shown[field], texts.plain[field], start, end))


def around(texts: Texts, field: str, start: int, end: int) -> str:
    """Return the span of the field's text with the words around it."""
    text = texts.shown[field]
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if start > _REACH:
        before = "…" + (before.partition(" ")[2] if " " in before else before)
    if end + _REACH < len(text):
        after = (after.rpartition(" ")[0] if " " in after else after) + "…"
    return f"{before}{text[start:end]}{after}"


def _end_of(words: Sequence[str], text: str, start: int) -> int:
    """Return where the *words* that begin at *start* end; zero if they do not stand there."""
    if start and WORD.match(text, start - 1):
        return 0
    end = start
    for word in words:
        found = WORD.search(text, end)
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
