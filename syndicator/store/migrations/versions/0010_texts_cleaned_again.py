"""Texts that were cleaned by a version that left a browser something to move."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Note which items are to be cleaned again."""
    newest = op.get_bind().execute(sa.text("SELECT max(pk) FROM items")).scalar()
    if newest:
        facts = sa.table("facts", sa.column("name"), sa.column("value"))
        op.execute(facts.insert().values(name="uncleaned_up_to", value=str(newest)))
