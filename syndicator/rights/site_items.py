"""Does one published file show what the rules allow now, and nothing else?  Pure.

The publish gate's own checks (``audit``) run again on the bytes as they lie there, against
what is decided now; beside them stand those that need the store: is the item known, is the
text the stored one, is it there once, was it taken back rightly.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from syndicator.model.entries import Publication, Removal
from syndicator.rights.audit import STUB_WORDS, audit_read
from syndicator.rights.emitted import Emitted, Item
from syndicator.rights.owed import moment
from syndicator.rights.parties import address_key
from syndicator.rights.site_amounts import check_amount, check_credits, parts_of
from syndicator.rights.site_remarks import MEANING, Remark, error, warning
from syndicator.rights.site_works import (
    REMOVED_CODES,
    Owner,
    Verdict,
    shingles,
)
from syndicator.urls import slugify

_CLAIM = re.compile(
    r"creative\s*commons|\bCC[ -](?:BY|0)\b|\bCC0\b|public domain|©|\(c\)|all rights reserved",
    re.IGNORECASE,
)
CLOCKS = timedelta(minutes=1)
"""How far a removal may lie ahead: two within a second are told a second apart."""

_SAME_TEXT = 30
"""Words from which the same text under two ids is a work that stands twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the audit knows besides the file."""

    verdicts: Mapping[str, Verdict]
    """Of the works in the file, by id; an id that is not there is not in the store."""
    given_up: frozenset[str] = frozenset()
    """Ids of works that go by another id since they were joined to another work."""
    base_url: str
    now: datetime


def check_items(file: str, owner: Owner, found: Emitted, known: Known) -> list[Remark]:
    """Return what is wrong with the items of the file *file*, which was read as *found*."""
    remarks = [
        *_check_gate(file, owner, found, known),
        *_check_presence(file, owner, found, known),
        *_check_place(file, owner, found, known),
        *_check_twice(file, found, known),
        *_check_feed_rights(file, found),
        *_check_tombstones(file, found, known),
    ]
    suspect = {remark.item for remark in remarks if remark.check in {2, 3, 4, 7}}
    shown = [known.verdicts[i.id] for i in found.items if i.id in known.verdicts]
    for item in found.items:
        verdict = known.verdicts.get(item.id)
        if verdict is None or verdict.publication is None:
            continue
        remarks += check_amount(item, verdict, file=file)
        if item.id in suspect:
            remarks += check_credits(item, verdict, shown, file=file)
    return remarks


def _check_gate(file: str, owner: Owner, found: Emitted, known: Known) -> Iterator[Remark]:
    publications = _publications(found, known)
    removals = [Removal(id=ref, when=known.now) for ref in found.deleted]
    for breach in audit_read(found, owner.format, publications, removals=removals):
        # Ids without a publication are told apart in `_check_presence`.
        if breach.check in MEANING:
            problem = breach.problem
            yield error(MEANING[breach.check], problem, file=file, item=breach.item_id)


def _publications(found: Emitted, known: Known) -> list[Publication]:
    ids = dict.fromkeys(item.id for item in found.items)
    verdicts = (known.verdicts.get(item_id) for item_id in ids)
    return [v.publication for v in verdicts if v is not None and v.publication is not None]


def _check_presence(file: str, owner: Owner, found: Emitted, known: Known) -> Iterator[Remark]:
    for item in found.items:
        verdict = known.verdicts.get(item.id)
        if verdict is None and not (item.id in known.given_up and _is_bare(item, known)):
            taken = f" and was taken from {owner.source_id}" if owner.source_id else ""
            problem = f"nothing in the store has this id{taken}"
            yield error(1, problem, file=file, item=item.id)
        if verdict is None:
            continue
        if verdict.publication is None and not _is_stub(item, verdict, known):
            check = 9 if verdict.code in REMOVED_CODES else 1
            problem = f"the rules withhold it ({verdict.code}) and it is here"
            yield error(check, problem, file=file, item=item.id)


def _check_place(file: str, owner: Owner, found: Emitted, known: Known) -> Iterator[Remark]:
    """Yield the items that stand in a feed to which their works do not belong."""
    for item in found.items:
        verdict = known.verdicts.get(item.id)
        if verdict is None or verdict.publication is None:
            continue
        if not _belongs(verdict, owner):
            problem = f"it does not belong to {owner.axis} {owner.slug}"
            yield error(1, problem, file=file, item=item.id)
        for address in item.site:
            if address and not address.startswith(f"{known.base_url}/"):
                problem = f"explains itself at {address}, away from this site"
                yield error(4, problem, file=file, item=item.id)


def _belongs(verdict: Verdict, owner: Owner) -> bool:
    if owner.axis == "all":
        # The page of one own article bears its name.
        return owner.slug in {"all", verdict.entry.article_id.rpartition("/")[2]}
    if owner.axis == "author":
        copies = (verdict.entry, *verdict.copies)
        return owner.slug in {slugify(person.name) for copy in copies for person in copy.authors}
    tags = {(tag.axis, tag.slug) for tag in verdict.entry.tags}
    return owner.axis == "source" or (owner.axis, owner.slug) in tags


def _is_stub(item: Item, verdict: Verdict, known: Known) -> bool:
    """Tell whether *item* only says that something was removed."""
    text = [part.text.split() for part in parts_of(item)]
    return _is_bare(item, known) and not any(shingles(words) & verdict.runs for words in text)


def _is_bare(item: Item, known: Known) -> bool:
    """Tell whether *item* is as short as a stub, and leads nowhere else."""
    hrefs = [href for part in parts_of(item) for href in part.hrefs]
    return (
        all(a.startswith(known.base_url) for a in (*hrefs, *item.urls, *item.passed, *item.also))
        and not any(len(part.text.split()) > STUB_WORDS for part in parts_of(item))
        and not item.enclosures
    )


def _check_twice(file: str, found: Emitted, known: Known) -> Iterator[Remark]:
    addresses: dict[tuple[str, str], tuple[str, str]] = {}
    texts: dict[tuple[str, ...], str] = {}
    for item in found.items:
        verdict = known.verdicts.get(item.id)
        # Works without an address of their own share that of their publisher.
        if item.urls and not (verdict and verdict.entry.url is None):
            address = address_key(item.urls[0])
            own = _own_address(address, verdict)
            key = (address, item.title.casefold())
            first, place = addresses.setdefault(key, (item.id, own))
            if first != item.id:
                problem = f"the same title and address stand under {first} too"
                # Two reprints of one original may be works that no editor has joined.
                tell = error if own == place else warning
                yield tell(11, problem, file=file, item=item.id)
        if verdict is not None and len(verdict.text) >= _SAME_TEXT:
            first = texts.setdefault(verdict.text, item.id)
            if first != item.id:
                problem = f"the same text stands under {first} too"
                yield warning(11, problem, file=file, item=item.id)


def _own_address(address: str, verdict: Verdict | None) -> str:
    """Return where the work itself lies, if an item leads to *address* as it should."""
    publication = verdict.publication if verdict else None
    if verdict is None or publication is None or address_key(publication.url or "") != address:
        return address
    return address_key(verdict.entry.url or "")


def _check_feed_rights(file: str, found: Emitted) -> Iterator[Remark]:
    match = _CLAIM.search(found.rights or "")
    if match:
        problem = f"the rights line of the whole feed claims “{match[0]}” for everybody's items"
        yield error(8, problem, file=file)


def _check_tombstones(file: str, found: Emitted, known: Known) -> Iterator[Remark]:
    stubs = {item.id: item for item in found.items}
    for ref, text in found.deleted.items():
        when = moment(text)
        verdict = known.verdicts.get(ref)
        if verdict is None and ref not in known.given_up:
            problem = "reported as removed, but it was never in the store"
            yield error(10, problem, file=file, item=ref)
        if when is None:
            yield error(10, f"removed at “{text[:40]}”, which is no time", file=file, item=ref)
            continue
        if when > known.now + CLOCKS:
            yield error(10, f"removed at {text}, which is to come", file=file, item=ref)
        stub = stubs.get(ref)
        shown = moment(stub.updated or "") if stub else None
        if verdict is not None and verdict.is_withheld and shown is not None and shown > when:
            problem = "its stub is newer than its tombstone, so readers take it for live"
            yield error(10, problem, file=file, item=ref)
        if verdict is not None and not stub and verdict.entry.changed_at > when:
            problem = f"removed at {text}, but it last changed after that"
            yield warning(10, problem, file=file, item=ref)
