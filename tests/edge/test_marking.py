"""Items from before there were marks are caught up: a few at a time, and only once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from syndicator.model.entries import EntryKey
from syndicator.pipeline import marking
from syndicator.pipeline.context import make_context
from syndicator.pipeline.recognise import recognise
from syndicator.store import entries, facts, queries, reading, transaction
from syndicator.store.schema import aliases, items, signatures
from tests.builders import NOON, a_config, a_parsed_entry, a_source, an_entry
from tests.pairs import Press

COUNT = 6


@pytest.fixture
def old(engine, monkeypatch):
    """A store of two sources with the same texts, as a version without marks left it."""
    monkeypatch.setattr(queries, "CHUNK", 5)
    ctx = make_context(a_config(sources=(a_source(),)), engine, digest="1")
    with transaction(engine) as tx:
        made = [
            an_entry(
                source_id=source,
                key=EntryKey(f"urn:{n}"),
                url=f"https://{source}.example/{n}",
                title=f"Report {n} of the council",
                article_id=f"tag:{source}:{n}",
                content_html=Press(n).article("en", 14).html,
                published=NOON - timedelta(hours=n),
            )
            for source in ("one", "two")
            for n in range(COUNT)
        ]
        pks = entries.save_new(tx, made, {})
        facts.set_fact(tx, "unmarked_up_to", str(max(pks)))
    return ctx


def works(ctx):
    with reading(ctx.engine) as tx:
        return len(set(tx.scalars(select(items.c.article_pk))))


def everything(ctx):
    with reading(ctx.engine) as tx:
        return [sorted(map(tuple, tx.execute(t.select()))) for t in (signatures, aliases)]


def test_older_copies_are_joined_batch_by_batch(old):
    done = [(marking.catch_up(old, batches=1), works(old)) for _ in range(3)]

    assert [finished for finished, _ in done] == [False, False, True]
    assert [left for _, left in done] == [2 * COUNT, COUNT + 2, COUNT]


def test_second_time_changes_nothing(old):
    marking.catch_up(old)
    once = everything(old)

    with transaction(old.engine) as tx:
        facts.set_fact(tx, "unmarked_up_to", "99")
    marking.catch_up(old)

    assert everything(old) == once


def test_older_items_are_known_by_their_other_names(old):
    marking.catch_up(old)
    again = a_parsed_entry(id="new", url="https://one.example/3", title="Report 3 of the council")

    with transaction(old.engine) as tx:
        found = recognise(tx, "one", [(EntryKey("new"), "id", again)])

    assert [key for key, _, _ in found.items] == ["urn:3"]


def test_store_that_always_had_marks_has_nothing_to_do(engine):
    ctx = make_context(a_config(sources=(a_source(),)), engine, digest="1")

    assert marking.catch_up(ctx, batches=0)
