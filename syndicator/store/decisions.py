"""What was decided about each copy for each output, and when it changed.  Edge."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select

from syndicator.store import Transaction
from syndicator.store.rows import in_chunks
from syndicator.store.schema import decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One decision as recorded."""

    output: str
    article_id: str
    source_id: str
    key: str
    form: str
    grants: tuple[str, ...] = ()
    input_digest: str
    result_digest: str
    at: datetime
    record: str
    """JSON: everything that explains the decision."""


def latest_digests(
    tx: Transaction, output: str, article_ids: Iterable[str]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (source id, key) -> (input, result) digest of the newest decisions on the works."""
    columns = (
        decisions.c.source_id,
        decisions.c.key,
        decisions.c.input_digest,
        decisions.c.result_digest,
    )
    query = select(*columns).where(decisions.c.output == output).order_by(decisions.c.pk)
    return {
        (row["source_id"], row["key"]): (row["input_digest"], row["result_digest"])
        for row in in_chunks(tx, query, decisions.c.article_id, article_ids)
    }


def append(tx: Transaction, made: Sequence[Recorded]) -> None:
    """Add decisions; what was decided before stays."""
    if made:
        tx.execute(insert(decisions), [asdict(d) | {"grants": "\n".join(d.grants)} for d in made])


def relying_on_grants(tx: Transaction) -> list[Recorded]:
    """Return the decisions in force that rest on a grant."""
    newest = (
        select(func.max(decisions.c.pk))
        .group_by(decisions.c.output, decisions.c.source_id, decisions.c.key)
        .scalar_subquery()
    )
    query = (
        select(decisions)
        .where(decisions.c.grants != "", decisions.c.pk.in_(newest))
        .order_by(decisions.c.output, decisions.c.article_id)
    )
    return _read(tx.execute(query).mappings())


def history(tx: Transaction, article_id: str) -> list[Recorded]:
    """Return everything that was ever decided about a work, oldest first."""
    query = select(decisions).where(decisions.c.article_id == article_id).order_by(decisions.c.pk)
    return _read(tx.execute(query).mappings())


def _read(rows: Iterable[RowMapping]) -> list[Recorded]:
    found = []
    for row in rows:
        plain = {name: row[name] for name in Recorded.__slots__}
        found.append(Recorded(**plain | {"grants": tuple(row["grants"].split())}))
    return found
