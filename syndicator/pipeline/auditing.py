"""What lies in the publish directory, against the store and the configuration.  Edge.

An auditor independent of those who wrote the files: it knows no renderer (a contract in
pyproject.toml), reads the bytes as they lie there, decides every work again and compares.
It writes nothing and asks no network.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from syndicator.dedupe import choose
from syndicator.model.entries import Axis, Entry
from syndicator.model.rights import Form, RightsRules
from syndicator.model.settings import Output
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.pages import own_pages
from syndicator.rights import decide, fulfil
from syndicator.rights.emitted import Emitted, Unreadable, read_emitted
from syndicator.rights.parties import address_key
from syndicator.rights.site_files import (
    Feeds,
    check_links,
    check_listed,
    check_self_link,
    owner_of,
)
from syndicator.rights.site_gone import (
    Search,
    check_gone_ids,
    check_gone_items,
    check_gone_list,
    search_for,
)
from syndicator.rights.site_items import Known, check_items
from syndicator.rights.site_pages import (
    check_addresses,
    check_commerce,
    check_form_of_file,
    check_rest,
    parsed,
    self_links,
)
from syndicator.rights.site_remarks import Remark, error, in_order, warning
from syndicator.rights.site_rules import check_grants, check_policies, check_trust
from syndicator.rights.site_works import (
    REMOVED_CODES,
    Gone,
    Owner,
    PublishedFile,
    Verdict,
    stored_words,
)
from syndicator.store import Transaction, facts, queries, stale

FEEDS = frozenset({"atom", "rss", "json", "html"})
"""Formats that hold items."""

SAMPLE = 50
"""Decisions that are made twice."""

SEED_REMOVED = "seed-removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAudit:
    """What the audit found."""

    files: int
    items: int
    """Works that are published, once for each output."""
    forms: Mapping[str, int]
    reasons: Mapping[str, int]
    """By the telling reason."""
    publishers: Mapping[str, int]
    """By the first publisher of the chain."""
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> int:
        """How many remarks are errors."""
        return sum(remark.severity == "error" for remark in self.remarks)


@dataclass(slots=True)
class Shelf:
    """The store as far as the audit needs it: works that are shown, and works that are gone."""

    ctx: Context
    rules: RightsRules
    now: datetime
    copies: dict[str, list[Entry]] = field(default_factory=dict)
    """Of the works that some file names, by id."""
    gone: dict[str, dict[str, list[Gone]]] = field(default_factory=dict)
    """Output -> work -> its copies that are withheld, while all of them are."""
    _verdicts: dict[tuple[str, str, str | None], Verdict | None] = field(default_factory=dict)

    def verdict(self, work: str, output: Output, source_id: str | None) -> Verdict | None:
        """Return what holds for *work* in *output*; None where the store has no such copy."""
        key = (work, output.id, source_id)
        if key not in self._verdicts:
            self._verdicts[key] = self._decided(self.copies.get(work, ()), output, source_id)
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
        entry = replace(entry, tags=tuple(tags[key] for key in sorted(tags)))
        shown = decision.form is not Form.WITHHELD
        return Verdict(
            copies=tuple(c for c in live if (c.source_id, c.key) != (entry.source_id, entry.key)),
            entry=entry,
            decision=decision,
            publication=fulfil(entry, decision) if shown else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A file with what could be read of it."""

    file: PublishedFile
    found: Emitted | None
    problem: str = ""


def audit_site(ctx: Context, tx: Transaction, rules: RightsRules, now: datetime) -> SiteAudit:
    """Return everything that is wrong, or worth knowing, about what is published.

    Args:
        ctx: the configuration; its publish directory is read.
        tx: a reading transaction.
        rules: the rules with the carriers of seeded articles.
        now: aware; what decisions are made at.
    """
    feeds = _feeds(ctx, tx)
    remarks: list[Remark] = []
    read = [_read(file) for file in _files(ctx.public, feeds, remarks)]
    named = {i for r in read if r.found for i in (*_ids(r.found), *r.found.deleted)}
    shelf = Shelf(ctx=ctx, rules=rules, now=now)
    _fill(shelf, tx, named)
    searches = {output.id: _search(shelf, [output]) for output in ctx.config.outputs}
    anywhere = _search(shelf, ctx.config.outputs)
    for one in read:
        search = searches[one.file.owner.output.id] if one.file.owner else anywhere
        remarks += _check_file(one, shelf, search)
    remarks += _check_lists(ctx, read)
    remarks += _check_pairs(read)
    shown = _shown(shelf, read)
    remarks += check_grants(rules, shown, now)
    remarks += check_trust(rules, shown)
    remarks += check_policies(rules, shown, now)
    remarks += _check_replay(shelf, shown)
    remarks += _check_staleness(ctx, tx, now)
    return SiteAudit(
        files=len(read),
        items=len(shown),
        forms=_counted(str(v.decision.form) for _, v in shown),
        reasons=_counted(v.code for _, v in shown),
        publishers=_counted(_origin(v) for _, v in shown),
        remarks=in_order(remarks),
    )


# --- reading -------------------------------------------------------------------------------


def _feeds(ctx: Context, tx: Transaction) -> Feeds:
    config = ctx.config
    slugs: dict[Axis, frozenset[str]] = {
        "theme": frozenset(theme.id for theme in config.themes),
        "region": frozenset(theme.id for theme in config.regions),
        "report": frozenset(theme.id for theme in config.reports),
        "source": frozenset([*(source.id for source in config.sources), SEEDS]),
        "author": frozenset(queries.slugs(tx, "author")),
    }
    pages = own_pages(ctx, tx).values()
    return Feeds(
        outputs=config.outputs,
        slugs=slugs,
        own_articles=frozenset(page.stem.rpartition("/")[2] for page in pages),
    )


def _files(public: Path, feeds: Feeds, remarks: list[Remark]) -> Iterator[PublishedFile]:
    for path in sorted(public.rglob("*")):
        name = path.relative_to(public).as_posix()
        if path.is_symlink():
            remarks.append(error(18, "a symbolic link; nothing here writes one", file=name))
        elif path.is_file() and not path.name.startswith(".syndicator-"):
            owner = owner_of(name, feeds)
            body = path.read_bytes()
            if owner is None:
                remarks.append(error(18, "no configured feed has this name", file=name))
            yield PublishedFile(path=name, body=body, owner=owner)


def _read(file: PublishedFile) -> _Read:
    suffix = file.owner.format if file.owner else file.path.rpartition(".")[2]
    if suffix not in FEEDS:
        return _Read(file=file, found=None)
    try:
        return _Read(file=file, found=read_emitted(file.body, suffix))
    except Unreadable as problem:
        return _Read(file=file, found=None, problem=str(problem))


def _ids(found: Emitted) -> list[str]:
    return [item.id for item in found.items]


def _fill(shelf: Shelf, tx: Transaction, named: set[str]) -> None:
    """Read the store once; keep whole only what is published, and of the rest what is gone."""
    last = 0
    live: dict[str, set[str]] = {output.id: set() for output in shelf.ctx.config.outputs}
    while batch := queries.all_entries(tx, after=last):
        for pk, entry, _ in batch:
            last = pk
            if entry.article_id in named:
                shelf.copies.setdefault(entry.article_id, []).append(entry)
            for output in shelf.ctx.config.outputs:
                _note_gone(shelf, entry, output, live[output.id])
    for copies in shelf.copies.values():
        copies.sort(key=lambda copy: (copy.source_id, copy.key))
    for output_id, works in live.items():
        for work in works:
            shelf.gone.get(output_id, {}).pop(work, None)


def _note_gone(shelf: Shelf, entry: Entry, output: Output, live: set[str]) -> None:
    decision = decide(entry, output, shelf.rules, shelf.now)
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
            by_title=entry.removed != SEED_REMOVED,
            text=stored_words(entry),
        )
        shelf.gone.setdefault(output.id, {}).setdefault(entry.article_id, []).append(gone)


def _search(shelf: Shelf, outputs: Iterable[Output]) -> Search:
    """Return what must be met in none of *outputs*."""
    by_output = [shelf.gone.get(output.id, {}) for output in outputs]
    works = set.intersection(*(set(gone) for gone in by_output)) if by_output else set()
    return search_for(copy for work in sorted(works) for copy in by_output[0][work])


# --- checking ------------------------------------------------------------------------------


def _check_file(one: _Read, shelf: Shelf, search: Search) -> Iterator[Remark]:
    file, owner, found = one.file, one.file.owner, one.found
    yield from check_gone_ids(file, found if owner else None, search)
    if found is not None:
        yield from check_gone_items(file.path, found, search)
    if owner is None:
        return
    if one.problem:
        yield error(16, f"not well-formed: {one.problem}", file=file.path)
        return
    try:
        root = parsed(file, owner.format)
    except Unreadable as problem:
        yield error(16, f"not well-formed: {problem}", file=file.path)
        return
    verdicts = _verdicts(shelf, owner, found)
    yield from check_form_of_file(file, owner, root)
    if found is not None:
        known = Known(verdicts=verdicts, base_url=shelf.ctx.config.site.base_url, now=shelf.now)
        yield from check_items(file, owner, found, known)
        yield from check_addresses(file.path, owner, found)
    if root is not None and owner.format in {"html", "index", "opml"}:
        yield from check_gone_list(file, root, search)
    if root is not None and owner.format in {"html", "index"}:
        yield from check_commerce(file, owner, root, verdicts.values())
        yield from check_rest(file, verdicts.values())
    else:
        yield from check_self_link(
            file.path, self_links(file, root), shelf.ctx.config.site.base_url
        )


def _verdicts(shelf: Shelf, owner: Owner, found: Emitted | None) -> dict[str, Verdict]:
    ids = dict.fromkeys((*_ids(found), *found.deleted)) if found else {}
    decided = {i: shelf.verdict(i, owner.output, owner.source_id) for i in ids}
    return {i: verdict for i, verdict in decided.items() if verdict is not None}


def _check_lists(ctx: Context, read: Sequence[_Read]) -> Iterator[Remark]:
    files = {one.file.path: one.file.owner for one in read}
    base_url = ctx.config.site.base_url
    for one in read:
        owner = one.file.owner
        if owner is None or owner.format not in {"index", "opml"}:
            continue
        try:
            root = parsed(one.file, owner.format)
        except Unreadable:
            continue
        if root is not None:
            yield from check_links(one.file.path, root, files, base_url)
            mine = {p: o for p, o in files.items() if o and o.output is owner.output}
            feeds = {p: o for p, o in mine.items() if o.format in FEEDS}
            yield from check_listed(one.file.path, root, feeds, base_url)


def _check_pairs(read: Sequence[_Read]) -> Iterator[Remark]:
    """Yield removals that one format of a feed reports and another does not (Atom and JSON)."""
    told = {r.file.path: set(r.found.deleted) for r in read if r.file.owner and r.found}
    for path, deleted in told.items():
        stem, _, suffix = path.rpartition(".")
        other = f"{stem}.{'json' if suffix == 'atom' else 'atom'}"
        if suffix in {"atom", "json"} and other in told:
            for ref in sorted(told[other] - deleted):
                problem = f"does not report its removal, which {other} does"
                yield error(10, problem, file=path, item=ref)


def _check_replay(shelf: Shelf, shown: Sequence[tuple[Output, Verdict]]) -> Iterator[Remark]:
    """Decide a sample again, by rules in which only the order of the lists is another."""
    rules = shelf.rules
    turned = replace(
        rules, grants=rules.grants[::-1], sources=dict(sorted(rules.sources.items(), reverse=True))
    )
    for output, verdict in shown[:: max(1, len(shown) // SAMPLE)]:
        again = decide(verdict.entry, output, turned, shelf.now)
        if again != verdict.decision:
            problem = f"decided {verdict.decision.form} first and {again.form} then"
            yield error(17, problem, item=verdict.entry.article_id)


def _check_staleness(ctx: Context, tx: Transaction, now: datetime) -> Iterator[Remark]:
    if facts.fact(tx, "published_with") != ctx.digest:
        yield warning(1, "the configuration is another than when this was published")
    recheck = facts.fact(tx, "recheck_at")
    if recheck and datetime.fromisoformat(recheck) <= now:
        yield warning(1, f"something had to be decided again at {recheck}")
    waiting = len(stale.stale_feeds(tx))
    if waiting:
        yield warning(1, f"{waiting} feeds are behind the store and wait to be published")


def _shown(shelf: Shelf, read: Sequence[_Read]) -> list[tuple[Output, Verdict]]:
    """Return each work that is published, once for each output."""
    found: dict[tuple[str, str], tuple[Output, Verdict]] = {}
    for one in read:
        owner = one.file.owner
        if owner is None or one.found is None:
            continue
        for item_id in _ids(one.found):
            verdict = shelf.verdict(item_id, owner.output, None)
            if verdict is not None and not verdict.is_withheld:
                found.setdefault((owner.output.id, item_id), (owner.output, verdict))
    return list(found.values())


def _origin(verdict: Verdict) -> str:
    chain = verdict.decision.chain
    return (chain[0].name if chain else "") or "(not known)"


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))
