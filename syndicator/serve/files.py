"""The files of the publish directory, at hand with their validators.  Edge.

Only files with a known suffix are found, and only inside the directory: links out of it,
hidden and temporary files do not exist for a client.
"""

import errno
import gzip
import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from syndicator.render.gone import MARK

TYPES: Mapping[str, str] = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
"""Suffix -> media type of all that is served."""

GONE, HEAD = MARK.encode(), 500
"""What the head of a page says in the place of one that was withdrawn, and how far to look."""
CACHE_BYTES = 64_000_000
WORTH_PACKING = 500
"""Octets below which gzip gains nothing."""
_PLAIN = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")


@dataclass(frozen=True, slots=True)
class Published:
    """A file in memory: its bytes, plain and packed, and its validators (RFC 9110, 8.8)."""

    plain: bytes
    packed: bytes | None
    """gzip; None where that would not be smaller."""
    media_type: str
    digest: str
    modified: datetime
    gone: bool = False
    """It only says that what stood here was withdrawn."""

    def etag(self, *, packed: bool) -> str:
        """Return the strong ETag of one of the two representations (RFC 9110, 8.8.3)."""
        return f'"{self.digest}-gz"' if packed else f'"{self.digest}"'


class Shelf:
    """The files of one directory, read when they change, within a bound of memory."""

    def __init__(self, directory: Path, *, cache_bytes: int = CACHE_BYTES) -> None:
        """Serve from *directory*; keep at most *cache_bytes* octets of it at hand."""
        self._directory = directory
        self._room = cache_bytes
        self._known: OrderedDict[tuple[str, int, int, int], Published] = OrderedDict()
        self._lock = Lock()

    @property
    def held(self) -> int:
        """Octets at hand."""
        return sum(map(_weight, self._known.values()))

    def find(self, name: str) -> Published | None:
        """Return the file *name* (a path as in a URL, without the first slash), if any."""
        path = self._locate(name)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                key = (name, status.st_mtime_ns, status.st_size, status.st_ino)
                with self._lock:
                    if key in self._known:
                        self._known.move_to_end(key)
                        return self._known[key]
                found = _pack(file.read(), path.suffix, status.st_mtime)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            return None
        with self._lock:
            self._keep(key, found)
        return found

    def _locate(self, name: str) -> Path | None:
        parts = name.split("/")
        if parts[-1] == "":
            parts[-1] = "index.html"
        if Path(parts[-1]).suffix not in TYPES or not all(map(_is_plain, parts)):
            return None
        try:
            root = self._directory.resolve(strict=True)
            path = root.joinpath(*parts).resolve(strict=True)
        except (FileNotFoundError, NotADirectoryError, PermissionError, RuntimeError):
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
                return None
            raise
        return path if path.is_relative_to(root) and path.suffix in TYPES else None

    def _keep(self, key: tuple[str, int, int, int], found: Published) -> None:
        # An older state of the same file is of no use to anybody any more.
        for old in [known for known in self._known if known[0] == key[0]]:
            self._room += _weight(self._known.pop(old))
        self._known[key] = found
        self._room -= _weight(found)
        while self._room < 0 and self._known:
            _, dropped = self._known.popitem(last=False)
            self._room += _weight(dropped)


def _is_plain(part: str) -> bool:
    return _PLAIN.fullmatch(part) is not None


def _pack(plain: bytes, suffix: str, modified: float) -> Published:
    packed = gzip.compress(plain, mtime=0) if len(plain) >= WORTH_PACKING else None
    return Published(
        plain=plain,
        packed=packed if packed and len(packed) < len(plain) else None,
        media_type=TYPES[suffix],
        digest=hashlib.sha256(plain).hexdigest()[:32],
        # HTTP knows whole seconds only.
        modified=datetime.fromtimestamp(int(modified), UTC),
        gone=suffix == ".html" and GONE in plain[:HEAD],
    )


def _weight(found: Published) -> int:
    return len(found.plain) + len(found.packed or b"")
