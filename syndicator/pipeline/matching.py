"""Which takedowns reach an entry: by what was named, and by the words that were taken down."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from syndicator.dedupe.fingerprint import Reading, has_much_of, is_same
from syndicator.model.entries import Entry
from syndicator.model.flows import Takedown
from syndicator.model.rights import RightsRules
from syndicator.rights.chain import UNKNOWN_PARTY, build_chain, override_of
from syndicator.rights.names import names_in
from syndicator.rights.parties import CompiledRules, compile_rules, name_key
from syndicator.urls import page_key

_ADDRESSED = frozenset({"origin", "via", "carrier-url"})
"""Facts whose address is one of the work."""
SAME_TEXT = "the same text"
"""Why a takedown reaches what comes under another name."""


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
        words = _reading(entry.content_html)
        for number, text in missing:
            if is_same(text, words):
                found[number] = SAME_TEXT
        return found

    def alike(self, entry: Entry) -> set[int]:
        """Return the numbers of the takedowns of whose texts *entry* holds much."""
        words = _reading(entry.content_html)
        return {number for number, text in self._texts if has_much_of(text, words)}

    def _why(
        self, takedown: Takedown, entry: Entry, addresses: set[str], owners: set[str]
    ) -> str | None:
        target = takedown.target
        match takedown.by:
            case "work":
                return "its id" if entry.article_id == target else None
            case "url":
                return "its address" if page_key(target) in addresses else None
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


@lru_cache(maxsize=4)  # two questions are asked of each text, one after the other
def _reading(html: str) -> Reading:
    return Reading(html)


def _addresses(entry: Entry) -> Iterator[str]:
    named = (entry.url, *(f.url for f in entry.evidence if f.fact in _ADDRESSED))
    for address in named:
        if address:
            yield page_key(address)


def _pattern(target: str) -> str:
    """Return a pattern of addresses in the form in which addresses are compared."""
    host, slash, path = (target.partition("://")[2] or target).casefold().partition("/")
    host = re.sub(r":(?:80|443)$", "", host.removeprefix("www."))
    return f"https://{host}{slash}{re.sub('/{2,}', '/', path)}"
