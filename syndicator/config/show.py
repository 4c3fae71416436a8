"""The configuration that is in force, as YAML that can be read back.  Pure.

Secrets are masked; what is not set is left out; defaults are written out, so that
``syndicator check`` answers what a key would be if it is not in the files.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network

import yaml

from syndicator.config.mistakes import Value
from syndicator.config.references import escape_references
from syndicator.config.rules import RENAMED
from syndicator.model.rights import Grant, Policy, Publisher
from syndicator.model.settings import Auth, Config, Source
from syndicator.urls import site_of

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET_QUERY = re.compile(r"(?i)([?&][a-z_-]*(?:password|passwd|secret|token|key|auth)=)[^&\s]*")
MASK = "***"


def effective_yaml(config: Config) -> str:
    """Return *config* as one YAML document in the order of the model."""
    return yaml.dump(
        shown(config),
        Dumper=_Indented,
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


def shown(config: Config) -> Value:
    """Return *config* as plain values with the keys of the YAML, secrets masked."""
    values = _plain(config)
    if isinstance(values, dict) and isinstance(values["database"], dict):
        values["database"]["url"] = _without_password(config.database.url)
    return values


def iso(span: timedelta) -> str:
    """Return *span* as an ISO 8601 duration: ``PT1H30M``, ``P2D``."""
    sign = "-" if span < timedelta(0) else ""
    span = abs(span)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    exact = f"{seconds}.{span.microseconds:06}".rstrip("0") if span.microseconds else str(seconds)
    days = f"{span.days}D" if span.days else ""
    time = "".join(
        f"{number}{unit}"
        for number, unit in ((hours, "H"), (minutes, "M"), (exact, "S"))
        if number not in {0, "0"}
    )
    return f"{sign}P{days}T{time}" if time else f"{sign}P{days or 'T0S'}"


class _Indented(yaml.SafeDumper):
    """Writes lists below their key with an indent and no aliases, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _plain(value: object) -> Value:
    match value:
        case str():
            return escape_references(without_secret_values(value))
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _keys(value)
        case _:
            return _leaf(value)


def _leaf(value: object) -> Value:
    match value:
        case None | bool() | int() | float():
            return value
        case timedelta():
            return iso(value)
        case date():
            return value.isoformat()
        case IPv4Network() | IPv6Network():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} is no part of a configuration")


def _keys(value: object) -> dict[str, Value]:
    names = [field.name for field in fields(value)]  # type: ignore[arg-type]
    if isinstance(value, (Publisher, Policy)):
        names.remove("id")
    renamed = {python: yaml for yaml, python in RENAMED.items()} if isinstance(value, Grant) else {}
    shown = {
        renamed.get(name, name): _plain(inner)
        for name in names
        if (inner := getattr(value, name)) is not None
    }
    if isinstance(value, Auth):
        shown["password"] = MASK
    if isinstance(value, Source):
        shown["feed"] = escape_references(address_of(value))
        shown["headers"] = dict.fromkeys(value.headers, MASK)
    return shown


def address_of(source: Source) -> str:
    """Return the address of *source* as it may be shown."""
    return f"{site_of(source.feed)}{MASK}" if source.private else source.feed


def without_secret_values(text: str) -> str:
    """Return *text* with logins and keys in addresses masked."""
    return _SECRET_QUERY.sub(rf"\1{MASK}", _USERINFO.sub(f"{MASK}@", text))


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" or "@" not in rest:
        return escape_references(without_secret_values(url))
    # Up to the last @: a password that was not percent-encoded may hold any character.
    account, _, place = rest.rpartition("@")
    user, colon, _ = account.partition(":")
    return escape_references(
        f"{scheme}{separator}{user}{colon}{MASK if colon else ''}@" + without_secret_values(place)
    )
