"""What feedparser makes of a document, within bounds.  Pure.

feedparser's own classes do the reading.  Ours set bounds to what a hostile document can
make them do (its list of categories costs the square of their number, its search for mail
addresses the square of the name), keep ids as written, and tell dates of publication from
dates of change.  Its sanitiser and its resolver of links stay off: ``markup`` does both.
"""

import contextlib
import html.entities
import io
import re
from typing import Any
from xml.sax import SAXException, handler
from xml.sax.expatreader import ExpatParser
from xml.sax.saxutils import escape
from xml.sax.xmlreader import InputSource

from feedparser.api import LooseFeedParser, StrictFeedParser

from syndicator.errors import ParseError
from syndicator.parse.limits import (
    LENGTHS,
    MAX_ATTRIBUTES,
    MAX_CATEGORIES,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_PREFIXES,
    OTHER_LENGTH,
)
from syndicator.parse.mail import sync_author

_CUT_OFF = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")
_ENTITY = re.compile(r"&(?:(#\d{1,7}|#x[0-9a-f]{1,6})|([a-z]\w{1,31}));|&", re.IGNORECASE)
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_PREFIX = re.compile(r"xmlns:([^\s=]+)")


class _Enough(Exception):
    """As many items as we keep have been read."""


class _Bounded:
    """What our readers do otherwise than feedparser's."""

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def unknown_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ANN401
        if len(self.elementstack) > MAX_DEPTH:  # type: ignore[attr-defined]
            raise ParseError(f"elements are nested more than {MAX_DEPTH} deep: this is no feed")
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        super().unknown_endtag(tag)  # type: ignore[misc]
        # feedparser lets an xml:base reach beyond its element where there was none before.
        stack: list[str] = self.basestack  # type: ignore[attr-defined]
        self.baseuri = stack[-1] if stack else ""

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:  # noqa: ANN401
        stack: list[list[Any]] = self.elementstack  # type: ignore[attr-defined]
        if stack and stack[-1][0] == element:
            stack[-1][2] = _shortened(stack[-1][2], LENGTHS.get(element, OTHER_LENGTH))
        return super().pop(element, strip_whitespace)  # type: ignore[misc]

    def _add_tag(self, term: str, scheme: str, label: str) -> None:
        tags = self._get_context().setdefault("tags", [])  # type: ignore[attr-defined]
        if len(tags) < MAX_CATEGORIES:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]

    def _start_item(self, attrs: Any) -> None:  # noqa: ANN401
        if len(self.entries) >= MAX_ITEMS:  # type: ignore[attr-defined]
            raise _Enough
        super()._start_item(attrs)  # type: ignore[misc]

    _start_entry = _start_item

    def _start_guid(self, attrs: Any) -> None:  # noqa: ANN401
        # Programs write their own truth value, "True", where RSS has "true".
        stated = attrs.get("ispermalink", "true").lower()
        super()._start_guid({"ispermalink": stated})  # type: ignore[misc]

    _start_id = _start_guid

    def _start_content(self, attrs: Any) -> None:  # noqa: ANN401
        super()._start_content(attrs)  # type: ignore[misc]
        # feedparser opens it twice and closes it once: 256 such entries would pass for depth.
        self.elementstack.pop()  # type: ignore[attr-defined]

    def _start_author(self, attrs: Any) -> None:  # noqa: ANN401
        super()._start_author(attrs)  # type: ignore[misc]
        # Else feedparser writes a second author's name over that of the first.
        for kept in ("author", "author_detail"):
            self._get_context().pop(kept, None)  # type: ignore[attr-defined]

    _start_managingeditor = _start_author

    def _sync_author_detail(self, key: str = "author") -> None:
        sync_author(self._get_context(), key)  # type: ignore[attr-defined]

    # Dublin Core's date of an item is that of its publication; feedparser calls it "updated".
    def _start_dc_date(self, attrs: Any) -> None:  # noqa: ANN401, ARG002
        self.push("dc_date", 1)  # type: ignore[attr-defined]

    def _end_dc_date(self) -> None:
        self.pop("dc_date")


class _Strict(_Bounded, StrictFeedParser):  # type: ignore[misc]
    """Reads well-formed XML."""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: ANN401, N802
        """Refuse an element with so many attributes that reading them takes hours."""
        if len(attrs) > MAX_ATTRIBUTES:
            raise ParseError(
                f"an element has more than {MAX_ATTRIBUTES} attributes: this is no feed"
            )
        super().startElementNS(name, qname, attrs)

    def characters(self, text: str) -> None:
        """Take a piece of text, as ``handle_data`` does but without its detours."""
        if not self.elementstack:
            return
        if dict.get(self.contentparams, "type") == "application/xhtml+xml":
            text = escape(text)
        self.elementstack[-1][2].append(text)


class _Expat(ExpatParser):
    """Hands text on in large pieces, as expat can and the standard library does not ask."""

    def reset(self) -> None:
        """Make a new parser."""
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]


class _Loose(_Bounded, LooseFeedParser):  # type: ignore[misc]
    """Reads what only looks like XML."""


def read(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return feedparser's reader after it read *text*, and what was wrong with the text.

    The reader knows no address of the document: it resolves against ``xml:base`` only, and
    what that leaves relative is the caller's to resolve.

    Args:
        text: from the root element on, without declaration and document type.

    Raises:
        ParseError: the document is built to exhaust its reader, or breaks it.
    """
    if text.count("xmlns:") > MAX_PREFIXES and len(set(_PREFIX.findall(text))) > MAX_PREFIXES:
        raise ParseError(f"more than {MAX_PREFIXES} namespace prefixes: this is no feed")
    try:
        return _read(text)
    except ParseError:
        raise
    except Exception as mistake:
        # feedparser lets pass whatever its parts raise, from UnicodeEncodeError to KeyError.
        raise ParseError(f"the body cannot be read as a feed: {mistake!r}") from mistake


def _read(text: str) -> tuple[Any, tuple[str, ...]]:
    reader, problem = _strictly(text)
    if not problem:
        return reader, _limit(reader)
    warning = f"not well-formed XML: {problem}"
    if problem.startswith(_CUT_OFF) and _drop_open_item(reader):
        return reader, (f"{warning}; the body seems to end too early", *_limit(reader))
    reader, again = _strictly(mended(text))
    if again:
        reader = _Loose("", None, "utf-8", {})
        with contextlib.suppress(_Enough):
            reader.feed(text)
    return reader, (warning, *_limit(reader))


def _strictly(text: str) -> tuple[Any, str]:
    reader = _Strict("", None, "utf-8")
    parser = _Expat()
    parser.setFeature(handler.feature_namespaces, 1)
    parser.setFeature(handler.feature_external_ges, 0)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    source = InputSource()
    source.setByteStream(io.BytesIO(text.encode()))
    try:
        parser.parse(source)
    except _Enough:
        return reader, ""
    except SAXException as problem:
        return reader, problem.getMessage() or "error"
    return reader, ""


def _drop_open_item(reader: Any) -> bool:  # noqa: ANN401
    if reader.inentry and reader.entries:
        reader.entries.pop()
    return bool(reader.entries)


def _limit(reader: Any) -> tuple[str, ...]:  # noqa: ANN401
    if len(reader.entries) < MAX_ITEMS:
        return ()
    return (f"more items than we read: the first {MAX_ITEMS} are taken",)


def _shortened(pieces: list[Any], limit: int) -> list[Any]:
    left = limit
    for index, piece in enumerate(pieces):
        if len(piece) > left:
            text = piece.decode("utf-8", "replace") if isinstance(piece, bytes) else piece
            return [*pieces[:index], text[:left]]
        left -= len(piece)
    return pieces


def mended(text: str) -> str:
    """Write entities of HTML by number, and an ampersand that starts none as one."""
    return _ENTITY.sub(_by_number, text)


def _by_number(found: re.Match[str]) -> str:
    number, name = found.groups()
    if number or name in _XML_ENTITIES:
        return found[0]
    meant = html.entities.html5.get(f"{name};") if name else None
    if meant is None:
        return "&amp;" + found[0][1:]
    return "".join(f"&#{ord(character)};" for character in meant)
