"""Which entry is this, and which work is it a copy of?  Pure.

An entry is told from the others of its source by the first rung of a chain that holds:
its id (RFC 4287, 4.2.6; RSS ``guid``; JSON Feed ``id``), compared character by character,
else its permalink, else its first enclosure, else its title and date.  Where that is given
to several, link, title and date are added for all but the first.  The key is scoped by the
source: no feed can overwrite or shadow what another feed said.
"""

import hashlib
from collections.abc import Iterable

from syndicator.identify.aliases import Item, plain_title
from syndicator.markup import plain_text
from syndicator.model.entries import EntryKey
from syndicator.model.feed import ParsedEntry
from syndicator.urls import canonical_url, is_web_url, names_a_page

LONGEST_KEY = 1000
"""Octets; a database index takes about 2,700.  A longer key is stored as its hash."""


def identify(entry: ParsedEntry) -> tuple[EntryKey, str]:
    """Return the key of *entry* within its source, and the rung that gave it."""
    if entry.id:
        return _as_key(entry.id), "id"
    if entry.url:
        return _as_key(entry.url), "link"
    if entry.enclosures:
        return _as_key(entry.enclosures[0].url), "enclosure"
    return _title_key(entry), "title"


def keyed(entries: Iterable[ParsedEntry]) -> tuple[list[Item], int]:
    """Return every entry with a key of its own, and how many were plain repetitions.

    Where one id stands on several different items the first keeps it and the others are
    told apart by their link, and where that is the same, too, by title and date, so that
    none is lost.
    """
    seen: dict[EntryKey, ParsedEntry] = {}
    result, repeated = [], 0
    for entry in entries:
        key, rung = identify(entry)
        if key in seen and seen[key].url != entry.url and entry.url:
            key, rung = with_link(key, entry.url), "id+link"
        if key in seen and are_two(seen[key], entry):
            key, rung = with_title(key, entry), "id+title"
        if key in seen:
            repeated += 1
            continue
        seen[key] = entry
        result.append((key, rung, entry))
    return result, repeated


def are_two(one: ParsedEntry, other: ParsedEntry) -> bool:
    """Say whether two items of one document with the same id and link are two entries.

    Where the publisher gave the id they may be two versions of one (RFC 4287, 4.1.1).
    """
    if not (one.id and other.id):
        return _title_key(one) != _title_key(other)
    if plain_title(one.title) == plain_title(other.title):
        return False
    a, b = _runs(body_of(one), length=4), _runs(body_of(other), length=4)
    if not (a and b):
        a, b = _runs(one.title, length=1), _runs(other.title, length=1)
    return len(a & b) * 3 < min(len(a), len(b))


def with_link(key: EntryKey, url: str) -> EntryKey:
    """Return the key of an entry whose id is that of another entry, too."""
    return _as_key(f"{key} {url}")


def with_title(key: EntryKey, entry: ParsedEntry) -> EntryKey:
    """Return the key of *entry*, whose id and link are those of another entry, too."""
    return _as_key(f"{key} {_title_key(entry)}")


def article_keys(items: Iterable[Item], source_id: str) -> dict[EntryKey, str]:
    """Return for each entry the key of the work that it is a copy of.

    The canonical permalink is the work's key, so that the same address met in two feeds
    is one article.  A link that several items of one feed share, or that is a site's
    front page, names no single work; there the key stays within the source.
    """
    items = list(items)
    links = {k: canonical_url(e.url) for k, _, e in items if e.url and is_web_url(e.url)}
    count: dict[str, int] = {}
    for link in links.values():
        count[link] = count.get(link, 0) + 1
    return {
        key: links[key]
        if key in links and count[links[key]] == 1 and names_a_page(links[key])
        else own_key(source_id, key)
        for key, _, _ in items
    }


def own_key(source_id: str, key: EntryKey) -> str:
    """Return the key of a work that is known from one source only."""
    return f"{source_id} {key}"


def article_id(tag_base: str, article_key: str) -> str:
    """Return the ``tag:`` URI (RFC 4151) of a work: the id that subscribers see for ever."""
    return f"{tag_base}article/{hashlib.sha256(article_key.encode()).hexdigest()[:24]}"


def body_of(entry: ParsedEntry) -> str:
    """Return the most of its text that *entry* has: its content, else its summary."""
    return entry.content_html or entry.summary_html


def _as_key(key: str) -> EntryKey:
    # A database takes no NUL and no lone surrogate.
    clean = key.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if len(clean.encode()) <= LONGEST_KEY:
        return EntryKey(clean)
    return EntryKey("sha256:" + hashlib.sha256(clean.encode()).hexdigest())


def _title_key(entry: ParsedEntry) -> EntryKey:
    stamp = entry.published.isoformat() if entry.published else ""
    text = stamp + "\n" + entry.title + "\n" + ("" if stamp else plain_text(body_of(entry)))
    return EntryKey("sha256:" + hashlib.sha256(text.encode()).hexdigest())


def _runs(text: str, *, length: int) -> set[tuple[str, ...]]:
    """Return the runs of so many words in *text*."""
    words = plain_title(plain_text(text)).split()
    return set(zip(*(words[n:] for n in range(length)), strict=False))
