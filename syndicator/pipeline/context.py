"""What the stages are run with: made once, handed down, never changed."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from syndicator import __version__
from syndicator.classify import Classifier, compile_classifier
from syndicator.identify import article_id
from syndicator.model.entries import Entry
from syndicator.model.rights import Publisher, RightsRules
from syndicator.model.settings import Config
from syndicator.model.visit import ListedFeed
from syndicator.pipeline.listed import strangers, with_listed
from syndicator.store import Store, lists, reading
from syndicator.urls import canonical_url, is_web_url, site_of

SEEDS = "seeds"
"""Source id of seeded articles; ``seeds:NAME`` for a copy taken from the carrier NAME."""

RENDERED_BY = f"{__version__}/1"
"""Changes when files are written in another way: then all of them are written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One configuration with its store and what was compiled from it."""

    config: Config
    """With the sources that reading lists name."""
    written: Config
    """As the operator wrote it."""
    engine: Store
    rules: RightsRules
    classifier: Classifier
    digest: str
    """Of the configuration: what was classified or published under another is done again."""
    strange: frozenset[str]
    """Sources whose addresses strangers gave: nothing in our own network is open to them."""
    shown: frozenset[str]
    """Sources whose feed's address may be published."""
    written_digest: str
    """The same of what the operator wrote."""

    @property
    def tag_base(self) -> str:
        """Beginning of our ids: ``tag:example.org,2026:`` (RFC 4151)."""
        site = self.config.site
        tag = site.tag or f"{urlsplit(site.base_url).hostname},2026"
        return f"tag:{tag}:"

    @property
    def public(self) -> Path:
        """Where the output is written."""
        path = Path(self.config.publish.directory)
        # Below it no path may climb; how it is spelt itself is the operator's affair.
        return path.resolve() if ".." in path.parts else path

    @property
    def published_with(self) -> str:
        """What the files depend on besides the store: configuration and program."""
        return f"{self.digest} {RENDERED_BY}"

    def discreet(self, entry: Entry) -> Entry:
        """Return *entry* with the site instead of its feed's address where that is a key.

        Of a source that is not configured any more nobody says that it may be shown.
        """
        if entry.feed.url is None or entry.source_id in self.shown:
            return entry
        site = site_of(entry.feed.url)
        known = entry.feed.id if not is_web_url(entry.feed.id) else site
        return replace(entry, feed=replace(entry.feed, url=site, id=known))

    def publisher(self, source_id: str) -> Publisher:
        """Return the publisher behind a source; for an undescribed one its bare name."""
        party = self.rules.sources[source_id].publisher
        return self.rules.publishers.get(party) or Publisher(id=party, name=party)


def config_digest(text: str) -> str:
    """Return the digest of a configuration, of which *text* is the effective form."""
    return sha256(text.encode()).hexdigest()


def make_context(config: Config, engine: Store, *, digest: str) -> Context:
    """Return the context of *config*; everything in it was checked when it was loaded."""
    feeds: tuple[ListedFeed, ...] = ()
    if config.reading_lists:
        with reading(engine) as tx:
            feeds = lists.listed(tx)
    whole = with_listed(config, feeds)
    strange = frozenset(strangers(config, feeds))
    more = repr(whole.sources[len(config.sources) :])
    return Context(
        config=whole,
        written=config,
        engine=engine,
        rules=whole.rules(),
        classifier=compile_classifier(whole),
        digest=f"{digest}+{sha256(more.encode()).hexdigest()}" if whole != config else digest,
        strange=strange,
        shown=frozenset(source.id for source in whole.sources if not source.private),
        written_digest=digest,
    )


def renewed(ctx: Context) -> Context:
    """Return *ctx* with the sources that reading lists name by now."""
    if not ctx.written.reading_lists:
        return ctx
    found = make_context(ctx.written, ctx.engine, digest=ctx.written_digest)
    return ctx if found.digest == ctx.digest else found


def ids_for(ctx: Context, wanted: str) -> tuple[str, ...]:
    """Return the ids that a work at the address *wanted* would have."""
    if not is_web_url(wanted):
        return ()
    return (article_id(ctx.tag_base, canonical_url(wanted)),)
