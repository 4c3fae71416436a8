"""Subscriptions at hubs: asking for them, and what hubs call us for (W3C WebSub).  Edge.

A ping says no more than "look there": its body is checked for the signature and thrown away,
and the source is visited as always.  So nothing comes in that did not come from the
publisher's own address, within the limits and manners of every visit.
"""

import asyncio
import hmac
import logging
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime

from syndicator.errors import FetchError
from syndicator.fetch import post_form
from syndicator.model.websub import Subscription
from syndicator.pipeline import leases
from syndicator.pipeline.context import Context
from syndicator.pipeline.ingest import Client
from syndicator.store import Store, Transaction, reading, sources, subscriptions, transaction
from syndicator.urls import host_of, without_secrets

log = logging.getLogger(__name__)

MOST_BODY = 10_000_000
"""Octets of a ping that are read for its signature."""
MOST_ASKED = 15
"""Requests to one hub in a row; then the others' turn comes, and what is new is looked for."""
UNSIGNED = "its last ping was not signed as agreed, and ignored"


async def tend_subscriptions(ctx: Context, client: Client, clock: Callable[[], datetime]) -> None:
    """Bring the subscriptions in line with what is wanted; ask the hubs that are to be asked.

    A hub gets one request at a time, with the gap between requests to any host.
    """
    loop = asyncio.get_running_loop()
    due = await loop.run_in_executor(client.writer, _bring_in_line, ctx, clock())
    async with asyncio.TaskGroup() as group:
        for waiting in due:
            group.create_task(_ask_hub(ctx, client, waiting, clock))


def _bring_in_line(ctx: Context, now: datetime) -> list[list[Subscription]]:
    """Store what is wanted now; return what to ask for, hub by hub."""
    base = leases.callback_base(ctx.config)
    with transaction(ctx.engine) as tx:
        sources.poll_again(tx, now=now)
        announced = subscriptions.announced(tx)
        wanted = set(leases.wishes(ctx.config.sources, base, announced))
        for one in subscriptions.all_subscriptions(tx):
            met = {wish for wish in wanted if wish.is_met_by(one)}
            wanted -= met
            if not met:
                _give_back(tx, one, now)
        subscriptions.save(tx, [_new(ctx, wish, now) for wish in sorted(wanted, key=str)])
        due = defaultdict(list)
        for one in subscriptions.all_subscriptions(tx):
            if one.next_at <= now:
                due[host_of(one.hub)].append(one)
    return list(due.values())


def _give_back(tx: Transaction, one: Subscription, now: datetime) -> None:
    left = leases.given_up(one, now)
    if left is None or leases.is_over(left, now):
        subscriptions.forget(tx, one.token)
    elif left != one:
        subscriptions.save(tx, [left])


def _new(ctx: Context, wish: leases.Wish, now: datetime) -> Subscription:
    safe = leases.is_safe(wish.hub, ctx.config.fetch)
    return Subscription(
        token=secrets.token_urlsafe(32),
        secret=secrets.token_urlsafe(32) if safe else None,
        source_id=wish.source_id,
        hub=wish.hub,
        topic=wish.topic,
        base=wish.base,
        next_at=now,
    )


async def _ask_hub(
    ctx: Context, client: Client, waiting: Sequence[Subscription], clock: Callable[[], datetime]
) -> None:
    """Ask one hub for what is *waiting*, as long as it answers."""
    loop = asyncio.get_running_loop()
    for number, one in enumerate(waiting[:MOST_ASKED], 1):
        if client.stop.is_set():
            return
        asked = await loop.run_in_executor(client.writer, _note_asked, ctx.engine, one, clock())
        error = await _ask(ctx, client, asked, clock) if asked else None
        if error is not None and leases.is_about_all(error):
            # Each of hundreds would wait for a dead hub as long as this one did.
            rest = [other.token for other in waiting[number:]]
            await loop.run_in_executor(client.writer, _put_off, ctx.engine, rest, error, clock())
            return


async def _ask(
    ctx: Context, client: Client, one: Subscription, clock: Callable[[], datetime]
) -> FetchError | None:
    """Ask for *one*; return what went wrong."""
    told = {"source": one.source_id, "hub": without_secrets(one.hub), "mode": one.pending}
    form, limits = leases.request_of(one), ctx.config.fetch
    source = next((s for s in ctx.config.sources if s.id == one.source_id), None)
    own = one.source_id not in ctx.strange and leases.is_ours(one, source, limits)
    try:
        await post_form(client.http, one.hub, form, limits, gate=client.gate, own=own)
    except FetchError as error:
        log.warning("hub not reached", extra={**told, "error": error.problem})
        loop = asyncio.get_running_loop()
        noted = (ctx.engine, one.token, error, clock())
        await loop.run_in_executor(client.writer, _note_refusal, *noted)
        return error
    log.info("hub asked", extra=told)
    return None


def _note_asked(engine: Store, one: Subscription, now: datetime) -> Subscription | None:
    """Note that *one* is asked for; None: that is no longer wanted, the hub called meanwhile."""
    with transaction(engine) as tx:
        if subscriptions.subscription(tx, one.token) != one:
            return None
        asked = leases.asked(one, now)
        subscriptions.save(tx, [asked])
    return asked


def _note_refusal(engine: Store, token: str, error: FetchError, now: datetime) -> None:
    with transaction(engine) as tx:
        # Read again: the hub may have called back meanwhile.
        one = subscriptions.subscription(tx, token)
        if one is not None:
            subscriptions.save(tx, [leases.refused(one, error, now)])


def _put_off(engine: Store, tokens: Sequence[str], error: FetchError, now: datetime) -> None:
    with transaction(engine) as tx:
        waiting = [subscriptions.subscription(tx, token) for token in tokens]
        later = [leases.put_off(one, error, now) for one in waiting if one is not None]
        subscriptions.save(tx, later)


class Door:
    """Where hubs call; what they tell waits here until it is taken."""

    def __init__(
        self,
        engine: Store,
        writer: Executor,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        """Make the door of one store.

        Args:
            engine: the store.
            writer: the thread that alone writes to it.
            clock: gives the current time.
            wake: called when there is something to take.
        """
        self._engine = engine
        self._writer = writer
        self._clock = clock
        self._wake = wake
        self._pings: dict[str, datetime] = {}

    async def verify(self, token: str, query: Mapping[str, str]) -> bool:
        """Say whether the hub that asks with *query* means what we asked for (section 5.3)."""
        if await asyncio.to_thread(self._find, token) is None:
            return False
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._decide, token, query)

    async def deliver(self, token: str, signature: str, body: AsyncIterator[bytes]) -> bool:
        """Take a ping (section 7); False: there is no such subscription.

        One with a wrong signature is ignored, and its sender does not learn of that.
        """
        one = await asyncio.to_thread(self._find, token)
        if one is None:
            return False
        signed = await _is_signed(one, signature, body)
        if one.leaving or one.lease_until is None:
            return True
        if signed:
            self._pings[token] = self._clock()
            self._wake()
        elif one.problem != UNSIGNED:
            log.warning("ping ignored", extra={"source": one.source_id, "why": UNSIGNED})
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._writer, self._note_unsigned, token)
        return True

    def take(self) -> None:
        """Store the pings that wait; call it in the writing thread."""
        pings, self._pings = self._pings, {}
        if pings:
            with transaction(self._engine) as tx:
                subscriptions.note_pings(tx, pings)

    def _find(self, token: str) -> Subscription | None:
        with reading(self._engine) as tx:
            return subscriptions.subscription(tx, token)

    def _decide(self, token: str, query: Mapping[str, str]) -> bool:
        mode, topic, now = query.get("hub.mode", ""), query.get("hub.topic", ""), self._clock()
        with transaction(self._engine) as tx:
            one = subscriptions.subscription(tx, token)
            if one is None:
                return False
            told = {"source": one.source_id, "hub": without_secrets(one.hub)}
            if mode == "denied" and topic == one.topic:
                after = leases.denied(one, query.get("hub.reason", ""), now)
                log.warning("hub denied", extra={**told, "why": after.problem})
            elif not leases.is_intended(one, mode, topic):
                return False
            elif mode == "unsubscribe":
                subscriptions.forget(tx, token)
                log.info("unsubscribed", extra=told)
                return True
            else:
                after = leases.confirmed(one, query.get("hub.lease_seconds", ""), now)
                log.info("subscribed", extra={**told, "until": f"{after.lease_until:%FT%TZ}"})
            subscriptions.save(tx, [after])
        return True

    def _note_unsigned(self, token: str) -> None:
        with transaction(self._engine) as tx:
            one = subscriptions.subscription(tx, token)
            if one is not None:
                subscriptions.save(tx, [replace(one, problem=UNSIGNED)])


async def _is_signed(one: Subscription, signature: str, body: AsyncIterator[bytes]) -> bool:
    """Read *body*, and say whether it is signed as agreed; without a secret all is."""
    digest, expected = leases.digest_of(one, signature)
    size = 0
    async for part in body:
        size += len(part)
        if size > MOST_BODY:
            return one.secret is None
        if digest is not None:
            digest.update(part)
    if one.secret is None:
        return True
    return digest is not None and hmac.compare_digest(digest.digest(), expected)
