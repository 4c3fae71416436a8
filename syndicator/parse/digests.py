"""Was this item read before?  Pure.

An item is told by a digest of what a reader found in its element, and of all that is said
for it elsewhere in the document: what is written the same way means the same.
"""

import marshal
from hashlib import blake2b
from typing import Any

from syndicator.model.feed import KnownItems

NOTHING_KNOWN = KnownItems()
# The last one without references between values, which differ from run to run.
_MARSHAL_VERSION = 2


class Digests:
    """The digests of the items of one document."""

    def __init__(self, known: KnownItems, *said_for_all: object) -> None:
        self._known = known
        self._common = blake2b(repr((known.reader, said_for_all)).encode(), digest_size=16)

    def of(self, *item: object) -> str:
        """Return the digest of *item*: values of plain types, in a fixed order."""
        digest = self._common.copy()
        digest.update(_written(item))
        return digest.hexdigest()

    def is_known(self, digest: str, *names: str | None) -> bool:
        """Say whether an item with this *digest* need not be read.

        Without one of the *names* only its text can tell which entry it is.
        """
        return digest in self._known.keys and any(names)


def _written(item: Any) -> bytes:  # noqa: ANN401
    """Return *item* in octets; two that differ in anything are written differently."""
    try:
        return marshal.dumps(item, _MARSHAL_VERSION)
    except ValueError:
        # A dictionary of feedparser's own kind is none of those that marshal knows.
        return repr(item).encode("utf-8", "surrogatepass")
