"""From an address that somebody has to the feed that it means; nothing is stored."""

from dataclasses import replace

import httpx

from syndicator.errors import FetchError, HttpStatusError, ParseError
from syndicator.fetch import Access, Fetched, NotModified, Validators, fetch_feed
from syndicator.fetch.manners import HostGate
from syndicator.model.feed import ParsedFeed
from syndicator.model.settings import Fetch
from syndicator.parse import parse_feed
from syndicator.parse.discover import WELL_KNOWN, announced_feeds
from syndicator.urls import host_of, resolve

NOTHING = Validators(etag=None, last_modified=None)
MOST_TRIED = 3
"""Feeds of one page that are tried."""


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

    async def read(self, url: str) -> tuple[Fetched, ParsedFeed]:
        """Return the answer of *url* and the feed in it.

        Raises:
            FetchError: it cannot be fetched.
            ParseError: it is no feed.
        """
        return await self._read(url, self._access)

    async def find(self, url: str) -> tuple[Fetched, ParsedFeed]:
        """Return the feed at *url*, else the one that the page there names, else a usual one.

        Raises:
            FetchError: *url* cannot be fetched.
            ParseError: neither it nor what it names is a feed.
        """
        answer = await self._fetch(url, self._access)
        try:
            return answer, _parsed(answer)
        except ParseError as error:
            problem = error
        named = announced_feeds(answer.body, content_type=answer.content_type, base_url=answer.url)
        # Addresses are guessed only where the page itself says nothing.
        usual = [found for path in WELL_KNOWN if (found := resolve(answer.url, path))]
        for candidate in named[:MOST_TRIED] or usual:
            # What a page names on another host is not the operator's word.
            own = answer.within or host_of(candidate) == host_of(url)
            access = replace(self._access, own=own)
            try:
                return await self._read(candidate, access)
            except HttpStatusError as error:
                if error.status in {401, 429, 503}:
                    raise
            except (FetchError, ParseError):
                continue
        looked = ", ".join(named[:MOST_TRIED]) or "the usual places"
        raise ParseError(f"{problem}; no feed at {looked}") from problem

    async def _read(self, url: str, access: Access) -> tuple[Fetched, ParsedFeed]:
        answer = await self._fetch(url, access)
        return answer, _parsed(answer)

    async def _fetch(self, url: str, access: Access) -> Fetched:
        answer = await fetch_feed(
            self._http, url, NOTHING, self._limits, gate=self._gate, access=access
        )
        if isinstance(answer, NotModified):
            raise FetchError(url, "304, but the request set no condition")
        return answer


def _parsed(answer: Fetched) -> ParsedFeed:
    return parse_feed(answer.body, content_type=answer.content_type, base_url=answer.url)
