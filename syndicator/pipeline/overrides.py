"""Which findings of an editor are about no article that we have?  Edge.

An override names its article by id or address; a slip of the pen there would leave the article
as it is and say nothing.
"""

from collections.abc import Mapping, Sequence

from syndicator.model.rights import Override
from syndicator.pipeline.context import Context, ids_for
from syndicator.rights.parties import address_key
from syndicator.store import Transaction, queries
from syndicator.urls import bare_host, canonical_url, is_web_url


def idle_overrides(ctx: Context, tx: Transaction) -> dict[int, Override]:
    """Return the overrides that no article answers to, by their place in the configuration."""
    given = dict(enumerate(ctx.config.overrides))
    names = {number: _names(ctx, override) for number, override in given.items()}
    known = queries.known_names(tx, {name for some in names.values() for name in some})
    left = {number: given[number] for number, some in names.items() if known.isdisjoint(some)}
    return {number: override for number, override in left.items() if not _answers(tx, override)}


def _names(ctx: Context, override: Override) -> set[str]:
    return {override.item, address_key(override.item), *ids_for(ctx, override.item)}


def _answers(tx: Transaction, override: Override) -> bool:
    """Tell whether an entry has the address of *override* in another spelling."""
    if not is_web_url(override.item):
        return False
    wanted, host = canonical_url(override.item), bare_host(override.item)
    return any(canonical_url(url) == wanted for url in queries.addresses_at(tx, host))


def told(idle: Mapping[int, Override], places: Sequence[str]) -> list[str]:
    """Return a sentence for each of the *idle* overrides, with its place in the files."""
    look = "`syndicator explain` with a part of the title shows both"
    return [
        f"{places[number]}: no article has the id or address {override.item}; {look}"
        for number, override in sorted(idle.items())
    ]
