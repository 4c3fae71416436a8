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
    takedown: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A party that holds or passes on works."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    policy: str | None = None
    """Id of its policy; none: ``rights.unknown``."""
    homepage: str | None = None
    reprints: bool = False
    """It reprints others, so ownership must be shown by evidence."""
    own: bool = False
    """The operator itself."""
    contact: Contact = field(default_factory=Contact)
    statement: str | None = None
    """A sentence the publisher prescribes (duty ``statement``)."""
    disclaimer: str | None = None
    """The author-responsibility sentence (duty ``disclaimer``); none: the shipped one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions of a permission; all that are set must hold."""

    __pydantic_config__: ClassVar = STRICT
    channel: tuple[Channel, ...] | None = None
    purpose: tuple[Purpose, ...] | None = None
    audience: tuple[Audience, ...] | None = None
    territory: tuple[str, ...] | None = None
    territory_not: tuple[str, ...] | None = None
    ads: tuple[Ads, ...] | None = None
    paywall: bool | None = None
    selection: Literal["individual"] | None = None
    not_before: timedelta | None = None
    """Delay after first publication."""
    not_after: timedelta | None = None
    """End of the window after first publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Forms that open when *when* holds, and what is owed for them."""

    __pydantic_config__: ClassVar = STRICT
    forms: tuple[PermittedForm, ...]
    adapt: bool | Literal["share_alike"] = False
    when: When = field(default_factory=When)
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition:
    """Forms that are closed, whatever a permission says."""

    __pydantic_config__: ClassVar = STRICT
    forms: tuple[PermittedForm, ...]
    when: When = field(default_factory=When)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes:
    """Items to which a policy's permissions do not apply."""

    __pydantic_config__: ClassVar = STRICT
    bylines: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one party permits, forbids and asks for."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    title: str = ""
    basis: Literal["permitted", "licensed", "public_domain", "own_work"] = "permitted"
    text_url: str | None = None
    reviewed: date | None = None
    review_after: timedelta = timedelta(days=365)
    covers: Literal["own", "all"] = "own"
    media: Literal["exclude", "include", "credited"] = "exclude"
    permissions: tuple[Permission, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    excludes: Excludes = field(default_factory=Excludes)
    otherwise: Literal["quote", "link", "withhold"] = "link"
    link_fallback: Literal["none", "homepage"] = "none"
    copyright_template: str | None = None
    copyright_default: bool = False
    reserve: Literal["ALL_RIGHTS_RESERVED", "RIGHTS_UNKNOWN"] = "ALL_RIGHTS_RESERVED"
    statement: str | None = None
    contact: Contact = field(default_factory=Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a grant covers; an empty list does not limit."""

    __pydantic_config__: ClassVar = STRICT
    channels: tuple[Channel, ...] = ()
    outputs: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    """Addresses of single works."""
    territory: tuple[str, ...] = ()
    """The output's territory must lie within; a worldwide output never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A recorded permission to us, or the operator's own recorded exception."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    grantor: str
    reference: str
    starts: date | datetime
    """YAML: ``from``."""
    until: date | datetime | Literal["never"]
    """A date means the end of that day, UTC."""
    forms: tuple[PermittedForm, ...]
    basis: Literal["permission", "contract", "exception"] = "permission"
    revoked: date | datetime | None = None
    scope: Scope = field(default_factory=Scope)
    duties: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    """For an exception: whose material it covers."""
    jurisdiction: str | None = None
    adapt: bool = False
    """It covers adaptations too, so outputs that transform may rely on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideOrigin:
    """An editor's finding on the first publisher; unset facts stay as found."""

    __pydantic_config__: ClassVar = STRICT
    party: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An editor's finding about one item, with reference; it beats all evidence."""

    __pydantic_config__: ClassVar = STRICT
    item: str
    """Our id of the item, or its address."""
    by: str
    at: date | datetime
    note: str
    origin: OverrideOrigin | None = None
    url: str | None = None
    """The address of this copy at the carrier."""
    author: str | None = None
    copyright: str | None = None
    policy: str | None = None
    embargo_until: date | datetime | None = None
    """When the embargo ends; a date means the start of that day, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The operator's own legal call on short quotations."""

    __pydantic_config__: ClassVar = STRICT
    enabled: bool = True
    max_words: int = 60
    max_share: float = 0.10
    """Share of the work's words; the smaller limit wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The ``rights`` section: what holds where nobody said anything else."""

    __pydantic_config__: ClassVar = STRICT
    unknown: str = "unknown"
    min_confidence: float = 0.8
    quotation: Quotation = field(default_factory=Quotation)
    house_contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disregard:
    """A claim to ignore, with the reason that every decision then records."""

    __pydantic_config__: ClassVar = STRICT
    claim: str
    note: str


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
