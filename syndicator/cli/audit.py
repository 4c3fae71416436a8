"""``syndicator audit``: what is published, looked at by somebody who did not write it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from syndicator.cli.root import CONFIG, JSON, clock, main, opened, print_json
from syndicator.pipeline.auditing import SiteAudit, audit_site
from syndicator.pipeline.ownership import require_own
from syndicator.rights.site_remarks import CHECKS, NOT_CHECKED, SEVERITIES, Remark
from syndicator.store import reading

NAMED = 3
"""Files that are named; more are counted."""


@main.command()
@CONFIG
@JSON
def audit(directory: Path, *, as_json: bool) -> None:
    """Check everything in the publish directory against the store and the rules.

    Exit code 1 if an error was found; warnings and notes do not change it.
    """
    with opened(directory) as ctx, reading(ctx.engine) as tx:
        require_own(ctx)
        found = audit_site(ctx, tx, clock())
    if as_json:
        print_json(_document(found))
    else:
        click.echo("\n".join(_lines(found)))
    sys.exit(1 if found.errors else 0)


def _lines(found: SiteAudit) -> Iterator[str]:
    yield f"{found.files} files, {found.items} items"
    for name, counts in _counts(found):
        told = ", ".join(f"{key} {count}" for key, count in counts.items())
        yield f"  {name:11} {told or 'none'}"
    for severity in SEVERITIES:
        remarks = [remark for remark in found.remarks if remark.severity == severity]
        for check in dict.fromkeys(remark.check for remark in remarks):
            mine = [remark for remark in remarks if remark.check == check]
            yield f"{severity}  [{check}] {CHECKS[check].title}"
            yield from _grouped(mine)
            yield f"  what to do: {CHECKS[check].advice}"
    totals = (f"{_count(found, severity)} {severity}s" for severity in SEVERITIES)
    yield f"{', '.join(totals)}; not checked: links of duties on the network (15)"


def _grouped(remarks: list[Remark]) -> Iterator[str]:
    """Yield what was found once, with the files it was found in."""
    files: dict[tuple[str, str], list[str]] = {}
    for remark in remarks:
        files.setdefault((remark.item, remark.problem), []).append(remark.file)
    for (item, problem), paths in files.items():
        more = f" and {len(paths) - NAMED} more files" if len(paths) > NAMED else ""
        where = f"{', '.join(filter(None, paths[:NAMED]))}{more} {item}".strip()
        yield f"  {where}: {problem}" if where else f"  {problem}"


def _count(found: SiteAudit, severity: str) -> int:
    return sum(remark.severity == severity for remark in found.remarks)


def _counts(found: SiteAudit) -> tuple[tuple[str, dict[str, int]], ...]:
    return (
        ("forms", dict(found.forms)),
        ("reasons", dict(found.reasons)),
        ("publishers", dict(found.publishers)),
    )


def _document(found: SiteAudit) -> dict[str, object]:
    return {
        "files": found.files,
        "items": found.items,
        **dict(_counts(found)),
        **{f"{severity}s": _count(found, severity) for severity in SEVERITIES},
        "not_checked": list(NOT_CHECKED),
        "findings": [
            {
                "check": remark.check,
                "title": CHECKS[remark.check].title,
                "severity": remark.severity,
                "file": remark.file or None,
                "item": remark.item or None,
                "problem": remark.problem,
                "advice": remark.advice,
            }
            for remark in found.remarks
        ],
    }
