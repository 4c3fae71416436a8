"""Takedowns: recorded, matched to works, and kept from coming back.

A takedown holds from the moment it is recorded, before any argument.  The works that it
reaches are found once when it comes; after that every copy that comes in is compared
before it is stored: by our id and address, by the pattern, source or owner that was named,
and by the words of the texts that were taken down, whichever feed brings them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from syndicator.errors import SyndicatorError
from syndicator.markup.fingerprint import fingerprint, is_same, text_runs
from syndicator.model.entries import Entry
from syndicator.model.flows import Lifting, Takedown
from syndicator.model.rights import RightsRules
from syndicator.pipeline.context import Context
from syndicator.pipeline.orders import rules_of
from syndicator.rights.chain import UNKNOWN_PARTY, build_chain, override_of
from syndicator.rights.names import names_in
from syndicator.rights.parties import CompiledRules, compile_rules, name_key
from syndicator.store import Transaction, queries, reading, takedowns, transaction
from syndicator.urls import canonical_url

_ADDRESSED = frozenset({"origin", "via", "carrier-url"})
"""Facts whose address is one of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a takedown reaches in the store."""

    works: Mapping[str, str]
    """Our id -> why."""
    titles: Mapping[str, str]
    texts: tuple[str, ...] = ()
    """Fingerprints of what was taken down."""


class Matcher:
    """Tells which of some takedowns reach an entry, and why."""

    def __init__(
        self, held: Iterable[Takedown], texts: Sequence[tuple[int, str]], rules: RightsRules
    ) -> None:
        self._held = tuple(held)
        self._texts = texts
        self._rules: CompiledRules = compile_rules(rules)
        self._owned = any(takedown.by == "owner" for takedown in self._held)

    def reasons(self, entry: Entry) -> dict[int, str]:
        """Return the numbers of the takedowns that reach *entry*, each with why."""
        addresses = set(_addresses(entry))
        owners = set(self._owners(entry)) if self._owned else set()
        found = {}
        for takedown in self._held:
            if why := self._why(takedown, entry, addresses, owners):
                found[takedown.number] = why
        missing = [(n, text) for n, text in self._texts if n not in found]
        runs = text_runs(entry.content_html) if missing else frozenset()
        for number, text in missing:
            if is_same(text, runs):
                found[number] = "the same text"
        return found

    def _why(
        self, takedown: Takedown, entry: Entry, addresses: set[str], owners: set[str]
    ) -> str | None:
        target = takedown.target
        match takedown.by:
            case "work":
                return "its id" if entry.article_id == target else None
            case "url":
                return "its address" if canonical_url(target) in addresses else None
            case "pattern":
                matching = (a for a in sorted(addresses) if fnmatchcase(a, _pattern(target)))
                return next((f"its address {a}" for a in matching), None)
            case "source":
                return f"its source {target}" if entry.source_id == target else None
            case "owner":
                return f"its owner {target}" if self._party(target) in owners else None
            case "text":
                return None

    def _party(self, name: str) -> str:
        return self._rules.by_name(name) or name_key(name)

    def _owners(self, entry: Entry) -> Iterator[str]:
        """Yield whose text it may be: origin and middle parties, holder, authors.

        The carrier is one only where nobody else is named: passing on makes no owner.
        """
        hops = build_chain(entry, self._rules, override_of(entry, self._rules)).hops
        named = [hop for hop in hops if hop.party != UNKNOWN_PARTY]
        for hop in named[:-1] or named:
            yield self._party(hop.party)
        for fact in entry.evidence:
            if fact.fact == "holder" and fact.value.strip():
                yield from map(self._party, names_in(fact.value))
        for person in entry.authors:
            yield from map(self._party, names_in(person.name))


def _addresses(entry: Entry) -> Iterator[str]:
    named = (entry.url, *(f.url for f in entry.evidence if f.fact in _ADDRESSED))
    for address in named:
        if address:
            yield canonical_url(address)


def _pattern(target: str) -> str:
    """Return a pattern of addresses in the form in which addresses are compared."""
    rest = target.partition("://")[2] or target
    return f"https://{rest.removeprefix('www.')}"


def find_works(ctx: Context, takedown: Takedown, *, text: str = "") -> Found:
    """Return what *takedown* reaches, copies of the same text under other addresses included.

    Args:
        ctx: the configuration and the store.
        takedown: recorded or not.
        text: for a takedown by text: the text.
    """
    with reading(ctx.engine) as tx:
        rules = rules_of(ctx, tx)
    works: dict[str, str] = {}
    titles: dict[str, str] = {}
    texts = [fingerprint(text)] if text else []
    named = Matcher([takedown], [], rules)
    for entry in _all(ctx):
        if why := named.reasons(entry).get(takedown.number):
            works.setdefault(entry.article_id, why)
            titles[entry.article_id] = entry.title
            texts.append(fingerprint(entry.content_html))
    texts = sorted({t for t in texts if t})
    if texts and takedown.by not in {"source", "owner"}:
        same = Matcher([], [(takedown.number, t) for t in texts], rules)
        for entry in _all(ctx):
            if entry.article_id not in works and same.reasons(entry):
                works[entry.article_id] = "the same text"
                titles[entry.article_id] = entry.title
    return Found(works=works, titles=titles, texts=tuple(texts))


def _all(ctx: Context) -> Iterator[Entry]:
    last = 0
    while True:
        with reading(ctx.engine) as tx:
            batch = queries.all_entries(tx, after=last)
        if not batch:
            return
        for last, entry, _ in batch:  # noqa: B007 - the last one is where the next begins
            yield entry


def add_takedown(ctx: Context, takedown: Takedown, *, text: str = "") -> tuple[int, Found]:
    """Record *takedown* and withhold what it reaches; return its number and that."""
    # Recorded first: what comes in while the store is searched is compared with it.
    with transaction(ctx.engine) as tx:
        number = takedowns.record(tx, takedown)
    numbered = replace(takedown, number=number)
    found = find_works(ctx, numbered, text=text)
    with transaction(ctx.engine) as tx:
        # A source or an owner is named as such; a text of theirs may be another's as well.
        if numbered.retain != "none" and numbered.by not in {"source", "owner"}:
            takedowns.keep_fingerprints(tx, number, found.texts)
        _apply(tx, numbered, found.works)
    return number, found


def _apply(tx: Transaction, takedown: Takedown, works: Mapping[str, str]) -> None:
    takedowns.reach(tx, takedown.number, works)
    if _purges(takedown):
        takedowns.purge(tx, list(works))


def _purges(takedown: Takedown) -> bool:
    # What another output still shows has to stay.
    return takedown.retain != "text" and not takedown.outputs


def lift_takedown(ctx: Context, lifting: Lifting) -> dict[str, str]:
    """Record that a takedown ended; return the works that it reached, with why.

    Raises:
        SyndicatorError: there is no such takedown, or it was lifted before.
    """
    with transaction(ctx.engine) as tx:
        known = {t.number: lifted for t, lifted in takedowns.all_takedowns(tx)}
        if lifting.takedown not in known:
            raise SyndicatorError(f"there is no takedown {lifting.takedown}")
        if known[lifting.takedown]:
            raise SyndicatorError(f"takedown {lifting.takedown} was lifted before")
        works = takedowns.reached(tx, lifting.takedown)
        takedowns.lift(tx, lifting)
        takedowns.read_again(tx, list(works), now=lifting.lifted_at)
    return works


def guard(
    ctx: Context, tx: Transaction, entries: Sequence[Entry], now: datetime
) -> tuple[Entry, ...]:
    """Return *entries* as they may be stored: without the texts that were taken down.

    Notes the works that takedowns in force reach with them.
    """
    held = takedowns.in_force(tx, now) if entries else {}
    if not held:
        return tuple(entries)
    reached = takedowns.by_work(tx, held)
    matcher = Matcher(held.values(), takedowns.fingerprints(tx, held), rules_of(ctx, tx))
    found: dict[int, dict[str, str]] = {}
    stored = []
    for entry in entries:
        reasons = matcher.reasons(entry)
        for number, why in reasons.items():
            found.setdefault(number, {})[entry.article_id] = why
        numbers = {*reasons, *reached.get(entry.article_id, ())}
        for number in sorted(numbers):
            _remember(tx, held[number], entry)
        if any(_purges(held[number]) for number in numbers):
            stored.append(replace(entry, content_html="", summary_html="", body="none"))
        else:
            stored.append(entry)
    for number, works in found.items():
        takedowns.reach(tx, number, works)
    return tuple(stored)


def _remember(tx: Transaction, takedown: Takedown, entry: Entry) -> None:
    """Keep the fingerprint of a text that came after its takedown: it may come elsewhere too."""
    if takedown.retain == "none" or takedown.by in {"source", "owner"}:
        return
    if text := fingerprint(entry.content_html):
        takedowns.keep_fingerprints(tx, takedown.number, [text])


def match_owners(tx: Transaction, rules: RightsRules, now: datetime) -> None:
    """Compare all works with the takedowns of owners: who owns what may be known only now."""
    held = {n: t for n, t in takedowns.in_force(tx, now).items() if t.by == "owner"}
    if not held:
        return
    matcher = Matcher(held.values(), [], rules)
    found: dict[int, dict[str, str]] = {}
    last = 0
    while batch := queries.all_entries(tx, after=last):
        for last, entry, _ in batch:  # noqa: B007 - the last one is where the next begins
            for number, why in matcher.reasons(entry).items():
                found.setdefault(number, {})[entry.article_id] = why
    for number, works in found.items():
        _apply(tx, held[number], works)
