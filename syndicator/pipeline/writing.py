"""One feed to its files, one for each format, proven before they replace the old ones.

An item that a format cannot carry, or whose duties are not found in the bytes, is dropped
from that file and named; the feed goes on without it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from syndicator.errors import PublishRefused
from syndicator.model.entries import OutputFeed, Publication, Removal
from syndicator.publish import write_output
from syndicator.render import RENDERERS, Renderer
from syndicator.rights.audit import audit

log = logging.getLogger(__name__)

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""``updated`` of a feed without entries: a constant, as it must never be "now"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What writing came to."""

    changed: int = 0
    """Files whose bytes are others than before."""
    problems: tuple[str, ...] = ()
    """What was refused, and why."""
    ids: frozenset[str] = frozenset()
    """Works that stand in at least one of the files."""

    def __add__(self, other: "Written") -> "Written":
        return Written(
            changed=self.changed + other.changed,
            problems=self.problems + other.problems,
            ids=self.ids | other.ids,
        )


def write_feed(
    public: Path,
    feed: OutputFeed,
    publications: Sequence[Publication],
    *,
    removals: Sequence[Removal] = (),
) -> Written:
    """Write *feed* in each of its formats.

    Args:
        public: the publish directory.
        feed: what is written.
        publications: its entries, newest first.
        removals: what it showed once and took back.
    """
    done = Written()
    for fmt in feed.formats:
        path = f"{feed.stem}.{fmt}"
        try:
            body, kept, refused = _proven(fmt, feed, publications, removals)
        except PublishRefused as error:
            done += Written(problems=(str(error),))
            continue
        done += Written(
            changed=write_output(public / path, body),
            problems=tuple(f"{path}: {problem}" for problem in refused),
            ids=frozenset(p.id for p in kept),
        )
    for problem in done.problems:
        log.error("item refused", extra={"problem": problem})
    return done


def _proven(
    fmt: str, feed: OutputFeed, publications: Sequence[Publication], removals: Sequence[Removal]
) -> tuple[bytes, list[Publication], list[str]]:
    """Return bytes that the audit finds nothing in, what they show, and what was left out.

    Raises:
        PublishRefused: the file as a whole is wrong, so the old one has to stay.
    """
    refused: list[str] = []
    kept = list(publications)
    # Every turn but the last leaves an item out, so this ends.
    while True:
        body, faults = _attempt(fmt, feed, kept, removals)
        if not faults:
            return body, kept, refused
        guilty = {item_id for item_id, _ in faults}
        rest = [p for p in kept if p.id not in guilty]
        if len(rest) == len(kept):
            raise PublishRefused(f"{feed.stem}.{fmt}", "; ".join(problem for _, problem in faults))
        refused += [f"{item_id}: {problem}" for item_id, problem in faults]
        kept = rest


def _attempt(
    fmt: str, feed: OutputFeed, publications: Sequence[Publication], removals: Sequence[Removal]
) -> tuple[bytes, list[tuple[str, str]]]:
    render: Renderer = RENDERERS[fmt]
    moments = [*(p.updated for p in publications), *(r.when for r in removals)]
    try:
        body = render(
            feed, publications, updated=max(moments, default=NOTHING_YET), removals=removals
        )
    except PublishRefused as error:
        if error.item_id is None:
            raise
        return b"", [(error.item_id, error.problem)]
    breaches = audit(body, fmt, publications, removals=removals)
    return body, [(b.item_id, b.problem) for b in breaches]
