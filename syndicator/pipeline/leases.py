"""What to ask of a hub, and which of its words to believe (W3C WebSub).  Pure.

A subscription is asked for, confirmed by the hub's call back, renewed before its lease ends,
and given back when it is not wanted any more.  Each function takes what is remembered of one
and returns what is to be remembered next; requests and answers are in
:mod:`syndicator.pipeline.websub`.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndicator.errors import FetchError, HttpStatusError
from syndicator.fetch.guard import is_opened
from syndicator.markup import one_line
from syndicator.model.settings import Config, Fetch, Source
from syndicator.model.websub import Mode, Subscription
from syndicator.schedule import FIRST_BACKOFF, LONGEST_WAIT, backoff
from syndicator.timestamps import rfc3339
from syndicator.urls import host_of, without_secrets

LEASE = timedelta(days=10)
"""What we ask for; the hub decides."""
LONGEST_LEASE = timedelta(days=90)
"""A promise is not believed for longer: it is renewed by then."""
DENIED_FOR = timedelta(days=7)
"""When a hub that denied us is asked again."""
OFTEN_ENOUGH = 8
"""Failures in a row after which a hub is asked once a week."""
GOODBYES = 3
"""Attempts to unsubscribe; then the lease is left to end."""
MAX_REASON = 200
NO_HUB = "not subscribed: "
"""How :func:`sentence` begins where no hub was or will be asked."""
ALGORITHMS = {"sha1", "sha256", "sha384", "sha512"}
"""Of ``X-Hub-Signature`` (section 7.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A subscription that should be there."""

    source_id: str
    hub: str
    topic: str
    base: str

    def is_met_by(self, one: Subscription) -> bool:
        """Say whether *one* is the subscription that is wished for."""
        same = (one.source_id, one.hub, one.topic, one.base)
        return not one.leaving and same == (self.source_id, self.hub, self.topic, self.base)


def callback_base(config: Config) -> str | None:
    """Return the address below which hubs reach our server; None: there is none."""
    if not config.websub.subscribe:
        return None
    base = config.site.base_url
    return config.websub.callback or (base if base.startswith("https:") else None)


def wishes(
    sources: Iterable[Source], base: str | None, announced: Mapping[str, tuple[str, str]]
) -> tuple[Wish, ...]:
    """Return the subscriptions that should be there.

    Args:
        sources: that are configured.
        base: below which hubs reach us; None: nowhere.
        announced: hub and topic of each source whose feed names them.
    """
    if base is None:
        return ()
    return tuple(
        Wish(source_id=s.id, hub=announced[s.id][0], topic=announced[s.id][1], base=base)
        for s in sources
        if s.websub and not s.paused and s.id in announced
    )


def is_safe(hub: str, limits: Fetch) -> bool:
    """Say whether a secret may be sent to *hub* (section 5.1): https, or the own network."""
    return hub.startswith("https:") or is_opened(host_of(hub), limits.allow_networks)


def is_ours(one: Subscription, source: Source | None, limits: Fetch) -> bool:
    """Say whether the hub may lie in our own network: *source* is at its host, or there too.

    Else a stranger's document would choose to which of our own hosts a form is sent.
    """
    hub, opened = host_of(one.hub), limits.allow_networks
    if source is None:
        return is_opened(hub, opened)  # it confirmed what is given back, so it was reached
    return host_of(source.feed) == hub or is_opened(host_of(source.feed), opened)


def given_up(one: Subscription, now: datetime) -> Subscription | None:
    """Return *one* as no longer wanted; None: it can be forgotten, no hub holds to it."""
    if one.lease_until is None or one.lease_until <= now:
        return None
    return one if one.leaving else replace(one, leaving=True, next_at=now, failures=0)


def request_of(one: Subscription) -> dict[str, str]:
    """Return the form that the hub gets (section 5.1)."""
    mode: Mode = "unsubscribe" if one.leaving else "subscribe"
    form = {"hub.mode": mode, "hub.topic": one.topic, "hub.callback": one.callback}
    if one.leaving:
        return form
    form["hub.lease_seconds"] = str(int(LEASE.total_seconds()))
    return form | ({"hub.secret": one.secret} if one.secret else {})


def asked(one: Subscription, now: datetime) -> Subscription:
    """Return *one* as it is stored before the request goes out.

    The hub may call back before it answers, so this comes first; and as long as it has not
    called back, the request counts as one that failed.
    """
    failures = one.failures + 1
    wait = backoff(failures) if failures < OFTEN_ENOUGH else LONGEST_WAIT
    return replace(
        one,
        pending="unsubscribe" if one.leaving else "subscribe",
        failures=failures,
        next_at=now + wait * (1 + 0.1 * _share(one.token)),
        problem=f"asked at {rfc3339(now)}, the hub has not confirmed it",
    )


def refused(one: Subscription, error: FetchError, now: datetime) -> Subscription:
    """Return *one* after its request failed; the hub may have said when to repeat it."""
    if one.pending is None:
        return one  # it was confirmed meanwhile: the failure came after the hub's call
    return replace(one, next_at=max(one.next_at, now + _wait(error)), problem=error.problem)


def is_about_all(error: FetchError) -> bool:
    """Say whether *error* is one of the hub, not of the one feed that it was asked for."""
    return not isinstance(error, HttpStatusError) or error.status in {429, 503}


def put_off(one: Subscription, error: FetchError, now: datetime) -> Subscription:
    """Return *one* that is not asked for now, since *error* befell the hub with another."""
    later = now + max(_wait(error), FIRST_BACKOFF)
    return replace(one, next_at=max(one.next_at, later), problem=error.problem)


def _wait(error: FetchError) -> timedelta:
    said = error.retry_after if isinstance(error, HttpStatusError) else None
    return said or timedelta(0)


def is_over(one: Subscription, now: datetime) -> bool:
    """Say whether a subscription that is given back need not be unsubscribed any more."""
    done = one.lease_until is None or one.lease_until <= now
    return one.leaving and (done or one.failures >= GOODBYES)


def is_intended(one: Subscription, mode: str, topic: str) -> bool:
    """Say whether the hub asks about what we asked for (section 5.3)."""
    return one.pending == mode and one.topic == topic


def confirmed(one: Subscription, lease_seconds: str, now: datetime) -> Subscription:
    """Return *one* after the hub confirmed the subscription.

    A lease that is not stated is taken as the one that we asked for.
    """
    lease = LEASE
    if lease_seconds.isascii() and lease_seconds.isdigit():
        lease = min(timedelta(seconds=int(lease_seconds[:9])), LONGEST_LEASE)
    return replace(
        one,
        pending=None,
        lease_until=now + lease,
        # Some time before the end, which is not the same for all.
        next_at=now + lease * (0.8 + 0.1 * _share(one.token)),
        failures=0,
        problem=None,
    )


def denied(one: Subscription, reason: str, now: datetime) -> Subscription:
    """Return *one* after the hub denied it or ended it (section 5.2)."""
    said = one_line(reason)[:MAX_REASON]
    return replace(
        one,
        pending=None,
        lease_until=None,
        next_at=now + DENIED_FOR,
        problem=f"the hub denied it: {said}" if said else "the hub denied it",
    )


def digest_of(one: Subscription, signature: str) -> tuple["hmac.HMAC | None", bytes]:
    """Return what signs a body for *one*, and the signature it must come to.

    None: the header *signature* (``sha256=...``, section 7.1) is not there or not usable.
    """
    method, _, digits = signature.strip().partition("=")
    name = method.casefold()
    if one.secret is None or name not in ALGORITHMS:
        return None, b""
    try:
        expected = bytes.fromhex(digits)
    except ValueError:
        return None, b""
    return hmac.new(one.secret.encode(), digestmod=name), expected


def sentence(
    source: Source,
    config: Config,
    mine: Sequence[Subscription],
    hub: str | None,
    now: datetime,
) -> str:
    """Return in words whether a hub tells of the news of *source*, and if not, why.

    Args:
        source: that is configured.
        config: all of it.
        mine: subscriptions of the source, those too that are being given back.
        hub: that its feed names.
        now: aware.
    """
    one = next((one for one in mine if not one.leaving), None)
    if one is None:
        return _unsubscribed(source, config, hub)
    where = without_secrets(one.hub)
    if one.lease_until is None or one.lease_until <= now:
        return f"not subscribed at {where}: {one.problem or 'not asked for yet'}"
    last = f"last ping at {rfc3339(one.pinged_at)}" if one.pinged_at else "no ping yet"
    trouble = f"; {one.problem}" if one.problem else ""
    return f"subscribed at {where} until {rfc3339(one.lease_until)}, {last}{trouble}"


def _unsubscribed(source: Source, config: Config, hub: str | None) -> str:
    if not config.websub.subscribe:
        return f"{NO_HUB}websub.subscribe is false"
    if not source.websub:
        return f"{NO_HUB}websub is false at the source"
    if hub is None:
        return f"{NO_HUB}no hub is known; the feed names none, or was not read yet"
    if callback_base(config) is None:
        return f"{NO_HUB}its hub cannot reach us; set websub.callback, or an https base_url"
    return f"{NO_HUB}only a running daemon subscribes"


def _share(token: str) -> float:
    """Return a number in [0, 1) that depends on nothing but *token*."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:4]) / 2**32
