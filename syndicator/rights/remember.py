"""What was already worked out for these very objects?  Pure to its callers.

Values keyed by the identity of what they were made from: frozen objects that never change,
too large to be hashed for every decision.  The objects are held, so an identity cannot pass
to another one, and the oldest entry goes when the table is full.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    """A small table of values made from frozen objects."""

    def __init__(self, *, size: int) -> None:
        self._size = size
        self._held: OrderedDict[tuple[int, ...], tuple[tuple[object, ...], _Value]] = OrderedDict()

    def get(self, made_from: tuple[object, ...], make: Callable[[], _Value]) -> _Value:
        """Return the value for the objects *made_from*; *make* it where there is none."""
        key = tuple(map(id, made_from))
        held = self._held.get(key)
        if held is not None:
            return held[1]
        value = make()
        self._held[key] = (made_from, value)
        while len(self._held) > self._size:
            try:
                self._held.popitem(last=False)
            except KeyError:  # another thread emptied it first
                break
        return value
