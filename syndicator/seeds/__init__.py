"""Which articles did the operator put into the seeds directory?  Edge.

Reads every ``*.md``, ``*.markdown`` and ``*.txt`` below it: Markdown with front matter,
or the print layout of a republished article (docs/seeds.md).  A file that cannot be read
is named with its line and what would be right, and the others are read all the same.
"""

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

from syndicator.errors import SeedError
from syndicator.markup import xml_safe
from syndicator.seeds.front import has_front
from syndicator.seeds.markdown import read_markdown
from syndicator.seeds.printed import is_printed, read_printed
from syndicator.seeds.seed import Seed, SeedReport

__all__ = ["Seed", "SeedReport", "load_seeds"]

SUFFIXES = frozenset({".md", ".markdown", ".txt"})
MAX_FILE = 2_000_000
"""Octets of a file; a longer one is no article."""


def load_seeds(directory: Path) -> SeedReport:
    """Return the articles of all files below *directory*, in the order of their paths.

    Hidden files are left alone; other kinds of files are warned of.  Nothing is raised:
    what cannot be read is in the report.
    """
    if not directory.is_dir():
        return SeedReport(warnings=(f"{directory}: there is no such seeds directory",))
    seeds: dict[str, Seed] = {}
    mistakes: list[SeedError] = []
    warnings: list[str] = []
    for path, file in _files(directory):
        if file.suffix.lower() not in SUFFIXES:
            warnings.append(f"{path}: was not read; articles end in {', '.join(sorted(SUFFIXES))}")
            continue
        found, odd = _read(path, file)
        warnings += odd
        if isinstance(found, tuple):
            mistakes += found
            continue
        first = seeds.setdefault(str(found.entry.id), found)
        if first is not found:
            mistakes.append(_twice(path, first))
    return SeedReport(
        seeds=tuple(seeds.values()), mistakes=tuple(mistakes), warnings=tuple(warnings)
    )


def read_seed(path: str, text: str) -> tuple[Seed | tuple[SeedError, ...], tuple[str, ...]]:
    """Return the article in *text* or its mistakes, and what looks odd about it.

    Args:
        path: of the file, relative to the seeds directory, with ``/`` between its parts.
        text: the whole file.
    """
    text = xml_safe(text.replace("\r\n", "\n").replace("\r", "\n"))
    if has_front(text):
        return read_markdown(path, text), ()
    if is_printed(text):
        found, odd = read_printed(path, text)
        return ((found,), ()) if isinstance(found, SeedError) else (found, odd)
    problem = (
        "line 1: begins neither with front matter (a line ---) nor with the lines of a"
        " printed article (# Title, By ..., Publisher, March 4, 2026)"
    )
    return (SeedError(path, problem),), ()


def _files(directory: Path) -> Iterator[tuple[str, Path]]:
    found = []
    for file in directory.rglob("*"):
        parts = file.relative_to(directory).parts
        if not any(part.startswith(".") for part in parts) and not file.is_dir():
            # One file has one name on every system: macOS hands out accents taken apart.
            found.append((normalize("NFC", "/".join(parts)), file))
    yield from sorted(found)


def _read(path: str, file: Path) -> tuple[Seed | tuple[SeedError, ...], tuple[str, ...]]:
    try:
        if file.stat().st_size > MAX_FILE:
            return (SeedError(path, f"is longer than {MAX_FILE:,} bytes: no article is"),), ()
        return read_seed(path, file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return (SeedError(path, f"line {line}: is not UTF-8; save the file in that encoding"),), ()
    except OSError as error:
        return (SeedError(path, f"cannot be opened: {error.strerror}"),), ()


def _twice(path: str, first: Seed) -> SeedError:
    problem = f"id: {first.entry.id} is taken by {first.path}; give one of them an id of its own"
    return SeedError(path, problem)
