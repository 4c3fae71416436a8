"""What one source needs besides its address, and whom it may be shown to.  Pure.

Headers and login go to the origin (scheme, host, port; RFC 6454) of the source's own
address and nowhere else: neither a redirect nor a moved feed takes them along.
"""

import base64
import functools
import hashlib
from dataclasses import dataclass

from syndicator.model.settings import Fetch, Penalty, Source
from syndicator.urls import origin_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one source is asked; its texts may be secrets."""

    origin: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    proxy: str | None = None
    penalty: Penalty = "host"
    own: bool = True
    """The operator wrote the address: what ``fetch.allow_networks`` opens is open to it."""

    def __repr__(self) -> str:
        # A traceback or a log line must not show what is in here.
        names = [name for name, _ in self.headers]
        return f"Access(origin={self.origin!r}, headers={names}, penalty={self.penalty!r})"

    def headers_for(self, url: str) -> list[tuple[bytes, bytes]]:
        """Return the further headers of a request to *url*."""
        if self.origin is None or origin_of(url) != self.origin:
            return []
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in self.headers]


def access_of(source: Source, limits: Fetch, *, own: bool = True) -> Access:
    """Return how *source* is asked; *own*: the operator wrote its address."""
    headers = list(source.headers.items())
    if source.auth is not None:
        account = f"{source.auth.user}:{source.auth.password}".encode()
        headers.append(("Authorization", "Basic " + base64.b64encode(account).decode()))
    return Access(
        origin=origin_of(source.feed),
        headers=tuple(headers),
        proxy=source.proxy,
        penalty=source.penalty or limits.penalty,
        own=own,
    )


def setup_digest(source: Source) -> str:
    """Return a digest of how *source* is fetched: when it changes, a stop is lifted."""
    way = access_of(source, Fetch())
    return _digest(way.proxy or "", way.headers)


@functools.lru_cache(maxsize=4096)
def _digest(proxy: str, headers: tuple[tuple[str, str], ...]) -> str:
    if not proxy and not headers:
        return ""
    text = "\n".join([proxy, *(f"{name}={value}" for name, value in headers)])
    # Costly on purpose: a short password must not be guessed from a stolen store.
    return hashlib.scrypt(text.encode(), salt=b"syndicator", n=2**12, r=8, p=1).hex()[:32]
