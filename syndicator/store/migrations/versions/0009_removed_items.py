"""The few items that are gone are found without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Index the works whose items were removed."""
    op.create_index(
        "items_removed",
        "items",
        ["article_pk"],
        sqlite_where=sa.text("removed IS NOT NULL"),
        postgresql_where=sa.text("removed IS NOT NULL"),
    )
