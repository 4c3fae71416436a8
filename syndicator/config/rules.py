"""Which rules hold for the values of the configuration: tables of key paths.  Pure.

``*`` stands for every entry of a list or mapping.  Each rule is one line; what a rule
means is said once, in :mod:`syndicator.config.check`.
"""

from datetime import timedelta
from itertools import chain

from syndicator.config import values

AXES = ("themes", "regions", "reports")

CLAUSES = tuple(f"{axis}.*.{rule}" for axis in AXES for rule in ("match", "unless"))
"""Rules on entries."""

MATCHING = ("any", "all", "patterns", "categories", "languages", "licences")
"""Parts of a rule that can bring an entry in; the others only keep entries out."""

LIMITS = ("sources", "since", "until")
"""Parts that are enough for an ``unless``, which only keeps entries out."""

RENAMED = {"from": "starts"}
"""Keys of a grant whose YAML name is a word that Python reserves, and their names in the model."""

HOUSE = "house"
"""The operator as grantor of an exception."""

MAIN = "main"
"""Id of the output that there is when none is configured."""

KEYS: tuple[tuple[str, values.Check], ...] = (
    ("publishers", values.publisher_id_problem),
    ("policies", values.policy_id_problem),
)
"""Sections whose keys are ids."""

LOOKS: tuple[tuple[str, values.Check], ...] = (
    ("site.title", values.text_problem),
    ("site.base_url", values.base_url_problem),
    ("site.contact", values.contact_problem),
    ("site.language", values.language_problem),
    ("site.tag", values.tag_problem),
    ("database.url", values.database_problem),
    ("publish.directory", values.text_problem),
    ("publish.commerce.*", values.text_problem),
    ("seeds.directory", values.text_problem),
    ("serve.host", values.text_problem),
    ("websub.callback", values.base_url_problem),
    ("sources.*.id", values.source_id_problem),
    ("fetch.deny_hosts.*", values.domain_problem),
    ("fetch.authorities", values.certificates_problem),
    ("sources.*.feed", values.feed_problem),
    ("reading_lists.*.id", values.id_problem),
    ("reading_lists.*.url", values.feed_problem),
    ("sources.*.headers.*", values.header_problem),
    ("sources.*.auth.user", values.user_problem),
    ("sources.*.proxy", values.proxy_problem),
    ("sources.*.language", values.language_problem),
    ("sources.*.disregard.*.claim", values.text_problem),
    ("sources.*.disregard.*.note", values.text_problem),
    *chain.from_iterable(
        (
            (f"{axis}.*.id", values.id_problem),
            (f"{axis}.*.title", values.text_problem),
            (f"{axis}.*.aliases.*", values.text_problem),
            (f"{axis}.*.search", values.search_problem),
            (f"{axis}.*.include.*", values.item_problem),
            (f"{axis}.*.exclude.*", values.item_problem),
        )
        for axis in AXES
    ),
    *chain.from_iterable(
        (
            (f"{clause}.any.*", values.term_problem),
            (f"{clause}.all.*", values.term_problem),
            (f"{clause}.none.*", values.term_problem),
            (f"{clause}.categories.*", values.text_problem),
            (f"{clause}.patterns.*", values.pattern_problem),
            (f"{clause}.languages.*", values.language_problem),
            (f"{clause}.licences.*", values.text_problem),
        )
        for clause in CLAUSES
    ),
    ("publishers.*.name", values.text_problem),
    ("publishers.*.aliases.*", values.text_problem),
    ("publishers.*.domains.*", values.domain_problem),
    ("publishers.*.homepage", values.address_problem),
    ("publishers.*.contact.*", values.contact_problem),
    ("publishers.*.statement", values.text_problem),
    ("publishers.*.disclaimer", values.text_problem),
    ("policies.*.statement", values.text_problem),
    ("policies.*.text_url", values.address_problem),
    ("policies.*.contact.*", values.contact_problem),
    ("policies.*.copyright_template", values.template_problem),
    ("policies.*.permissions.*.duties.*", values.duty_problem),
    ("policies.*.permissions.*.when.territory.*", values.territory_problem),
    ("policies.*.permissions.*.when.territory_not.*", values.territory_problem),
    ("policies.*.prohibitions.*.when.territory.*", values.territory_problem),
    ("policies.*.prohibitions.*.when.territory_not.*", values.territory_problem),
    ("outputs.*.id", values.output_id_problem),
    ("outputs.*.contact", values.contact_problem),
    ("outputs.*.language", values.language_problem),
    ("outputs.*.title", values.text_problem),
    ("outputs.*.territory.*", values.territory_problem),
    ("grants.*.id", values.id_problem),
    ("grants.*.reference", values.text_problem),
    ("grants.*.duties.*", values.duty_problem),
    ("grants.*.scope.works.*", values.address_problem),
    ("overrides.*.item", values.item_problem),
    ("overrides.*.by", values.text_problem),
    ("overrides.*.note", values.text_problem),
    ("overrides.*.origin.party", values.text_problem),
    ("overrides.*.url", values.address_problem),
    ("overrides.*.origin.url", values.address_problem),
    ("rights.house_contact", values.contact_problem),
)

DONE = ("policies.*.reviewed", "overrides.*.at")
"""Days on which somebody did something, so they cannot be still to come."""

ORDERED = ("min_interval", "interval", "max_interval")
"""Spans of one section of which none may be longer than the next."""

SECRETS = ("sources.*.auth.password", "sources.*.headers.*")
"""Values that only a reference may give; of headers those whose name says so."""

BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("serve.port", 0, 65_535),
    ("fetch.max_body", 1_000, 1_000_000_000),
    ("fetch.max_redirects", 0, 20),
    ("fetch.concurrency", 1, 1_000),
    ("rights.min_confidence", 0, 1),
    ("rights.quotation.max_words", 1, 1_000),
    ("rights.quotation.max_share", 0, 1),
    ("reading_lists.*.limit", 1, 1_000),
    ("fetch.first_items", 0, 1_000_000),
    ("sources.*.first_items", 0, 1_000_000),
    ("outputs.*.limit", 1, 1_000),
    ("outputs.*.per_source", 1, 1_000),
    ("outputs.*.per_source_day", 1, 1_000),
)

_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)
_MOMENT = timedelta(milliseconds=1)
_NONE = timedelta(0)

SPANS: tuple[tuple[str, timedelta, timedelta], ...] = (
    ("publish.interval", _MOMENT, _DAY),
    ("serve.max_age", _NONE, _YEAR),
    ("fetch.interval", _MOMENT, _YEAR),
    ("fetch.min_interval", _MOMENT, _YEAR),
    ("fetch.max_interval", _MOMENT, _YEAR),
    ("fetch.startup_spread", _NONE, _DAY),
    ("fetch.per_host_gap", _NONE, _DAY),
    ("fetch.total_timeout", _MOMENT, _DAY),
    ("fetch.connect_timeout", _MOMENT, _DAY),
    ("sources.*.interval", _MOMENT, _YEAR),
    ("sources.*.min_interval", _MOMENT, _YEAR),
    ("sources.*.max_interval", _MOMENT, _YEAR),
    ("reading_lists.*.interval", _MOMENT, _YEAR),
    ("policies.*.review_after", _MOMENT, 100 * _YEAR),
    ("policies.*.permissions.*.when.not_before", _MOMENT, 100 * _YEAR),
    ("policies.*.permissions.*.when.not_after", _MOMENT, 100 * _YEAR),
    ("policies.*.prohibitions.*.when.not_before", _MOMENT, 100 * _YEAR),
    ("policies.*.prohibitions.*.when.not_after", _MOMENT, 100 * _YEAR),
)

NOT_EMPTY = (
    "outputs.*.purpose",
    "outputs.*.formats",
    "outputs.*.territory",
    "policies.*.permissions.*.forms",
    "policies.*.prohibitions.*.forms",
    "grants.*.forms",
    *(f"{clause}.fields" for clause in CLAUSES),
)

REFERENCES = (
    ("sources.*.publisher", "publishers"),
    ("sources.*.policy", "policies"),
    ("publishers.*.policy", "policies"),
    ("rights.unknown", "policies"),
    ("grants.*.grantor", "publishers"),
    ("grants.*.parties.*", "publishers"),
    ("grants.*.scope.outputs.*", "outputs"),
    ("overrides.*.origin.party", "publishers"),
    ("overrides.*.policy", "policies"),
    *((f"sources.*.{axis}.*", axis) for axis in AXES),
    *((f"reading_lists.*.{axis}.*", axis) for axis in AXES),
    *((f"{axis}.*.parent", axis) for axis in AXES),
    *((f"{clause}.sources.*", "sources") for clause in CLAUSES),
)

NAMED = "overrides.*.origin.party"
"""The one reference that may also be a name: where a text came from is found out first."""

DIFFERENT = (
    "sources.*.id",
    "themes.*.id",
    "regions.*.id",
    "reports.*.id",
    "outputs.*.id",
    "grants.*.id",
    "sources.*.feed",
    "reading_lists.*.id",
    "reading_lists.*.url",
    "publishers.*.domains.*",
)
"""Values of which no two may be equal; addresses are compared as servers see them."""

NAMES = (
    *(tuple(f"{axis}.*.{key}" for key in ("id", "title", "aliases.*")) for axis in AXES),
    ("publishers.*.name", "publishers.*.aliases.*"),
)
"""Names by which an entry is found: two entries of a section must not share one."""
