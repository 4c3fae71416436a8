"""Whose the publish directory is, and what the store says of directories that it left."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from syndicator.errors import PublishRefused
from syndicator.model.settings import Output, Publish
from syndicator.pipeline.context import make_context
from syndicator.pipeline.output import publish
from syndicator.pipeline.ownership import left_behind, require_own, take_directory
from syndicator.publish import MARKER, mark, owner_of
from syndicator.store import facts, open_engine, reading
from tests.builders import NOON, a_config


def context(engine, directory):
    public = Publish(directory=str(directory))
    config = a_config(outputs=(Output(id="main", contact="mailto:a@b.example"),), publish=public)
    return make_context(config, engine, digest=str(directory))


def left(ctx):
    with reading(ctx.engine) as tx:
        return left_behind(ctx, tx)


@pytest.fixture
def public(tmp_path):
    return tmp_path / "public"


@pytest.fixture
def ctx(engine, public):
    return context(engine, public)


@pytest.fixture
def other(tmp_path, public):
    """Another store that is to publish into the same directory."""
    engine = open_engine(f"sqlite:///{tmp_path}/other.db")
    yield context(engine, public)
    engine.dispose()


def test_the_first_store_to_publish_owns_the_directory_for_good(ctx, public):
    publish(ctx, NOON)
    first = owner_of(public)
    publish(ctx, NOON, everything=True)

    assert first
    assert owner_of(public) == first == require_own(ctx)


def test_a_directory_of_an_earlier_version_is_taken_over(ctx, public):
    public.mkdir()
    (public / "index.html").write_text("as before")

    publish(ctx, NOON)

    assert owner_of(public)


def test_an_empty_marker_names_nobody(ctx, public):
    public.mkdir()
    (public / MARKER).touch()

    publish(ctx, NOON)

    assert owner_of(public) == require_own(ctx) != ""


def test_another_store_neither_writes_nor_removes_anything(ctx, other, public):
    publish(ctx, NOON)
    # All that a pass would remove: a feed that the other does not know, and half a file.
    (public / "themes").mkdir()
    (public / "themes" / "mine.atom").write_text("mine")
    (public / ".syndicator-0-x.tmp").write_text("half")
    before = {path: path.stat() for path in public.rglob("*")}

    with pytest.raises(PublishRefused) as refused:
        publish(other, NOON, everything=True)

    assert {path: path.stat() for path in public.rglob("*")} == before
    for told in (public / MARKER, owner_of(public), "other.db", "another publish.directory"):
        assert str(told) in str(refused.value)


def test_a_store_that_has_an_id_is_told_it_too(ctx, other, tmp_path):
    publish(ctx, NOON)
    elsewhere = context(other.engine, tmp_path / "elsewhere")
    publish(elsewhere, NOON)

    with pytest.raises(PublishRefused, match=owner_of(tmp_path / "elsewhere")):
        publish(other, NOON)


def test_who_deletes_the_marker_lets_the_other_store_in_and_the_first_one_stay_out(
    ctx, other, public
):
    publish(ctx, NOON)
    (public / MARKER).unlink()

    publish(other, NOON)

    with pytest.raises(PublishRefused):
        publish(ctx, NOON)


def test_a_store_keeps_its_directory_wherever_it_is_moved(tmp_path, public):
    before = open_engine(f"sqlite:///{tmp_path}/before.db")
    publish(context(before, public), NOON)
    before.dispose()
    (tmp_path / "before.db").rename(tmp_path / "after.db")

    after = open_engine(f"sqlite:///{tmp_path}/after.db")
    publish(context(after, public), NOON)
    after.dispose()


def test_the_store_knows_its_id_before_the_directory_does(ctx, public, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("syndicator.pipeline.ownership.mark", killed)
    with pytest.raises(KeyboardInterrupt):
        take_directory(ctx)
    monkeypatch.undo()
    with reading(ctx.engine) as tx:
        known = facts.fact(tx, "store")

    take_directory(ctx)

    assert owner_of(public) == known


def test_of_stores_that_come_at_the_same_time_one_is_first(tmp_path):
    names = [str(number) for number in range(8)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: mark(tmp_path, name), names))

    assert owner_of(tmp_path) in names
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_a_store_that_came_second_while_it_looked_is_refused(ctx, monkeypatch):
    def faster(directory, store):
        mark(directory, "another")
        mark(directory, store)

    monkeypatch.setattr("syndicator.pipeline.ownership.mark", faster)

    with pytest.raises(PublishRefused, match="another"):
        take_directory(ctx)


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def unknown(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", unknown)

    mark(tmp_path, "me")

    assert owner_of(tmp_path) == "me"
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


@pytest.mark.parametrize("stands", ["link", "directory"])
def test_what_is_no_file_in_its_place_is_refused(ctx, public, stands):
    public.mkdir()
    if stands == "link":
        (public / MARKER).symlink_to("nowhere")
    else:
        (public / MARKER).mkdir()

    with pytest.raises(PublishRefused, match=MARKER):
        publish(ctx, NOON)

    assert [path.name for path in public.iterdir()] == [MARKER]


def test_a_directory_that_was_left_with_files_is_told_of(ctx, public, tmp_path):
    publish(ctx, NOON)
    now = context(ctx.engine, tmp_path / "new")
    untold = left(ctx)

    before = left(now)
    publish(now, NOON)

    assert untold == []
    assert before == left(now)
    assert str(public) in before[0]
    assert str(tmp_path / "new") in before[0]


def test_every_directory_that_was_left_is_told_of_and_none_that_is_used_again(ctx, tmp_path):
    places = [context(ctx.engine, tmp_path / name) for name in ("public", "b", "c", "b")]
    for place in places:
        publish(place, NOON)

    assert [told.split()[0] for told in left(places[-1])] == [
        str(tmp_path / "public"),
        str(tmp_path / "c"),
    ]


def test_who_returns_to_a_directory_finds_nothing_of_the_time_between(ctx, other, public, tmp_path):
    """By the same configuration: a link that leads elsewhere, or the other store's turn."""
    index = public / "index.html"
    publish(ctx, NOON)
    right = index.read_bytes()
    (public / MARKER).unlink()
    publish(other, NOON)
    index.write_text("the other's")
    (public / MARKER).unlink()

    publish(ctx, NOON)
    back = index.read_bytes()
    public.rename(tmp_path / "first")
    (tmp_path / "second").mkdir()
    for target in ("second", "first"):
        public.unlink(missing_ok=True)
        public.symlink_to(target)
        (tmp_path / "first" / "index.html").write_text("as it was then")
        publish(ctx, NOON)

    assert back == right
    assert index.read_bytes() == right


def cleared(public):
    for path in sorted(public.rglob("*"), reverse=True):
        path.unlink() if path.is_file() and path.name != MARKER else None


@pytest.mark.parametrize(
    "clear",
    [
        pytest.param(lambda public: public.rename(public.with_name("away")), id="moved"),
        pytest.param(cleared, id="emptied-but-for-the-marker"),
        pytest.param(lambda public: (public / MARKER).unlink(), id="to-stay-as-it-is"),
        pytest.param(lambda public: (public / MARKER).write_text("b"), id="now-of-another-store"),
    ],
)
def test_a_directory_that_was_cleared_is_not_told_of(ctx, public, tmp_path, clear):
    publish(ctx, NOON)
    now = context(ctx.engine, tmp_path / "new")

    clear(public)

    assert left(now) == []


@pytest.mark.parametrize("spelt", ["{0}/", "{0}/./", "{0}/../public", "{1}/link", "public"])
def test_another_spelling_is_the_same_directory(ctx, public, tmp_path, monkeypatch, spelt):
    publish(ctx, NOON)
    (tmp_path / "link").symlink_to(public)
    monkeypatch.chdir(tmp_path)
    again = context(ctx.engine, spelt.format(public, tmp_path))

    publish(again, NOON)

    assert left(again) == []
    with reading(ctx.engine) as tx:
        assert json.loads(facts.fact(tx, "directories")) == [str(public)]


def test_a_relative_path_means_another_directory_elsewhere(engine, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    ctx = context(engine, "public")
    monkeypatch.chdir(tmp_path)
    publish(ctx, NOON)
    monkeypatch.chdir("elsewhere")

    publish(ctx, NOON)

    (told,) = left(ctx)
    assert told.startswith(f"{tmp_path}/public ")
