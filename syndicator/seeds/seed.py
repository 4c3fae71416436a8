"""What one hand-written article is once its file is read.  Pure.

A :class:`Seed` has the shape of a fetched item, so that the same stages and the same
rights rules take it on; what differs is only who stated its facts: the operator.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from syndicator.errors import SeedError
from syndicator.model.feed import ParsedEntry
from syndicator.model.rights import Evidence

Body = Literal["full", "summary", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One article from a file, with what the file says about where it comes from."""

    path: str
    """Relative to the seeds directory, with ``/`` between its parts."""
    entry: ParsedEntry
    """``id`` is always set: the file's ``id``, else ``seed:`` and *path* without suffix."""
    evidence: tuple[Evidence, ...] = ()
    carrier: str | None = None
    """Id or name of the publisher whose copy it is; None: the operator's own work."""
    themes: tuple[str, ...] = ()
    """Names or ids as written; likewise *regions* and *reports*."""
    regions: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    body: Body = "full"
    policy: str | None = None
    """Id of the policy the file asks for, in place of the carrier's own."""
    digest: str = ""
    """Changes exactly when something above it does: reformatting a file is no edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """All files of a seeds directory: what was read, what could not be, what looks odd."""

    seeds: tuple[Seed, ...] = ()
    mistakes: tuple[SeedError, ...] = ()
    warnings: tuple[str, ...] = ()


def with_digest(seed: Seed) -> Seed:
    """Return *seed* with the digest of everything that a reader or a decision would notice."""
    stated = asdict(replace(seed, path="", digest=""))
    text = json.dumps(_compact(stated), sort_keys=True, ensure_ascii=False, default=str)
    return replace(seed, digest=hashlib.sha256(text.encode()).hexdigest()[:32])


def _compact(value: object) -> object:
    """Drop what is not stated, so that a field added to a noun later changes no digest."""
    if isinstance(value, dict):
        kept = {key: _compact(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in (None, "", [])}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_compact(part) for part in value]
    return value
