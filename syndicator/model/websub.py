"""A subscription at a hub (W3C WebSub), as it is remembered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Mode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we asked a hub for, and what it confirmed."""

    token: str = field(repr=False)
    """The unguessable end of the callback: whoever knows it may speak for the hub."""
    source_id: str
    hub: str
    topic: str
    """Address by which the hub knows the feed."""
    base: str
    """Of the callback, which is ``{base}/websub/{token}``."""
    next_at: datetime
    """When the hub is asked again: for the first time, to renew, after a failure."""
    secret: str | None = field(default=None, repr=False)
    """What the hub signs with; None: the way to the hub is not safe enough for one."""
    pending: Mode | None = None
    """What we asked for and the hub has not confirmed yet."""
    lease_until: datetime | None = None
    """How long the hub promised to tell of news; None: it promised nothing."""
    leaving: bool = False
    """It is not wanted any more."""
    failures: int = 0
    """Requests in a row that led to no confirmation."""
    problem: str | None = None
    pinged_at: datetime | None = None
    """When the hub last told of news."""

    @property
    def callback(self) -> str:
        """The address that the hub calls: a secret."""
        return f"{self.base}/websub/{self.token}"
