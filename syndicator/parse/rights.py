"""Which rights statements stand in a document that feedparser does not keep.  Pure.

Really Simple Licensing 1.0, Feed Access Control 1.0, tombstones (RFC 6721), the rights
elements of Media RSS, and from when and until when an item may be shown: ``available`` and
``valid`` of DCMI Metadata Terms (the latter in Media RSS 1.5.1 too), ``embargoDate`` of PRISM.
Reads nothing unless one of their namespaces is in the document.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from syndicator.model.feed import Statement
from syndicator.parse.balance import balanced

RSL = "https://rslstandard.org/rsl"
FAC = "http://www.bloglines.com/about/specs/fac-1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
MEDIA = "http://search.yahoo.com/mrss"
DCTERMS = "http://purl.org/dc/terms"
PRISM = "http://prismstandard.org/namespaces"
_MEDIA_RIGHTS = ("copyright", "license", "rights", "restriction")
# Element names in lower case; those of Media RSS are taken for the same as those of DCMI.
_WINDOWS = {
    "available": "dcterms-available",
    "valid": "dcterms-valid",
    "embargodate": "prism-embargo",
}
_WINDOW_SPACES = {"available": (DCTERMS,), "valid": (DCTERMS, MEDIA), "embargodate": (PRISM,)}
_SPACES = frozenset((RSL, FAC, TOMBSTONES))
_ITEMS = frozenset(("item", "entry"))
_LONGEST = 2000
_WINDOW = re.compile(rb"[<:](?:available|valid|embargodate)[\s>]")


@dataclass(frozen=True, slots=True)
class RightsFound:
    """Statements by what they are attached to; *items* in document order."""

    feed: tuple[Statement, ...] = ()
    items: tuple[tuple[Statement, ...], ...] = ()


def read_rights(text: str) -> RightsFound:
    """Return the statements in the XML document *text*, which has no document type."""
    if not _speaks_of_rights(text.encode()):
        return RightsFound()
    try:
        root = _root(text, recover=False)
    except etree.XMLSyntaxError:
        try:
            root = _root(balanced(text), recover=True)
        except etree.XMLSyntaxError:
            return RightsFound()
    # In recovery there may be no root at all, whatever the type says.
    return RightsFound() if root is None else _collect(root)


def _root(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=recover, huge_tree=False
    )
    return etree.fromstring(text.encode(), parser)


def speaks_of_rights(element: etree._Element) -> bool:
    """Say whether *element* is one of those that ``read_rights`` looks for."""
    space, local = _name(element)
    if space in _SPACES or (space == MEDIA and local.lower() in _MEDIA_RIGHTS):
        return True
    return _is_window(space, local.lower())


def _is_window(space: str, local: str) -> bool:
    return local in _WINDOWS and space.startswith(_WINDOW_SPACES[local])


def _speaks_of_rights(encoded: bytes) -> bool:
    """Say whether a document, in UTF-8, may hold any of the statements."""
    lower = encoded.lower()
    if any(name.encode() in lower for name in (RSL, FAC, TOMBSTONES)):
        return True
    if any(space.encode() in lower for space in (DCTERMS, MEDIA, PRISM)) and _WINDOW.search(lower):
        return True
    return MEDIA.encode() in lower and any(f":{name}".encode() in lower for name in _MEDIA_RIGHTS)


def _collect(root: etree._Element) -> RightsFound:
    items = [e for e in root.iter(etree.Element) if _name(e)[1] in _ITEMS]
    known = set(items)
    feed: list[Statement] = []
    found: dict[etree._Element, list[Statement]] = {item: [] for item in items}
    for element in root.iter(etree.Element):
        owner = next((e for e in element.iterancestors() if e in known), None)
        scope = "feed" if owner is None else "item"
        target = feed if owner is None else found[owner]
        target.extend(_statements(element, scope))
    return RightsFound(_once(feed), tuple(_once(found[item]) for item in items))


def _name(element: etree._Element) -> tuple[str, str]:
    # Not by QName: in recovery a name may hold a colon, which that refuses.
    space, _, local = str(element.tag).rpartition("}")
    return space[1:].lower().rstrip("/"), local


def _once(statements: list[Statement]) -> tuple[Statement, ...]:
    return tuple(dict.fromkeys(statements))


def _statements(element: etree._Element, scope: str) -> Iterator[Statement]:
    space, local = _name(element)
    if space == RSL and local == "license":
        yield Statement(
            scheme="rsl", value=json.dumps(_terms(element), sort_keys=True), scope=scope
        )
    elif space == FAC and local == "restriction":
        said = (element.get("relationship") or "").strip().lower()
        if said in {"allow", "deny"}:
            # The specification attaches it to the feed, wherever it was written.
            yield Statement(scheme="fac", value=said, scope="feed")
    elif space == TOMBSTONES and local == "deleted-entry" and element.get("ref"):
        yield Statement(scheme="deleted-entry", value=str(element.get("ref")), scope="feed")
    elif space == MEDIA and local in _MEDIA_RIGHTS:
        yield from _media(element, local, scope)
    elif _is_window(space, local.lower()):
        yield from _window(element, local.lower(), scope)


def _window(element: etree._Element, name: str, scope: str) -> Iterator[Statement]:
    """Yield when an item is available; of a single medium in it that says nothing on the text."""
    if name == "valid" and scope == "feed":
        # How long the document may be kept, and another moment at every visit.
        return
    value = _text(element)
    parent = element.getparent()
    of_medium = parent is not None and _name(parent) in {(MEDIA, "content"), (MEDIA, "group")}
    if value:
        scheme = f"media-{name}" if of_medium else _WINDOWS[name]
        yield Statement(scheme=scheme, value=value, scope=scope)


def _media(element: etree._Element, name: str, scope: str) -> Iterator[Statement]:
    parts = (_text(element), element.get("url"), element.get("href"), element.get("status"))
    value = " ".join(part for part in parts if part)[:_LONGEST]
    if value:
        yield Statement(scheme=f"media-{name}", value=value, scope=scope)


def _terms(licence: etree._Element) -> dict[str, object]:
    terms: dict[str, object] = {}
    for kind in ("permits", "prohibits"):
        by_type: dict[str, list[str]] = {}
        for element in licence.iter(f"{{*}}{kind}"):
            tokens = _text(element).lower().replace(",", " ").split()
            by_type.setdefault(element.get("type") or "usage", []).extend(tokens)
        if by_type:
            terms[kind] = by_type
    payments = [e.get("type") or "free" for e in licence.iter("{*}payment")]
    if payments:
        terms["payment"] = {"type": payments}
    content = licence.getparent()
    for kind in ("copyright", "terms"):
        words = "" if content is None else _first(content, kind)
        if words:
            terms[kind] = words
    return terms


def _first(content: etree._Element, kind: str) -> str:
    # They stand before the licences; looking at every sibling of each would never end.
    near = islice(content.iterchildren(f"{{{RSL}}}{kind}", "{*}license"), 1)
    return next((_text(e) for e in near if _name(e)[1] == kind), "")


def _text(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())[:_LONGEST]
