"""How a decision is told on a terminal and in JSON.  Pure."""

from collections.abc import Iterator, Sequence

from syndicator.model.rights import Form, Reason
from syndicator.model.settings import Output
from syndicator.rights import Remedy, Trace, explain_reason
from syndicator.rights.decide import ORDER
from syndicator.timestamps import rfc3339

_TITLES = ("party", "role", "policy", "found by", *map(str, ORDER))


def decision_lines(output: Output, found: Trace, opening: Sequence[Remedy]) -> Iterator[str]:
    """Yield the table of hops and forms, the reasons, what would open more, what is owed."""
    decision = found.decision
    yield f"  in output “{output.id}” ({output.channel}, {output.audience}): {decision.form}"
    for hop in decision.chain:
        yield f"    {hop.role:8} {hop.name or 'not known'}  {hop.url or 'address not known'}"
    yield from (f"    {line}" for line in table_lines(found))
    for reason in decision.reasons:
        yield f"    {reason_line(reason)}"
    yield from (f"    {line}" for line in opening_lines(opening))
    if decision.duties:
        yield f"    owed: {', '.join(decision.duties)}"
    if decision.grants:
        yield f"    relies on: {', '.join(decision.grants)}"
    if decision.recheck_at:
        yield f"    to be decided again at {rfc3339(decision.recheck_at)}"


def table_lines(found: Trace) -> Iterator[str]:
    """Yield the table: one line per policy and claim, and what all of them let through."""
    if not found.rows:
        return
    cells = [_TITLES]
    for row in found.rows:
        told = ("claim of the feed" if row.role == "claim" else row.party, row.role, row.policy)
        cells.append((*told, row.why, *_marks(row.forms)))
    cells.append(("left by all, and the limits", "", "", "", *_marks(found.permitted)))
    widths = [max(len(line[column]) for line in cells) for column in range(len(_TITLES))]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _marks(forms: Sequence[Form]) -> Iterator[str]:
    return ("yes" if form in forms else "-" for form in ORDER)


def reason_line(reason: Reason) -> str:
    """Return what *reason* says, with its code and the form it concerns."""
    form = f" [{reason.form}]" if reason.form else ""
    return f"{reason.code}{form}: {explain_reason(reason)}"


def opening_lines(opening: Sequence[Remedy]) -> Iterator[str]:
    """Yield one line for each form that something would open."""
    return (f"to open {remedy.form}: {remedy}" for remedy in opening)


def told(output: Output, found: Trace, opening: Sequence[Remedy]) -> dict[str, object]:
    """Return the decision for *output* as JSON values."""
    decision = found.decision
    return {
        "output": output.id,
        "form": str(decision.form),
        "duties": list(decision.duties),
        "chain": [
            {
                "party": h.party,
                "name": h.name,
                "role": h.role,
                "url": h.url,
                "confidence": h.confidence,
            }
            for h in decision.chain
        ],
        "hops": [
            {
                "party": row.party,
                "role": row.role,
                "policy": row.policy,
                "why": row.why,
                "forms": [str(form) for form in row.forms],
            }
            for row in found.rows
        ],
        "permitted": [str(form) for form in found.permitted],
        "reasons": [_reason(reason) for reason in decision.reasons],
        "remedies": [_remedy(remedy) for remedy in opening],
        "policies": dict(decision.policies),
        "grants": list(decision.grants),
        "max_words": decision.max_words,
        "recheck_at": rfc3339(decision.recheck_at) if decision.recheck_at else None,
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {
        "code": reason.code,
        "hop": reason.hop,
        "form": str(reason.form) if reason.form else None,
        "text": explain_reason(reason),
    }


def _remedy(remedy: Remedy) -> dict[str, object]:
    return {
        "form": str(remedy.form),
        "steps": list(remedy.steps),
        "opens_at": rfc3339(remedy.opens_at) if remedy.opens_at else None,
    }
