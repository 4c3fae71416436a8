"""``syndicator sources add, test, import, export``: from an address to a subscription."""

import asyncio
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from syndicator import __version__
from syndicator.cli.folders import Places
from syndicator.cli.root import CONFIG, JSON, print_json, read_config
from syndicator.cli.sources import sources
from syndicator.config.stanzas import (
    NewPublisher,
    NewSource,
    add_to_files,
    publishers_yaml,
    sources_yaml,
)
from syndicator.errors import FetchError, HttpStatusError
from syndicator.fetch import Access, Fetched, make_client
from syndicator.fetch.access import access_of
from syndicator.model.feed import ParsedFeed
from syndicator.model.rights import Publisher
from syndicator.model.settings import Config
from syndicator.parse.opml import Subscription, parse_opml
from syndicator.pipeline.discovery import Finder, Found
from syndicator.render.opml import OpmlOutline, render_opml
from syndicator.timestamps import rfc3339
from syndicator.urls import (
    bare_host,
    canonical_url,
    is_web_url,
    site_of,
    slugify,
    without_feed_scheme,
    without_secrets,
)

_CARRIERS = """
    anchor.fm bsky.app codeberg.org dailymotion.com dev.to feed43.com feedproxy.google.com
    feeds.acast.com feeds.buzzsprout.com feeds.feedblitz.com feeds.feedburner.com
    feeds.libsyn.com feeds.megaphone.fm feeds.simplecast.com feeds.soundcloud.com
    feeds.transistor.fm feeds2.feedburner.com fetchrss.com flickr.com github.com gitlab.com
    kill-the-newsletter.com mastodon.social medium.com old.reddit.com pinterest.com
    politepaul.com reddit.com rss.app rss.art19.com rsshub.app vimeo.com youtube.com
"""
CARRIERS = frozenset(_CARRIERS.split())
"""Hosts, without ``www.``, at which each feed is another publisher's."""
WRITE = click.option("--write", is_flag=True, help="Append it to the files; else it is printed.")


@sources.command()
@click.argument("url")
@CONFIG
@WRITE
def add(url: str, directory: Path, *, write: bool) -> None:
    """Find the feed of URL, show what it holds, give the YAML to subscribe to it."""
    config = read_config(directory)
    found = asyncio.run(_look(config, _address(url), None, only=False))
    feed, address = found.feed, found.address
    for line in _report(address, found.answer, feed):
        click.echo(f"# {line}")
    for other in found.others:
        click.echo(f"# other      {other}")
    same = {canonical_url(address), canonical_url(url)}
    known = next((s.id for s in config.sources if canonical_url(s.feed) in same), None)
    if known is not None:
        click.echo(f"# Subscribed to already: source {known}.")
        return
    names = _Names(config)
    wanted = Subscription(feed=address, title=feed.title, home=feed.html_url)
    new, publisher = names.name(wanted, language=feed.language, link_only=False)
    if publisher is None:
        click.echo(f"# Its publisher is described already: {new.publisher}.")
    if new.policy:
        click.echo("# But only the feed says so: its address is at none of that publisher's hosts.")
    _give(directory, [new], [publisher] if publisher else [], write=write)


@sources.command(name="test")
@click.argument("url")
@CONFIG
@JSON
def test_(url: str, directory: Path, *, as_json: bool) -> None:
    """Fetch and read URL, or the source of that id; nothing is stored."""
    config = read_config(directory)
    source = next((s for s in config.sources if url in {s.id, s.feed}), None)
    if source is None and not re.search(r"[.:/]", url):
        raise click.UsageError(f"no source {url!r} is configured, and it is no address")
    access = access_of(source, config.fetch) if source else None
    address = source.feed if source else _address(url)
    found = asyncio.run(_look(config, address, access, only=True))
    answer, feed = found.answer, found.feed
    if source and source.private:
        answer = replace(answer, url=site_of(answer.url), permanent_url=None)
    if as_json:
        print_json(_document(answer, feed))
        return
    shown = site_of(address) if source and source.private else found.address
    click.echo("\n".join(_report(shown, answer, feed)))
    for entry in feed.entries[:5]:
        stated = entry.published or entry.updated
        when = rfc3339(stated) if stated else "no date"
        click.echo(f"  {when}  {entry.title or '(no title)'}  {entry.url or '(no link)'}")
    for warning in feed.warnings:
        click.echo(f"  flaw: {warning}")


@sources.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@CONFIG
@WRITE
def import_(file: Path, directory: Path, *, write: bool) -> None:
    """Take the subscriptions of an OPML FILE, each with headline and link only."""
    config = read_config(directory)
    names = _Names(config)
    subscribed = {canonical_url(source.feed) for source in config.sources}
    new: list[NewSource] = []
    publishers: list[NewPublisher] = []
    named = parse_opml(file.read_bytes())
    for refused in named.refused:
        click.echo(f"left out: {refused!r} is no web address", err=True)
    if not named.whole:
        click.echo(f"{file} is not well-formed: see whether feeds of it are missing", err=True)
    places = Places(config)
    for subscription in named.feeds:
        if "@" in urlsplit(subscription.feed).netloc:
            shown = without_secrets(subscription.feed)
            click.echo(f"left out: {shown} holds a login: write it with `auth`", err=True)
            continue
        if canonical_url(subscription.feed) in subscribed:
            continue
        subscribed.add(canonical_url(subscription.feed))
        source, publisher = names.name(subscription, language=None, link_only=True)
        new.append(replace(source, places=places.of(subscription.folders)))
        publishers += [publisher] if publisher else []
    for folder in places.unknown:
        click.echo(f"folder {folder!r}: no theme, region or report has this name", err=True)
    if not new:
        click.echo("# Nothing new: every feed of the list is subscribed to.")
        return
    _give(directory, new, publishers, write=write)


@sources.command()
@CONFIG
def export(directory: Path) -> None:
    """Print the sources as OPML 2.0; an address that holds a key is left out."""
    config = read_config(directory)
    outlines = []
    for source in config.sources:
        if source.private:
            click.echo(f"left out: the address of {source.id} holds a key", err=True)
            continue
        publisher = config.publishers.get(source.publisher)
        title = source.title or (publisher.name if publisher else source.id)
        home = publisher.homepage if publisher else None
        outlines.append(
            OpmlOutline(
                title=title,
                xml_url=source.feed,
                html_url=home,
                language=source.language,
                categories=source.themes + source.regions + source.reports,
            )
        )
    site = config.site
    click.echo(render_opml(site.title, outlines, contact=site.contact), nl=False)


async def _look(config: Config, url: str, access: Access | None, *, only: bool) -> Found:
    contact = config.site.contact.removeprefix("mailto:")
    async with make_client(config.fetch, contact=contact, version=__version__) as http:
        finder = Finder(http, config.fetch, access)
        try:
            return await (finder.read(url) if only else finder.find(url))
        except HttpStatusError as error:
            raise FetchError(error.url, f"{error.problem}{_hint(error)}") from error


def _hint(error: HttpStatusError) -> str:
    if error.status in {401, 403}:
        return "; a source that has `auth` or `headers` may be let in: `syndicator sources test ID`"
    if error.retry_after:
        return f"; it asks to be left alone for {round(error.retry_after.total_seconds() / 60)} min"
    return ""


def _address(text: str) -> str:
    url = without_feed_scheme(text.partition("#")[0])
    url = url if "://" in url else f"https://{url}"
    if not is_web_url(url):
        raise click.UsageError(f"{text!r} is no web address")
    return url


def _give(
    directory: Path, new: list[NewSource], publishers: list[NewPublisher], *, write: bool
) -> None:
    listed, described = sources_yaml(new), publishers_yaml(publishers)
    if not write:
        click.echo(f"sources:\n{listed}", nl=False)
        if described:
            click.echo(f"\npublishers:\n{described}", nl=False)
        return
    for path in add_to_files(directory, os.environ, sources=listed, publishers=described):
        click.echo(f"{path}: written", err=True)
    count = len(new)
    click.echo(f"{count} source{'s' * (count != 1)} added: SIGHUP tells a running daemon", err=True)


class _Names:
    """Ids for new sources and publishers that nobody has yet."""

    def __init__(self, config: Config) -> None:
        self._sources = _Ids({source.id for source in config.sources} | {"seeds"})
        self._publishers = _Ids(config.publishers)
        self._domains: dict[str, Publisher] = {}
        for publisher in config.publishers.values():
            self._remember(publisher)
        self._taken = {
            n.casefold() for p in config.publishers.values() for n in (p.name, *p.aliases)
        }

    def name(
        self, wanted: Subscription, *, language: str | None, link_only: bool
    ) -> tuple[NewSource, NewPublisher | None]:
        """Return the source, and its publisher where nobody described it."""
        host = bare_host(wanted.home or wanted.feed)
        party = self._known(host)
        publisher = None
        if party is None:
            publisher = self._described(wanted.title or host, host)
            party = Publisher(id=publisher.id, name=publisher.name)
        # Whose a feed is says its address; what it calls its home is nobody's permission.
        unproven = link_only or self._known(bare_host(wanted.feed)) != party
        source = NewSource(
            id=self._sources.free(slugify(wanted.title) or slugify(host) or "source"),
            feed=wanted.feed,
            publisher=party.id,
            title=wanted.title or None,
            language=language,
            policy="unknown" if unproven and party.policy else None,
        )
        return source, publisher

    def _remember(self, publisher: Publisher) -> None:
        for domain in publisher.domains:
            self._domains.setdefault(domain, publisher)

    def _known(self, host: str) -> Publisher | None:
        """Return whose *host* is: of the domains that it lies in, the smallest one counts."""
        if host in CARRIERS:
            return None
        while host:
            if host in self._domains:
                return self._domains[host]
            host = host.partition(".")[2]
        return None

    def _described(self, name: str, host: str) -> NewPublisher:
        if name.casefold() in self._taken:
            name = f"{name} ({host})"
        self._taken.add(name.casefold())
        domain: str | None = host
        place = host.rpartition(".")[0] or host
        if host in CARRIERS:
            domain, place = None, name
        elif "." not in host or not host.rpartition(".")[2].isalpha():
            domain = None
        slug = self._publishers.free(slugify(place) or "publisher")
        self._remember(Publisher(id=slug, name=name, domains=(domain,) if domain else ()))
        return NewPublisher(id=slug, name=name, domain=domain)


class _Ids:
    """Ids of which no two are the same."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, slug: str) -> str:
        """Return *slug*, or with a number where somebody has it; it is taken from now on."""
        start = slug[:58].rstrip("-")
        found, number = slug, self._next.get(start, 2)
        while found in self._taken:
            found = f"{start}-{number}"
            number += 1
        self._next[start] = number
        self._taken.add(found)
        return found


def _rights(feed: ParsedFeed) -> list[str]:
    """Return every different statement on rights, with how many entries make it."""
    counted: dict[str, int] = {}
    for entry in feed.entries:
        for said in {f"{s.scheme}: {s.value}" for s in entry.statements}:
            counted[said] = counted.get(said, 0) + 1
    lines = [f"{s.scheme}: {s.value} (the feed)" for s in feed.statements]
    return [*lines, *(f"{said} ({count} entries)" for said, count in counted.items())]


def _report(address: str, answer: Fetched, feed: ParsedFeed) -> list[str]:
    dates = [date for e in feed.entries if (date := e.published or e.updated)]
    newest = rfc3339(max(dates)) if dates else "none has a date"
    full = sum(bool(entry.content_html) for entry in feed.entries)
    given = [("ETag", answer.validators.etag), ("Last-Modified", answer.validators.last_modified)]
    validators = " and ".join(name for name, value in given if value)
    lines = [
        f"feed       {address}",
        *([f"answered   from {answer.url}"] if answer.url != address else []),
        f"title      {feed.title or '(none)'}",
        f"format     {feed.format}, language {feed.language or 'not stated'}",
        f"items      {len(feed.entries)}, {full} with content; newest {newest}",
        f"validators {validators or 'none: it can be visited once a day only'}",
    ]
    rights = _rights(feed) or ["nothing is said"]
    return lines + [f"rights     {line[:300]}" for line in rights[:10]]


def _document(answer: Fetched, feed: ParsedFeed) -> dict[str, object]:
    return {
        "url": answer.url,
        "permanent_url": answer.permanent_url,
        "http_status": answer.status,
        "content_type": answer.content_type,
        "bytes": len(answer.body),
        "etag": answer.validators.etag,
        "last_modified": answer.validators.last_modified,
        "fresh_seconds": int(answer.fresh_for.total_seconds()),
        "format": feed.format,
        "title": feed.title,
        "language": feed.language,
        "hub": feed.hub,
        "rights": _rights(feed),
        "warnings": list(feed.warnings),
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "published": rfc3339(entry.published) if entry.published else None,
                "updated": rfc3339(entry.updated) if entry.updated else None,
                "rights": entry.rights,
            }
            for entry in feed.entries
        ],
    }
