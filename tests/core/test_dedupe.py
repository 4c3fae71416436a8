"""Which copy stands for a work."""

from itertools import permutations

import pytest

from syndicator.dedupe import also_at, choose
from syndicator.model.rights import Decision, Form, Hop
from tests.builders import NOON, an_entry

OWN = (Hop(party="a", name="A", role="carrier"),)
VIA = (Hop(party="a", name="A", role="origin"), Hop(party="b", name="B", role="carrier"))


LONG = "<p>The town library opens on Sundays.</p>" * 9


def copy(source, form, chain=OWN, **fields):
    return an_entry(source_id=source, **fields), Decision(form=form, chain=chain)


@pytest.mark.parametrize(
    ("copies", "leads"),
    [
        pytest.param([copy("x", Form.LINK), copy("y", Form.FULL, VIA)], "y", id="highest-form"),
        pytest.param([copy("x", Form.FULL, VIA), copy("y", Form.FULL)], "y", id="shorter-chain"),
        pytest.param([copy("y", Form.FULL), copy("x", Form.FULL)], "x", id="lowest-id"),
        pytest.param([copy("x", Form.FULL), copy("y", Form.FULL, content_html=LONG)], "y", id="whole-text"),
        pytest.param([copy("x", Form.LINK), copy("y", Form.LINK, content_html=LONG)], "x", id="of-links-the-text-says-nothing"),
        pytest.param([copy("x", Form.FULL, sort_at=NOON), copy("y", Form.FULL)], "y", id="published-first"),
        pytest.param([copy("x", Form.WITHHELD), copy("y", Form.LINK, VIA)], "y", id="shown"),
    ],
)  # fmt: skip
def test_leading_copy_does_not_depend_on_the_order(copies, leads):
    assert {choose(order)[0].source_id for order in permutations(copies)} == {leads}


def at(source, url, form=Form.FULL, *, name="", party="", **fields):
    name, party = name or source.upper(), party or source
    chain = (Hop(party=party, name=name, role="carrier", url=url),)
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
        pytest.param(at("b", "https://m.example/1", party="a"), [], id="its-own-publisher"),
        pytest.param(at("b", "https://m.example/1", party="o"), [], id="the-origin-elsewhere"),
    ],
)  # fmt: skip
def test_other_copies_are_named_where_they_might_stand_themselves(copy, shown):
    assert [link.href for link in also_at(STANDING, [STANDING, copy])] == shown


def test_other_copies_are_few_each_once_and_in_one_order():
    copies = [at(f"s{n}", f"https://s{n % 7}.example/1") for n in range(9)]

    named = [also_at(STANDING, order) for order in (copies, copies[::-1])]

    assert named[0] == named[1]
    assert [link.title for link in named[0]] == ["S0", "S1", "S2", "S3", "S4"]


def names(*copies):
    return [(link.title, link.href) for link in also_at(STANDING, copies)]


def test_publisher_with_several_addresses_is_named_once():
    times = [at(f"t{n}", f"https://t{n}.example/1", party="t", name="The Times") for n in range(9)]
    post = at("z", "https://post.example/1", name="The Post")

    assert names(*times, post) == [
        ("The Times", "https://t0.example/1"),
        ("The Post", "https://post.example/1"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        pytest.param("The Times", "The Times", ["The Times (b.example)", "The Times (c.example)"], id="of-two"),
        pytest.param("A", "C", ["A (b.example)", "C"], id="of-the-one-that-stands"),
    ],
)  # fmt: skip
def test_publishers_of_one_name_are_told_apart(one, other, shown):
    copies = at("b", "https://b.example/2", name=one), at("c", "https://c.example/2", name=other)

    assert [title for title, _ in names(*copies)] == shown


def test_one_name_at_one_host_is_one_publisher_to_a_reader():
    copies = [at(s, f"https://news.example/{s}", name="The Times") for s in ("b", "c")]

    assert [title for title, _ in names(*copies)] == ["The Times"]
