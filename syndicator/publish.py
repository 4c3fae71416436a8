"""How published files get onto the disk.  Edge.

A reader sees the old file or the new one, never half of one: the body goes to a
temporary file beside the target, is flushed to the disk, and takes the target's name in
one step (POSIX ``rename``).  A file whose bytes would not change is not touched, so its
``Last-Modified`` stays true.

A directory belongs to one store, which the file :data:`MARKER` in it names.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from syndicator.errors import PublishRefused

MODE = 0o644
"""Everybody may read what is published."""

MARKER = ".syndicator-store"
"""Holds the id of the store whose files these are; hidden, so that nobody takes it for one."""

_TEMPORARY = re.compile(r"\.syndicator-(?P<pid>\d+)-\w+\.tmp\Z")


def make_root(directory: Path) -> None:
    """Make the publish *directory*, if there is none yet.

    Raises:
        PublishRefused: the disk refused, or a file stands in its place.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishRefused(
            "publish.directory", f"{directory} cannot be made: {error.strerror}"
        ) from error


def owner_of(directory: Path) -> str:
    """Return the id of the store that publishes into *directory*; nothing: none does yet.

    Raises:
        PublishRefused: the file that says so cannot be read.
    """
    path = directory / MARKER
    try:
        return path.read_text("utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise PublishRefused(str(path), f"cannot be read: {error.strerror}") from error


def mark(directory: Path, store: str) -> None:
    """Name *store* as the owner of *directory*, unless one is named there by now.

    Raises:
        PublishRefused: as for `write_output`.
    """
    path = directory / MARKER
    _require_inside(path, directory)
    with _refusing(path), _temporary(path, f"{store}\n".encode()) as file:
        # Of two that begin at the same time one comes second: a link replaces nothing.
        with suppress(OSError):
            path.hardlink_to(file)
        # Where files have one name only there is none yet; and an empty one names nobody.
        if not owner_of(directory):
            file.replace(path)
        _sync_directory(directory)


def write_output(path: Path, body: bytes, *, root: Path | None = None) -> bool:
    """Write *body* to *path* in one step; return False where the file has these bytes already.

    Missing directories are made.  With *root*, nothing is written outside of it, also not
    through a symbolic link.

    Raises:
        PublishRefused: *path* is a link or leads out of *root*, or the disk refused; the
            previous file is as it was.
    """
    _require_inside(path, root)
    with _refusing(path):
        if _holds(path, body):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, body)
        _sync_directory(path.parent)
    return True


def remove_output(path: Path, *, root: Path | None = None) -> bool:
    """Take the published file *path* away; return False where there was none.

    Raises:
        PublishRefused: as for `write_output`.
    """
    _require_inside(path, root)
    with _refusing(path):
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        _sync_directory(path.parent)
    return True


def sweep_temporaries(directory: Path) -> int:
    """Remove what killed runs left half-written below *directory*; return how many files.

    Files of another process that is still running are left to it.
    """
    swept = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            match = _TEMPORARY.match(name)
            if match and not _is_running_elsewhere(int(match["pid"])):
                with suppress(FileNotFoundError):
                    Path(folder, name).unlink()
                    swept += 1
    return swept


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise PublishRefused(
            str(path), f"cannot be written or removed: {why}; the rest waits for it, too"
        ) from error


def _require_inside(path: Path, root: Path | None) -> None:
    if ".." in path.parts:
        raise PublishRefused(str(path), "the path climbs out of its directory")
    if path.is_symlink():
        raise PublishRefused(str(path), "a symbolic link stands in the place of the file")
    if root is not None and not path.parent.resolve().is_relative_to(root.resolve()):
        raise PublishRefused(str(path), f"a symbolic link leads out of {root}")


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except FileNotFoundError:
        return False


def _replace(path: Path, body: bytes) -> None:
    with _temporary(path, body) as file:
        file.replace(path)


@contextmanager
def _temporary(path: Path, body: bytes) -> Iterator[Path]:
    """Yield a file beside *path* that holds *body*, safe on the disk; it does not stay."""
    prefix = f".syndicator-{os.getpid()}-"
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    # Without this a power cut may undo the rename although the file itself is safe.
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_running_elsewhere(pid: int) -> bool:
    if pid == os.getpid():  # a container's restart gives the same number to the next life
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
