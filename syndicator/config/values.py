"""What a single text or number of the configuration must look like.  Pure.

Each function returns what is wrong with a value and what would be right, or nothing.
"""

import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from string import Formatter
from urllib.parse import SplitResult, urlsplit

import re2
from pydantic import TypeAdapter, ValidationError

from syndicator.classify.clauses import is_pattern
from syndicator.config.mistakes import did_you_mean, listed
from syndicator.patterns import regex_options
from syndicator.query import QueryMistake, parse_query
from syndicator.rights.duty_names import DUTIES as EVERY_DUTY

Check = Callable[[str], str | None]

DUTIES = EVERY_DUTY - {"tombstone"}
"""Duties that a policy or grant may name; a tombstone is owed whatever it names."""

RESERVED_OUTPUTS = frozenset(
    {"all", "articles", "authors", "feeds", "healthz", "index", "regions", "reports", "sources"}
    | {"themes", "websub"}
)
"""Names at the root of the published site, which an output's folder may not take."""

OUR_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "if-modified-since"}
    | {"if-none-match", "keep-alive", "proxy-authorization", "range", "referer", "te"}
    | {"trailer", "transfer-encoding", "upgrade", "user-agent"}
)
"""Headers that a source may not set: they would break the protocol, or our manners."""

SECRET_HEADER = re.compile(r"(?i)auth|cookie|key|pass|secret|session|token")
"""Names of headers whose value is a secret."""

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_TERRITORY = re.compile(r"[A-Z]{2}")
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_TAG = re.compile(r"([^@\s,:/]+@)?[A-Za-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?")
_LITERAL_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{)[^@]+@")
_DURATION = TypeAdapter(timedelta)


def id_problem(value: str) -> str | None:
    """Refuse what is no slug: ids name files."""
    if _ID.fullmatch(value):
        return None
    slug = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-")[:64].rstrip("-")
    meant = f'; did you mean "{slug}"?' if slug else ""
    return f"must be 1 to 64 of a-z, 0-9 and hyphen, beginning with a letter or digit{meant}"


def policy_id_problem(value: str) -> str | None:
    """Refuse what is no slug; licences have versions, so dots may be in it."""
    return id_problem(value.replace(".", "-") if value[:1] != "." else value)


def publisher_id_problem(value: str) -> str | None:
    """Refuse what is no slug and what stands for a party that nobody knows."""
    if value == "unknown":
        return '"unknown" stands for whoever is not known, and is never named: choose another id'
    return id_problem(value)


def output_id_problem(value: str) -> str | None:
    """Refuse what is no slug and what the site's own files are called."""
    if value in RESERVED_OUTPUTS:
        return f'"{value}" is a name of the published site itself: choose another id'
    return id_problem(value)


def source_id_problem(value: str) -> str | None:
    """Refuse what is no slug and what the seeded articles' own feed is called."""
    if value == "seeds":
        return '"seeds" is the feed of your own articles: choose another id'
    return id_problem(value)


def text_problem(value: str) -> str | None:
    """Refuse an empty text."""
    return None if value.strip() else "must not be empty"


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def address_problem(value: str) -> str | None:
    """Refuse all but an absolute http(s) address that everybody may see."""
    right = "must be an absolute address such as https://example.org/feed"
    parts = _split(value)
    if parts is None or re.search(r"\s", value):
        return right
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        lacks = re.match(r"(www\.)?[\w-]+(\.[\w-]+)+(/|$)", value)
        return f"{right}; did you leave out https:// at its beginning?" if lacks else right
    if "@" in parts.netloc:
        return "must not contain a user name or password: it is published"
    return None


def feed_problem(value: str) -> str | None:
    """Refuse an address that is not a feed's; nothing can fetch a fragment."""
    problem = address_problem(value)
    if problem is None and "#" in value:
        return f'must not have a fragment: write "{value.partition("#")[0]}"'
    return problem


def header_name_problem(name: str) -> str | None:
    """Refuse what is no name of a header, and what our client says for itself."""
    if not _TOKEN.fullmatch(name):
        return "must be the name of a header (RFC 9110, 5.1): letters, digits and hyphens"
    if name.casefold() in OUR_HEADERS:
        return "is set by syndicator itself: leave it out"
    return None


def header_problem(value: str) -> str | None:
    """Refuse what would end the header and begin another one."""
    if value.strip() and value.isascii() and value.isprintable():
        return None
    return "must be printable ASCII, and not empty"


def user_problem(value: str) -> str | None:
    """Refuse a user name that HTTP Basic cannot carry (RFC 7617, 2)."""
    if value and ":" not in value and value.isprintable():
        return None
    return "must be printable, not empty, and without a colon"


def proxy_problem(value: str) -> str | None:
    """Refuse all but an address of an HTTP proxy, with or without a login."""
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return "must be the address of a proxy such as http://proxy.example.org:3128"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "must end after the port"
    return None


def base_url_problem(value: str) -> str | None:
    """Refuse an address to which paths cannot simply be appended."""
    problem = address_problem(value)
    if problem is None and ("?" in value or "#" in value):
        return "must have neither query nor fragment"
    if problem is None and value.endswith("/"):
        return f'must not end with a slash: write "{value.rstrip("/")}"'
    return problem


def contact_problem(value: str) -> str | None:
    """Refuse what nobody can write to."""
    if value.startswith("mailto:"):
        mail = value.removeprefix("mailto:").partition("?")[0]
        return None if _MAIL.fullmatch(mail) else "must be a mail address after mailto:"
    if is_mail(value) or address_problem(value) is None:
        return None
    return "must be a mailto: or http(s) address, such as mailto:editor@example.org"


def is_mail(value: str) -> bool:
    """Say whether *value* is a mail address without the ``mailto:`` (RFC 6068) before it."""
    return ":" not in value and _MAIL.fullmatch(value) is not None


def domain_problem(value: str) -> str | None:
    """Refuse all but a bare host name; the hosts below it count as well."""
    if _HOST.fullmatch(value):
        return None
    host = (_split(value if "//" in value else f"//{value}") or urlsplit("")).hostname or ""
    meant = host.removeprefix("www.").rstrip(".")
    right = "must be a bare host name such as example.org"
    return f'{right}; did you mean "{meant}"?' if _HOST.fullmatch(meant) else right


def certificates_problem(value: str) -> str | None:
    """Refuse what holds no certificate, or one that cannot be read."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except (ssl.SSLError, ValueError, TypeError):
        return "must be one or several certificates in PEM, as ${file:/path} brings them"
    return None


def duty_problem(value: str) -> str | None:
    """Refuse what is not the bare name of a duty."""
    if value in DUTIES:
        return None
    bare = value.partition(":")[0]
    if bare in DUTIES:
        return f'must be the bare name: write "{bare}"; the party is added by itself'
    return f"unknown duty; {did_you_mean(value, DUTIES, f'known duties: {listed(DUTIES, 30)}')}"


def pattern_problem(value: str) -> str | None:
    """Refuse what RE2 refuses, also inside the group that the classifier puts around it."""
    if not value.strip():
        return "must not be empty: it would match everything"
    for expression in (value, f"(?i:{value})"):
        try:
            compiled = re2.compile(expression, regex_options())
        except re2.error as error:
            reason = error.args[0] if error.args else "refused"
            return f"is no RE2 expression: {_decoded(reason)} (https://github.com/google/re2/wiki/Syntax)"
        if compiled.search(""):
            return "matches the empty text, and so everything: ask for at least one character"
    return None


def term_problem(value: str) -> str | None:
    """Refuse a term without a word: it could never stand in a text as one."""
    if is_pattern(value):
        return pattern_problem(value[1:-1])
    if not re.search(r"\w", value):
        return text_problem(value) or "has no word in it: it would never match"
    return text_problem(value)


def search_problem(value: str) -> str | None:
    """Refuse a search that asks for nothing."""
    try:
        parse_query(value)
    except QueryMistake as mistake:
        return f'{mistake}, such as flood or "river bank"'
    return None


def _decoded(reason: object) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def language_problem(value: str) -> str | None:
    """Refuse what is no language tag (BCP 47)."""
    if _LANGUAGE.fullmatch(value):
        return None
    return "must be a language tag such as en, fr or pt-BR"


def territory_problem(value: str) -> str | None:
    """Refuse what is no country code (ISO 3166-1 alpha-2)."""
    if _TERRITORY.fullmatch(value):
        return None
    return "must be a country code of two capital letters, such as CA"


def tag_problem(value: str) -> str | None:
    """Refuse what is not authority and date of a tag address (RFC 4151, 2.1)."""
    return (
        None if _TAG.fullmatch(value) else "must be a domain and a date, such as example.org,2026"
    )


def template_problem(value: str) -> str | None:
    """Refuse a copyright line with fields that are not known of a work."""
    fields = ("author", "publisher", "year")
    try:
        used = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
    except ValueError as error:
        return f"is no template: {error}"
    for name in used:
        if name not in fields:
            return f"unknown field {{{name}}}; known fields: {{author}}, {{publisher}}, {{year}}"
    return text_problem(value)


def item_problem(value: str) -> str | None:
    """Refuse what is neither our id of an item nor its address."""
    if value.startswith("tag:"):
        return None
    return (
        None if address_problem(value) is None else "must be our id (tag:…) or the item's address"
    )


def database_problem(value: str) -> str | None:
    """Refuse all but an address of SQLite or PostgreSQL."""
    if re.fullmatch(r"sqlite:///.+", value) or re.match(r"postgresql(\+psycopg)?://", value):
        return None
    if value.startswith("postgres://"):
        return "must begin with postgresql://"
    return (
        "must be sqlite:///path/to/file.db or postgresql://user:${PASSWORD}@host/name "
        "(an absolute path has four slashes)"
    )


def password_problem(written: str) -> str | None:
    """Refuse a password that stands in the YAML itself."""
    if written.startswith("sqlite:") or not _LITERAL_PASSWORD.search(written):
        return None
    return "must not contain a password: write ${NAME} or ${file:/path} in its place"


def duration_of(value: object) -> timedelta | None:
    """Return the duration that *value* says, if it says one."""
    try:
        return _DURATION.validate_python(value) if isinstance(value, str) else None
    except ValidationError:
        return None


def moment_of(value: object) -> datetime | None:
    """Return the moment that *value* says, if it says one; a date is the start of its day, UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
