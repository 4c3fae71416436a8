"""Which feeds an output has: those that are configured, and those that its articles make.

A configured feed is there although it is empty.  One of an author, of the operator's own
articles, or of a source of whose publisher nothing may ever be shown, is there while it shows
something: nobody is named for a text that is not shown.  When its last article went, its file
says so for a while, without a name, and then goes too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from syndicator.model.entries import Axis, OutputFeed, Tag
from syndicator.model.settings import Source, Theme
from syndicator.pipeline.context import SEEDS
from syndicator.pipeline.shaping import Pass
from syndicator.render import FOLDERS
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.policies import leaves_out
from syndicator.store import queries


def configured_feeds(run: Pass) -> Iterator[OutputFeed]:
    """Yield the feeds that are there in any case: all, the configured axes, and sources."""
    config = run.ctx.config
    yield _feed(run, Tag(axis="all", slug="all", title=config.site.title), "")
    axes: tuple[tuple[Axis, Sequence[Theme]], ...] = (
        ("theme", config.themes),
        ("region", config.regions),
        ("report", config.reports),
    )
    for axis, themes in axes:
        for theme in themes:
            yield _feed(run, Tag(axis=axis, slug=theme.id, title=theme.title), theme.description)
    for source in config.sources:
        if _may_show(run, source):
            yield _feed_of(run, source)


def made_feeds(run: Pass, authors: Iterable[str] | None = None) -> Iterator[OutputFeed]:
    """Yield the feeds that are there while they show something, and those that once did.

    Args:
        run: the pass over their output.
        authors: only their feeds are wanted; None: those of all.
    """
    for source in run.ctx.config.sources:
        if not _may_show(run, source):
            yield _feed_of(run, source)
    if queries.slugs(run.tx, "source", among=[SEEDS]):
        own = Tag(axis="source", slug=SEEDS, title=run.ctx.config.site.title)
        yield _feed(run, own, "Our own articles.")
    names = queries.slugs(run.tx, "author", among=authors)
    for slug in sorted(names):
        yield _feed(run, Tag(axis="author", slug=slug, title=names[slug]), "")


def without_name(feed: OutputFeed) -> OutputFeed:
    """Return *feed* as it takes leave: who wrote what was taken away is not told."""
    title = f"[removed] · {feed.site_title}"
    return replace(feed, title=title, description="What stood here was removed.")


def is_first(run: Pass) -> bool:
    """Say whether the output is the first one, which stands at the root."""
    return run.output.id == run.ctx.config.outputs[0].id


def _feed_of(run: Pass, source: Source) -> OutputFeed:
    title = source.title or run.ctx.publisher(source.id).name
    return _feed(run, Tag(axis="source", slug=source.id, title=title), "")


def _may_show(run: Pass, source: Source) -> bool:
    rules, publisher = run.rules, run.ctx.publisher(source.id)
    named = rules.sources[source.id].policy or publisher.policy or rules.house.unknown
    policy = rules.policies.get(named) or BUILTIN.get(named)
    grants = (grant for grant in rules.grants if publisher.id in {grant.grantor, *grant.parties})
    return policy is None or not leaves_out(policy, grants)


def _feed(run: Pass, tag: Tag, description: str) -> OutputFeed:
    config, output = run.ctx.config, run.output
    title = tag.title if tag.axis == "all" else f"{tag.title} · {config.site.title}"
    first = is_first(run)
    if not first:
        title = f"{title} ({output.title or output.id})"
    path = f"{FOLDERS[tag.axis]}/{tag.slug}" if tag.axis != "all" else "all"
    return OutputFeed(
        output_id=output.id,
        axis=tag.axis,
        slug=tag.slug,
        title=title,
        description=description or _description(tag.axis, tag.title),
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
