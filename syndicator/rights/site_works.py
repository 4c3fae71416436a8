"""What an audit of the site knows of a work, a file and its owner.  Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from syndicator.model.entries import Axis, Entry, Publication
from syndicator.model.rights import Decision, Form
from syndicator.model.settings import Output
from syndicator.rights.readable import readable

REMOVED_CODES = frozenset({"TAKEDOWN", "RETRACTED", "EMBARGOED", "EMBARGO_UNDATED"})
"""Reasons for which a work must not be met anywhere, not even by its title."""

KEPT_BACK = "KEPT_BACK"
"""Reason for which a work is withheld by an editor's word, or because it waits for one."""

SHINGLE = 6
"""Words in a row that two texts rarely share by chance."""

WHOLE = 12
"""Words in a row that they never share by chance."""

_CAPTIONS = re.compile(r"<figcaption\b.*?</figcaption>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Which feed of which output a file belongs to."""

    output: Output
    axis: Axis
    slug: str
    format: str
    """atom, rss, json, html; ``index`` and ``opml`` for the lists of feeds."""

    @property
    def source_id(self) -> str | None:
        """The one source whose copies may stand in it; None: any copy."""
        return self.slug if self.axis == "source" and self.format not in {"index", "opml"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file as it lies in the publish directory."""

    path: str
    body: bytes
    owner: Owner | None
    """None: no configured feed has this name."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the rules say now about one work in one output."""

    copies: tuple[Entry, ...]
    entry: Entry
    """The copy that stands for the work."""
    decision: Decision
    publication: Publication | None
    """What may be seen of it; None where nothing may."""

    @property
    def is_withheld(self) -> bool:
        """Tell whether nothing of the work may be shown."""
        return self.decision.form is Form.WITHHELD

    @property
    def code(self) -> str:
        """The telling reason."""
        return self.decision.reasons[0].code if self.decision.reasons else ""

    @cached_property
    def text(self) -> tuple[str, ...]:
        """The stored words of the copy."""
        return stored_words(self.entry)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """The runs of the stored words, without those of the title."""
        return shingles(self.text) - shingles(self.entry.title.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A work that must not be met in an output."""

    id: str
    title: str
    addresses: frozenset[str]
    """As ``address_key`` gives them."""
    code: str
    by_title: bool
    """Nothing else may bear its title and text (a seed that moved to another file may)."""
    text: tuple[str, ...]


def stored_html(entry: Entry) -> str:
    """Return what the store holds of the article's text."""
    return entry.content_html or entry.summary_html


def stored_words(entry: Entry) -> tuple[str, ...]:
    """Return the stored words; captions go with their pictures."""
    return tuple(readable("stored", _CAPTIONS.sub(" ", stored_html(entry))).text.split())


def stored_blocks(entry: Entry) -> tuple[str, ...]:
    """Return the stored paragraphs, without captions."""
    found = readable("stored", _CAPTIONS.sub(" ", stored_html(entry))).paragraphs
    return tuple(block.text for block in found if block.text)


def shingles(words: tuple[str, ...] | list[str]) -> frozenset[tuple[str, ...]]:
    """Return every run of ``SHINGLE`` words in *words*."""
    return frozenset(
        tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)
    )
