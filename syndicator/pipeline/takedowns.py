"""Takedowns: recorded, matched to works, and kept from coming back.

A takedown holds from the moment it is recorded, before any argument: every copy that comes
in from then on is compared before it is stored, by our id and address, by the pattern,
source or owner that was named, and by the words of the texts that were taken down,
whichever feed brings them.  What is there already is searched once.  Texts are looked up in
the transaction that makes them known, so that no copy comes between; the same is done where
a work that was taken down brings a text that was not known yet.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syndicator.dedupe import every_mark
from syndicator.dedupe.fingerprint import Reading, fingerprint, is_same
from syndicator.errors import SyndicatorError
from syndicator.markup import plain_text
from syndicator.model.entries import Entry
from syndicator.model.flows import Lifting, Takedown
from syndicator.model.rights import RightsRules
from syndicator.pipeline.chores import resemblances
from syndicator.pipeline.context import Context
from syndicator.pipeline.matching import SAME_TEXT, Matcher
from syndicator.pipeline.orders import rules_of
from syndicator.store import (
    Transaction,
    facts,
    queries,
    reading,
    signatures,
    takedowns,
    tasks,
    transaction,
    works,
)
from syndicator.urls import host_of

_UNFINISHED = "takedowns_to_search"


@dataclass(slots=True, kw_only=True)
class Found:
    """What a takedown reaches in the store."""

    works: dict[str, str] = field(default_factory=dict)
    """Our id -> why."""
    titles: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    """What was taken down, in full."""

    def add(self, article_id: str, title: str, why: str) -> None:
        """Note a work; the first reason stays."""
        self.works.setdefault(article_id, why)
        self.titles.setdefault(article_id, title)


def find_works(ctx: Context, tx: Transaction, takedown: Takedown, *, text: str = "") -> Found:
    """Return what *takedown* reaches, copies of the same text under other addresses included.

    Args:
        ctx: the configuration.
        tx: a transaction.
        takedown: recorded or not.
        text: for a takedown by text: the text.
    """
    found = named_works(ctx, tx, takedown)
    found.texts |= {text} if text else set()
    _add_copies(tx, takedown, found)
    return found


def named_works(ctx: Context, tx: Transaction, takedown: Takedown) -> Found:
    """Return what *takedown* reaches by what was named, with the texts that go with it."""
    found = Found()
    matcher = Matcher([takedown], [], rules_of(ctx, tx))
    for entry in _candidates(tx, takedown):
        if why := matcher.reasons(entry).get(takedown.number):
            found.add(entry.article_id, entry.title, why)
            found.texts.add(entry.content_html)
    return found


def _add_copies(tx: Transaction, takedown: Takedown, found: Found) -> None:
    if not _is_about_text(takedown):
        return
    for copy in _same_texts(tx, found.texts):
        found.add(copy.article_id, copy.title, SAME_TEXT)


def _candidates(tx: Transaction, takedown: Takedown) -> Iterator[Entry]:
    """Yield the entries that what is named can mean: few of a large store, but for an owner."""
    target = takedown.target
    match takedown.by:
        case "text":
            return iter(())
        case "work":
            return _entries(tx, work=target)
        case "source":
            return _entries(tx, source_id=target)
        case "url":
            return _entries(tx, hosts=_spellings(host_of(target)))
        case "pattern":
            host = re.split(r"[/?#:]", target.partition("://")[2] or target)[0]
            fixed = max(re.split(r"[*?\[\]]", host), key=len)
            return _entries(tx, hosts=_spellings(fixed))
        case "owner":
            return _entries(tx)


def _spellings(host: str) -> tuple[str, ...]:
    """Return how a host may be written in an address; none where nothing is certain."""
    host = re.sub(r"^(?:www|m|mobile|amp)\.", "", host.lower())
    try:
        written = {host, host.encode("ascii").decode("idna"), host.encode("idna").decode()}
    except UnicodeError:
        written = {host}
    return tuple(sorted(written)) if host.strip(".") else ()


def _entries(
    tx: Transaction,
    *,
    work: str | None = None,
    source_id: str | None = None,
    hosts: Sequence[str] = (),
) -> Iterator[Entry]:
    last = 0
    while batch := queries.all_entries(tx, after=last, work=work, source_id=source_id, hosts=hosts):
        yield from (entry for _, entry, _ in batch)
        last = batch[-1][0]


def _same_texts(tx: Transaction, texts: Iterable[str]) -> Iterator[works.Copy]:
    """Yield the stored copies of *texts*, found by what their words leave in the index."""
    for text in sorted(texts):
        known = fingerprint(text)
        if known:
            holders = signatures.holders(tx, every_mark(plain_text(text)))
            pks = {pk for held in holders.values() for pk in held}
            copies = works.copies_by_pk(tx, sorted(pks)).values()
            yield from (c for c in copies if is_same(known, Reading(c.content_html)))


def add_takedown(ctx: Context, takedown: Takedown, *, text: str = "") -> tuple[int, Found]:
    """Record *takedown* and withhold what it reaches; return its number and that."""
    with transaction(ctx.engine) as tx:
        numbered = replace(takedown, number=takedowns.record(tx, takedown))
        if takedown.by == "text":
            # Found by the index, at once; and who searched later would not have the text.
            return numbered.number, _reach(tx, numbered, Found(texts={text}))
        _note_searches(tx, {*_searches(tx), numbered.number})
    return numbered.number, _search(ctx, numbered)


def finish_searches(ctx: Context) -> None:
    """Search for what takedowns reach whose own search was cut short."""
    with reading(ctx.engine) as tx:
        wanted = _searches(tx)
        known = takedowns.all_takedowns(tx) if wanted else []
        held = [t for t, lifting in known if t.number in wanted and lifting is None]
    for takedown in held:
        _search(ctx, takedown)


def _search(ctx: Context, takedown: Takedown) -> Found:
    # A look at many entries takes its time, in which no other process should have to wait.
    with reading(ctx.engine) as tx:
        found = named_works(ctx, tx, takedown)
    with transaction(ctx.engine) as tx:
        _reach(tx, takedown, found)
        _note_searches(tx, _searches(tx) - {takedown.number})
    return found


def _reach(tx: Transaction, takedown: Takedown, found: Found) -> Found:
    """Withhold what is *found*, and the copies of its texts."""
    _keep(tx, takedown, found.texts)
    _add_copies(tx, takedown, found)
    _apply(tx, takedown, found.works)
    return found


def _searches(tx: Transaction) -> set[int]:
    """Return the takedowns whose search is not done."""
    return set(map(int, (facts.fact(tx, _UNFINISHED) or "").split()))


def _note_searches(tx: Transaction, numbers: set[int]) -> None:
    facts.set_fact(tx, _UNFINISHED, " ".join(map(str, sorted(numbers))))


def _is_about_text(takedown: Takedown) -> bool:
    # A source or an owner is named as such; a text of theirs may be another's as well.
    return takedown.by not in {"source", "owner"}


def _keep(tx: Transaction, takedown: Takedown, texts: Iterable[str]) -> bool:
    """Keep the fingerprints of *texts*; say whether one of them was not known."""
    if takedown.retain == "none" or not _is_about_text(takedown):
        return False
    return takedowns.keep_fingerprints(tx, takedown.number, map(fingerprint, texts))


def _apply(tx: Transaction, takedown: Takedown, reached: Mapping[str, str]) -> None:
    takedowns.reach(tx, takedown.number, reached)
    if _purges(takedown):
        takedowns.purge(tx, list(reached))


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
        reached = takedowns.reached(tx, lifting.takedown)
        takedowns.lift(tx, lifting)
        takedowns.read_again(tx, list(reached), now=lifting.lifted_at)
    return reached


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
    ids = works.family(tx, (entry.article_id for entry in entries))
    found = {number: Found() for number in held}
    stored = []
    for entry in entries:
        reasons = matcher.reasons(entry)
        for number, why in reasons.items():
            found[number].add(entry.article_id, entry.title, why)
        numbers = reached.get(ids[entry.article_id][0], {}) | reasons
        alike = matcher.alike(entry) - numbers.keys()
        tasks.open_tasks(tx, resemblances(alike, entry), now=now)
        for number, why in numbers.items():
            # What only holds such a text holds others too, and they are nobody's claim.
            if why != SAME_TEXT and _keep(tx, held[number], [entry.content_html]):
                found[number].texts.add(entry.content_html)
        if any(_purges(held[number]) for number in numbers):
            stored.append(replace(entry, content_html="", summary_html="", body="none"))
        else:
            stored.append(entry)
    for number, what in found.items():
        takedowns.reach(tx, number, what.works)
        _reach_copies(tx, held[number], what.texts)
    return tuple(stored)


def _reach_copies(tx: Transaction, takedown: Takedown, texts: Iterable[str]) -> None:
    """Withhold the copies of *texts* that came before anybody knew them for such."""
    came_first = Found(texts=set(texts))
    _add_copies(tx, takedown, came_first)
    if came_first.works:
        _apply(tx, takedown, came_first.works)


def match_owners(tx: Transaction, rules: RightsRules, now: datetime) -> None:
    """Compare all works with the takedowns of owners: who owns what may be known only now."""
    held = {n: t for n, t in takedowns.in_force(tx, now).items() if t.by == "owner"}
    if not held:
        return
    matcher = Matcher(held.values(), [], rules)
    found = {number: Found() for number in held}
    for entry in _entries(tx):
        for number, why in matcher.reasons(entry).items():
            found[number].add(entry.article_id, entry.title, why)
    for number, what in found.items():
        _apply(tx, held[number], what.works)
