"""Does a browser find the parts of a page's items where they are written?  Pure.

The other checks read pages with libxml2, which believes every end tag it knows; a browser
ends and moves what stands in the wrong place (HTML standard, section 13.2.6), and what is
owed may then stand in another item, or in none.  So the parts of the items are looked for
once more with a parser that does the same.
"""

from collections.abc import Iterator

import nh3
from lxml import etree

_PARTS = frozenset({"main", "article", "div", "aside", "p"})
_BROWSER = nh3.Cleaner(
    tags=_PARTS,
    attributes={"article": {"data-id"}} | {tag: {"class"} for tag in ("div", "aside", "p")},
    link_rel=None,
)


def misread_parts(body: bytes, root: etree._Element) -> Iterator[str]:
    """Yield the parts that a browser finds in another place, as far as the first of them.

    Args:
        body: the page.
        root: the same as libxml2 reads it.
    """
    read = _BROWSER.clean(body.decode("utf-8", "replace")).replace("&nbsp;", " ")
    seen = _parts(
        etree.fromstring(f"<page>{read}</page>", etree.XMLParser(recover=True, huge_tree=True))
    )
    for written, found in zip((*_parts(root), "the end"), (*seen, "the end"), strict=False):
        if written != found:
            yield f"{written} is for a browser {found}"
            return


def _parts(root: etree._Element) -> tuple[str, ...]:
    """Return the parts of items that stand below *root*, in order, each with what it stands in."""
    parts = ((element, _name(element)) for element in root.iter(*_PARTS))
    return tuple(
        f"{name} in {next(filter(None, map(_name, element.iterancestors(*_PARTS))), 'the page')}"
        for element, name in parts
        if name
    )


def _name(element: etree._Element) -> str:
    """Return how a part of ours is called; nothing of an element in a text has a class."""
    if element.tag == "article":
        return element.get("data-id") or ""
    if element.tag == "main":
        return "main"
    return element.get("class") or ""
