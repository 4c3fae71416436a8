"""The tables, and how our values are written into them.

Times are stored as naive UTC in SQLite and as ``timestamptz`` in PostgreSQL; outside of
this package every time is aware.  What is only ever read whole (authors, links, evidence)
is one JSON column, so that a new fact needs no new table.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

from syndicator.model.feed import Enclosure, Link, Person, Statement
from syndicator.model.rights import Evidence
from syndicator.model.visit import Hints, Move


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite knows no zones, so they are cut off and put back there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database gets; a naive time is a bug of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class JsonOf(TypeDecorator[Any]):
    """A value of one type as JSON text; an empty column is *default*."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any, default: object) -> None:  # noqa: ANN401 - any type at all
        super().__init__()
        self.adapter: TypeAdapter[Any] = TypeAdapter(kind)
        self.default = default

    def process_bind_param(self, value: object, _dialect: Dialect) -> str | None:
        """Return what the database gets."""
        if value is None or value == self.default:
            return None
        return self.adapter.dump_json(value, exclude_defaults=True).decode()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> object:
        """Return the value."""
        return self.default if value is None else self.adapter.validate_json(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The parts of an entry that are only read together with it: one JSON column."""

    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """(axis, name) pairs that a seeded article states for itself."""


metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")


def _time(name: str, **options: Any) -> Column[Any]:  # noqa: ANN401 - Column's own keywords
    return Column(name, UtcTime, **options)


sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validators_url", Text, comment="the address that gave etag and last_modified"),
    Column("body_hash", String),
    Column("reader", String, comment="version of the reader that made the items"),
    Column("title", Text),
    Column("feed_id", Text),
    Column("html_url", Text),
    Column("rights", Text),
    _time("checked_at"),
    _time("fetched_at"),
    _time("next_check_at", nullable=False, index=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("status", String, comment="outcome of the last attempt"),
    Column("http_status", Integer),
    Column("error", Text),
    Column("access_denied", Boolean, nullable=False, default=False),
    Column("due_why", Text, comment="whose wish decided next_check_at"),
    Column("stopped", Text, comment="why it is not visited any more"),
    Column("setup", String, comment="digest of how the configuration has it fetched"),
    Column("host", String, comment="that gave the last answer which was believed"),
    Column("language", String),
    _time("validators_at", comment="of the last answer with a validator"),
    _time("unconditional_at", comment="when the document was last asked for in any case"),
    _time("failing_since"),
    _time("gone_at", comment="of the first 410 in a row"),
    Column("address", Text, comment="where the feed moved to for good; used instead of feed"),
    Column("moved_to", Text, comment="where permanent redirects lead, not yet proven"),
    Column("moved_days", Integer, nullable=False, default=0, server_default="0"),
    _time("moved_on", comment="last day that counted towards moved_days"),
    Column("moves", JsonOf(tuple[Move, ...], ()), comment="where the document was found"),
    Column("held", Text, comment="why its new content waits for the operator"),
    Column("hints", JsonOf(Hints, Hints()), comment="ttl, sy:, skipHours, skipDays"),
    Column("posts", JsonOf(tuple[datetime, ...], ()), comment="when it last published"),
    Column("penalty_key", String, comment="what its last 429 or 503 puts on hold"),
    _time("penalty_until"),
    Column("hub", Text, comment="that the feed names (WebSub)"),
    Column("topic", Text, comment="address by which the hub knows the feed"),
    _time("ping_answered_at", comment="of the newest ping that a visit answered"),
    Column(
        "idle_pings",
        Integer,
        nullable=False,
        default=0,
        server_default="0",
        comment="pings in a row that brought nothing",
    ),
    Column(
        "pushes_work",
        Boolean,
        nullable=False,
        default=False,
        server_default=false(),
        comment="news came by ping, and none without one since",
    ),
    _time("poll_at", comment="when it would be visited next if no hub told of news"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("token", String, primary_key=True, comment="end of the callback; a secret"),
    Column("source_id", String, nullable=False, index=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("base", Text, nullable=False, comment="of the callback"),
    Column("secret", String, comment="that the hub signs with"),
    Column("pending", String, comment="subscribe or unsubscribe: asked for, not confirmed"),
    _time("lease_until"),
    _time("next_at", nullable=False, comment="when the hub is asked again"),
    Column("leaving", Boolean, nullable=False, comment="not wanted any more"),
    Column("failures", Integer, nullable=False),
    Column("problem", Text),
    _time("pinged_at"),
    comment="subscriptions at hubs (WebSub)",
)

listed_feeds = Table(
    "listed_feeds",
    metadata,
    Column("list_id", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("feed", Text, nullable=False),
    comment="feeds that reading lists named when they were last read",
)

articles = Table(
    "articles",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("merged_into", _Id, index=True),
)
"""A work that was found to be another one keeps its row, so that its id leads there."""

items = Table(
    "items",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("article_pk", ForeignKey("articles.pk"), nullable=False, index=True),
    Column("source_id", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("rung", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    _time("published"),
    _time("updated"),
    _time("first_seen", nullable=False),
    _time("sort_at", nullable=False),
    _time("changed_at", nullable=False),
    Column("summary_html", Text, nullable=False),
    Column("content_html", Text, nullable=False),
    Column("body", String, nullable=False),
    Column("language", String),
    Column("rights", Text),
    Column("facts", Text, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("removed", String),
    Column("review", String, nullable=False, server_default="new"),
    Column("read_from", String, comment="digest of the element that it was last read from"),
    UniqueConstraint("source_id", "key"),
    Index(
        "items_reviewed",
        "review",
        "sort_at",
        sqlite_where=text("review <> 'new'"),
        postgresql_where=text("review <> 'new'"),
    ),
    Index(
        "items_removed",
        "article_pk",
        sqlite_where=text("removed IS NOT NULL"),
        postgresql_where=text("removed IS NOT NULL"),
    ),
)

tags = Table(
    "tags",
    metadata,
    Column("item_pk", ForeignKey("items.pk", ondelete="CASCADE"), primary_key=True),
    Column("axis", String, primary_key=True),
    Column("slug", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("why", Text, nullable=False),
    _time("sort_at", nullable=False),
    Index("tags_by_feed", "axis", "slug", "sort_at"),
    comment="theme, region, report, author and source of an item: one row a feed it stands in",
)

revisions = Table(
    "revisions",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("item_pk", ForeignKey("items.pk", ondelete="CASCADE"), nullable=False, index=True),
    _time("replaced_at", nullable=False),
    Column("title", Text, nullable=False),
    Column("content_html", Text, nullable=False),
    Column("content_hash", String, nullable=False),
    comment="what an item said before it was edited",
)

signatures = Table(
    "signatures",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("item_pk", _Id, primary_key=True),
    comment="marks of an item's text and pages: what has one in common may be one work",
    sqlite_with_rowid=False,
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", _Id, primary_key=True, autoincrement=False),
    Column("item_pk", _Id, nullable=False),
    comment="other names under which its source may bring an item again",
)

cluster_edits = Table(
    "cluster_edits",
    metadata,
    Column("pk", _Id, primary_key=True),
    _time("at", nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False, comment="join or split"),
    Column("article_pk", _Id, nullable=False, index=True, comment="the work that stayed"),
    Column(
        "other_pk",
        _Id,
        nullable=False,
        index=True,
        comment="the work joined to it or split off",
    ),
    Column("note", Text, nullable=False),
    comment="what editors joined and split; automatic joining obeys it",
)

cluster_orders = Table(
    "cluster_orders",
    metadata,
    Column("pk", _Id, primary_key=True),
    _time("at", nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False, comment="join, split or release"),
    Column("names", JsonOf(tuple[str, ...], ()), nullable=False, comment="what it is about"),
    comment="joins, splits and releases that wait for the one process that writes",
)

reviews = Table(
    "reviews",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("article_id", String, nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("axis", String),
    Column("slug", String),
    Column("actor", String, nullable=False),
    Column("note", Text, nullable=False),
    _time("decided_at", nullable=False),
    Column("applied", Boolean, nullable=False, default=False),
    comment="what editors decided; rows are only ever added, and marked as carried out",
)

stale = Table(
    "stale",
    metadata,
    Column("axis", String, primary_key=True),
    Column("slug", String, primary_key=True),
    comment="feeds whose files may be behind the store; emptied by publishing",
)

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    comment="digests of what the store and the output were made with",
)

takedowns = Table(
    "takedowns",
    metadata,
    Column("number", _Id, primary_key=True),
    Column("by", String, nullable=False),
    Column("target", Text, nullable=False),
    Column("scope", String, nullable=False),
    Column("outputs", Text, nullable=False, comment="ids, one a line; empty: all"),
    _time("until"),
    Column("claimant", Text, nullable=False),
    _time("received_at", nullable=False),
    Column("ground", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("retain", String, nullable=False),
    Column("stub", Boolean, nullable=False),
    _time("recorded_at", nullable=False),
    Column("recorded_by", Text, nullable=False),
    comment="demands that a work goes; append-only",
)

liftings = Table(
    "liftings",
    metadata,
    Column("takedown", ForeignKey("takedowns.number"), primary_key=True),
    _time("lifted_at", nullable=False),
    Column("lifted_by", Text, nullable=False),
    Column("reference", Text, nullable=False),
    comment="the second record that ends a takedown; append-only",
)

takedown_works = Table(
    "takedown_works",
    metadata,
    Column("takedown", ForeignKey("takedowns.number"), primary_key=True),
    Column("article_id", String, primary_key=True, index=True),
    Column("why", Text, nullable=False),
    comment="works that a takedown reaches: found when it came, and when a copy comes in",
)

takedown_texts = Table(
    "takedown_texts",
    metadata,
    Column("takedown", ForeignKey("takedowns.number"), primary_key=True),
    Column("fingerprint", String, primary_key=True),
    comment="what is kept of purged texts, so that no other feed brings them back",
)

picks = Table(
    "picks",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("article_id", String, nullable=False),
    Column("output", String, nullable=False, index=True),
    _time("picked_at", nullable=False),
    Column("picked_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    _time("withdrawn_at"),
    Column("withdrawn_by", Text),
    comment="works that an editor chose for an output",
)

emissions = Table(
    "emissions",
    metadata,
    Column("output", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("form", String, nullable=False),
    _time("first_at", nullable=False),
    _time("last_at", nullable=False),
    _time("changed_at"),
    Column("away", Boolean, nullable=False),
    comment="what an output shows of a work, or last showed",
)

removals = Table(
    "removals",
    metadata,
    Column("output", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    _time("at", primary_key=True),
    Column("comment", Text, nullable=False),
    _time("stub_until"),
    _time("until", nullable=False),
    comment="emitted works that were taken back (RFC 6721), and how long feeds say so",
)

decisions = Table(
    "decisions",
    metadata,
    Column("pk", _Id, primary_key=True),
    Column("output", String, nullable=False),
    Column("article_id", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("form", String, nullable=False),
    Column("grants", Text, nullable=False, comment="ids, one a line"),
    Column("input_digest", String, nullable=False),
    Column("result_digest", String, nullable=False),
    _time("at", nullable=False),
    Column("record", Text, nullable=False),
    Index("decisions_by_work", "output", "article_id"),
    comment="append-only; a row where the inputs or the result are others than before",
)

tasks = Table(
    "tasks",
    metadata,
    Column("number", _Id, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    _time("first_at", nullable=False),
    _time("done_at"),
    Column("done_by", Text),
    UniqueConstraint("kind", "subject"),
    comment="what a person should look at",
)

task_articles = Table(
    "task_articles",
    metadata,
    Column("task", ForeignKey("tasks.number"), primary_key=True),
    Column("article_id", String, primary_key=True),
    _time("added_at", nullable=False),
    comment="works that a task is about; one added after it was done opens it again",
)
