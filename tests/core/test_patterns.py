"""Regular expressions: what each may keep in memory."""

import pytest

from syndicator.classify.terms import as_pattern
from syndicator.config.values import pattern_problem
from syndicator.identify.changes import _VOLATILE
from syndicator.parse.strict import _OCTETS
from syndicator.patterns import MEMORY
from syndicator.rights.extract import FURNITURE, NOTICE_STARTS, RULES


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(as_pattern("floods?").compiled, id="theme"),
        pytest.param(_VOLATILE, id="volatile"),
        pytest.param(NOTICE_STARTS.pattern, id="notice"),
        pytest.param(FURNITURE.pattern, id="furniture"),
        *(pytest.param(rule.pattern, id=rule.id) for rule in RULES),
    ],
)
def test_a_pattern_keeps_a_bounded_part_of_the_memory(pattern):
    assert pattern.search.__self__.options.max_mem == MEMORY


def test_a_pattern_of_octets_keeps_a_bounded_part_of_the_memory_too():
    assert _OCTETS.max_mem == MEMORY


def test_a_pattern_that_needs_more_is_refused_before_it_is_used():
    problem = pattern_problem(r"[\p{L}\p{N}]{1,900}x")

    assert problem is not None
    assert "too large" in problem
    assert pattern_problem(r"[\p{L}\p{N}]{1,9}x") is None
