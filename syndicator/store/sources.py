"""What is known of each source's last visit, and when the next is due.  Edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, or_, select, update

from syndicator.errors import NotFound
from syndicator.model.visit import Hints, Move
from syndicator.store import Transaction
from syndicator.store.rows import in_chunks
from syndicator.store.schema import items, sources, subscriptions
from syndicator.store.stale import mark_stale


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The last visit to a source and what must be sent at the next one."""

    id: str
    feed: str
    next_check_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    reader: str | None = None
    title: str | None = None
    feed_id: str | None = None
    html_url: str | None = None
    rights: str | None = None
    checked_at: datetime | None = None
    fetched_at: datetime | None = None
    failures: int = 0
    status: str | None = None
    http_status: int | None = None
    error: str | None = None
    access_denied: bool = False
    due_why: str | None = None
    """Whose wish decided *next_check_at*."""
    stopped: str | None = None
    """Why it is not visited any more; a change of its configuration lifts that."""
    setup: str | None = None
    """Digest of how the configuration has it fetched."""
    host: str | None = None
    """That gave the last answer which was believed."""
    language: str | None = None
    validators_at: datetime | None = None
    unconditional_at: datetime | None = None
    failing_since: datetime | None = None
    gone_at: datetime | None = None
    """When the first 410 in a row came."""
    address: str | None = None
    """Where the feed moved to for good; used instead of *feed*."""
    moved_to: str | None = None
    moved_days: int = 0
    """Days on which permanent redirects led to *moved_to* and a good answer came from there."""
    moved_on: datetime | None = None
    moves: tuple[Move, ...] = ()
    held: str | None = None
    """Why its new content waits for the operator."""
    hints: Hints = field(default_factory=Hints)
    posts: tuple[datetime, ...] = ()
    """When it last published."""
    penalty_key: str | None = None
    """What its last 429 or 503 puts on hold, until *penalty_until*."""
    penalty_until: datetime | None = None
    hub: str | None = None
    topic: str | None = None
    """Address by which *hub* knows the feed."""
    ping_answered_at: datetime | None = None
    idle_pings: int = 0
    """Pings in a row that brought nothing."""
    pushes_work: bool = False
    """News came by ping, and none without one since."""
    poll_at: datetime | None = None
    """When it would be visited next if no hub told of news; None: at *next_check_at*."""
    lease_until: datetime | None = None
    """Of the subscription at the hub; read here, written by :mod:`.subscriptions`."""
    pinged_at: datetime | None = None
    """The same."""

    @property
    def pinged(self) -> bool:
        """A hub told of news, and no visit began since."""
        answered = self.ping_answered_at
        return self.pinged_at is not None and (answered is None or self.pinged_at > answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """*key* (an address, host or domain) is left alone until *until*, for it said *status*."""

    key: str
    until: datetime
    status: int


def follow(
    tx: Transaction,
    feeds: Mapping[str, str],
    *,
    now: datetime,
    setups: Mapping[str, str] | None = None,
) -> None:
    """Bring the rows in line with the configured (source id, feed address) pairs.

    A new source is due at once.  A changed address keeps the items and drops what belongs
    to the old address, the validators before all.  A changed way of fetching (headers,
    login, proxy: its digest in *setups*) lifts a stop.
    """
    ways = setups or {}
    query = select(sources.c.id, sources.c.feed, sources.c.setup)
    known = {row.id: row for row in tx.execute(query)}
    new = [
        {
            "id": i,
            "feed": f,
            "setup": ways.get(i),
            "next_check_at": now,
            "failures": 0,
            "access_denied": False,
        }
        for i, f in feeds.items()
        if i not in known
    ]
    if new:
        tx.execute(insert(sources), new)
    for source_id, feed in feeds.items():
        row = known.get(source_id)
        if row is None:
            continue
        setup = ways.get(source_id)
        if row.feed != feed:
            _change(tx, source_id, {**_MOVED, "feed": feed, "setup": setup, "next_check_at": now})
        elif setup is not None and row.setup != setup:
            afresh = {} if row.setup is None else {**_RESUMED, "next_check_at": now}
            _change(tx, source_id, {**afresh, "setup": setup})


_RESUMED: Mapping[str, object] = {"stopped": None, "failures": 0, "failing_since": None}
"""What a changed way of fetching makes void."""

_VALIDATORS: Mapping[str, object] = dict.fromkeys(
    ("etag", "last_modified", "validators_url", "validators_at", "body_hash")
)
"""What spares fetching or reading a document a second time."""

_MOVED: Mapping[str, object] = {
    **_RESUMED,
    **_VALIDATORS,
    **dict.fromkeys(("unconditional_at", "gone_at", "address", "moved_to", "moved_on", "held")),
    **dict.fromkeys(("host", "language", "penalty_key", "penalty_until", "hints")),
    **dict.fromkeys(("hub", "topic", "poll_at")),
    "moved_days": 0,
    "idle_pings": 0,
    "pushes_work": False,
}
"""What a changed address makes void."""

_AS_NEW: Mapping[str, object] = {
    **_VALIDATORS,
    **dict.fromkeys(("fetched_at", "host", "language", "hints", "held", "error", "status")),
}
"""What is forgotten of a source that was held, for its next document would be compared with it."""

_ORDERED = "an editor ordered it"
"""Why a source is due at once."""


def _change(tx: Transaction, source_id: str, values: Mapping[str, object]) -> None:
    tx.execute(update(sources).where(sources.c.id == source_id).values(**values))


def resume(tx: Transaction, source_id: str, *, now: datetime) -> None:
    """Visit a source at once, whatever stopped it, held it or made it wait.

    What servers ask to be left alone stays so.  Of a source that was held, the next document
    is believed as the first one of a new source is.

    Raises:
        NotFound: no source has this id.
    """
    row = tx.execute(select(sources.c.held).where(sources.c.id == source_id)).one_or_none()
    if row is None:
        raise NotFound(source_id, "no source of this id was ever visited")
    afresh = {**_RESUMED, "gone_at": None, "next_check_at": now, "due_why": _ORDERED}
    _change(tx, source_id, afresh if row.held is None else {**afresh, **_AS_NEW})


def due_sources(tx: Transaction, *, now: datetime | None) -> tuple[SourceState, ...]:
    """Return the sources due at *now*, the longest due first; all of them for None.

    Those that a hub told of are among them, whatever their time.  A source that was stopped
    is never due.
    """
    query = _all().where(sources.c.stopped.is_(None))
    if now is not None:
        answered = sources.c.ping_answered_at
        unanswered = and_(answered.is_(None), _pinged_at.is_not(None))
        query = query.where(or_(sources.c.next_check_at <= now, _pinged_at > answered, unanswered))
    return tuple(SourceState(**row) for row in tx.execute(query).mappings())


_mine = and_(subscriptions.c.source_id == sources.c.id, subscriptions.c.leaving.is_(False))
_pinged_at = select(func.max(subscriptions.c.pinged_at)).where(_mine).scalar_subquery()
_lease_until = select(func.max(subscriptions.c.lease_until)).where(_mine).scalar_subquery()


def _all() -> Select[Any]:
    told = (_lease_until.label("lease_until"), _pinged_at.label("pinged_at"))
    return select(sources, *told).order_by(sources.c.next_check_at, sources.c.id)


def poll_again(tx: Transaction, *, now: datetime | None) -> None:
    """Visit sources as if no hub told of their news, where none does at *now*; None: all."""
    due = {"next_check_at": sources.c.poll_at, "due_why": _NO_HUB, "poll_at": None}
    query = update(sources).where(sources.c.poll_at.is_not(None)).values(**due)
    if now is not None:
        live = exists().where(_mine, subscriptions.c.lease_until > now)
        query = query.where(~live)
    tx.execute(query)


_NO_HUB = "its interval: no hub tells of news any more"


def penalties(tx: Transaction, *, now: datetime) -> tuple[Penalty, ...]:
    """Return what is to be left alone after *now*, as servers asked us earlier."""
    query = select(sources.c.penalty_key, sources.c.penalty_until, sources.c.http_status)
    rows = tx.execute(query.where(sources.c.penalty_until > now))
    return tuple(
        Penalty(key=row.penalty_key, until=row.penalty_until, status=row.http_status or 503)
        for row in rows
        if row.penalty_key
    )


def postpone(tx: Transaction, due: Mapping[str, datetime]) -> None:
    """Set when the sources in *due* are visited next."""
    for source_id, at in due.items():
        _change(tx, source_id, {"next_check_at": at})


def source_states(tx: Transaction) -> dict[str, SourceState]:
    """Return the state of every source that was ever configured, by id."""
    states = (SourceState(**row) for row in tx.execute(_all()).mappings())
    return {state.id: state for state in states}


def was_fetched(tx: Transaction, source_id: str) -> bool:
    """Say whether a source brought a document before."""
    query = select(sources.c.fetched_at).where(sources.c.id == source_id)
    return tx.scalar(query) is not None


def is_denied(tx: Transaction, source_id: str) -> bool:
    """Say whether a source's feed was known to deny redistribution (Feed Access Control)."""
    query = select(sources.c.access_denied).where(sources.c.id == source_id)
    return bool(tx.scalar(query))


def record_visits(tx: Transaction, states: Sequence[SourceState]) -> None:
    """Store the outcome of visits; call it in the transaction that stores their items."""
    ids = [state.id for state in states]
    query = select(sources.c.id, sources.c.access_denied)
    denied = {row["id"]: row["access_denied"] for row in in_chunks(tx, query, sources.c.id, ids)}
    for state in states:
        if denied.get(state.id, False) != state.access_denied:
            # Feed Access Control concerns what is stored already, too.
            mine = select(items.c.pk).where(items.c.source_id == state.id)
            mark_stale(tx, list(tx.scalars(mine)))
        values = {column.name: getattr(state, column.name) for column in sources.c}
        tx.execute(update(sources).where(sources.c.id == state.id).values(values))
