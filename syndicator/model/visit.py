"""What is remembered of a source between two visits, besides plain times and texts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the feed itself says and asks for, never more than a hint.

    So is how far its server is believed.
    """

    minutes: int = 0
    """The longer of RSS ``ttl`` and ``sy:updatePeriod``; 0: nothing said."""
    skip_hours: tuple[int, ...] = ()
    """GMT, 0 to 23."""
    skip_days: tuple[int, ...] = ()
    """GMT; Monday is 0."""
    stale_304: bool = False
    """Its server answered 304 although there was news: it is asked without conditions."""
    name: str | None = None
    """The title that the feed gives itself, which the configuration may hide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed that a reading list named when it was last read."""

    list_id: str
    feed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From *at* on, the document was found at *to*."""

    at: datetime
    to: str
    permanent: bool
    """Every redirect on the way was a permanent one (301, 308)."""
