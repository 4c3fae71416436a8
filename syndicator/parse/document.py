"""What the elements of an RSS or Atom document mean in our terms.  Pure.

Ids stay as written; addresses become absolute; texts are cleaned; what is missing stays
missing.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from syndicator.markup import clean_counted, one_line, plain_text, strip_bidi, xml_safe
from syndicator.model.feed import (
    Enclosure,
    FeedRef,
    KnownItems,
    Link,
    ParsedEntry,
    ParsedFeed,
    Person,
    Statement,
)
from syndicator.parse.addresses import Addresses
from syndicator.parse.digests import Digests
from syndicator.parse.elements import Element, Elements, unwrapped
from syndicator.parse.limits import (
    MAX_CATEGORIES,
    MAX_CONTENT,
    MAX_COUNTERS,
    MAX_ID,
    MAX_LINKS,
    MAX_TITLE,
)
from syndicator.timestamps import parse_timestamp
from syndicator.urls import is_web_url

_NOTHING: Element = {}
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_READABLE_TYPES = frozenset((*_HTML_TYPES, "text/plain", None))
_QUOTED = re.compile(r'"([^"]+)"')
"""A name as it stands before a mail address."""
_MARKUP = re.compile(r"&#?\w{1,32};|</\w")
_OTHER_RIGHTS = {
    "dcterms_license": "dcterms-license",
    "dcterms_rights": "dcterms-rights",
    "dcterms_rightsholder": "dcterms-rightsholder",
    "dcterms_accessrights": "dcterms-accessrights",
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def read_feed(
    elements: Elements, *, base_url: str, warnings: tuple[str, ...], known: KnownItems
) -> ParsedFeed:
    """Return the feed that *elements* make.

    Args:
        elements: what a reader found.
        base_url: absolute address of the document.
        warnings: what the reader found wrong.
        known: items whose texts are not wanted.
    """
    return _Document(elements, base_url).feed(warnings, known)


class _Document:
    """One feed, and what its entries need to know of it."""

    def __init__(self, elements: Elements, base_url: str) -> None:
        self.elements = elements
        self.addresses = Addresses(base_url)
        self.is_atom = elements.format.startswith("atom")
        self.authors_of_feed: tuple[Person, ...] | None = None

    def feed(self, warnings: tuple[str, ...], known: KnownItems) -> ParsedFeed:
        """Return the whole feed."""
        head, items, found = self.elements.head, self.elements.items, self.elements.found
        links = self.links(head)
        matched = len(found.items) == len(items)
        # Statements that cannot be told to their items count for all: never for none.
        stray = () if matched else tuple(s for item in found.items for s in item)
        ours = found.items if matched else [()] * len(items)
        feed = ParsedFeed(
            format=self.elements.format,
            title=_title(head),
            id=_id(head),
            html_url=self.permalink(head),
            language=language_tag(head.get("language")),
            rights=_line(head.get("rights")) or None,
            statements=(*self.statements(head, "feed"), *found.feed, *stray),
            updated=_first_date(head, ("updated", "dc_date", "published")),
            hub=next((link.href for link in links if link.rel == "hub"), None),
            self_url=next((link.href for link in links if link.rel == "self"), None),
            ttl_minutes=_number(head.get("ttl")),
            warnings=warnings,
        )
        said_for_all = replace(feed, updated=None, ttl_minutes=None, warnings=())
        digests = Digests(known, said_for_all, self.persons(head), self.addresses.base_url)
        entries = [self.entry(e, extra, digests) for e, extra in zip(items, ours, strict=True)]
        return replace(feed, entries=tuple(entries))

    def entry(self, item: Element, extra: tuple[Statement, ...], digests: Digests) -> ParsedEntry:
        """Return one entry."""
        name, url = _id(item), self.permalink(item)
        # Where "summary" is read, it is read from its detail.
        digest = digests.of({k: v for k, v in item.items() if k != "summary"}, *map(repr, extra))
        unread = digests.is_known(digest, name, url)
        entry = partial(
            ParsedEntry,
            id=name,
            url=url,
            title=_title(item),
            published=_first_date(item, ("published", "dc_date", "created")),
            updated=_first_date(item, ("updated",)),
            enclosures=tuple(self.enclosures(item)),
            digest=digest,
            unread=unread,
        )
        if unread:
            return entry()
        summary, content, counters = self.texts(item, url)
        return entry(
            authors=self.authors(item),
            summary_html=summary,
            content_html=content,
            categories=_categories(item),
            language=_language_of(item),
            rights=_line(item.get("rights")) or None,
            statements=(*self.statements(item, "item"), *extra),
            links=tuple([link for link in self.links(item) if link.href != url]),
            source=self.source(item),
            counters=counters,
        )

    def permalink(self, element: Element) -> str | None:
        """Return the page of *element*."""
        for key in ("feedburner_origlink", "link"):
            stated = unwrapped(str(element.get(key) or "").strip())
            url = self.addresses.page(stated)
            # A guid stands in for the link only where it is an address by itself.
            if url and (stated == url or stated != element.get("id") or is_web_url(stated)):
                return url
        for link in element.get("links") or ():
            url = self.addresses.page(link.get("href"))
            if url and link.get("rel") == "alternate":
                return url
        return None

    def texts(self, item: Element, url: str | None) -> tuple[str, str, tuple[str, ...]]:
        """Return summary, content and page counters; a text in both places is content."""
        content = max(item.get("content") or (), key=_weight, default=None)
        summary = item.get("summary_detail")
        cleaned, counters = self.clean(content, url) if content else ("", ())
        if summary is None or (content and summary.get("value") == content.get("value")):
            return "", cleaned, counters[:MAX_COUNTERS]
        short, more = self.clean(summary, url)
        return short, cleaned, tuple(dict.fromkeys((*counters, *more)))[:MAX_COUNTERS]

    def clean(self, detail: Element, url: str | None) -> tuple[str, tuple[str, ...]]:
        """Return the text of *detail*, plain or not, as safe HTML, and its page counters."""
        value = unwrapped(str(detail.get("value") or "")[:MAX_CONTENT])
        if detail.get("type") == "text/plain":
            return _paragraphs(value), ()
        # Without xml:base what a text links to relatively is meant from its own page.
        base = self.addresses.absolute(detail.get("base")) or url or self.addresses.base_url
        return clean_counted(value, base_url=base)

    def authors(self, item: Element) -> tuple[Person, ...]:
        """Return who wrote it; in Atom the source's and the feed's authors stand in (4.2.1)."""
        own = self.persons(item)
        if own or not self.is_atom:
            return own
        if self.authors_of_feed is None:
            self.authors_of_feed = self.persons(self.elements.head)
        return self.persons(item.get("source") or _NOTHING) or self.authors_of_feed

    def persons(self, element: Element) -> tuple[Person, ...]:
        """Return the persons that *element* names as its authors."""
        persons: dict[Person, None] = {}
        for author in (element.get("authors") or ())[:MAX_LINKS]:
            name = _name(author)
            if name:
                persons[Person(name=name, url=self.addresses.page(author.get("href")))] = None
        if persons:
            return tuple(persons)
        alone = _line(element.get("author"))
        return (Person(name=alone),) if alone else ()

    def statements(self, element: Element, scope: str) -> Iterator[Statement]:
        """Yield the statements on rights that feedparser keeps."""
        for link in element.get("links") or ():
            if link.get("rel") == "license":
                href = self.addresses.absolute(link.get("href"))
                # feedparser gives a type to Atom's links only, not to Creative Commons' own.
                scheme = "atom-license" if link.get("type") else "creativeCommons"
                if href:
                    yield Statement(scheme=scheme, value=href, scope=scope)
        rights = _line(element.get("rights"))
        if rights:
            scheme = "dc-rights" if scope == "item" else "rss-copyright"
            scheme = "atom-rights" if self.is_atom else scheme
            yield Statement(scheme=scheme, value=rights, scope=scope)
        for key, scheme in _OTHER_RIGHTS.items():
            value = _line(element.get(key))
            if value:
                yield Statement(scheme=scheme, value=value, scope=scope)

    def links(self, element: Element) -> list[Link]:
        """Return the links of *element* that are no enclosures, and the work it is a version of."""
        links = []
        for link in (element.get("links") or ())[:MAX_LINKS]:
            rel = str(link.get("rel") or "alternate")
            href = self.addresses.absolute(link.get("href"))
            if href and rel != "enclosure":
                kind = str(link.get("type") or "")[:200] or None
                title = _line(link.get("title")) or None
                links.append(Link(href=href, rel=rel[:200], type=kind, title=title))
        original = self.addresses.page(_line(element.get("dcterms_isversionof")))
        return [*links, Link(href=original, rel="isVersionOf")] if original else links

    def enclosures(self, item: Element) -> Iterator[Enclosure]:
        """Yield the media files of *item*."""
        for link in (item.get("links") or ())[:MAX_LINKS]:
            if link.get("rel") == "enclosure":
                url = self.addresses.page(link.get("href"))
                kind = str(link.get("type") or "")[:200] or None
                if url:
                    yield Enclosure(url=url, type=kind, length=_number(link.get("length")))

    def source(self, item: Element) -> FeedRef | None:
        """Return the feed that *item* was taken from."""
        source = item.get("source")
        if not source:
            return None
        own = next((link.href for link in self.links(source) if link.rel == "self"), None)
        found = FeedRef(
            title=_title(source),
            url=own or self.addresses.page(source.get("href")),
            id=_id(source),
            html_url=self.permalink(source),
            rights=_line(source.get("rights")) or None,
        )
        return None if found == FeedRef(title="") else found


def _id(element: Element) -> str | None:
    value = xml_safe(str(element.get("id") or "")).strip()
    return value[:MAX_ID] or None


def _title(element: Element) -> str:
    value = unwrapped(str(element.get("title") or ""))
    detail = element.get("title_detail") or _NOTHING
    if detail.get("type") in _HTML_TYPES:
        value = plain_text(value)
    if not value.isprintable():
        value = strip_bidi(xml_safe(value))
    return " ".join(value.split())[:MAX_TITLE].rstrip()


def _line(value: object) -> str:
    if not value or not isinstance(value, str):
        return ""
    value = unwrapped(value)
    if value.isprintable() and "<" not in value and "&" not in value:
        return " ".join(value.split())[:MAX_ID]
    # Many an RSS feed escapes twice; text without an entity or an end tag is left as it is.
    return one_line(plain_text(value) if _MARKUP.search(value) else value)[:MAX_ID]


def _paragraphs(text: str) -> str:
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", xml_safe(text))]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def _weight(content: Element) -> tuple[bool, int]:
    return content.get("type") in _READABLE_TYPES, len(content.get("value") or "")


def _name(author: Element) -> str:
    # RSS wants a mail address here; nobody wants to see his own in a thousand copies.
    name = _line(author.get("name"))
    if (quoted := _QUOTED.fullmatch(name)) is not None:
        name = quoted[1]
    return name or _line(author.get("email")).partition("@")[0]


def _categories(item: Element) -> tuple[str, ...]:
    tags = item.get("tags") or ()
    names = [_line(tag.get("label")) or _line(tag.get("term")) for tag in tags]
    return tuple(dict.fromkeys([name[:200] for name in names if name]))[:MAX_CATEGORIES]


def _first_date(element: Element, keys: tuple[str, ...]) -> datetime | None:
    return next((date for date in (_date(element, key) for key in keys) if date), None)


def _date(element: Element, key: str) -> datetime | None:
    stated = element.get(key)
    return parse_timestamp(unwrapped(stated)) if isinstance(stated, str) else None


def _language_of(item: Element) -> str | None:
    parts = [*(item.get("content") or ()), item.get("summary_detail"), item.get("title_detail")]
    stated = (item.get("language"), *(part.get("language") for part in parts if part))
    return next((tag for tag in map(language_tag, stated) if tag), None)


def language_tag(stated: object) -> str | None:
    """Return what was *stated* as a language tag (BCP 47); None where it is none."""
    if not stated:
        return None
    tag = str(stated).strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _number(stated: Any) -> int | None:  # noqa: ANN401
    text = str(stated or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
