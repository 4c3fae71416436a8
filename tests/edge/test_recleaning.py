"""Texts that an earlier version cleaned are cleaned again, and nobody is told of a change."""

import pytest

from syndicator.markup import clean_html, plain_text
from syndicator.model.entries import EntryKey
from syndicator.pipeline import recleaning
from syndicator.pipeline.context import make_context
from syndicator.store import entries, facts, queries, reading, stale, transaction
from tests.builders import a_config, a_source, an_entry

# A browser that reads it again ends the outer div before the second entry.
MOVED = "<ul><li><div>one<li>two</li></div></li></ul>"
SOUND = "<p>The town library opens on <b>Sundays</b>.</p>"


@pytest.fixture
def old(engine, monkeypatch):
    """A store that an earlier version filled."""
    monkeypatch.setattr(queries, "CHUNK", 2)
    ctx = make_context(a_config(sources=(a_source(),)), engine, digest="1")
    texts = {"a": (MOVED, SOUND), "b": (SOUND, MOVED), "c": (SOUND, SOUND)}
    made = [
        an_entry(
            key=EntryKey(key), article_id=f"tag:{key}", summary_html=short, content_html=content
        )
        for key, (short, content) in texts.items()
    ]
    with transaction(engine) as tx:
        pks = entries.save_new(tx, made, {})
        facts.set_fact(tx, "uncleaned_up_to", str(max(pks)))
        stale.clear_stale(tx, stale.stale_feeds(tx))
    return ctx


def stored(ctx):
    with reading(ctx.engine) as tx:
        return {entry.key: entry for _, entry in queries.entries_of(tx, "news")}


def feeds(ctx):
    with reading(ctx.engine) as tx:
        return stale.stale_feeds(tx)


def test_what_a_browser_would_move_is_mended_a_few_at_a_time(old):
    before = stored(old)
    done = [recleaning.catch_up(old, batches=1) for _ in range(2)]
    after = stored(old)

    assert done == [False, True]
    assert before["b"].content_html == MOVED != after["b"].content_html
    for key, entry in after.items():
        for now, then in (
            (entry.summary_html, before[key].summary_html),
            (entry.content_html, before[key].content_html),
        ):
            assert clean_html(now, base_url=None) == now
            assert plain_text(now) == plain_text(then)
    assert after["c"] == before["c"]


def test_it_is_no_change_of_the_article_but_its_files_are_written_again(old):
    before = stored(old)["a"]

    recleaning.catch_up(old)

    after = stored(old)["a"]
    assert (after.changed_at, after.content_hash) == (before.changed_at, before.content_hash)
    assert ("source", "news") in feeds(old)
    with reading(old.engine) as tx:
        assert not entries.revision_counts(tx, "news", [EntryKey("a")])


def test_new_store_has_nothing_to_do(engine):
    ctx = make_context(a_config(sources=(a_source(),)), engine, digest="1")

    assert recleaning.catch_up(ctx, batches=0)
