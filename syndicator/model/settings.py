"""What the operator writes in YAML: the sections that are not about rights.

These dataclasses are the YAML: the loader validates straight into them, refuses
unknown keys, and their defaults are the polite and strict ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import ClassVar, Literal

from syndicator.model.rights import (
    STRICT,
    Ads,
    Audience,
    Channel,
    Disregard,
    Grant,
    House,
    Override,
    PermittedForm,
    Policy,
    Publisher,
    Purpose,
    RightsRules,
    SourceTerms,
    Trust,
)

Format = Literal["atom", "rss", "json", "html"]
Penalty = Literal["url", "host", "domain"]
"""What is left alone after 429 or 503."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who publishes here."""

    __pydantic_config__: ClassVar = STRICT
    title: str
    base_url: str
    """Address under which the publish directory is served; no slash at its end."""
    contact: str
    """``mailto:`` or http(s) address; it is in every feed and in our User-Agent."""
    language: str = "en"
    tag: str | None = None
    """Authority and date of our ids (RFC 4151), ``example.org,2026``; none: from *base_url*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the store is."""

    __pydantic_config__: ClassVar = STRICT
    url: str = "sqlite:///var/syndicator.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Where the output goes."""

    __pydantic_config__: ClassVar = STRICT
    directory: str = "var/public"
    interval: timedelta = timedelta(minutes=1)
    """How often the daemon looks whether something is to be published."""
    commerce: tuple[str, ...] = ()
    """Words in addresses, classes, ids and scripts by which the audit knows advertising and
    payment, besides those it knows by itself; case makes no difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Where the hand-written articles are."""

    __pydantic_config__: ClassVar = STRICT
    directory: str = "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """Where our own web server listens."""

    __pydantic_config__: ClassVar = STRICT
    host: str = "127.0.0.1"
    port: int = 8080
    max_age: timedelta = timedelta(minutes=5)
    """``Cache-Control: max-age`` of published files (RFC 9111, 5.2.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSub:
    """Being told of news by hubs (W3C WebSub), not only asking for it."""

    __pydantic_config__: ClassVar = STRICT
    subscribe: bool = True
    """Subscribe at the hubs that feeds name."""
    callback: str | None = None
    """Public address of our web server; none: ``site.base_url``, if that is https."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Manners and limits of the client."""

    __pydantic_config__: ClassVar = STRICT
    interval: timedelta = timedelta(hours=1)
    min_interval: timedelta | None = None
    """Given: a source that posts often is visited as often as this; else as *interval* says."""
    max_interval: timedelta | None = None
    """Given: a source that posts rarely is visited as rarely as this; else as *interval* says."""
    penalty: Penalty = "host"
    """What is left alone when a server answers 429 or 503: the address, the host, the domain."""
    startup_spread: timedelta = timedelta(minutes=10)
    """Time over which sources that fell due while the daemon was down are spread."""
    per_host_gap: timedelta = timedelta(seconds=2)
    total_timeout: timedelta = timedelta(seconds=30)
    connect_timeout: timedelta = timedelta(seconds=10)
    max_body: int = 10_000_000
    """Decoded octets."""
    max_redirects: int = 5
    concurrency: int = 50
    first_items: int | None = None
    """Of a new source at most so many of its newest items are published; none: all."""
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Address ranges that may be fetched although they are not public."""
    deny_hosts: tuple[str, ...] = ()
    """Host names that are never asked, nor any host below them."""
    authorities: str | None = None
    """Certificates (PEM) of authorities that are trusted besides the public ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """A login by HTTP Basic (RFC 7617), sent to the source's own origin only."""

    __pydantic_config__: ClassVar = STRICT
    user: str
    password: str = field(repr=False)
    """By reference only: ``${NAME}`` or ``${file:/path}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One subscribed feed."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Short name: lower-case letters, digits, hyphens. It names the items; keep it."""
    feed: str
    """Address of the feed document."""
    publisher: str
    """Id of the publisher whose feed it is."""
    title: str | None = None
    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    interval: timedelta | None = None
    """None: ``fetch.interval``."""
    min_interval: timedelta | None = None
    """None: *interval* if given, else ``fetch.min_interval``."""
    max_interval: timedelta | None = None
    """None: *interval* if given, else ``fetch.max_interval``."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further request headers, sent to the source's own origin only."""
    auth: Auth | None = None
    proxy: str | None = field(default=None, repr=False)
    """Address of an HTTP proxy through which this source alone is fetched."""
    penalty: Penalty | None = None
    """None: ``fetch.penalty``."""
    language: str | None = None
    policy: str | None = None
    """None: that of the publisher."""
    trust: Trust = "none"
    """Whose rights the feed's own statements are believed on."""
    disregard: tuple[Disregard, ...] = ()
    """Statements to ignore."""
    review: Literal["none", "hold"] = "none"
    """``hold``: nothing new is published before an editor approved it."""
    first_items: int | None = None
    """None: ``fetch.first_items``."""
    websub: bool = True
    """False: never subscribed at its hub."""
    private: bool = False
    """Its address is a key: of it nothing but the site is shown anywhere."""
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList:
    """A list of feeds (OPML) that somebody else keeps; what it names becomes sources."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    url: str
    """Address of the OPML document."""
    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    interval: timedelta = timedelta(days=1)
    """How often the list itself is visited."""
    limit: int = 100
    """Feeds that are followed at most, the first of the list."""
    policy: Literal["link", "publisher"] = "link"
    """``publisher``: of a feed on a domain of a described publisher, its policy decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which entries belong to a theme; words and phrases ignore case."""

    __pydantic_config__: ClassVar = STRICT
    any: tuple[str, ...] = ()
    """At least one of these words or phrases stands in the fields; ``/.../`` is a pattern."""
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    """RE2 expressions (linear time); one that matches is enough, like *any*."""
    categories: tuple[str, ...] = ()
    """The feed's own categories; one is enough."""
    sources: tuple[str, ...] = ()
    """Only entries of these sources."""
    languages: tuple[str, ...] = ()
    """Only entries in these languages; ``de`` stands for ``de-AT`` too."""
    licences: tuple[str, ...] = ()
    """Only entries that claim one of these licences: ``cc-by-4.0``, ``cc-by``, an address."""
    since: date | None = None
    """Only entries of this day or later."""
    until: date | None = None
    """Only entries of this day or earlier."""
    fields: tuple[Literal["title", "summary", "content", "author", "url"], ...] = (
        "title",
        "summary",
        "content",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme, region or in-depth report: three axes of the same thing."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Slug: lower-case letters, digits, hyphens; names the output files."""
    title: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    """Other names, as publishers and seeded articles write them."""
    parent: str | None = None
    """Id of a wider theme on the same axis: what stands here stands there too."""
    match: Match | None = None
    """None: only by source default or by name."""
    search: str | None = None
    """A query as for ``syndicator search``; what it finds belongs here."""
    unless: Match | None = None
    """Keeps out what this rule holds for, whatever would bring it in."""
    include: tuple[str, ...] = ()
    """Addresses or ids of articles that belong here."""
    exclude: tuple[str, ...] = ()
    """Addresses or ids of articles that do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One feed family with declared channel, purpose and audience."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Short name; the first output lies at the root, each other one in a folder of this name."""
    channel: Channel = "community"
    """What it is; ``print`` stands for any other form too."""
    purpose: tuple[Purpose, ...] = ("general",)
    """What it is for."""
    audience: Audience = "public"
    """``subscribers``: delivery is to people who asked."""
    territory: tuple[str, ...] | None = None
    """None: worldwide."""
    ads: Ads = "none"
    """Advertising on the page, or sold against the item."""
    paywall: bool = False
    """Whether access is paid."""
    trackers: Literal["strip", "keep"] = "strip"
    """What becomes of a publisher's page counter."""
    max_form: PermittedForm = "full"
    """The most that this output takes."""
    quotation: bool = True
    """Whether short quotations are made here."""
    transforms: tuple[Literal["translate", "summarise", "edit"], ...] = ()
    """What you do to texts."""
    contact: str | None = None
    """None: ``rights.house_contact``, else ``site.contact``."""
    title: str | None = None
    """None: ``site.title``."""
    language: str | None = None
    """Of the notices; none: ``site.language``."""
    formats: tuple[Format, ...] = ("atom", "rss", "json", "html")
    """Which files are written."""
    limit: int = 50
    """Entries in each feed, newest first."""
    per_source: int | None = None
    """Entries of one source at most in each feed but the source's own; none: no bound."""
    per_source_day: int | None = None
    """The same of those that one source published on one day (UTC)."""
    publish_reasons: bool = True
    """Feeds and pages say why an item is shown as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration; once it exists nothing in it can be wrong any more."""

    __pydantic_config__: ClassVar = STRICT
    site: Site
    database: Database = field(default_factory=Database)
    publish: Publish = field(default_factory=Publish)
    seeds: Seeds = field(default_factory=Seeds)
    serve: Serve = field(default_factory=Serve)
    websub: WebSub = field(default_factory=WebSub)
    fetch: Fetch = field(default_factory=Fetch)
    sources: tuple[Source, ...] = ()
    reading_lists: tuple[ReadingList, ...] = ()
    themes: tuple[Theme, ...] = ()
    regions: tuple[Theme, ...] = ()
    reports: tuple[Theme, ...] = ()
    publishers: Mapping[str, Publisher] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    grants: tuple[Grant, ...] = ()
    overrides: tuple[Override, ...] = ()
    rights: House = field(default_factory=House)

    def rules(self) -> RightsRules:
        """Return what the rights engine needs of this configuration."""
        terms = {
            s.id: SourceTerms(
                publisher=s.publisher, policy=s.policy, trust=s.trust, disregard=s.disregard
            )
            for s in self.sources
        }
        return RightsRules(
            house=self.rights,
            publishers=self.publishers,
            policies=self.policies,
            grants=self.grants,
            overrides=self.overrides,
            sources=terms,
        )
