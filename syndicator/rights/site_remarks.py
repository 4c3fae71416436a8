"""What the audit of a whole site looks for, and what it says when it finds it.  Pure.

The numbers are those of docs/audit.md.  Check 15 (do the links of duties still answer?) needs
the network and is not part of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""

NOT_CHECKED = (15,)
"""Checks that this audit leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question that is asked about everything published."""

    title: str
    advice: str
    """What an operator does about it."""


CHECKS: Mapping[int, Check] = {
    1: Check(
        title="Everything shown was decided",
        advice="Run `syndicator publish`; if it stays, `syndicator explain ID` tells why.",
    ),
    2: Check(
        title="No more text than the form allows",
        advice="Take the file away and run `syndicator publish`; report it as a mistake of ours.",
    ),
    3: Check(
        title="Every duty stands in the readable words",
        advice="Run `syndicator publish`: the file was not written by the present rules.",
    ),
    4: Check(
        title="Every duty stands in its element",
        advice="Run `syndicator publish`: the file was not written by the present rules.",
    ),
    5: Check(
        title="Acknowledgement and link stand together",
        advice="Run `syndicator publish`: the file was not written by the present rules.",
    ),
    6: Check(
        title="No media but what is covered",
        advice="Run `syndicator publish`; a policy's `media` says what is covered.",
    ),
    7: Check(
        title="The words are the publisher's",
        advice="Run `syndicator publish`: somebody edited the file, or the article was corrected.",
    ),
    8: Check(
        title="No licence is claimed that does not hold",
        advice="Take the claim out of the file; a licence belongs to items, never to the feed.",
    ),
    9: Check(
        title="What was taken down is nowhere",
        advice="Run `syndicator publish` now, and purge caches in front of the site.",
    ),
    10: Check(
        title="Removals are reported rightly",
        advice="Run `syndicator publish`; an entry and its tombstone may not both be live.",
    ),
    11: Check(
        title="Each work once, under its own credits",
        advice="`syndicator explain ID` shows the copies of a work and which of them leads.",
    ),
    12: Check(
        title="No advertising or payment in a community output",
        advice="Take it out of the page, or declare the output `commercial` or with `ads`.",
    ),
    13: Check(
        title="What you answer for: grants, exceptions, trust",
        advice="Nothing, if it is meant so; renew, narrow or take back what is not.",
    ),
    14: Check(
        title="Policies were looked at lately",
        advice="Read the publisher's terms again and set `reviewed`.",
    ),
    16: Check(
        title="Files are well-formed and their addresses safe",
        advice="Run `syndicator publish`; if it stays, report it as a mistake of ours.",
    ),
    17: Check(
        title="Deciding again gives the same",
        advice="Report it as a mistake of ours, with the id.",
    ),
    18: Check(
        title="Every file belongs to a configured feed",
        advice="Delete the file: publishing will never update it or take anything out of it.",
    ),
    19: Check(
        title="Links between the files lead somewhere",
        advice="Run `syndicator publish`; if a file is missing for good, see its errors.",
    ),
}

MEANING: Mapping[str, int] = {
    "syntax": 16,
    "unsafe": 16,
    "duplicate": 11,
    "withheld": 1,
    "form": 2,
    "verbatim": 7,
    "title": 7,
    "markup": 7,
    "notice": 3,
    "hidden": 3,
    "author": 3,
    "source": 3,
    "link": 3,
    "copyright": 3,
    "licence": 3,
    "statement": 3,
    "disclaimer": 3,
    "usage": 3,
    "changes": 3,
    "excerpt-mark": 3,
    "element": 4,
    "together": 5,
    "media": 6,
    "tracker": 6,
    "licence-claim": 8,
    "feed-licence": 8,
    "tombstone": 10,
}
"""Which check a breach found by the publish gate belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing the audit has to say."""

    check: int
    severity: Severity
    problem: str
    """In plain words."""
    file: str = ""
    """Path below the publish directory; empty: not about one file."""
    item: str = ""
    """Our id; empty: not about one item."""

    @property
    def advice(self) -> str:
        """What to do about it."""
        return CHECKS[self.check].advice


def error(check: int, problem: str, *, file: str = "", item: str = "") -> Remark:
    """Return a remark that makes the audit fail."""
    return Remark(check=check, severity="error", problem=problem, file=file, item=item)


def warning(check: int, problem: str, *, file: str = "", item: str = "") -> Remark:
    """Return a remark that somebody should look at this week."""
    return Remark(check=check, severity="warning", problem=problem, file=file, item=item)


def note(check: int, problem: str, *, file: str = "", item: str = "") -> Remark:
    """Return a remark that only keeps something in sight."""
    return Remark(check=check, severity="note", problem=problem, file=file, item=item)


def in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return *remarks*, each once, the worst first, then by check, file and item."""
    return tuple(
        sorted(
            dict.fromkeys(remarks),
            key=lambda r: (SEVERITIES.index(r.severity), r.check, r.file, r.item, r.problem),
        )
    )
