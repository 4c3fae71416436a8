"""What of a page's text is not the article: disclaimers, invitations, feed suffixes.  Pure.

Only what is recognised is cut, and only from the end of the text; the words that bind us
come back in our own notice, so that duties are neither lost nor doubled.
"""

from collections.abc import Sequence
from html import escape
from itertools import chain
from typing import Literal, cast

import lxml.html
from lxml import etree

from syndicator.markup import clean_html
from syndicator.rights.extract import (
    FURNITURE,
    MAX_LINE,
    NOTICE_STARTS,
    Line,
    body_of,
    lines_in,
    lines_of,
)

REACH = 40
"""How many blocks from the end are looked at: furniture is never the bulk of a text."""

_SHOWN = (
    "img",
    "picture",
    "video",
    "audio",
    "iframe",
    "embed",
    "object",
    "svg",
    "table",
    "figcaption",
)
"""Elements that say something without words."""


def is_furniture(line: str) -> bool:
    """Tell whether *line* is a recognised line that does not belong to the work."""
    return len(line) <= MAX_LINE and FURNITURE.is_kind_of(line)


def starts_notice(line: str) -> bool:
    """Tell whether the work ends before *line*: a disclaimer begins."""
    return NOTICE_STARTS.is_kind_of(line[:MAX_LINE])


def count_work_lines(lines: Sequence[Line]) -> int:
    """Return how many of *lines*, from the first on, belong to the work."""
    count = len(lines)
    near = range(max(0, len(lines) - REACH), len(lines))
    if NOTICE_STARTS.may_stand_in(" ".join(lines[index].text for index in near)):
        count = next((index for index in near if starts_notice(lines[index].text)), count)
    while count and is_furniture(lines[count - 1].text):
        count -= 1
    # A text that is nothing but furniture is left alone: then we did not understand it.
    return count or len(lines)


def split_notice(html: str) -> tuple[str, str]:
    """Return (work, furniture) of *html*; without furniture the work is *html* unchanged.

    Cut are: a disclaimer and all that follows it, and invitations, comment lines and the
    "appeared first on" suffix at the very end.  What is not recognised stays.
    """
    if "<" not in html:
        return html, ""
    words = " ".join([line.text for line in lines_of(html)])
    has_notice = NOTICE_STARTS.may_stand_in(words)
    if not has_notice and not FURNITURE.may_stand_in(words):
        return html, ""
    root = body_of(html)
    if root is None:
        return html, ""
    box = _box(root)
    cut = _cut_notice(box) if has_notice else []
    cut += _cut_lines(box, after_cut=bool(cut))
    if not any(cut) or next(lines_in(root), None) is None:
        return html, ""
    # Cleaned again, as it is written without some end tags that HTML 4 had no need of.
    return clean_html(_inner(root).strip(), base_url=None), "".join(reversed(cut)).strip()


def _box(root: etree._Element) -> etree._Element:
    """Return the innermost element that holds all blocks: wrappers are looked through."""
    while True:
        only = list(root)
        wrapped = len(only) == 1 and only[0].tag in {"div", "section", "article", "main", "body"}
        if not wrapped or (root.text or "").strip() or (only[0].tail or "").strip():
            return root
        root = only[0]


def _cut_notice(box: etree._Element) -> list[str]:
    """Remove a disclaimer and what follows; return the pieces, last first."""
    blocks = list(box)
    first = max(0, len(blocks) - REACH)
    start = next((i for i in range(first, len(blocks)) if _opens(blocks[i])), None)
    if start is None or (start == 0 and not (box.text or "").strip()):
        return []
    return [_take(block) for block in reversed(blocks[start:])]


def _opens(block: etree._Element) -> bool:
    line = _first_line(block)
    return bool(line) and starts_notice(line)


def _cut_lines(box: etree._Element, *, after_cut: bool) -> list[str]:
    """Remove furniture lines from the end, block by block; return the pieces, last first."""
    cut: list[str] = []
    gaps: list[etree._Element] = []
    for block in list(reversed(list(box)))[:REACH]:
        kind = _kind(block)
        if kind == "gap":
            gaps.append(block)
        elif kind == "furniture":
            cut += [_take(x) for x in (*gaps, block)]
            gaps = []
        else:
            # Rules and empty lines go with the furniture that they set off, never alone.
            separators = [_take(x) for x in gaps] if cut or after_cut else []
            return cut + separators + _cut_after_break(block)
    return cut


def _kind(block: etree._Element) -> Literal["gap", "furniture", "text"]:
    tail = (block.tail or "").strip()
    if _is_comment(block):
        return "text" if tail else "gap"
    furniture = False
    for line in chain((line.text for line in lines_in(block)), filter(None, (tail,))):
        if not is_furniture(line):
            return "text"
        furniture = True
    if furniture:
        return "furniture"
    shown = block.tag in _SHOWN or any(True for _ in block.iter(*_SHOWN))
    return "text" if shown else "gap"


def _cut_after_break(block: etree._Element) -> list[str]:
    """Remove furniture that follows the last line break inside *block*."""
    cut: list[str] = []
    while True:
        breaks = [child for child in block if child.tag == "br"]
        if not breaks:
            return cut
        last = breaks[-1]
        after = [last, *last.itersiblings()]
        piece = "".join(_outer(x) + (x.tail or "") for x in after)
        lines = lines_of(piece)
        if not lines or not all(is_furniture(line.text) for line in lines):
            return cut
        cut += [_take(x) for x in reversed(after)]


def _is_comment(block: etree._Element) -> bool:
    # lxml's types call every tag a string, but a comment's is the function that makes one.
    return cast(object, block.tag) is etree.Comment


def _first_line(block: etree._Element) -> str:
    if _is_comment(block):
        return ""
    return next((line.text for line in lines_in(block)), "")


def _take(element: etree._Element) -> str:
    piece = str(lxml.html.tostring(element, encoding="unicode"))
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return piece


def _outer(element: etree._Element) -> str:
    return str(lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _inner(root: etree._Element) -> str:
    children = "".join(str(lxml.html.tostring(child, encoding="unicode")) for child in root)
    return escape(root.text or "", quote=False) + children
