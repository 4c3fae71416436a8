"""Which copy, output, rules and time does each case of a scenario file stand for?  Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from syndicator.errors import ConfigError
from syndicator.model.entries import Entry, EntryKey
from syndicator.model.feed import FeedRef, Person, Statement
from syndicator.model.rights import (
    Disregard,
    Evidence,
    House,
    Override,
    Quotation,
    RightsRules,
    SourceTerms,
)
from syndicator.model.settings import Output
from syndicator.rights.fixtures import (
    CaseFacts,
    ClusterFacts,
    Fixtures,
    ItemFacts,
    Lines,
    PartyFacts,
    SourceFacts,
    StatementFacts,
    read_file,
    validated,
)
from syndicator.urls import host_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One decision to take, and what is expected of it."""

    facts: CaseFacts
    copy: Entry
    output: Output
    rules: RightsRules
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Copies of one work, and which is expected to stand for it."""

    facts: ClusterFacts
    output: Output
    copies: Mapping[str, Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A scenario file, ready to be run."""

    cases: tuple[Case, ...]
    clusters: tuple[Cluster, ...]


def read_document(document: object, name: str, lines: Lines) -> Document:
    """Return what *document* holds.

    Raises:
        ConfigError: it is not in the format; each mistake names *name*, the case, the key.
    """
    file = read_file(document, name, lines)
    cases = {facts.id: _case(facts, file.fixtures, name) for facts in file.cases}
    clusters = (
        Cluster(
            facts=facts,
            output=_output(facts.output, file.fixtures, f"{name}: {facts.id}"),
            copies={label: cases[case_id] for label, case_id in facts.copies.items()},
        )
        for facts in file.clusters
    )
    return Document(cases=tuple(cases.values()), clusters=tuple(clusters))


def _case(facts: CaseFacts, fixtures: Fixtures, name: str) -> Case:
    where = f"{name}: {facts.id}"
    now = _utc(facts.now or fixtures.now)
    output = _output(facts.output, fixtures, where)
    house = _house(facts, fixtures, where)
    entry = _entry(facts, output, now)
    rules = RightsRules(
        house=house,
        publishers=fixtures.publishers,
        policies=fixtures.policies,
        grants=tuple(g for g in fixtures.grants if g.id in facts.grants),
        overrides=tuple(_overrides(facts, entry, now, where)),
        sources={entry.source_id: _terms(facts.source)},
    )
    return Case(facts=facts, copy=entry, output=output, rules=rules, now=now)


def _house(facts: CaseFacts, fixtures: Fixtures, where: str) -> House:
    if facts.house is None:
        return fixtures.house
    changed = {**_fields(fixtures.house), **facts.house}
    quotation = facts.house.get("quotation")
    if isinstance(quotation, Mapping):
        changed["quotation"] = {**_fields(fixtures.house.quotation), **quotation}
    return validated(House, changed, f"{where}: house")


def _output(said: str | dict[str, object], fixtures: Fixtures, where: str) -> Output:
    base = said if isinstance(said, str) else said.get("base")
    shared = fixtures.outputs.get(str(base)) if base is not None else Output(id="output")
    if shared is None:
        raise ConfigError([f"{where}: output: {base!r} is not defined"])
    if isinstance(said, str):
        return shared
    changed = {key: value for key, value in said.items() if key != "base"}
    return validated(Output, {**_fields(shared), **changed}, f"{where}: output")


def _fields(value: House | Quotation | Output) -> dict[str, object]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _terms(source: SourceFacts) -> SourceTerms:
    ignored = (
        Disregard(claim=d, note="disregarded by the operator") if isinstance(d, str) else d
        for d in source.disregard
    )
    return SourceTerms(
        publisher=source.party,
        policy=source.policy,
        trust=source.trust,
        disregard=tuple(ignored),
    )


def _overrides(facts: CaseFacts, entry: Entry, now: datetime, where: str) -> Iterator[Override]:
    if facts.item.override is not None:
        found = {"by": "editor", "at": now, "note": "", **facts.item.override}
        yield validated(Override, {"item": entry.article_id, **found}, f"{where}: override")


def _entry(facts: CaseFacts, output: Output, now: datetime) -> Entry:
    item = facts.item
    published = _utc(item.published) if item.published else None
    seen = published or now
    removed = "retracted" if item.status == "retracted" else None
    if item.takedown is not None and item.takedown.scope == "everything":
        removed = "takedown"
    removed_at = item.takedown.at if item.takedown and item.takedown.at else seen
    return Entry(
        source_id=facts.source.party,
        key=EntryKey(facts.id),
        rung="id",
        article_id=f"tag:scenario,2026:{facts.id}",
        title=facts.title,
        url=item.url,
        authors=(Person(name=item.author),) if item.author else (),
        published=published,
        first_seen=seen,
        sort_at=seen,
        changed_at=_utc(removed_at),
        content_html=item.text,
        body=item.body,
        categories=item.categories,
        rights=item.copyright,
        statements=tuple(_statement(s) for s in item.statements) + _access(facts.source),
        evidence=tuple(_evidence(facts)),
        feed=FeedRef(title=facts.source.party),
        picked=frozenset({output.id}) if item.picked else frozenset(),
        removed=removed,
        emitted=item.emitted,
    )


def _statement(facts: StatementFacts) -> Statement:
    value = facts.value if isinstance(facts.value, str) else json.dumps(facts.value)
    of_feed = facts.scheme in {"rss-copyright", "fac"}
    return Statement(
        scheme=facts.scheme, value=value, scope=facts.scope or ("feed" if of_feed else "item")
    )


def _access(source: SourceFacts) -> tuple[Statement, ...]:
    if source.access != "allow":
        return ()
    return (Statement(scheme="fac", value="allow", scope="feed"),)


def _evidence(facts: CaseFacts) -> Iterator[Evidence]:
    item = facts.item
    yield from _origin_evidence(item)
    for via in item.via:
        party = PartyFacts(party=via) if isinstance(via, str) else via
        yield _stated("via", party.party, party.url, party.confidence)
    for rival, policy in item.rivals.items():
        yield replace(_stated("rival", rival), rule=policy)
    yield from (_stated("byline", agency) for agency in item.bylines)
    if item.holder:
        yield _stated("holder", item.holder)
    for fact, moment in (("embargo", item.embargo_until), ("expiry", item.expires)):
        if moment:
            said = moment if isinstance(moment, str) else _utc(moment).isoformat()
            yield _stated(fact, said)
    if facts.source.access == "deny":
        yield _stated("access-deny", "deny")
    if item.takedown is not None and item.takedown.scope == "text":
        yield _stated("takedown", "text")


def _origin_evidence(item: ItemFacts) -> Iterator[Evidence]:
    origin = item.origin
    if origin is not None and origin.conflict:
        yield _stated("origin", "one party", None, 0.9)
        yield replace(_stated("origin", "another party", None, 0.9), rule="second")
    elif origin is not None:
        yield _stated("origin", origin.party, origin.url, origin.confidence)
    if item.sibling_url:
        name = origin.party if origin and origin.party else host_of(item.sibling_url)
        yield replace(_stated("origin", str(name), item.sibling_url, 0.98), where="duplicate")


def _stated(fact: str, value: str, url: str | None = None, confidence: float = 0.95) -> Evidence:
    return Evidence(
        fact=fact, value=value, url=url, where="scenario", rule="stated", confidence=confidence
    )


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
