"""What a person should look at.  Edge.

A task is about works.  It is open while one of them was added after it was last done, so
that a new article of an undescribed party opens its task again and an old one does not.

A work is written down under the id that it had.  Where it was joined to another one since, the
task is about the joint work; a part that is split off again takes its tasks along, and what was
done while it was a part.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update

from syndicator.model.flows import Task
from syndicator.store import Transaction
from syndicator.store.rows import in_chunks
from syndicator.store.schema import task_articles, tasks
from syndicator.store.works import family, id_now


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
    numbers |= _under_other_ids(tx, [c for c in wanted.values() if _key(c) not in numbers])
    missing = {_key(c): c for c in wanted.values() if _key(c) not in numbers}
    if missing:
        rows = [
            {"kind": c.kind, "subject": c.subject, "evidence": c.evidence, "first_at": now}
            for c in missing.values()
        ]
        tx.execute(insert(tasks), rows)
        numbers |= _numbers(tx, {c.subject for c in missing.values()})
    pairs = {(numbers[kind, subject], article) for kind, subject, article in wanted}
    known = _pairs(tx, {number for number, _ in pairs})
    new = sorted(pairs - known)
    ids = family(tx, (article for _, article in new))
    rows = [
        {"task": number, "article_id": article, "added_at": now}
        for number, article in new
        # A part of it is known: the work is no further one.
        if known.isdisjoint((number, part) for part in ids[article])
    ]
    if rows:
        tx.execute(insert(task_articles), rows)


def all_tasks(tx: Transaction) -> list[Task]:
    """Return every task, the open ones with how many works they are about."""
    fresh = or_(tasks.c.done_at.is_(None), task_articles.c.added_at > tasks.c.done_at)
    columns = (c for c in tasks.c if c is not tasks.c.subject)
    subject = id_now(tasks.c.subject).label("subject")
    works = func.count(id_now(task_articles.c.article_id).distinct())
    query = (
        select(*columns, subject, works.label("articles"))
        .outerjoin(task_articles, and_(task_articles.c.task == tasks.c.number, fresh))
        .group_by(*tasks.c)
        .order_by(tasks.c.kind, works.desc(), subject, tasks.c.number)
    )
    return [Task(**row) for row in tx.execute(query).mappings()]


def done(tx: Transaction, number: int, *, by: str, at: datetime) -> bool:
    """Note that a task was done; False where there is none with that number."""
    query = update(tasks).where(tasks.c.number == number).values(done_at=at, done_by=by)
    if not tx.execute(query).rowcount:
        return False
    # Done for the whole of a joint work: a part that is split off does not open it again.
    known = {article for _, article in _pairs(tx, [number])}
    parts = {part for ids in family(tx, known).values() for part in ids}
    rows = [{"task": number, "article_id": i, "added_at": at} for i in sorted(parts - known)]
    if rows:
        tx.execute(insert(task_articles), rows)
    return True


def articles_of(tx: Transaction, number: int) -> list[str]:
    """Return our ids of the works that a task is about."""
    query = select(id_now(task_articles.c.article_id).label("id"))
    return sorted(set(tx.scalars(query.where(task_articles.c.task == number))))


def take_along(tx: Transaction, source: str, target: str) -> None:
    """Let the work *target*, a copy that had no id of its own, have the tasks of *source*."""
    query = select(task_articles).where(task_articles.c.article_id == source)
    rows = [dict(row) | {"article_id": target} for row in tx.execute(query).mappings()]
    if rows:
        tx.execute(insert(task_articles), rows)


def _key(cause: Cause) -> tuple[str, str]:
    return cause.kind, cause.subject


def _under_other_ids(tx: Transaction, causes: Iterable[Cause]) -> dict[tuple[str, str], int]:
    """Return the tasks on single works that were opened while these went by another id."""
    single = [_key(cause) for cause in causes if cause.subject == cause.article_id]
    ids = family(tx, (work for _, work in single))
    query = (
        select(tasks.c.kind, task_articles.c.article_id, func.min(tasks.c.number).label("number"))
        .join(task_articles, task_articles.c.task == tasks.c.number)
        .group_by(tasks.c.kind, task_articles.c.article_id)
    )
    parts = [part for members in ids.values() for part in members]
    about = {
        (row["kind"], row["article_id"]): row["number"]
        for row in in_chunks(tx, query, task_articles.c.article_id, parts)
    }
    return {
        (kind, work): min(numbers)
        for kind, work in single
        if (numbers := [about[kind, part] for part in ids[work] if (kind, part) in about])
    }


def _numbers(tx: Transaction, subjects: Iterable[str]) -> dict[tuple[str, str], int]:
    query = select(tasks.c.number, tasks.c.kind, tasks.c.subject)
    rows = in_chunks(tx, query, tasks.c.subject, subjects)
    return {(row["kind"], row["subject"]): row["number"] for row in rows}


def _pairs(tx: Transaction, numbers: Iterable[int]) -> set[tuple[int, str]]:
    query = select(task_articles.c.task, task_articles.c.article_id)
    rows = in_chunks(tx, query, task_articles.c.task, numbers)
    return {(row["task"], row["article_id"]) for row in rows}
