"""Everything that waits for an editor, in one list, each with what decides it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.flows import Task
from syndicator.pipeline.context import Context
from syndicator.pipeline.recognise import QUARANTINED
from syndicator.store import Transaction, reviews, sources, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that an editor should decide."""

    state: str
    """held, quarantined (an article); held source; task."""
    title: str
    decide: str
    """The command, or the place in the configuration."""
    date: datetime | None
    source: str | None = None
    id: str | None = None
    url: str | None = None


def waiting(ctx: Context, tx: Transaction, *, limit: int) -> list[Waiting]:
    """Return what waits: articles, newest first (*limit* of each kind), then sources and tasks."""
    return [*_held(tx, limit), *_quarantined(tx, limit), *_sources(ctx, tx), *_tasks(tx)]


def _held(tx: Transaction, limit: int) -> Iterator[Waiting]:
    found = reviews.in_state(tx, "held", limit=limit)
    decided = reviews.states(tx, (entry.article_id for entry in found))
    # What was decided a moment ago may wait for the daemon; it is no open question any more.
    for entry in found:
        if decided.get(entry.article_id, "held") == "held":
            yield _article(entry, "held", f"syndicator review approve {entry.article_id}")


def _quarantined(tx: Transaction, limit: int) -> Iterator[Waiting]:
    found = reviews.kept_back(tx, QUARANTINED, limit=limit)
    decided = reviews.states(tx, (entry.article_id for entry in found))
    for entry in found:
        if decided.get(entry.article_id, "held") == "held":
            release = f"syndicator cluster release {entry.source_id}"
            yield _article(entry, "quarantined", release)


def _article(entry: Entry, state: str, decide: str) -> Waiting:
    return Waiting(
        state=state,
        title=entry.title,
        decide=decide,
        date=entry.sort_at,
        source=entry.source_id,
        id=entry.article_id,
        url=entry.url,
    )


def _sources(ctx: Context, tx: Transaction) -> Iterator[Waiting]:
    states = sources.source_states(tx)
    for state in (states[source.id] for source in ctx.config.sources if source.id in states):
        if state.held:
            yield Waiting(
                state="held source",
                title=state.held,
                decide=f"syndicator sources resume {state.id}",
                date=state.checked_at,
                source=state.id,
            )


def _tasks(tx: Transaction) -> Iterator[Waiting]:
    for task in tasks.all_tasks(tx):
        if task.articles:
            yield Waiting(
                state="task",
                title=_asked(task),
                decide=f"syndicator tasks done {task.number}",
                date=task.first_at,
            )


def _asked(task: Task) -> str:
    return f"{task.kind} {task.subject}: {task.evidence}"
