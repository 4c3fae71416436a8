"""``syndicator rights``: unit tests of policies, in YAML; policies and decisions as ODRL."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from syndicator.cli.asking import asked_about
from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json, read_config
from syndicator.errors import ConfigError
from syndicator.model.entries import Entry
from syndicator.pipeline.orders import rules_of
from syndicator.rights import decide
from syndicator.rights.odrl import odrl_document
from syndicator.rights.odrl_sets import Decided, odrl_sets
from syndicator.rights.scenarios import CaseResult, run_scenarios
from syndicator.store import Transaction, decisions, reading


@main.group()
def rights() -> None:
    """About policies and what follows from them."""


@rights.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@JSON
def test(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Run the scenarios in FILES, or below a directory, against the rules they hold.

    Exit code 1 if a scenario comes out otherwise than it expects.
    """
    cases: list[CaseResult] = []
    for path in _scenario_files(files):
        try:
            text = path.read_text("utf-8")
            document, node = yaml.safe_load(text), yaml.compose(text, yaml.SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            raise ConfigError([f"{path}: not readable as YAML: {error}"]) from error
        cases += run_scenarios(document, name=str(path), lines=dict(_lines(node, ())))
    failed = [case for case in cases if not case.ok]
    if as_json:
        rows = [
            {
                "id": c.id,
                "ok": c.ok,
                "form": c.form,
                "reasons": list(c.reasons),
                "duties": list(c.duties),
                "expected": c.expected,
            }
            for c in cases
        ]
        summary = {"passed": len(cases) - len(failed), "failed": len(failed), "cases": rows}
        print_json(summary)
    else:
        for case in failed:
            click.echo("\n".join(_told(case)))
        click.echo(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


@rights.command()
@click.argument("article", required=False)
@CONFIG
@click.option("--odrl", is_flag=True, required=True, help="As ODRL 2.2, in JSON-LD.")
@click.option("--output", "only", metavar="ID", help="With ARTICLE: only this output.")
def export(article: str | None, directory: Path, only: str | None, *, odrl: bool) -> None:
    """Print the policies as offers and the grants as agreements.

    With ARTICLE (an id, an address, part of a title): what was decided on it, as a set of
    rules for each copy and output.
    """
    if not odrl:
        return
    if article is not None:
        document = _sets(article, directory, only)
    elif only is not None:
        raise click.UsageError("--output goes with an ARTICLE")
    else:
        config = read_config(directory)
        document = odrl_document(config.rules(), base=config.site.base_url)
    print_json(document)


def _sets(article: str, directory: Path, only: str | None) -> dict[str, object]:
    """Return the decisions on *article* as they are now."""
    now = clock()
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        rules = rules_of(ctx, tx)
        found = [
            Decided(
                entry=copy,
                output=output,
                decision=decide(copy, output, rules, now),
                digest=_recorded(tx, copy, output.id),
            )
            for _, copies in asked_about(ctx, tx, article, only, now)
            for output, copy in copies
        ]
        return odrl_sets(found, rules, base=ctx.config.site.base_url, now=now)


def _recorded(tx: Transaction, copy: Entry, output: str) -> str:
    """Return the digest of the inputs of the newest decision on record; empty for none."""
    known = decisions.latest_digests(tx, output, [copy.article_id])
    return known.get((copy.source_id, copy.key), ("", ""))[0]


def _scenario_files(given: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files, for a directory those below it."""
    for path in given:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        else:
            yield path


def _lines(
    node: yaml.Node | None, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Yield the key paths at and below *node*, each with its line; *path* leads to it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            yield from _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*path, number), value.start_mark.line + 1
            yield from _lines(value, (*path, number))


def _told(case: CaseResult) -> Iterator[str]:
    """Say what came out otherwise than expected, and only that."""
    yield f"{case.id} {case.title}".rstrip()
    expected = case.expected
    if expected["form"] != case.form:
        yield f"  form: expected {expected['form']}, got {case.form}"
    if "chosen" in expected and expected["chosen"] != case.chosen:
        yield f"  chosen: expected {expected['chosen']}, got {case.chosen}"
    if absent := [code for code in case.wanted if code not in case.reasons]:
        yield f"  reasons: missing {', '.join(absent)}; got {', '.join(case.reasons)}"
    if case.owed is not None:
        absent = sorted(set(case.owed) - set(case.duties))
        beyond = sorted(set(case.duties) - set(case.owed))
        yield from (f"  duties: missing {duty}" for duty in absent)
        yield from (f"  duties: not expected {duty}" for duty in beyond)
    yield from (f"  because: {sentence}" for sentence in case.because)
