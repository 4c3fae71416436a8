"""How much sooner than feedparser we read feeds: ratios, taken in one process.

Every document is read by each reader in turn, several times over, and the best time of
each counts: so a busy machine slows both sides of a ratio alike.  Documents that the strict
reader declines count only where all readers read them.  "again" is a visit that brings one
new item: all others are known from the visit before.

    python bench/parse.py [--rounds N] [FOLDER]

FOLDER holds feeds, gzipped or not; without it, or if it is not there, feeds are made up.
"""

import argparse
import gzip
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import feedparser

from syndicator.identify import content_hash, keyed
from syndicator.markup.text import kept_words
from syndicator.model.feed import KnownItems
from syndicator.model.rights import Publisher
from syndicator.parse import document, parse_feed
from syndicator.parse.strict import Declined, parse_strict, read_strict
from syndicator.parse.tolerant import parse_xml
from syndicator.pipeline.reading import read_document
from syndicator.rights.extract import lines_of
from syndicator.urls import canonical_url, host_of

CORPUS = Path(__file__).parents[2] / "shared" / "feedworld" / "corpus"
ADDRESS = "https://news.example/feed.xml"
PUBLISHER = Publisher(id="news", name="The News")


def parse_without_cleaning(body: bytes) -> None:
    clean = document.clean_counted
    document.clean_counted = lambda text, *, base_url: (text, ())  # noqa: ARG005
    try:
        parse_strict(body, content_type=None, base_url=ADDRESS)
    finally:
        document.clean_counted = clean


def parse_clean_hash(body: bytes) -> None:
    feed = parse_feed(body, content_type=None, base_url=ADDRESS)
    for entry in feed.entries:
        content_hash(entry)


def read_again(body: bytes) -> None:
    read_document(body, None, ADDRESS, PUBLISHER, known_but_one(body))


@cache
def known_but_one(body: bytes) -> KnownItems:
    """Return all items of *body* but the first as known."""
    items, _ = keyed(parse_feed(body, content_type=None, base_url=ADDRESS).entries)
    return KnownItems(keys={entry.digest: key for key, _, entry in items[1:]})


READERS: dict[str, Callable[[bytes], object]] = {
    "feedparser.parse": feedparser.parse,
    "our tolerant reader": lambda body: parse_xml(body, content_type=None, base_url=ADDRESS),
    "strict, elements only": lambda body: read_strict(body, None),
    "strict, without cleaning": parse_without_cleaning,
    "strict, with cleaning": lambda body: parse_strict(body, content_type=None, base_url=ADDRESS),
    "parse, clean and hash": parse_clean_hash,
    "whole, with provenance": lambda body: read_document(body, None, ADDRESS, PUBLISHER),
    "again, one item is new": read_again,
}


def made_up(items: int) -> bytes:
    """A feed as a small news site has it."""
    paragraph = "<p>The town library opens on <a href='/hours'>Sundays</a> &amp; holidays.</p>"
    return (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>News"
        "</title><link>https://news.example/</link>"
        + "".join(
            f"<item><title>Number {n}</title><link>https://news.example/{n}</link>"
            f"<guid isPermaLink='false'>urn:example:{n}</guid><dc:creator>Ada Byron</dc:creator>"
            f"<pubDate>Mon, 23 Nov 2026 12:{n % 60:02}:00 GMT</pubDate><category>town</category>"
            f"<description><![CDATA[{paragraph * 12}]]></description></item>"
            for n in range(items)
        )
        + "</channel></rss>"
    ).encode()


def bodies_in(folder: Path) -> list[bytes]:
    files = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    found = [path.read_bytes() for path in files]
    found = [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in found]
    return found or [made_up(items) for items in (5, 10, 20, 40, 80)]


def seconds(read: Callable[[bytes], object], body: bytes) -> float:
    # What was kept of the round before is of no use to a feed that is read for the first time.
    for kept in (canonical_url, host_of, lines_of, kept_words):
        kept.cache_clear()
    started = time.process_time()
    read(body)
    return time.process_time() - started


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    bodies = bodies_in(chosen.folder)
    best = {name: [float("inf")] * len(bodies) for name in READERS}
    declined: dict[str, int] = {}
    for number, body in enumerate(bodies):
        try:
            read_strict(body, None)
        except Declined as reason:
            declined[str(reason)] = declined.get(str(reason), 0) + 1
            for name in READERS:
                if name.startswith("strict"):
                    best[name][number] = 0.0
        known_but_one(body)
        for name, read in READERS.items():
            if best[name][number]:
                best[name][number] = min(seconds(read, body) for _ in range(chosen.rounds))
    size = sum(map(len, bodies))
    print(f"{len(bodies)} feeds, {size / 1e6:.2f} MB, {sum(declined.values())} declined {declined}")
    for name, times in best.items():
        total = sum(times) or float("inf")
        reference = sum(t for t, own in zip(best["feedparser.parse"], times, strict=True) if own)
        print(f"{name:26} {size / total / 1e6:7.1f} MB/s {reference / total:6.1f} x feedparser")


if __name__ == "__main__":
    main()
