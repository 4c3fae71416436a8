"""What is really in an emitted Atom or RSS file, item by item.  Pure."""

from collections.abc import Iterator

from lxml import etree

from syndicator.rights.emitted import Emitted, Item, Unreadable
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


def _xml(emitted: bytes, root: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        document = etree.fromstring(emitted, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(str(error)) from error
    if document.tag != root:
        raise Unreadable(f"the root element is {document.tag}, not {root}")
    return document


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _all(parent: etree._Element, tag: str) -> tuple[str, ...]:
    return tuple(words(_text(element)) for element in parent.iterfind(tag))


def _one(parent: etree._Element, tag: str) -> str | None:
    found = parent.find(tag)
    return None if found is None else words(_text(found))


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


def read_atom(emitted: bytes) -> Emitted:
    """Return what an Atom document holds.

    Raises:
        Unreadable: it is none.
    """
    feed = _xml(emitted, f"{ATOM}feed")
    operators = list(feed.iterfind(f"{ATOM}author"))
    return Emitted(
        items=tuple(_atom_item(entry) for entry in feed.iterfind(f"{ATOM}entry")),
        licences=_links(feed, "license"),
        rights=_one(feed, f"{ATOM}rights"),
        deleted=_deleted(feed),
        site=(
            *_links(feed, "self", "alternate"),
            *(uri for operator in operators for uri in _inner(operator, f"{ATOM}uri")),
            *(f"mailto:{box}" for who in operators for box in _inner(who, f"{ATOM}email")),
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
    return (_text(element).strip() for element in parent.iter(tag))


def _inner_links(parent: etree._Element, tag: str) -> Iterator[str]:
    for element in parent.iterfind(tag):
        yield from (link.get("href") or "" for link in element.iter(f"{ATOM}link"))


def _term(item: etree._Element, name: str) -> str | None:
    return next((_one(item, str(x.tag)) for x in item if f"{_TERMS}{name}" in str(x.tag)), None)


def _strange(item: etree._Element, once: frozenset[str], often: frozenset[str]) -> Iterator[str]:
    """Yield what no item of ours has: a foreign element, a second title, another type of text."""
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


def _deleted(feed: etree._Element) -> dict[str, str]:
    tombstones = feed.iter(f"{TOMBSTONE}deleted-entry")
    return {stone.get("ref") or "": stone.get("when") or "" for stone in tombstones}


def _licences(parent: etree._Element) -> tuple[str, ...]:
    elements = (*_all(parent, f"{CC}license"), *_all(parent, f"{DCTERMS}license"))
    return (*elements, *_links(parent, "license"))


def read_rss(emitted: bytes) -> Emitted:
    """Return what an RSS document holds.

    Raises:
        Unreadable: it is none.
    """
    channel = _xml(emitted, "rss").find("channel")
    if channel is None:
        raise Unreadable("the feed has no channel")
    return Emitted(
        items=tuple(_rss_item(item) for item in channel.iterfind("item")),
        licences=_licences(channel),
        rights=_one(channel, "copyright") or _one(channel, f"{DC}rights"),
        deleted=_deleted(channel),
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
        licences=_licences(item),
        enclosures=(*enclosed, *_links(item, "enclosure"), *_media(item)),
        form=_term(item, "form"),
        published=_one(item, "pubDate"),
        updated=_one(item, f"{ATOM}updated"),
        source=_one(item, "source"),
        elsewhere=tuple(x.get("url") or "" for x in item.iterfind("source")),
        site=tuple(x.get("domain") or "" for x in item.iterfind("category")),
        strange=tuple(_strange(item, _RSS_ONCE, _RSS_OFTEN)),
    )
