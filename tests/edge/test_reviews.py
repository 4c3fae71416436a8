"""Editors' decisions: kept, carried out once, and in force for copies to come."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from syndicator.identify import Changes
from syndicator.model.entries import EntryKey
from syndicator.model.settings import Fetch, Match
from syndicator.pipeline import replay
from syndicator.pipeline.context import make_context
from syndicator.pipeline.editing import admitted, as_decided, carry_out_reviews
from syndicator.pipeline.ingest import save_changes
from syndicator.pipeline.joining import join_copies
from syndicator.store import (
    entries,
    facts,
    queries,
    reading,
    reviews,
    sources,
    stale,
    transaction,
)
from syndicator.store.reviews import Review
from tests.builders import NOON, a_config, a_source, a_theme, an_entry
from tests.pairs import Press

WORK = an_entry().article_id


def context(engine, digest="1", **config):
    config = {"sources": (a_source(),), "themes": (a_theme(),)} | config
    return make_context(a_config(**config), engine, digest=digest)


def save(engine, *new):
    with transaction(engine) as tx:
        entries.save_new(tx, new, {})
        stale.clear_stale(tx, stale.stale_feeds(tx))


def decide(engine, act, **fields):
    with transaction(engine) as tx:
        reviews.record(tx, Review(article_id=WORK, act=act, actor="ada", decided_at=NOON, **fields))


def published(engine):
    with reading(engine) as tx:
        found = queries.copies(tx, queries.newest_articles(tx, "all", "all", at_once=9))
    return {pk: list(filter(queries.is_shown, copies)) for pk, copies in found.items()}


@pytest.mark.parametrize(
    ("act", "shown"),
    [("held", False), ("rejected", False), ("withdrawn", False), ("approved", True)],
)
def test_decision_is_carried_out_once_and_its_feeds_become_stale(engine, act, shown):
    save(engine, an_entry())
    decide(engine, act)

    assert (carry_out_reviews(context(engine)), carry_out_reviews(context(engine))) == (1, 0)

    assert bool(published(engine)) == shown
    with reading(engine) as tx:
        assert ("all", "all") in stale.stale_feeds(tx)
        assert [(r.act, r.actor) for r in reviews.history(tx, WORK)] == [(act, "ada")]


@pytest.mark.parametrize("act", ["held", "rejected", "withdrawn"])
def test_decision_holds_for_a_copy_that_another_feed_brings(engine, act):
    ctx = context(engine, sources=(a_source(), a_source(id="other", feed="https://other.example/")))
    text = Press("reviews").article("en", 20).html
    other = "tag:test.example,2026:article/2"
    copy = partial(an_entry, url="https://other.example/", article_id=other, content_html=text)
    save(engine, an_entry(content_html=text))
    with transaction(engine) as tx:
        join_copies(tx, [(1, an_entry(content_html=text))], ctx.tag_base)
    decide(engine, act)
    carry_out_reviews(ctx)

    with transaction(engine) as tx:
        # The second one comes under an id that leads to the decided work by then.
        for source in ("other", "third"):
            save_changes(ctx, tx, Changes(new=(copy(source_id=source),), updated=()), {}, NOON)

    assert not published(engine)


def test_last_decision_holds_and_all_are_kept(engine):
    save(engine, an_entry())
    for act in ("held", "approved", "rejected"):
        decide(engine, act, note=act)

    carry_out_reviews(context(engine))

    with reading(engine) as tx:
        assert [r.note for r in reviews.history(tx, WORK)] == ["held", "approved", "rejected"]
        assert [e.review for e in reviews.in_state(tx, "rejected", limit=9)] == ["rejected"]
    assert not published(engine)


def test_correction_does_not_undo_a_decision(engine):
    save(engine, an_entry())
    decide(engine, "rejected")
    carry_out_reviews(context(engine))

    with transaction(engine) as tx:
        entries.save_updated(tx, [an_entry(title="New", content_hash="x")], {}, now=NOON)

    assert not published(engine)


def test_decision_holds_for_a_copy_that_comes_later(engine):
    save(engine, an_entry())
    decide(engine, "rejected")
    other = an_entry(source_id="other")

    with transaction(engine) as tx:
        (let_in,) = as_decided(tx, [other])

    assert let_in.review == "rejected"


def test_source_under_review_brings_held_entries(engine):
    with transaction(engine) as tx:
        (let_in,) = admitted(context(engine), tx, a_source(review="hold"), [an_entry()])
    save(engine, let_in)

    assert let_in.review == "held"
    assert not published(engine)


def test_held_copy_does_not_hold_the_copy_of_another_source(engine):
    save(engine, an_entry(review="held"), an_entry(source_id="other"))

    (copies,) = published(engine).values()

    assert [copy.source_id for copy in copies] == ["other"]


def many(count):
    return [
        an_entry(key=EntryKey(f"k{n}"), article_id=f"tag:{n}", sort_at=NOON - timedelta(days=n))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("everywhere", "own", "shown"),
    [
        pytest.param(None, None, 5, id="no-bound"),
        pytest.param(2, None, 2, id="bound-of-all-sources"),
        pytest.param(2, 3, 3, id="own-bound-of-the-source"),
        pytest.param(None, 0, 0, id="none-at-all"),
        pytest.param(9, None, 5, id="more-than-there-are"),
    ],
)
def test_new_source_publishes_its_newest_and_stores_all(engine, everywhere, own, shown):
    ctx = context(engine, fetch=Fetch(first_items=everywhere))

    with transaction(engine) as tx:
        sources.follow(tx, {"news": "https://news.example/feed"}, now=NOON)
        let_in = admitted(ctx, tx, a_source(first_items=own), many(5))

    assert [e.review for e in let_in] == ["new"] * shown + ["backlog"] * (5 - shown)
    assert [e.sort_at for e in let_in] == [e.sort_at for e in many(5)]


def test_later_visits_of_the_source_are_not_bounded(engine):
    ctx = context(engine, fetch=Fetch(first_items=1))
    with transaction(engine) as tx:
        sources.follow(tx, {"news": "https://news.example/feed"}, now=NOON)
        (state,) = sources.due_sources(tx, now=NOON)
        sources.record_visits(tx, [replace(state, fetched_at=NOON)])

        let_in = admitted(ctx, tx, a_source(), many(3))

    assert [e.review for e in let_in] == ["new"] * 3


def tags(engine):
    with reading(engine) as tx:
        return {t.slug: t.why for _, e, _ in queries.all_entries(tx) for t in e.tags}


def test_pin_puts_all_copies_in_a_theme_until_it_is_taken_back(engine):
    save(engine, an_entry(), an_entry(source_id="other"))
    ctx = context(engine)

    decide(engine, "pin", axis="theme", slug="libraries")
    carry_out_reviews(ctx)
    pinned = tags(engine)
    replay.apply(ctx)
    again = tags(engine)
    decide(engine, "unpin", axis="theme", slug="libraries")
    carry_out_reviews(ctx)

    assert pinned == again == {"libraries": "pinned by ada"}
    assert tags(engine) == {}


def test_replay_tells_what_would_move_and_writes_nothing(engine):
    save(engine, an_entry())
    before = context(engine, themes=(a_theme(match=Match(any=("town",))),))
    replay.apply(before)
    after = context(
        engine, "2", themes=(a_theme(id="sundays", title="S", match=Match(any=("sundays",))),)
    )

    told = [(m.tag.slug, m.comes) for m in replay.moves(after)]

    assert told == [("sundays", True), ("libraries", False)]
    assert list(tags(engine)) == ["libraries"]
    replay.apply(after)
    assert list(tags(engine)) == ["sundays"]
    assert list(replay.moves(after)) == []


def test_replay_since_leaves_older_entries_alone(engine):
    save(engine, an_entry(), an_entry(key=EntryKey("2"), first_seen=NOON - timedelta(days=9)))
    ctx = context(engine, themes=(a_theme(match=Match(any=("town",))),))

    replay.apply(ctx, NOON - timedelta(days=1))

    with reading(engine) as tx:
        assert [bool(e.tags) for _, e, _ in queries.all_entries(tx)] == [True, False]


def test_entries_are_outdated_until_all_are_classified_with_the_configuration(engine):
    save(engine, an_entry())
    ctx = context(engine, "2", themes=(a_theme(match=Match(any=("town",))),))
    before = replay.outdated(ctx)

    replay.apply(ctx, NOON)
    partly = replay.outdated(ctx)
    replay.apply(ctx)

    assert (before, partly, replay.outdated(ctx)) == (True, True, False)


def test_entries_that_an_older_version_classified_are_outdated(engine):
    ctx = context(engine, "1")
    with transaction(engine) as tx:
        facts.set_fact(tx, "classified_with", "1")

    assert replay.outdated(ctx)
