"""Publications to bytes, one module per format.  Pure.

Equal input gives equal bytes: no renderer reads the clock, the locale or the machine it
runs on.  A renderer sees what the decision lets out and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syndicator.model.entries import OutputFeed, Publication, Removal
from syndicator.render.atom import render_atom
from syndicator.render.gone import render_gone
from syndicator.render.html import render_html, render_index
from syndicator.render.jsonfeed import render_json
from syndicator.render.opml import OpmlOutline, outline, render_opml
from syndicator.render.rss import render_rss
from syndicator.render.vocabulary import FOLDERS, MEDIA_TYPES


class Renderer(Protocol):
    """What writes one format."""

    def __call__(
        self,
        feed: OutputFeed,
        publications: Sequence[Publication],
        *,
        updated: datetime,
        removals: Sequence[Removal] = (),
    ) -> bytes:
        """Return the document; raise PublishRefused, naming the item, where one cannot be."""


RENDERERS: Mapping[str, Renderer] = {
    "atom": render_atom,
    "rss": render_rss,
    "json": render_json,
    "html": render_html,
}
"""Format, which is the suffix of its files too, -> what writes it."""

__all__ = [
    "FOLDERS",
    "MEDIA_TYPES",
    "RENDERERS",
    "OpmlOutline",
    "Renderer",
    "outline",
    "render_atom",
    "render_gone",
    "render_html",
    "render_index",
    "render_json",
    "render_opml",
    "render_rss",
]
