"""What was really emitted: the items of a file that was read back.  Pure.

Nothing of the renderers is used for it, so that a mistake of theirs cannot hide itself:
``reading_back`` reads the bytes with lxml and json alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syndicator.rights.readable import Readable


class Unreadable(ValueError):
    """The bytes are not what their format promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a page says around the text of an item."""

    read: Readable
    label: str
    byline: str
    dates: tuple[tuple[str, str], ...]
    """As machines and as people read them."""
    strange: tuple[str, ...]


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
