"""What every format says of a feed and its items, before it is put into elements.  Pure.

Addresses are made fit for a link, ids and fields are checked once for all formats, and
an item that no format could carry is refused by name here, so that one bad item never
takes the feed with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

from syndicator.errors import PublishRefused
from syndicator.markup import xml_safe
from syndicator.model.entries import Axis, OutputFeed, Publication, Tag
from syndicator.model.feed import Link
from syndicator.model.rights import Form, Hop
from syndicator.urls import host_of, is_web_url, resolve

GENERATOR = "syndicator"
"""Without a version: an upgrade must not change every file."""

MEDIA_TYPES: Mapping[str, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
    "html": "text/html",
}

UNSPECIFIED_LICENCE = "http://purl.org/atompub/license#unspecified"
"""RFC 4946, section 2.4: nothing is licensed, and nothing is inherited from the feed."""

REMOVED = "[removed]"
"""Title of what stands in the place of a removed item."""

FOLDERS: Mapping[Axis, str] = {
    "theme": "themes",
    "region": "regions",
    "report": "reports",
    "author": "authors",
    "source": "sources",
}
"""Folder and category scheme of an axis."""

AXIS_TITLES: Mapping[Axis, str] = {
    "all": "Everything",
    "theme": "Themes",
    "region": "Regions",
    "report": "In-depth reports",
    "source": "Sources",
    "author": "Authors",
}
"""What the feeds of an axis are called together."""

JsonValue: TypeAlias = "str | int | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

_CATEGORY_AXES = frozenset({"theme", "region", "report"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_URI_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_URI_CHARACTERS = "%/?#[]@!$&'()*+,;=:~"
"""Kept as they are: reserved characters, and the mark of what is encoded already."""


def checked(
    feed: OutputFeed, suffix: str, publications: Sequence[Publication]
) -> Sequence[Publication]:
    """Return *publications* as they are, once each of them can be carried by a format.

    Raises:
        PublishRefused: one is withheld, has no web address, an id that another has too, or
            a character that XML cannot carry; its ``item_id`` says which.
    """
    seen: set[str] = set()
    for item in publications:
        problem = _problem(item, seen)
        if problem:
            path = f"{feed.stem}.{suffix}"
            raise PublishRefused(path, f"item {item.id!r}: {problem}", item_id=item.id)
        seen.add(item.id)
    return publications


def _problem(item: Publication, seen: set[str]) -> str | None:
    if item.form is Form.WITHHELD:
        return "it is withheld"
    if item.id in seen:
        return "its id stands twice in the feed"
    if not _URI_SCHEME.match(item.id):
        return "its id is no URI"
    if any(xml_safe(text) != text for text in _texts(item)):
        return "a character in it cannot stand in XML"
    if address(item.url) is None:
        return f"{item.url!r} is no web address"
    return None


def _texts(item: Publication) -> Iterator[str]:
    facts = (item.language, item.copyright_line, item.holder, item.usage, item.access)
    feed = (item.feed.title, item.feed.url, item.feed.id, item.feed.html_url, item.feed.rights)
    yield from (item.id, item.url, item.title, item.body_html, item.summary_html, item.plain_line)
    yield from (text for text in (*facts, *feed) if text)
    for person in item.authors:
        yield from (person.name, person.url or "")
    for hop in item.chain:
        yield from (hop.name, hop.party, hop.url or "", hop.homepage or "")
    for link in item.also_at:
        yield from (link.href, link.title or "")
    for licence in item.licences:
        yield from (licence.title, licence.url)
    for tag in item.tags:
        yield from (tag.slug, tag.title)
    for enclosure in item.enclosures:
        yield from (enclosure.url, enclosure.type or "")
    yield from (*item.duties, *item.reasons, *item.why)


@lru_cache(maxsize=4096)  # the same few addresses stand in many feeds, in every format
def address(url: str | None) -> str | None:
    """Return *url* as an absolute http(s) URI in ASCII, or None where it is none.

    What has no place in a URI is percent-encoded, a foreign host put in its ASCII form
    (IDNA): RSS knows URIs only, not the IRIs of RFC 3987.
    """
    found = resolve("", url or "")
    if found is None or not is_web_url(found):
        return None
    return found if found.isascii() else _in_ascii(found)


def _in_ascii(url: str) -> str | None:
    parts, host = urlsplit(url), host_of(url)
    if not host.isascii():
        return None
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    whole = urlunsplit(parts._replace(netloc=f"{user}{at}{host}{port}"))
    return quote(whole, safe=_URI_CHARACTERS)


def contact_address(contact: str) -> str | None:
    """Return *contact* where it is a ``mailto:`` or web address, else None."""
    return contact if mail_address(contact) else address(contact)


def mail_address(contact: str) -> str | None:
    """Return the mailbox of a ``mailto:`` address, or None where it is another address."""
    scheme_, _, rest = contact.partition(":")
    mailbox = rest.partition("?")[0]
    return mailbox if scheme_.lower() == "mailto" and "@" in mailbox else None


def uri(value: str | None) -> str | None:
    """Return *value* where it is an absolute URI of any scheme, as an Atom id must be."""
    return value if value and _URI_SCHEME.match(value) else None


def language_tag(language: str | None) -> str | None:
    """Return *language* as a well-formed tag (BCP 47), or None where it is something else."""
    tag = (language or "").strip().replace("_", "-")
    return tag if _LANGUAGE.match(tag) else None


def feed_id(feed: OutputFeed) -> str:
    """Return the feed's own id: it survives a move of the site."""
    if not feed.tag_base:
        return feed.url("atom")
    return f"{feed.tag_base}feed/{feed.output_id}/{feed.axis}/{feed.slug}"


def feed_rights(feed: OutputFeed) -> str:
    """Return the only thing that holds for every item: that the notice of each counts."""
    selection = f"Selection: {feed.site_title}."
    return f"Each item belongs to its rights holder; see the notice of the item. {selection}"


def home(feed: OutputFeed) -> str:
    """Return the address of the page that shows what this feed shows."""
    return feed.url("html") if "html" in feed.formats else f"{feed.base_url}/"


def heading(item: Publication) -> str:
    """Return the item's title; an untitled one goes by who said it and where."""
    if item.title.strip():
        return item.title
    return ", ".join([*(person.name for person in item.authors), item.feed.title]) or item.url


def terms_of(feed: OutputFeed) -> str:
    """Return the namespace of what no standard has words for: the form of an item and why."""
    return f"{feed.base_url}/ns/syndicator#"


Term = tuple[str, str, Mapping[str, str]]
"""Name, text and attributes of an element of ours."""


def told_form(item: Publication) -> tuple[Term, ...]:
    """Return the elements that say in which form an item is, and why.

    The reason is the telling one; where reasons are not published there is none.
    """
    form: Term = ("form", item.form.value, {})
    if not (item.reasons and item.why):
        return (form,)
    return form, ("reason", item.why[0], {"code": item.reasons[0]})


def origin(item: Publication) -> Hop | None:
    """Return the first publisher, as far as it is known."""
    return next((hop for hop in item.chain if hop.role == "origin"), None)


def carrier(item: Publication) -> Hop | None:
    """Return who passed the item on to us, where that is not its first publisher."""
    last = item.chain[-1] if len(item.chain) > 1 else None
    return last if last is not None and last.role == "carrier" else None


def via_links(item: Publication) -> tuple[Link, ...]:
    """Return one ``via`` link for each other party that has the article."""
    found: dict[str, Link] = {}
    for hop in item.chain:
        href = address(hop.url)
        if href and href != address(item.url):
            found.setdefault(href, Link(href=href, rel="via", type="text/html", title=hop.name))
    return tuple(found.values())


def also_links(item: Publication) -> tuple[Link, ...]:
    """Return a ``related`` link for each other copy of the work.

    Not ``alternate``: of these an entry may have one of each media type and language only
    (RFC 4287, 4.1.2), and that leads to where the article is read.
    """
    found = ((address(link.href), link) for link in item.also_at)
    return tuple(
        Link(href=href, rel="related", type="text/html", title=link.title)
        for href, link in found
        if href
    )


def licence_urls(item: Publication) -> tuple[str, ...]:
    """Return the addresses of the licences that the decision relied on."""
    found = (address(licence.url) for licence in item.licences)
    return tuple(dict.fromkeys(url for url in found if url))


def categories(item: Publication) -> tuple[Tag, ...]:
    """Return the item's themes, regions and reports; author and source have elements."""
    return tuple(tag for tag in item.tags if tag.axis in _CATEGORY_AXES)


def scheme(feed: OutputFeed, tag: Tag) -> str:
    """Return the category scheme of *tag*'s axis."""
    return f"{feed.base_url}/{FOLDERS[tag.axis]}"
