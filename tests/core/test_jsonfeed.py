"""JSON Feed: what strangers put where the format wants something else."""

import json

import pytest

from syndicator.errors import ParseError
from syndicator.parse import parse_feed

URL = "https://news.example/feed"


def parsed(*items, **fields):
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items}
    return read(json.dumps(feed | fields))


def read(text):
    return parse_feed(text.encode(), content_type=None, base_url=URL)


@pytest.mark.parametrize(
    ("size", "length"),
    [
        (10, 10),
        (10.5, 10),
        (0, 0),
        (-1, None),
        (True, None),
        ("10", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**20, None),
        (10**400, None),
    ],
)
def test_a_size_is_a_number_that_a_file_can_have(size, length):
    attachment = {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": size}

    (entry,) = parsed({"id": "1", "attachments": [attachment]}).entries

    assert entry.enclosures[0].length == length


@pytest.mark.parametrize(
    ("stated", "tag"), [("en", "en"), (" fr ", "fr"), ("en_US", "en-US"), ("English!", None)]
)
def test_a_language_is_a_tag_however_it_is_written(stated, tag):
    feed = parsed({"id": "1", "language": stated}, language=stated)

    assert (feed.language, feed.entries[0].language) == (tag, tag)


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("a", "a"),
        (7, "7"),
        (1.5, "1.5"),
        (10**400, "1" + "0" * 400),
        (float("nan"), None),
        (float("-inf"), None),
        (True, None),
        (None, None),
        (["1"], None),
        ("", None),
    ],
)
def test_an_id_is_a_string_or_a_number_that_can_be_made_one(stated, read_as):
    (entry,) = parsed({"id": stated, "content_text": "t"}).entries

    assert entry.id == read_as


def test_lists_are_read_up_to_a_bound():
    many = [{"name": f"n{n}", "url": f"/{n}"} for n in range(1000)]

    (entry,) = parsed({"id": "1", "authors": many, "attachments": many}).entries

    assert len(entry.authors) == len(entry.enclosures) == 50


@pytest.mark.parametrize("pair", ["[]", ('{"a":', "}")], ids=["arrays", "objects"])
def test_any_depth_is_read_or_refused(pair):
    for depth in (10, *range(900, 1000), 100_000):
        nested = pair[0] * depth + "1" + pair[1] * depth
        text = f'{{"version": "1", "title": "t", "items": [{{"id": "1", "_x": {nested}}}]}}'
        refused = None
        try:
            assert read(text).entries[0].id == "1"
        except ParseError as error:
            refused = str(error)
        assert refused is None or (depth > 100 and "recursion" in refused)


@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [1, None, {}], {"a": [None]}])
def test_a_value_of_another_type_is_as_good_as_none(value):
    names = ("url", "title", "content_html", "summary", "date_published", "authors", "tags")
    names += ("author", "attachments", "external_url", "language", "image", "content_text")

    feed = parsed(
        dict.fromkeys(names, value) | {"id": "1"}, hubs=value, authors=value, home_page_url=value
    )

    assert feed.hub is None
    assert feed.entries[0].published is None
    assert feed.entries[0].authors == feed.entries[0].enclosures == ()
