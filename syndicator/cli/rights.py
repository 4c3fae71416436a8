"""``syndicator rights test``: unit tests of policies, written in YAML."""

import json
import sys
from pathlib import Path

import click
import yaml

from syndicator.cli.root import JSON, main
from syndicator.errors import ConfigError
from syndicator.rights.scenarios import CaseResult, run_scenarios


@main.group()
def rights() -> None:
    """About policies and what follows from them."""


@rights.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@JSON
def test(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Run the scenarios in FILES against the rules they hold; no database is needed.

    Exit code 1 if a scenario comes out otherwise than it expects.
    """
    cases: list[CaseResult] = []
    for path in files:
        try:
            document = yaml.safe_load(path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError([f"{path}: not readable as YAML: {error}"]) from error
        cases += run_scenarios(document, name=str(path))
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
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        for case in failed:
            click.echo(f"{case.id}: expected {case.expected}")
            click.echo(f"  got {case.form}; {', '.join(case.reasons)}; {', '.join(case.duties)}")
        click.echo(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
