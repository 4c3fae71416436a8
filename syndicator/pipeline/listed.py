"""Which sources reading lists make of the feeds that they name.  Pure.

Whoever keeps a list chooses what we visit, but not what we may show: a listed feed gives
headline and link, whatever its items claim, under the name that it gives itself.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from syndicator.fetch.guard import is_opened
from syndicator.model.rights import Publisher
from syndicator.model.settings import Config, ReadingList, Source
from syndicator.model.visit import ListedFeed
from syndicator.urls import bare_host, canonical_url, host_of, slugify

LINK_ONLY = "unknown"
"""The built-in policy under which headline and link are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One feed of one list: the source it becomes, or why it becomes none."""

    list_id: str
    feed: str
    source: Source | None = None
    why: str = ""


def with_listed(config: Config, feeds: Sequence[ListedFeed]) -> Config:
    """Return *config* with the sources that its reading lists name."""
    found = tuple(one.source for one in sift(config, feeds) if one.source)
    return replace(config, sources=config.sources + found) if found else config


def strangers(config: Config, feeds: Sequence[ListedFeed]) -> Iterator[str]:
    """Yield the ids of the sources that lists outside of our own network name.

    What ``fetch.allow_networks`` opens for the operator's sources is not opened to them,
    whatever their names resolve to.
    """
    outside = {each.id for each in config.reading_lists if not _is_within(config, each)}
    for one in sift(config, feeds):
        if one.source and one.list_id in outside:
            yield one.source.id


def sift(config: Config, feeds: Sequence[ListedFeed]) -> Iterator[Listed]:
    """Yield every listed feed, in the order of the lists, with what becomes of it.

    A feed is followed once: configured sources come first, then the first list that names it.
    """
    taken = {canonical_url(s.feed): "it is a source already" for s in config.sources}
    taken |= {canonical_url(each.url): "it is a reading list" for each in config.reading_lists}
    ids = {source.id for source in config.sources}
    for each in config.reading_lists:
        count = 0
        for one in feeds:
            if one.list_id != each.id:
                continue
            why = taken.get(canonical_url(one.feed)) or _refusal(config, each, one.feed)
            source = None if why else _source(config, each, one)
            if source and source.id in ids:
                why = f"a source has its id, {source.id}"
            elif source and count >= each.limit:
                why = f"the limit of {each.limit} is reached"
            if why or source is None:
                yield Listed(list_id=each.id, feed=one.feed, why=why)
                continue
            count += 1
            taken[canonical_url(one.feed)] = "another outline or list names it too"
            yield Listed(list_id=each.id, feed=one.feed, source=source)


def _refusal(config: Config, each: ReadingList, feed: str) -> str:
    ours = canonical_url(config.site.base_url)
    if f"{canonical_url(feed)}/".startswith(f"{ours}/"):
        return "it is our own output: that would go round in a circle"
    if "@" in urlsplit(feed).netloc:
        return "its address holds a login, and would be published"
    if is_opened(host_of(feed), config.fetch.allow_networks) and not _is_within(config, each):
        return "it is in our own network, and the list is not"
    return ""


def _is_within(config: Config, each: ReadingList) -> bool:
    return is_opened(host_of(each.url), config.fetch.allow_networks)


def _source(config: Config, each: ReadingList, one: ListedFeed) -> Source:
    host = bare_host(one.feed)
    publisher = _publisher_at(config, host)
    described = each.policy == "publisher" and publisher is not None and publisher.policy
    return Source(
        id=listed_id(one.feed),
        feed=one.feed,
        publisher=publisher.id if publisher else host,
        themes=each.themes,
        regions=each.regions,
        reports=each.reports,
        policy=None if described else LINK_ONLY,
    )


def listed_id(feed: str) -> str:
    """Return the id of the source at *feed*: the same in every list and at every time."""
    mark = hashlib.sha256(feed.encode()).hexdigest()[:10]
    name = slugify(bare_host(feed).replace(".", "-"))[:50].rstrip("-")
    return f"{name}-{mark}".lstrip("-")


def _publisher_at(config: Config, host: str) -> Publisher | None:
    """Return the publisher that *host* belongs to: the longest configured domain wins."""
    matching = [
        (len(domain), publisher)
        for publisher in config.publishers.values()
        for domain in publisher.domains
        if host == domain or host.endswith(f".{domain}")
    ]
    return max(matching, key=lambda match: match[0])[1] if matching else None
