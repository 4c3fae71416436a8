"""From files under seeds/ to rows: the same road as fetched items.

A file that appears is a new entry, an edited one an update, a vanished one is taken out
of all output; the id follows the file (or its ``id``), so subscribers see one article.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from syndicator.classify import unknown_names
from syndicator.identify import Changes, DraftOf, article_id, article_keys, compare, draft, identify
from syndicator.model.entries import Entry, EntryKey
from syndicator.model.feed import FeedRef
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.ingest import save_changes
from syndicator.pipeline.pages import page_address
from syndicator.seeds import Seed, load_seeds
from syndicator.store import Transaction, entries, transaction
from syndicator.store.rows import Names

REMOVED = "its file is gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedingReport:
    """What the files under seeds/ brought."""

    seen: int = 0
    new: int = 0
    updated: int = 0
    removed: int = 0
    mistakes: tuple[str, ...] = ()
    """Files that cannot be read; the others were."""
    warnings: tuple[str, ...] = ()


def sync_seeds(ctx: Context, now: datetime) -> SeedingReport:
    """Bring the store in line with the seed files, in one transaction."""
    report = load_seeds(Path(ctx.config.seeds.directory))
    by_source: dict[str, list[Seed]] = {}
    for seed in report.seeds:
        by_source.setdefault(_source_id(seed), []).append(seed)
    warnings = [*report.warnings, *_unknown(ctx, report.seeds)]
    total = SeedingReport(seen=len(report.seeds))
    with transaction(ctx.engine) as tx:
        before = entries.live_keys(tx, SEEDS) | entries.live_keys(tx, f"{SEEDS}:%")
        unreadable = {mistake.path for mistake in report.mistakes}
        present = set()
        for source_id, seeds in by_source.items():
            changes, names = _changes(ctx, tx, source_id, seeds, now)
            save_changes(ctx, tx, changes, names, now)
            present |= {(source_id, identify(seed.entry)[0]) for seed in seeds}
            total = replace(
                total,
                new=total.new + len(changes.new),
                updated=total.updated + len(changes.updated),
            )
        # A file that cannot be read at the moment keeps what it brought before.
        lost = [
            (s, k) for s, k in sorted(before) if (s, k) not in present and not _from(k, unreadable)
        ]
        for source_id, key in lost:
            entries.remove(tx, source_id, key, why=REMOVED, at=now)
    return replace(
        total,
        removed=len(lost),
        mistakes=tuple(str(m) for m in report.mistakes),
        warnings=tuple(warnings),
    )


def _source_id(seed: Seed) -> str:
    return f"{SEEDS}:{seed.carrier}" if seed.carrier else SEEDS


def _from(key: EntryKey, paths: set[str]) -> bool:
    return any(key == f"seed:{Path(path).with_suffix('').as_posix()}" for path in paths)


def _names(seed: Seed) -> Names:
    return (
        *(("theme", name) for name in seed.themes),
        *(("region", name) for name in seed.regions),
        *(("report", name) for name in seed.reports),
    )


def _unknown(ctx: Context, seeds: Sequence[Seed]) -> list[str]:
    return [
        f"{seed.path}: {axis} “{name}” is not configured: add it to {axis}s, or as an alias there"
        for seed in seeds
        for axis, name in unknown_names(_names(seed), ctx.classifier)
    ]


def _changes(
    ctx: Context, tx: Transaction, source_id: str, seeds: Sequence[Seed], now: datetime
) -> tuple[Changes, dict[EntryKey, Names]]:
    items = [(*identify(seed.entry), seed.entry) for seed in seeds]
    works = article_keys(items, source_id)
    ids = {key: article_id(ctx.tag_base, works[key]) for key, _, _ in items}
    held = entries.taken(tx, source_id, ids, ids.values())
    drafts: list[Entry] = []
    names: dict[EntryKey, Names] = {}
    for seed, (key, rung, parsed) in zip(seeds, items, strict=True):
        of = DraftOf(
            source_id=source_id,
            key=key,
            rung=rung,
            article_id=ids[key],
            feed=FeedRef(title=seed.carrier or ctx.config.site.title),
            language=ctx.config.site.language,
        )
        names[key] = _names(seed)
        entry = replace(draft(parsed, of, now), body=seed.body, evidence=seed.evidence)
        digest = seed.digest
        if not seed.carrier and entry.url is None:
            entry = replace(entry, url=page_address(ctx, ids[key]))
            # Where the site moves, the article is another one to its readers.
            digest = f"{digest} {entry.url}"
        drafts.append(replace(entry, content_hash=digest))
    return compare(drafts, held, now), names
