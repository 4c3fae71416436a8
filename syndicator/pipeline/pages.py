"""A page of its own for each article that the operator wrote and that has no other address.

An article needs a place to link to: its id in a feed, the link of its notice, and whoever
quotes it rely on that.  What others published has its address at its publisher; a seeded
article without ``url`` gets ``articles/{name}.html`` here.
"""

from dataclasses import dataclass

from syndicator.model.entries import Entry, OutputFeed
from syndicator.pipeline.context import SEEDS, Context
from syndicator.store import Transaction, queries

FOLDER = "articles"


def page_address(ctx: Context, article_id: str) -> str:
    """Return where the operator's own article is read, if no file says otherwise."""
    return f"{ctx.config.site.base_url}/{_stem(article_id)}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """The page of one own article, whether that may be shown or not."""

    article_pk: int
    article_id: str
    feed: OutputFeed


def own_pages(ctx: Context, tx: Transaction) -> list[OwnPage]:
    """Return the page of each own article that needs one, or needed one."""
    return [
        OwnPage(article_pk=pk, article_id=entry.article_id, feed=_page(ctx, entry))
        for pk, entry in queries.entries_of(tx, SEEDS)
        if entry.url == page_address(ctx, entry.article_id)
    ]


def _stem(article_id: str) -> str:
    return f"{FOLDER}/{article_id.rpartition('/')[2]}"


def _page(ctx: Context, entry: Entry) -> OutputFeed:
    output = ctx.config.outputs[0]
    return OutputFeed(
        output_id=output.id,
        axis="source",
        slug=SEEDS,
        title=entry.title,
        description="",
        stem=_stem(entry.article_id),
        base_url=ctx.config.site.base_url,
        site_title=ctx.config.site.title,
        contact=output.contact or ctx.config.site.contact,
        language=output.language or ctx.config.site.language,
        formats=("html",),
        tag_base=ctx.tag_base,
    )
