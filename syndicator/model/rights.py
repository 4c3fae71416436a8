"""The nouns of rights: who may be shown how, under which conditions, with which duties.

Permissions, prohibitions, duties and constraints are those of ODRL 2.2; a *hop* is one
holder of the chain from the first publisher to the feed we took a copy from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

STRICT = {"extra": "forbid"}
"""What makes pydantic refuse a key that nobody knows."""


class Form(StrEnum):
    """How much of an item may leave; members in order of preference."""

    FULL = "full"
    EXCERPT = "excerpt"
    LINK = "link"
    WITHHELD = "withheld"


Channel = Literal["community", "commercial", "print"]
Purpose = Literal["general", "news", "research", "education", "archive"]
Audience = Literal["public", "subscribers"]
Ads = Literal["none", "page", "against_item"]
Trust = Literal["none", "own", "all"]
PermittedForm = Literal["full", "excerpt", "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask; each a ``mailto:`` or http(s) address."""

    __pydantic_config__: ClassVar = STRICT
    usage: str | None = None
    """Whom to ask for other uses."""
    takedown: str | None = None
    """Whom to write to about a removal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A party that holds or passes on works."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Short name: lower-case letters, digits, hyphens."""
    name: str
    """As readers see it."""
    aliases: tuple[str, ...] = ()
    """Other names under which it is mentioned."""
    domains: tuple[str, ...] = ()
    """Host names of its articles; the hosts below them count as well."""
    policy: str | None = None
    """Id of its policy; none: ``rights.unknown``."""
    homepage: str | None = None
    """Address of its front page."""
    reprints: bool = False
    """It reprints others, so ownership must be shown by evidence."""
    own: bool = False
    """The operator itself."""
    contact: Contact = field(default_factory=Contact)
    """Where it can be reached."""
    statement: str | None = None
    """A sentence the publisher prescribes (duty ``statement``)."""
    disclaimer: str | None = None
    """The author-responsibility sentence (duty ``disclaimer``); none: the shipped one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions of a permission; all that are set must hold."""

    __pydantic_config__: ClassVar = STRICT
    channel: tuple[Channel, ...] | None = None
    """Uses of an output for which it holds."""
    purpose: tuple[Purpose, ...] | None = None
    """Every purpose of the output must be among these."""
    audience: tuple[Audience, ...] | None = None
    """Audiences for which it holds."""
    territory: tuple[str, ...] | None = None
    """The output's countries must lie within these; a worldwide one never does."""
    territory_not: tuple[str, ...] | None = None
    """Countries that the output must leave out; a worldwide one never does."""
    ads: tuple[Ads, ...] | None = None
    """Kinds of advertising that are accepted."""
    paywall: bool | None = None
    """What ``paywall`` of the output must be."""
    selection: Literal["individual"] | None = None
    """An editor must have picked the article for the output."""
    not_before: timedelta | None = None
    """Delay after first publication."""
    not_after: timedelta | None = None
    """End of the window after first publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Forms that open when *when* holds, and what is owed for them."""

    __pydantic_config__: ClassVar = STRICT
    forms: tuple[PermittedForm, ...]
    """Forms that it opens."""
    adapt: bool | Literal["share_alike"] = False
    """Whether texts may be translated, summarised or edited; ``share_alike``: under the same
    licence."""
    when: When = field(default_factory=When)
    """Conditions; without any it always holds."""
    duties: tuple[str, ...] = ()
    """What must be visible at the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition:
    """Forms that are closed, whatever a permission says."""

    __pydantic_config__: ClassVar = STRICT
    forms: tuple[PermittedForm, ...]
    """Forms that it closes."""
    when: When = field(default_factory=When)
    """Conditions; without any it always holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes:
    """Items to which a policy's permissions do not apply."""

    __pydantic_config__: ClassVar = STRICT
    bylines: tuple[str, ...] = ()
    """Agencies and authors."""
    categories: tuple[str, ...] = ()
    """Categories of the publisher's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one party permits, forbids and asks for."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Short name; dots may be in it."""
    title: str = ""
    """Name of the licence or terms, as readers see it."""
    basis: Literal["permitted", "licensed", "public_domain", "own_work"] = "permitted"
    """On what the permissions rest."""
    text_url: str | None = None
    """Where the terms are published."""
    reviewed: date | None = None
    """Day on which somebody last read them."""
    review_after: timedelta = timedelta(days=365)
    """How long that counts; then the audit reminds."""
    covers: Literal["own", "all"] = "own"
    """``own``: its own works only; ``all``: it is known to clear the rights of all it carries."""
    media: Literal["exclude", "include", "credited"] = "exclude"
    """Whether pictures and enclosures are covered; ``credited``: with their credit."""
    permissions: tuple[Permission, ...] = ()
    """Every one whose conditions hold opens its forms."""
    prohibitions: tuple[Prohibition, ...] = ()
    """What stays closed, whatever a permission says."""
    excludes: Excludes = field(default_factory=Excludes)
    """Items to which the permissions do not apply."""
    otherwise: Literal["quote", "link", "withhold"] = "link"
    """What is left where no permission applies: a short quotation, the headline with a link,
    or nothing."""
    link_fallback: Literal["none", "homepage"] = "none"
    """Whether its front page may stand in where an article's address is not known."""
    copyright_template: str | None = None
    """Copyright line where none is found, of ``{author}``, ``{publisher}`` and ``{year}``."""
    copyright_default: bool = False
    """Whether ``© {publisher}`` may stand in where no line is found."""
    reserve: Literal["ALL_RIGHTS_RESERVED", "RIGHTS_UNKNOWN"] = "ALL_RIGHTS_RESERVED"
    """Reason that is told where there is no permission at all."""
    statement: str | None = None
    """A sentence that the terms prescribe (duty ``statement``)."""
    contact: Contact = field(default_factory=Contact)
    """Whom to ask, before the publisher's own contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a grant covers; an empty list does not limit."""

    __pydantic_config__: ClassVar = STRICT
    channels: tuple[Channel, ...] = ()
    """Uses of an output."""
    outputs: tuple[str, ...] = ()
    """Ids of outputs."""
    works: tuple[str, ...] = ()
    """Addresses of single works."""
    territory: tuple[str, ...] = ()
    """The output's territory must lie within; a worldwide output never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A recorded permission to us, or the operator's own recorded exception."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    """Short name."""
    grantor: str
    """Id of the publisher that gave it; ``house`` for an exception of your own."""
    reference: str
    """Where it is filed."""
    starts: date | datetime
    """YAML: ``from``."""
    until: date | datetime | Literal["never"]
    """A date means the end of that day, UTC."""
    forms: tuple[PermittedForm, ...]
    """Forms that it opens."""
    basis: Literal["permission", "contract", "exception"] = "permission"
    """What it is; an ``exception`` is your own legal assessment."""
    revoked: date | datetime | None = None
    """From then on it holds no more."""
    scope: Scope = field(default_factory=Scope)
    """What it covers."""
    duties: tuple[str, ...] = ()
    """What it asks for, in the place of the policy's duties."""
    parties: tuple[str, ...] = ()
    """For an exception: whose material it covers."""
    jurisdiction: str | None = None
    """For an exception: the law on which it rests."""
    adapt: bool = False
    """It covers adaptations too, so outputs that transform may rely on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideOrigin:
    """An editor's finding on the first publisher; unset facts stay as found."""

    __pydantic_config__: ClassVar = STRICT
    party: str
    """Id of the first publisher, or its name if nobody described it."""
    url: str | None = None
    """Address of the article there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An editor's finding about one item, with reference; it beats all evidence."""

    __pydantic_config__: ClassVar = STRICT
    item: str
    """Our id of the item, or its address."""
    by: str
    """Who found it out."""
    at: date | datetime
    """When."""
    note: str
    """Where it was found."""
    origin: OverrideOrigin | None = None
    """The first publisher."""
    url: str | None = None
    """The address of this copy at the carrier."""
    author: str | None = None
    """Names of the authors."""
    copyright: str | None = None
    """The copyright line."""
    policy: str | None = None
    """Id of the policy that holds for the origin of this item."""
    embargo_until: date | datetime | None = None
    """When the embargo ends; a date means the start of that day, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The operator's own legal call on short quotations."""

    __pydantic_config__: ClassVar = STRICT
    enabled: bool = True
    """Whether short quotations are made at all."""
    max_words: int = 60
    """Words at most."""
    max_share: float = 0.10
    """Share of the work's words; the smaller limit wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The ``rights`` section: what holds where nobody said anything else."""

    __pydantic_config__: ClassVar = STRICT
    unknown: str = "unknown"
    """Id of the policy for parties that nobody described."""
    min_confidence: float = 0.8
    """How sure an origin must be (0 to 1) to be believed."""
    quotation: Quotation = field(default_factory=Quotation)
    """Short quotations where there is no permission."""
    house_contact: str | None = None
    """Whom rights holders turn to, of outputs that name nobody; none: ``site.contact``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disregard:
    """A claim to ignore, with the reason that every decision then records."""

    __pydantic_config__: ClassVar = STRICT
    claim: str
    """The claim as ``explain`` shows it, or its vocabulary."""
    note: str
    """Why it is ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerms:
    """How far one source's own statements are believed."""

    publisher: str
    policy: str | None = None
    trust: Trust = "none"
    disregard: tuple[Disregard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsRules:
    """All that a decision depends on besides the item, the output and the time."""

    house: House
    publishers: Mapping[str, Publisher]
    policies: Mapping[str, Policy]
    """Configured ones; the built-in ones are found by id behind them."""
    grants: tuple[Grant, ...] = ()
    overrides: tuple[Override, ...] = ()
    sources: Mapping[str, SourceTerms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a fact on provenance came from, and how far to believe it."""

    fact: str
    """origin, via, holder, copyright, author, byline, embargo, carrier-url, status, ..."""
    value: str
    url: str | None = None
    where: str = ""
    """feed:source, content:tail, seed:front-matter, override, ..."""
    rule: str = ""
    confidence: float = 1.0
    text: str = ""
    """At most 200 characters of what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One party of the chain."""

    party: str
    """Publisher id, or the name of an undescribed party."""
    name: str
    role: Literal["origin", "via", "carrier"]
    url: str | None = None
    """The article's address at this party."""
    homepage: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a form was lost or given; *fields* fill the message of the code."""

    code: str
    hop: str | None = None
    form: Form | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A public licence or terms page that a decision relied on."""

    policy: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The facts that the notice is made of."""

    copyright_line: str | None = None
    holder: str | None = None
    licences: tuple[Licence, ...] = ()
    statements: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()
    usage: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """Codes: formatting, media-removed, excerpt, translated, summarised, edited."""
    counters: tuple[str, ...] = ()
    """Addresses of the page counters to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The result for one copy and one output, with everything that explains it."""

    form: Form
    duties: tuple[str, ...] = ()
    """Sorted."""
    reasons: tuple[Reason, ...] = ()
    """The telling one first."""
    chain: tuple[Hop, ...] = ()
    """Origin first, carrier last."""
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
    max_words: int | None = None
    """Limit of an excerpt."""
    strip_media: bool = True
    policies: Mapping[str, str] = field(default_factory=dict)
    """Party -> id of the policy that was applied at its hop."""
    grants: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    language: str = "en"
    """Language of the notice."""
    recheck_at: datetime | None = None
    """When time alone could change the result."""
