"""How much of a document is read, whichever reader reads it.  Pure.

Real feeds stay far below these bounds; a hostile one must not cost more than they allow.
"""

MAX_ITEMS = 2000
MAX_CATEGORIES = 50
"""Of one item."""
MAX_CONTENT = 1_000_000
"""Characters of one text; what is longer is cut."""
MAX_DEPTH = 256
"""Elements within each other."""
MAX_PREFIXES = 200
MAX_ATTRIBUTES = 200
"""Of one element."""
MAX_TITLE = 500
"""Characters."""
MAX_ID = 2000
"""Characters of an id, and of a line that is no title: a name, a category, a copyright line."""
MAX_LINKS = 50
"""Links, persons, media and hubs that are read in one place."""
MAX_COUNTERS = 5
"""Page counters of an item that are remembered."""

LENGTHS = {"content": MAX_CONTENT, "description": MAX_CONTENT, "summary": MAX_CONTENT}
LENGTHS |= {"info": 5000, "subtitle": 5000, "tagline": 5000, "title": 5000, "rights": 5000}
LENGTHS |= {"author": 300, "name": 300, "email": 300, "publisher": 300, "contributor": 300}
LENGTHS |= dict.fromkeys(("published", "updated", "created", "expired", "dc_date"), 100)
"""Characters of the text of an element; the strict reader declines what is longer, feedparser's
is cut."""
OTHER_LENGTH = 3000
"""Characters of what ``LENGTHS`` does not name."""
