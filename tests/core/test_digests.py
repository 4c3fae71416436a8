import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.feed import KnownItems
from syndicator.parse import parse_feed
from syndicator.parse.digests import Digests

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab\0{[", max_size=3),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=2), part),
)


def digest(*item):
    return Digests(KnownItems(), "said for all").of(*item)


@given(VALUES, VALUES)
def test_two_items_have_one_digest_only_where_they_are_written_the_same_way(one, other):
    assert (digest(one) == digest(other)) == (repr(one) == repr(other))


@given(VALUES)
def test_a_copy_of_an_item_has_its_digest(item):
    assert digest(json.loads(json.dumps(item))) == digest(copy.deepcopy(item)) == digest(item)


def test_a_digest_tells_a_lone_surrogate_and_a_value_of_another_type():
    assert len({digest("\ud800"), digest("\ud801"), digest({1, 2}), digest({1, 3})}) == 4


def test_an_item_nested_as_deep_as_json_may_be_has_a_digest():
    deep = "[" * 900 + "]" * 900
    body = '{"title": "News", "items": [{"id": "1", "_x": ' + deep + "}]}"

    (entry,) = parse_feed(body.encode(), content_type=None, base_url="https://a.example/").entries

    assert entry.digest
