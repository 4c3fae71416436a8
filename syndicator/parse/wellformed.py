"""Which elements a tree of well-formed XML holds.  Pure.

What an element means follows feedparser, from which nothing may differ: which of two
titles counts, when a second description is the content, what a guid does for a link.
Whatever is not known here to be harmless is declined.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from syndicator.parse.elements import Declined
from syndicator.parse.limits import MAX_CATEGORIES, MAX_ITEMS
from syndicator.parse.names import Attributes, attributes_of, is_unknown, name_of
from syndicator.parse.rights import speaks_of_rights
from syndicator.parse.texts import Scope, is_html, joined, markup_of, media_type, text_of, type_of

Context = dict[str, Any]
Handler = Callable[["Walk", etree._Element, Context, int], None]  # noqa: SLF001

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_QUERY = re.compile(r"&([A-Za-z0-9_]+);")
_KEPT = frozenset(
    [
        "ttl",
        "feedburner_origlink",
        "dcterms_license",
        "dcterms_rights",
        "dcterms_rightsholder",
        "dcterms_accessrights",
        "dcterms_isversionof",
    ]
)
_MAX_NESTED = 20
_MAX_TAGS = 1000
_MEDIA = "http://search.yahoo.com/mrss/category_schema"
_ITUNES = "http://www.itunes.com/"


class Table:
    """What to do with the elements that have a meaning in one place."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self.handlers = handlers
        self.by_tag: dict[Any, Handler] = {}
        """Those whose tag was met before, in whichever document."""

    def of(self, element: etree._Element) -> Handler | None:
        """Return the handler of *element*, or None where it has no meaning anywhere.

        Raises:
            Declined: it has one, but in other places.
        """
        name = name_of(element)
        handler = self.handlers.get(name)
        if handler is None:
            if not is_unknown(name):
                raise Declined(f"an element {name[:60]} in an unusual place")
        elif len(self.by_tag) < _MAX_TAGS:
            # The prefix plays a part only in names that no table holds.
            self.by_tag[element.tag] = handler
        return handler


class Walk:
    """One walk over a document, and what it must remember on its way."""

    def __init__(self, version: str, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self.atom = version if version.startswith("atom") else ""
        self.head: Context = {}
        self.items: list[Context] = []
        self.item: Context | None = None
        self.scope = Scope()
        self.has_rights = False
        self._title_depth = -1
        self._has_content = False
        self._depths: dict[str, int] = {}
        self._harmless: set[tuple[Any, str | None]] = set()

    def children(
        self,
        parent: etree._Element,
        context: Context,
        depth: int,
        table: Table,
        otherwise: Handler,
    ) -> None:
        """Read what stands in *parent*.

        Args:
            parent: to read.
            context: takes what is found.
            depth: of the children; the root's is 1.
            table: what to do with the elements that have a meaning here.
            otherwise: what to do with all that feedparser does not know either.
        """
        known = table.by_tag
        for element in parent:
            handler = known.get(element.tag)
            if handler is None:
                if otherwise is Walk.unknown and self._is_harmless(element):
                    continue
                handler = table.of(element) or otherwise
            handler(self, element, context, depth)

    def _is_harmless(self, element: etree._Element) -> bool:
        return (element.tag, element.prefix) in self._harmless and not len(element)

    def inside(self, stated: Attributes) -> Scope:
        """Enter an element with the attributes *stated*; return the scope around it."""
        outer = self.scope
        self.scope = outer.within(stated) if stated else outer
        return outer

    # Texts

    def construct(self, element: etree._Element, kind: str, default: str) -> Context:
        """Return the text construct *element* with its type, language and base.

        Args:
            element: to read.
            kind: by which name its greatest length is known.
            default: the media type where none is stated.
        """
        stated = attributes_of(element)
        scope, given = self.scope, default
        if stated:
            scope, given = scope.within(stated), type_of(stated, default)
        if given == "application/xhtml+xml":
            value = markup_of(element, kind, unwrap=self.atom == "atom10")
        else:
            value = text_of(element, kind)
            if given == "text/plain" and not self.atom and is_html(value):
                given = "text/html"
        return {"value": value, "type": given, "language": scope.language, "base": scope.base}

    def title(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a title; of several in one item the first counts that is not nested deeper."""
        detail = self.construct(element, "title", "text/plain")
        value = detail["value"]
        if not -1 < self._title_depth <= depth:
            if self._outranks("title", context, depth):
                context["title"] = value
            context["title_detail"] = detail
        if value:
            self._title_depth = depth

    def media_title(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read the title of a media file, which stands in for a missing one."""
        before = self._title_depth
        self.title(element, context, depth)
        self._title_depth = before

    def description(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a description."""
        self._summary(element, context, depth, ("description", "text/html"))

    def summary(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a summary."""
        self._summary(element, context, depth, ("summary", "text/plain"))

    def _summary(
        self, element: etree._Element, context: Context, depth: int, kind: tuple[str, str]
    ) -> None:
        # A second summary is the content, unless that was there before.
        if "summary" in context and not self._has_content:
            self.content(element, context, depth)
            return
        detail = self.construct(element, *kind)
        if self._outranks("summary", context, depth):
            context["summary"] = detail["value"]
        context["summary_detail"] = detail

    def content(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a content of Atom, or what takes its place."""
        self._content(element, context, "text/plain")

    def encoded(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read ``content:encoded``."""
        self._content(element, context, "text/html")

    def _content(self, element: etree._Element, context: Context, default: str) -> None:
        self._has_content = True
        detail = self.construct(element, "content", default)
        context.setdefault("content", []).append(detail)
        context.setdefault("summary", detail["value"])

    def head_summary(self, element: etree._Element, context: Context, depth: int) -> None:
        """Note a summary of the feed, which has a say in what its first item's are."""
        detail = self.construct(element, "summary", "text/plain")
        if "summary" in context and not self._has_content:
            self._has_content = True
        context["summary"] = detail["value"]

    def head_description(self, element: etree._Element, context: Context, depth: int) -> None:
        """Note a description of the feed."""
        self.construct(element, "description", "text/html")
        if "summary" in context and not self._has_content:
            self._has_content = True

    def rights(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a line of rights."""
        context["rights"] = self.construct(element, "rights", "text/plain")["value"]

    def _outranks(self, key: str, context: Context, depth: int) -> bool:
        if context is not self.item:
            return True
        before = self._depths.get(key)
        if before is not None and depth > before:
            return False
        self._depths[key] = depth
        return True

    # Identity and addresses

    def identity(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a guid or an id."""
        value = text_of(element)
        context["id"] = value
        if attributes_of(element).get("ispermalink", "true").lower() == "true":
            context.setdefault("link", value)

    def link(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a link of RSS or Atom."""
        stated = attributes_of(element)
        found: Context = {"rel": "alternate", "type": "text/html"}
        context.setdefault("links", []).append(found)
        base = self.scope.base
        if stated:
            base = self.scope.within(stated).base
            if stated.get("rel") == "self":
                found["type"] = "application/atom+xml"
            found.update(stated)
            href = _href(stated)
            if href is not None:
                if text_of(element):
                    raise Declined("text in a link that has an address")
                found["href"] = href = joined(base, href)
                if found["rel"] == "alternate" and media_type(found["type"]) in _HTML_TYPES:
                    context["link"] = href
                return
        address = text_of(element)
        address = joined(base, address) if address else ""
        if "&" in address:
            address = address.replace("&amp;", "&") if context is self.item else address
            address = _QUERY.sub(r"&\g<1>", address)
        context["link"] = address
        if address or context is not self.item:
            found["href"] = address

    def enclosure(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read an enclosure of RSS."""
        _no_children(element)
        stated = attributes_of(element)
        found = {"rel": "enclosure", "href": _href(stated)}
        found |= {key: stated[key] for key in ("type", "length") if key in stated}
        context.setdefault("links", []).append(found)

    def cc_license(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a licence of Creative Commons in RDF."""
        _no_children(element)
        href = attributes_of(element).get("rdf:resource")
        context.setdefault("links", []).append({"rel": "license", "href": href})

    def rss_license(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a licence of Creative Commons in RSS."""
        context.setdefault("links", []).append({"rel": "license", "href": text_of(element)})

    # Categories

    def category(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a category of RSS, Atom or Dublin Core."""
        self._category(element, context, None)

    def media_category(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a category of Media RSS, which has a scheme even if it states none."""
        self._category(element, context, _MEDIA)

    def _category(self, element: etree._Element, context: Context, default: str | None) -> None:
        tags = context.setdefault("tags", [])
        stated = attributes_of(element)
        if stated or default:
            scheme = stated.get("scheme", default or stated.get("domain"))
            _tag(tags, stated.get("term"), scheme, stated.get("label"))
        value = text_of(element)
        if not value:
            return
        if tags and not tags[-1]["term"]:
            tags[-1]["term"] = value
        else:
            _tag(tags, value, None, None)

    def itunes_category(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a category of a podcast, and those within it."""
        only_blanks(element)
        tags = context.setdefault("tags", [])
        _tag(tags, attributes_of(element).get("text"), _ITUNES, None)
        self.children(
            element, context, depth + 1, self.tables["itunes_category"], Walk.unknown_in_text
        )

    def keywords(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read a list of keywords."""
        if element.attrib:
            raise Declined("keywords with attributes")
        tags = context.setdefault("tags", [])
        scheme = _ITUNES if name_of(element).startswith("itunes") else None
        for term in text_of(element).split(","):
            if term.strip():
                _tag(tags, term.strip(), scheme, None)

    # What holds others

    def item_in(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read an item or entry."""
        if len(self.items) >= MAX_ITEMS:
            raise Declined("more items than are read")
        stated = attributes_of(element)
        if "href" in stated or "lastmod" in stated:
            raise Declined("an item of the Channel Definition Format")
        outer = self.inside(stated)
        item: Context = {}
        self.items.append(item)
        self.item, self._depths, self._title_depth = item, {}, -1
        if stated.get("rdf:about"):
            item["id"] = stated["rdf:about"]
        self.children(element, item, depth + 1, self.tables["item"], Walk.unknown)
        self.item, self._has_content = None, False
        self.scope = outer

    def source(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read the feed that an item was taken from."""
        stated = attributes_of(element)
        found: Context = {"href": stated["url"]} if "url" in stated else {}
        self._title_depth = -1
        if len(element):
            only_blanks(element)
            outer = self.inside(stated)
            self.children(element, found, depth + 1, self.tables["source"], Walk.unknown_in_text)
            self.scope = outer
        else:
            value = text_of(element)
            if value:
                found["title"] = value
        context["source"] = found

    def image(self, element: etree._Element, context: Context, depth: int) -> None:
        """Pass an image, but note that its title was the last one seen."""
        self._title_depth = -1
        if len(element) and context is self.item:
            raise Declined("an image in an item")
        self.children(element, {}, depth + 1, self.tables["image"], Walk.refused)

    def nested(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read an element that has no meaning by itself, as it may hold some that have."""
        if not len(element):
            return
        if depth > _MAX_NESTED:
            raise Declined("elements that are nested deep")
        outer = self.inside(attributes_of(element))
        self.children(element, context, depth + 1, self.tables["nested"], Walk.unknown)
        self.scope = outer

    def unknown(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read an element that feedparser does not know."""
        if len(element):
            self._pass_harmless(element, 0)
            return
        name = name_of(element)
        if speaks_of_rights(element):
            self.has_rights = True
        elif name not in _KEPT:
            self._harmless.add((element.tag, element.prefix))
        if name not in _KEPT:
            return
        if element.attrib or depth > _MAX_NESTED:
            raise Declined(f"an element {name} with attributes")
        context[name] = text_of(element)

    def unknown_in_text(self, element: etree._Element, context: Context, depth: int) -> None:
        """Read an unknown element within one whose own text counts."""
        if element.attrib and (element.text or "").strip():
            # feedparser takes its text for that of the element around it.
            raise Declined("text in an unknown element with attributes")
        self.unknown(element, context, depth)

    def _pass_harmless(self, element: etree._Element, depth: int) -> None:
        if depth > _MAX_NESTED:
            raise Declined("elements that are nested deep")
        self.has_rights = self.has_rights or speaks_of_rights(element)
        for child in element:
            name = name_of(child)
            if not is_unknown(name) or name in _KEPT:
                raise Declined(f"an element {name[:60]} within an unknown one")
            self._pass_harmless(child, depth + 1)

    def passed_text(self, element: etree._Element, context: Context, depth: int) -> None:
        """Pass a text construct that we do not keep."""
        if len(element):
            self.construct(element, "content", "text/plain")

    def refused(self, element: etree._Element, context: Context, depth: int) -> None:
        """Decline an element that nobody knows, where it would make a difference."""
        raise Declined(f"an element {name_of(element)[:60]} in an unusual place")

    def passed(self, element: etree._Element, context: Context, depth: int) -> None:
        """Pass an element that says nothing we keep."""
        _no_children(element)


def _tag(tags: list[Context], term: str | None, scheme: str | None, label: str | None) -> None:
    tag = {"term": term, "scheme": scheme, "label": label}
    if len(tags) < MAX_CATEGORIES and (term or scheme or label) and tag not in tags:
        tags.append(tag)


def _href(stated: Attributes) -> str | None:
    return stated.get("url", stated.get("uri", stated.get("href"))) or stated.get("href")


def _no_children(element: etree._Element) -> None:
    if len(element):
        raise Declined("markup in an element that has none")


def only_blanks(element: etree._Element) -> None:
    """Refuse text between the parts of *element*."""
    if any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        raise Declined("text beside the parts of an element")
