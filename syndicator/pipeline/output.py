"""From rows in the store to published files.

For every feed of every output: the newest works, for each work the copy that may show
most, shaped by its decision, rendered in each format, proven by the audit, and written
only where bytes changed.  Files depend on the store and the configuration alone, never
on the time of the run, so a second pass without news changes no byte.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from syndicator.classify import classify
from syndicator.dedupe import choose
from syndicator.errors import PublishRefused
from syndicator.model.entries import Axis, Entry, OutputFeed, Publication, Tag
from syndicator.model.rights import Decision, Form, RightsRules, SourceTerms
from syndicator.model.settings import Output, Theme
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.pages import FOLDER, own_pages
from syndicator.publish import remove_output, sweep_temporaries, write_output
from syndicator.render import FOLDERS, RENDERERS, Renderer, render_index, render_opml
from syndicator.rights import decide, fulfil
from syndicator.rights.audit import audit
from syndicator.store import Transaction, entries, facts, queries, reading, stale, transaction

log = logging.getLogger(__name__)

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""``updated`` of a feed without entries: a constant, as it must never be "now"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a pass over the outputs did."""

    feeds: int = 0
    """Feeds that are published, whether they changed or not."""
    files_changed: int = 0
    withheld: int = 0
    """Works that some feed asked for and that no output of it may show."""
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Pass:
    """One pass over one output: what was decided is decided once for all its feeds."""

    ctx: Context
    tx: Transaction
    output: Output
    rules: RightsRules
    now: datetime
    shaped: dict[tuple[int, str | None], Publication | None] = field(default_factory=dict)
    recheck_at: datetime | None = None

    def publications(self, feed: OutputFeed) -> tuple[Publication, ...]:
        """Return the newest publishable works of *feed*, newest first."""
        axis, wanted = feed.axis, self.output.limit
        found: list[Publication] = []
        offset = 0
        while len(found) < wanted:
            works = queries.newest_articles(
                self.tx, axis, feed.slug, limit=wanted * 2, offset=offset
            )
            if not works:
                break
            offset += len(works)
            found += self._shape(works, feed.slug if axis == "source" else None)
        return tuple(found[:wanted])

    def work(self, pk: int) -> tuple[Publication, ...]:
        """Return one work, if this output may show it."""
        return tuple(self._shape([pk], None))

    def _shape(self, works: Sequence[int], source_id: str | None) -> Iterator[Publication]:
        missing = [pk for pk in works if (pk, source_id) not in self.shaped]
        for pk, copies in queries.copies(self.tx, missing).items():
            mine = [c for c in copies if source_id in {None, c.source_id}]
            self.shaped[pk, source_id] = self._publication(mine, copies)
        for pk in works:
            if publication := self.shaped.get((pk, source_id)):
                yield publication

    def _publication(
        self, candidates: Sequence[Entry], copies: Sequence[Entry]
    ) -> Publication | None:
        decided = [(c, decide(c, self.output, self.rules, self.now)) for c in candidates]
        for _, decision in decided:
            if decision.recheck_at is not None:
                self.recheck_at = min(self.recheck_at or decision.recheck_at, decision.recheck_at)
        entry, decision = choose(decided)
        if decision.form is Form.WITHHELD:
            return None
        tags = {(t.axis, t.slug): t for c in copies for t in c.tags}
        ordered = tuple(tags[key] for key in sorted(tags))
        return fulfil(replace(entry, tags=ordered), decision)


def rules_of(ctx: Context, tx: Transaction) -> RightsRules:
    """Return the rules with the carriers of seeded articles as sources of their own."""
    own = next((p.id for p in ctx.rules.publishers.values() if p.own), "self")
    seeds = {SEEDS: SourceTerms(publisher=own, policy="own-work")}
    by_name = {
        name.casefold(): p.id
        for p in ctx.rules.publishers.values()
        for name in (p.id, p.name, *p.aliases)
    }
    for source_id in queries.source_ids(tx, f"{SEEDS}:%"):
        name = source_id.removeprefix(f"{SEEDS}:")
        seeds[source_id] = SourceTerms(publisher=by_name.get(name.casefold(), name))
    return replace(ctx.rules, sources={**ctx.rules.sources, **seeds})


def decisions_for(
    ctx: Context, tx: Transaction, entry: Entry, now: datetime
) -> list[tuple[Output, Decision]]:
    """Return what every output would do with *entry*."""
    rules = rules_of(ctx, tx)
    return [(output, decide(entry, output, rules, now)) for output in ctx.config.outputs]


def publish(ctx: Context, now: datetime) -> PublishReport:
    """Bring the published files in line with the store and the configuration."""
    sweep_temporaries(ctx.public)
    _reclassify(ctx)
    with reading(ctx.engine) as tx:
        noted = stale.stale_feeds(tx)
        everything = _all_stale(ctx, tx, now)
        rules = rules_of(ctx, tx)
        runs = [
            Pass(ctx=ctx, tx=tx, output=output, rules=rules, now=now)
            for output in ctx.config.outputs
        ]
        reports = [_publish_output(run, None if everything else noted) for run in runs]
    rechecks = [run.recheck_at for run in runs if run.recheck_at]
    with transaction(ctx.engine) as tx:
        stale.clear_stale(tx, noted)
        _note(tx, ctx, min(rechecks) if rechecks else None, full=everything)
    return _sum(reports)


def _all_stale(ctx: Context, tx: Transaction, now: datetime) -> bool:
    recheck = facts.fact(tx, "recheck_at")
    if recheck and datetime.fromisoformat(recheck) <= now:
        return True
    return facts.fact(tx, "published_with") != ctx.digest or not _index(ctx).exists()


def _note(tx: Transaction, ctx: Context, recheck_at: datetime | None, *, full: bool) -> None:
    facts.set_fact(tx, "published_with", ctx.digest)
    before = facts.fact(tx, "recheck_at")
    if not full and before:
        known = datetime.fromisoformat(before)
        recheck_at = min(recheck_at or known, known)
    facts.set_fact(tx, "recheck_at", recheck_at.isoformat() if recheck_at else "")


def _index(ctx: Context) -> Path:
    return ctx.public / "index.html"


def _publish_output(run: Pass, wanted: set[tuple[str, str]] | None) -> PublishReport:
    feeds = list(output_feeds(run))
    changed, problems, counts = 0, [], {}
    for feed in feeds:
        if wanted is not None and (feed.axis, feed.slug) not in wanted:
            continue
        publications = run.publications(feed)
        counts[feed.stem] = len(publications)
        written, refused = write_feed(run.ctx.public, feed, publications)
        changed += written
        problems += refused
    if counts or wanted is None:
        changed += _write_front(run, feeds)
    if _is_first(run) and (wanted is None or ("source", SEEDS) in wanted):
        written, refused = _write_own_pages(run)
        changed += written
        problems += refused
    withheld = sum(publication is None for publication in run.shaped.values())
    return PublishReport(
        feeds=len(feeds), files_changed=changed, withheld=withheld, problems=tuple(problems)
    )


def _is_first(run: Pass) -> bool:
    return run.output.id == run.ctx.config.outputs[0].id


def _write_own_pages(run: Pass) -> tuple[int, list[str]]:
    """Write the pages of the operator's own articles; one that is gone loses its page."""
    changed, problems, kept = 0, [], set()
    for pk, page in own_pages(run.ctx, run.tx).items():
        if publications := run.work(pk):
            kept.add(f"{page.stem}.html")
            written, refused = write_feed(run.ctx.public, page, publications)
            changed += written
            problems += refused
    for path in sorted((run.ctx.public / FOLDER).glob("*.html")):
        if f"{FOLDER}/{path.name}" not in kept:
            changed += remove_output(path, root=run.ctx.public)
    return changed, problems


def output_feeds(run: Pass) -> Iterator[OutputFeed]:
    """Yield every feed of an output: all, the configured axes, sources, and known authors."""
    config = run.ctx.config
    yield _feed(run, "all", Tag(axis="all", slug="all", title=config.site.title), "")
    axes: tuple[tuple[Axis, Sequence[Theme]], ...] = (
        ("theme", config.themes),
        ("region", config.regions),
        ("report", config.reports),
    )
    for axis, themes in axes:
        for theme in themes:
            tag = Tag(axis=axis, slug=theme.id, title=theme.title)
            yield _feed(run, axis, tag, theme.description)
    for source in config.sources:
        title = source.title or run.ctx.publisher(source.id).name
        yield _feed(run, "source", Tag(axis="source", slug=source.id, title=title), "")
    if SEEDS in queries.slugs(run.tx, "source"):
        own = Tag(axis="source", slug=SEEDS, title=config.site.title)
        yield _feed(run, "source", own, "Our own articles.")
    for slug, name in queries.slugs(run.tx, "author").items():
        yield _feed(run, "author", Tag(axis="author", slug=slug, title=name), "")


def _feed(run: Pass, axis: Axis, tag: Tag, description: str) -> OutputFeed:
    config, output = run.ctx.config, run.output
    title = tag.title if axis == "all" else f"{tag.title} · {config.site.title}"
    first = _is_first(run)
    if not first:
        title = f"{title} ({output.title or output.id})"
    path = f"{FOLDERS[axis]}/{tag.slug}" if axis != "all" else "all"
    return OutputFeed(
        output_id=output.id,
        axis=axis,
        slug=tag.slug,
        title=title,
        description=description or _description(axis, tag.title),
        stem=path if first else f"{output.id}/{path}",
        base_url=config.site.base_url,
        site_title=config.site.title,
        contact=output.contact or config.site.contact,
        language=output.language or config.site.language,
        formats=output.formats,
        tag_base=run.ctx.tag_base,
    )


def _description(axis: Axis, title: str) -> str:
    return {
        "all": "Everything that is published here, newest first.",
        "author": f"Articles by {title}.",
        "source": f"Articles taken from {title}.",
        "region": f"Articles on {title}.",
        "report": f"In-depth report: {title}.",
        "theme": f"Articles on {title}.",
    }[axis]


def write_feed(
    public: Path, feed: OutputFeed, publications: Sequence[Publication]
) -> tuple[int, list[str]]:
    """Write *feed* in each of its formats; return how many files changed and what was refused.

    An item that a format cannot carry, or whose duties are not found in the bytes, is
    dropped from that file and named; the feed goes on without it.
    """
    changed, problems = 0, []
    for fmt in feed.formats:
        path = f"{feed.stem}.{fmt}"
        try:
            body, refused = _proven(RENDERERS[fmt], fmt, feed, publications)
        except PublishRefused as error:
            problems.append(str(error))
            continue
        problems += [f"{path}: {problem}" for problem in refused]
        changed += write_output(public / path, body)
    for problem in problems:
        log.error("item refused", extra={"problem": problem})
    return changed, problems


def _proven(
    render: Renderer, fmt: str, feed: OutputFeed, publications: Sequence[Publication]
) -> tuple[bytes, list[str]]:
    """Return bytes that the audit finds nothing in, and what had to be left out of them.

    Raises:
        PublishRefused: the file as a whole is wrong, so the old one has to stay.
    """
    refused: list[str] = []
    kept = list(publications)
    # Every turn but the last leaves an item out, so this ends.
    while True:
        body, faults = _attempt(render, fmt, feed, kept)
        if not faults:
            return body, refused
        guilty = {item_id for item_id, _ in faults}
        rest = [p for p in kept if p.id not in guilty]
        if len(rest) == len(kept):
            raise PublishRefused(f"{feed.stem}.{fmt}", "; ".join(problem for _, problem in faults))
        refused += [f"{item_id}: {problem}" for item_id, problem in faults]
        kept = rest


def _attempt(
    render: Renderer, fmt: str, feed: OutputFeed, publications: Sequence[Publication]
) -> tuple[bytes, list[tuple[str, str]]]:
    updated = max((p.updated for p in publications), default=NOTHING_YET)
    try:
        body = render(feed, publications, updated=updated)
    except PublishRefused as error:
        if error.item_id is None:
            raise
        return b"", [(error.item_id, error.problem)]
    return body, [(b.item_id, b.problem) for b in audit(body, fmt, publications)]


def _write_front(run: Pass, feeds: Iterable[OutputFeed]) -> int:
    """Write the output's index page and its OPML."""
    config, output = run.ctx.config, run.output
    first = _is_first(run)
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


def _reclassify(ctx: Context) -> None:
    """Classify the stored entries again where the configuration is another than before."""
    with reading(ctx.engine) as tx:
        if facts.fact(tx, "classified_with") == ctx.digest:
            return
    last = 0
    while True:
        with transaction(ctx.engine) as tx:
            batch = queries.all_entries(tx, after=last)
            changed = []
            for pk, entry, names in batch:
                last = pk
                tags = classify(entry, ctx.classifier, names)
                if set(tags) != set(entry.tags):
                    changed.append((pk, replace(entry, tags=tags)))
            if changed:
                entries.retag(tx, changed)
            if not batch:
                facts.set_fact(tx, "classified_with", ctx.digest)
                return


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
