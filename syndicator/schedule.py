"""When a source is due next.  Pure.

Several parties have a say: the operator's interval, the freshness lifetime that the
server gave its answer (RFC 9111, 4.2), its ``Retry-After`` (RFC 9110, 10.2.3), and our
own back-off while attempts fail.  The longest wish wins: coming late costs minutes,
coming early costs the publisher's goodwill.  A little is added per source, so that
sources of one interval neither meet nor fall on the full hour.
"""

import hashlib
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(days=7)
"""No wish is followed for longer: a mistaken header must not silence a feed for a year."""
FIRST_BACKOFF = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(hours=24)
JITTER = 0.1
"""Largest share of the wait that is added on top of it."""


def next_check_at(
    now: datetime,
    *,
    every: timedelta,
    failures: int = 0,
    retry_at: datetime | None = None,
    fresh_for: timedelta = timedelta(0),
    key: str = "",
) -> datetime:
    """Return the instant before which the source must be left alone.

    Args:
        now: aware; when the last attempt ended.
        every: the operator's interval.
        failures: attempts that failed in a row, the last one included.
        retry_at: when the server lets us come back (RFC 9110, 10.2.3).
        fresh_for: how long the last answer stays fresh (RFC 9111, 4.2).
        key: name of the source; it alone settles how much is added to the wait,
            at most a tenth of it, nothing for an empty key.

    Raises:
        ValueError: *now* is naive or *failures* is negative.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    asked = timedelta(0) if retry_at is None else retry_at - now
    wait = max(every, backoff(failures), fresh_for, asked)
    # The jitter only ever adds, so it cannot undercut what the server asked for.
    return now + min(wait * (1 + JITTER * _share(key)), LONGEST_WAIT)


def backoff(failures: int) -> timedelta:
    """Return how long to wait after *failures* in a row: 1 h, doubled up to 24 h; 0 for none.

    Raises:
        ValueError: *failures* is negative.
    """
    if failures < 0:
        raise ValueError("failures must not be negative")
    if failures == 0:
        return timedelta(0)
    # The exponent is bounded too: a large one would overflow before min() sees it.
    return min(FIRST_BACKOFF * (1 << min(failures - 1, 5)), LONGEST_BACKOFF)


def _share(key: str) -> float:
    """Return a number in [0, 1) that depends on nothing but *key*."""
    if not key:
        return 0.0
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) / 2**32
