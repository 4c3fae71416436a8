"""What a server's headers say about validity and time.  Edge.

Validators (RFC 9110, 8.8) are opaque: kept and sent back byte for byte, never parsed,
never made up.  Freshness (RFC 9111, 4.2) and ``Retry-After`` (RFC 9110, 10.2.3) become
durations, each reckoned from the answer's own ``Date``, so that a server with a wrong
clock is still understood.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

LONGEST = timedelta(days=7)
"""What is asked for beyond this is taken as this (RFC 9111, 1.2.2 lets us)."""
_DIRECTIVE = re.compile(r'([a-z0-9-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,"]*)))?', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The validators of a stored answer, as received."""

    etag: str | None
    last_modified: str | None
    url: str | None = None
    """The address that gave them, the only one they are sent to.

    None: not known; then they are sent along the whole chain of redirects.
    """

    def headers(self, url: str) -> list[tuple[bytes, bytes]]:
        """Return the request headers that make a request to *url* conditional."""
        if self.url is not None and self.url != url:
            return []
        pairs = ((b"If-None-Match", self.etag), (b"If-Modified-Since", self.last_modified))
        # ISO 8859-1 gives every octet back as it was read, see _raw().
        return [(name, value.encode("latin-1")) for name, value in pairs if value]


def validators_of(headers: httpx.Headers, url: str) -> Validators:
    """Return the validators in the *headers* of a 200 from *url*; absent ones are None."""
    return Validators(
        etag=_raw(headers, b"etag"), last_modified=_raw(headers, b"last-modified"), url=url
    )


def renewed(old: Validators, headers: httpx.Headers, url: str) -> Validators:
    """Return *old* with what a 304 from *url* replaced of it (RFC 9111, 4.3.4)."""
    new = validators_of(headers, url)
    return Validators(
        etag=new.etag or old.etag, last_modified=new.last_modified or old.last_modified, url=url
    )


def fresh_for(headers: httpx.Headers) -> timedelta:
    """Return how long the answer stays fresh from now on: 0 to 7 days (RFC 9111, 4.2).

    ``s-maxage`` is for shared caches and does not concern us.
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-cache" in directives or "no-store" in directives:
        return timedelta(0)
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"])
    else:
        expires, date = http_date(headers.get("expires")), http_date(headers.get("date"))
        lifetime = expires - date if expires and date else None
    age = _seconds(headers.get("age", "")) or timedelta(0)
    return min(max((lifetime or timedelta(0)) - age, timedelta(0)), LONGEST)


def retry_after(headers: httpx.Headers) -> timedelta | None:
    """Return the wait that ``Retry-After`` asks for, at most 7 days; None if it says nothing."""
    said = headers.get("retry-after")
    if said is None:
        return None
    wait = _seconds(said)
    if wait is None:
        until, date = http_date(said), http_date(headers.get("date"))
        wait = until - date if until and date else None
    return None if wait is None else min(max(wait, timedelta(0)), LONGEST)


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP-date (RFC 9110, 5.6.7) as aware UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _raw(headers: httpx.Headers, name: bytes) -> str | None:
    # httpx guesses an encoding for the text form; ISO 8859-1 maps octets one to one.
    found = next((value for key, value in headers.raw if key.lower() == name), b"")
    return found.decode("latin-1") or None


def _directives(cache_control: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(cache_control):
        # The first of two that contradict each other counts (RFC 9111, 4.2.1).
        found.setdefault(match[1].lower(), match[2] or match[3] or "")
    return found


def _seconds(text: str) -> timedelta | None:
    """Return delta-seconds (RFC 9111, 1.2.2), at most 7 days plus; None for anything else."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    # Twelve digits are 30,000 years; longer numbers would not fit a timedelta.
    return timedelta(seconds=min(int(digits[:12]), 10**9))
