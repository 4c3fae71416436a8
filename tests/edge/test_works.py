"""Works are joined and split without losing an id, on SQLite and on PostgreSQL alike."""

from datetime import timedelta

import pytest

from syndicator.identify import article_id, own_key
from syndicator.model.entries import EntryKey
from syndicator.model.flows import Takedown
from syndicator.pipeline.joining import join_copies
from syndicator.store import (
    entries,
    queries,
    reading,
    signatures,
    stale,
    takedowns,
    transaction,
    works,
)
from syndicator.store.works import Edit
from tests.builders import NOON, an_entry
from tests.pairs import Press

TAG = "tag:test.example,2026:"
TEXT = Press("works").article("en", 20).html


def a_copy(source, id_=None, **fields):
    key = EntryKey(id_ or f"urn:{source}")
    return an_entry(
        source_id=source,
        key=key,
        url=f"https://{source}.example/a",
        article_id=article_id(TAG, own_key(source, key)),
        content_html=TEXT,
        **fields,
    )


def save(engine, *new):
    with transaction(engine) as tx:
        pks = entries.save_new(tx, new, {})
        join_copies(tx, list(zip(pks, new, strict=True)), TAG)
    return pks


def clusters(engine):
    with reading(engine) as tx:
        pks = list(queries.newest_articles(tx, "all", "all", at_once=99))
        found = queries.copies(tx, pks)
    return {frozenset(e.source_id for e in copies) for copies in found.values()}


def ids(engine):
    with reading(engine) as tx:
        pks = list(queries.newest_articles(tx, "all", "all", at_once=99))
        return {e.article_id for copies in queries.copies(tx, pks).values() for e in copies}


def publish(engine):
    with transaction(engine) as tx:
        stale.clear_stale(tx, stale.stale_feeds(tx))
        works.note_published(tx)


def split(engine, pk):
    with transaction(engine) as tx:
        item = works.copies_by_pk(tx, [pk])[pk]
        alone = works.split(tx, item, f"{TAG}article/alone")
        edit = Edit(at=NOON, actor="Grace", action="split", note="")
        works.record_edit(tx, edit, article_pk=item.article_pk, other_pk=alone)


def test_ids_that_number_parts_of_a_series_keep_equal_texts_apart(engine):
    save(engine, a_copy("x", "/council/minutes-7"), a_copy("y", "/council/minutes-8"))

    assert clusters(engine) == {frozenset({"x"}), frozenset({"y"})}


def test_copies_that_come_one_after_the_other_are_one_work(engine):
    save(engine, a_copy("x"))
    save(engine, a_copy("y"))
    save(engine, a_copy("z"))

    assert clusters(engine) == {frozenset("xyz")}


def test_copies_that_come_together_are_one_work(engine):
    save(engine, a_copy("x"), a_copy("y"))

    assert clusters(engine) == {frozenset("xy")}


def test_one_source_tells_its_own_articles_apart(engine):
    save(engine, a_copy("x"))
    save(engine, an_entry(source_id="x", article_id=f"{TAG}article/2", content_html=TEXT))

    assert len(ids(engine)) == 2


@pytest.mark.parametrize("order", [("x", "y"), ("y", "x")], ids=["first", "last"])
def test_id_does_not_depend_on_the_order_of_arrival(engine, order):
    dates = {"x": NOON - timedelta(days=3), "y": NOON - timedelta(days=2)}

    for source in order:
        save(engine, a_copy(source, published=dates[source]))

    assert ids(engine) == {a_copy("x").article_id}


def test_id_that_went_out_first_stays(engine):
    save(engine, a_copy("y", published=NOON))
    publish(engine)

    save(engine, a_copy("x", published=NOON - timedelta(days=3)))

    assert ids(engine) == {a_copy("y").article_id}


def test_joining_makes_the_feeds_of_both_copies_stale(engine):
    save(engine, a_copy("y"))
    publish(engine)

    save(engine, a_copy("x"))

    with reading(engine) as tx:
        assert {("source", "x"), ("source", "y")} <= stale.stale_feeds(tx)


def test_id_that_was_given_up_leads_to_the_work(engine):
    save(engine, a_copy("x", published=NOON - timedelta(days=3)), a_copy("y", published=NOON))

    with reading(engine) as tx:
        found = queries.find(tx, a_copy("y").article_id)
    late = an_entry(source_id="z", article_id=a_copy("y").article_id, content_html="<p>z</p>")
    save(engine, late)

    assert {e.source_id for e in found} == {"x", "y"}
    assert clusters(engine) == {frozenset("xyz")}


def test_what_an_editor_split_is_not_joined_again(engine):
    _, pk = save(engine, a_copy("x"), a_copy("y"))
    split(engine, pk)
    publish(engine)

    with transaction(engine) as tx:
        join_copies(tx, [(pk, a_copy("y"))], TAG)
    save(engine, a_copy("z"))

    assert frozenset("xy") not in clusters(engine)
    assert len(clusters(engine)) == 2


def test_split_outlives_the_joining_of_the_work_it_was_taken_from(engine):
    _, pk = save(engine, a_copy("x"), a_copy("y"))
    split(engine, pk)

    save(engine, a_copy("a", published=NOON - timedelta(days=9)))

    assert len(clusters(engine)) == 2


def taken_down(engine, work):
    with transaction(engine) as tx:
        order = Takedown(
            by="work",
            target=work,
            claimant="Ada",
            received_at=NOON,
            recorded_at=NOON,
            recorded_by="Grace",
        )
        number = takedowns.record(tx, order)
        takedowns.reach(tx, number, {work: "its id"})
    return number


def test_takedown_of_a_work_reaches_the_one_it_is_joined_to(engine):
    save(engine, a_copy("y", published=NOON))
    number = taken_down(engine, a_copy("y").article_id)

    save(engine, a_copy("x", published=NOON - timedelta(days=3)))

    with reading(engine) as tx:
        assert a_copy("x").article_id in takedowns.reached(tx, number)


def test_split_frees_no_copy_from_a_takedown(engine):
    _, pk = save(engine, a_copy("x"), a_copy("y"))
    number = taken_down(engine, *ids(engine))

    split(engine, pk)

    with reading(engine) as tx:
        assert set(takedowns.reached(tx, number)) >= ids(engine)


def test_mark_of_many_is_written_down_for_few(engine):
    with transaction(engine) as tx:
        signatures.add_marks(tx, [(7, pk) for pk in range(1000)])
        signatures.add_marks(tx, [(7, 5000), (8, 5000)])
        found = signatures.holders(tx, [7, 8])

    assert len(found[7]) == signatures.CROWDED
    assert found[8] == [5000]


@pytest.mark.parametrize("number", [-(2**63), -1, 0, 2**63 - 1])
def test_every_mark_and_alias_can_be_stored(engine, number):
    (pk,) = save(engine, a_copy("x"))
    with transaction(engine) as tx:
        signatures.add_marks(tx, [(number, pk)])
        signatures.add_aliases(tx, {number: pk})
        marks, names = signatures.holders(tx, [number]), signatures.named(tx, "x", [number])

    assert marks == {number: [pk]}
    assert names == {number: pk}


def test_alias_stands_for_the_first_that_had_it_and_only_in_its_source(engine):
    (one,), (other,) = save(engine, a_copy("x")), save(engine, a_copy("y"))
    with transaction(engine) as tx:
        signatures.add_aliases(tx, {1: one})
        signatures.add_aliases(tx, {1: other, 2: other})

        assert signatures.named(tx, "x", [1, 2]) == {1: one}
        assert signatures.named(tx, "y", [1, 2]) == {2: other}


def test_return_of_what_was_taken_out_for_good_is_no_news(engine):
    save(engine, a_copy("x"))
    with transaction(engine) as tx:
        entries.remove(tx, "x", EntryKey("urn:x"), why="takedown of 23 November", at=NOON)
        known = entries.taken(tx, "x", [EntryKey("urn:x")], [])

    assert known.entries[EntryKey("urn:x")].held
