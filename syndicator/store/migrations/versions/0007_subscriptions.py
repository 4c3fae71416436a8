"""Subscriptions at hubs (WebSub), and the feeds that reading lists name."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables and the columns; no hub and no list is known yet."""
    for column in _columns():
        op.add_column("sources", column)
    op.create_table(
        "subscriptions",
        sa.Column("token", sa.String(), nullable=False, comment="end of the callback; a secret"),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False, comment="of the callback"),
        sa.Column("secret", sa.String(), nullable=True, comment="that the hub signs with"),
        sa.Column(
            "pending",
            sa.String(),
            nullable=True,
            comment="subscribe or unsubscribe: asked for, not confirmed",
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the hub is asked again",
        ),
        sa.Column("leaving", sa.Boolean(), nullable=False, comment="not wanted any more"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("pinged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token"),
        comment="subscriptions at hubs (WebSub)",
    )
    op.create_index(op.f("ix_subscriptions_source_id"), "subscriptions", ["source_id"])
    op.create_table(
        "listed_feeds",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "position"),
        comment="feeds that reading lists named when they were last read",
    )


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("hub", sa.Text(), comment="that the feed names (WebSub)"),
        sa.Column("topic", sa.Text(), comment="address by which the hub knows the feed"),
        sa.Column(
            "ping_answered_at",
            sa.DateTime(timezone=True),
            comment="of the newest ping that a visit answered",
        ),
        sa.Column(
            "idle_pings",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="pings in a row that brought nothing",
        ),
        sa.Column(
            "pushes_work",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="news came by ping, and none without one since",
        ),
        sa.Column(
            "poll_at",
            sa.DateTime(timezone=True),
            comment="when it would be visited next if no hub told of news",
        ),
    )
