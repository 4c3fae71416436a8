"""``syndicator grants``: every recorded permission, what rests on it, what ends soon."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.model.rights import Grant
from syndicator.rights.conditions import term_of
from syndicator.store import decisions, reading
from syndicator.timestamps import rfc3339

SOON = timedelta(days=30)


@main.command()
@CONFIG
@JSON
def grants(directory: Path, *, as_json: bool) -> None:
    """List every grant, the articles that rely on it, and whether it ends within 30 days."""
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        relying = decisions.relying_on_grants(tx)
        rows = [
            _row(grant, [(d.output, d.article_id) for d in relying if grant.id in d.grants], now)
            for grant in ctx.config.grants
        ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("no grant is recorded", err=True)
    for row in rows:
        soon = ", ends soon" if row["ends_soon"] else ""
        click.echo(
            f"{row['id']}  {row['grantor']}: {row['state']}{soon}, until {row['until']};"
            f" {row['articles']} articles rely on it ({row['reference']})"
        )


def _row(grant: Grant, relying: list[tuple[str, str]], now: datetime) -> dict[str, object]:
    starts, ends, revoked = term_of(grant)
    if revoked and revoked <= now:
        state = "revoked"
    elif ends and ends <= now:
        state = "ended"
    else:
        state = "in force" if starts <= now else "not yet in force"
    last = min((m for m in (ends, revoked) if m), default=None)
    return {
        "id": grant.id,
        "grantor": grant.grantor,
        "basis": grant.basis,
        "reference": grant.reference,
        "from": str(grant.starts),
        "until": str(grant.until),
        "revoked": str(grant.revoked) if grant.revoked else None,
        "state": state,
        "ends": rfc3339(last) if last else None,
        "ends_soon": state == "in force" and last is not None and last - now <= SOON,
        "articles": len({article for _, article in relying}),
        "relying": [{"output": output, "article": article} for output, article in relying],
    }
