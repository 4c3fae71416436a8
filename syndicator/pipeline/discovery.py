"""From an address that somebody has to the feed that it means; nothing is stored."""

from dataclasses import dataclass, replace

import httpx

from syndicator.errors import AddressRefused, FetchError, HttpStatusError, ParseError
from syndicator.fetch import Access, Fetched, NotModified, Validators, fetch_feed
from syndicator.fetch.manners import HostGate
from syndicator.model.feed import ParsedFeed
from syndicator.model.settings import Fetch
from syndicator.parse import parse_feed
from syndicator.parse.discover import WELL_KNOWN, Announced, announced
from syndicator.urls import host_of, resolve, without_secrets

NOTHING = Validators(etag=None, last_modified=None)
MOST_TRIED = 3
"""Feeds of one page that are tried."""
MOST_FORWARDS = 3
"""Pages in a row that only send elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed, and how it was come by."""

    address: str
    """What to subscribe to: where only permanent redirects lead, else what was asked for."""
    answer: Fetched
    feed: ParsedFeed
    others: tuple[str, ...] = ()
    """Further feeds that the page names."""


class Finder:
    """Looks for a feed with an operator's manners, guard and limits."""

    def __init__(
        self, http: httpx.AsyncClient, limits: Fetch, access: Access | None = None
    ) -> None:
        """Look with *http*, within *limits*, with the headers and login of *access*."""
        self._http = http
        self._limits = limits
        self._access = access or Access(penalty=limits.penalty)
        self._gate = HostGate(limits.per_host_gap)

    async def read(self, url: str) -> Found:
        """Return the feed at *url*.

        Raises:
            FetchError: it cannot be fetched.
            ParseError: it is no feed.
        """
        answer = await self._fetch(url, self._access)
        try:
            return _found(url, answer)
        except ParseError as problem:
            named = _announced(answer).feeds
            unsaid = [feed for feed in named[:MOST_TRIED] if feed not in str(problem)]
            if not unsaid:
                raise
            raise ParseError(f"{problem}; its header names {' and '.join(unsaid)}") from problem

    async def find(self, url: str) -> Found:
        """Return the feed at *url*, else the one that the page there names, else a usual one.

        A page that names no feed and only sends elsewhere is followed, as a redirect is.

        Raises:
            FetchError: *url* cannot be fetched.
            ParseError: neither it nor what it names is a feed.
        """
        asked, answer = url, await self._fetch(url, self._access)
        passed = {answer.url}
        while True:
            try:
                return _found(asked, answer)
            except ParseError as error:
                problem = error
            named = _announced(answer)
            if named.feeds or named.forward is None:
                break
            try:
                answer = await self._forwarded(answer, named.forward, passed, url)
                asked = named.forward
            except FetchError as error:
                problem = ParseError(f"{problem}; {error}")
                break
        return await self._try(answer, named, url, problem)

    async def _forwarded(self, page: Fetched, to: str, passed: set[str], wrote: str) -> Fetched:
        """Return what *page* sends to.

        Raises:
            FetchError: it cannot be fetched, or no redirect would lead there.
        """
        shown = without_secrets(to)
        if to in passed:
            raise FetchError(shown, "the pages forward in a circle")
        if len(passed) > MOST_FORWARDS:
            raise FetchError(shown, f"more than {MOST_FORWARDS} pages in a row forward")
        if page.url.startswith("https:") and to.startswith("http:"):
            raise AddressRefused(shown, "https does not forward to plain http")
        answer = await self._fetch(to, self._access_of(page, to, wrote))
        passed |= {to, answer.url}
        return answer

    async def _try(self, page: Fetched, named: Announced, wrote: str, problem: ParseError) -> Found:
        candidates = [*named.feeds, *named.perhaps][:MOST_TRIED]
        looked = dict.fromkeys(candidates, "")
        if not named.feeds:
            # Addresses are guessed only where the page itself says nothing for certain.
            usual = [found for path in WELL_KNOWN if (found := resolve(page.url, path))]
            candidates += [found for found in usual if found not in candidates]
        for candidate in candidates:
            try:
                access = self._access_of(page, candidate, wrote)
                feed = _found(candidate, await self._fetch(candidate, access))
                return replace(feed, others=tuple(o for o in named.feeds if o != candidate))
            except (FetchError, ParseError) as error:
                if isinstance(error, HttpStatusError) and error.status in {401, 429, 503}:
                    raise
                why = error.problem if isinstance(error, FetchError) else str(error)
                if candidate in looked:
                    looked[candidate] = f" ({why})"
        said = [f"{address}{why}" for address, why in looked.items()]
        said += [] if named.feeds else ["the usual places"]
        raise ParseError(f"{problem}; no feed at {', '.join(said)}") from problem

    def _access_of(self, page: Fetched, named: str, wrote: str) -> Access:
        # What a page names on another host is not the operator's word.
        return replace(self._access, own=page.within or host_of(named) == host_of(wrote))

    async def _fetch(self, url: str, access: Access) -> Fetched:
        answer = await fetch_feed(
            self._http, url, NOTHING, self._limits, gate=self._gate, access=access
        )
        if isinstance(answer, NotModified):
            raise FetchError(url, "304, but the request set no condition")
        return answer


def _found(asked: str, answer: Fetched) -> Found:
    feed = parse_feed(answer.body, content_type=answer.content_type, base_url=answer.url)
    # As in an answer: a password belongs into the configuration by reference only.
    bare = str(httpx.URL(asked).copy_with(userinfo=b"", fragment=None))
    return Found(address=answer.permanent_url or bare, answer=answer, feed=feed)


def _announced(answer: Fetched) -> Announced:
    return announced(
        answer.body,
        content_type=answer.content_type,
        base_url=answer.url,
        alternates=answer.alternates,
    )
