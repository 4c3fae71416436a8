"""``syndicator explain``: why an article is shown as it is, output by output."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened
from syndicator.model.entries import Entry
from syndicator.model.rights import Decision
from syndicator.model.settings import Output
from syndicator.pipeline.context import ids_for
from syndicator.pipeline.output import decisions_for
from syndicator.rights.reasons import explain_reason
from syndicator.store import queries, reading
from syndicator.timestamps import rfc3339


@main.command()
@click.argument("article")
@CONFIG
@click.option("--output", "only", metavar="ID", help="Only this output.")
@JSON
def explain(article: str, directory: Path, only: str | None, *, as_json: bool) -> None:
    """Show chain, themes, form, duties and reasons of ARTICLE: an id, an address, part of a title."""
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        if only is not None and only not in {o.id for o in ctx.config.outputs}:
            known = ", ".join(o.id for o in ctx.config.outputs)
            raise click.UsageError(f"no output {only!r}; configured are: {known}")
        found = [
            (entry, [(o, d) for o, d in decisions_for(ctx, tx, entry, now) if only in {None, o.id}])
            for entry in queries.find(tx, article, ids=ids_for(ctx, article))
        ]
    if not found:
        click.echo(f"syndicator: nothing in the store matches {article!r}", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([_document(*pair) for pair in found], indent=2, ensure_ascii=False))
        return
    click.echo("\n\n".join("\n".join(_lines(*pair)) for pair in found))


def _lines(entry: Entry, decided: list[tuple[Output, Decision]]) -> Iterator[str]:
    yield entry.title or "(no title)"
    yield f"  id        {entry.article_id}"
    yield f"  address   {entry.url or 'not known'}"
    yield f"  taken     from {entry.source_id}, first seen {rfc3339(entry.first_seen)}"
    if entry.removed:
        yield f"  removed   {entry.removed}"
    for tag in entry.tags:
        yield f"  {tag.axis:9} {tag.title}: {tag.why}"
    for evidence in entry.evidence:
        where = f" at {evidence.url}" if evidence.url else ""
        yield (
            f"  evidence  {evidence.fact} = {evidence.value}{where}"
            f" ({evidence.where}, {evidence.confidence:.2f})"
        )
    for output, decision in decided:
        yield from _decision_lines(output, decision)


def _decision_lines(output: Output, decision: Decision) -> Iterator[str]:
    yield f"  in output “{output.id}” ({output.channel}, {output.audience}): {decision.form}"
    for hop in decision.chain:
        yield f"    {hop.role:8} {hop.name}  {hop.url or 'address not known'}"
    for reason in decision.reasons:
        lost = f" [{reason.form}]" if reason.form else ""
        yield f"    {reason.code}{lost}: {explain_reason(reason)}"
    if decision.duties:
        yield f"    owed: {', '.join(decision.duties)}"
    if decision.recheck_at:
        yield f"    to be decided again at {rfc3339(decision.recheck_at)}"


def _document(entry: Entry, decided: list[tuple[Output, Decision]]) -> dict[str, object]:
    return {
        "id": entry.article_id,
        "title": entry.title,
        "url": entry.url,
        "source": entry.source_id,
        "first_seen": rfc3339(entry.first_seen),
        "removed": entry.removed,
        "tags": [{"axis": t.axis, "slug": t.slug, "why": t.why} for t in entry.tags],
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
        "outputs": [_decided(output, decision) for output, decision in decided],
    }


def _decided(output: Output, decision: Decision) -> dict[str, object]:
    return {
        "output": output.id,
        "form": str(decision.form),
        "duties": list(decision.duties),
        "chain": [
            {"party": h.party, "name": h.name, "role": h.role, "url": h.url} for h in decision.chain
        ],
        "reasons": [
            {
                "code": r.code,
                "hop": r.hop,
                "form": str(r.form) if r.form else None,
                "text": explain_reason(r),
            }
            for r in decision.reasons
        ],
        "policies": dict(decision.policies),
        "grants": list(decision.grants),
        "recheck_at": rfc3339(decision.recheck_at) if decision.recheck_at else None,
    }
