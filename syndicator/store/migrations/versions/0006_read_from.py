"""What an item was read from: it is not read again while that stays the same."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the digest; the next change of a document fills it in."""
    op.add_column(
        "items",
        sa.Column(
            "read_from",
            sa.String(),
            nullable=True,
            comment="digest of the element that it was last read from",
        ),
    )
