"""Whom does a byline name?  Pure.

Feeds put several people, their papers and mail addresses into one element.  A line is taken
apart in every way that may be meant, because these names are only compared with the name of
somebody who wants a text gone, or whom a permission leaves out: one name too many costs
nothing, one too few keeps a text that must go.
"""

import re
from collections.abc import Iterator

LONGEST = 500
"""Characters of a line that are read."""
MOST = 100
"""Names that one line may have."""

_MAIL = re.compile(r"[^\s<>()\[\],;]{1,100}@[^\s<>()\[\],;]{1,100}")
_BRACKETS = re.compile(r"[()\[\]<>{}\"“”«»]+")
_MARKS = re.compile(r"[,;/|&+·•‧、，；،؛\n]|\s[-–—]\s")
_WORDS = re.compile(
    # English, German, French, Spanish, Portuguese and Italian, Catalan and Polish, Czech
    r"\s+(?:and|with|und|mit|et|avec|y|con|e|ed|com|i|oraz|z|a"
    # Dutch, Scandinavian, Finnish, Hungarian, Romanian, Turkish, Russian, Ukrainian, Greek
    r"|en|met|och|og|med|ja|és|și|şi|ve|ile|и|с|та|й|і|και"
    # Persian and Urdu, Hebrew aside; Hindi, Korean
    r"|و|اور|और|및)\s+",
    re.IGNORECASE,
)
# The Arabic and the Hebrew "and" are part of the next word, the Chinese one of both.
_JOINED = re.compile(r"\s+[\u0648\u05d5](?=\w)|[和与與及と]")
_BY = re.compile(
    r"(?:(?:words|text|texte|texto|story|report|written|posted|reported|photos?|interview)\s+)?"
    r"(?:by|par|von|por|di|da|de|door|av|af|autor(?:in|a|es|en)?|auteur|author|text|texte|texto"
    r"|от|автор|авторы|بقلم|كتب|文|作者)(?:\s*[:：/]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)


def names_in(line: str) -> tuple[str, ...]:
    """Return the names that *line* may hold, the whole of it first."""
    found: dict[str, None] = {}
    for name in _names(line[:LONGEST]):
        cleaned = " ".join(name.split()).strip(" .:-–—")
        if cleaned:
            found[cleaned] = None
    return tuple(found)[:MOST]


def _names(line: str) -> Iterator[str]:
    yield line
    bare = _MAIL.sub(" ", line)
    for part in _BRACKETS.split(bare):
        by_marks = _MARKS.split(part)
        yield from _and_without_by(part)
        if len(by_marks) == 2:
            # Surname first.
            yield f"{by_marks[1]} {by_marks[0]}"
        for piece in by_marks:
            yield from _and_without_by(piece)
            for name in _WORDS.split(piece):
                yield from _and_without_by(name)
                yield from _JOINED.split(name)


def _and_without_by(name: str) -> Iterator[str]:
    yield name
    match = _BY.match(name.strip())
    if match is not None:
        rest = name.strip()[match.end() :]
        yield rest
        yield from _WORDS.split(rest)
