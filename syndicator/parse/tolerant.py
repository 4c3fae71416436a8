"""What an RSS or Atom document says, of whatever dialect and quality.  Pure.

RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), through feedparser; what it finds is
brought into our terms here.  Ids stay as written; addresses become absolute; texts are
cleaned; what is missing stays missing.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from syndicator.errors import ParseError
from syndicator.markup import clean_html, one_line, plain_text, strip_bidi, xml_safe
from syndicator.model.feed import (
    Enclosure,
    FeedRef,
    Link,
    ParsedEntry,
    ParsedFeed,
    Person,
    Statement,
)
from syndicator.parse.decode import decode, readable
from syndicator.parse.reading import MAX_CATEGORIES, MAX_CONTENT, read
from syndicator.parse.rights import read_rights
from syndicator.timestamps import parse_timestamp
from syndicator.urls import is_web_url, resolve

MAX_TITLE = 500
MAX_LINKS = 50
MAX_ID = 2000

Element = Mapping[str, Any]
"""A dictionary of feedparser's, read by its true keys only: its own ``get`` hands out the
date of publication where the date of change is asked for."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_MARKUP = re.compile(r"&#?\w{1,32};|</\w")
_OTHER_RIGHTS = {
    "dcterms_license": "dcterms-license",
    "dcterms_rights": "dcterms-rights",
    "dcterms_rightsholder": "dcterms-rightsholder",
    "dcterms_accessrights": "dcterms-accessrights",
}


def parse_xml(body: bytes, *, content_type: str | None, base_url: str) -> ParsedFeed:
    """Return the feed in *body*.

    Raises:
        ParseError: it holds neither a feed's root element nor an item.
    """
    text, doubts = decode(body, content_type)
    text, illegal = readable(text)
    # What precedes the root (declaration, document type, a server's warnings) helps nobody:
    # a broken declaration hides a whole feed, a document type may carry entities.
    root = _ROOT.search(text) or _ITEM.search(text)
    if root is None:
        raise ParseError("the body is neither RSS, Atom nor JSON Feed")
    text = text[root.start() :]
    reader, problems = read(text)
    if not reader.version and not reader.entries:
        raise ParseError("the body has the look of a feed, but no feed and no item is in it")
    return _Document(reader, text, base_url).feed((*doubts, *illegal, *problems))


class _Document:
    """One feed, and what its entries need to know of it."""

    def __init__(self, reader: Any, text: str, base_url: str) -> None:  # noqa: ANN401
        self.format = str(reader.version or "unknown")
        self.head: Element = reader.feeddata
        self.items: list[Element] = reader.entries
        self.base_url = base_url
        self.is_atom = self.format.startswith("atom")
        self.found = read_rights(text)

    def feed(self, warnings: tuple[str, ...]) -> ParsedFeed:
        """Return the whole feed."""
        head = self.head
        links = list(_links(head, self.base_url))
        matched = len(self.found.items) == len(self.items)
        # Statements that cannot be told to their items count for all: never for none.
        stray = () if matched else tuple(s for item in self.found.items for s in item)
        ours = self.found.items if matched else [()] * len(self.items)
        entries = [self.entry(e, extra) for e, extra in zip(self.items, ours, strict=True)]
        return ParsedFeed(
            format=self.format,
            title=_title(head),
            id=_id(head),
            html_url=_permalink(head, self.base_url),
            language=_language(_get(head, "language")),
            rights=_line(_get(head, "rights")) or None,
            statements=(*self.statements(head, "feed"), *self.found.feed, *stray),
            updated=_date(head, "updated") or _date(head, "dc_date") or _date(head, "published"),
            hub=next((link.href for link in links if link.rel == "hub"), None),
            self_url=next((link.href for link in links if link.rel == "self"), None),
            ttl_minutes=_number(_get(head, "ttl")),
            entries=tuple(entries),
            warnings=warnings,
        )

    def entry(self, item: Element, extra: tuple[Statement, ...]) -> ParsedEntry:
        """Return one entry."""
        url = _permalink(item, self.base_url)
        summary, content = self.texts(item, url)
        source = _source(item, self.base_url)
        return ParsedEntry(
            id=_id(item),
            url=url,
            title=_title(item),
            authors=self.authors(item),
            published=_first_date(item, ("published", "dc_date", "created")),
            updated=_date(item, "updated"),
            summary_html=summary,
            content_html=content,
            categories=_categories(item),
            language=_language_of(item),
            rights=_line(_get(item, "rights")) or None,
            statements=(*self.statements(item, "item"), *extra),
            links=tuple(link for link in _links(item, self.base_url) if link.href != url),
            enclosures=tuple(_enclosures(item, self.base_url)),
            source=source,
        )

    def texts(self, item: Element, url: str | None) -> tuple[str, str]:
        """Return summary and content; one text that stands in both places is content."""
        content = max(_get(item, "content") or [], key=_weight, default=None)
        summary = _get(item, "summary_detail")
        cleaned = self.clean(content, url) if content else ""
        if summary is None or (content and _get(summary, "value") == _get(content, "value")):
            return "", cleaned
        return self.clean(summary, url), cleaned

    def clean(self, detail: Element, url: str | None) -> str:
        """Return the text of *detail*, plain or not, as safe HTML."""
        value = str(_get(detail, "value") or "")[:MAX_CONTENT]
        kind = _get(detail, "type")
        if kind == "text/plain":
            return _paragraphs(value)
        # Without xml:base what a text links to relatively is meant from its own page.
        base = resolve(self.base_url, str(_get(detail, "base") or "")) or url or self.base_url
        return clean_html(value, base_url=base)

    def authors(self, item: Element) -> tuple[Person, ...]:
        """Return who wrote it; in Atom the source's and the feed's authors stand in (4.2.1)."""
        own = _persons(item, self.base_url)
        if own or not self.is_atom:
            return own
        return _persons(_get(item, "source") or {}, self.base_url) or _persons(
            self.head, self.base_url
        )

    def statements(self, element: Element, scope: str) -> Iterator[Statement]:
        """Yield the statements on rights that feedparser keeps."""
        for link in _get(element, "links") or []:
            href = resolve(self.base_url, str(_get(link, "href") or ""))
            if _get(link, "rel") == "license" and href:
                # feedparser gives a type to Atom's links only, not to Creative Commons' own.
                scheme = "atom-license" if _get(link, "type") else "creativeCommons"
                yield Statement(scheme=scheme, value=href, scope=scope)
        rights = _line(_get(element, "rights"))
        if rights:
            scheme = "dc-rights" if scope == "item" else "rss-copyright"
            scheme = "atom-rights" if self.is_atom else scheme
            yield Statement(scheme=scheme, value=rights, scope=scope)
        for key, scheme in _OTHER_RIGHTS.items():
            value = _line(_get(element, key))
            if value:
                yield Statement(scheme=scheme, value=value, scope=scope)


def _get(element: Any, key: str) -> Any:  # noqa: ANN401 - feedparser's values have no types
    return dict.get(element, key) if isinstance(element, dict) else None


def _id(element: Element) -> str | None:
    value = xml_safe(str(_get(element, "id") or "")).strip()
    return value[:MAX_ID] or None


def _permalink(element: Element, base_url: str) -> str | None:
    for key in ("feedburner_origlink", "link"):
        stated = str(_get(element, key) or "").strip()
        # A guid stands in for the link only where it is an address by itself.
        if stated and stated == _get(element, "id") and not is_web_url(stated):
            continue
        url = resolve(base_url, stated)
        if is_web_url(url):
            return url
    stated_links = (link for link in _get(element, "links") or [])
    alternates = (
        resolve(base_url, str(_get(link, "href") or ""))
        for link in stated_links
        if _get(link, "rel") == "alternate"
    )
    return next((url for url in alternates if is_web_url(url)), None)


def _title(element: Element) -> str:
    detail = _get(element, "title_detail")
    value = str(_get(element, "title") or "")
    if _get(detail, "type") in _HTML_TYPES:
        value = plain_text(value)
    return " ".join(strip_bidi(xml_safe(value)).split())[:MAX_TITLE].rstrip()


def _line(value: Any) -> str:  # noqa: ANN401
    text = value if isinstance(value, str) else ""
    # Many an RSS feed escapes twice; text without an entity or an end tag is left as it is.
    return one_line(plain_text(text) if _MARKUP.search(text) else text)[:MAX_ID]


def _paragraphs(text: str) -> str:
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", xml_safe(text))]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def _weight(content: Element) -> tuple[bool, int]:
    readable_type = _get(content, "type") in {*_HTML_TYPES, "text/plain", None}
    return readable_type, len(_get(content, "value") or "")


def _persons(element: Element, base_url: str) -> tuple[Person, ...]:
    persons = dict.fromkeys(
        Person(name=name, url=_page(resolve(base_url, str(_get(author, "href") or ""))))
        for author in (_get(element, "authors") or [])[:MAX_LINKS]
        for name in [_name(author)]
        if name
    )
    if persons:
        return tuple(persons)
    alone = _line(_get(element, "author"))
    return (Person(name=alone),) if alone else ()


def _name(author: Element) -> str:
    name = _line(_get(author, "name"))
    # RSS wants a mail address here; nobody wants to see his own in a thousand copies.
    return name or _line(_get(author, "email")).partition("@")[0]


def _page(url: str | None) -> str | None:
    return url if is_web_url(url) else None


def _categories(item: Element) -> tuple[str, ...]:
    tags = _get(item, "tags") or []
    names = (_line(_get(tag, "label")) or _line(_get(tag, "term")) for tag in tags)
    return tuple(dict.fromkeys(name[:200] for name in names if name))[:MAX_CATEGORIES]


def _links(element: Element, base_url: str) -> Iterator[Link]:
    for link in (_get(element, "links") or [])[:MAX_LINKS]:
        rel = str(_get(link, "rel") or "alternate")
        href = resolve(base_url, str(_get(link, "href") or ""))
        if href and rel != "enclosure":
            stated = _get(link, "title")
            yield Link(
                href=href,
                rel=rel[:200],
                type=str(_get(link, "type") or "")[:200] or None,
                title=_line(stated) or None,
            )


def _enclosures(item: Element, base_url: str) -> Iterator[Enclosure]:
    for link in (_get(item, "links") or [])[:MAX_LINKS]:
        url = resolve(base_url, str(_get(link, "href") or ""))
        if _get(link, "rel") == "enclosure" and is_web_url(url):
            kind = str(_get(link, "type") or "")[:200] or None
            yield Enclosure(url=url, type=kind, length=_number(_get(link, "length")))


def _source(item: Element, base_url: str) -> FeedRef | None:
    source = _get(item, "source")
    if not source:
        return None
    links = list(_links(source, base_url))
    own = next((link.href for link in links if link.rel == "self"), None)
    return FeedRef(
        title=_title(source),
        url=own or _page(resolve(base_url, str(_get(source, "href") or ""))),
        id=_id(source),
        html_url=_permalink(source, base_url),
        rights=_line(_get(source, "rights")) or None,
    )


def _first_date(element: Element, keys: tuple[str, ...]) -> datetime | None:
    return next((date for date in (_date(element, key) for key in keys) if date), None)


def _date(element: Element, key: str) -> datetime | None:
    stated = _get(element, key)
    if not isinstance(stated, str):
        return None
    date = parse_timestamp(stated)
    parsed = _get(element, f"{key}_parsed")
    if date is not None or not isinstance(parsed, struct_time):
        return date
    try:
        return datetime(*parsed[:6], tzinfo=UTC)
    except ValueError:
        return None


def _language_of(item: Element) -> str | None:
    parts = [
        *(_get(item, "content") or []),
        _get(item, "summary_detail"),
        _get(item, "title_detail"),
    ]
    stated = (_get(item, "language"), *(_get(part, "language") for part in parts))
    return next((tag for tag in map(_language, stated) if tag), None)


def _language(stated: Any) -> str | None:  # noqa: ANN401
    tag = str(stated or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", tag) else None


def _number(stated: Any) -> int | None:  # noqa: ANN401
    text = str(stated or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
