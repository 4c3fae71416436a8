"""What lies in the publish directory, against the store and the configuration.  Edge.

An auditor independent of those who wrote the files: it knows no renderer (a contract in
pyproject.toml), reads the bytes as they lie there, decides every work again and compares.
It writes nothing and asks no network.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from syndicator.model.entries import Axis, Entry
from syndicator.model.settings import Output
from syndicator.pipeline.context import SEEDS, Context
from syndicator.pipeline.judging import Judge
from syndicator.pipeline.orders import load_orders, rules_of
from syndicator.pipeline.ownership import left_behind
from syndicator.pipeline.pages import own_pages
from syndicator.pipeline.record import Recorder
from syndicator.pipeline.withdrawals import told_by_feed
from syndicator.rights import decide
from syndicator.rights.emitted import Emitted, Unreadable
from syndicator.rights.hidden import hidden_strings
from syndicator.rights.reading_back import read_emitted
from syndicator.rights.site_amounts import check_hidden, check_hidden_media, runs_of
from syndicator.rights.site_files import (
    Feeds,
    check_links,
    check_listed,
    check_self_link,
    check_site,
    owner_of,
)
from syndicator.rights.site_gone import (
    Search,
    check_gone_ids,
    check_gone_items,
    check_gone_list,
    check_gone_text,
)
from syndicator.rights.site_items import Known, check_items
from syndicator.rights.site_pages import (
    check_addresses,
    check_commerce,
    check_form_of_file,
    check_list_text,
    check_look,
    check_page_parts,
    check_rest,
    links_of_list,
    parsed,
    self_links,
)
from syndicator.rights.site_remarks import Remark, error, in_order, warning
from syndicator.rights.site_rules import check_audiences, check_grants, check_policies, check_trust
from syndicator.rights.site_works import (
    Owner,
    PublishedFile,
    Verdict,
)
from syndicator.store import Transaction, decisions, emissions, facts, queries, stale

FEEDS = frozenset({"atom", "rss", "json", "html"})
"""Formats that hold items."""

SAMPLE = 50
"""Decisions that are made twice."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is remembered of a file once it was checked."""

    owner: Owner | None
    items: tuple[str, ...] = ()
    deleted: frozenset[str] = frozenset()


def audit_site(ctx: Context, tx: Transaction, now: datetime) -> SiteAudit:
    """Return everything that is wrong, or worth knowing, about what is published.

    Args:
        ctx: the configuration; its publish directory is read.
        tx: a reading transaction.
        now: aware; what decisions are made at.
    """
    rules = rules_of(ctx, tx)
    orders = load_orders(tx, [output.id for output in ctx.config.outputs], now)
    judge = Judge(ctx=ctx, tx=tx, rules=rules, orders=orders, now=now)
    judge.look_for_gone()
    searches = {output.id: judge.search([output]) for output in ctx.config.outputs}
    anywhere = judge.search(ctx.config.outputs)
    owners, remarks = _inventory(ctx, tx)
    seen: dict[str, _Seen] = {}
    # One file after the other, so that a big site needs no more memory than a small one.
    for path, owner in owners.items():
        file = PublishedFile(path=path, body=(ctx.public / path).read_bytes(), owner=owner)
        search = searches[owner.output.id] if owner else anywhere
        seen[path] = _check_file(file, judge, search, owners, remarks)
    shown = _shown(judge, seen.values())
    remarks += _check_withdrawals(judge, seen)
    remarks += check_grants(rules, shown, now)
    remarks += check_trust(rules, shown)
    remarks += check_audiences(ctx.config.outputs, shown)
    remarks += check_policies(rules, shown, now)
    remarks += _check_replay(judge, shown)
    remarks += _check_records(judge, shown)
    remarks += _check_staleness(ctx, tx, now)
    remarks += [warning(18, problem) for problem in left_behind(ctx, tx)]
    return SiteAudit(
        files=len(seen),
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
    pages = own_pages(ctx, tx)
    return Feeds(
        outputs=config.outputs,
        slugs=slugs,
        own_articles=frozenset(page.feed.stem.rpartition("/")[2] for page in pages),
    )


def _inventory(ctx: Context, tx: Transaction) -> tuple[dict[str, Owner | None], list[Remark]]:
    """Return whose each published file is, and what is wrong with files by their names."""
    feeds = _feeds(ctx, tx)
    owners: dict[str, Owner | None] = {}
    remarks = []
    for path in sorted(ctx.public.rglob("*")):
        name = path.relative_to(ctx.public).as_posix()
        if path.is_symlink():
            remarks.append(error(18, "a symbolic link; nothing here writes one", file=name))
        elif path.is_file() and not path.name.startswith(".syndicator-"):
            owners[name] = owner_of(name, feeds)
            if owners[name] is None:
                remarks.append(error(18, "no configured feed has this name", file=name))
    return owners, remarks


# --- checking ------------------------------------------------------------------------------


def _check_file(
    file: PublishedFile,
    judge: Judge,
    search: Search,
    owners: Mapping[str, Owner | None],
    remarks: list[Remark],
) -> _Seen:
    """Add to *remarks* what is wrong with *file*; return what stands in it."""
    owner = file.owner
    suffix = owner.format if owner else file.path.rpartition(".")[2]
    found, root = None, None
    try:
        found = read_emitted(file.body, suffix) if suffix in FEEDS else None
        root = parsed(file, owner.format) if owner else None
    except Unreadable as problem:
        if owner:
            remarks.append(error(16, f"not well-formed: {problem}", file=file.path))
        remarks += check_gone_ids(file, None, search)
        return _Seen(owner=owner)
    remarks += check_gone_ids(file, found if owner else None, search)
    ids = tuple(item.id for item in found.items) if found else ()
    deleted = frozenset(found.deleted) if found else frozenset()
    verdicts = judge.verdicts((*ids, *deleted), owner) if owner else {}
    if found is not None:
        remarks += check_gone_items(file.path, found, search)
        remarks += _check_besides(file, suffix, search, verdicts.values())
    if owner is None:
        return _Seen(owner=None)
    remarks += check_form_of_file(file, owner, root)
    if found is not None:
        remarks += _check_items(file, owner, found, judge, verdicts)
    if root is None or owner.format in {"atom", "rss"}:
        own = self_links(file, root)
        remarks += check_self_link(file.path, own, judge.ctx.config.site.base_url)
    else:
        listed = judge.ctx.config.publish.commerce
        remarks += _check_page(file, owner, root, search, verdicts, listed)
        remarks += _check_list(file, owner, root, owners, judge)
    return _Seen(owner=owner, items=ids, deleted=deleted)


def _check_besides(
    file: PublishedFile, suffix: str, search: Search, verdicts: Collection[Verdict]
) -> Iterator[Remark]:
    """Yield what stands in a feed besides the texts of its items and belongs to no reader."""
    hidden = hidden_strings(file.body, suffix)
    told = runs_of(hidden)
    yield from check_gone_text(file.path, told, search)
    yield from check_hidden(told, verdicts, file=file.path)
    yield from check_hidden_media(hidden, verdicts, file=file.path)


def _check_items(
    file: PublishedFile,
    owner: Owner,
    found: Emitted,
    judge: Judge,
    verdicts: Mapping[str, Verdict],
) -> Iterator[Remark]:
    known = Known(
        verdicts=verdicts,
        given_up=judge.given_up((*(item.id for item in found.items), *found.deleted)),
        base_url=judge.ctx.config.site.base_url,
        now=judge.now,
    )
    yield from check_items(file.path, owner, found, known)
    yield from check_addresses(file.path, owner, found)
    yield from check_site(file.path, found.site, known.base_url, _contact(owner, judge))


def _check_page(
    file: PublishedFile,
    owner: Owner,
    root: etree._Element,
    search: Search,
    verdicts: Mapping[str, Verdict],
    listed: Iterable[str],
) -> Iterator[Remark]:
    yield from check_gone_list(file, root, search)
    if owner.format != "opml":
        yield from check_look(file, owner, root)
        yield from check_commerce(file, owner, root, verdicts.values(), listed)
        yield from check_rest(file, verdicts.values())
        yield from check_page_parts(file, root)


def _check_list(
    file: PublishedFile,
    owner: Owner,
    root: etree._Element,
    owners: Mapping[str, Owner | None],
    judge: Judge,
) -> Iterator[Remark]:
    if owner.format not in {"index", "opml"}:
        return
    config = judge.ctx.config
    described = (*config.themes, *config.regions, *config.reports)
    yield from check_list_text(file, root, [theme.description for theme in described])
    base_url = config.site.base_url
    addresses = links_of_list(root, owner.format)
    yield from check_site(file.path, addresses, base_url, _contact(owner, judge))
    yield from check_links(file.path, root, owners, base_url)
    mine = {p: o for p, o in owners.items() if o and o.output is owner.output}
    # Nobody is led to a feed of which nothing is shown, of an author say: it only takes leave.
    made = {(o.axis, o.slug) for o in mine.values() if o.axis in {"author", "source"}}
    unshown = made - emissions.shown_feeds(judge.tx, owner.output.id, made)
    feeds = {
        path: o for path, o in mine.items() if o.format in FEEDS and (o.axis, o.slug) not in unshown
    }
    yield from check_listed(file.path, root, feeds, base_url)


def _contact(owner: Owner, judge: Judge) -> str:
    return owner.output.contact or judge.ctx.config.site.contact


def _check_withdrawals(judge: Judge, seen: Mapping[str, _Seen]) -> Iterator[Remark]:
    """Yield removals that a feed owes to its subscribers and does not report (RFC 6721)."""
    owed = _owed_withdrawals(judge)
    for path, one in seen.items():
        owner = one.owner
        if owner is None or owner.format not in {"atom", "json"}:
            continue
        missing = owed.get((owner.output.id, owner.axis, owner.slug), set()) - one.deleted
        for work in sorted(missing):
            verdict = judge.verdict(work, owner.output, owner.source_id)
            if verdict is None or verdict.is_withheld or work not in one.items:
                yield error(10, "its removal is not reported", file=path, item=work)
        for work in sorted(one.deleted):
            if (owner.output.id, work) not in judge.emitted:
                yield error(10, "reported as removed, but never shown", file=path, item=work)


def _owed_withdrawals(judge: Judge) -> dict[tuple[str, str, str], set[str]]:
    """Return, by output, axis and slug, the works whose removal has to be reported now."""
    owed: dict[tuple[str, str, str], set[str]] = {}
    for output in judge.ctx.config.outputs:
        taken = emissions.withdrawals(judge.tx, output.id, judge.now)
        for (axis, slug), told in told_by_feed(judge.tx, taken).items():
            owed[output.id, axis, slug] = {withdrawal.article_id for withdrawal in told}
    return owed


def _check_replay(judge: Judge, shown: Sequence[tuple[Output, Verdict]]) -> Iterator[Remark]:
    """Decide a sample again, by rules in which only the order of the lists is another."""
    rules = judge.rules
    turned = replace(
        rules, grants=rules.grants[::-1], sources=dict(sorted(rules.sources.items(), reverse=True))
    )
    for output, verdict in shown[:: max(1, len(shown) // SAMPLE)]:
        again = decide(verdict.entry, output, turned, judge.now)
        if again != verdict.decision:
            problem = f"decided {verdict.decision.form} first and {again.form} then"
            yield error(17, problem, item=verdict.entry.article_id)


def _check_records(judge: Judge, shown: Sequence[tuple[Output, Verdict]]) -> Iterator[Remark]:
    """Compare what holds now with the recorded decisions by which it was published."""
    for output in judge.ctx.config.outputs:
        recorder = Recorder(output, judge.rules)
        mine = [verdict for o, verdict in shown if o is output]
        known = decisions.latest_digests(judge.tx, output.id, [v.entry.article_id for v in mine])
        other = []
        for verdict in mine:
            entry = verdict.entry
            made = recorder.digests(entry, verdict.decision)
            recorded = known.get((entry.source_id, entry.key))
            if recorded is None:
                yield warning(1, "no decision on it is recorded", item=entry.article_id)
            elif recorded[0] != made[0]:
                other.append(entry.article_id)
            elif recorded[1] != made[1] and not _was_due(judge, output, entry):
                problem = f"{verdict.decision.form} now, recorded otherwise from the same facts"
                yield error(17, problem, item=entry.article_id)
        if other:
            problem = f"{len(other)} works in {output.id} were decided from other facts than now"
            yield warning(1, problem, item=other[0])


def _was_due(judge: Judge, output: Output, entry: Entry) -> bool:
    """Say whether time alone may have changed what was decided last on a copy."""
    made = [
        one
        for one in decisions.history(judge.tx, entry.article_id)
        if (one.output, one.source_id, one.key) == (output.id, entry.source_id, entry.key)
    ]
    due = json.loads(made[-1].record)["recheck_at"]
    return due is not None and datetime.fromisoformat(due) <= judge.now


def _check_staleness(ctx: Context, tx: Transaction, now: datetime) -> Iterator[Remark]:
    if facts.fact(tx, "published_with") != ctx.published_with:
        problem = "configuration or program are others than when this was published"
        yield warning(1, problem)
    recheck = facts.fact(tx, "recheck_at")
    if recheck and datetime.fromisoformat(recheck) <= now:
        yield warning(1, f"something had to be decided again at {recheck}")
    waiting = len(stale.stale_feeds(tx))
    if waiting:
        yield warning(1, f"{waiting} feeds are behind the store and wait to be published")


def _shown(judge: Judge, seen: Iterable[_Seen]) -> list[tuple[Output, Verdict]]:
    """Return each work that is published, once for each output."""
    found: dict[tuple[str, str], tuple[Output, Verdict]] = {}
    for output, item in ((s.owner.output, item) for s in seen if s.owner for item in s.items):
        verdict = judge.verdict(item, output, None)
        if verdict is not None and not verdict.is_withheld:
            found.setdefault((output.id, item), (output, verdict))
    return list(found.values())


def _origin(verdict: Verdict) -> str:
    chain = verdict.decision.chain
    return (chain[0].name if chain else "") or "(not known)"


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))
