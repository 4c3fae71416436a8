"""What a feed says as before is not read again, and nobody can tell from the store."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from syndicator.model.rights import Publisher
from syndicator.parse import document
from syndicator.pipeline import ingest
from syndicator.pipeline.context import make_context
from syndicator.pipeline.reading import read_document
from syndicator.pipeline.unread import known_items
from syndicator.store import entries, open_engine, reading, sources, transaction
from tests.builders import NOON, a_config, a_source
from tests.web import rss, rss_item

HOUR = timedelta(hours=1)
FEED = "https://news.example/feed"
SOURCE = a_source(id="news", feed=FEED)
TABLES = ("items", "articles", "tags", "revisions", "stale", "aliases", "facts")


class Reader:
    """A source whose documents are read one after another."""

    def __init__(self, engine, *, thrifty=True):
        self.ctx = make_context(a_config(sources=(SOURCE,)), engine, digest="")
        self.thrifty = thrifty
        self.now = NOON
        with transaction(engine) as tx:
            sources.follow(tx, {SOURCE.id: SOURCE.feed}, now=NOON)

    def state(self):
        with reading(self.ctx.engine) as tx:
            return sources.source_states(tx)[SOURCE.id]

    def read(self, body, *, url=FEED, reader=ingest.READER, publisher=None):
        """Read *body* as a reader process does; return the document."""
        publisher = publisher or self.ctx.publisher(SOURCE.id)
        known = known_items(self.ctx, self.state(), publisher, reader)
        if not self.thrifty:
            known = replace(known, keys={})
        return read_document(body.encode(), None, url, publisher, known)

    def save(self, document):
        state = replace(self.state(), body_hash="x", etag="y", reader=ingest.READER)
        visit = ingest.Visit(source=SOURCE, state=state, outcome="fetched", document=document)
        ((_, saved),) = ingest.save_visits(self.ctx, [visit], self.now)
        return saved

    def take(self, body):
        """Read and store *body*, an hour after the last one."""
        self.now += HOUR
        return self.save(self.read(body))

    def remove(self, key, why):
        with transaction(self.ctx.engine) as tx:
            if key in {known for _, known in entries.live_keys(tx, SOURCE.id)}:
                entries.remove(tx, SOURCE.id, key, why=why, at=self.now)

    def rows(self):
        with reading(self.ctx.engine) as tx:
            return {
                table: sorted(tuple(row) for row in tx.execute(text(f"SELECT * FROM {table}")))
                for table in TABLES
            }


@pytest.fixture
def reader(engine):
    return Reader(engine)


@pytest.fixture
def cleaned(monkeypatch):
    """Yield the list of texts that were cleaned."""
    texts = []
    clean = document.clean_counted

    def spy(html, *, base_url):
        texts.append(html)
        return clean(html, base_url=base_url)

    monkeypatch.setattr(document, "clean_counted", spy)
    return texts


def items(*numbers):
    return [rss_item(number, text=f"News number {number}.") for number in numbers]


def test_of_a_feed_with_one_new_item_only_that_is_cleaned_and_stored(reader, cleaned):
    reader.take(rss(*items(*range(29))))
    cleaned.clear()

    saved = reader.take(rss(*items(29, *range(29))))

    assert cleaned == ["<p>News number 29.</p>"]
    assert (saved.seen, saved.new, saved.updated) == (30, 1, 0)


def test_an_edited_item_is_read_and_the_others_are_not(reader, cleaned):
    reader.take(rss(*items(1, 2, 3)))
    cleaned.clear()

    saved = reader.take(rss(rss_item(1, text="Corrected."), *items(2, 3)))

    assert cleaned == ["<p>Corrected.</p>"]
    assert (saved.new, saved.updated) == (0, 1)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(rss(*items(1, 2), title="Renamed"), id="title"),
        pytest.param(rss(*items(1, 2), extra="<copyright>© News</copyright>"), id="rights"),
        pytest.param(rss(*items(1, 2), extra="<language>fr</language>"), id="language"),
        pytest.param(
            rss(*items(1, 2)).replace("<channel>", "<channel xml:base='https://b.example/'>"),
            id="base",
        ),
        pytest.param(
            rss(*items(1, 2)).replace(
                "<description>d</description>",
                "<x:license xmlns:x='http://backend.userland.com/creativeCommonsRssModule'>"
                "https://creativecommons.org/licenses/by/4.0/</x:license>",
            ),
            id="licence",
        ),
    ],
)
def test_what_the_feed_says_for_all_has_all_read_once(reader, cleaned, changed):
    reader.take(rss(*items(1, 2)))
    cleaned.clear()

    reader.take(changed)
    reader.take(changed.replace("<link>", "<ttl>5</ttl><link>", 1))

    assert len(cleaned) == 2


@pytest.mark.parametrize(
    "otherwise",
    [
        pytest.param({"url": "https://elsewhere.example/feed"}, id="address"),
        pytest.param({"reader": "other"}, id="reader"),
        pytest.param({"publisher": Publisher(id="news", name="Renamed")}, id="publisher"),
    ],
)
def test_another_way_of_reading_reads_all(reader, cleaned, otherwise):
    body = rss(*items(1, 2))
    reader.take(body)
    cleaned.clear()

    reader.read(body, **otherwise)

    assert len(cleaned) == 2


def test_an_item_without_name_is_read_whenever_it_comes(reader, cleaned):
    body = rss("<title>No name</title><description>&lt;p>Text.</description>", *items(1))
    reader.take(body)
    cleaned.clear()

    saved = reader.take(body.replace("<link>", "<ttl>5</ttl><link>", 1))

    assert cleaned == ["<p>Text."]
    assert (saved.new, saved.updated) == (0, 0)


def test_an_edit_that_was_put_off_is_read_again_though_the_feed_does_not_change(
    reader, monkeypatch
):
    monkeypatch.setattr("syndicator.identify.changes.MAX_EDITS", 1)
    for text_now in ("Draft.", "Corrected."):
        reader.take(rss(rss_item(1, text=text_now), *items(2)))
    taken = reader.state()

    last = rss(rss_item(1, text="Corrected again."), *items(2))
    reader.take(last)
    put_off = reader.state()
    reader.now += 24 * HOUR
    saved = reader.take(last)

    assert (taken.body_hash, taken.etag) == ("x", "y")
    assert (put_off.body_hash, put_off.etag) == (None, None)
    assert saved.updated == 1
    assert reader.state().etag == "y"


def test_a_changed_date_alone_is_read_once(reader, cleaned):
    reader.take(rss(*items(1)))
    moved = rss(*items(1)).replace("20 Nov", "21 Nov")
    reader.take(moved)
    cleaned.clear()

    reader.take(moved)

    assert cleaned == []


def test_of_an_item_that_is_left_unread_its_names_are_there(reader):
    media = "<enclosure url='https://news.example/1.mp3' type='audio/mpeg' length='9'/>"
    body = rss(rss_item(1, text="Text.") + media)
    reader.take(body)
    (unread,) = reader.read(body).feed.entries
    reader.thrifty = False
    (whole,) = reader.read(body).feed.entries

    assert unread.unread
    assert unread.enclosures
    for name in ("id", "url", "title", "published", "updated", "enclosures", "digest"):
        assert getattr(unread, name) == getattr(whole, name)


@pytest.mark.parametrize("why", ["seed-removed", "retracted"])
def test_an_entry_that_went_during_the_reading_has_all_read_again(reader, why):
    body = rss(*items(1, 2))
    reader.take(body)
    document = reader.read(body)
    reader.remove("id-1", why)

    saved = reader.save(document)

    state = reader.state()
    assert (saved.new, saved.updated) == (0, 0)
    assert (state.etag, state.body_hash, state.reader) == (None, None, None)
    assert reader.take(body).updated == (1 if why == "seed-removed" else 0)


def test_a_held_item_that_is_let_out_says_what_the_feed_says_then(reader):
    reader.take(rss(*items(1)))
    reader.remove("id-1", "quarantined")
    edited = rss(rss_item(1, text="Corrected."))
    reader.take(edited)
    with transaction(reader.ctx.engine) as tx:
        tx.execute(text("UPDATE items SET removed = NULL"))

    saved = reader.take(edited)

    assert saved.updated == 1


JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": ['
    '{"id": "1", "url": "https://news.example/1", "content_html": "<p>Text.</p>"}%s]}'
)


def test_a_json_feed_is_read_as_thriftily(reader):
    reader.take(JSON % "")

    found = reader.read(JSON % ', {"id": "2", "content_html": "<p>More.</p>"}').feed.entries

    assert [(e.unread, e.content_html) for e in found] == [(True, ""), (False, "<p>More.</p>")]


# --- whatever happens


def an_item(number, text_, shared, day):
    link = "https://news.example/" + ("shared" if shared else str(number % 5))
    guid = f"<guid>id-{number % 4}</guid>" if number % 6 else ""
    return (
        f"<title>Item {number}</title><link>{link}</link>{guid}"
        f"<pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{text_}</p>]]></description>"
    )


ITEM = st.builds(
    an_item,
    st.integers(0, 7),
    st.sampled_from(["Old words.", "New words.", "Words, 3 comments"]),
    st.booleans(),
    st.integers(18, 20),
)
HEADS = [
    {},
    {"title": "Renamed"},
    {"extra": "<language>fr</language>"},
    {"extra": "<copyright>All rights</copyright>"},
]
PUT = st.tuples(st.just("put"), st.integers(0, 5), ITEM)
DROP = st.tuples(st.just("drop"), st.integers(0, 5), st.none())
HEAD = st.tuples(st.just("head"), st.sampled_from(HEADS), st.none())
REMOVE = st.tuples(
    st.just("remove"),
    st.sampled_from([f"id-{n}" for n in range(4)]),
    st.sampled_from(["retracted", "seed-removed"]),
)
STEPS = st.lists(st.one_of(PUT, PUT, DROP, HEAD, REMOVE), min_size=1, max_size=6)


def publish(reader, parts, steps):
    """Let *reader* take a feed of the items *parts* after each of the *steps* that change it."""
    parts, head = list(parts), {}
    reader.take(rss(*parts))
    for kind, what, how in steps:
        if kind == "put":
            parts.insert(what, how)
        elif kind == "drop":
            del parts[what : what + 1]
        elif kind == "head":
            head = what
        else:
            reader.remove(what, how)
        reader.take(rss(*parts, **head))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return path


@settings(max_examples=40)
@given(parts=st.lists(ITEM, max_size=6), steps=STEPS)
def test_the_store_is_that_of_reading_all_from_scratch(template, tmp_path_factory, parts, steps):
    directory = tmp_path_factory.mktemp("stores")
    stores = []
    for thrifty in (True, False):
        path = shutil.copy(template, directory / f"{thrifty}.db")
        reader = Reader(open_engine(f"sqlite:///{path}"), thrifty=thrifty)
        publish(reader, parts, steps)
        stores.append(reader.rows())
        reader.ctx.engine.dispose()

    assert stores[0] == stores[1]
