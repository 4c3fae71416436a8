"""What a well-formed RSS or Atom document says, read in one pass.  Pure.

The answer is that of ``tolerant``, many times sooner.  Whatever is unusual is
``Declined``: a document type, markup where none belongs, an element in a strange place, a
date of its own kind.  Declining costs time, being wrong would cost the truth.
"""

import re
from dataclasses import replace

import re2
from lxml import etree

from syndicator.model.feed import KnownItems, ParsedFeed
from syndicator.parse.decode import as_utf8
from syndicator.parse.dialects import read_tree
from syndicator.parse.digests import NOTHING_KNOWN
from syndicator.parse.document import read_feed
from syndicator.parse.elements import Declined, Elements
from syndicator.parse.reading import mended
from syndicator.parse.rights import read_rights
from syndicator.patterns import regex_options

__all__ = ["Declined", "parse_strict"]

_PROLOG = re.compile(
    rb"(?:<\?xml\s[^<>?]*+\?>)?+(?:\s++|<!--(?:(?!--)[^<])*+-->|<\?[\w-]++\s[^<>?]*+\?>)*+<[a-zA-Z]"
)
_OCTETS = regex_options(octets=True)
# The controls of Latin-1 (C1), which mean windows-1252: in UTF-8, by number, and as they are
# read.  RE2 passes over a body several times sooner, and the first two look at all of it.
_C1_IN_UTF8 = re2.compile(rb"\xc2[\x80-\x9f]", _OCTETS)
_C1_BY_NUMBER = re2.compile(rb"&#(?:0*1(?:2[89]|[345][0-9])|[xX]0*[89][0-9a-fA-F]);", _OCTETS)
_C1 = re.compile("[\x80-\x9f]")
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
_MENDABLE = {
    etree.ErrorTypes.WAR_UNDECLARED_ENTITY: "undefined entity",
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "undefined entity",
    etree.ErrorTypes.ERR_NAME_REQUIRED: "not well-formed (invalid token)",
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: "not well-formed (invalid token)",
}


def parse_strict(
    body: bytes, *, content_type: str | None, base_url: str, known: KnownItems = NOTHING_KNOWN
) -> ParsedFeed:
    """Return the feed in *body*.

    Args:
        body: the decoded body of the response.
        content_type: the media type as the server stated it; its charset counts.
        base_url: absolute address of the document; relative addresses start from it.
        known: items whose texts are not wanted.

    Raises:
        Declined: the document is for the tolerant reader.
    """
    elements, warnings = read_strict(body, content_type)
    return read_feed(elements, base_url=base_url, warnings=warnings, known=known)


def read_strict(body: bytes, content_type: str | None) -> tuple[Elements, tuple[str, ...]]:
    """Return what *body* holds, nothing of it resolved or cleaned, and what was wrong with it.

    Raises:
        Declined: the document is for the tolerant reader.
    """
    body = _checked(as_utf8(body, content_type))
    warnings: tuple[str, ...] = ()
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as problem:
        known = _MENDABLE.get(getattr(problem, "code", 0))
        if known is None:
            raise Declined(f"not well-formed: {problem.msg}") from problem
        body = mended(body.decode("utf-8", "replace")).encode()
        warnings = (f"not well-formed XML: {known}",)
        root = _mended_root(body)
    if _C1_BY_NUMBER.search(body) and _C1.search(
        etree.tostring(root, method="text", encoding="unicode")
    ):
        raise Declined("control characters")
    elements, has_rights = read_tree(root)
    if has_rights:
        elements = replace(elements, found=read_rights(body.decode("utf-8", "replace")))
    return elements, warnings


def _checked(body: bytes | None) -> bytes:
    if body is None:
        raise Declined("an encoding in doubt")
    body = body.lstrip()
    if not _PROLOG.match(body):
        start = body[:2000].lower()
        what = "a document type" if b"<!doctype" in start else "more than comments"
        raise Declined(f"{what} before the root element")
    if _C1_IN_UTF8.search(body):
        raise Declined("control characters")
    return body


def _mended_root(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as problem:
        raise Declined(f"not well-formed: {problem.msg}") from problem
