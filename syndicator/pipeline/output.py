"""From rows in the store to published files.

For every feed of every output: the newest works, for each work the copy that may show
most, shaped by its decision, rendered in each format, proven by the audit, and written
only where bytes changed.  Files depend on the store and the configuration alone, never
on the time of the run, so a second pass without news changes no byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from syndicator.model.entries import Axis, Entry, OutputFeed, Publication
from syndicator.model.settings import Output
from syndicator.pipeline import clusters, marking, recleaning, replay
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.editing import carry_out_reviews
from syndicator.pipeline.feeds import configured_feeds, is_first, made_feeds, without_name
from syndicator.pipeline.orders import dressed, load_orders, rules_of
from syndicator.pipeline.ownership import take_directory
from syndicator.pipeline.pages import FOLDER, own_pages
from syndicator.pipeline.shaping import GONE, FormChange, Pass
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
    times,
    transaction,
    works,
)

PORTION = 10
"""Feeds that are written in one go: all that they show is in memory meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a pass over the outputs did."""

    feeds: int = 0
    """Feeds that are published, whether they changed or not."""
    files_changed: int = 0
    problems: tuple[str, ...] = ()
    left: bool = False
    """Some feeds are still behind the store."""

    def followed_by(self, other: "PublishReport") -> "PublishReport":
        """Return the report of this pass and the *other* after it."""
        return replace(
            other,
            files_changed=self.files_changed + other.files_changed,
            problems=self.problems + other.problems,
        )


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


def preview(ctx: Context, now: datetime) -> list[FormChange]:
    """Return the works whose form would change if everything were published now."""
    changes: list[FormChange] = []
    with reading(ctx.engine) as tx:
        for run in passes(ctx, tx, now):
            for feed in (*configured_feeds(run), *made_feeds(run)):
                run.publications(feed)
            run.check_emitted()
            changes += run.form_changes.values()
    return changes


def publish(ctx: Context, now: datetime, *, everything: bool = False) -> PublishReport:
    """Bring the published files in line with the store and the configuration.

    Args:
        ctx: the configuration with its store.
        now: aware; what is decided, is decided at this time.
        everything: look at every file, also where nothing is noted as changed: a file may
            have been edited by hand or be written by an earlier version.
    """
    prepare(ctx, now, everything=everything)
    report = publish_portion(ctx, now)
    while report.left:
        report = report.followed_by(publish_portion(ctx, now))
    return report


def prepare(ctx: Context, now: datetime, *, everything: bool = False) -> None:
    """Do what comes before the portions of :func:`publish`.

    Raises:
        PublishRefused: another store publishes there, or the disk refused.
    """
    take_directory(ctx)
    sweep_temporaries(ctx.public)
    _bring_up_to_date(ctx, now)
    with reading(ctx.engine) as tx:
        if not (everything or _all_stale(ctx, tx, now)):
            return
        _sweep_former_outputs(ctx, tx)
        feeds = [
            f for run in passes(ctx, tx, now) for f in (*configured_feeds(run), *made_feeds(run))
        ]
    with transaction(ctx.engine) as tx:
        stale.note_stale(tx, {(f.axis, f.slug) for f in feeds} | {("source", SEEDS)})
        facts.set_fact(tx, "published_with", ctx.published_with)
        facts.set_fact(tx, "recheck_at", "")
        facts.set_fact(tx, "decided_at", now.isoformat())


def publish_portion(ctx: Context, now: datetime) -> PublishReport:
    """Write the first :data:`PORTION` of the feeds that are noted as stale.

    A pass holds all works of its feeds in memory, and nothing is stored while it is made.
    What is made of all feeds, such as the index, comes with the last portion.
    """
    with reading(ctx.engine) as tx:
        noted = stale.stale_feeds(tx)
        portion = set(sorted(noted)[:PORTION])
        last = portion == noted
        known = takedowns.orders_mark(tx)
        runs = passes(ctx, tx, now)
        reports = [_publish_output(run, portion, last=last) for run in runs]
    rechecks = [run.recheck_at for run in runs if run.recheck_at]
    with transaction(ctx.engine) as tx:
        for run in runs:
            _settle(tx, run)
        # A takedown that another process recorded meanwhile noted the same feeds: they stay.
        done = portion if takedowns.orders_mark(tx) == known else set()
        stale.clear_stale(tx, done)
        # What this portion found gone, or back, is to be said where it stood before.
        gone = {w.article_id for run in runs for w in run.withdrawn}
        back = {article_id for run in runs for article_id in run.returned & run.written}
        places = {
            place for found in emissions.feeds_of(tx, gone | back).values() for place in found
        }
        stale.note_stale(tx, places - portion)
        works.note_published(tx)
        _note_recheck(tx, rechecks)
        facts.set_fact(tx, "decided_at", now.isoformat())
        left = bool(stale.stale_feeds(tx))
    return replace(_sum(reports), left=left)


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
    recheck, decided = facts.fact(tx, "recheck_at"), facts.fact(tx, "decided_at")
    if recheck and datetime.fromisoformat(recheck) <= now:
        return True
    if decided and datetime.fromisoformat(decided) > now + times.AHEAD:
        return True  # what an embargo or a term let out then may not be out yet
    return facts.fact(tx, "published_with") != ctx.published_with or not _index(ctx).exists()


def _note_recheck(tx: Transaction, moments: Iterable[datetime]) -> None:
    before = facts.fact(tx, "recheck_at")
    known = [datetime.fromisoformat(before)] if before else []
    first = min((*moments, *known), default=None)
    facts.set_fact(tx, "recheck_at", first.isoformat() if first else "")


def _index(ctx: Context) -> Path:
    return ctx.public / "index.html"


def _root(run: Pass) -> Path:
    """Return the folder of the output, below which its feeds lie."""
    return run.ctx.public if is_first(run) else run.ctx.public / run.output.id


def _publish_output(run: Pass, wanted: set[tuple[str, str]], *, last: bool) -> PublishReport:
    # There may be thousands of authors: only the last portion, which lists all feeds, asks for all.
    authors = None if last else [slug for axis, slug in wanted if axis == "author"]
    configured, made = list(configured_feeds(run)), list(made_feeds(run, authors))

    def looked_at(feed: OutputFeed) -> bool:
        return (feed.axis, feed.slug) in wanted

    # Everything is decided before anything is written: what one feed finds gone, all that
    # ever showed it must say.
    found = {f.stem: run.publications(f) for f in (*configured, *made) if looked_at(f)}
    if not found and not wanted:
        return PublishReport(feeds=len(configured) + len(_showing(run, made, found)))
    run.check_emitted()
    removals = run.removals()
    feeds = [*configured, *_showing(run, made, found)]
    leaving = [f for f in made if f not in feeds and _tells(run, f, removals)]
    done = Written()
    for feed in (*filter(looked_at, feeds), *map(without_name, filter(looked_at, leaving))):
        taken_back = removals.get((feed.axis, feed.slug), ())
        done += write_feed(run.ctx.public, feed, found[feed.stem], removals=taken_back)
    # Noted feeds remain until the last portion is done, so no kill leaves these two out.
    if last or not (_root(run) / "index.html").exists():
        # A first page may come before all that it will lead to is written.
        there = feeds if last else [feed for feed in feeds if _is_written(run, feed)]
        done += Written(changed=_write_front(run, there))
    if last:
        done += Written(changed=_sweep(run, (*feeds, *leaving)))
    if is_first(run) and ("source", SEEDS) in wanted:
        done += _write_own_pages(run)
    run.written |= done.ids
    return PublishReport(feeds=len(feeds), files_changed=done.changed, problems=done.problems)


def _showing(
    run: Pass, made: Sequence[OutputFeed], found: Mapping[str, Sequence[Publication]]
) -> list[OutputFeed]:
    """Return those of the *made* feeds that show something, by this pass or an earlier one."""
    unknown = [(f.axis, f.slug) for f in made if f.stem not in found]
    before = emissions.shown_feeds(run.tx, run.output.id, unknown)
    return [f for f in made if found.get(f.stem, (f.axis, f.slug) in before)]


def _is_written(run: Pass, feed: OutputFeed) -> bool:
    return all((run.ctx.public / f"{feed.stem}.{suffix}").exists() for suffix in feed.formats)


def _tells(run: Pass, feed: OutputFeed, removals: Mapping[tuple[str, str], object]) -> bool:
    """Say whether a feed without entries has something to tell to subscribers it had."""
    told = (feed.axis, feed.slug) in removals
    return told and any((run.ctx.public / f"{feed.stem}.{x}").exists() for x in feed.formats)


def _sweep(run: Pass, feeds: Sequence[OutputFeed]) -> int:
    """Remove the files of feeds that are no more: no takedown would ever reach into them."""
    root = _root(run)
    kept = {f"{feed.stem}.{suffix}" for feed in feeds for suffix in feed.formats}
    paths = (p for p in _feed_files(root) if p.relative_to(run.ctx.public).as_posix() not in kept)
    return sum(remove_output(path, root=run.ctx.public) for path in paths)


def _feed_files(root: Path) -> Iterator[Path]:
    """Yield the files in the directory of an output that are named as feeds are."""
    for pattern in ("all.*", *(f"{folder}/*.*" for folder in FOLDERS.values())):
        yield from (path for path in sorted(root.glob(pattern)) if path.suffix[1:] in RENDERERS)


def _sweep_former_outputs(ctx: Context, tx: Transaction) -> None:
    """Remove what outputs wrote that are no more, or stand at the root since."""
    present = {output.id for output in ctx.config.outputs[1:]}
    for former in sorted(emissions.outputs(tx) - present):
        root = ctx.public / former
        for path in (*_feed_files(root), root / "index.html", root / "feeds.opml"):
            remove_output(path, root=ctx.public)


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
    root = _root(run)
    groups: dict[Axis, list[OutputFeed]] = {}
    for feed in feeds:
        groups.setdefault(feed.axis, []).append(feed)
    title = (
        config.site.title if is_first(run) else f"{config.site.title} ({output.title or output.id})"
    )
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
    recleaning.catch_up(ctx)
    marking.catch_up(ctx)
    clusters.carry_out_orders(ctx)
    carry_out_reviews(ctx)
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
        problems=tuple(p for r in reports for p in r.problems),
    )
