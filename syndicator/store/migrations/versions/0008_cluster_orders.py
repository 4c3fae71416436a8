"""Orders of editors that wait for the process that writes; items from before there were marks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create cluster_orders; note which items may have no marks by which copies are found."""
    op.create_table(
        "cluster_orders",
        sa.Column("pk", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False, comment="join, split or release"),
        sa.Column("names", sa.Text(), nullable=False, comment="what it is about"),
        sa.PrimaryKeyConstraint("pk"),
        comment="joins, splits and releases that wait for the one process that writes",
    )
    newest = op.get_bind().execute(sa.text("SELECT max(pk) FROM items")).scalar()
    if newest:
        facts = sa.table("facts", sa.column("name"), sa.column("value"))
        op.execute(facts.insert().values(name="unmarked_up_to", value=str(newest)))
