"""What is remembered of a source: plans, moves, hints, holds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; what is known of no source yet is empty."""
    for column in (*_plans(), *_moves(), *_publisher()):
        op.add_column("sources", column)


def _plans() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("due_why", sa.Text(), comment="whose wish decided next_check_at"),
        sa.Column("stopped", sa.Text(), comment="why it is not visited any more"),
        sa.Column("setup", sa.String(), comment="digest of how the configuration has it fetched"),
        sa.Column(
            "validators_at",
            sa.DateTime(timezone=True),
            comment="of the last answer with a validator",
        ),
        sa.Column(
            "unconditional_at",
            sa.DateTime(timezone=True),
            comment="when the document was last asked for in any case",
        ),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("gone_at", sa.DateTime(timezone=True), comment="of the first 410 in a row"),
        sa.Column("penalty_key", sa.String(), comment="what its last 429 or 503 puts on hold"),
        sa.Column("penalty_until", sa.DateTime(timezone=True)),
    )


def _moves() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("host", sa.String(), comment="that gave the last answer which was believed"),
        sa.Column(
            "address", sa.Text(), comment="where the feed moved to for good; used instead of feed"
        ),
        sa.Column("moved_to", sa.Text(), comment="where permanent redirects lead, not yet proven"),
        sa.Column("moved_days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column(
            "moved_on",
            sa.DateTime(timezone=True),
            comment="last day that counted towards moved_days",
        ),
        sa.Column("moves", sa.Text(), comment="where the document was found"),
        sa.Column("held", sa.Text(), comment="why its new content waits for the operator"),
    )


def _publisher() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("language", sa.String()),
        sa.Column("hints", sa.Text(), comment="ttl, sy:, skipHours, skipDays"),
        sa.Column("posts", sa.Text(), comment="when it last published"),
    )
