"""How files get onto the disk: whole or not at all, and only where something changed."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.errors import PublishRefused
from syndicator.publish import remove_output, sweep_temporaries, write_output


def everything_in(directory):
    return sorted(str(p.relative_to(directory)) for p in directory.rglob("*"))


def test_a_file_is_written_with_its_directories(tmp_path):
    path = tmp_path / "public" / "themes" / "bridges.atom"

    assert write_output(path, b"<feed/>") is True

    assert path.read_bytes() == b"<feed/>"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert everything_in(tmp_path / "public") == ["themes", "themes/bridges.atom"]


def test_everybody_may_read_it_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        write_output(tmp_path / "a", b"x")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_the_same_bytes_leave_the_file_untouched(tmp_path):
    path = tmp_path / "all.rss"
    write_output(path, b"same")
    before = path.stat()

    assert write_output(path, b"same") is False

    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("body", [b"other", b"sama", b""], ids=["longer", "as-long", "empty"])
def test_other_bytes_replace_the_file_as_a_whole(tmp_path, body):
    path = tmp_path / "all.rss"
    write_output(path, b"same")
    with path.open("rb") as reader:
        assert write_output(path, body) is True

        assert reader.read() == b"same", "who has the old file open reads it to its end"
    assert path.read_bytes() == body


def test_a_link_in_the_place_of_the_file_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    path = tmp_path / "all.rss"
    path.symlink_to(secret)

    with pytest.raises(PublishRefused):
        write_output(path, b"new")
    with pytest.raises(PublishRefused):
        remove_output(path)

    assert secret.read_bytes() == b"secret"
    assert path.is_symlink()


def test_a_directory_that_leads_elsewhere_is_refused(tmp_path):
    root, elsewhere = tmp_path / "public", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "themes").symlink_to(elsewhere, target_is_directory=True)

    with pytest.raises(PublishRefused):
        write_output(root / "themes" / "x.rss", b"new", root=root)

    assert list(elsewhere.iterdir()) == []


def test_the_publish_directory_itself_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    root = tmp_path / "public"
    root.symlink_to(tmp_path / "disk", target_is_directory=True)

    assert write_output(root / "themes" / "x.rss", b"new", root=root)

    assert (tmp_path / "disk/themes/x.rss").read_bytes() == b"new"


def test_a_path_that_climbs_out_is_refused(tmp_path):
    with pytest.raises(PublishRefused):
        write_output(tmp_path / "public" / ".." / "x", b"new")

    assert everything_in(tmp_path) == []


def test_a_directory_in_the_place_of_the_file_is_refused_and_leaves_no_rest(tmp_path):
    (tmp_path / "all.rss").mkdir()

    with pytest.raises(PublishRefused):
        write_output(tmp_path / "all.rss", b"new")

    assert everything_in(tmp_path) == ["all.rss"]


def test_a_disk_that_refuses_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "all.rss"
    write_output(path, b"old")

    def refuse(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(PublishRefused, match="No space left"):
        write_output(path, b"new")

    assert path.read_bytes() == b"old"
    assert everything_in(tmp_path) == ["all.rss"]


def test_removing_says_whether_there_was_anything(tmp_path):
    path = tmp_path / "themes" / "x.rss"
    write_output(path, b"x")

    assert remove_output(path) is True
    assert remove_output(path) is False
    assert remove_output(tmp_path / "never" / "was") is False


KILLED = """
import os, sys
from pathlib import Path
from syndicator.publish import write_output
os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
write_output(Path(sys.argv[1]), b"half")
"""


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path):
    path = tmp_path / "themes" / "x.rss"
    write_output(path, b"whole")
    (tmp_path / ".syndicator-notes.tmp").write_bytes(b"the operator's own")
    project = Path(__file__).parents[2]

    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=project, check=False)

    assert killed.returncode == -9
    assert path.read_bytes() == b"whole"
    assert len(list(path.parent.iterdir())) == 2, "the kill must have come in the middle"
    assert sweep_temporaries(tmp_path) == 1
    assert everything_in(tmp_path) == [".syndicator-notes.tmp", "themes", "themes/x.rss"]


def test_the_file_of_a_process_that_still_writes_is_left_to_it(tmp_path):
    writing = tmp_path / f".syndicator-{os.getppid()}-abc123.tmp"
    writing.write_bytes(b"ha")

    assert sweep_temporaries(tmp_path) == 0

    assert writing.exists()


def test_a_directory_that_is_not_there_has_nothing_to_sweep(tmp_path):
    assert sweep_temporaries(tmp_path / "never") == 0
