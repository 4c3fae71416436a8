"""The command line: parse, call one function, print, set the exit code.  Edge.

Exit codes: 0 all well, 1 some source failed or a check did not hold, 2 bad usage or a
broken configuration.  Results go to standard output, logs to standard error.
"""

from syndicator.cli import (
    audit,
    check,
    cluster,
    explain,
    grants,
    once,
    pick,
    publish,
    replay,
    review,
    rights,
    run,
    search,
    sources,
    subscriptions,
    takedown,
    tasks,
    what_if,
)
from syndicator.cli.root import main

__all__ = [
    "audit",
    "check",
    "cluster",
    "explain",
    "grants",
    "main",
    "once",
    "pick",
    "publish",
    "replay",
    "review",
    "rights",
    "run",
    "search",
    "sources",
    "subscriptions",
    "takedown",
    "tasks",
    "what_if",
]
