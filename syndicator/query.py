"""What does a search ask for, and does a text answer it?  Pure.

    flood river           both words
    "river bank"          words next to each other
    flood OR storm        one of them
    flood -sport          not where this word stands
    libr*                 words that begin so

Case and accents do not count.  In scripts without spaces each character is a word, and
what was written together must stand together.  The same query is answered here, for one
entry, and by the two databases, for all of them: they are given the very words that
:func:`entry_words` makes, so the three agree.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from syndicator.markup import plain_text
from syndicator.markup.letters import UNSPACED, fold_letters
from syndicator.model.entries import Entry

MOST_WORDS = 16_000
"""Words of one text that are searched; PostgreSQL counts positions up to 16,383."""
MOST_TITLE = 300
"""The same of a title."""

# A database's index takes no word of any length: a longer one is several, here as there.
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]{{1,60}}")
_ASCII_WORD = re.compile("[a-z0-9]{1,60}")
_ACCENTS = re.compile("[\u0300-\u036f]")
_AS_TYPED = str.maketrans("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2212", '""""""-')
"""What word processors make of quotation marks and minus."""
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


class QueryMistake(ValueError):
    """The query asks for nothing; the text says what would."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other; *prefix*: the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All of *wanted*, each of which is one of several phrases; none of *unwanted*."""

    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an entry; a phrase does not reach from the title into the text."""

    title: tuple[str, ...]
    text: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """Return the words of the plain *text* in the form in which they are compared."""
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
    else:
        folded = unicodedata.normalize("NFKD", fold_letters(text))
        found = _WORD.findall(unicodedata.normalize("NFC", _ACCENTS.sub("", folded)))
    return tuple(found[:MOST_WORDS])


def entry_words(entry: Entry) -> Words:
    """Return the words by which *entry* is found."""
    said = f"{plain_text(entry.summary_html)} {plain_text(entry.content_html)}"
    return Words(title=words(entry.title)[:MOST_TITLE], text=words(said))


def parse_query(written: str) -> Query:
    """Return what *written* asks for.

    Raises:
        QueryMistake: it names no word that must be there.
    """
    wanted: list[tuple[Phrase, ...]] = []
    unwanted: list[Phrase] = []
    either = False
    for part in _PART.finditer(written.translate(_AS_TYPED)):
        if part["word"] == "OR" and not part["minus"]:
            either = bool(wanted)
            continue
        phrase = _phrase(part["phrase"], part["word"])
        if phrase is None:
            continue
        if part["minus"]:
            unwanted.append(phrase)
        elif either:
            wanted[-1] = (*wanted[-1], phrase)
        else:
            wanted.append((phrase,))
        either = False
    if not wanted:
        raise QueryMistake("a search needs at least one word that must be there")
    return Query(tuple(wanted), tuple(unwanted))


def answers(query: Query, said: Words) -> bool:
    """Say whether an entry with these words answers *query*."""
    return all(any(_stands(p, said) for p in either) for either in query.wanted) and not any(
        _stands(p, said) for p in query.unwanted
    )


def _phrase(quoted: str | None, word: str | None) -> Phrase | None:
    found = words(quoted if quoted is not None else word or "")
    prefix = word is not None and word.endswith("*")
    return Phrase(found, prefix=prefix) if found else None


def _stands(phrase: Phrase, said: Words) -> bool:
    return _in(phrase, said.title) or _in(phrase, said.text)


def _in(phrase: Phrase, text: Sequence[str]) -> bool:
    first, *rest = phrase.words
    if not rest:
        return any(w.startswith(first) for w in text) if phrase.prefix else first in text
    length = len(phrase.words)
    return any(
        word == first and _follows(phrase, tuple(text[place : place + length]))
        for place, word in enumerate(text)
    )


def _follows(phrase: Phrase, text: tuple[str, ...]) -> bool:
    if not phrase.prefix:
        return text == phrase.words
    return (
        len(text) == len(phrase.words)
        and text[:-1] == phrase.words[:-1]
        and text[-1].startswith(phrase.words[-1])
    )
