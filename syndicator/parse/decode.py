"""Which characters the bytes of a document stand for.  Pure.

Order of belief: byte order mark, ``charset`` of the media type, XML declaration, UTF-8,
windows-1252 (RFC 7303, section 3; the WHATWG Encoding Standard for Latin-1).  What servers
state for all of their files (``AddDefaultCharset ISO-8859-1``) is not believed of text that is
valid UTF-8: in an encoding of single octets no text is that by accident.  A few bytes that fit
nowhere cost their own characters, never the document.
"""

import codecs
import re
from functools import lru_cache

from syndicator.markup import xml_safe

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE
)
# Latin-1 on the web is windows-1252, and GB 2312 its own superset.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
# Encodings in which markup can hide from everything that looks at the characters.
_REFUSED = frozenset(("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"))
# The characters of a reference that XML forbids, also where the number is written at length.
_REFERENCE = re.compile(
    r"&#(?:x0*([0-9a-f]{1,2}|d[89a-f]..|fff[ef]|[0-9a-f]{6,})|0*(\d{1,2}|[56]\d{4}|\d{7,}));",
    re.IGNORECASE,
)


def decode(body: bytes, content_type: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the text of *body* and what was wrong with its encoding, in plain words."""
    shown = _shown(body)
    if shown is not None:
        return shown, ()
    stated = _stated(body, content_type)
    warnings = (f"not encoded as it says ({stated[0]})",) if stated else ()
    utf8 = _strictly(body, "utf-8")
    if utf8 is not None and not body.isascii() and stated and _has_single_octets(stated[0]):
        return utf8, warnings
    for encoding in stated:
        text = _strictly(body, encoding)
        if text is not None:
            return text, ()
    if utf8 is not None:
        return utf8, warnings
    return _at_any_price(body), warnings or ("not valid UTF-8",)


def _shown(body: bytes) -> str | None:
    """Return the text of a body whose first octets show its encoding."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _ZEROS:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    return None


def as_utf8(body: bytes, content_type: str | None) -> bytes | None:
    """Return *body* in UTF-8, without a mark; None where its encoding is in doubt.

    Bytes that are said to be UTF-8 are not looked at: the parser of XML will.
    """
    if body.startswith(codecs.BOM_UTF8):
        return body[len(codecs.BOM_UTF8) :]
    starts = (start for start, _ in (*BOMS, *_ZEROS))
    stated = _stated(body, content_type)
    if not body.startswith(tuple(starts)) and _is_utf8(stated[0] if stated else "utf-8"):
        return body
    text, doubts = decode(body, content_type)
    return None if doubts else text.encode("utf-8", "surrogatepass")


def readable(text: str) -> tuple[str, tuple[str, ...]]:
    """Return *text* without the characters, written out or by number, that XML forbids."""
    text = text.replace("\r\n", "\n") if "\r" in text else text
    safe = _REFERENCE.sub(_allowed, xml_safe(text))
    return safe, () if len(safe) == len(text) else ("holds characters that XML does not allow",)


def _stated(body: bytes, content_type: str | None) -> list[str]:
    named = [found[1] for found in [_CHARSET.search(content_type or "")] if found]
    declared = _DECLARED.match(body[:500].lstrip())
    if declared:
        named.append(declared[1].decode("ascii"))
    return named


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False


@lru_cache(maxsize=64)
def _has_single_octets(encoding: str) -> bool:
    """Say whether nearly each octet is a character of its own in *encoding*."""
    alone = (_strictly(bytes([octet]), encoding) for octet in range(128, 256))
    return sum(character is not None for character in alone) > 100


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name
        return None if name in _REFUSED else body.decode(_MEANT.get(name, name))
    except (LookupError, ValueError):
        return None


def _at_any_price(body: bytes) -> str:
    # Bytes of another encoding hardly ever make a character of UTF-8: where half of them do,
    # it is UTF-8 in which somebody cut a text within a character.
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return text if good >= bad else body.decode("cp1252", "replace")


def _allowed(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2][:9])
    if number > 0x10FFFF:
        return ""
    return found[0] if xml_safe(chr(number)) else ""
