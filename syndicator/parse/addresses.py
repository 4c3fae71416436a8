"""Where the addresses of one document lead.  Pure.

The same as ``urls.resolve``, but an address is worked out once for each document, and one
that is already in its final form, as nearly all are, is known by its looks.
"""

import re

from syndicator.parse.elements import unwrapped
from syndicator.urls import LONGEST, resolve

# No part of it is empty, relative or in need of an escape: joining would not change it.
_FINAL = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*+(?::[0-9]{1,4})?"
    r"(?:/[\w.~!$&'()*+,=:@%/-]*+)?(?:\?[\w.~!$&'()*+,=:@%/?-]++)?(?:#[\w.~!$&'()*+,=:@%/?-]++)?",
    re.ASCII,
)


class Addresses:
    """The addresses in a document at *base_url*."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._known: dict[str, str | None] = {}

    def absolute(self, href: object) -> str | None:
        """Return where *href* leads, to the web or to a mailbox; None if nowhere."""
        if not href:
            return None
        text = str(href)
        try:
            return self._known[text]
        except KeyError:
            found = self._known[text] = self._resolved(text)
            return found

    def page(self, href: object) -> str | None:
        """Return where *href* leads on the web."""
        url = self.absolute(href)
        return None if url is None or url[:7].lower() == "mailto:" else url

    def _resolved(self, href: str) -> str | None:
        if len(href) <= LONGEST and _FINAL.fullmatch(href):
            return href
        return resolve(self.base_url, unwrapped(href.strip()))
