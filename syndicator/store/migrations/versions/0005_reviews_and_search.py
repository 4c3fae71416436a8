"""Editors' decisions, and the words by which entries are found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the state of an item, the table of reviews, and the index of words."""
    op.add_column("items", sa.Column("review", sa.String(), nullable=False, server_default="new"))
    only = sa.text("review <> 'new'")
    op.create_index(
        "items_reviewed", "items", ["review", "sort_at"], sqlite_where=only, postgresql_where=only
    )
    op.create_table(
        "reviews",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("axis", sa.String(), nullable=True),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        comment="what editors decided; rows are only ever added, and marked as carried out",
    )
    op.create_index(op.f("ix_reviews_article_id"), "reviews", ["article_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _search_on_sqlite()
    else:
        _search_on_postgresql()


def _search_on_sqlite() -> None:
    # The words are made by us (syndicator.query): the tokenizer only has to split at spaces.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5("
        "title, text, tokenize = 'unicode61 remove_diacritics 0')"
    )
    op.execute(
        "CREATE TRIGGER search_follows_items AFTER DELETE ON items "
        "BEGIN DELETE FROM search WHERE rowid = old.pk; END"
    )


def _search_on_postgresql() -> None:
    op.execute(
        "CREATE TABLE search ("
        "item_pk bigint PRIMARY KEY REFERENCES items (pk) ON DELETE CASCADE, "
        "words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX search_words ON search USING gin (words)")
