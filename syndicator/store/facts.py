"""Single facts about the store: its id, and what it and the output were made with.  Edge."""

from sqlalchemy import delete, insert, select

from syndicator.store import Transaction
from syndicator.store.schema import facts


def fact(tx: Transaction, name: str) -> str | None:
    """Return the fact *name*, None where it was never set."""
    found: str | None = tx.scalar(select(facts.c.value).where(facts.c.name == name))
    return found


def set_fact(tx: Transaction, name: str, value: str) -> None:
    """Store the fact *name*."""
    tx.execute(delete(facts).where(facts.c.name == name))
    tx.execute(insert(facts).values(name=name, value=value))
