"""A byline is taken apart so that everybody in it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.feed import Person
from syndicator.model.flows import Takedown
from syndicator.model.rights import Excludes, House, Policy, RightsRules
from syndicator.pipeline.takedowns import Matcher
from syndicator.rights.names import MOST, names_in
from syndicator.rights.policies import Marks
from tests.builders import NOON, an_entry

RULES = RightsRules(house=House(), publishers={}, policies={})


@pytest.mark.parametrize(
    "line",
    [
        "Ada Byron",
        "By Ada Byron",
        "by: Ada Byron",
        "Ada Byron and Grace Hopper",
        "Grace Hopper and Ada Byron",
        "By Grace Hopper, Ada Byron & Jean Sammet",
        "Grace Hopper, with Ada Byron",
        "Ada Byron und Grace Hopper",
        "Von Ada Byron und Grace Hopper",
        "Par Grace Hopper et Ada Byron",
        "Por Ada Byron y Grace Hopper",
        "Grace Hopper e Ada Byron",
        "Grace Hopper и Ada Byron",
        "Grace Hopper i Ada Byron",
        "Grace Hopper och Ada Byron",
        "Grace Hopper en Ada Byron",
        "Grace Hopper ve Ada Byron",
        "Grace Hopper och Ada Byron; Jean Sammet",
        "ada@example.org (Ada Byron)",
        "Ada Byron <ada@example.org>",
        "Ada Byron <ada@example.org>, Grace Hopper <grace@example.org>",
        "Ada Byron (AFP)",
        "Ada Byron | The Paper",
        "Ada Byron - The Paper",
        "Byron, Ada",
        "Words by Ada Byron / Photos by Grace Hopper",
        "Autorin: Ada Byron",
    ],
)
def test_a_name_is_found_among_others(line):
    assert "Ada Byron" in names_in(line)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("أحمد علي وسارة حسن", "سارة حسن"),
        ("بقلم سارة حسن", "سارة حسن"),
        ("张三和李四", "李四"),
        ("作者：张三、李四", "张三"),
        ("山田太郎と鈴木花子", "鈴木花子"),
        ("דנה לוי ויעל כהן", "יעל כהן"),
        ("Автор: Анна Петрова и Иван Сидоров", "Анна Петрова"),
    ],
)
def test_a_name_is_found_in_other_scripts(line, name):
    assert name in names_in(line)


@pytest.mark.parametrize("name", ["Smith and Sons", "Byron, Ada", "وليد"])
def test_a_name_that_looks_like_two_is_found_whole(name):
    assert names_in(name)[0] == name


@given(st.text(alphabet="ab ,;&<>()@.yeو和", max_size=2000))
def test_no_line_has_names_without_end_or_edge(line):
    names = names_in(line)

    assert len(names) <= MOST
    assert all(name == name.strip() != "" for name in names)


@pytest.mark.parametrize("byline", ["By Grace Hopper and Ada Byron", "a@b.example (Ada Byron)"])
def test_takedown_of_an_owner_reaches_what_she_wrote_with_others(byline):
    asked = Takedown(
        number=7,
        by="owner",
        target="Ada Byron",
        claimant="Ada",
        received_at=NOON,
        recorded_at=NOON,
        recorded_by="ed",
    )

    found = Matcher([asked], [], RULES).reasons(an_entry(authors=(Person(name=byline),)))

    assert list(found) == [7]


def test_permission_leaves_out_who_is_one_of_several():
    copy = an_entry(authors=(Person(name="Ada Byron and Grace Hopper"),))
    policy = Policy(id="p", excludes=Excludes(bylines=("Grace Hopper",)))

    assert Marks(copy).excluded(policy) == "Grace Hopper"
