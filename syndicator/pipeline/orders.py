"""What editors and rights holders said about works, put onto the copies before a decision.

The store keeps takedowns and picks apart from entries, because both are about works and
outputs, and because a new copy must not escape them.  Here they become what the rights
engine looks at: evidence of a takedown, the outputs a work was picked for, whether an
output has shown it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.flows import Takedown
from syndicator.model.rights import Evidence, RightsRules, SourceTerms
from syndicator.pipeline.context import SEEDS, Context
from syndicator.store import Transaction, picks, queries, takedowns


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Everything in force at one time."""

    takedowns: Mapping[int, Takedown] = field(default_factory=dict)
    works: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Our id -> the numbers of the takedowns that reach the work, each with why."""
    picks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Output -> our ids."""

    def against(self, article_id: str, output: str) -> list[Takedown]:
        """Return the takedowns in force against a work in *output*."""
        found = (self.takedowns[number] for number in self.works.get(article_id, ()))
        return [t for t in found if not t.outputs or output in t.outputs]

    def ends(self) -> list[datetime]:
        """Return when takedowns end by themselves."""
        return [t.until for t in self.takedowns.values() if t.until is not None]


def rules_of(ctx: Context, tx: Transaction) -> RightsRules:
    """Return the rules with the carriers of seeded articles as sources of their own."""
    own = next((p.id for p in ctx.rules.publishers.values() if p.own), "self")
    seeds = {SEEDS: SourceTerms(publisher=own, policy="own-work")}
    by_name = {
        name.casefold(): p.id
        for p in ctx.rules.publishers.values()
        for name in (p.id, p.name, *p.aliases)
    }
    for source_id in queries.source_ids(tx, f"{SEEDS}:%"):
        name = source_id.removeprefix(f"{SEEDS}:")
        seeds[source_id] = SourceTerms(publisher=by_name.get(name.casefold(), name))
    return replace(ctx.rules, sources={**ctx.rules.sources, **seeds})


def load_orders(tx: Transaction, outputs: Iterable[str], now: datetime) -> Orders:
    """Return what is in force at *now*."""
    held = takedowns.in_force(tx, now)
    return Orders(
        takedowns=held,
        works=takedowns.by_work(tx, held),
        picks={output: frozenset(picks.picked(tx, output)) for output in outputs},
    )


def dressed(entry: Entry, output: str, orders: Orders, *, emitted: bool) -> Entry:
    """Return *entry* with all that was said about its work for *output*."""
    against = orders.against(entry.article_id, output)
    picked = entry.article_id in orders.picks.get(output, ())
    if not (against or picked or emitted):
        return entry
    demands = tuple(
        Evidence(
            fact="takedown",
            value=takedown.scope,
            where="takedown",
            rule=str(takedown.number),
            text=takedown.received_at.date().isoformat(),
        )
        for takedown in against
    )
    return replace(
        entry,
        evidence=(*entry.evidence, *demands),
        picked=frozenset({output}) if picked else entry.picked,
        emitted=emitted,
    )
