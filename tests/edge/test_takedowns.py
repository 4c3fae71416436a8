"""What takedowns reach, on SQLite and on PostgreSQL alike: before, after and meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.identify import Changes, article_id, own_key
from syndicator.model.entries import EntryKey
from syndicator.model.feed import Person
from syndicator.model.flows import Takedown
from syndicator.model.settings import Output, Publish
from syndicator.pipeline import takedowns as flow
from syndicator.pipeline.context import make_context
from syndicator.pipeline.ingest import save_changes
from syndicator.pipeline.output import publish
from syndicator.store import emissions, queries, reading, takedowns, tasks, transaction
from tests.builders import NOON, a_config, a_source, an_entry

URL = "https://one.example/Story"
TEXT = "<p>" + " ".join(f"word{n} tells{n % 7}" for n in range(150)) + "</p>"
NEIGHBOUR = " ".join(f"another{n} thing{n % 5}" for n in range(150))


@pytest.fixture
def ctx(engine, tmp_path):
    sources = tuple(a_source(id=name, feed=f"https://{name}.example/") for name in "abc")
    outputs = (Output(id="main", contact="mailto:ed@test.example", limit=2),)
    public = Publish(directory=str(tmp_path / "public"))
    config = a_config(sources=sources, outputs=outputs, publish=public)
    return make_context(config, engine, digest="1")


def a_copy(source, *, url=None, text=TEXT):
    key = EntryKey(f"urn:{source}")
    url = url or f"https://{source}.example/copy"
    work = article_id("tag:test.example,2026:", own_key(source, key))
    return an_entry(source_id=source, key=key, url=url, article_id=work, content_html=text)


def store(ctx, *new, updated=()):
    with transaction(ctx.engine) as tx:
        save_changes(ctx, tx, Changes(new=tuple(new), updated=tuple(updated)), {}, NOON)


def a_takedown(**fields):
    given = {"by": "url", "target": URL, "claimant": "Ada", "received_at": NOON}
    return Takedown(**given | {"recorded_at": NOON, "recorded_by": "ed"} | fields)


def reached(ctx, number=1):
    """Sources of the copies that a takedown reaches."""
    with reading(ctx.engine) as tx:
        works = queries.works(tx, takedowns.reached(tx, number))
        return {copy.source_id for copies in works.values() for copy in copies}


def texts(ctx):
    with reading(ctx.engine) as tx:
        return {e.source_id: e.content_html for _, e, _ in queries.all_entries(tx)}


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param("https://one.example/story", id="case-of-path"),
        pytest.param("HTTP://WWW.One.Example:80//Story/?utm_source=rss", id="written-otherwise"),
        pytest.param("https://one.example/Story?output=amp", id="amp-query"),
        pytest.param("https://one.example/amp/Story", id="amp-before"),
    ],
)
@pytest.mark.parametrize("first", ["entry", "takedown"])
def test_address_in_another_spelling_is_reached(ctx, stored, first):
    for step in (first, {"entry": "takedown", "takedown": "entry"}[first]):
        if step == "entry":
            store(ctx, a_copy("a", url=stored), a_copy("b", text=NEIGHBOUR))
        else:
            flow.add_takedown(ctx, a_takedown())

    assert reached(ctx) == {"a"}
    assert texts(ctx) == {"a": "", "b": NEIGHBOUR}


@pytest.mark.parametrize("pattern", ["http://www.one.example:80/*", "*.example/STOR?", "ONE.*"])
def test_pattern_is_compared_like_an_address(ctx, pattern):
    store(ctx, a_copy("a", url=URL), a_copy("b", text=NEIGHBOUR))

    flow.add_takedown(ctx, a_takedown(by="pattern", target=pattern))

    assert reached(ctx) == {"a"}


def test_address_of_the_original_reaches_what_was_taken_elsewhere(ctx):
    store(ctx, a_copy("a", url="https://bücher.example/eins"))

    flow.add_takedown(ctx, a_takedown(target="https://xn--bcher-kva.example/Eins"))

    assert reached(ctx) == {"a"}


def test_copy_that_came_first_is_found_when_its_original_comes(ctx):
    flow.add_takedown(ctx, a_takedown())
    footer = " ".join(f"footer{n}" for n in range(300))
    store(ctx, a_copy("b", text=f"{TEXT}<p>{footer}</p>"), a_copy("c", text=NEIGHBOUR))
    assert reached(ctx) == set()

    store(ctx, a_copy("a", url=URL))

    assert reached(ctx) == {"a", "b"}
    assert texts(ctx) == {"a": "", "b": "", "c": NEIGHBOUR}


def test_what_holds_the_text_makes_no_claim_on_its_other_words(ctx):
    store(ctx, a_copy("a", url=URL))
    flow.add_takedown(ctx, a_takedown())

    store(ctx, a_copy("b", text=f"{TEXT}<p>{NEIGHBOUR}</p>"))
    store(ctx, a_copy("c", text=NEIGHBOUR))

    assert reached(ctx) == {"a", "b"}


def test_copy_stored_while_the_store_is_searched_is_reached(ctx, monkeypatch):
    store(ctx, a_copy("a", url=URL))
    named = flow.named_works

    def named_and_overtaken(*arguments):
        found = named(*arguments)
        store(ctx, a_copy("b", text=f"<p>Seen elsewhere.</p>{TEXT}"))
        return found

    monkeypatch.setattr(flow, "named_works", named_and_overtaken)
    flow.add_takedown(ctx, a_takedown())

    assert reached(ctx) == {"a", "b"}


def test_search_that_was_cut_short_is_done_by_the_next_publishing(ctx, monkeypatch):
    store(ctx, a_copy("a", url=URL), a_copy("b"))
    with monkeypatch.context() as patched:
        patched.setattr(flow, "named_works", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flow.add_takedown(ctx, a_takedown())
    assert reached(ctx) == set()

    flow.finish_searches(ctx)

    assert reached(ctx) == {"a", "b"}


def test_takedown_of_a_text_is_recorded_with_all_it_reaches_or_not_at_all(ctx, monkeypatch):
    store(ctx, a_copy("a"), a_copy("b"))
    by_text = a_takedown(by="text", target="letter.txt", retain="none")
    with monkeypatch.context() as patched:
        patched.setattr(takedowns, "reach", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flow.add_takedown(ctx, by_text, text=TEXT)
    with reading(ctx.engine) as tx:
        assert list(takedowns.all_takedowns(tx)) == []

    number, _ = flow.add_takedown(ctx, by_text, text=TEXT)

    assert reached(ctx, number) == {"a", "b"}


def test_half_of_the_text_among_other_words_is_shown_to_an_editor(ctx):
    store(ctx, a_copy("a", url=URL))
    flow.add_takedown(ctx, a_takedown())
    words = TEXT.split()

    store(ctx, a_copy("b", text=f"{' '.join(words[:150])} {NEIGHBOUR[:1500]}"))
    store(ctx, a_copy("c", text=NEIGHBOUR))

    with reading(ctx.engine) as tx:
        (task,) = tasks.all_tasks(tx)
        assert (task.kind, task.subject, task.articles) == ("resembles", "takedown 1", 1)
    assert reached(ctx) == {"a"}


def test_fingerprints_that_are_not_to_be_kept_are_not(ctx):
    store(ctx, a_copy("a", url=URL), a_copy("b"))

    flow.add_takedown(ctx, a_takedown(retain="none"))

    assert reached(ctx) == {"a", "b"}
    with reading(ctx.engine) as tx:
        assert takedowns.fingerprints(tx, [1]) == []


def test_feed_shows_no_more_stubs_than_it_has_room_for_items(ctx):
    store(ctx, *(a_copy(name, text=f"Only {name} has this.") for name in "abc"))
    publish(ctx, NOON)

    flow.add_takedown(ctx, a_takedown(by="owner", target="Ada Byron"))
    publish(ctx, NOON + timedelta(hours=1))

    feed = (ctx.public / "all.atom").read_text()
    assert (feed.count("deleted-entry ref="), feed.count("<entry")) == (3, 2)


def test_feeds_of_authors_are_told_by_what_they_show(ctx):
    other = {"authors": (Person(name="Grace Hopper"),)}
    store(ctx, a_copy("a"), replace(a_copy("b", text=NEIGHBOUR), **other))
    publish(ctx, NOON)

    flow.add_takedown(ctx, a_takedown(by="source", target="b"))
    publish(ctx, NOON + timedelta(hours=1))

    with reading(ctx.engine) as tx:
        authors = [("author", slug) for slug in queries.slugs(tx, "author")]
        assert authors == [("author", "ada-byron"), ("author", "grace-hopper")]
        assert emissions.shown_feeds(tx, "main", authors) == {("author", "ada-byron")}
        assert emissions.shown_feeds(tx, "other", authors) == set()
