"""The nouns of what happens to works after they came in: takedowns, picks, what went out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TakedownBy = Literal["work", "url", "pattern", "source", "owner", "text"]
TakedownScope = Literal["everything", "text"]
Retain = Literal["text", "hash", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """Somebody's demand that a work goes, as recorded; it is never changed again."""

    number: int = 0
    """Given by the store."""
    by: TakedownBy
    """What *target* is: our id, an address, a pattern of addresses, a source, an owner, or
    the name of a file that held the text."""
    target: str
    scope: TakedownScope = "everything"
    """``text``: headline and link may stay."""
    outputs: tuple[str, ...] = ()
    """None: every output."""
    until: datetime | None = None
    """It ends by itself then."""
    claimant: str
    received_at: datetime
    ground: str = ""
    reference: str = ""
    retain: Retain = "hash"
    """What the store keeps of the text: all of it (hidden), its fingerprint, or nothing."""
    stub: bool = True
    """Feeds may show "[removed]" under the item's id for a week."""
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """The second record, by which a takedown ends."""

    takedown: int
    lifted_at: datetime
    lifted_by: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """An editor chose a work for an output."""

    article_id: str
    output: str
    picked_at: datetime
    picked_by: str
    note: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """What an output shows of a work, or last showed."""

    article_id: str
    form: str
    first_at: datetime
    last_at: datetime
    """When a file with it was last looked at."""
    changed_at: datetime | None = None
    """When the form last changed: our entry's ``updated`` is never earlier."""
    away: bool = False
    """It was emitted and is withheld now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """An emitted work that an output took back, and how long it says so."""

    article_id: str
    at: datetime
    comment: str
    stub_until: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person should look at."""

    number: int = 0
    kind: str
    """describe, conflict, notify, retraction."""
    subject: str
    evidence: str
    articles: int = 0
    """Works that it is about, since it was last done."""
    first_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
