"""What the text of an element of well-formed XML is.  Pure.

Plain elements, and the text constructs of Atom and RSS in their three forms: plain,
escaped HTML and XHTML (RFC 4287, section 3.1).
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from feedparser.api import StrictFeedParser
from lxml import etree

from syndicator.parse.elements import Declined
from syndicator.parse.limits import LENGTHS, OTHER_LENGTH
from syndicator.parse.names import XHTML, Attributes, attributes_of

_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}
_TYPES |= {"xhtml": "application/xhtml+xml"}
_READABLE = frozenset(("text/plain", "text/html", "application/xhtml+xml"))
_MODES = frozenset(("escaped", "xml", ""))
_ADDRESS = re.compile(r"[\w.~!$&'()*+,=:@%/?#-]+", re.ASCII)
_MAX_INLINE = 200
_SHORT = min(LENGTHS.values())


@dataclass(frozen=True, slots=True)
class Scope:
    """What an element inherits: ``xml:base`` and ``xml:lang``."""

    base: str = ""
    language: str | None = None

    def within(self, stated: Attributes) -> "Scope":
        """Return the scope inside an element with the attributes *stated*."""
        base = stated.get("xml:base", stated.get("base"))
        language = stated.get("xml:lang", stated.get("lang"))
        if not base and language is None:
            return self
        if base and not (base.isascii() and _ADDRESS.fullmatch(base)):
            raise Declined("an xml:base that is no plain address")
        return Scope(
            base=self._based(base) if base else self.base,
            language=self.language if language is None else language.replace("_", "-") or None,
        )

    def _based(self, base: str) -> str:
        if ":" in base and not base.startswith(("http://", "https://")):
            raise Declined("an xml:base of another scheme")
        if self.base and "://" not in self.base:
            raise Declined("an xml:base within a relative one")
        return joined(self.base, base)


def joined(base: str, address: str) -> str:
    """Return *address* as it stands under the ``xml:base`` *base*, which may be empty."""
    if ":///" in address:
        raise Declined("an address without a host")
    if not base:
        return address
    try:
        return urljoin(base, address)
    except ValueError as mistake:
        raise Declined("an address that cannot be read") from mistake


def media_type(stated: str) -> str:
    """Return the media type that *stated*, a short form of Atom or a type, means."""
    lower = stated.lower()
    return _TYPES.get(lower, lower)


def text_of(element: etree._Element, kind: str = "") -> str:
    """Return the text of *element*, in which no other element stands.

    Args:
        element: to read.
        kind: by which name its greatest length is known.
    """
    text = element.text
    if len(element):
        raise Declined("markup in a plain element")
    if not text:
        return ""
    if len(text) > _SHORT and len(text) > LENGTHS.get(kind, OTHER_LENGTH):
        raise Declined("a text that is too long")
    text = text.strip()
    return text if text.isascii() else _encoded_once(text)


def type_of(stated: Attributes, default: str) -> str:
    """Return the media type of a text construct with the attributes *stated*."""
    given = media_type(stated["type"]) if "type" in stated else default
    if given not in _READABLE or stated.get("mode", "") not in _MODES:
        raise Declined(f"a text of the type {given[:60]}")
    return given


def is_html(text: str) -> bool:
    """Say whether *text*, said to be plain, is HTML all the same."""
    return ("&" in text or "</" in text) and bool(StrictFeedParser.looks_like_html(text))


def _encoded_once(text: str) -> str:
    """Return *text* as it was before somebody took its UTF-8 for Latin-1 and encoded it again."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def markup_of(element: etree._Element, kind: str, *, unwrap: bool) -> str:
    """Return the XHTML in *element*.

    Args:
        element: to read.
        kind: by which name its greatest length is known.
        unwrap: the ``div`` around it is no part of it (RFC 4287, section 3.1.1.3).
    """
    inner = element
    if unwrap and len(element) == 1 and element[0].tag == f"{XHTML}div":
        div = element[0]
        if not (element.text or "").strip() and not (div.tail or "").strip():
            attributes_of(div)
            inner = div
    pieces: list[str] = []
    _write_content(inner, pieces, 0)
    text = "".join(pieces)
    if len(text) > LENGTHS.get(kind, OTHER_LENGTH):
        raise Declined("a text that is too long")
    text = text.strip()
    return text if text.isascii() else _encoded_once(text)


def _write_content(element: etree._Element, pieces: list[str], depth: int) -> None:
    if depth > _MAX_INLINE:
        raise Declined("XHTML that is nested too deep")
    if element.text:
        pieces.append(escape(element.text))
    for child in element:
        tag = str(child.tag)
        name = tag.removeprefix(XHTML).lower()
        if not tag.startswith(XHTML) or name in {"svg", "math"}:
            raise Declined("XHTML with elements of another kind in it")
        written = "".join(
            f' {key}="{escape(value, {chr(34): "&quot;"})}"'
            for key, value in attributes_of(child).items()
        )
        pieces.append(f"<{name}{written}>")
        _write_content(child, pieces, depth + 1)
        pieces.append(f"</{name}>")
        if child.tail:
            pieces.append(escape(child.tail))
