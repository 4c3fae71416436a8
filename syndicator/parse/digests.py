"""Was this item read before?  Pure.

An item is told by a digest of what a reader found in its element, and of all that is said
for it elsewhere in the document: what is written the same way means the same.
"""

from hashlib import blake2b

from syndicator.model.feed import KnownItems

NOTHING_KNOWN = KnownItems()
_LISTS = (list, tuple)


class Digests:
    """The digests of the items of one document."""

    def __init__(self, known: KnownItems, *said_for_all: object) -> None:
        self._known = known
        self._common = blake2b(repr((known.reader, said_for_all)).encode(), digest_size=16)

    def of(self, *item: object) -> str:
        """Return the digest of *item*: values of plain types, in a fixed order."""
        strings: list[str] = []
        _collect(item, strings)
        digest = self._common.copy()
        digest.update(repr([len(string) for string in strings]).encode())
        digest.update("".join(strings).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def is_known(self, digest: str, *names: str | None) -> bool:
        """Say whether an item with this *digest* need not be read.

        Without one of the *names* only its text can tell which entry it is.
        """
        return digest in self._known.keys and any(names)


def _collect(value: object, strings: list[str]) -> None:
    """Add to *strings* those in *value*, and signs of how they stand in it."""
    # Texts are most of an item: they are taken as they are, not written out.
    if isinstance(value, str):
        strings.append(value)
    elif isinstance(value, dict):
        strings.append("{")
        for key, part in value.items():
            strings.append(key)
            _collect(part, strings)
        strings.append("}")
    elif isinstance(value, _LISTS):
        strings.append("[")
        for part in value:
            _collect(part, strings)
        strings.append("]")
    else:
        strings.append(f"\0{value!r}")
