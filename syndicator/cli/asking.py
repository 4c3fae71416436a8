"""Which copies, in which outputs, does a command ask about?  Edge."""

from collections.abc import Sequence
from datetime import datetime

import click

from syndicator.errors import NotFound
from syndicator.model.entries import Entry
from syndicator.model.settings import Output
from syndicator.pipeline.context import Context, ids_for
from syndicator.pipeline.output import dressed_for
from syndicator.store import Transaction, queries, reading

NOTHING = "nothing in the store matches"


def asked_about(
    ctx: Context, tx: Transaction, article: str, only: str | None, now: datetime
) -> list[tuple[Entry, list[tuple[Output, Entry]]]]:
    """Return each copy that *article* names, with what each output would decide on.

    Args:
        ctx: the configuration.
        tx: a reading transaction.
        article: an id, an address, part of a title.
        only: id of the only output to ask about; None: all.
        now: aware; takedowns and picks are those in force then.

    Raises:
        NotFound: the store has no such article.
        click.UsageError: there is no such output.
    """
    chosen = _chosen_outputs(ctx.config.outputs, only)
    found = [
        (entry, [(o, copy) for o, copy in dressed_for(ctx, tx, entry, now) if o in chosen])
        for entry in queries.find(tx, article, ids=ids_for(ctx, article))
    ]
    if not found:
        raise NotFound(article, NOTHING)
    return found


def one_work(ctx: Context, article: str) -> tuple[str, str]:
    """Return our id and the title of the one work that *article* names.

    Raises:
        NotFound: it names none, or several.
    """
    with reading(ctx.engine) as tx:
        copies = queries.find(tx, article, ids=ids_for(ctx, article))
    works = {copy.article_id: copy.title for copy in copies}
    if not works:
        raise NotFound(article, NOTHING)
    if len(works) > 1:
        listed = "".join(f"\n  {work}  {title}" for work, title in works.items())
        raise NotFound(article, f"names {len(works)} articles; say which, by id or address{listed}")
    return next(iter(works.items()))


def known_output(ctx: Context, output: str) -> str:
    """Return *output* where it is configured.

    Raises:
        click.UsageError: it is not.
    """
    return _chosen_outputs(ctx.config.outputs, output)[0].id


def _chosen_outputs(outputs: Sequence[Output], only: str | None) -> list[Output]:
    chosen = [output for output in outputs if only in {None, output.id}]
    if not chosen:
        known = ", ".join(output.id for output in outputs)
        raise click.UsageError(f"no output {only!r}; configured are: {known}")
    return chosen
