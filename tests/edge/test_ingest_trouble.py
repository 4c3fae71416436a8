"""What goes wrong with one source stays with that source."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from syndicator.errors import StoreError, sole_cause
from syndicator.pipeline import ingest, rounds
from syndicator.pipeline.once import follow_and_find_due
from syndicator.pipeline.readers import Readers
from syndicator.pipeline.worker import Limits
from tests.builders import a_source
from tests.edge import hooks
from tests.edge.test_manners import FEED, a_feed, run

GOOD, BAD = "good", "bad"
FOLLOWED = [a_source(id=f"{GOOD}{n}", feed=f"http://g{n}.example:PORT/good") for n in range(5)]
FOLLOWED.insert(2, a_source(id=BAD, feed="http://b.example:PORT/bad"))
ROUTES = {"/good": a_feed(), "/bad": a_feed(FEED + b" ")}


def outcomes(world):
    return {s.id: world.state(s.id).status for s in world.ctx.config.sources}


EXPECTED = {source.id: "failed" if source.id == BAD else "ok" for source in FOLLOWED}


@pytest.mark.parametrize(
    ("hook", "problem"),
    [
        pytest.param(hooks.loop, "more than 3 s of processor time", id="loops"),
        pytest.param(hooks.swell, "MB of memory", id="swells"),
        pytest.param(hooks.crash, "SIGSEGV", id="crashes"),
    ],
)
def test_a_document_that_passes_a_limit_fails_its_source_in_plain_words(
    tmp_path, monkeypatch, hook, problem
):
    monkeypatch.setattr(ingest, "read_document", hooks.Hostile(hook, marked=b"</rss> "))

    async def story(world):
        with Readers(2, Limits(cpu=3, memory=400_000_000)) as readers:
            world.client = replace(world.client, readers=readers)
            await world.tick()
        assert outcomes(world) == EXPECTED
        assert problem in world.state(BAD).error
        assert world.state(BAD).next_check_at > world.now + timedelta(minutes=59)

    run(story, ROUTES, tmp_path, *FOLLOWED)


def test_a_bug_that_a_document_brings_to_light_fails_its_source_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(ingest, "read_document", hooks.Hostile(hooks.stumble, marked=b"</rss> "))

    async def story(world):
        await world.tick()
        assert outcomes(world) == EXPECTED
        assert "a bug of syndicator" in world.state(BAD).error

    run(story, ROUTES, tmp_path, *FOLLOWED)


def test_what_cannot_be_stored_fails_alone_and_is_not_asked_again_at_once(tmp_path, monkeypatch):
    compare = ingest.compare

    def fragile(drafts, *arguments, **keywords):
        if any(draft.source_id == BAD for draft in drafts):
            raise KeyError("a bug")
        return compare(drafts, *arguments, **keywords)

    async def story(world):
        monkeypatch.setattr(ingest, "compare", fragile)
        await world.tick()
        assert outcomes(world) == EXPECTED
        assert "storing it met a bug" in world.state(BAD).error
        assert (world.state(BAD).etag, world.state(BAD).body_hash) == (None, None)

        await world.tick()
        assert len(world.paths) == len(FOLLOWED)

        monkeypatch.setattr(ingest, "compare", compare)
        world.now = world.state(BAD).next_check_at
        await world.tick()
        assert world.state(BAD).status == "ok"

    run(story, ROUTES, tmp_path, *FOLLOWED)


def test_what_waits_for_the_store_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "BATCH", 2)
    followed = [a_source(id=f"s{n}", feed=f"http://h{n}.example:PORT/") for n in range(30)]

    async def story(world):
        released = asyncio.Event()
        begun = []

        async def refresh(*arguments):
            begun.append(arguments)
            return await refresh_source(*arguments)

        async def blocked(writer, function, *arguments):
            await released.wait()
            return await in_executor(writer, function, *arguments)

        refresh_source, loop = rounds.refresh_source, asyncio.get_running_loop()
        in_executor = loop.run_in_executor
        monkeypatch.setattr(rounds, "refresh_source", refresh)
        due = await follow_and_find_due(world.ctx, world.client, world.now, everything=True)
        monkeypatch.setattr(
            loop,
            "run_in_executor",
            lambda w, f, *a: (
                blocked(w, f, *a) if f is rounds.store_visits else in_executor(w, f, *a)
            ),
        )
        visiting = asyncio.ensure_future(
            rounds.refresh_due(world.ctx, world.client, due, lambda: world.now, lambda *_: None)
        )
        await asyncio.sleep(0.5)
        waiting = len(begun)
        released.set()
        await visiting
        # One batch at the store (2 at most), two in the queue, three in the slots.
        assert waiting <= 7
        assert len(begun) == 30

    run(story, {"/": a_feed()}, tmp_path, *followed, concurrency=3)


def test_a_full_disk_ends_the_round_in_plain_words_and_blames_no_source(tmp_path):
    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are

    async def story(world):
        due = await follow_and_find_due(world.ctx, world.client, world.now, everything=True)
        event.listen(world.ctx.engine, "begin", fill)
        with pytest.raises(ExceptionGroup) as broken:
            await rounds.refresh_due(
                world.ctx, world.client, due, lambda: world.now, lambda *_: None
            )
        problem = sole_cause(broken.value)
        assert isinstance(problem, StoreError)
        assert "database or disk is full: nothing of this step was stored" in str(problem)
        assert "failed" not in outcomes(world).values()

    run(story, ROUTES, tmp_path, *FOLLOWED)


def test_a_store_that_is_taken_away_ends_the_round_in_plain_words_and_blames_no_source(tmp_path):
    elsewhere = tmp_path / "elsewhere.db"

    async def story(world):
        due = await follow_and_find_due(world.ctx, world.client, world.now, everything=True)
        path = world.ctx.engine.url.database
        shutil.move(path, elsewhere)
        with pytest.raises(ExceptionGroup) as broken:
            await rounds.refresh_due(
                world.ctx, world.client, due, lambda: world.now, lambda *_: None
            )
        shutil.move(elsewhere, path)
        problem = sole_cause(broken.value)
        assert isinstance(problem, StoreError)
        assert "removed, moved or replaced" in str(problem)
        assert "failed" not in outcomes(world).values()

    run(story, ROUTES, tmp_path, *FOLLOWED)
