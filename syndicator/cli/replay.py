"""``syndicator replay``: what the configuration as it is now would move, theme by theme."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, main, opened, print_json
from syndicator.pipeline import replay as replaying
from syndicator.pipeline.replay import ThemeChange
from syndicator.store import only_one
from syndicator.store.queries import is_shown

SHOWN = 20
"""Articles listed for each theme; ``--json`` lists all."""


@main.command()
@CONFIG
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only articles first seen on that day (UTC) or later.",
)
@click.option("--apply", "applies", is_flag=True, help="Move them, after the list.")
@JSON
def replay(directory: Path, since: datetime | None, *, applies: bool, as_json: bool) -> None:
    """Classify the stored articles with the present rules and list what would move.

    Nothing is written without --apply.
    """
    start = since.replace(tzinfo=UTC) if since else None
    with opened(directory) as ctx:
        groups = _by_theme(list(replaying.moves(ctx, start)))
        if as_json:
            print_json([_document(g) for g in groups])
        else:
            click.echo("\n".join(line for group in groups for line in _lines(group)) or "no change")
        if applies:
            with only_one(ctx.engine):
                replaying.apply(ctx, start)


def _by_theme(moves: Sequence[ThemeChange]) -> list[list[ThemeChange]]:
    groups: dict[tuple[str, str], list[ThemeChange]] = {}
    for move in moves:
        groups.setdefault((move.tag.axis, move.tag.slug), []).append(move)
    return [groups[key] for key in sorted(groups)]


def _lines(group: Sequence[ThemeChange]) -> Iterator[str]:
    tag = group[0].tag
    come = sum(move.comes for move in group)
    yield f"{tag.axis} {tag.slug}: +{come} -{len(group) - come}"
    for move in group[:SHOWN]:
        sign = "+" if move.comes else "-"
        kept_back = "" if is_shown(move.entry) else f"[{move.entry.review}] "
        yield f"  {sign} {kept_back}{move.entry.title or move.entry.article_id} ({move.tag.why})"
    if len(group) > SHOWN:
        yield f"  and {len(group) - SHOWN} more; --json lists all"


def _document(group: Sequence[ThemeChange]) -> dict[str, object]:
    tag = group[0].tag
    return {
        "axis": tag.axis,
        "slug": tag.slug,
        "come": [_moved(move) for move in group if move.comes],
        "go": [_moved(move) for move in group if not move.comes],
    }


def _moved(move: ThemeChange) -> dict[str, object]:
    entry = move.entry
    return {
        "id": entry.article_id,
        "title": entry.title,
        "url": entry.url,
        "source": entry.source_id,
        "state": entry.review,
        "why": move.tag.why,
    }
