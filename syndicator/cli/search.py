"""``syndicator search``: stored articles by their words."""

from pathlib import Path
from typing import get_args

import click

from syndicator.cli.root import CONFIG, JSON, main, opened, print_json
from syndicator.model.entries import Entry
from syndicator.query import Query, QueryMistake, parse_query
from syndicator.store import reading
from syndicator.store import search as searching
from syndicator.store.search import Order
from syndicator.timestamps import rfc3339


@main.command()
@click.argument("query")
@CONFIG
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Articles."
)
@click.option(
    "--by",
    type=click.Choice(get_args(Order)),
    default="relevance",
    show_default=True,
    help="What comes first: what speaks most of it, or what is newest.",
)
@JSON
def search(query: str, directory: Path, limit: int, by: Order, *, as_json: bool) -> None:
    """Find articles by title and text.

    In QUERY all words must stand: flood river, "river bank", flood OR storm, flood -sport, libr*.
    """
    asked = _parsed(query)
    with opened(directory) as ctx:
        searching.catch_up(ctx.engine)
        with reading(ctx.engine) as tx:
            found = searching.find(tx, asked, limit=limit, by=by)
    if as_json:
        print_json([_document(e) for e in found])
        return
    for entry in found:
        state = "" if entry.review == "new" else f" [{entry.review}]"
        title = entry.title or "(no title)"
        click.echo(
            f"{entry.sort_at:%Y-%m-%d}  {entry.source_id}  {title}{state}  {entry.url or ''}"
        )
    if not found:
        click.echo("nothing found", err=True)


def _parsed(query: str) -> Query:
    try:
        return parse_query(query)
    except QueryMistake as mistake:
        raise click.UsageError(str(mistake)) from mistake


def _document(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.article_id,
        "title": entry.title,
        "url": entry.url,
        "source": entry.source_id,
        "date": rfc3339(entry.sort_at),
        "language": entry.language,
        "review": entry.review,
        "tags": [{"axis": t.axis, "slug": t.slug} for t in entry.tags],
    }
