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

from syndicator.rights.emitted_page import (
    Frame,
    frame_of,
    links_on_page,
    misplaced,
    outside_of_items,
    strange_explanation,
    strange_on_page,
    text_of,
)
from syndicator.rights.readable import Readable, readable, words

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


_TERMS = "/ns/syndicator#}"
"""How the namespace ends in which a feed of ours says the form of an item and why."""

_ATOM_ONCE = frozenset(
    [
        *(f"{ATOM}{name}" for name in ("id", "title", "updated", "published", "rights")),
        *(f"{ATOM}{name}" for name in ("content", "summary", "source")),
        *(f"{DCTERMS}{name}" for name in ("rightsHolder", "accessRights")),
        *("{}form", "{}reason"),
    ]
)
_TEXTS = frozenset({f"{ATOM}content", f"{ATOM}summary"})
_ATOM_OFTEN = frozenset(f"{ATOM}{name}" for name in ("author", "contributor", "category", "link"))
_RSS_ONCE = frozenset(
    [
        *("guid", "title", "link", "description", "source", "pubDate", "enclosure"),
        *(f"{CONTENT}encoded", f"{ATOM}updated", f"{DC}language", f"{DC}rights"),
        *(f"{DCTERMS}{name}" for name in ("rightsHolder", "accessRights")),
        *("{}form", "{}reason"),
    ]
)
_RSS_OFTEN = frozenset(
    ["category", f"{ATOM}link", f"{DC}creator", f"{CC}license", f"{DCTERMS}license"]
)
_JSON_MEMBERS = frozenset(
    [
        *("id", "url", "external_url", "title", "content_html", "summary", "language"),
        *("date_published", "date_modified", "authors", "tags", "attachments", "_syndicator"),
        *("image", "banner_image"),
    ]
)
"""What items of ours may have; pictures and players are looked at by themselves."""


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
    published: str | None = None
    updated: str | None = None
    chain: tuple[tuple[str, str, str], ...] | None = None
    """Name, role and address of each party, where the format lists them."""
    duties: tuple[str, ...] | None = None
    """Their codes, where the format lists them."""
    source: str | None = None
    """Title of the feed that it was taken from."""
    elsewhere: tuple[str, ...] = ()
    """Addresses of people and of the feed that it was taken from, and whom to ask."""
    site: tuple[str, ...] = ()
    """Addresses on this site: of categories and of explanations."""
    frame: Frame | None = None
    """What a page says around the text."""
    strange: tuple[str, ...] = ()
    """Elements, attributes and members that no item of ours has."""


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
    site: tuple[str, ...] = ()
    """Addresses that the file gives outside of its items: its own, the site's, the operator's."""
    strange: tuple[str, ...] = ()
    """What no page of ours has outside of its items."""


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
        site=(
            *_links(feed, "self", "alternate"),
            *(
                uri
                for author in feed.iterfind(f"{ATOM}author")
                for uri in _inner(author, f"{ATOM}uri")
            ),
            *(
                f"mailto:{box}"
                for x in feed.iterfind(f"{ATOM}author")
                for box in _inner(x, f"{ATOM}email")
            ),
        ),
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
        form=_term(entry, "form"),
        published=_one(entry, f"{ATOM}published"),
        updated=_one(entry, f"{ATOM}updated"),
        source=_one(entry, f"{ATOM}source/{ATOM}title"),
        elsewhere=(*_inner(entry, f"{ATOM}uri"), *_inner_links(entry, f"{ATOM}source")),
        site=tuple(x.get("scheme") or "" for x in entry.iterfind(f"{ATOM}category")),
        strange=tuple(_strange(entry, _ATOM_ONCE, _ATOM_OFTEN)),
    )


def _inner(parent: etree._Element, tag: str) -> Iterator[str]:
    return ("".join(str(t) for t in x.itertext()).strip() for x in parent.iter(tag))


def _inner_links(parent: etree._Element, tag: str) -> Iterator[str]:
    for element in parent.iterfind(tag):
        yield from (link.get("href") or "" for link in element.iter(f"{ATOM}link"))


def _term(item: etree._Element, name: str) -> str | None:
    return next((_one(item, str(x.tag)) for x in item if f"{_TERMS}{name}" in str(x.tag)), None)


def _strange(item: etree._Element, once: frozenset[str], often: frozenset[str]) -> Iterator[str]:
    """Yield what no item of ours has: a foreign element, a second title, content of another type."""
    seen: set[str] = set()
    for element in item:
        name = str(element.tag)
        # The form and its reason stand in a namespace of this site; a comment has no name.
        name = f"{{}}{name.rpartition('}')[2]}" if _TERMS in name else name
        shown = f"<{name.rpartition('}')[2]}>" if name[0] != "<" else "a comment"
        if not (name.startswith((MEDIA, ITUNES)) or name in often or name in once - seen):
            yield f"{shown} twice" if name in seen else shown
        if name in _TEXTS and (
            element.get("type") not in {"html", "xhtml"} or len(element.attrib) > 1
        ):
            yield f"{shown} of another type than html"
        seen.add(name)


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
        site=(
            *(address for address in _all(channel, "link") if address),
            *_links(channel, "self", "alternate"),
            *(f"mailto:{box.partition(' ')[0]}" for box in _all(channel, "webMaster")),
        ),
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
        form=_term(item, "form"),
        published=_one(item, "pubDate"),
        updated=_one(item, f"{ATOM}updated"),
        source=_one(item, "source"),
        elsewhere=tuple(x.get("url") or "" for x in item.iterfind("source")),
        site=tuple(x.get("domain") or "" for x in item.iterfind("category")),
        strange=tuple(_strange(item, _RSS_ONCE, _RSS_OFTEN)),
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
        site=tuple(
            _addresses(
                [
                    feed.get("home_page_url"),
                    feed.get("feed_url"),
                    own.get("about"),
                    _object(own.get("operator")).get("contact"),
                ]
            )
        ),
    )


def _json_item(item: Mapping[str, object]) -> Item:
    own = _object(item.get("_syndicator"))
    rights = _object(own.get("rights"))
    html, summary = item.get("content_html"), item.get("summary")
    chain, duties = own.get("chain"), own.get("duties")
    pictures = (item.get("image"), item.get("banner_image"))
    attachments = [_string(_object(x).get("url")) for x in _list(item.get("attachments"))]
    return Item(
        id=_string(item.get("id")),
        title=words(_string(item.get("title"))),
        body=readable("content_html", html) if isinstance(html, str) else None,
        summary_text=words(summary) if isinstance(summary, str) else None,
        urls=tuple(_string(item[key]) for key in ("url", "external_url") if item.get(key)),
        passed=tuple(_string(_object(hop).get("url")) for hop in _list(chain)),
        also=tuple(_string(_object(copy).get("url")) for copy in _list(own.get("also_at"))),
        authors=tuple(_string(_object(x).get("name")) for x in _list(item.get("authors"))),
        rights=_stated(rights.get("notice")),
        holder=_stated(rights.get("holder")),
        licences=tuple(_addresses([rights.get("license"), own.get("licenses")])),
        enclosures=(*attachments, *(_string(x) for x in pictures if x)),
        form=_stated(own.get("form")),
        published=_stated(item.get("date_published")),
        updated=_stated(item.get("date_modified")),
        chain=tuple(_hop(_object(hop)) for hop in chain) if isinstance(chain, list) else None,
        duties=tuple(map(_string, duties)) if isinstance(duties, list) else None,
        source=_stated(_object(own.get("source")).get("title")),
        elsewhere=tuple(_addresses([item.get("authors"), own.get("source"), rights.get("usage")])),
        site=tuple(_addresses(own.get("about"))),
        strange=tuple(f"the member {name}" for name in item if name not in _JSON_MEMBERS),
    )


def _hop(hop: Mapping[str, object]) -> tuple[str, str, str]:
    return words(_string(hop.get("party"))), _string(hop.get("role")), _string(hop.get("url"))


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
    outside = list(outside_of_items(page.root))
    return Emitted(
        licences=tuple(
            x.get("href") or "" for x in outside if "license" in (x.get("rel") or "").split()
        ),
        strange=tuple(dict.fromkeys(strange_on_page(page.root))),
        site=tuple(links_on_page(page.root)),
        items=tuple(items),
    )


def _html_item(article: lxml.html.HtmlElement) -> Item:
    strange = list(misplaced(article))
    # What is folded away is read by itself: nothing that is owed may hide in it.
    folded = [x for x in article.iter("details") if "why" in (x.get("class") or "").split()]
    aside = "".join(str(lxml.html.tostring(x, encoding="unicode", with_tail=False)) for x in folded)
    for element in folded:
        strange += strange_explanation(element)
        element.drop_tree()
    licensed = tuple(
        x.get("href") or "" for x in article.iter("a") if "license" in (x.get("rel") or "").split()
    )
    body = text_of(article)
    headings = list(article.iter("h1", "h2", "h3"))
    frame = frame_of(article)
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
