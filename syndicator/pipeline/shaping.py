"""One pass over one output: which works it shows, in which form, since when.

A work is decided once in a pass, for all feeds in which it stands.  What the output showed
of it before is looked up with it: where the form is another one, or the work comes back,
its entry keeps its id and gets a later ``updated``; where it must go although it was
emitted, the feeds say so for a while (RFC 6721).
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from syndicator.dedupe import also_at, choose
from syndicator.model.entries import Entry, OutputFeed, Publication, Removal
from syndicator.model.flows import Emission, Withdrawal
from syndicator.model.rights import Decision, Form, RightsRules
from syndicator.model.settings import Output
from syndicator.pipeline.chores import causes_of
from syndicator.pipeline.context import Context
from syndicator.pipeline.orders import Orders, dressed
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.together import together
from syndicator.pipeline.withdrawals import told_by_feed
from syndicator.rights import decide, fulfil, is_retracted
from syndicator.store import Transaction, decisions, emissions, queries
from syndicator.store.decisions import Recorded
from syndicator.store.tasks import Cause

STUB_FOR = timedelta(days=7)
"""How long a feed shows "[removed]" in an item's place, so that readers overwrite it."""
TOMBSTONE_FOR = timedelta(days=30)
"""How long a feed names what was taken out of it."""
FURTHEST = 100
"""How many times its length is looked through for entries of a feed with shares."""

COMMENTS = {
    "TAKEDOWN": "Removed at the request of the rights holder.",
    "RETRACTED": "Withdrawn by its publisher.",
}
"""What subscribers are told, by the telling reason; no details of any claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What is said of a work that is gone."""

    comment: str
    record: int | None = None
    """Number of the takedown, if that is why."""
    may_be_told: bool = True
    """Something may stand in its place for people to read."""


GONE = Parting(comment="No longer published here.")
JOINED = Parting(comment="Published here under another id.", may_be_told=False)
"""Two articles turned out to be one: subscribers drop the id that was given up."""

Decided = list[tuple[Entry, Decision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChange:
    """A work whose form is another than the one that was published."""

    output: str
    article_id: str
    title: str
    before: str
    """Empty: it was never published there."""
    after: str
    why: str
    """Code of the telling reason."""


@dataclass(slots=True)
class Pass:
    """One pass over one output: what was decided is decided once for all its feeds."""

    ctx: Context
    tx: Transaction
    output: Output
    rules: RightsRules
    now: datetime
    orders: Orders
    recorder: Recorder = field(init=False)
    shaped: dict[int, Publication | None] = field(default_factory=dict)
    """By primary key of the work: as it stands in all feeds but those of its sources."""
    by_source: dict[tuple[int, str], Publication | None] = field(default_factory=dict)
    partings: dict[int, Parting] = field(default_factory=dict)
    """By primary key: what is said of works that are not shown."""
    carriers: dict[str, tuple[str, date]] = field(default_factory=dict)
    """Id of a work -> source of the copy that stands for it, and its day (UTC)."""
    form_changes: dict[str, FormChange] = field(default_factory=dict)
    changed: dict[str, Emission] = field(default_factory=dict)
    """Works shown for the first time, in another form, again, or no more."""
    withdrawn: list[Withdrawal] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    recorded: list[Recorded] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    """Works that stand in a file."""
    recheck_at: datetime | None = None

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.output, self.rules)
        self.now = self.now.replace(microsecond=0)
        for end in self.orders.ends():
            self.look_again(end)

    def look_again(self, moment: datetime | None) -> None:
        """Remember that time alone changes something at *moment*."""
        if moment is not None:
            self.recheck_at = min(self.recheck_at or moment, moment)

    def publications(self, feed: OutputFeed) -> tuple[Publication, ...]:
        """Return the newest publishable works of *feed*, newest first."""
        axis, wanted = feed.axis, self.output.limit
        found: list[Publication] = []
        shares: Counter[tuple[str, date | None]] = Counter()
        looked_at = 0
        # A share leaves out most of a busy source: that must not read its whole past.
        shared = self.output.per_source or self.output.per_source_day
        furthest = wanted * FURTHEST if shared else math.inf
        newest = queries.newest_articles(self.tx, axis, feed.slug, at_once=wanted * 2)
        while len(found) < wanted and looked_at < furthest:
            works = list(islice(newest, wanted * 2))
            if not works:
                break
            looked_at += len(works)
            shaped = self._shape(works, feed.slug if axis == "source" else None)
            found += shaped if axis == "source" else self._capped(shaped, shares)
        return tuple(found[:wanted])

    def _capped(
        self, shaped: Iterable[Publication], shares: Counter[tuple[str, date | None]]
    ) -> Iterator[Publication]:
        """Yield what the shares of its source leave room for; *shares* counts on."""
        ever = self.output.per_source or math.inf
        daily = self.output.per_source_day or math.inf
        for publication in shaped:
            source, day = self.carriers[publication.id]
            if shares[source, None] < ever and shares[source, day] < daily:
                shares.update(((source, None), (source, day)))
                yield publication

    def work(self, pk: int) -> tuple[Publication, ...]:
        """Return one work, if this output may show it."""
        return tuple(self._shape([pk], None))

    def check_emitted(self) -> None:
        """Decide the emitted works that must perhaps go, in the window of a feed or not."""
        pks = emissions.doubtful(self.tx, self.output.id)
        self._load([pk for pk in pks if pk not in self.shaped])
        lost = emissions.names_of(self.tx, [pk for pk in pks if pk not in self.shaped])
        self._load([pk for _, pk in lost.values() if pk not in self.shaped])
        ids = [article_id for article_id, _ in lost.values()]
        shown = emissions.emissions_of(self.tx, self.output.id, ids)
        for article_id, now in lost.values():
            # No stub where in its place stands the same article, under the id that stays.
            parting = JOINED if self.shaped.get(now) else self.partings.get(now, GONE)
            self._take_back(shown[article_id], parting)

    def _parting(self, article_id: str, code: str) -> Parting:
        """Return what is said of a work that is shown no more, for the telling reason *code*."""
        against = self.orders.against(article_id, self.output.id)
        numbers = [takedown.number for takedown in against if takedown.scope == "everything"]
        return Parting(
            comment=COMMENTS.get("TAKEDOWN" if numbers else code, GONE.comment),
            record=min(numbers, default=None),
            may_be_told=all(takedown.stub for takedown in against),
        )

    def removals(self) -> dict[tuple[str, str], list[Removal]]:
        """Return what each feed, by (axis, slug), says of works that were taken back."""
        before = emissions.withdrawals(self.tx, self.output.id, self.now)
        live = [w for w in (*self.withdrawn, *before) if w.article_id not in self.returned]
        # In the order in which the store gives them: the next pass is to write the same bytes.
        live.sort(key=lambda w: w.article_id)
        live.sort(key=lambda w: w.at, reverse=True)
        for withdrawal in live:
            stub = self._has_stub(withdrawal)
            self.look_again(withdrawal.stub_until if stub else withdrawal.until)
        return {
            place: list(self._removals(told)) for place, told in told_by_feed(self.tx, live).items()
        }

    def _removals(self, told: Sequence[Withdrawal]) -> Iterator[Removal]:
        for number, withdrawal in enumerate(told):
            yield Removal(
                id=withdrawal.article_id,
                when=withdrawal.at,
                comment=withdrawal.comment,
                # They stand in the place of items: no more of them than of these.
                stub=self._has_stub(withdrawal) and number < self.output.limit,
            )

    def _has_stub(self, withdrawal: Withdrawal) -> bool:
        return withdrawal.stub_until is not None and withdrawal.stub_until > self.now

    def _shape(self, works: Sequence[int], source_id: str | None) -> Iterator[Publication]:
        self._load([pk for pk in works if pk not in self.shaped])
        for pk in works:
            found = self.shaped.get(pk)
            if source_id is not None:
                found = self.by_source.get((pk, source_id))
            if found:
                yield found

    def _load(self, missing: Sequence[int]) -> None:
        """Read, decide and shape works that were not met before in this pass."""
        output = self.output.id
        found = queries.copies(self.tx, missing, hidden=True)
        told = {pk: together(copies, self.rules) for pk, copies in found.items()}
        looked_at = {pk: [c for c in told[pk] if queries.is_shown(c)] for pk in told}
        by_work = {pk: copies for pk, copies in looked_at.items() if copies}
        for pk in found.keys() - by_work.keys():
            code = "RETRACTED" if any(map(is_retracted, found[pk])) else ""
            self.partings[pk] = self._parting(found[pk][0].article_id, code)
        ids = [copies[0].article_id for copies in by_work.values()]
        shown = emissions.emissions_of(self.tx, output, ids)
        digests = decisions.latest_digests(self.tx, output, ids)
        for pk, copies in by_work.items():
            emission = shown.get(copies[0].article_id)
            given = [dressed(c, output, self.orders, emitted=emission is not None) for c in copies]
            decided = [(c, decide(c, self.output, self.rules, self.now)) for c in given]
            for pair in decided:
                self.look_again(pair[1].recheck_at)
                self._record(*pair, digests)
            self._decide_work(pk, decided, emission)

    def _decide_work(self, pk: int, decided: Decided, emission: Emission | None) -> None:
        entry, decision = choose(decided)
        self.carriers[entry.article_id] = entry.source_id, entry.sort_at.date()
        if decision.form is Form.WITHHELD:
            code = decision.reasons[0].code if decision.reasons else ""
            self.partings[pk] = self._parting(entry.article_id, code)
        floor = self._follow(entry, decision, emission)
        tags = {(t.axis, t.slug): t for c, _ in decided for t in c.tags}
        ordered = tuple(tags[key] for key in sorted(tags))

        def publication(chosen: Entry, made: Decision) -> Publication | None:
            if made.form is Form.WITHHELD:
                return None
            shaped = fulfil(
                replace(self.ctx.discreet(chosen), tags=ordered), made, self.output.audience
            )
            shaped = replace(shaped, also_at=also_at((chosen, made), decided))
            if not self.output.publish_reasons:
                shaped = replace(shaped, reasons=(), why=())
            return _dated(shaped, floor, _release(made, self.now))

        main = self.shaped[pk] = publication(entry, decision)
        for source_id in {c.source_id for c, _ in decided}:
            mine = choose([pair for pair in decided if pair[0].source_id == source_id])
            same = mine[0] is entry
            self.by_source[pk, source_id] = main if same else publication(*mine)

    def _follow(
        self, entry: Entry, decision: Decision, emission: Emission | None
    ) -> datetime | None:
        """Compare *decision* with what was shown; return the earliest ``updated`` that is true."""
        form = decision.form.value
        before = "" if emission is None else Form.WITHHELD if emission.away else emission.form
        if before == form or (not before and decision.form is Form.WITHHELD):
            return emission.changed_at if emission else None
        self._note_form_change(entry, decision, before)
        if emission is None:
            self.changed[entry.article_id] = Emission(
                article_id=entry.article_id, form=form, first_at=self.now, last_at=self.now
            )
            return None
        if decision.form is Form.WITHHELD:
            code = decision.reasons[0].code if decision.reasons else ""
            self._take_back(emission, self._parting(entry.article_id, code))
            return None
        if emission.away:
            self.returned.add(entry.article_id)
        moment = self._after(emission)
        self.changed[entry.article_id] = replace(
            emission, form=form, last_at=self.now, changed_at=moment, away=False
        )
        return moment

    def _after(self, emission: Emission) -> datetime:
        # Later than what was said before, also twice within a second: "the later one wins"
        # is all that tells a subscriber which of two versions holds.
        if emission.changed_at is None:
            return self.now
        return max(self.now, emission.changed_at + timedelta(seconds=1))

    def _take_back(self, emission: Emission, parting: Parting) -> None:
        moment = self._after(emission)
        self.changed[emission.article_id] = replace(
            emission, last_at=self.now, changed_at=moment, away=True
        )
        withdrawal = Withdrawal(
            article_id=emission.article_id,
            at=moment,
            comment=parting.comment,
            stub_until=moment + STUB_FOR if parting.may_be_told else None,
            until=moment + TOMBSTONE_FOR,
        )
        self.withdrawn.append(withdrawal)

    def _note_form_change(self, entry: Entry, decision: Decision, before: str) -> None:
        self.form_changes[entry.article_id] = FormChange(
            output=self.output.id,
            article_id=entry.article_id,
            title=entry.title,
            before=before,
            after=decision.form.value,
            why=decision.reasons[0].code if decision.reasons else "",
        )

    def _record(
        self, entry: Entry, decision: Decision, known: dict[tuple[str, str], tuple[str, str]]
    ) -> None:
        digests = self.recorder.digests(entry, decision)
        if known.get((entry.source_id, entry.key)) != digests:
            self.recorded.append(self.recorder.record(entry, decision, digests, self.now))
            self.causes += causes_of(entry, decision, self.rules)


def _release(decision: Decision, now: datetime) -> datetime | None:
    """Return when an embargo on the work ended; before that it was not there for anybody."""
    stated = [e for e in decision.evidence if e.fact == "embargo"]
    final = [e for e in stated if e.where == "override"] or stated
    moments = []
    for fact in final:
        try:
            moment = datetime.fromisoformat(fact.value.strip())
        except ValueError:
            continue
        moments.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    ended = max(moments, default=None)
    return ended.replace(microsecond=0) if ended and ended <= now else None


def _dated(
    publication: Publication, floor: datetime | None, release: datetime | None
) -> Publication:
    if floor is None and release is None:
        return publication
    moments = (publication.updated, floor, release)
    updated = max(m for m in moments if m is not None)
    return replace(publication, updated=updated, published=release or publication.published)
