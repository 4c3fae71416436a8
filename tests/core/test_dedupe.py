"""Which copy stands for a work."""

from itertools import permutations

import pytest

from syndicator.dedupe import also_at, choose
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


def at(source, url, form=Form.FULL, **fields):
    chain = (Hop(party=source, name=source.upper(), role="carrier", url=url),)
    return an_entry(source_id=source, url=url, **fields), Decision(form=form, chain=chain)


STANDING = (
    an_entry(source_id="a", url="https://a.example/1"),
    Decision(
        form=Form.FULL,
        chain=(
            Hop(party="o", name="O", role="origin", url="https://origin.example/1"),
            Hop(party="a", name="A", role="carrier", url="https://a.example/1"),
        ),
    ),
)


@pytest.mark.parametrize(
    ("copy", "shown"),
    [
        pytest.param(at("b", "https://b.example/2"), ["https://b.example/2"], id="a-copy"),
        pytest.param(at("b", "https://b.example/2?utm_source=x"), ["https://b.example/2"], id="no-tracker"),
        pytest.param(at("b", "https://b.example/2", Form.LINK), ["https://b.example/2"], id="link-only"),
        pytest.param(at("b", "https://b.example/2", Form.WITHHELD), [], id="withheld"),
        pytest.param(at("b", "https://b.example/2", review="held"), [], id="held"),
        pytest.param(at("b", "https://b.example/2", review="rejected"), [], id="rejected"),
        pytest.param(at("b", "https://b.example/2", removed="retracted"), [], id="retracted"),
        pytest.param(at("b", "https://www.a.example/1/"), [], id="the-same-page"),
        pytest.param(at("b", "http://origin.example/1"), [], id="a-party-of-the-chain"),
        pytest.param(at("b", "https://b.example/"), [], id="a-site-and-no-page"),
        pytest.param(at("b", None), [], id="without-address"),
    ],
)  # fmt: skip
def test_other_copies_are_named_where_they_might_stand_themselves(copy, shown):
    assert [link.href for link in also_at(STANDING, [STANDING, copy])] == shown


def test_other_copies_are_few_each_once_and_in_one_order():
    copies = [at(f"s{n}", f"https://s{n % 7}.example/1") for n in range(9)]

    named = [also_at(STANDING, order) for order in (copies, copies[::-1])]

    assert named[0] == named[1]
    assert [link.title for link in named[0]] == ["S0", "S1", "S2", "S3", "S4"]
