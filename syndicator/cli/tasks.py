"""``syndicator tasks``: what a person should look at."""

from pathlib import Path

import click

from syndicator.cli.flows import BY, DRY_RUN
from syndicator.cli.root import (
    CONFIG,
    JSON,
    clock,
    idle_told,
    left_told,
    main,
    opened,
    print_json,
)
from syndicator.errors import SyndicatorError
from syndicator.model.flows import Task
from syndicator.store import reading, transaction
from syndicator.store import tasks as stored
from syndicator.timestamps import rfc3339

WORDS = {
    "describe": "describe the party “{subject}”",
    "conflict": "say where {subject} was published first",
    "disagree": "find out whose texts they are that {subject} carry under different terms",
    "embargo": "say when the embargo on {subject} ends (an override with embargo_until)",
    "notify": "tell {subject} what was republished",
    "terms": "look at changed words on rights: {subject}",
    "resembles": "look at what holds much of the text of {subject}, and take it down too if need be",
    "retraction": "decide about {subject}, which its publisher took back",
}
"""What each kind asks for."""
UNNUMBERED = {
    "override": "correct an override or take it out",
    "directory": "clear a directory that is not published into any more",
}
"""The same of what is no task of the store, and is done once it is found no more."""


@main.group(invoke_without_command=True)
@CONFIG
@click.option("--all", "everything", is_flag=True, help="Those that are done too.")
@JSON
@click.pass_context
def tasks(context: click.Context, directory: Path, *, everything: bool, as_json: bool) -> None:
    """List what a person should look at, with the evidence and the number of articles."""
    if context.invoked_subcommand is not None:
        return
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        found = [t for t in stored.all_tasks(tx) if everything or t.articles]
        rows = [_row(task, stored.articles_of(tx, task.number)) for task in found]
        more = [("override", line) for line in idle_told(ctx, directory)]
        more += [("directory", line) for line in left_told(ctx)]
    if as_json:
        rows += [{"kind": kind, "evidence": line, "open": True} for kind, line in more]
        print_json(rows)
        return
    if not found and not more:
        click.echo("nothing to do", err=True)
    for task in found:
        count = f"{task.articles} article{'s' * (task.articles != 1)}" if task.articles else "done"
        asked = WORDS[task.kind].replace("{subject}", task.subject)
        click.echo(f"{task.number:>4}  {asked} ({count})\n      {task.evidence}")
    for kind, line in more:
        click.echo(f"   -  {UNNUMBERED[kind]}\n      {line}")


@tasks.command()
@click.argument("number", type=int)
@CONFIG
@BY
@DRY_RUN
def done(number: int, directory: Path, by: str, *, dry_run: bool) -> None:
    """Note that task NUMBER is done; another article of its kind opens it again."""
    with opened(directory) as ctx:
        with reading(ctx.engine) as tx:
            known = {task.number: task for task in stored.all_tasks(tx)}
        if number not in known:
            raise SyndicatorError(f"there is no task {number}")
        click.echo(WORDS[known[number].kind].replace("{subject}", known[number].subject))
        if dry_run:
            return
        with transaction(ctx.engine) as tx:
            stored.done(tx, number, by=by, at=clock())


def _row(task: Task, articles: list[str]) -> dict[str, object]:
    return {
        "number": task.number,
        "kind": task.kind,
        "subject": task.subject,
        "evidence": task.evidence,
        "open": task.articles > 0,
        "count": task.articles,
        "articles": articles,
        "since": rfc3339(task.first_at),
        "done": {"at": rfc3339(task.done_at), "by": task.done_by} if task.done_at else None,
    }
