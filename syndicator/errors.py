"""Everything syndicator raises on purpose.

SyndicatorError
├─ ConfigError            the operator must edit YAML; nothing was changed
├─ SeedError              one file under seeds/ cannot be read; the others are
├─ NotFound               a name given on the command line leads to nothing, or to several
├─ StoreError             the database cannot be used as it is
├─ FetchError             this attempt failed; the source keeps its schedule
│  ├─ AddressRefused      the address is private or not http(s)
│  ├─ BodyTooLarge        more bytes than the configured limit
│  └─ HttpStatusError     the server answered 4xx or 5xx
│     └─ HostOnHold       it did so before and is left alone: nothing was sent
├─ ParseError             the body is no feed we can read
│  └─ ReadingFailed       it took too much time or memory, or ended its reader process
└─ PublishRefused         an output would break a source's terms; the old file stays

Bugs are not in this list: they stay ValueError, KeyError and so on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

UNTRUSTED = "its certificate is not trusted"
"""What a :class:`FetchError` says of a server that cannot prove its name (TLS)."""


class SyndicatorError(Exception):
    """Base of all expected errors; its text is fit for the operator's eyes."""


class ConfigError(SyndicatorError):
    """The configuration has *mistakes*; each names file, line, key and the remedy."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class SeedError(SyndicatorError):
    """The file *path* under seeds/ cannot be read as an article: mend or remove it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class NotFound(SyndicatorError):
    """The name *wanted* does not lead to exactly one thing: give an id or an address."""

    def __init__(self, wanted: str, problem: str) -> None:
        super().__init__(f"{wanted!r}: {problem}")
        self.wanted = wanted


class StoreError(SyndicatorError):
    """The database cannot be used: locked by another daemon, damaged, or unreachable."""


class FetchError(SyndicatorError):
    """The attempt to fetch *url* failed; the next one follows the back-off."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.url = url
        self.problem = problem


class AddressRefused(FetchError):
    """The address is not public or not http(s): open it by ``fetch.allow_networks``."""


class BodyTooLarge(FetchError):
    """The decoded body passed ``fetch.max_body``."""


class HttpStatusError(FetchError):
    """The server answered with *status* and may ask to be left alone for a while.

    *retry_after* is that wait, counted from the answer; *retry_at* is its end by the
    server's own clock, where the answer had a ``Date``.  *on_hold* names what is left
    alone for so long: the address, its host, or its domain.
    """

    def __init__(
        self,
        url: str,
        status: int,
        retry_at: datetime | None = None,
        *,
        retry_after: timedelta | None = None,
        on_hold: str | None = None,
    ) -> None:
        super().__init__(url, f"HTTP {status}")
        self.status = status
        self.retry_at = retry_at
        self.retry_after = retry_after
        self.on_hold = on_hold


class HostOnHold(HttpStatusError):
    """The host answered *status* to an earlier request: nothing was sent, wait *retry_after*."""

    def __init__(self, url: str, status: int, retry_after: timedelta) -> None:
        super().__init__(url, status, retry_after=retry_after)
        minutes = max(1, round(retry_after.total_seconds() / 60))
        self.problem = f"not asked: the host answered {status} before, {minutes} min to wait"
        self.args = (f"{url}: {self.problem}",)


class ParseError(SyndicatorError):
    """The body is no feed in RSS, Atom or JSON Feed; the source's address may be a page."""


class ReadingFailed(ParseError):
    """A document passed a limit of its reader process, or ended it; what is stored stays."""


class PublishRefused(SyndicatorError):
    """*path* would break a duty; the previous file stays in place.

    *item_id* names the one item at fault, if it is one: without it the file could be written.
    """

    def __init__(self, path: str, problem: str, *, item_id: str | None = None) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem
        self.item_id = item_id


def sole_cause(error: BaseException) -> BaseException:
    """Return what ended a group of tasks, if it was one thing; otherwise *error* itself.

    Tasks that met the same trouble, in the same words, met one thing.
    """
    if not isinstance(error, BaseExceptionGroup):
        return error
    first, *more = map(sole_cause, error.exceptions)
    same = all((type(one), str(one)) == (type(first), str(first)) for one in more)
    return first if same else error
