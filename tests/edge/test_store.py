"""The store keeps what it is given, on SQLite and on PostgreSQL alike."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, select, text

import syndicator.store
from syndicator.errors import StoreError
from syndicator.model.entries import EntryKey, Tag
from syndicator.model.feed import Enclosure, Link, Person, Statement
from syndicator.model.rights import Evidence
from syndicator.store import (
    entries,
    facts,
    only_one,
    open_engine,
    queries,
    reading,
    sources,
    stale,
    transaction,
)
from syndicator.store.schema import metadata, revisions
from tests.builders import NOON, an_entry


def save(engine, *new, names=None):
    with transaction(engine) as tx:
        entries.save_new(tx, new, names or {})


def only_entry(engine):
    with reading(engine) as tx:
        ((_, entry, _),) = queries.all_entries(tx)
    return entry


def test_migrations_and_tables_agree(engine):
    found = inspect(engine)

    for table in metadata.sorted_tables:
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}


def test_opening_twice_changes_nothing(engine, database_url):
    save(engine, an_entry())

    open_engine(database_url).dispose()

    assert only_entry(engine).title == "Library opens on Sundays"


def test_entry_comes_back_as_it_was(engine):
    entry = an_entry(
        updated=datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC),
        authors=(Person(name="Ünal Öz", url="https://o.example/"), Person(name="مريم")),
        categories=("Libraries", "Städte"),
        statements=(Statement(scheme="atom-license", value="https://cc.example/by"),),
        links=(Link(href="https://via.example/", rel="via"),),
        enclosures=(Enclosure(url="https://news.example/a.mp3", type="audio/mpeg", length=12),),
        evidence=(Evidence(fact="origin", value="Zed", url="https://z.example/1", text="…"),),
        rights="© Ada",
        language="de",
    )

    save(engine, entry)

    assert only_entry(engine) == replace(
        entry, feed=replace(entry.feed, title="", url=None)
    )  # the feed's facts come from the source's row, and there is none


def test_times_come_back_aware_and_exact(engine):
    save(engine, an_entry(first_seen=datetime(2026, 3, 29, 1, 30, tzinfo=UTC)))

    assert only_entry(engine).first_seen == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_naive_time_is_refused(engine):
    with pytest.raises(Exception, match="naive time"):
        save(engine, an_entry(first_seen=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_failed_transaction_leaves_nothing(engine):
    def save_and_fail():
        with transaction(engine) as tx:
            entries.save_new(tx, [an_entry()], {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()

    with reading(engine) as tx:
        assert queries.counts(tx) == (0, 0)


def test_two_sources_share_one_work(engine):
    save(engine, an_entry(), an_entry(source_id="other"))

    with reading(engine) as tx:
        assert queries.counts(tx) == (2, 1)
        (pk,) = queries.newest_articles(tx, "all", "all", at_once=10)
        assert [c.source_id for c in queries.copies(tx, [pk])[pk]] == ["news", "other"]


def test_edit_keeps_what_was_said_before(engine):
    save(engine, an_entry())
    edited = an_entry(title="Library opens on Saturdays", content_hash="other")

    with transaction(engine) as tx:
        entries.save_updated(tx, [edited], {}, now=NOON)

    assert only_entry(engine).title == "Library opens on Saturdays"
    with reading(engine) as tx:
        (revision,) = tx.execute(select(revisions)).all()
    assert (revision.title, revision.replaced_at) == ("Library opens on Sundays", NOON)


def test_taken_names_what_a_source_holds(engine):
    save(engine, an_entry(), an_entry(source_id="other", key=EntryKey("x")))

    with reading(engine) as tx:
        held = entries.taken(
            tx, "news", [EntryKey("urn:example:1"), EntryKey("x")], [an_entry().article_id]
        )

    assert set(held.entries) == {"urn:example:1"}
    assert held.articles == {an_entry().article_id: "urn:example:1"}


@pytest.mark.parametrize("at_once", [1, 12, 20, 50])
def test_newest_come_first_and_each_comes_once(engine, at_once):
    many = [
        an_entry(
            key=EntryKey(f"k{n}"), article_id=f"tag:{n}", sort_at=NOON - timedelta(hours=n % 7)
        )
        for n in range(20)
    ]
    elsewhere = [
        replace(e, source_id="other", sort_at=e.sort_at - timedelta(hours=3)) for e in many
    ]
    save(engine, *many, *elsewhere)

    with reading(engine) as tx:
        pks = list(queries.newest_articles(tx, "all", "all", at_once=at_once))
        copies = queries.copies(tx, pks)

    found = [max((copy.sort_at, copy.article_id) for copy in copies[pk]) for pk in pks]
    assert len(set(pks)) == len(pks) == 20
    assert found == sorted(
        sorted(found, key=lambda one: one[1]), key=lambda one: one[0], reverse=True
    )


def test_new_entry_makes_its_feeds_stale(engine):
    tag = Tag(axis="theme", slug="libraries", title="Libraries", why="test")

    save(engine, an_entry(tags=(tag,)))

    with reading(engine) as tx:
        assert stale.stale_feeds(tx) == {
            ("all", "all"),
            ("author", "ada-byron"),
            ("source", "news"),
            ("theme", "libraries"),
        }


def test_feed_that_an_entry_leaves_becomes_stale(engine):
    tag = Tag(axis="theme", slug="libraries", title="Libraries", why="test")
    save(engine, an_entry(tags=(tag,)))
    with transaction(engine) as tx:
        stale.clear_stale(tx, stale.stale_feeds(tx))

    with transaction(engine) as tx:
        entries.save_updated(tx, [an_entry(tags=(), content_hash="new")], {}, now=NOON)

    with reading(engine) as tx:
        assert ("theme", "libraries") in stale.stale_feeds(tx)


def test_copy_in_one_feed_makes_the_feeds_of_its_work_stale(engine):
    save(engine, an_entry(tags=(Tag(axis="region", slug="north", title="North", why=""),)))
    with transaction(engine) as tx:
        stale.clear_stale(tx, stale.stale_feeds(tx))

    save(engine, an_entry(source_id="other"))

    with reading(engine) as tx:
        assert {("region", "north"), ("source", "other")} <= stale.stale_feeds(tx)


def test_removed_entry_leaves_output_and_stays_in_the_store(engine):
    save(engine, an_entry())

    with transaction(engine) as tx:
        entries.remove(tx, "news", EntryKey("urn:example:1"), why="its file is gone", at=NOON)

    with reading(engine) as tx:
        assert not list(queries.newest_articles(tx, "all", "all", at_once=9))
        (entry,) = queries.find(tx, "library opens")
    assert entry.removed == "its file is gone"


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("tag:test.example,2026:article/1", id="our-id"),
        pytest.param("https://news.example/one", id="address"),
        pytest.param("urn:example:1", id="publishers-id"),
        pytest.param("opens ON sun", id="part-of-the-title"),
    ],
)
def test_find_takes_id_address_or_title(engine, wanted):
    save(
        engine, an_entry(), an_entry(key=EntryKey("2"), article_id="tag:2", url=None, title="Else")
    )

    with reading(engine) as tx:
        assert [e.title for e in queries.find(tx, wanted)] == ["Library opens on Sundays"]


def test_find_takes_wildcards_literally(engine):
    save(engine, an_entry())

    with reading(engine) as tx:
        assert queries.find(tx, "%") == []


def test_names_of_a_seed_are_kept_for_the_next_classification(engine):
    save(engine, an_entry(), names={EntryKey("urn:example:1"): (("region", "North"),)})

    with reading(engine) as tx:
        ((_, _, names),) = queries.all_entries(tx)
    assert names == (("region", "North"),)


def test_new_source_is_due_at_once_and_a_visited_one_later(engine):
    with transaction(engine) as tx:
        sources.follow(tx, {"a": "https://a.example/", "b": "https://b.example/"}, now=NOON)
        a, b = sources.due_sources(tx, now=NOON)
        later = replace(a, next_check_at=NOON + timedelta(hours=1), etag='W/"1"', status="ok")
        sources.record_visits(tx, [later])

    with reading(engine) as tx:
        assert [s.id for s in sources.due_sources(tx, now=NOON)] == ["b"]
        assert sources.source_states(tx)["a"] == later
        assert b.id == "b"


def test_changed_address_drops_the_validators(engine):
    with transaction(engine) as tx:
        sources.follow(tx, {"a": "https://a.example/"}, now=NOON)
        (state,) = sources.due_sources(tx, now=NOON)
        visited = replace(state, etag="e", last_modified="l", body_hash="b")
        sources.record_visits(tx, [replace(visited, next_check_at=NOON + timedelta(days=1))])

        sources.follow(tx, {"a": "https://a.example/new"}, now=NOON)

        (state,) = sources.due_sources(tx, now=NOON)
    assert (state.feed, state.etag, state.last_modified, state.body_hash) == (
        "https://a.example/new", None, None, None,
    )  # fmt: skip


def test_denied_access_travels_with_every_entry_of_the_source(engine):
    with transaction(engine) as tx:
        sources.follow(tx, {"news": "https://news.example/feed"}, now=NOON)
        (state,) = sources.due_sources(tx, now=NOON)
        sources.record_visits(tx, [replace(state, access_denied=True, title="News")])
        entries.save_new(tx, [an_entry()], {})

    assert [e.fact for e in only_entry(engine).evidence] == ["access-deny"]


def test_facts_are_replaced(engine):
    with transaction(engine) as tx:
        facts.set_fact(tx, "published_with", "a")
        facts.set_fact(tx, "published_with", "b")
        assert facts.fact(tx, "published_with") == "b"
        assert facts.fact(tx, "never-set") is None


def test_second_writer_is_told_that_another_works(engine, database_url):
    other = open_engine(database_url)

    with only_one(engine), pytest.raises(StoreError, match="another syndicator"), only_one(other):
        pass

    with only_one(other):
        pass
    other.dispose()


@pytest.fixture
def file_store(tmp_path):
    """An SQLite store with one entry, all of it in its file, and that file."""
    path = tmp_path / "var" / "store.db"
    opened = open_engine(f"sqlite:///{path}")
    save(opened, an_entry())
    with opened.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield opened, path
    opened.dispose()


def test_second_writer_is_told_so_by_whatever_name_the_store_goes(file_store):
    store, path = file_store
    link = path.parent.parent / "link.db"
    link.symlink_to(path)
    other = open_engine(f"sqlite:///{link}")

    with only_one(store), pytest.raises(StoreError, match="another syndicator"), only_one(other):
        pass
    other.dispose()


def test_writer_whose_lock_was_removed_writes_no_more(file_store):
    store, path = file_store

    with only_one(store):
        Path(f"{path}.lock").unlink()
        with pytest.raises(StoreError, match=r"store\.db\.lock was removed.*restart"):
            save(store, an_entry(key="another"))

    assert only_entry(store).key == an_entry().key


def test_lock_that_cannot_be_made_is_a_plain_error(file_store):
    store, path = file_store
    Path(f"{path}.lock").mkdir()

    with pytest.raises(StoreError, match=r"cannot lock .*store\.db\.lock: "), only_one(store):
        pass


def move(path):
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace_by_copy(path):
    shutil.move(path, path.with_name("other.db"))
    shutil.copy(path.with_name("other.db"), path)


@pytest.mark.parametrize("misdeed", [Path.unlink, move, replace_by_copy])
def test_store_that_was_taken_away_is_neither_read_nor_written(file_store, misdeed):
    store, path = file_store
    misdeed(path)

    for _ in range(2):
        with pytest.raises(StoreError, match=r"removed, moved or replaced.*restart"):
            only_entry(store)
        with pytest.raises(StoreError, match=r"removed, moved or replaced.*restart"):
            save(store, an_entry(key="another"))


def test_store_that_comes_back_is_used_again(file_store):
    store, path = file_store
    move(path)
    with pytest.raises(StoreError):
        only_entry(store)

    path.parent.with_name("elsewhere").rename(path.parent)
    save(store, an_entry(source_id="another"))

    with reading(store) as tx:
        assert queries.counts(tx) == (2, 1)


def test_damage_that_shows_while_it_is_used_is_a_plain_error(file_store):
    store, path = file_store
    store.dispose()
    head = path.read_bytes()[:4096]
    path.write_bytes(head + b"\xff" * (path.stat().st_size - 4096))

    for use in (only_entry, lambda store: save(store, an_entry(key="another"))):
        with pytest.raises(StoreError, match="damaged: stop syndicator and restore a backup"):
            use(store)


def test_lock_of_another_program_is_a_plain_error(file_store):
    store, path = file_store
    event.listen(
        store, "begin", lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 10"), insert=True
    )

    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=r"locked.*once that lets go"):
            save(store, an_entry(key="another"))
        other.execute("ROLLBACK")


def test_a_store_that_is_not_there_is_made_only_where_that_is_wanted(tmp_path):
    path = tmp_path / "var" / "store.db"

    with pytest.raises(StoreError, match=f"no store at {path}.*syndicator once"):
        open_engine(f"sqlite:///{path}", create=False)
    assert not path.parent.exists()

    open_engine(f"sqlite:///{path}").dispose()
    open_engine(f"sqlite:///{path}", create=False).dispose()


def test_damaged_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(b"this is no database, but it is somebody's file" * 100)

    with pytest.raises(StoreError, match=r"database\.url"):
        open_engine(f"sqlite:///{path}")

    assert path.read_bytes().startswith(b"this is no database")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mysql://localhost/x", id="another-database"),
        pytest.param("sqlite//nonsense", id="no-address"),
        pytest.param("postgresql://127.0.0.1:1/nobody", id="nobody-there"),
    ],
)
def test_wrong_address_is_a_plain_error(url):
    with pytest.raises(StoreError, match=r"database\.url"):
        open_engine(url)


def test_migrations_are_named_by_their_revision():
    folder = Path(syndicator.store.__file__).parent / "migrations"
    scripts = ScriptDirectory(folder)

    heads = [script.revision for script in scripts.walk_revisions()]

    assert sorted(heads) == sorted(file.name[:4] for file in folder.glob("versions/[0-9]*.py"))
    assert scripts.get_current_head() == max(heads)


def test_store_of_a_newer_version_is_refused_and_not_touched(engine, database_url):
    with transaction(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match=r"newer syndicator \(revision 9999\)"):
        open_engine(database_url)


def test_feed_is_called_as_its_newest_live_article_calls_it(engine):
    def by(name, key, hours):
        tag = Tag(axis="theme", slug="river", title=name)
        return an_entry(
            key=EntryKey(key),
            article_id=f"tag:{key}",
            sort_at=NOON + timedelta(hours=hours),
            tags=(tag,),
        )

    save(engine, by("The River", "a", 0), by("River", "b", 1), by("RIVER", "c", 2))
    with transaction(engine) as tx:
        entries.remove(tx, "news", EntryKey("c"), why="its file is gone", at=NOON)

    with reading(engine) as tx:
        assert queries.slugs(tx, "theme") == {"river": "River"}
        assert queries.slugs(tx, "theme", among=["river", "lake"]) == {"river": "River"}
        assert queries.slugs(tx, "theme", among=["lake"]) == {}

    with transaction(engine) as tx:
        for key in "ab":
            entries.remove(tx, "news", EntryKey(key), why="its file is gone", at=NOON)

    with reading(engine) as tx:
        assert queries.slugs(tx, "theme") == {"river": "RIVER"}
