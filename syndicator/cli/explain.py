"""``syndicator explain``: why an article is shown as it is, output by output."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from syndicator.cli.asking import asked_about
from syndicator.cli.health import explain_source
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.cli.telling import decision_lines, told
from syndicator.model.entries import Entry
from syndicator.model.rights import RightsRules
from syndicator.model.settings import Output
from syndicator.pipeline.orders import rules_of
from syndicator.rights import Remedy, Trace, remedies, trace
from syndicator.store import reading
from syndicator.timestamps import rfc3339

Decided = tuple[Output, Trace, tuple[Remedy, ...]]
"""What one output shows of a copy, the way to it, and what would open more."""


@main.command()
@click.argument("article", required=False)
@CONFIG
@click.option("--source", "source_id", metavar="ID", help="Instead: the health of this source.")
@click.option("--output", "only", metavar="ID", help="Only this output.")
@JSON
def explain(
    article: str | None,
    directory: Path,
    source_id: str | None,
    only: str | None,
    *,
    as_json: bool,
) -> None:
    """Show chain, themes, form, duties and reasons of ARTICLE: an id, an address, part of a title."""
    if source_id is not None:
        explain_source(source_id, directory, as_json=as_json)
        return
    if article is None:
        raise click.UsageError("name an article, or a source with --source ID")
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        rules = rules_of(ctx, tx)
        found = [
            (entry, [_decided(output, copy, rules, now) for output, copy in copies])
            for entry, copies in asked_about(ctx, tx, article, only, now)
        ]
    if as_json:
        print_json([_document(*pair) for pair in found])
        return
    click.echo("\n\n".join("\n".join(_lines(*pair)) for pair in found))


def _decided(output: Output, copy: Entry, rules: RightsRules, now: datetime) -> Decided:
    return output, trace(copy, output, rules, now), remedies(copy, output, rules, now)


def _lines(entry: Entry, decided: Sequence[Decided]) -> Iterator[str]:
    yield entry.title or "(no title)"
    yield f"  id        {entry.article_id}"
    yield f"  address   {entry.url or 'not known'}"
    yield f"  taken     from {entry.source_id}, first seen {rfc3339(entry.first_seen)}"
    if entry.removed:
        yield f"  removed   {entry.removed}"
    if entry.review != "new":
        yield f"  review    {entry.review}"
    for tag in entry.tags:
        yield f"  {tag.axis:9} {tag.title}: {tag.why}"
    for statement in entry.statements:
        yield f"  statement {statement.scheme} = {statement.value[:200]} ({statement.scope})"
    for evidence in entry.evidence:
        where = f" at {evidence.url}" if evidence.url else ""
        yield (
            f"  evidence  {evidence.fact} = {evidence.value}{where}"
            f" ({evidence.where}, {evidence.rule or 'stated'}, {evidence.confidence:.2f})"
        )
        if evidence.text:
            yield f"            “{evidence.text}”"
    for decision in decided:
        yield from decision_lines(*decision)


def _document(entry: Entry, decided: Sequence[Decided]) -> dict[str, object]:
    return {
        "id": entry.article_id,
        "title": entry.title,
        "url": entry.url,
        "source": entry.source_id,
        "first_seen": rfc3339(entry.first_seen),
        "removed": entry.removed,
        "review": entry.review,
        "language": entry.language,
        "tags": [{"axis": t.axis, "slug": t.slug, "why": t.why} for t in entry.tags],
        "statements": [
            {"scheme": s.scheme, "value": s.value, "scope": s.scope} for s in entry.statements
        ],
        "evidence": [
            {
                "fact": e.fact,
                "value": e.value,
                "url": e.url,
                "where": e.where,
                "rule": e.rule,
                "confidence": e.confidence,
                "text": e.text,
            }
            for e in entry.evidence
        ],
        "outputs": [told(*decision) for decision in decided],
    }
