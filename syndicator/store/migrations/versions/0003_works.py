"""Marks and aliases of items, works that were joined, and what editors did to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create signatures, aliases and cluster_edits; let a work point to the one it joined."""
    op.create_table(
        "signatures",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("item_pk", _ID, nullable=False),
        sa.PrimaryKeyConstraint("band", "item_pk"),
        comment="marks of an item's text and pages: what has one in common may be one work",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "aliases",
        sa.Column("alias", _ID, autoincrement=False, nullable=False),
        sa.Column("item_pk", _ID, nullable=False),
        sa.PrimaryKeyConstraint("alias"),
        comment="other names under which its source may bring an item again",
    )
    op.create_table(
        "cluster_edits",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False, comment="join or split"),
        sa.Column("article_pk", _ID, nullable=False, comment="the work that stayed"),
        sa.Column("other_pk", _ID, nullable=False, comment="the work joined to it or split off"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        comment="what editors joined and split; automatic joining obeys it",
    )
    op.create_index("ix_cluster_edits_article_pk", "cluster_edits", ["article_pk"])
    op.create_index("ix_cluster_edits_other_pk", "cluster_edits", ["other_pk"])
    op.add_column("articles", sa.Column("merged_into", _ID, nullable=True))
    op.create_index("ix_articles_merged_into", "articles", ["merged_into"])
