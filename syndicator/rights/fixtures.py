"""What does a scenario file say?  Pure.

The file is validated into dataclasses as strictly as the configuration, whose vocabulary it
shares.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from syndicator.errors import ConfigError
from syndicator.model.rights import (
    STRICT,
    Disregard,
    Form,
    Grant,
    House,
    Policy,
    Publisher,
    Trust,
)
from syndicator.model.settings import Output
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.duty_names import DUTIES
from syndicator.rights.reasons import CODES
from syndicator.rights.rsl import strange_terms

_Read = TypeVar("_Read")
_Value = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """An origin or a middle party, as a case states it."""

    __pydantic_config__: ClassVar = STRICT
    party: str = ""
    url: str | None = None
    confidence: float = 0.95
    conflict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """The feed a copy was taken from."""

    __pydantic_config__: ClassVar = STRICT
    party: str
    policy: str | None = None
    trust: Trust = "none"
    access: Literal["deny", "allow"] | None = None
    disregard: tuple[Disregard | str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """A statement on rights in the feed or the item."""

    __pydantic_config__: ClassVar = STRICT
    scheme: str
    value: str | dict[str, object]
    scope: Literal["item", "feed"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownFacts:
    """A takedown on record."""

    __pydantic_config__: ClassVar = STRICT
    by: str = ""
    at: datetime | None = None
    scope: Literal["everything", "text"] = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What is known about one copy."""

    __pydantic_config__: ClassVar = STRICT
    url: str | None = None
    author: str | None = None
    copyright: str | None = None
    holder: str | None = None
    origin: PartyFacts | None = None
    via: tuple[PartyFacts | str, ...] = ()
    statements: tuple[StatementFacts, ...] = ()
    sibling_url: str | None = None
    rivals: Mapping[str, str] = field(default_factory=dict)
    """Publisher of another copy of the text -> policy under which it has that."""
    body: Literal["full", "summary", "none"] = "full"
    text: str = ""
    categories: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    picked: bool = False
    emitted: bool = False
    published: datetime | None = None
    embargo_until: datetime | Literal["undated"] | None = None
    expires: datetime | None = None
    status: Literal["live", "retracted"] = "live"
    takedown: TakedownFacts | None = None
    override: dict[str, object] | None = None
    """An editor's findings, as under ``overrides``, without the item's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What should come out."""

    __pydantic_config__: ClassVar = STRICT
    form: Form
    reason: str | None = None
    reasons: tuple[str, ...] = ()
    duties: tuple[str, ...] | None = None
    chosen: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that must be among the reasons."""
        return (*((self.reason,) if self.reason else ()), *self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One entry under ``cases``."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    title: str = ""
    why: str = ""
    source: SourceFacts
    item: ItemFacts = field(default_factory=ItemFacts)
    output: str | dict[str, object]
    grants: tuple[str, ...] = ()
    house: dict[str, object] | None = None
    now: datetime | None = None
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """One entry under ``clusters``: copies of one work."""

    __pydantic_config__: ClassVar = STRICT
    id: str
    title: str = ""
    why: str = ""
    output: str | dict[str, object]
    copies: dict[str, str]
    """Label -> id of the case that describes the copy."""
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixtures:
    """The configuration that cases share."""

    __pydantic_config__: ClassVar = STRICT
    now: datetime
    house: House = field(default_factory=House)
    publishers: Mapping[str, Publisher] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """The whole document."""

    __pydantic_config__: ClassVar = STRICT
    version: Literal[1]
    fixtures: Fixtures
    cases: tuple[CaseFacts, ...] = ()
    clusters: tuple[ClusterFacts, ...] = ()


Lines = Mapping[tuple[str | int, ...], int]
"""Key path of a document -> the line on which it stands in the file."""

_NOWHERE: Lines = {}


def read_file(document: object, name: str, lines: Lines) -> ScenarioFile:
    """Return what *document* holds.

    Raises:
        ConfigError: it is not in the format; each mistake names *name*, the case, the key.
    """
    if not isinstance(document, Mapping):
        raise ConfigError(
            [f"{name}: a scenario file is a mapping with version, fixtures and cases"]
        )
    named = _with_ids(document)
    file = validated(ScenarioFile, named, name, lines)
    mistakes = [f"{name}: {text}" for text in _dangling(file)]
    if mistakes:
        raise ConfigError(mistakes)
    return file


# --- validation --------------------------------------------------------------------------


def validated(kind: type[_Read], value: object, where: str, lines: Lines = _NOWHERE) -> _Read:
    """Return *value* as *kind*.

    Raises:
        ConfigError: it is none; each mistake begins with *where* and the line, if it is known.
    """
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        found = [
            f"{where}{_line(e['loc'], lines)}: {_place(e['loc'], value)}: {_said(e)}"
            for e in error.errors()
        ]
        raise ConfigError(found) from error


def _line(loc: tuple[str | int, ...], lines: Lines) -> str:
    """Return the line of *loc*, or of the nearest that stands in the file around it."""
    known = (lines.get(loc[:length]) for length in range(len(loc), 0, -1))
    return next((f":{line}" for line in known if line), "")


def _said(error: ErrorDetails) -> str:
    """Return what is wrong in the words of the configuration's own messages."""
    if error["type"] == "unexpected_keyword_argument":
        return "unknown key"
    if error["type"] == "missing":
        return "is missing"
    wanted = error["msg"].removeprefix("Input should be ").replace("'", '"')
    what = f"must be {wanted}" if wanted != error["msg"].replace("'", '"') else error["msg"]
    return f"{what}, not {error['input']!r}" if isinstance(error["input"], str | int) else what


def _place(loc: Sequence[str | int], document: object) -> str:
    """Return the key path *loc*, with the case's id in the place of its number."""
    path = list(map(str, loc))
    if len(loc) > 1 and loc[0] in {"cases", "clusters"} and isinstance(document, Mapping):
        entry = document[loc[0]][int(loc[1])]
        name = entry.get("id") if isinstance(entry, Mapping) else None
        path = [str(name), *path[2:]] if name else path
    return ".".join(path) or "document"


def _with_ids(document: _Value) -> _Value:
    """Return *document* with the keys of mappings as ids, as the configuration has them."""
    fixtures = document.get("fixtures")
    if not isinstance(fixtures, Mapping):
        return document
    named = dict(fixtures)
    for kind in ("publishers", "policies", "outputs"):
        entries = named.get(kind)
        if isinstance(entries, Mapping):
            named[kind] = {key: _with_id(key, value, kind) for key, value in entries.items()}
    grants = named.get("grants")
    if isinstance(grants, list):
        named["grants"] = [_with_start(grant) for grant in grants]
    return {**document, "fixtures": named}


def _with_id(key: object, value: object, kind: str) -> object:
    if not isinstance(value, Mapping):
        return value
    name = {"name": key} if kind == "publishers" else {}
    return {"id": key, **name, **value}


def _with_start(grant: object) -> object:
    # "from" is a keyword of the language the dataclasses are written in.
    if not isinstance(grant, Mapping):
        return grant
    return {("starts" if key == "from" else key): value for key, value in grant.items()}


def _dangling(file: ScenarioFile) -> Iterator[str]:
    """Yield what refers to nothing: outputs, grants, cases, reason codes, duties."""
    known = {grant.id for grant in file.fixtures.grants}
    ids = {case.id for case in file.cases}
    for case in file.cases:
        yield from (
            f"{case.id}: grants: {g!r} is not defined" for g in case.grants if g not in known
        )
        for statement in case.item.statements:
            yield from (f"{case.id}: item.statements: {said}" for said in _unread(statement))
        yield from _bad_expectation(case.id, case.expect)
    for cluster in file.clusters:
        if not cluster.copies:
            yield f"{cluster.id}: copies: there are none"
        copies = cluster.copies.items()
        yield from (f"{cluster.id}: copies.{k}: no case {c!r}" for k, c in copies if c not in ids)
        yield from _bad_expectation(cluster.id, cluster.expect)
    if len(ids) < len(file.cases):
        yield "cases: an id is given twice"
    yield from _bad_fixtures(file)
    for place, duty in _duties_of(file.fixtures):
        if duty.partition(":")[0] not in DUTIES:
            yield f"{place}: there is no duty {duty!r}"


def _unread(statement: StatementFacts) -> Iterator[str]:
    """Yield what of *statement* would be read as nothing, so that a case could not fail by it."""
    scheme, value = statement.scheme.lower(), statement.value
    if isinstance(value, str):
        if scheme == "fac" and value not in {"allow", "deny"}:
            yield f'fac says "allow" or "deny", not {value!r}'
    elif scheme == "rsl":
        yield from (f"RSL has no term {key!r}" for key in strange_terms(value))
    else:
        yield f"only rsl has terms; {scheme} says a text"


def _bad_fixtures(file: ScenarioFile) -> Iterator[str]:
    """Yield policies that nobody wrote, and templates that nothing could fill."""
    fixtures = file.fixtures
    named = [(f"publishers.{p.id}.policy", p.policy) for p in fixtures.publishers.values()]
    named += [(f"{case.id}: source.policy", case.source.policy) for case in file.cases]
    for case in file.cases:
        named += [(f"{case.id}: item.rivals.{r}", p) for r, p in case.item.rivals.items()]
    named.append(("house.unknown", fixtures.house.unknown))
    for place, policy in named:
        if policy is not None and policy not in fixtures.policies and policy not in BUILTIN:
            yield f"{place}: there is no policy {policy!r}"
    for policy_id, written in fixtures.policies.items():
        try:
            (written.copyright_template or "").format(author="", publisher="", year="")
        except (ValueError, LookupError, AttributeError):
            yield (
                f"policies.{policy_id}.copyright_template: only {{author}}, {{publisher}} and"
                f" {{year}} can be filled in {written.copyright_template!r}"
            )


def _bad_expectation(where: str, expect: Expectation) -> Iterator[str]:
    for code in expect.codes:
        if code not in CODES:
            yield f"{where}: expect: there is no reason {code!r}"
    for duty in expect.duties or ():
        if duty.partition(":")[0] not in DUTIES:
            yield f"{where}: expect.duties: there is no duty {duty!r}"


def _duties_of(fixtures: Fixtures) -> Iterator[tuple[str, str]]:
    for policy in fixtures.policies.values():
        for permission in policy.permissions:
            yield from ((f"policies.{policy.id}", duty) for duty in permission.duties)
    for grant in fixtures.grants:
        yield from ((f"grants.{grant.id}", duty) for duty in grant.duties)
