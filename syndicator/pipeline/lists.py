"""Reading lists that are followed: fetched like feeds, read, and kept.  Edge.

A list is visited under the manners of :mod:`syndicator.pipeline.visits`.  One that fails, or
names no feed any more, changes nothing; one that is cut short may add but removes nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from syndicator.errors import FetchError, ParseError
from syndicator.fetch import NotModified, fetch_feed
from syndicator.fetch.access import access_of
from syndicator.model.settings import ReadingList, Source
from syndicator.model.visit import ListedFeed
from syndicator.parse.opml import Subscription, parse_opml
from syndicator.pipeline import visits
from syndicator.pipeline.context import Context
from syndicator.pipeline.ingest import Client
from syndicator.store import Store, lists, sources, transaction
from syndicator.store.sources import SourceState

log = logging.getLogger(__name__)

READER = "opml/3"
"""Changes when lists are read in another way."""
MOST = 5000
"""Feeds of one list that are remembered; ``limit`` says how many of them are followed."""
CUT_SHORT = "the list is not well-formed: nothing was taken off, it may be cut short"


def state_id(list_id: str) -> str:
    """Return the id under which the visits of a list are remembered; no source can have it."""
    return f"list:{list_id}"


async def follow_lists(
    ctx: Context, client: Client, clock: Callable[[], datetime], *, everything: bool = False
) -> tuple[tuple[str, str], ...]:
    """Visit the reading lists that are due; return (id, error) of those that failed."""
    if not ctx.config.reading_lists:
        return ()
    loop = asyncio.get_running_loop()
    due = await loop.run_in_executor(
        client.writer, partial(_due, ctx, clock(), everything=everything)
    )
    found = await asyncio.gather(*(_visit(ctx, client, *each, clock) for each in due))
    return tuple((state_id(one), error) for one, error in found if error)


def _due(ctx: Context, now: datetime, *, everything: bool) -> list[tuple[ReadingList, SourceState]]:
    wanted = {state_id(one.id): one for one in ctx.config.reading_lists}
    with transaction(ctx.engine) as tx:
        lists.keep_lists(tx, [one.id for one in wanted.values()])
        sources.follow(tx, {key: one.url for key, one in wanted.items()}, now=now)
        due = sources.due_sources(tx, now=None if everything else now)
    return [(wanted[state.id], state) for state in due if state.id in wanted]


async def _visit(
    ctx: Context,
    client: Client,
    one: ReadingList,
    state: SourceState,
    clock: Callable[[], datetime],
) -> tuple[str, str | None]:
    limits = ctx.config.fetch
    source = Source(id=state.id, feed=one.url, publisher="", interval=one.interval)
    validators = visits.wanted(state, reader=READER, now=clock())
    loop = asyncio.get_running_loop()
    found: Sequence[Subscription] | None = None
    whole = True
    try:
        answer = await fetch_feed(
            client.http,
            state.address or one.url,
            validators,
            limits,
            gate=client.gate,
            access=access_of(source, limits),
        )
        flaw = state.error if isinstance(answer, NotModified) and state.status == "ok" else None
        if not isinstance(answer, NotModified):
            read = await loop.run_in_executor(client.readers, parse_opml, answer.body)
            found, whole = read.feeds[:MOST], read.whole
            state = replace(state, fetched_at=clock(), reader=READER, unconditional_at=clock())
        after = visits.succeeded(source, limits, state, answer, clock())
        status = 304 if found is None else 200
        after = replace(after, http_status=status, error=flaw if whole else CUT_SHORT)
    except (FetchError, ParseError) as error:
        after = visits.failed(source, limits, state, error, clock())
    if after.error:
        log.warning("reading list flawed", extra={"list": one.id, "problem": after.error})
    save = partial(_save, ctx.engine, one, after, found, whole=whole)
    await loop.run_in_executor(client.writer, save)
    return one.id, after.error if after.status == "failed" else None


def _save(
    engine: Store,
    one: ReadingList,
    state: SourceState,
    found: Sequence[Subscription] | None,
    *,
    whole: bool,
) -> None:
    """Keep *state* and the feeds that were *found*; a list that is not *whole* removes none."""
    with transaction(engine) as tx:
        sources.record_visits(tx, [state])
        if found is None:
            return
        feeds = [ListedFeed(list_id=one.id, feed=each.feed) for each in found]
        before = [each for each in lists.listed(tx) if each.list_id == one.id]
        named = {each.feed for each in feeds}
        known = {each.feed for each in before}
        if not whole:
            feeds += [each for each in before if each.feed not in named]
        lists.save_list(tx, one.id, feeds)
    gone = known - {each.feed for each in feeds}
    log.info(
        "reading list read",
        extra={"list": one.id, "feeds": len(feeds), "new": len(named - known), "gone": len(gone)},
    )
