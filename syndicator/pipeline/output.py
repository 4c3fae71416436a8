"""From rows in the store to published files.

For every feed of every output: the newest works, for each work the copy that may show
most, shaped by its decision, rendered in each format, proven by the audit, and written
only where bytes changed.  Files depend on the store and the configuration alone, never
on the time of the run, so a second pass without news changes no byte.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syndicator.model.entries import Entry, OutputFeed, Publication
from syndicator.model.settings import Output
from syndicator.pipeline import clusters, marking, replay
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.editing import carry_out
from syndicator.pipeline.feeds import configured_feeds, is_first, made_feeds, without_name
from syndicator.pipeline.orders import dressed, load_orders, rules_of
from syndicator.pipeline.pages import FOLDER, own_pages
from syndicator.pipeline.shaping import GONE, Move, Pass
from syndicator.pipeline.takedowns import finish_searches, match_owners
from syndicator.pipeline.together import together
from syndicator.pipeline.writing import Written, write_feed
from syndicator.publish import remove_output, sweep_temporaries, write_output
from syndicator.render import FOLDERS, RENDERERS, render_gone, render_index, render_opml
from syndicator.store import (
    Transaction,
    decisions,
    emissions,
    facts,
    queries,
    reading,
    search,
    stale,
    takedowns,
    tasks,
    transaction,
    works,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a pass over the outputs did."""

    feeds: int = 0
    """Feeds that are published, whether they changed or not."""
    files_changed: int = 0
    withheld: int = 0
    """Works that some feed asked for and that no output of it may show."""
    problems: tuple[str, ...] = ()


def dressed_for(
    ctx: Context, tx: Transaction, entry: Entry, now: datetime
) -> list[tuple[Output, Entry]]:
    """Return *entry* as a pass over each output would ask about it."""
    orders = load_orders(tx, [output.id for output in ctx.config.outputs], now)
    copies = queries.works(tx, [entry.article_id])[entry.article_id]
    told = together(copies, rules_of(ctx, tx))
    mine = next(c for c in told if (c.source_id, c.key) == (entry.source_id, entry.key))
    found = []
    for output in ctx.config.outputs:
        shown = emissions.emissions_of(tx, output.id, [entry.article_id])
        copy = dressed(mine, output.id, orders, emitted=bool(shown))
        found.append((output, copy))
    return found


def passes(ctx: Context, tx: Transaction, now: datetime) -> list[Pass]:
    """Return a pass for each output, all with the same rules and orders."""
    rules = rules_of(ctx, tx)
    orders = load_orders(tx, [output.id for output in ctx.config.outputs], now)
    return [
        Pass(ctx=ctx, tx=tx, output=output, rules=rules, now=now, orders=orders)
        for output in ctx.config.outputs
    ]


def preview(ctx: Context, now: datetime) -> list[Move]:
    """Return the works whose form would change if everything were published now."""
    moves: list[Move] = []
    with reading(ctx.engine) as tx:
        for run in passes(ctx, tx, now):
            for feed in (*configured_feeds(run), *made_feeds(run)):
                run.publications(feed)
            run.check_emitted()
            moves += run.moves.values()
    return moves


def publish(ctx: Context, now: datetime, *, everything: bool = False) -> PublishReport:
    """Bring the published files in line with the store and the configuration.

    Args:
        ctx: the configuration with its store.
        now: aware; what is decided, is decided at this time.
        everything: look at every file, also where nothing is noted as changed: a file may
            have been edited by hand or be written by an earlier version.
    """
    sweep_temporaries(ctx.public)
    _bring_up_to_date(ctx, now)
    with reading(ctx.engine) as tx:
        noted = stale.stale_feeds(tx)
        known = takedowns.orders_mark(tx)
        everything = everything or _all_stale(ctx, tx, now)
        runs = passes(ctx, tx, now)
        reports = [_publish_output(run, None if everything else noted) for run in runs]
    rechecks = [run.recheck_at for run in runs if run.recheck_at]
    with transaction(ctx.engine) as tx:
        for run in runs:
            _settle(tx, run)
        # A takedown that another process recorded meanwhile noted the same feeds: they stay.
        stale.clear_stale(tx, noted if takedowns.orders_mark(tx) == known else ())
        works.note_published(tx)
        _note(tx, ctx, min(rechecks) if rechecks else None, full=everything)
    return _sum(reports)


def _settle(tx: Transaction, run: Pass) -> None:
    """Store what a pass decided and emitted, once its files are written."""
    output = run.output.id
    changed = [e for i, e in run.changed.items() if e.away or i in run.written]
    same = sorted(run.written - {e.article_id for e in changed})
    emissions.note_emissions(tx, output, changed, same, now=run.now)
    emissions.withdraw(tx, output, run.withdrawn)
    emissions.restore(tx, output, run.returned & run.written, now=run.now)
    decisions.append(tx, run.recorded)
    shown = [c for c in run.causes if c.kind != "notify" or c.article_id in run.written]
    tasks.open_tasks(tx, shown, now=run.now)


def _all_stale(ctx: Context, tx: Transaction, now: datetime) -> bool:
    recheck = facts.fact(tx, "recheck_at")
    if recheck and datetime.fromisoformat(recheck) <= now:
        return True
    return facts.fact(tx, "published_with") != ctx.published_with or not _index(ctx).exists()


def _note(tx: Transaction, ctx: Context, recheck_at: datetime | None, *, full: bool) -> None:
    facts.set_fact(tx, "published_with", ctx.published_with)
    before = facts.fact(tx, "recheck_at")
    if not full and before:
        known = datetime.fromisoformat(before)
        recheck_at = min(recheck_at or known, known)
    facts.set_fact(tx, "recheck_at", recheck_at.isoformat() if recheck_at else "")


def _index(ctx: Context) -> Path:
    return ctx.public / "index.html"


def _publish_output(run: Pass, wanted: set[tuple[str, str]] | None) -> PublishReport:
    configured, made = list(configured_feeds(run)), list(made_feeds(run))

    def looked_at(feed: OutputFeed) -> bool:
        return wanted is None or (feed.axis, feed.slug) in wanted

    # Everything is decided before anything is written: what one feed finds gone, all that
    # ever showed it must say.
    found = {f.stem: run.publications(f) for f in (*configured, *made) if looked_at(f)}
    if not found and not wanted and wanted is not None:
        return PublishReport(feeds=len(configured) + len(_showing(run, made, found)))
    run.check_emitted()
    removals = run.removals()
    feeds = [*configured, *_showing(run, made, found)]
    leaving = [f for f in made if f not in feeds and _tells(run, f, removals)]
    done = Written()
    for feed in (*filter(looked_at, feeds), *map(without_name, filter(looked_at, leaving))):
        taken_back = removals.get((feed.axis, feed.slug), ())
        done += write_feed(run.ctx.public, feed, found[feed.stem], removals=taken_back)
    if found:
        done += Written(changed=_write_front(run, feeds) + _sweep(run, (*feeds, *leaving)))
    if is_first(run) and (wanted is None or ("source", SEEDS) in wanted):
        done += _write_own_pages(run)
    run.written |= done.ids
    withheld = sum(publication is None for publication in run.shaped.values())
    return PublishReport(
        feeds=len(feeds), files_changed=done.changed, withheld=withheld, problems=done.problems
    )


def _showing(
    run: Pass, made: Sequence[OutputFeed], found: Mapping[str, Sequence[Publication]]
) -> list[OutputFeed]:
    """Return those of the *made* feeds that show something, by this pass or an earlier one."""
    before: dict[str, set[str]] = {
        axis: emissions.shown_feeds(run.tx, run.output.id, axis) for axis in ("author", "source")
    }
    return [f for f in made if found.get(f.stem, f.slug in before[f.axis])]


def _tells(run: Pass, feed: OutputFeed, removals: Mapping[tuple[str, str], object]) -> bool:
    """Say whether a feed without entries has something to tell to subscribers it had."""
    told = (feed.axis, feed.slug) in removals
    return told and any((run.ctx.public / f"{feed.stem}.{x}").exists() for x in feed.formats)


def _sweep(run: Pass, feeds: Sequence[OutputFeed]) -> int:
    """Remove the files of feeds that are no more: no takedown would ever reach into them."""
    root = run.ctx.public if is_first(run) else run.ctx.public / run.output.id
    kept = {f"{feed.stem}.{suffix}" for feed in feeds for suffix in feed.formats}
    paths = (path for folder in FOLDERS.values() for path in sorted((root / folder).glob("*.*")))
    return sum(
        remove_output(path, root=run.ctx.public)
        for path in paths
        if path.suffix[1:] in RENDERERS and path.relative_to(run.ctx.public).as_posix() not in kept
    )


def _write_own_pages(run: Pass) -> Written:
    """Write the pages of the operator's own articles; one that is gone leaves word of that."""
    done, kept = Written(), set()
    pages = own_pages(run.ctx, run.tx)
    ever = emissions.emissions_of(run.tx, run.output.id, [page.article_id for page in pages])
    for page in pages:
        name = f"{page.feed.stem}.html"
        if publications := run.work(page.article_pk):
            done += write_feed(run.ctx.public, page.feed, publications)
            kept.add(name)
        elif page.article_id in ever:
            parting = run.partings.get(page.article_pk, GONE)
            if parting.may_be_told:
                body = render_gone(page.feed, parting.comment, record=parting.record)
                done += Written(changed=write_output(run.ctx.public / name, body))
                kept.add(name)
    for path in sorted((run.ctx.public / FOLDER).glob("*.html")):
        if f"{FOLDER}/{path.name}" not in kept:
            done += Written(changed=remove_output(path, root=run.ctx.public))
    return done


def _write_front(run: Pass, feeds: Iterable[OutputFeed]) -> int:
    """Write the output's index page and its OPML."""
    config, output = run.ctx.config, run.output
    first = is_first(run)
    root = run.ctx.public if first else run.ctx.public / output.id
    groups: dict[str, list[OutputFeed]] = {}
    for feed in feeds:
        groups.setdefault(feed.axis, []).append(feed)
    title = config.site.title if first else f"{config.site.title} ({output.title or output.id})"
    index = render_index(
        title,
        output.contact or config.site.contact,
        output.language or config.site.language,
        list(groups.items()),
    )
    opml = render_opml(title, list(feeds), contact=output.contact or config.site.contact)
    return write_output(root / "index.html", index) + write_output(root / "feeds.opml", opml)


def _bring_up_to_date(ctx: Context, now: datetime) -> None:
    """Bring what the store keeps beside the entries in line with editors and configuration."""
    marking.catch_up(ctx)
    clusters.carry_out(ctx)
    carry_out(ctx)
    finish_searches(ctx)
    if replay.outdated(ctx):
        with transaction(ctx.engine) as tx:
            match_owners(tx, rules_of(ctx, tx), now)
        replay.apply(ctx)
    search.catch_up(ctx.engine)


def _sum(reports: Iterable[PublishReport]) -> PublishReport:
    reports = list(reports)
    return PublishReport(
        feeds=sum(r.feeds for r in reports),
        files_changed=sum(r.files_changed for r in reports),
        withheld=max((r.withheld for r in reports), default=0),
        problems=tuple(p for r in reports for p in r.problems),
    )


def config_digest(text: str) -> str:
    """Return the digest of an effective configuration."""
    return hashlib.sha256(text.encode()).hexdigest()
