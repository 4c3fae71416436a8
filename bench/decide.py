"""What does one decision cost, once the chain of the copy is known?  Edge.

Run it with ``python bench/decide.py``: every case of the scenario files in ``tests/rights``
is decided again and again, as a pass over the outputs does.  The aim is 100 microseconds
per copy and output; a decision on a copy that was never seen before is shown beside it.
"""

import sys
import time
import timeit
from dataclasses import replace
from pathlib import Path

import yaml

from syndicator.rights import decide
from syndicator.rights.cases import Case, read_document

SCENARIOS = Path(__file__).parents[1] / "tests" / "rights"
AIM_US = 100.0
ROUNDS = 40


def main() -> None:
    """Print the cost of the median and of the dearest case, known and fresh."""
    files = [Path(p) for p in sys.argv[1:]] or sorted(SCENARIOS.glob("*.yaml"))
    cases = [
        case
        for path in files
        for case in read_document(yaml.safe_load(path.read_text("utf-8")), str(path), {}).cases
    ]
    known = sorted((_known(case), case.facts.id) for case in cases)
    fresh = sorted((_fresh(case), case.facts.id) for case in cases)
    _print("chain known", known)
    _print("never seen", fresh)
    within = sum(cost <= AIM_US for cost, _ in known)
    print(f"{within} of {len(known)} cases within the aim of {AIM_US:.0f} us")
    print(f"known to never seen: {_median(known) / _median(fresh):.2f}")


def _known(case: Case) -> float:
    decide(case.copy, case.output, case.rules, case.now)
    # Processor time, and the best of several: what else the machine does is no cost of ours.
    timer = timeit.Timer(
        lambda: decide(case.copy, case.output, case.rules, case.now), timer=time.process_time
    )
    return min(timer.repeat(9, ROUNDS)) / ROUNDS * 1e6


def _fresh(case: Case) -> float:
    # A new object is a copy that the engine has not seen.
    copies = [replace(case.copy) for _ in range(ROUNDS)]
    timer = timeit.Timer(
        lambda: [decide(copy, case.output, case.rules, case.now) for copy in copies],
        timer=time.process_time,
    )
    return timer.timeit(1) / ROUNDS * 1e6


def _print(what: str, costs: list[tuple[float, str]]) -> None:
    mean = sum(cost for cost, _ in costs) / len(costs)
    dearest, name = costs[-1]
    print(
        f"{what:12} {len(costs)} cases: median {_median(costs):.0f} us, mean {mean:.0f} us,"
        f" dearest {dearest:.0f} us ({name})"
    )


def _median(costs: list[tuple[float, str]]) -> float:
    return costs[len(costs) // 2][0]


if __name__ == "__main__":
    main()
