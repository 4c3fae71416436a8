"""Was this item read before?  Pure.

An item is told by a digest of what a reader found in its element, and of all that is said
for it elsewhere in the document: what is written the same way means the same.
"""

from hashlib import blake2b

from syndicator.model.feed import KnownItems

NOTHING_KNOWN = KnownItems()


class Digests:
    """The digests of the items of one document."""

    def __init__(self, known: KnownItems, *said_for_all: object) -> None:
        self._known = known
        self._common = blake2b(repr((known.reader, said_for_all)).encode(), digest_size=16)

    def of(self, *item: object) -> str:
        """Return the digest of *item*: values of plain types, in a fixed order."""
        digest = self._common.copy()
        digest.update(repr(item).encode())
        return digest.hexdigest()

    def is_known(self, digest: str, *names: str | None) -> bool:
        """Say whether an item with this *digest* need not be read.

        Without one of the *names* only its text can tell which entry it is.
        """
        return digest in self._known.keys and any(names)
