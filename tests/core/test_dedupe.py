"""Which copy stands for a work."""

from itertools import permutations

import pytest

from syndicator.dedupe import choose
from syndicator.model.rights import Decision, Form, Hop
from tests.builders import an_entry

OWN = (Hop(party="a", name="A", role="carrier"),)
VIA = (Hop(party="a", name="A", role="origin"), Hop(party="b", name="B", role="carrier"))


def copy(source, form, chain=OWN):
    return an_entry(source_id=source), Decision(form=form, chain=chain)


@pytest.mark.parametrize(
    ("copies", "leads"),
    [
        pytest.param([copy("x", Form.LINK), copy("y", Form.FULL, VIA)], "y", id="highest-form"),
        pytest.param([copy("x", Form.FULL, VIA), copy("y", Form.FULL)], "y", id="shorter-chain"),
        pytest.param([copy("y", Form.FULL), copy("x", Form.FULL)], "x", id="lowest-id"),
        pytest.param([copy("x", Form.WITHHELD), copy("y", Form.LINK, VIA)], "y", id="shown"),
    ],
)
def test_leading_copy_does_not_depend_on_the_order(copies, leads):
    assert {choose(order)[0].source_id for order in permutations(copies)} == {leads}
