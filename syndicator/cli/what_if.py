"""``syndicator what-if``: the same article under another output, policy or date."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from syndicator.cli.asking import asked_about
from syndicator.cli.flows import moment
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.cli.telling import opening_lines, reason_line, table_lines, told
from syndicator.model.entries import Entry
from syndicator.model.rights import (
    Ads,
    Audience,
    Channel,
    PermittedForm,
    Publisher,
    Purpose,
    RightsRules,
)
from syndicator.model.settings import Output
from syndicator.pipeline.orders import rules_of
from syndicator.rights import Remedy, Trace, remedies, trace
from syndicator.rights.builtin import BUILTIN, UNVERSIONED
from syndicator.rights.fixtures import validated
from syndicator.store import reading
from syndicator.timestamps import rfc3339

TRANSFORMS = ("translate", "summarise", "edit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One copy in one output, as it is and as it would be."""

    entry: Entry
    output: Output
    before: Trace
    after: Trace
    opening_before: tuple[Remedy, ...]
    opening_after: tuple[Remedy, ...]


def _policies(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in value]
    if any(not (party and equals and policy) for party, equals, policy in pairs):
        raise click.BadParameter("write PARTY=POLICY")
    return {party.strip(): policy.strip() for party, _, policy in pairs}


def _output_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add one option per property of an output that decisions depend on."""
    for name, values, several in (
        ("transforms", TRANSFORMS, True),
        ("max_form", get_args(PermittedForm), False),
        ("trackers", ("strip", "keep"), False),
        ("ads", get_args(Ads), False),
        ("audience", get_args(Audience), False),
        ("purpose", get_args(Purpose), True),
        ("channel", get_args(Channel), False),
    ):
        flag = "--transform" if name == "transforms" else f"--{name.replace('_', '-')}"
        option = click.option(
            flag, name, type=click.Choice(values), multiple=several, help="As in `outputs`."
        )
        command = option(command)
    paywall = click.option("--paywall/--no-paywall", default=None, help="As in `outputs`.")
    territory = click.option("--territory", multiple=True, help="As in `outputs`.")
    return territory(paywall(command))


@main.command("what-if")
@click.argument("article")
@CONFIG
@click.option("--output", "only", metavar="ID", help="Only this output.")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    callback=_policies,
    metavar="PARTY=POLICY",
    help="As if this publisher had that policy; may be repeated.",
)
@click.option("--at", callback=moment, metavar="DATE", help="As if it were then.")
@click.option("--picked", is_flag=True, help="As if an editor had chosen the article.")
@_output_options
@JSON
def what_if(
    article: str,
    directory: Path,
    only: str | None,
    *,
    as_json: bool,
    **asked: object,
) -> None:
    """Decide on ARTICLE again with something changed, and show the difference.

    Nothing is stored or published.
    """
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        rules = rules_of(ctx, tx)
        found = asked_about(ctx, tx, article, only, now)
    changed = [
        _changed(copy, output, rules, now, asked) for _, copies in found for output, copy in copies
    ]
    if as_json:
        print_json([_document(c) for c in changed])
        return
    click.echo("\n\n".join("\n".join(_lines(c)) for c in changed))


def _changed(
    entry: Entry, output: Output, rules: RightsRules, now: datetime, asked: Mapping[str, object]
) -> Changed:
    """Return *entry* in *output* as it is, and with what was *asked* for."""
    rest = dict(asked)
    at, policies, picked = rest.pop("at"), rest.pop("policies"), rest.pop("picked")
    said = {key: value for key, value in rest.items() if value not in {None, ()}}
    stands = {one.name: getattr(output, one.name) for one in fields(output)}
    other = validated(Output, {**stands, **said}, "what-if")
    copy = replace(entry, picked=entry.picked | {output.id}) if picked else entry
    then = at if isinstance(at, datetime) else now
    given = policies if isinstance(policies, dict) else {}
    before = trace(entry, output, rules, now)
    known = {*rules.publishers, *(hop.party for hop in before.decision.chain)}
    if strangers := sorted(set(given) - known):
        parties = ", ".join(hop.party for hop in before.decision.chain)
        raise click.UsageError(f"no party {strangers[0]!r}; the article's are: {parties}")
    supposed = _with_policies(rules, given)
    return Changed(
        entry=entry,
        output=output,
        before=before,
        after=trace(copy, other, supposed, then),
        opening_before=remedies(entry, output, rules, now),
        opening_after=remedies(copy, other, supposed, then),
    )


def _with_policies(rules: RightsRules, given: Mapping[str, str]) -> RightsRules:
    """Return *rules* in which each party of *given* has that policy, whatever it has now.

    Raises:
        click.UsageError: there is no such policy.
    """
    publishers, sources = dict(rules.publishers), dict(rules.sources)
    for party, policy in given.items():
        ids = {*rules.policies, *(BUILTIN.keys() - UNVERSIONED)}
        if policy not in ids:
            known = ", ".join(sorted(ids))
            raise click.UsageError(f"no policy {policy!r}; there are: {known}")
        named = publishers.get(party) or Publisher(id=party, name=party)
        publishers[party] = replace(named, policy=policy)
        for source_id, terms in sources.items():
            if terms.publisher == party:
                sources[source_id] = replace(terms, policy=None)
    return replace(rules, publishers=publishers, sources=sources)


# --- what is said ------------------------------------------------------------------------


def _lines(changed: Changed) -> Iterator[str]:
    before, after = changed.before.decision, changed.after.decision
    yield changed.entry.title or "(no title)"
    yield f"  taken from {changed.entry.source_id}, in output “{changed.output.id}”"
    if before == after:
        yield f"  {before.form}, as now; nothing would change"
        return
    as_now = " as now" if before.form == after.form else ""
    yield f"  {before.form} -> {after.form}{as_now}"
    yield from (f"    {line}" for line in table_lines(changed.after))
    for sign, reasons in (
        ("-", _less(map(reason_line, before.reasons), map(reason_line, after.reasons))),
        ("+", _less(map(reason_line, after.reasons), map(reason_line, before.reasons))),
    ):
        yield from (f"    {sign} {line}" for line in reasons)
    yield from (f"    {line}" for line in opening_lines(changed.opening_after))
    yield from (f"    - owed: {duty}" for duty in before.duties if duty not in after.duties)
    yield from (f"    + owed: {duty}" for duty in after.duties if duty not in before.duties)
    if after.recheck_at != before.recheck_at:
        until = rfc3339(after.recheck_at) if after.recheck_at else "nothing changes by time alone"
        yield f"    to be decided again: {until}"


def _less(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    # By what is said: a reason may carry other facts and still say the same.
    told_too = set(others)
    return [line for line in dict.fromkeys(lines) if line not in told_too]


def _document(changed: Changed) -> dict[str, object]:
    before, after = changed.before.decision, changed.after.decision
    return {
        "id": changed.entry.article_id,
        "source": changed.entry.source_id,
        "title": changed.entry.title,
        "output": changed.output.id,
        "differs": before != after,
        "before": told(changed.output, changed.before, changed.opening_before),
        "after": told(changed.output, changed.after, changed.opening_after),
        "duties_added": sorted(set(after.duties) - set(before.duties)),
        "duties_dropped": sorted(set(before.duties) - set(after.duties)),
        "reasons_added": [r.code for r in after.reasons if r not in before.reasons],
        "reasons_dropped": [r.code for r in before.reasons if r not in after.reasons],
    }
