"""What a visit asks for, and what it leaves behind in the state of its source.  Pure.

The order of a visit is in :mod:`syndicator.pipeline.ingest`; here is what is learnt from
its end: the next visit and whose wish that is, proof that a feed moved for good, signs
that somebody else took it over, and when a source is given up.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from syndicator.errors import FetchError, HostOnHold, HttpStatusError, ParseError
from syndicator.fetch import Fetched, NotModified, Validators
from syndicator.fetch.guard import is_opened
from syndicator.markup import one_line
from syndicator.model.feed import ParsedEntry, ParsedFeed
from syndicator.model.settings import Fetch, Source
from syndicator.model.visit import Hints, Move
from syndicator.schedule import DAY, LEAST_INTERVAL, Asked, interval_bounds, plan_next
from syndicator.store.sources import SourceState
from syndicator.urls import host_of, is_web_url, without_secrets

UNCONDITIONAL = timedelta(days=30)
"""A document that we hold is asked for in any case at most once in this time."""
SILENCES = 3
"""A server that says "not modified" for so many of the feed's longest silences is doubted."""
LEAST_SILENCE = timedelta(days=7)
"""No server is doubted before."""
PROOF = 3
"""Days on which a permanent redirect must lead to a good answer before it is believed."""
LOST = 3
"""Failures in a row at a proven new address after which the configured one is asked again."""
GONE_AGAIN = timedelta(hours=20)
"""Two 410 answers at least so far apart retire a source."""
_WORD = re.compile(r"\w{2,}|[^\W\x00-\x7f]")  # a letter alone, as in "Ann's", names nobody
_COMMON = frozenset(
    ("and", "blog", "feed", "in", "latest", "news", "of", "on", "posts", "rss", "stories", "the")
)
"""Words of feeds' titles that tell no publisher from another."""
MOST_POSTS = 100
MOST_MOVES = 20


def wanted(state: SourceState, *, reader: str, now: datetime) -> Validators:
    """Return the validators of the next request: none if the document is wanted in any case."""
    none = Validators(etag=None, last_modified=None)
    if not (state.etag or state.last_modified):
        return none
    asked = state.unconditional_at
    may = asked is None or now - asked >= UNCONDITIONAL
    if state.hints.stale_304 or (may and (state.reader != reader or _overdue(state, now))):
        return none
    return Validators(etag=state.etag, last_modified=state.last_modified, url=state.validators_url)


def succeeded(
    source: Source,
    limits: Fetch,
    state: SourceState,
    answer: Fetched | NotModified,
    now: datetime,
) -> SourceState:
    """Return *state* after a good answer; the document itself is not looked at."""
    kept = answer.validators
    moved = _moved(source, state, answer, now)
    state = replace(
        moved,
        etag=kept.etag,
        last_modified=kept.last_modified,
        validators_url=kept.url,
        validators_at=now if kept.etag or kept.last_modified else state.validators_at,
        checked_at=now,
        failures=0,
        failing_since=None,
        gone_at=None,
        penalty_key=None,
        penalty_until=None,
        status="held" if state.held else "ok",
        error=state.held,
        host=state.host or host_of(kept.url or source.feed),
    )
    return planned(source, limits, state, now, fresh_for=answer.fresh_for)


def learnt(state: SourceState, before: SourceState, feed: ParsedFeed, now: datetime) -> SourceState:
    """Return *state* with what the document itself says about its rhythm.

    It also says whether the server told the truth when it answered 304 *before*.
    """
    posts = _posts(state.posts, feed.entries, now)
    hints = Hints(
        minutes=max(feed.ttl_minutes or 0, feed.update_minutes or 0),
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        stale_304=before.hints.stale_304 or _was_stale(before, posts),
        name=feed.title or before.hints.name,
    )
    return replace(state, hints=hints, posts=posts)


def failed(
    source: Source,
    limits: Fetch,
    state: SourceState,
    error: FetchError | ParseError,
    now: datetime,
) -> SourceState:
    """Return *state* after an attempt that failed."""
    # What is on hold was not asked: that is no failure of this source.
    asked = not isinstance(error, HostOnHold)
    status = error.status if isinstance(error, HttpStatusError) else None
    if isinstance(error, ParseError):
        status = 200  # there was a body, else nobody could have failed to read it
    failures = state.failures + asked
    after = replace(
        state,
        checked_at=now,
        failures=failures,
        status="failed",
        http_status=status,
        error=error.problem if isinstance(error, FetchError) else str(error),
    )
    if asked:
        after = replace(
            after,
            failing_since=state.failing_since or now,
            gone_at=(state.gone_at or now) if status == 410 else None,
            stopped=_stopped(state, status, now),
        )
    if after.address and failures >= LOST:
        after = replace(after, address=None, moved_to=None, moved_days=0, moved_on=None)
    wait = timedelta(0)
    if isinstance(error, HttpStatusError):
        wait = error.retry_after or wait
        if error.on_hold:
            after = replace(after, penalty_key=error.on_hold, penalty_until=now + wait)
    return planned(source, limits, after, now, retry_after=wait)


def planned(
    source: Source,
    limits: Fetch,
    state: SourceState,
    now: datetime,
    *,
    fresh_for: timedelta = timedelta(0),
    retry_after: timedelta = timedelta(0),
) -> SourceState:
    """Return *state* with the time of its next visit, and whose wish that is."""
    asked = _asked(source, limits, state, now)
    asked = replace(asked, fresh_for=fresh_for, retry_after=retry_after)
    plan = plan_next(now, asked, key=source.id)
    polled = plan_next(now, replace(asked, pushed=False), key=source.id)
    return replace(
        state,
        next_check_at=plan.at,
        due_why=state.stopped or plan.why,
        poll_at=polled.at if asked.pushed else None,
    )


def _asked(source: Source, limits: Fetch, state: SourceState, now: datetime) -> Asked:
    ours = is_opened(host_of(source.feed), limits.allow_networks)
    plain = source.interval is not None or ours
    live = state.lease_until is not None and state.lease_until > now
    return Asked(
        bounds=interval_bounds(source, limits, ours=ours),
        posts=state.posts,
        hint=timedelta(minutes=min(state.hints.minutes, 100_000)),
        skip_hours=() if plain else state.hints.skip_hours,
        skip_days=() if plain else state.hints.skip_days,
        failures=state.failures,
        status=state.http_status if state.failures else None,
        failing_for=now - state.failing_since if state.failing_since else timedelta(0),
        unvalidated=bool(state.fetched_at) and not _conditional(state) and not plain,
        pushed=live and state.pushes_work,
    )


def announced(
    state: SourceState, answer: Fetched | NotModified, feed: ParsedFeed | None
) -> SourceState:
    """Return *state* with the hub that the headers name, else the document (WebSub, 4).

    Args:
        state: of the source; its hub stays where nothing was read that could name one.
        answer: to the visit.
        feed: the document, if it was read.
    """
    hub = answer.hub or (feed.hub if feed else state.hub)
    topic = answer.self_url or (feed.self_url if feed else state.topic)
    if not is_web_url(hub):
        return replace(state, hub=None, topic=None)
    # Without a self link the hub can only know the feed by the address that it was read at.
    return replace(state, hub=hub, topic=topic or answer.validators.url or state.feed)


def is_due(source: Source, limits: Fetch, state: SourceState, now: datetime) -> bool:
    """Say whether *source* may be visited: its time has come, or a hub told of news.

    What a hub says comes from the publisher, but a hub can be wrong or be played with: while
    attempts fail the back-off stands, and strangers are not asked more often than every 15
    minutes; each ping in a row that brought nothing doubles that, up to the interval.
    """
    if state.next_check_at <= now:
        return True
    if not state.pinged or state.failures or state.stopped:
        return False
    if is_opened(host_of(source.feed), limits.allow_networks) or state.checked_at is None:
        return True
    gap = LEAST_INTERVAL * (1 << min(state.idle_pings, 10))
    return now - state.checked_at >= min(gap, interval_bounds(source, limits).every)


def judged(state: SourceState, *, pinged: bool, news: bool) -> SourceState:
    """Return *state* with what a visit shows about the hub's word.

    Pushes are seen to work once a ping brought news; news that no ping told of is proof of
    the contrary, and the source is visited at its interval again.
    """
    if pinged:
        idle = 0 if news else state.idle_pings + 1
        return replace(state, idle_pings=idle, pushes_work=state.pushes_work or news)
    if not (news and state.pushes_work):
        return state
    due = state.poll_at or state.next_check_at
    return replace(state, pushes_work=False, next_check_at=due, poll_at=None)


def suspicion(source: Source, state: SourceState, answer: Fetched, feed: ParsedFeed) -> str | None:
    """Return why this document may be another publisher's; None if nothing speaks for it.

    The last sign, that not one of its entries is known, only the store can tell.
    """
    if state.fetched_at is None:
        return None
    before, after = _tongue(state.language), _tongue(feed.language)
    renamed = is_other_name(state.hints.name, feed.title)
    host = host_of(answer.url)
    known = {host_of(source.feed), state.host or host_of(state.validators_url or source.feed)}
    if host not in known:
        shown = source.title or feed.title
        if before == after and not renamed and (before is not None or shown == state.title):
            return None
        return (
            f"redirected to {host}, where all entries are others, and language or name:"
            f" nothing of it is taken; if the publisher moved there, make"
            f" {without_secrets(answer.url)} its feed"
        )
    if not (renamed or (_translated(before, after) and _resettled(state, feed))):
        return None
    return (
        f"another feed stands at its address: it calls itself {one_line(feed.title or '-')},"
        f" and all entries are others; nothing of it is taken"
    )


def is_other_name(before: str | None, after: str | None) -> bool:
    """Say whether two titles of a feed have nothing in common; one that is unknown is no other."""
    old, new = (_WORD.findall((title or "").casefold()) for title in (before, after))
    if not old or not new or "".join(old) in "".join(new) or "".join(new) in "".join(old):
        return False
    # "Town News" and "Casino News" share no word that names anything.
    if set(old) - _COMMON and set(new) - _COMMON:
        return not (set(old) & set(new)) - _COMMON
    return not set(old) & set(new)


def _translated(before: str | None, after: str | None) -> bool:
    return before is not None and after is not None and before != after


def _resettled(state: SourceState, feed: ParsedFeed) -> bool:
    before, after = host_of(state.html_url or ""), host_of(feed.html_url or "")
    return bool(before and after) and before != after


def held(state: SourceState, before: SourceState, why: str) -> SourceState:
    """Return *state* of a visit whose document is not believed: the facts of before stay."""
    return replace(
        state,
        title=before.title,
        feed_id=before.feed_id,
        html_url=before.html_url,
        rights=before.rights,
        access_denied=before.access_denied,
        language=before.language,
        host=before.host or host_of(before.validators_url or before.feed),
        hints=before.hints,
        posts=before.posts,
        hub=before.hub,
        topic=before.topic,
        status="held",
        held=why,
        error=why,
    )


def believed(state: SourceState, answer: Fetched, feed: ParsedFeed) -> SourceState:
    """Return *state* of a visit whose document is the source's own."""
    return replace(
        state,
        held=None,
        status="ok",
        error=None,
        host=host_of(answer.url),
        language=feed.language or state.language,
    )


def _conditional(state: SourceState) -> bool:
    return state.validators_at is not None and not state.hints.stale_304


def _overdue(state: SourceState, now: datetime) -> bool:
    """Say whether a server has answered 304 for longer than the feed was ever silent."""
    if state.http_status != 304 or state.fetched_at is None or len(state.posts) < 2:
        return False
    longest = max(later - earlier for earlier, later in pairwise(state.posts))
    silent = now - max(state.posts[-1], state.fetched_at)
    return silent > max(SILENCES * longest, LEAST_SILENCE)


def _was_stale(before: SourceState, posts: Iterable[datetime]) -> bool:
    """Say whether the last 304 was wrong: what it hid was published a day before, or longer.

    Only an answer to a request without conditions proves that, of a feed read before.
    """
    last, read, asked = before.checked_at, before.fetched_at, before.unconditional_at
    if before.http_status != 304 or not (last and read and asked) or asked < last:
        return False
    return any(read < post < last - DAY for post in posts)


def _moved(
    source: Source, state: SourceState, answer: Fetched | NotModified, now: datetime
) -> SourceState:
    using = state.address or source.feed
    found = answer.validators.url or using
    last = state.moves[-1].to if state.moves else source.feed
    if found != last:
        move = Move(at=now, to=found, permanent=answer.permanent_url is not None)
        state = replace(state, moves=(*state.moves, move)[-MOST_MOVES:])
    target = answer.permanent_url
    if target is None or target == using:
        return replace(state, moved_to=None, moved_days=0, moved_on=None)
    days = 1
    if target == state.moved_to and state.moved_on is not None:
        days = state.moved_days + (now.date() > state.moved_on.date())
    proven = days >= PROOF and host_of(target) == host_of(source.feed)
    if proven and not state.held:
        return replace(state, address=target, moved_to=None, moved_days=0, moved_on=None)
    return replace(state, moved_to=target, moved_days=days, moved_on=now)


def _stopped(state: SourceState, status: int | None, now: datetime) -> str | None:
    if status == 401:
        return "it asks for a login: not visited until its configuration changes"
    # Etiquette lists would stop at the first 410; but servers send waves of them by mistake,
    # and one more request a day later costs nobody anything.
    if status == 410 and state.gone_at is not None and now - state.gone_at >= GONE_AGAIN:
        return "gone for good (HTTP 410, twice, a day apart): not visited any more"
    return state.stopped


def _posts(
    before: Iterable[datetime], entries: Iterable[ParsedEntry], now: datetime
) -> tuple[datetime, ...]:
    # Whole minutes: the same entry must not count twice for its seconds.
    stated = {e.published.replace(second=0, microsecond=0) for e in entries if e.published}
    past = {post for post in stated | set(before) if now - 400 * DAY < post <= now}
    return tuple(sorted(past)[-MOST_POSTS:])


def _tongue(tag: str | None) -> str | None:
    return tag.partition("-")[0].casefold() if tag else None
