"""What is really on an emitted page, item by item.  Pure.

A page has a fixed frame around its items, so there is no list of ways to hide something on
it: an element, an attribute or a place that no page of ours has is told as strange.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO

import lxml.html
from lxml import etree

from syndicator.rights.emitted import Emitted, Frame, Item, Unreadable
from syndicator.rights.readable import Readable, inner_markup, read_element, readable, words

PARTS = ("p.above", "h2", "p.byline", "div.body", "ul.media", "p.also", "details.why", "script")
"""What stands in the article of an item, in this order, each once at most."""

AROUND = ("main", "div", "body", "html")
"""What the article of an item stands in."""

_LANGUAGE = frozenset({"lang", "dir"})
_IN_ARTICLE: Mapping[str, frozenset[str]] = {
    "p": frozenset({"class"}),
    "span": frozenset({"class", "dir"}),
    "a": frozenset({"href", "rel", "type", "dir"}),
    "h2": _LANGUAGE,
    "b": frozenset({"dir"}),
    "time": frozenset({"datetime"}),
    "ul": frozenset({"class"}),
    "li": frozenset(),
    "script": frozenset({"type"}),
}
_IN_EXPLANATION: Mapping[str, frozenset[str]] = {
    "details": frozenset({"class"}),
    "summary": frozenset(),
    "dl": frozenset(),
    "dt": frozenset(),
    "dd": frozenset(),
    "ul": frozenset(),
    "ol": frozenset(),
    "li": frozenset(),
    "p": frozenset(),
    "a": frozenset({"href", "dir"}),
    "span": frozenset({"dir"}),
}
_ON_PAGE: Mapping[str, frozenset[str]] = {
    "html": frozenset({"lang"}),
    "head": frozenset(),
    "meta": frozenset({"charset", "name", "content", "http-equiv"}),
    "link": frozenset({"rel", "type", "title", "href"}),
    "title": frozenset(),
    "style": frozenset(),
    "body": frozenset(),
    "a": frozenset({"class", "href", "type", "aria-label"}) | _LANGUAGE,
    "div": frozenset({"class"}),
    "nav": frozenset({"class", "aria-label", "aria-labelledby"}),
    "header": frozenset({"class"}),
    "p": frozenset({"class"}) | _LANGUAGE,
    "h1": _LANGUAGE,
    "h2": frozenset({"id"}),
    "h3": _LANGUAGE,
    "small": frozenset(),
    "ul": frozenset({"class", "aria-label"}),
    "ol": frozenset(),
    "li": frozenset({"class", "aria-hidden"}),
    "span": frozenset({"class", "dir"}),
    "time": frozenset({"datetime"}),
    "main": frozenset({"id", "class"}),
    "section": frozenset({"aria-labelledby"}),
    "details": frozenset({"class"}),
    "summary": frozenset(),
    "dl": frozenset({"class"}),
    "dt": frozenset(),
    "dd": frozenset(),
    "code": frozenset(),
    "footer": frozenset(),
}
_IN_HEAD = frozenset({"meta", "link", "title", "style"})
_RELATIONS = frozenset({"icon", "alternate", "license"})
"""What a page may be linked to; a licence for all of it is another breach."""


def read_html(emitted: bytes) -> Emitted:
    """Return what a page holds.

    Raises:
        Unreadable: it is none.
    """
    page = etree.iterparse(
        BytesIO(emitted),
        events=("end",),
        tag="article",
        html=True,
        encoding="utf-8",
        huge_tree=True,
    )
    page.set_element_class_lookup(lxml.html.HtmlElementClassLookup())
    items: list[Item] = []
    done: set[etree._Element] = set()
    try:
        for _, element in page:
            if any(x.get("data-id") for x in element.iterancestors("article")):
                continue
            for article in [x for x in element.iter("article") if x.get("data-id")]:
                name = article.get("data-id") or ""
                if article not in done:
                    done.add(article)
                    items.append(_html_item(article))
                    # The tree of a page is some thirty times its size: what was read is let go.
                    article.clear(keep_tail=True)
                    article.set("data-id", name)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if page.root is None:
        raise Unreadable("the page is empty")
    outside = list(_outside_of_items(page.root))
    return Emitted(
        licences=tuple(
            x.get("href") or "" for x in outside if "license" in (x.get("rel") or "").split()
        ),
        strange=tuple(dict.fromkeys(strange_on_page(page.root))),
        site=tuple(links_on_page(page.root)),
        items=tuple(items),
    )


def _html_item(article: lxml.html.HtmlElement) -> Item:
    strange = list(_misplaced(article))
    # What is folded away is read by itself: nothing that is owed may hide in it.
    folded = [x for x in article.iter("details") if "why" in (x.get("class") or "").split()]
    aside = "".join(str(lxml.html.tostring(x, encoding="unicode", with_tail=False)) for x in folded)
    for element in folded:
        strange += _strange_explanation(element)
        element.drop_tree()
    licensed = tuple(
        x.get("href") or "" for x in article.iter("a") if "license" in (x.get("rel") or "").split()
    )
    body = _take_text(article)
    headings = list(article.iter("h1", "h2", "h3"))
    frame = _frame_of(article)
    return Item(
        id=article.get("data-id") or "",
        title=words(str(headings[0].text_content())) if headings else "",
        body=body,
        explanation=readable("explanation", aside) if aside else None,
        frame=frame,
        urls=tuple(a.get("href") or "" for x in headings for a in x.iter("a")),
        also=tuple(_hrefs_in(article, "p", "also")),
        licences=licensed,
        enclosures=tuple(_hrefs_in(article, "ul", "media")),
        elsewhere=tuple(href for href in _hrefs_in(article, "p", "byline") if "://" in href),
        form=article.get("data-form"),
        strange=(*strange, *frame.strange),
    )


def _hrefs_in(article: lxml.html.HtmlElement, tag: str, name: str) -> Iterator[str]:
    for element in article.iter(tag):
        if name in (element.get("class") or "").split():
            yield from (a.get("href") or "" for a in element.iter("a"))


def _outside_of_items(element: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """Yield *element* and what stands in it, but for the articles that are items."""
    yield element
    for child in element:
        if not (child.tag == "article" and child.get("data-id")):
            yield from _outside_of_items(child)


def strange_on_page(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield the elements and attributes of *page* that none of ours has outside of its items."""
    for element in _outside_of_items(page):
        yield from _unknown(element, _ON_PAGE)
        parent = element.getparent()
        if element.tag in _IN_HEAD and parent is not None and parent.tag != "head":
            yield f"{_shown(element)} outside of its head"
        relation = element.get("rel") or ""
        if element.tag == "link" and relation not in _RELATIONS:
            yield f'<link rel="{relation[:40]}">'
        equivalent = element.get("http-equiv") or "Content-Security-Policy"
        if equivalent != "Content-Security-Policy":
            yield f'<meta http-equiv="{equivalent[:40]}">'


def links_on_page(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield where *page* leads outside of its items."""
    for element in _outside_of_items(page):
        if element.tag in {"a", "area", "link"} and element.get("rel") != "icon":
            yield element.get("href") or ""


def _take_text(article: lxml.html.HtmlElement) -> Readable | None:
    """Take the text of an item out of *article* and return it."""
    place = next((x for x in article if _name(x) == "div.body"), None)
    if place is None:
        return None
    markup = inner_markup(place)
    article.remove(place)
    return replace(read_element("article", place), markup=markup)


def _frame_of(article: lxml.html.HtmlElement) -> Frame:
    """Return what *article* says besides the text and the explanation that were taken out."""
    strange = tuple(dict.fromkeys(_strange(article)))
    times = tuple((x.get("datetime") or "", _words(x)) for x in article.iter("time"))
    by_name = {_name(x): x for x in reversed(article)}
    badge = next((x for x in article.iter("span") if "badge" in (x.get("class") or "")), None)
    byline = by_name.get("p.byline")
    return Frame(
        label="" if badge is None else _words(badge),
        byline="" if byline is None else _words(byline),
        dates=times,
        strange=strange,
        read=read_element("page", article),
    )


def _misplaced(article: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield what stands in *article*, or around it, where no page of ours has it."""
    around = [str(x.tag) for x in article.iterancestors()]
    if tuple(around) != AROUND:
        yield f"its place inside of {' in '.join(f'<{tag}>' for tag in around)}"
    for name in set(article.attrib) - {"id", "data-id", "data-form"}:
        yield f"the attribute {name} of its article"
    places = [PARTS.index(n) if (n := _name(x)) in PARTS else -1 for x in article]
    for element, place, before in zip(article, places, [-1, *places], strict=False):
        if place <= before:
            yield f"{_shown(element)} at this place"
    if any(words(t) for t in (article.text or "", *(x.tail or "" for x in article))):
        yield "words outside of its parts"
    for element in (x for x in article if _name(x) == "div.body"):
        for name in set(element.attrib) - {"class", *_LANGUAGE}:
            yield f"the attribute {name} of its text"


def _strange_explanation(folded: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield the elements and attributes that no explanation of ours has."""
    for element in folded.iter():
        yield from _unknown(element, _IN_EXPLANATION)


def _strange(article: lxml.html.HtmlElement) -> Iterator[str]:
    for element in article.iterdescendants():
        yield from _unknown(element, _IN_ARTICLE)
        relation = element.get("rel")
        if relation not in {None, "author"}:
            yield f'rel="{relation}"'


def _unknown(element: lxml.html.HtmlElement, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    if element.tag not in known:
        yield _shown(element)
        return
    for name in element.attrib:
        if name not in known[element.tag]:
            yield f"the attribute {name} of {_shown(element)}"


def _name(element: lxml.html.HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    classes = element.get("class")
    return f"{element.tag}.{classes}" if classes else element.tag


def _shown(element: lxml.html.HtmlElement) -> str:
    return f"<{element.tag}>" if isinstance(element.tag, str) else "a comment"


def _words(element: lxml.html.HtmlElement) -> str:
    return words(str(element.text_content()))
