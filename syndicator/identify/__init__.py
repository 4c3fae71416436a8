"""Which entry is this, under whatever id it comes, and did it change?  Pure.

``keys`` tells the entries of one source apart, ``aliases`` recognises one that comes under
another name, ``changes`` compares it with what was known, and ``terms`` what it says on rights.
"""

from syndicator.identify.changes import (
    MAX_EDITS,
    Changes,
    DraftOf,
    Known,
    Taken,
    accepted_edits,
    compare,
    content_hash,
    draft,
    sort_date,
    steady,
    with_terms,
)
from syndicator.identify.keys import (
    article_id,
    article_keys,
    identify,
    keyed,
    own_key,
    with_link,
    with_title,
)

__all__ = [
    "MAX_EDITS",
    "Changes",
    "DraftOf",
    "Known",
    "Taken",
    "accepted_edits",
    "article_id",
    "article_keys",
    "compare",
    "content_hash",
    "draft",
    "identify",
    "keyed",
    "own_key",
    "sort_date",
    "steady",
    "with_link",
    "with_terms",
    "with_title",
]
