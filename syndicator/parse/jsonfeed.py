"""What a JSON Feed says (versions 1.0 and 1.1, jsonfeed.org).  Pure.

Values of the wrong type are treated as not stated; extensions (``_name``) are not read.
"""

import html
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from syndicator.errors import ParseError
from syndicator.markup import clean_counted, one_line, xml_safe
from syndicator.model.feed import Enclosure, KnownItems, Link, ParsedEntry, ParsedFeed, Person
from syndicator.parse.decode import decode
from syndicator.parse.digests import NOTHING_KNOWN, Digests
from syndicator.parse.document import language_tag
from syndicator.parse.limits import (
    MAX_CATEGORIES,
    MAX_CONTENT,
    MAX_COUNTERS,
    MAX_ID,
    MAX_ITEMS,
    MAX_LINKS,
    MAX_TITLE,
)
from syndicator.timestamps import parse_timestamp
from syndicator.urls import is_web_url, resolve

MAX_OCTETS = 10**15

Json = Mapping[str, object]

_VERSIONS = {"1": "json1", "1.1": "json11"}


def parse_json(
    body: bytes, *, content_type: str | None, base_url: str, known: KnownItems = NOTHING_KNOWN
) -> ParsedFeed:
    """Return the feed in *body*.

    Raises:
        ParseError: it is no JSON, or JSON without the version and items of a feed.
    """
    text, doubts = decode(body, content_type)
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as mistake:
        raise ParseError(f"the body begins like JSON but cannot be read: {mistake}") from mistake
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("the body is JSON, but no JSON Feed: it has no list of items")
    version = _text(feed, "version").rpartition("/version/")[2]
    items = [item for item in feed["items"] if isinstance(item, dict)]
    if not version and not _text(feed, "title"):
        raise ParseError("the body is JSON, but no JSON Feed: it names neither version nor title")
    base = _address(base_url, feed, "feed_url") or base_url
    read = _feed(feed, _VERSIONS.get(version, "json11"), base, doubts)
    authors = _authors(feed, base)
    digests = Digests(known, replace(read, warnings=()), authors, base)
    entries = (_entry(item, base, authors, digests) for item in items[:MAX_ITEMS])
    try:
        return replace(read, entries=tuple(entries))
    except RecursionError as mistake:
        raise ParseError(f"the body is JSON that is nested too deeply: {mistake}") from mistake


def _feed(feed: Json, version: str, base: str, warnings: tuple[str, ...]) -> ParsedFeed:
    return ParsedFeed(
        format=version,
        title=_line(feed, "title"),
        html_url=_address(base, feed, "home_page_url"),
        language=language_tag(_text(feed, "language")),
        self_url=_address(base, feed, "feed_url"),
        hub=next((url for hub in _list(feed, "hubs") if (url := _address(base, hub, "url"))), None),
        warnings=warnings,
    )


def _entry(item: Json, base: str, inherited: tuple[Person, ...], digests: Digests) -> ParsedEntry:
    url = _address(base, item, "url")
    external = _address(base, item, "external_url")
    name = _id(item.get("id"))
    digest = digests.of(item)
    unread = digests.is_known(digest, name, url, external)
    links = [Link(href=external, rel="related")] if external and external != url else []
    content, counters = ("", ()) if unread else _content(item, url or base)
    return ParsedEntry(
        id=name,
        url=url or external,
        title=_line(item, "title"),
        authors=_authors(item, base) or inherited,
        published=parse_timestamp(_text(item, "date_published")),
        updated=parse_timestamp(_text(item, "date_modified")),
        summary_html="" if unread else _plain(_text(item, "summary")),
        content_html=content,
        categories=_tags(item),
        language=language_tag(_text(item, "language")),
        links=tuple(links) if url else (),
        enclosures=tuple(_attachments(item, base)),
        counters=counters[:MAX_COUNTERS],
        digest=digest,
        unread=unread,
    )


def _content(item: Json, base: str) -> tuple[str, tuple[str, ...]]:
    markup = _text(item, "content_html")
    if markup:
        return clean_counted(markup[:MAX_CONTENT], base_url=base)
    return _plain(_text(item, "content_text")), ()


def _plain(text: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text[:MAX_CONTENT])]
    escaped = (html.escape(part, quote=False).replace("\n", "<br>") for part in parts if part)
    return "".join(f"<p>{part}</p>" for part in escaped)


def _authors(element: Json, base: str) -> tuple[Person, ...]:
    # Version 1.0 had one ``author``; 1.1 has ``authors`` and asks to be read first.
    stated = [*_list(element, "authors")]
    single = element.get("author")
    if not stated and isinstance(single, dict):
        stated = [single]
    persons = (Person(name=_line(a, "name"), url=_address(base, a, "url")) for a in stated)
    return tuple(dict.fromkeys(person for person in persons if person.name))


def _attachments(item: Json, base: str) -> Iterator[Enclosure]:
    for attachment in _list(item, "attachments"):
        url = _address(base, attachment, "url")
        if url:
            kind = _text(attachment, "mime_type")[:200] or None
            yield Enclosure(url=url, type=kind, length=_octets(attachment.get("size_in_bytes")))


def _octets(size: object) -> int | None:
    # The bound comes first: an integer can be too large to be made a float.
    if isinstance(size, bool) or not isinstance(size, int | float) or not 0 <= size < MAX_OCTETS:
        return None
    return int(size)


def _id(stated: object) -> str | None:
    # The format wants a string and asks readers to coerce a number into one.
    if isinstance(stated, bool) or not isinstance(stated, str | int | float):
        return None
    if isinstance(stated, float) and not math.isfinite(stated):
        return None
    return xml_safe(str(stated)).strip()[:MAX_ID] or None


def _tags(item: Json) -> tuple[str, ...]:
    stated = item.get("tags")
    names = stated if isinstance(stated, list) else []
    lines = (one_line(name)[:200] for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(line for line in lines if line))[:MAX_CATEGORIES]


def _address(base: str, element: Json, key: str) -> str | None:
    url = resolve(base, _text(element, key))
    return url if is_web_url(url) else None


def _line(element: Json, key: str) -> str:
    return one_line(_text(element, key))[:MAX_TITLE].rstrip()


def _text(element: Json, key: str) -> str:
    value = element.get(key)
    return xml_safe(value) if isinstance(value, str) else ""


def _list(element: Json, key: str) -> list[Json]:
    value = element.get(key)
    found = value[:MAX_LINKS] if isinstance(value, list) else []
    return [each for each in found if isinstance(each, dict)]
