"""Identity: one entry, once, whatever the document around it does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.identify import (
    DraftOf,
    Known,
    Taken,
    article_id,
    article_keys,
    compare,
    content_hash,
    draft,
    identify,
    keyed,
    sort_date,
)
from syndicator.model.entries import EntryKey
from syndicator.model.feed import Enclosure, FeedRef, Person
from tests.builders import NOON, a_parsed_entry, an_entry

HOUR = timedelta(hours=1)
NOTHING = Taken(entries={}, articles={})


def known(entry, **fields):
    base = Known(
        content_hash=entry.content_hash,
        article_id=entry.article_id,
        first_seen=entry.first_seen,
        published=entry.published,
        sort_at=entry.sort_at,
        changed_at=entry.changed_at,
    )
    return Taken(entries={entry.key: replace(base, **fields)}, articles={})


@pytest.mark.parametrize(
    ("fields", "rung"),
    [
        pytest.param({}, "id", id="id-first"),
        pytest.param({"id": None}, "link", id="then-link"),
        pytest.param(
            {"id": None, "url": None, "enclosures": (Enclosure(url="https://x.example/a.mp3"),)},
            "enclosure",
            id="then-enclosure",
        ),
        pytest.param({"id": None, "url": None}, "title", id="then-title-and-date"),
        pytest.param({"id": "", "url": None, "published": None}, "title", id="empty-id-is-none"),
    ],
)
def test_first_rung_that_holds_gives_the_key(fields, rung):
    assert identify(a_parsed_entry(**fields))[1] == rung


def test_id_is_compared_character_by_character():
    assert identify(a_parsed_entry(id="HTTP://X.example/1"))[0] == "HTTP://X.example/1"


def test_untitled_items_without_date_differ_by_their_text():
    one, two = (
        a_parsed_entry(id=None, url=None, title="", published=None, content_html=f"<p>{n}</p>")
        for n in (1, 2)
    )

    assert identify(one) != identify(two)


@pytest.mark.parametrize("wild", ["x" * 5000, "\0null", "\ud800"], ids=["long", "nul", "surrogate"])
def test_wild_id_makes_a_key_that_a_database_takes(wild):
    key, _ = identify(a_parsed_entry(id=wild))

    assert len(key.encode()) <= 1000
    assert "\0" not in key


def test_one_id_on_two_items_loses_neither():
    first, second = a_parsed_entry(), a_parsed_entry(url="https://news.example/two")

    items, repeated = keyed([first, second])

    assert [key for key, _, _ in items] == [
        "urn:example:1",
        "urn:example:1 https://news.example/two",
    ]
    assert repeated == 0


def test_item_that_stands_twice_counts_once():
    items, repeated = keyed([a_parsed_entry(), a_parsed_entry()])

    assert (len(items), repeated) == (1, 1)


def works(*entries, source="news"):
    return list(article_keys(keyed(entries)[0], source).values())


def test_same_address_in_two_feeds_is_one_work():
    one = a_parsed_entry(id="a", url="http://www.news.example/one?utm_source=rss#top")
    two = a_parsed_entry(id="b", url="https://news.example/one")

    assert works(one, source="x") == works(two, source="y")


def test_link_shared_by_items_of_one_feed_names_no_work():
    one = a_parsed_entry(id="a", url="https://news.example/live")
    two = a_parsed_entry(id="b", url="https://news.example/live")

    assert len(set(works(one, two))) == 2


@pytest.mark.parametrize("url", ["https://news.example/", "https://news.example", None])
def test_front_page_names_no_work(url):
    entry = a_parsed_entry(url=url)

    assert works(entry, source="x") != works(entry, source="y")


def test_id_of_a_work_is_a_tag_uri():
    assert article_id("tag:a.example,2026:", "k").startswith("tag:a.example,2026:article/")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"content_html": "<p>The town library  opens on Sundays from December.</p>"}),
        pytest.param(
            {"content_html": "<p><b>The</b> town library opens on Sundays from December.</p>"}
        ),
        pytest.param({"updated": NOON}),
        pytest.param({"categories": ("x",)}),
    ],
    ids=["white-space", "markup", "date", "category"],
)
def test_noise_is_no_change(change):
    assert content_hash(a_parsed_entry(**change)) == content_hash(a_parsed_entry())


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Library stays shut"},
        {"content_html": "<p>It does not.</p>"},
        {"authors": (Person(name="Somebody Else"),)},
        {"rights": "All rights reserved"},
        {"url": "https://news.example/moved"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_reader_notices_is_a_change(change):
    assert content_hash(a_parsed_entry(**change)) != content_hash(a_parsed_entry())


@pytest.mark.parametrize(
    ("published", "where"),
    [
        pytest.param(NOON - 100 * HOUR, NOON - 100 * HOUR, id="believable"),
        pytest.param(None, NOON, id="no-date"),
        pytest.param(NOON + HOUR, NOON, id="future"),
        pytest.param(NOON + timedelta(minutes=5), NOON + timedelta(minutes=5), id="clock-skew"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), NOON, id="epoch"),
    ],
)
def test_sort_date_believes_only_the_believable(published, where):
    assert sort_date(published, NOON) == where


def test_unknown_entry_is_new_and_dated_by_its_publisher():
    changes = compare([an_entry()], NOTHING, NOON)

    assert [e.changed_at for e in changes.new] == [an_entry().published]


def test_same_content_is_unchanged():
    changes = compare([an_entry()], known(an_entry()), NOON)

    assert (changes.new, changes.updated) == ((), ())
    assert changes.unchanged == (an_entry(),)


def test_entry_with_only_an_update_date_stands_where_that_puts_it():
    of = DraftOf(
        source_id="s", key=EntryKey("k"), rung="id", article_id="tag:x",
        feed=FeedRef(title="F"), language=None,
    )  # fmt: skip

    old = draft(a_parsed_entry(published=None, updated=NOON - 90 * HOUR), of, NOON)

    assert old.sort_at == NOON - 90 * HOUR


def test_edit_keeps_id_and_first_sight_and_moves_the_change_date():
    before = an_entry(article_id="tag:before", first_seen=NOON - 50 * HOUR)
    edited = an_entry(title="New headline", content_hash="new", article_id="tag:after")

    (after,) = compare([edited], known(before), NOON).updated

    assert (after.article_id, after.first_seen) == ("tag:before", NOON - 50 * HOUR)
    assert after.changed_at == NOON


def test_edit_without_a_date_stays_where_it_stood():
    before = an_entry(published=None, sort_at=NOON - 9 * HOUR)
    edited = an_entry(published=None, content_hash="new")

    (after,) = compare([edited], known(before), NOON).updated

    assert after.sort_at == NOON - 9 * HOUR


def test_publishers_update_date_counts_if_it_is_past_and_newer():
    before = an_entry()
    edited = an_entry(content_hash="new", updated=NOON - HOUR)

    (after,) = compare([edited], known(before), NOON).updated

    assert after.changed_at == NOON - HOUR


def test_entry_that_returns_is_an_update():
    changes = compare([an_entry()], known(an_entry(), gone=True), NOON)

    assert len(changes.updated) == 1


@given(st.permutations(range(6)))
def test_order_in_the_document_changes_no_key(order):
    entries = [a_parsed_entry(id=f"i{n}", url=f"https://news.example/{n}") for n in range(6)]

    shuffled = [entries[n] for n in order]

    assert set(works(*shuffled)) == set(works(*entries))
    assert {k for k, _, _ in keyed(shuffled)[0]} == {EntryKey(f"i{n}") for n in range(6)}


PAGE = {"url": "https://news.example/all"}


@pytest.mark.parametrize(
    ("one", "other", "entries"),
    [
        pytest.param({"id": None}, {"id": None, "title": "Bridge closed"}, 2, id="page-of-all"),
        pytest.param({"id": None}, {"id": None, "published": NOON}, 2, id="column-on-one-page"),
        pytest.param({"id": None}, {"id": None, "content_html": "<p>x</p>"}, 1, id="named-twice"),
        pytest.param(
            {}, {"title": "Bridge closed", "content_html": "<p>Cars take the ferry.</p>"}, 2,
            id="one-id-for-all",
        ),
        pytest.param({}, {"title": "Bridge closed", "published": NOON}, 1, id="version-by-its-text"),
        pytest.param(
            {}, {"title": "Library opens", "content_html": ""}, 1, id="version-by-its-headline",
        ),
    ],
)  # fmt: skip
def test_items_that_share_id_and_link_are_told_apart_and_versions_are_not(one, other, entries):
    items, repeated = keyed([a_parsed_entry(**PAGE | one), a_parsed_entry(**PAGE | other)])

    assert (len({key for key, _, _ in items}), repeated) == (entries, 2 - entries)
