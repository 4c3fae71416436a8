"""Our side of the border: what is stored, and what a renderer may see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from syndicator.model.feed import Enclosure, FeedRef, Link, Person, Statement
from syndicator.model.rights import Acknowledgement, Evidence, Form, Hop, Licence

EntryKey = NewType("EntryKey", str)
"""What tells an entry from the others of its source: its id, else its link, else its text."""

Axis = Literal["theme", "region", "report", "author", "source", "all"]

ReviewState = Literal["new", "held", "backlog", "approved", "rejected", "withdrawn"]
"""Where an entry stands with the editors; backlog: was there before its source was added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A theme, region or in-depth report that an entry belongs to, and what put it there."""

    axis: Axis
    slug: str
    title: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One copy of an article, as taken from one source."""

    source_id: str
    key: EntryKey
    rung: str
    """What *key* was made of: id, link, enclosure or title; ``id+link`` or ``id+title`` where the
    id alone was another entry's already."""
    article_id: str
    """Id of the work this is a copy of: a ``tag:`` URI (RFC 4151), never changed."""
    title: str
    url: str | None = None
    authors: tuple[Person, ...] = ()
    published: datetime | None = None
    """The publisher's date, as stated."""
    updated: datetime | None = None
    first_seen: datetime
    """Fixed for ever."""
    sort_at: datetime
    """Where the entry stands in a feed: *published* kept within bounds, else *first_seen*."""
    changed_at: datetime
    """When subscribers should look again: Atom ``updated`` of our own entry."""
    summary_html: str = ""
    content_html: str = ""
    """Sanitised, absolute links, recognised furniture cut."""
    body: Literal["full", "summary", "none"] = "full"
    categories: tuple[str, ...] = ()
    language: str | None = None
    rights: str | None = None
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tags: tuple[Tag, ...] = ()
    feed: FeedRef
    """The feed it was taken from."""
    picked: frozenset[str] = frozenset()
    """Outputs for which an editor chose this item."""
    removed: str | None = None
    """Why it is gone: takedown, retracted, seed-removed; None while it is live."""
    review: ReviewState = "new"
    """What an editor decided, or what waits for that; new and approved may be published."""
    emitted: bool = False
    """An output has shown it."""
    content_hash: str = ""
    read_from: str | None = None
    """Digest of the element from which all this was last read; None: it has to be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An entry shaped by its decision: all that a renderer may see.

    ``*_html`` fields are complete, sanitised fragments; every other field is plain text.
    """

    id: str
    url: str
    """Where the article is read: at its origin if that address is known."""
    title: str
    form: Form
    authors: tuple[Person, ...]
    published: datetime | None
    updated: datetime
    language: str | None
    body_html: str
    """Source line, text and notice; in link form source line and notice only."""
    summary_html: str
    """The plain line and, in full and excerpt form, the opening; ends with the notice."""
    plain_line: str
    """``{authors} / {origin} via {carrier}. {copyright} {url}``"""
    copyright_line: str | None = None
    holder: str | None = None
    usage: str | None = None
    licences: tuple[Licence, ...] = ()
    chain: tuple[Hop, ...] = ()
    """Origin first, carrier last."""
    feed: FeedRef
    """The carrier's feed (Atom ``source``, RSS ``source``)."""
    also_at: tuple[Link, ...] = ()
    """Other copies of the work: where else it may be read."""
    tags: tuple[Tag, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    """Empty when media is not covered."""
    duties: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Codes; the telling one first."""
    why: tuple[str, ...] = ()
    """The reasons in words, for the people who read the page."""
    ai_reserve: bool = False
    access: str | None = None
    """For subscribers' outputs: the access line."""
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
    """What the notice says, in the words it uses: what an audit looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFeed:
    """One theme (region, report, author, source, or all) of one output family."""

    output_id: str
    axis: Axis
    slug: str
    title: str
    description: str
    stem: str
    """Path without suffix below the publish directory: ``themes/us-nato-war-agenda``."""
    base_url: str
    """Address of the publish directory, without a slash at its end."""
    site_title: str
    contact: str
    """mailto: or http(s) address of the operator."""
    language: str = "en"
    formats: tuple[str, ...] = ("atom", "rss", "json", "html")
    tag_base: str = ""
    """``tag:example.org,2026:``; scheme of the ids."""

    def url(self, suffix: str) -> str:
        """Address of this feed in the format *suffix*: the path written is the self link."""
        return f"{self.base_url}/{self.stem}.{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something that went out and was taken back (RFC 6721)."""

    id: str
    when: datetime
    comment: str = "Removed at the request of the rights holder."
    stub: bool = True
    """Stand in its place for a while: most readers know no other way to overwrite a copy."""
