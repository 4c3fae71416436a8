"""What all YAML files of a directory say together, and where each value stands.  Edge.

Files are merged by top-level key: lists are put one after the other, mappings by id
(publishers, policies) are joined, and all other sections are joined key by key.  A key
or an id that is given twice is a mistake that names both places.
"""

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import get_origin, get_type_hints

from syndicator.config.mistakes import KeyPath, Mistake, Place, Value, did_you_mean, listed, quoted
from syndicator.config.references import BrokenReference, follow_references, is_reference
from syndicator.config.yaml import Mapping, Node, Scalar, Sequence, read_yaml
from syndicator.model.settings import Config

_HINTS = get_type_hints(Config)
SECTIONS: AbstractMapping[str, object] = {f.name: _HINTS[f.name] for f in fields(Config)}
LISTS = frozenset(name for name, hint in SECTIONS.items() if get_origin(hint) is tuple)

MOST_VALUES = 500_000
"""Values in one configuration; far above any real one, far below the memory's end."""


@dataclass(slots=True)
class Tree:
    """The merged values; grows while the files are read, then only read."""

    directory: str
    environ: AbstractMapping[str, str]
    values: dict[str, Value] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    written: dict[KeyPath, str] = field(default_factory=dict)
    """Texts with references, as they stand in the file: what a message may repeat."""
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, path: KeyPath) -> Place:
        """Return where *path* stands, or for a missing key where its parent stands."""
        for length in range(len(path), 0, -1):
            if known := self.places.get(path[:length]):
                return Place(known.file, known.line, known.key + path[length:])
        return Place(self.directory, None, path)

    def report(self, path: KeyPath, problem: str) -> None:
        """Note that the value at *path* is wrong."""
        self.mistakes.append(Mistake(self.place(path), problem))

    def shown(self, path: KeyPath, value: Value) -> str:
        """Return *value* for a message; never what a reference stands for."""
        return quoted(self.written.get(path, value))


def select(value: Value, pattern: str) -> Iterator[tuple[KeyPath, Value]]:
    """Yield path and value of all that *pattern* names; what is not there is left out."""
    yield from _select(value, tuple(pattern.split(".")), ())


def _select(value: Value, parts: tuple[str, ...], path: KeyPath) -> Iterator[tuple[KeyPath, Value]]:
    if not parts:
        yield path, value
    elif isinstance(value, dict):
        for key in value if parts[0] == "*" else value.keys() & {parts[0]}:
            yield from _select(value[key], parts[1:], (*path, key))
    elif isinstance(value, list) and parts[0] == "*":
        for number, inner in enumerate(value):
            yield from _select(inner, parts[1:], (*path, number))


@dataclass(frozen=True, slots=True)
class _At:
    """A position in the merged tree and the same one as the file's reader counts it."""

    file: str
    path: KeyPath
    key: KeyPath

    def child(self, part: str | int) -> "_At":
        return _At(self.file, (*self.path, part), (*self.key, part))


def read_tree(directory: Path, environ: AbstractMapping[str, str]) -> Tree:
    """Return the merged content of every ``*.yaml`` and ``*.yml`` file in *directory*."""
    tree = Tree(str(directory), environ)
    for file in _files(directory, tree):
        match read_yaml(file):
            case Mistake() as mistake:
                tree.mistakes.append(mistake)
            case Mapping() as content:
                _merge(tree, content, _At(str(file), (), ()))
            case None | Scalar(value=None):
                pass
            case other:
                problem = "must be a mapping of sections, such as sources: and themes:"
                tree.mistakes.append(Mistake(Place(str(file), other.line), problem))
        if len(tree.places) > MOST_VALUES:
            problem = f"holds more than {MOST_VALUES} values, aliases counted as often as used"
            tree.mistakes.append(Mistake(Place(str(file), None), problem))
            tree.values.clear()
            break
    return tree


def _files(directory: Path, tree: Tree) -> list[Path]:
    try:
        names = sorted(path for path in directory.iterdir() if path.suffix in {".yaml", ".yml"})
    except FileNotFoundError:
        tree.report((), "there is no such directory: name it with --config or create it")
        return []
    except OSError as error:
        tree.report((), f"cannot be read as a directory: {error.strerror}")
        return []
    # Editors keep their unsaved copies under hidden names; a shell's *.yaml has none of them.
    files = [path for path in names if not path.name.startswith(".")]
    if not files:
        tree.report((), "has no *.yaml file: copy the shipped ones there")
    return files


def _merge(tree: Tree, content: Mapping, at: _At) -> None:
    for name, node in _pairs(tree, content, at):
        here = at.child(name)
        if name not in SECTIONS:
            known = f"known sections: {listed(SECTIONS, 20)}"
            problem = f"unknown key; {did_you_mean(name, SECTIONS, known)}"
            tree.mistakes.append(Mistake(Place(at.file, node.line, here.key), problem))
        elif isinstance(node, Scalar) and node.value is None:
            tree.places.setdefault(here.path, Place(at.file, node.line, here.key))
        elif name in LISTS:
            _append(tree, name, node, here)
        else:
            _join(tree, name, node, here)


def _append(tree: Tree, name: str, node: Node, at: _At) -> None:
    if not isinstance(node, Sequence):
        problem = "must be a list: begin each entry with a hyphen"
        tree.mistakes.append(Mistake(Place(at.file, node.line, at.key), problem))
        return
    tree.places.setdefault(at.path, Place(at.file, node.line, at.key))
    entries = tree.values.setdefault(name, [])
    if isinstance(entries, list):
        for number, item in enumerate(node.items):
            here = _At(at.file, (name, len(entries)), (*at.key, number))
            entries.append(_graft(tree, item, here))


def _join(tree: Tree, name: str, node: Node, at: _At) -> None:
    if not isinstance(node, Mapping):
        problem = "must be a mapping: keys with values below it"
        tree.mistakes.append(Mistake(Place(at.file, node.line, at.key), problem))
        return
    tree.places.setdefault(at.path, Place(at.file, node.line, at.key))
    section = tree.values.setdefault(name, {})
    if isinstance(section, dict):
        for key, value in _pairs(tree, node, at):
            here = at.child(key)
            if first := tree.places.get(here.path):
                problem = f"is given twice; first at {first}"
                tree.mistakes.append(Mistake(Place(at.file, value.line, here.key), problem))
            else:
                section[key] = _graft(tree, value, here)


def _graft(tree: Tree, node: Node, at: _At) -> Value:
    """Note the place of *node* and of all below it; return its value."""
    tree.places[at.path] = Place(at.file, node.line, at.key)
    if len(tree.places) > MOST_VALUES:
        return None  # read_tree says so; going on could exhaust the memory
    match node:
        case Scalar():
            return _text(tree, node, at)
        case Sequence():
            return [_graft(tree, item, at.child(n)) for n, item in enumerate(node.items)]
        case Mapping():
            return {k: _graft(tree, value, at.child(k)) for k, value in _pairs(tree, node, at)}


def _text(tree: Tree, node: Scalar, at: _At) -> Value:
    if node.problem:
        tree.report(at.path, node.problem)
    if not isinstance(node.value, str) or not is_reference(node.value):
        return node.value
    tree.written[at.path] = node.value
    try:
        return follow_references(node.value, tree.environ)
    except BrokenReference as error:
        tree.report(at.path, str(error))
        return node.value


def _pairs(tree: Tree, node: Mapping, at: _At) -> list[tuple[str, Node]]:
    """Return the keys and values of *node*; keys that are wrong are noted and left out."""
    seen: dict[str, Node] = {}
    for key, value in node.pairs:
        problem = _key_problem(key, seen)
        shown = str(key.value) if isinstance(key, Scalar) else ""
        if problem:
            place = Place(at.file, key.line, (*at.key, shown) if shown else at.key)
            tree.mistakes.append(Mistake(place, problem))
        elif isinstance(key, Scalar) and isinstance(key.value, str):
            # A list or mapping begins below its key: the reader looks for the key.
            seen[key.value] = _placed(value, key.line)
    return list(seen.items())


def _key_problem(key: Node, seen: AbstractMapping[str, Node]) -> str | None:
    if not isinstance(key, Scalar):
        return "a key must be plain text"
    if key.value == "<<":
        return "merge keys (<<) are not understood here: repeat the keys, or use an alias"
    if key.problem:
        return key.problem
    if not isinstance(key.value, str):
        return f'a key must be text: put it in quotes, "{quoted(key.value)}"'
    if key.value in seen:
        return f"is given twice; first on line {seen[key.value].line}"
    return None


def _placed(value: Node, line: int) -> Node:
    match value:
        case Scalar():
            return value if value.line == line else Scalar(line, value.value, value.problem)
        case Sequence():
            return Sequence(line, value.items)
        case Mapping():
            return Mapping(line, value.pairs)
