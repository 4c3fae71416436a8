"""What ``${NAME}`` and ``${file:/path}`` in the configuration stand for.  Edge (reads files).

Secrets come from the environment or from a file, never from the YAML itself.  ``$${`` is
a literal ``${``.
"""

import re
from collections.abc import Mapping
from pathlib import Path

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class BrokenReference(Exception):
    """A reference cannot be followed; the text says which and why."""


def is_reference(text: str) -> bool:
    """Tell whether *text* contains a reference (or an escaped one)."""
    return "${" in text


def follow_references(text: str, environ: Mapping[str, str]) -> str:
    """Return *text* with every reference replaced by what it stands for.

    Raises:
        BrokenReference: a variable or file is missing, or the reference is malformed.
    """

    def value(found: re.Match[str]) -> str:
        if found.group() == "$${":
            return "${"
        if not found.group().endswith("}"):
            raise BrokenReference("a reference begins with ${ and has no }: close it")
        return _value(found.group(1), environ)

    return _REFERENCE.sub(value, text)


def escape_references(text: str) -> str:
    """Return *text* so that :func:`follow_references` gives it back."""
    return text.replace("${", "$${")


def _value(name: str, environ: Mapping[str, str]) -> str:
    if name.startswith("file:"):
        return _content(name.removeprefix("file:"))
    if not _NAME.fullmatch(name):
        raise BrokenReference(f"${{{name}}} is no reference: write ${{NAME}} or ${{file:/path}}")
    if name not in environ:
        raise BrokenReference(f"the environment variable {name} is not set: set it")
    value = environ[name]
    if not value.isprintable():
        # Octets that are not UTF-8 arrive as lone surrogates, which nothing can store.
        raise BrokenReference(f"the environment variable {name} holds unprintable characters")
    return value


def _content(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise BrokenReference(f"the file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BrokenReference(f"the file {path} is not UTF-8 text") from error
    except ValueError as error:
        raise BrokenReference(f'"{path!r}" is no path') from error
