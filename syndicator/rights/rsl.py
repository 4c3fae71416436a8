"""What do RSL 1.0 terms mean for republishing?  Pure.

RSL speaks of machine use first.  Only what it says against any use, about who may use,
where, and for which payment touches forms; the rest is passed on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from syndicator.model.rights import Permission, Policy, When

PAID = frozenset({"purchase", "subscription", "crawl", "contribution"})
MACHINE = frozenset({"all", "ai-all", "ai-train", "train-ai", "ai-input", "ai-index", "ai-use"})
_KINDS = frozenset({"usage", "user", "geo"})
_TERMS: Mapping[str, frozenset[str]] = {
    "permits": _KINDS,
    "prohibits": _KINDS,
    "payment": frozenset({"type"}),
    "copyright": frozenset(),
    "terms": frozenset(),
}
"""Terms of a licence, as the parser keeps them, and the kinds of each."""
_MACHINE_PAID = frozenset({"use", "training"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RslTerms:
    """RSL terms as far as they concern an output."""

    policy: Policy | None
    """None: no effect on forms."""
    payment: str
    ai_reserve: bool


def read_rsl(terms: Mapping[str, object]) -> RslTerms:
    """Return what *terms* mean.

    Args:
        terms: ``permits`` and ``prohibits`` (usage tokens, or a mapping of ``usage``, ``user``
            and ``geo`` to tokens) and ``payment`` (types, or a mapping with ``type``).
    """
    permits, prohibits = terms.get("permits"), terms.get("prohibits")
    payment = set(_tokens(terms.get("payment"), "type"))
    barred = set(_tokens(prohibits, "usage"))
    users, no_users = set(_tokens(permits, "user")), set(_tokens(prohibits, "user"))
    geo = tuple(sorted(t.upper() for t in _tokens(permits, "geo")))
    no_geo = tuple(sorted(t.upper() for t in _tokens(prohibits, "geo")))
    paid = payment & PAID
    when = When(
        channel=("community",) if _not_commercial(users, no_users) else None,
        territory=geo or None,
        territory_not=no_geo or None,
    )
    rules: tuple[Permission, ...] = (Permission(forms=("full", "excerpt"), adapt=True, when=when),)
    if "all" in barred or paid:
        rules = ()
    affects = not rules or when != When()
    policy = Policy(id="rsl", title="RSL terms", permissions=rules, otherwise="link")
    return RslTerms(
        policy=policy if affects else None,
        payment="" if "all" in barred else ", ".join(sorted(paid)),
        ai_reserve=bool(barred & MACHINE or payment & _MACHINE_PAID),
    )


def strange_terms(terms: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys in *terms* that ``read_rsl`` does not know, as ``permits.users``."""
    for key, value in terms.items():
        if key not in _TERMS:
            yield key
        elif isinstance(value, Mapping):
            yield from (f"{key}.{kind}" for kind in value if kind not in _TERMS[key])


def _not_commercial(users: set[str], no_users: set[str]) -> bool:
    return bool(users and "commercial" not in users) or "commercial" in no_users


def _tokens(value: object, kind: str) -> Iterator[str]:
    """Yield the tokens of *kind* in *value*: old drafts wrote commas, new texts spaces."""
    if isinstance(value, str):
        # Bare tokens are usages (of permits, prohibits) or types (of payment).
        if kind in {"usage", "type"}:
            yield from value.replace(",", " ").lower().split()
    elif isinstance(value, Mapping):
        wanted = value.get(kind)
        if wanted is not None:
            yield from _flat(wanted)
        elif value.get("type") == kind:
            yield from _flat(value.get("value") or value.get("tokens") or "")
    elif isinstance(value, Iterable):
        for item in value:
            yield from _tokens(item, kind)


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.replace(",", " ").lower().split()
    elif isinstance(value, Iterable):
        for item in value:
            yield from _flat(item)
