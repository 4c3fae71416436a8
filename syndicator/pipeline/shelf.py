"""What the store says, for the audit, about works that are shown and works that are gone.  Edge.

Everything is decided here again, from the stored copies and the present rules; nothing that
was decided or shaped for publishing is taken over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syndicator.dedupe import choose
from syndicator.model.entries import Entry
from syndicator.model.rights import Form, RightsRules
from syndicator.model.settings import Output
from syndicator.pipeline.context import SEEDS, Context
from syndicator.rights import decide, fulfil
from syndicator.rights.parties import address_key
from syndicator.rights.site_gone import Search, search_for
from syndicator.rights.site_works import REMOVED_CODES, Gone, Owner, Verdict, stored_words
from syndicator.store import Transaction, queries


@dataclass(slots=True)
class Shelf:
    """The store as far as the audit needs it: works that are shown, and works that are gone."""

    ctx: Context
    tx: Transaction
    rules: RightsRules
    now: datetime
    gone: dict[str, dict[str, list[Gone]]] = field(default_factory=dict)
    """Output -> work -> its copies that are withheld, while all of them are."""
    _copies: dict[str, list[Entry]] = field(default_factory=dict)
    _verdicts: dict[tuple[str, str, str | None], Verdict | None] = field(default_factory=dict)

    def verdicts(self, ids: Iterable[str], owner: Owner) -> dict[str, Verdict]:
        """Return what holds for the works *ids* in a file; those the store knows."""
        ids = list(dict.fromkeys(ids))
        unread = [work for work in ids if work not in self._copies]
        self._copies |= {work: [] for work in unread} | queries.works(self.tx, unread)
        found = {work: self.verdict(work, owner.output, owner.source_id) for work in ids}
        return {work: verdict for work, verdict in found.items() if verdict is not None}

    def verdict(self, work: str, output: Output, source_id: str | None) -> Verdict | None:
        """Return what holds for *work*, read before; None where no such copy is known."""
        key = (work, output.id, source_id)
        if key not in self._verdicts:
            self._verdicts[key] = self._decided(self._copies.get(work, ()), output, source_id)
        return self._verdicts[key]

    def _decided(
        self, copies: Sequence[Entry], output: Output, source_id: str | None
    ) -> Verdict | None:
        mine = [copy for copy in copies if source_id in {None, copy.source_id}]
        if not mine:
            return None
        # A copy that was removed stands for nothing while there is another one.
        live = [copy for copy in mine if copy.removed is None] or mine
        decided = [(copy, decide(copy, output, self.rules, self.now)) for copy in live]
        entry, decision = choose(decided)
        tags = {(t.axis, t.slug): t for c in copies if c.removed is None for t in c.tags}
        chosen = replace(entry, tags=tuple(tags[key] for key in sorted(tags)))
        shown = decision.form is not Form.WITHHELD
        return Verdict(
            copies=tuple(copy for copy in live if copy is not entry),
            entry=chosen,
            decision=decision,
            publication=fulfil(chosen, decision) if shown else None,
        )

    def look_for_gone(self) -> None:
        """Read the store once and keep what must not be met anywhere."""
        last = 0
        live: dict[str, set[str]] = {output.id: set() for output in self.ctx.config.outputs}
        while batch := queries.all_entries(self.tx, after=last):
            for pk, entry, _ in batch:
                last = pk
                for output in self.ctx.config.outputs:
                    self._note_copy(entry, output, live[output.id])
        for output_id, works in live.items():
            for work in works:
                self.gone.get(output_id, {}).pop(work, None)

    def _note_copy(self, entry: Entry, output: Output, live: set[str]) -> None:
        decision = decide(entry, output, self.rules, self.now)
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
