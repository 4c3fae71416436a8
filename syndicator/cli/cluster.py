"""``syndicator cluster``: which copies are one article, and an editor's word on it."""

from collections.abc import Iterator
from pathlib import Path

import click

from syndicator.cli.flows import BY
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.errors import StoreError
from syndicator.pipeline import clusters
from syndicator.pipeline.clusters import By, Cluster
from syndicator.pipeline.context import Context
from syndicator.store import cluster_orders, only_one, reading, transaction
from syndicator.store.cluster_orders import ClusterOrder
from syndicator.timestamps import rfc3339


@main.group()
def cluster() -> None:
    """About the copies of one article: an id, an address, or “SOURCE KEY” names them."""


@cluster.command()
@click.argument("article")
@CONFIG
@JSON
def show(article: str, directory: Path, *, as_json: bool) -> None:
    """Show the copies of ARTICLE and what editors did to it."""
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        found = clusters.cluster_of(ctx, tx, article)
    if as_json:
        print_json(_document(found))
        return
    click.echo("\n".join(_lines(found)))


@cluster.command()
@click.argument("article")
@click.argument("other")
@CONFIG
@BY
def join(article: str, other: str, directory: Path, by: str) -> None:
    """Make ARTICLE and OTHER one; the id that went out first stays."""
    with opened(directory) as ctx:
        with reading(ctx.engine) as tx:
            order = clusters.join_order(ctx, tx, (article, other), ordered(by))
        if bring_about(ctx, order) is not None:
            _print(ctx, order.names[0])


@cluster.command()
@click.argument("item")
@CONFIG
@BY
def split(item: str, directory: Path, by: str) -> None:
    """Make the copy ITEM an article of its own; it is never joined to this one again."""
    with opened(directory) as ctx:
        with reading(ctx.engine) as tx:
            order = clusters.split_order(ctx, tx, item, ordered(by))
        if bring_about(ctx, order) is not None:
            _print(ctx, " ".join(order.names))


@cluster.command()
@click.argument("source")
@CONFIG
@BY
def release(source: str, directory: Path, by: str) -> None:
    """Publish what was kept back from SOURCE because it looked old under new ids."""
    with opened(directory) as ctx:
        count = bring_about(ctx, clusters.release_order(source, ordered(by)))
    if count is not None:
        click.echo(f"{count} items let out; the next pass publishes them")


def ordered(by: str) -> By:
    """Return *by* as the one who orders something now."""
    return By(actor=by, at=clock())


def bring_about(ctx: Context, order: ClusterOrder) -> int | None:
    """Write the order down and carry it out; None where the running daemon does that."""
    with transaction(ctx.engine) as tx:
        cluster_orders.give(tx, order)
    try:
        with only_one(ctx.engine):
            return clusters.carry_out_orders(ctx)
    except StoreError:
        click.echo(f"{order.action}: the running daemon carries it out")
        return None


def _print(ctx: Context, name: str) -> None:
    with reading(ctx.engine) as tx:
        click.echo("\n".join(_lines(clusters.cluster_of(ctx, tx, name))))


def _lines(found: Cluster) -> Iterator[str]:
    yield found.id
    for copy in found.copies:
        yield f"  {copy.source_id} {copy.key}"
        yield f"    {copy.title or '(no title)'}, first seen {rfc3339(copy.first_seen)}"
        if copy.url:
            yield f"    {copy.url}"
        if copy.removed:
            yield f"    removed: {copy.removed}"
    for edit in found.edits:
        yield f"  {edit.action} by {edit.actor} at {rfc3339(edit.at)}: {edit.note}"


def _document(found: Cluster) -> dict[str, object]:
    return {
        "id": found.id,
        "copies": [
            {
                "source": copy.source_id,
                "key": copy.key,
                "title": copy.title,
                "url": copy.url,
                "first_seen": rfc3339(copy.first_seen),
                "removed": copy.removed,
            }
            for copy in found.copies
        ],
        "edits": [
            {"at": rfc3339(e.at), "by": e.actor, "action": e.action, "what": e.note}
            for e in found.edits
        ],
    }
