"""What a person should look at.  Edge.

A task is about works.  It is open while one of them was added after it was last done, so
that a new article of an undescribed party opens its task again and an old one does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update

from syndicator.model.flows import Task
from syndicator.store import Transaction
from syndicator.store.rows import in_chunks
from syndicator.store.schema import task_articles, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One work that gives cause for a task."""

    kind: str
    subject: str
    article_id: str
    evidence: str = ""


def open_tasks(tx: Transaction, causes: Iterable[Cause], *, now: datetime) -> None:
    """Note *causes*: one task for each kind and subject, whatever the number of works."""
    wanted = {(c.kind, c.subject, c.article_id): c for c in causes}
    if not wanted:
        return
    numbers = _numbers(tx, {subject for _, subject, _ in wanted})
    missing = {
        (c.kind, c.subject): c for c in wanted.values() if (c.kind, c.subject) not in numbers
    }
    if missing:
        rows = [
            {"kind": c.kind, "subject": c.subject, "evidence": c.evidence, "first_at": now}
            for c in missing.values()
        ]
        tx.execute(insert(tasks), rows)
        numbers |= _numbers(tx, {c.subject for c in missing.values()})
    pairs = {(numbers[kind, subject], article) for kind, subject, article in wanted}
    new = sorted(pairs - _pairs(tx, {number for number, _ in pairs}))
    if new:
        rows = [{"task": number, "article_id": i, "added_at": now} for number, i in new]
        tx.execute(insert(task_articles), rows)


def all_tasks(tx: Transaction) -> list[Task]:
    """Return every task, the open ones with how many works they are about."""
    fresh = or_(tasks.c.done_at.is_(None), task_articles.c.added_at > tasks.c.done_at)
    query = (
        select(tasks, func.count(task_articles.c.article_id).label("articles"))
        .outerjoin(task_articles, and_(task_articles.c.task == tasks.c.number, fresh))
        .group_by(*tasks.c)
        .order_by(tasks.c.kind, func.count(task_articles.c.article_id).desc(), tasks.c.subject)
    )
    return [Task(**row) for row in tx.execute(query).mappings()]


def done(tx: Transaction, number: int, *, by: str, at: datetime) -> bool:
    """Note that a task was done; False where there is none with that number."""
    query = update(tasks).where(tasks.c.number == number).values(done_at=at, done_by=by)
    return tx.execute(query).rowcount > 0


def articles_of(tx: Transaction, number: int) -> list[str]:
    """Return our ids of the works that a task is about."""
    query = select(task_articles.c.article_id).where(task_articles.c.task == number)
    return sorted(row.article_id for row in tx.execute(query))


def _numbers(tx: Transaction, subjects: Iterable[str]) -> dict[tuple[str, str], int]:
    query = select(tasks.c.number, tasks.c.kind, tasks.c.subject)
    rows = in_chunks(tx, query, tasks.c.subject, subjects)
    return {(row["kind"], row["subject"]): row["number"] for row in rows}


def _pairs(tx: Transaction, numbers: Iterable[int]) -> set[tuple[int, str]]:
    query = select(task_articles.c.task, task_articles.c.article_id)
    rows = in_chunks(tx, query, task_articles.c.task, numbers)
    return {(row["task"], row["article_id"]) for row in rows}
