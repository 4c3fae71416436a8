"""What may be shown of each stored work, decided again for the audit.  Edge.

Everything is decided here anew, from the stored copies and the present rules; nothing that
was decided or shaped for publishing is taken over.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from syndicator.dedupe import also_at, choose
from syndicator.model.entries import Entry, Publication
from syndicator.model.flows import Emission
from syndicator.model.rights import Decision, Form, Reason, RightsRules
from syndicator.model.settings import Output
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.orders import Orders, dressed
from syndicator.pipeline.together import together
from syndicator.rights import decide, fulfil
from syndicator.rights.parties import address_key
from syndicator.rights.site_gone import Search, search_for
from syndicator.rights.site_works import (
    KEPT_BACK,
    REMOVED_CODES,
    Gone,
    Owner,
    Verdict,
    stored_words,
)
from syndicator.store import Transaction, emissions, queries
from syndicator.store.works import family


@dataclass(slots=True)
class Judge:
    """Decides on the works that an audit asks about, and knows those that must not be met."""

    ctx: Context
    tx: Transaction
    rules: RightsRules
    orders: Orders
    now: datetime
    gone: dict[str, dict[str, list[Gone]]] = field(default_factory=dict)
    """Output -> work -> its copies that are withheld, while all of them are."""
    emitted: dict[tuple[str, str], Emission] = field(default_factory=dict)
    """(output, work) -> what was shown of it, for the works that were asked for."""
    _copies: dict[str, list[Entry]] = field(default_factory=dict)
    _verdicts: dict[tuple[str, str, str | None], Verdict | None] = field(default_factory=dict)

    def verdicts(self, ids: Iterable[str], owner: Owner) -> dict[str, Verdict]:
        """Return what holds for the works *ids* in a file; those the store knows."""
        ids = list(dict.fromkeys(ids))
        unread = [work for work in ids if work not in self._copies]
        self._copies |= {work: [] for work in unread} | queries.works(self.tx, unread)
        output = owner.output.id
        shown = emissions.emissions_of(self.tx, output, ids)
        self.emitted |= {(output, work): emission for work, emission in shown.items()}
        found = {work: self.verdict(work, owner.output, owner.source_id) for work in ids}
        return {work: verdict for work, verdict in found.items() if verdict is not None}

    def given_up(self, ids: Iterable[str]) -> frozenset[str]:
        """Return those of *ids* whose work goes by another id since it was joined to it."""
        return frozenset(i for i, named in family(self.tx, ids).items() if named[0] != i)

    def verdict(self, work: str, output: Output, source_id: str | None) -> Verdict | None:
        """Return what holds for *work*, read before; None where no such copy is known."""
        key = (work, output.id, source_id)
        if key not in self._verdicts:
            self._verdicts[key] = self._decided(self._copies.get(work, ()), output, source_id)
        return self._verdicts[key]

    def decide(self, copy: Entry, output: Output) -> tuple[Entry, Decision]:
        """Return *copy* with what was ordered about its work, and what holds for it."""
        shown = (output.id, copy.article_id) in self.emitted
        given = dressed(copy, output.id, self.orders, emitted=shown)
        return given, decide(given, output, self.rules, self.now)

    def _decided(
        self, copies: Sequence[Entry], output: Output, source_id: str | None
    ) -> Verdict | None:
        given = together(copies, self.rules) if copies else []
        everywhere = [self.decide(copy, output) for copy in given]
        mine = [pair for pair in everywhere if source_id in {None, pair[0].source_id}]
        if not mine:
            return None
        # A copy that was removed or is held stands for nothing while there is another one.
        decided = [pair for pair in mine if queries.is_shown(pair[0])] or mine
        entry, decision = choose(decided)
        if entry.removed is None and not queries.is_shown(entry):
            reasons = (Reason(code=KEPT_BACK), *decision.reasons)
            decision = replace(decision, form=Form.WITHHELD, reasons=reasons)
        tags = {(t.axis, t.slug): t for c in copies if c.removed is None for t in c.tags}
        chosen = replace(entry, tags=tuple(tags[key] for key in sorted(tags)))
        publication = None
        if decision.form is not Form.WITHHELD:
            shaped = fulfil(self.ctx.discreet(chosen), decision, output.audience)
            shaped = replace(shaped, also_at=also_at((entry, decision), everywhere))
            publication = self._dated(shaped, decision, output)
        return Verdict(
            copies=tuple(copy for copy, _ in decided if copy is not entry),
            entry=chosen,
            decision=decision,
            publication=publication,
        )

    def _dated(self, publication: Publication, decision: Decision, output: Output) -> Publication:
        """Return *publication* with the times it must bear: a new form or a release is news."""
        emission = self.emitted.get((output.id, publication.id))
        release = max((m for m in _releases(decision) if m <= self.now), default=None)
        moments = (publication.updated, emission.changed_at if emission else None, release)
        updated = max(moment for moment in moments if moment is not None)
        return replace(publication, updated=updated, published=release or publication.published)

    def look_for_gone(self) -> None:
        """Read the store once and keep what must not be met anywhere."""
        last = 0
        live: dict[str, set[str]] = {output.id: set() for output in self.ctx.config.outputs}
        while batch := queries.all_entries(self.tx, after=last):
            last = batch[-1][0]
            for entry in self._told(entry for _, entry, _ in batch):
                for output in self.ctx.config.outputs:
                    self._note_copy(entry, output, live[output.id])
        for output_id, works in live.items():
            for work in works:
                self.gone.get(output_id, {}).pop(work, None)

    def _told(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield *entries* with what the other copies of their works say for them."""
        entries = list(entries)
        shared = queries.with_siblings(self.tx, (entry.article_id for entry in entries))
        works = queries.works(self.tx, shared)
        told = {
            (copy.source_id, copy.key): copy
            for copies in works.values()
            for copy in together(copies, self.rules)
        }
        for entry in entries:
            yield told.get((entry.source_id, entry.key), entry)

    def _note_copy(self, entry: Entry, output: Output, live: set[str]) -> None:
        _, decision = self.decide(entry, output)
        code = decision.reasons[0].code if decision.reasons else ""
        if decision.form is not Form.WITHHELD:
            live.add(entry.article_id)
        elif code in REMOVED_CODES:
            addresses = (entry.url, *(hop.url for hop in decision.chain))
            gone = Gone(
                id=entry.article_id,
                title=entry.title,
                addresses=frozenset(address_key(address) for address in addresses if address),
                code=code,
                # A seeded article whose file moved comes back as another work.
                by_title=code != "RETRACTED" or entry.source_id.partition(":")[0] != SEEDS,
                text=stored_words(entry),
            )
            self.gone.setdefault(output.id, {}).setdefault(entry.article_id, []).append(gone)

    def search(self, outputs: Iterable[Output]) -> Search:
        """Return what must be met in none of *outputs*."""
        by_output = [self.gone.get(output.id, {}) for output in outputs]
        works = set.intersection(*(set(gone) for gone in by_output)) if by_output else set()
        return search_for(copy for work in sorted(works) for copy in by_output[0][work])


def _releases(decision: Decision) -> Iterator[datetime]:
    stated = [fact for fact in decision.evidence if fact.fact == "embargo"]
    for fact in [f for f in stated if f.where == "override"] or stated:
        with suppress(ValueError):
            moment = datetime.fromisoformat(fact.value.strip())
            yield (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
