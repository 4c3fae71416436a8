"""Which entries are copies of one work, and which copy stands for it?  Pure.

``sketch`` gives the few numbers by which a store finds the texts that may be the same;
``same_work`` compares two texts and decides; ``addresses`` names the pages that an entry
says it is a copy of; ``choose`` picks the copy that leads, ``also_at``
names the others.
"""

from syndicator.dedupe.addresses import address_marks, are_numbered_apart, are_told_apart
from syndicator.dedupe.choice import choose
from syndicator.dedupe.compare import (
    Text,
    contains,
    contradict,
    read_text,
    same_work,
    similar_titles,
)
from syndicator.dedupe.others import also_at
from syndicator.dedupe.shingles import every_mark, sketch

__all__ = [
    "Text",
    "address_marks",
    "also_at",
    "are_numbered_apart",
    "are_told_apart",
    "choose",
    "contains",
    "contradict",
    "every_mark",
    "read_text",
    "same_work",
    "similar_titles",
    "sketch",
]
