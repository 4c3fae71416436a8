"""What a publisher wrote, as read from a feed document.

``Parsed*`` values stand on the publisher's side of the border: nothing here has an id
of ours, and nothing here reaches a renderer.  ``None`` means "not stated".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author: Atom ``author`` (RFC 4287, 3.2), RSS ``dc:creator``, JSON Feed ``authors[]``."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Atom ``link`` (RFC 4287, 4.2.7); *href* is absolute."""

    href: str
    rel: str = "alternate"
    type: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file: RSS ``enclosure``, Atom ``link rel=enclosure``, JSON Feed ``attachments[]``."""

    url: str
    type: str | None = None
    length: int | None = None
    """Octets; never made up from a duration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRef:
    """The feed an entry came from: Atom ``source`` (RFC 4287, 4.2.11), RSS ``source``."""

    title: str
    url: str | None = None
    """Address of the feed document."""
    id: str | None = None
    html_url: str | None = None
    rights: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement on rights, unjudged: what it says and in which vocabulary."""

    scheme: str
    """atom-license, creativeCommons, dc-rights, rss-copyright, atom-rights, rsl, fac, ..."""
    value: str
    """The URL or text as written; for ``rsl`` a JSON object of its parsed terms."""
    scope: str = "item"
    """``item`` or ``feed``: what the publisher attached it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One Atom ``entry``, RSS ``item`` or JSON Feed item."""

    id: str | None = None
    """Atom ``id``, RSS ``guid``, JSON Feed ``id``: character by character, never resolved."""
    url: str | None = None
    """The permalink: ``link rel=alternate``, RSS ``link`` (else a permalink guid), JSON ``url``."""
    title: str = ""
    """Plain text; markup removed, entities decoded."""
    authors: tuple[Person, ...] = ()
    published: datetime | None = None
    """Aware, UTC."""
    updated: datetime | None = None
    """Aware, UTC; only what is stated as an update, never a copy of *published*."""
    summary_html: str = ""
    content_html: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None
    rights: str | None = None
    """A copyright line: ``atom:rights``, ``dc:rights``."""
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    """Every other link: via, related, canonical, ..."""
    enclosures: tuple[Enclosure, ...] = ()
    source: FeedRef | None = None
    counters: tuple[str, ...] = ()
    """Addresses of the page counters that its text had; they are in the text no more."""
    digest: str = field(default="", compare=False)
    """Of the element and of all that its feed says for it; empty: there is none."""
    unread: bool = False
    """The store has the entry as *digest* tells it: only what names it (id, address, title,
    dates, media) was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document: Atom ``feed``, RSS ``channel``, JSON Feed."""

    format: str
    """As feedparser names it: rss20, rss10, atom10, json11, ..."""
    title: str = ""
    id: str | None = None
    html_url: str | None = None
    language: str | None = None
    rights: str | None = None
    statements: tuple[Statement, ...] = ()
    updated: datetime | None = None
    hub: str | None = None
    self_url: str | None = None
    ttl_minutes: int | None = None
    """RSS ``ttl``; a hint only."""
    update_minutes: int | None = None
    """RSS 1.0 syndication module: ``updatePeriod`` by ``updateFrequency``; a hint only."""
    skip_hours: tuple[int, ...] = ()
    """RSS ``skipHours``, GMT, 0 to 23; a hint only."""
    skip_days: tuple[int, ...] = ()
    """RSS ``skipDays``, GMT; Monday is 0."""
    entries: tuple[ParsedEntry, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was wrong but survivable, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItems:
    """The items of a source that need not be read again."""

    reader: str = ""
    """What the digests were made with: a reader of another version makes others."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Digest of the item -> key of its entry within the source."""
