"""What happens to works later: takedowns, picks, what went out, decisions, tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of takedowns, picks, emissions, decisions and tasks."""
    _takedowns()
    _emissions()
    _picks_and_decisions()
    _tasks()


def _takedowns() -> None:
    op.create_table(
        "takedowns",
        sa.Column("number", _ID, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("outputs", sa.Text(), nullable=False, comment="ids, one a line; empty: all"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimant", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("retain", sa.String(), nullable=False),
        sa.Column("stub", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        comment="demands that a work goes; append-only",
    )
    op.create_table(
        "liftings",
        sa.Column("takedown", _ID, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["takedown"], ["takedowns.number"]),
        sa.PrimaryKeyConstraint("takedown"),
        comment="the second record that ends a takedown; append-only",
    )
    op.create_table(
        "takedown_works",
        sa.Column("takedown", _ID, nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["takedown"], ["takedowns.number"]),
        sa.PrimaryKeyConstraint("takedown", "article_id"),
        comment="works that a takedown reaches: found when it came, and when a copy comes in",
    )
    op.create_index(
        op.f("ix_takedown_works_article_id"), "takedown_works", ["article_id"], unique=False
    )
    op.create_table(
        "takedown_texts",
        sa.Column("takedown", _ID, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["takedown"], ["takedowns.number"]),
        sa.PrimaryKeyConstraint("takedown", "fingerprint"),
        comment="what is kept of purged texts, so that no other feed brings them back",
    )


def _emissions() -> None:
    op.create_table(
        "emissions",
        sa.Column("output", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("output", "article_id"),
        comment="what an output shows of a work, or last showed",
    )
    op.create_table(
        "removals",
        sa.Column("output", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("stub_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("output", "article_id", "at"),
        comment="emitted works that were taken back (RFC 6721), and how long feeds say so",
    )


def _picks_and_decisions() -> None:
    op.create_table(
        "picks",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("output", sa.String(), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("picked_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pk"),
        comment="works that an editor chose for an output",
    )
    op.create_index(op.f("ix_picks_output"), "picks", ["output"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("output", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False, comment="ids, one a line"),
        sa.Column("input_digest", sa.String(), nullable=False),
        sa.Column("result_digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        comment="append-only; a row where the inputs or the result are others than before",
    )
    op.create_index("decisions_by_work", "decisions", ["output", "article_id"], unique=False)


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("number", _ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("kind", "subject"),
        comment="what a person should look at",
    )
    op.create_table(
        "task_articles",
        sa.Column("task", _ID, nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.number"]),
        sa.PrimaryKeyConstraint("task", "article_id"),
        comment="works that a task is about; one added after it was done opens it again",
    )
