"""New sources and publishers as YAML, and into the files without touching what is there.  Edge.

The files belong to the operator: text is added at the end of a section, comments and order
stay, and nothing is written unless the whole configuration is right with it.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from syndicator.config import load_config
from syndicator.config.references import escape_references
from syndicator.errors import ConfigError

_NEXT_SECTION = re.compile(r"(?m)^[A-Za-z]")
_COMMENTS_AT_END = re.compile(r"(?m)(?:^(?:#.*)?\n)*\Z")
_INDENT = re.compile(r"(?m)^( *)(?:- |[^\s#-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source that is to be added."""

    id: str
    feed: str
    publisher: str
    title: str | None = None
    language: str | None = None
    policy: str | None = None
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids of themes, regions and reports, by section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublisher:
    """A publisher that is to be added, without a policy: headline and link only."""

    id: str
    name: str
    domain: str | None = None


def sources_yaml(sources: Iterable[NewSource]) -> str:
    """Return *sources* as entries of the section, without its key."""
    return "".join(_source(source) for source in sources)


def publishers_yaml(publishers: Iterable[NewPublisher]) -> str:
    """Return *publishers* as entries of the section, without its key."""
    return "".join(_publisher(publisher) for publisher in publishers)


def add_to_files(
    directory: Path, environ: Mapping[str, str], *, sources: str, publishers: str
) -> list[Path]:
    """Append the entries to the files in *directory*; return the files that changed.

    Raises:
        ConfigError: with them the configuration would be wrong; nothing was written.
    """
    place = directory / "sources.yaml"
    described = directory / "publishers.yaml"
    texts = {place: _text(place)}
    home = described if "publishers:" in _text(described) else place
    texts.setdefault(home, _text(home))
    before = dict(texts)
    texts[place] = _added(place, texts[place], "sources", sources)
    texts[home] = _added(home, texts[home], "publishers", publishers)
    changed = {path: text for path, text in texts.items() if text != before[path]}
    _check(directory, environ, changed)
    # Publishers first: a publisher without a source is harmless, a source without one is not.
    for path in sorted(changed, key=lambda path: path == place):
        _replace(path, changed[path])
    return sorted(changed)


def _source(source: NewSource) -> str:
    lines = [f"  - id: {source.id}"]
    if source.title:
        lines.append(f"    title: {_quoted(source.title)}")
    lines += [f"    feed: {_quoted(source.feed)}", f"    publisher: {source.publisher}"]
    lines += [f"    {axis}: [{', '.join(ids)}]" for axis, ids in source.places.items()]
    if source.language:
        lines.append(f"    language: {_quoted(source.language)}")
    if source.policy:
        lines.append(f"    policy: {source.policy}  # headline and link only, until you decide")
    return "\n".join(lines) + "\n"


def _publisher(publisher: NewPublisher) -> str:
    lines = [f"  {publisher.id}:", f"    name: {_quoted(publisher.name)}"]
    if publisher.domain:
        lines.append(f"    domains: [{_quoted(publisher.domain)}]")
    lines.append("    # policy:  what it permits; without one only headline and link are shown")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # What comes from a feed is never a reference to the operator's secrets.
    text = escape_references(text)
    plain = re.fullmatch(r"[A-Za-z][\w ./:?=&-]*\w/?", text) and ": " not in text
    if plain and yaml.safe_load(text) == text and text.casefold() not in {"yes", "no", "on", "off"}:
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6).strip()


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _added(path: Path, text: str, section: str, entries: str) -> str:
    """Return *text* with *entries* at the end of *section*."""
    if not entries:
        return text
    # An empty list is a section without entries.
    text = re.sub(rf"(?m)^({section}:)[ \t]*(?:\[\s*\]|\{{\s*\}})(?=[ \t]*(?:#.*)?$)", r"\1", text)
    found = re.search(rf"(?m)^{section}:[ \t]*(?:#.*)?$", text)
    if found is None:
        return _with_section(path, text, section, entries)
    head, rest = text[: found.end() + 1], text[found.end() + 1 :]
    following = _NEXT_SECTION.search(rest)
    body = rest[: following.start()] if following else rest
    # Comments that stand right above the next section belong to that one.
    kept = _COMMENTS_AT_END.sub("", body) if following else body.rstrip()
    kept = _ended(kept) if kept else ""
    tail = rest[len(kept) :] if following else ""
    gap = "\n" if kept.strip() else ""
    return f"{_ended(head)}{kept}{gap}{_indented_as(kept, entries)}{tail}"


def _with_section(path: Path, text: str, section: str, entries: str) -> str:
    """Return *text*, in which *section* does not begin a line alone, with it at the end."""
    if re.search(rf"(?m)^{section}:", text):
        problem = "is written in one line: put its entries on lines of their own first"
        raise ConfigError([f"{path}: {section}: {problem}"])
    gap = "\n" if text.strip() else ""
    return f"{text.rstrip()}\n{gap}{section}:\n{entries}".lstrip("\n")


def _indented_as(kept: str, entries: str) -> str:
    """Return *entries* as far to the right as those that the section has already."""
    indent = _INDENT.search(kept)
    return re.sub(r"(?m)^  ", indent[1] if indent else "  ", entries)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _check(directory: Path, environ: Mapping[str, str], changed: Mapping[Path, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        for path in sorted(directory.iterdir()) if directory.is_dir() else ():
            if path.suffix in {".yaml", ".yml"} and path.is_file():
                shutil.copyfile(path, trial / path.name)
        for path, text in changed.items():
            (trial / path.name).write_text(text, "utf-8")
        try:
            load_config(trial, environ)
        except ConfigError as error:
            told = [mistake.replace(str(trial), str(directory)) for mistake in error.mistakes]
            raise ConfigError(told) from error


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode if path.exists() else 0o644
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.chmod(mode & 0o777)
    temporary.replace(path)
