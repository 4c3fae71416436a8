"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create sources, articles, items, tags, revisions, stale and facts."""
    _sources()
    _items()
    _revisions_and_tags()
    _notes()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column(
            "validators_url",
            sa.Text(),
            nullable=True,
            comment="the address that gave etag and last_modified",
        ),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column(
            "reader",
            sa.String(),
            nullable=True,
            comment="version of the reader that made the items",
        ),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("feed_id", sa.Text(), nullable=True),
        sa.Column("html_url", sa.Text(), nullable=True),
        sa.Column("rights", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=True, comment="outcome of the last attempt"),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("access_denied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sources_next_check_at"), "sources", ["next_check_at"], unique=False)


def _items() -> None:
    op.create_table(
        "articles",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "items",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("article_pk", _ID, nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary_html", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("rights", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("removed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_pk"],
            ["articles.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("source_id", "key"),
    )
    op.create_index(op.f("ix_items_article_pk"), "items", ["article_pk"], unique=False)


def _revisions_and_tags() -> None:
    op.create_table(
        "revisions",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("item_pk", _ID, nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_pk"], ["items.pk"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pk"),
        comment="what an item said before it was edited",
    )
    op.create_index(op.f("ix_revisions_item_pk"), "revisions", ["item_pk"], unique=False)
    op.create_table(
        "tags",
        sa.Column("item_pk", _ID, nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_pk"], ["items.pk"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_pk", "axis", "slug"),
        comment="theme, region, report, author and source of an item: one row a feed it stands in",
    )
    op.create_index("tags_by_feed", "tags", ["axis", "slug", "sort_at"], unique=False)


def _notes() -> None:
    op.create_table(
        "stale",
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("axis", "slug"),
        comment="feeds whose files may be behind the store; emptied by publishing",
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="digests of what the store and the output were made with",
    )
