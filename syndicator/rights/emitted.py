"""What is really in an emitted file, item by item.  Pure.

Read back with lxml and json only: nothing of the renderers is used, so that a mistake
of theirs cannot hide itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import cast

import lxml.html
from lxml import etree

from syndicator.rights.readable import Readable, read_element, readable, words

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"

UNSPECIFIED = "http://purl.org/atompub/license#unspecified"
"""RFC 4946: no licence is stated; keeps an entry from inheriting the feed's."""


class Unreadable(ValueError):
    """The bytes are not what their format promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One emitted item: its readable fragments and its elements."""

    id: str
    title: str = ""
    body: Readable | None = None
    """``content``, ``content:encoded``, ``content_html``, the article of a page."""
    summary: Readable | None = None
    explanation: Readable | None = None
    """What a page folds away beside an item: why it stands there in this form."""
    summary_text: str | None = None
    """A summary that is plain text (JSON Feed)."""
    urls: tuple[str, ...] = ()
    """Where the item says that it is read."""
    passed: tuple[str, ...] = ()
    """Addresses of the parties it came through: via, related, chain."""
    also: tuple[str, ...] = ()
    """Addresses of other copies: related, ``also_at``."""
    authors: tuple[str, ...] = ()
    rights: str | None = None
    holder: str | None = None
    licences: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    form: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """A file read back."""

    items: tuple[Item, ...]
    licences: tuple[str, ...] = ()
    """Licences claimed for the feed as a whole."""
    rights: str | None = None
    """What the feed as a whole says about rights."""
    deleted: Mapping[str, str] = field(default_factory=dict)
    """Tombstones (RFC 6721): id -> when."""


def read_emitted(emitted: bytes, format_: str) -> Emitted:
    """Return the items of *emitted* in the format ``atom``, ``rss``, ``json`` or ``html``.

    Raises:
        Unreadable: it is not well-formed, or not that format.
        ValueError: *format_* is none of the four.
    """
    readers: Mapping[str, Callable[[bytes], Emitted]] = {
        "atom": _read_atom,
        "rss": _read_rss,
        "json": _read_json,
        "html": _read_html,
    }
    if format_ not in readers:
        raise ValueError(f"no format to audit: {format_}")
    return readers[format_](emitted)


def _xml(emitted: bytes, root: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        document = etree.fromstring(emitted, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(str(error)) from error
    if document.tag != root:
        raise Unreadable(f"the root element is {document.tag}, not {root}")
    return document


def _all(parent: etree._Element, tag: str) -> tuple[str, ...]:
    return tuple(words("".join(str(t) for t in x.itertext())) for x in parent.iterfind(tag))


def _one(parent: etree._Element, tag: str) -> str | None:
    found = parent.find(tag)
    return None if found is None else words("".join(str(t) for t in found.itertext()))


def _links(parent: etree._Element, *rels: str, tag: str = f"{ATOM}link") -> tuple[str, ...]:
    return tuple(
        link.get("href") or ""
        for link in parent.iterfind(tag)
        if (link.get("rel") or "alternate") in rels
    )


def _markup(parent: etree._Element, tag: str) -> Readable | None:
    found = parent.find(tag)
    if found is None:
        return None
    if found.get("type") == "xhtml":
        inner = "".join(str(etree.tostring(x, encoding="unicode")) for x in found)
    else:
        inner = found.text or ""
    return readable(tag.rpartition("}")[2], inner)


def _read_atom(emitted: bytes) -> Emitted:
    feed = _xml(emitted, f"{ATOM}feed")
    deleted = {
        x.get("ref") or "": x.get("when") or "" for x in feed.iter(f"{TOMBSTONE}deleted-entry")
    }
    return Emitted(
        items=tuple(_atom_item(entry) for entry in feed.iterfind(f"{ATOM}entry")),
        licences=_links(feed, "license"),
        rights=_one(feed, f"{ATOM}rights"),
        deleted=deleted,
    )


def _atom_item(entry: etree._Element) -> Item:
    licences = _links(entry, "license")
    return Item(
        id=_one(entry, f"{ATOM}id") or "",
        title=_one(entry, f"{ATOM}title") or "",
        body=_markup(entry, f"{ATOM}content"),
        summary=_markup(entry, f"{ATOM}summary"),
        urls=_links(entry, "alternate"),
        passed=_links(entry, "via"),
        also=_links(entry, "related"),
        authors=tuple(_one(x, f"{ATOM}name") or "" for x in entry.iterfind(f"{ATOM}author")),
        rights=_one(entry, f"{ATOM}rights"),
        holder=_one(entry, f"{DCTERMS}rightsHolder"),
        licences=tuple(x for x in licences if x != UNSPECIFIED),
        enclosures=(*_links(entry, "enclosure"), *_media(entry)),
        updated=_one(entry, f"{ATOM}updated"),
    )


def _media(item: etree._Element) -> tuple[str, ...]:
    return tuple(
        element.get("url") or element.get("href") or str(element.tag)
        for element in item.iter()
        if str(element.tag).startswith((MEDIA, ITUNES))
    )


def _read_rss(emitted: bytes) -> Emitted:
    channel = _xml(emitted, "rss").find("channel")
    if channel is None:
        raise Unreadable("the feed has no channel")
    return Emitted(
        items=tuple(_rss_item(item) for item in channel.iterfind("item")),
        licences=(
            *_all(channel, f"{CC}license"),
            *_all(channel, f"{DCTERMS}license"),
            *_links(channel, "license"),
        ),
        rights=_one(channel, "copyright") or _one(channel, f"{DC}rights"),
        deleted={
            x.get("ref") or "": x.get("when") or ""
            for x in channel.iter(f"{TOMBSTONE}deleted-entry")
        },
    )


def _rss_item(item: etree._Element) -> Item:
    enclosed = tuple(x.get("url") or "" for x in item.iterfind("enclosure"))
    return Item(
        id=_one(item, "guid") or "",
        title=_one(item, "title") or "",
        body=_markup(item, f"{CONTENT}encoded"),
        summary=_markup(item, "description"),
        urls=_all(item, "link"),
        passed=_links(item, "via"),
        also=_links(item, "related"),
        authors=_all(item, f"{DC}creator"),
        rights=_one(item, f"{DC}rights"),
        holder=_one(item, f"{DCTERMS}rightsHolder"),
        licences=(
            *_all(item, f"{CC}license"),
            *_all(item, f"{DCTERMS}license"),
            *_links(item, "license"),
        ),
        enclosures=(*enclosed, *_links(item, "enclosure"), *_media(item)),
    )


def _read_json(emitted: bytes) -> Emitted:
    try:
        feed = json.loads(emitted)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable("the document has no list of items")
    own = _object(feed.get("_syndicator"))
    removed = [_object(x) for x in _list(own.get("removed"))]
    return Emitted(
        items=tuple(_json_item(_object(item)) for item in feed["items"]),
        licences=tuple(_addresses([own.get("license"), own.get("licenses"), feed.get("license")])),
        rights=_stated(own.get("rights")),
        deleted={_string(x.get("id")): _string(x.get("when")) for x in removed},
    )


def _json_item(item: Mapping[str, object]) -> Item:
    own = _object(item.get("_syndicator"))
    rights = _object(own.get("rights"))
    html, summary = item.get("content_html"), item.get("summary")
    pictures = (item.get("image"), item.get("banner_image"))
    attachments = [_string(_object(x).get("url")) for x in _list(item.get("attachments"))]
    return Item(
        id=_string(item.get("id")),
        title=words(_string(item.get("title"))),
        body=readable("content_html", html) if isinstance(html, str) else None,
        summary_text=words(summary) if isinstance(summary, str) else None,
        urls=tuple(_string(item[key]) for key in ("url", "external_url") if item.get(key)),
        passed=tuple(_string(_object(hop).get("url")) for hop in _list(own.get("chain"))),
        also=tuple(_string(_object(copy).get("url")) for copy in _list(own.get("also_at"))),
        authors=tuple(_string(_object(x).get("name")) for x in _list(item.get("authors"))),
        rights=_stated(rights.get("notice")),
        holder=_stated(rights.get("holder")),
        licences=tuple(_addresses([rights.get("license"), own.get("licenses")])),
        enclosures=(*attachments, *(_string(x) for x in pictures if x)),
        form=_stated(own.get("form")),
    )


def _addresses(value: object) -> Iterator[str]:
    """Yield the addresses in *value*: a string, an object with ``url``, or a list of these."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _addresses(value.get("url"))
    elif isinstance(value, list):
        for part in value:
            yield from _addresses(part)


def _object(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _stated(value: object) -> str | None:
    return words(value) if isinstance(value, str) else None


def _read_html(emitted: bytes) -> Emitted:
    page = etree.iterparse(
        BytesIO(emitted),
        events=("end",),
        tag=("article", "link", "a", "area"),
        html=True,
        encoding="utf-8",
        huge_tree=True,
    )
    page.set_element_class_lookup(lxml.html.HtmlElementClassLookup())
    items: list[Item] = []
    licences: list[str] = []
    try:
        for _, element in page:
            outside = not any(x.get("data-id") for x in element.iterancestors("article"))
            if element.tag == "article" and outside:
                found = [x for x in element.iter("article") if x.get("data-id")]
                items += [_html_item(article) for article in found]
                # The tree of a page is some thirty times its size: what was read is let go.
                element.clear(keep_tail=True)
            elif (outside or element.tag != "a") and "license" in element.get("rel", "").split():
                licences.append(element.get("href") or "")
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if page.root is None:
        raise Unreadable("the page is empty")
    return Emitted(items=tuple(items), licences=tuple(licences))


def _html_item(article: lxml.html.HtmlElement) -> Item:
    # What is folded away is read by itself: nothing that is owed may hide in it.
    folded = [x for x in article.iter("details") if "why" in (x.get("class") or "").split()]
    aside = "".join(str(lxml.html.tostring(x, encoding="unicode", with_tail=False)) for x in folded)
    for element in folded:
        element.drop_tree()
    body = read_element("article", article)
    also = tuple(
        a.get("href") or ""
        for x in article.iter("p")
        if "also" in (x.get("class") or "").split()
        for a in x.iter("a")
    )
    licensed = tuple(
        x.get("href") or "" for x in article.iter("a") if "license" in (x.get("rel") or "").split()
    )
    heading = next(iter(article.iter("h1", "h2", "h3")), None)
    # Where it leads: links of its themes stand above the headline.
    own = () if heading is None else tuple(a.get("href") or "" for a in heading.iter("a"))
    return Item(
        id=article.get("data-id") or "",
        title="" if heading is None else words(str(heading.text_content())),
        body=body,
        explanation=readable("explanation", aside) if aside else None,
        urls=tuple(dict.fromkeys((*own, *body.hrefs))),
        passed=body.hrefs,
        also=also,
        licences=licensed,
        form=article.get("data-form"),
    )
