"""Which words does a file hold that its readers are not shown as the text of an item?  Pure.

A text can leave in any element, attribute, comment or member, not only where feed readers
look for it.  Beside the contents and summaries, which are measured by themselves, every
string of a file is read here.
"""

import json
from collections.abc import Iterable, Iterator

import lxml.html
from lxml import etree

from syndicator.rights.emitted_xml import ATOM, CONTENT

_UNREAD = frozenset({"script", "style", "template"})
_READ = {
    "atom": (f"{ATOM}entry", (f"{ATOM}content", f"{ATOM}summary")),
    "rss": ("channel/item", (f"{CONTENT}encoded", "description")),
}
"""Items of a format, and the elements of which the first is read."""


def hidden_strings(emitted: bytes, format_: str) -> tuple[str, ...]:
    """Return every string of a well-formed file but the texts that are read as items.

    Args:
        emitted: a file that was read back without an error.
        format_: ``atom``, ``rss``, ``json`` or ``html``.
    """
    if format_ == "json":
        return tuple(_of_json(json.loads(emitted)))
    if format_ == "html":
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
        page = lxml.html.document_fromstring(emitted, parser=parser)
        return (*_unshown(page), *_strings(_beside(page)))
    safe = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return tuple(_of_xml(etree.fromstring(emitted, safe), format_))


def _of_xml(root: etree._Element, format_: str) -> Iterator[str]:
    items, tags = _READ[format_]
    parts = [
        p for item in root.iterfind(items) for tag in tags if (p := item.find(tag)) is not None
    ]
    read = {inner for part in parts for inner in part.iter()}
    yield from _strings([*_beside(root), *(x for x in root.iter() if x not in read)])
    for part in parts:
        inner = (etree.tostring(child, encoding="unicode") for child in part)
        yield from _of_fragment("".join([part.text or "", *map(str, inner)]))
        yield from map(str, part.attrib.values())


def _of_json(feed: dict[str, object]) -> Iterator[str]:
    items = feed["items"]
    yield from _members({name: value for name, value in feed.items() if name != "items"})
    for item in items if isinstance(items, list) else ():
        html = item.get("content_html") if isinstance(item, dict) else None
        if not isinstance(html, str):
            yield from _members(item)
            continue
        yield from _members({name: value for name, value in item.items() if name != "content_html"})
        yield from _of_fragment(html)


def _members(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from (name, *_members(member))
    elif isinstance(value, list):
        for member in value:
            yield from _members(member)


def _of_fragment(html: str) -> Iterator[str]:
    return _unshown(lxml.html.fragment_fromstring(html or " ", create_parent="div"))


def _unshown(root: lxml.html.HtmlElement) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield element.text or ""
        elif element.tag in _UNREAD:
            yield str(element.text_content())
        yield from map(str, element.attrib.values())


def _strings(elements: Iterable[etree._Element]) -> Iterator[str]:
    for element in elements:
        yield from filter(None, (element.text, element.tail))
        yield from map(str, element.attrib.values())


def _beside(root: etree._Element) -> list[etree._Element]:
    """Return the comments and instructions before and behind the root of a document."""
    return [*root.itersiblings(preceding=True), *root.itersiblings()]
