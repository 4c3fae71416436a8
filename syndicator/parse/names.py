"""What an element or an attribute is called, whatever prefix its document uses.  Pure.

The names are those by which feedparser knows them: ``title``, ``dc_creator``,
``media_title``; the elements of RSS and Atom have no prefix in them.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from feedparser.api import StrictFeedParser
from lxml import etree

from syndicator.parse.elements import Declined
from syndicator.parse.limits import MAX_ATTRIBUTES

ATOM = "http://www.w3.org/2005/atom"
RSS10 = "http://purl.org/rss/1.0/"
# RSS 0.90 has a namespace of its maker; feedparser's table knows it, and no other of that host.
(RSS09,) = (space for space in StrictFeedParser.namespaces if "//my.netscape.com/" in space)
XHTML = "{http://www.w3.org/1999/xhtml}"

PREFIXES: dict[str, str] = {
    space.lower(): prefix.lower() for space, prefix in StrictFeedParser.namespaces.items()
}
_KNOWN = frozenset(PREFIXES.values()) - {""}
_HANDLED = frozenset(
    name.partition("_")[2].partition("_")[2]
    for name in dir(StrictFeedParser)
    if name.startswith(("_start_", "_end_"))
)
_MEANINGFUL = frozenset(p for p in _KNOWN if any(name.startswith(f"{p}_") for name in _HANDLED))
# An unknown element of such a name would be taken for what a reader makes of others.
_RESERVED = frozenset(
    [
        "links",
        "authors",
        "tags",
        "title_detail",
        "summary_detail",
        "content_detail",
        "author_detail",
        "publisher_detail",
        "published_parsed",
        "updated_parsed",
        "created_parsed",
        "href",
        "value",
        "guidislink",
        "item",
        "entry",
        "svg",
        "math",
        "feed",
        "rss",
        "channel",
        "rdf",
    ]
)
# An attribute of an unknown namespace is taken for the one without a namespace.
_TAKEN_FOR = frozenset(
    [
        "url",
        "uri",
        "href",
        "rel",
        "type",
        "title",
        "length",
        "term",
        "label",
        "scheme",
        "domain",
        "base",
        "lang",
        "src",
        "mode",
        "ispermalink",
        "text",
        "version",
        "lastmod",
    ]
)

_CASELESS = frozenset(("rel", "type"))

Attributes = Mapping[str, str]
_NONE: Attributes = {}


def name_of(element: etree._Element) -> str:
    """Return the name of *element*.

    Raises:
        Declined: it is taken for another one where prefixes are believed.
    """
    return _element_name(str(element.tag), element.prefix)


@lru_cache(maxsize=1024)
def _element_name(tag: str, stated: str | None) -> str:
    space, _, local = tag.rpartition("}")
    local = local.lower()
    space = space[1:].lower()
    prefix = "" if "backend.userland.com/rss" in space else PREFIXES.get(space)
    if prefix is None:
        prefix = (stated or "").lower()
        if prefix in _MEANINGFUL:
            raise Declined(f"the prefix {prefix} stands for an unknown namespace")
    return f"{prefix}_{local}" if prefix else local


def is_unknown(name: str) -> bool:
    """Say whether *name* means nothing to feedparser, neither by itself nor by its results."""
    return name not in _HANDLED and name not in _RESERVED


def attributes_of(element: etree._Element) -> Attributes:
    """Return the attributes of *element* by lower-case name, those of a namespace with prefix."""
    count = len(element.keys())
    if not count:
        return _NONE
    # Counted before they are read: lxml looks for each value among all of them.
    if count > MAX_ATTRIBUTES:
        raise Declined("an element with too many attributes")
    # Without document types lxml gives them as text, never as bytes.
    stated: list[tuple[str, str]] = element.items()  # type: ignore[assignment]
    found: dict[str, str] = {}
    for key, value in stated:
        name = _attribute_name(key)
        if name:
            found[name] = value.lower() if name in _CASELESS else value
    return found


@lru_cache(maxsize=1024)
def _attribute_name(key: str) -> str:
    """Return the name of the attribute *key*; empty: it means nothing."""
    name = key.lower()
    if name[0] != "{":
        return name
    space, _, local = name[1:].partition("}")
    prefix = PREFIXES.get(space)
    if not prefix and local in _TAKEN_FOR:
        raise Declined("an attribute of an unknown namespace")
    return f"{prefix}:{local}" if prefix else ""


def check_prefixes(spaces: dict[Any, str]) -> None:
    """Refuse the declarations *spaces* if one prefix is that of another known namespace."""
    for prefix, space in spaces.items():
        meant = PREFIXES.get(space.lower())
        name = (prefix or "").lower()
        if name in _MEANINGFUL and meant != name:
            raise Declined(f"the prefix {prefix} stands for another namespace")
