"""Do the rules say what their author expects?  Pure.

Scenario files are unit tests of policies, written in YAML: fixtures (publishers, policies,
outputs, grants), cases with what is expected of each, and clusters of copies of one work.
Keys that nobody knows are mistakes, never silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, Form
from syndicator.rights.cases import Case, Cluster, read_document
from syndicator.rights.decide import decide
from syndicator.rights.fixtures import CaseFacts, ClusterFacts, Expectation, Lines
from syndicator.rights.reasons import explain_reason

_RANK = {form: rank for rank, form in enumerate(Form)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What one case, or one cluster, came out as."""

    id: str
    title: str = ""
    ok: bool
    form: str
    reasons: tuple[str, ...]
    """Codes, the telling one first."""
    duties: tuple[str, ...]
    expected: Mapping[str, object] = field(default_factory=dict)
    wanted: tuple[str, ...] = ()
    """The codes that were expected."""
    owed: tuple[str, ...] | None = None
    """The duties that were expected; None where the case says nothing of them."""
    chosen: str | None = None
    """Of a cluster: the copy that stands for the work."""
    because: tuple[str, ...] = ()
    """The reasons in words, each with its code and the form it concerns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioReport:
    """The results of one scenario file."""

    cases: tuple[CaseResult, ...]

    @property
    def passed(self) -> int:
        """How many came out as expected."""
        return sum(case.ok for case in self.cases)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.cases) - self.passed

    def __iter__(self) -> Iterator[CaseResult]:
        return iter(self.cases)


def run_scenarios(
    document: object, *, name: str = "scenarios", lines: Lines | None = None
) -> ScenarioReport:
    """Decide every case of *document*, a parsed scenario file, and compare.

    Args:
        document: the mapping that the YAML holds.
        name: of the file, for messages.
        lines: where its keys stand, for messages.

    Raises:
        ConfigError: the document is not in the format; each mistake names file, case, key.
    """
    read = read_document(document, name, lines or {})
    results = [_run_case(case) for case in read.cases]
    results += [_run_cluster(cluster) for cluster in read.clusters]
    return ScenarioReport(cases=tuple(results))


def _run_case(case: Case) -> CaseResult:
    decision = decide(case.copy, case.output, case.rules, case.now)
    return _result(case.facts, decision)


def _run_cluster(cluster: Cluster) -> CaseResult:
    decided = [
        (label, case.copy, decide(case.copy, cluster.output, case.rules, case.now))
        for label, case in cluster.copies.items()
    ]
    label, _, decision = min(decided, key=lambda one: _order(*one))
    return _result(cluster.facts, decision, label)


def _order(label: str, copy: Entry, decision: Decision) -> tuple[int, int, str, str]:
    """Order copies: the highest form, the shortest chain, the lowest id."""
    return _RANK[decision.form], len(decision.chain), copy.article_id, label


def _result(
    facts: CaseFacts | ClusterFacts, decision: Decision, chosen: str | None = None
) -> CaseResult:
    expect = facts.expect
    codes = tuple(dict.fromkeys(reason.code for reason in decision.reasons))
    ok = decision.form == expect.form and set(expect.codes) <= set(codes)
    if expect.duties is not None:
        ok = ok and set(expect.duties) == set(decision.duties)
    if expect.chosen is not None:
        ok = ok and expect.chosen == chosen
    return CaseResult(
        id=facts.id,
        title=facts.title,
        ok=ok,
        form=str(decision.form),
        reasons=codes,
        duties=decision.duties,
        expected=_written(expect),
        wanted=expect.codes,
        owed=expect.duties,
        chosen=chosen,
        because=tuple(
            f"{reason.code}{f' [{reason.form}]' if reason.form else ''}: {explain_reason(reason)}"
            for reason in decision.reasons
        ),
    )


def _written(expect: Expectation) -> Mapping[str, object]:
    """Return *expect* as the file says it, without what it does not say."""
    said = {
        "form": str(expect.form),
        "reason": expect.reason,
        "reasons": list(expect.reasons) or None,
        "duties": None if expect.duties is None else list(expect.duties),
        "chosen": expect.chosen,
    }
    return {key: value for key, value in said.items() if value is not None}
