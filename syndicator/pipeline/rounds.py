"""A round: all sources that are due, many at once, each host one after another."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime

from syndicator.pipeline.context import Context
from syndicator.pipeline.ingest import Client, Saved, Visit, refresh_source, store_visits
from syndicator.store.sources import SourceState
from syndicator.urls import host_of

BATCH = 16
"""Visits that are stored in one transaction, and that may wait for it."""


async def refresh_due(
    ctx: Context,
    client: Client,
    due: Sequence[SourceState],
    clock: Callable[[], datetime],
    done: Callable[[Visit, Saved], None],
) -> None:
    """Visit all *due* sources, many at once, and store what they bring as it comes.

    Args:
        ctx: the configuration and the store.
        client: what to visit with.
        due: states of the sources to visit.
        clock: gives the current time.
        done: called for every visit once it is stored.
    """
    configured = {source.id: source for source in ctx.config.sources}
    # Bounded, so that documents do not pile up in memory when the store is the slower side.
    finished: asyncio.Queue[Visit | None] = asyncio.Queue(maxsize=BATCH)

    async def visit_host(states: Sequence[SourceState]) -> None:
        # One after another: many feeds of one host must not fill the slots with waiting.
        for state in states:
            async with client.slots:
                if client.stop.is_set():
                    return
                # Kept until the visit is taken over: what waits for the store is bounded, too.
                found = await refresh_source(ctx, client, configured[state.id], state, clock)
                await finished.put(found)

    async def visit_all() -> None:
        async with asyncio.TaskGroup() as group:
            for states in _by_host(due).values():
                group.create_task(visit_host(states))
        await finished.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(visit_all())
        group.create_task(_store_finished(ctx, client.writer, finished, clock, done))


def _by_host(due: Sequence[SourceState]) -> dict[str, list[SourceState]]:
    hosts: dict[str, list[SourceState]] = {}
    for state in due:
        hosts.setdefault(host_of(state.feed), []).append(state)
    return hosts


async def _store_finished(
    ctx: Context,
    writer: Executor,
    finished: asyncio.Queue[Visit | None],
    clock: Callable[[], datetime],
    done: Callable[[Visit, Saved], None],
) -> None:
    """Store visits in batches: as many as came while the last batch was written."""
    open_ = True
    while open_:
        batch = [await finished.get()]
        while not finished.empty() and len(batch) < BATCH:
            batch.append(finished.get_nowait())
        open_ = None not in batch
        found = [visit for visit in batch if visit is not None]
        loop = asyncio.get_running_loop()
        for visit, saved in await loop.run_in_executor(writer, store_visits, ctx, found, clock()):
            done(visit, saved)
