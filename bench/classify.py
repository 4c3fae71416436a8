"""How many entries a second does a configuration of 5,000 terms on 100 themes classify?

    python bench/classify.py [DIRECTORY]

The texts are the entries of the feed documents in DIRECTORY (``*.gz`` or plain); without
one, or where it holds none, they are made from a fixed seed.  Half of the terms are taken
from these texts, so that rules do hit.  Printed beside it: the same with a loop over all
terms, as a ratio of the same run.
"""

import gzip
import random
import re
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from syndicator.classify import classify, compile_classifier
from syndicator.errors import ParseError
from syndicator.identify import DraftOf, draft, identify
from syndicator.markup import plain_text
from syndicator.model.feed import FeedRef, ParsedEntry
from syndicator.model.settings import Config, Match, Site, Theme
from syndicator.parse import parse_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TERMS, THEMES = 5_000, 100


def main() -> None:
    chance = random.Random(5)
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    parsed = list(documents(directory)) if directory and directory.is_dir() else []
    parsed = parsed or [generated(chance, n) for n in range(1_000)]
    entries = [as_entry(p) for p in parsed]
    words = sorted({w for e in entries for w in re.findall(r"\w{4,}", plain_text(e.content_html))})
    terms = chance.sample(words, min(len(words), TERMS // 2))
    terms += [f"{chance.choice(words)} {n} term" for n in range(TERMS - len(terms))]
    chance.shuffle(terms)
    classifier = compile_classifier(configuration(terms))

    rounds = max(1, 5_000 // len(entries))
    began = time.process_time()
    tags = sum(len(classify(e, classifier)) for _ in range(rounds) for e in entries)
    fast = rounds * len(entries) / (time.process_time() - began)

    some = chance.sample(entries, min(100, len(entries)))
    began = time.process_time()
    for entry in some:
        loop(entry, terms)
    slow = len(some) / (time.process_time() - began)
    size = sum(len(plain_text(e.content_html)) for e in entries) // len(entries)
    print(f"{len(entries)} entries of {size} characters on average, {len(terms)} terms")
    print(
        f"{fast:,.0f} entries a second of processor time, {tags / rounds / len(entries):.1f} tags each"
    )
    print(f"{fast / slow:.1f} times a loop over the terms ({slow:,.0f} a second)")


def documents(directory: Path):
    for path in sorted(directory.iterdir()):
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        try:
            yield from parse_feed(body, content_type=None, base_url="http://x.example/").entries
        except ParseError:
            continue


def generated(chance: random.Random, number: int) -> ParsedEntry:
    stock = [f"w{chance.randrange(200_000):x}ord" for _ in range(400)]
    text = " ".join(f"<p>{' '.join(stock[n : n + 50])}.</p>" for n in range(0, 400, 50))
    return ParsedEntry(id=f"urn:{number}", title=" ".join(stock[:8]), content_html=text)


def as_entry(parsed: ParsedEntry):
    key, rung = identify(parsed)
    of = DraftOf(
        source_id="bench",
        key=key,
        rung=rung,
        article_id=f"tag:{key}",
        feed=FeedRef(title="Bench"),
        language=None,
    )
    return replace(draft(parsed, of, NOW), evidence=())


def configuration(terms: list[str]) -> Config:
    share = len(terms) // THEMES
    themes = tuple(
        Theme(
            id=f"t{n}", title=f"T {n}", match=Match(any=tuple(terms[n * share : (n + 1) * share]))
        )
        for n in range(THEMES)
    )
    site = Site(title="Bench", base_url="http://bench.example", contact="mailto:a@bench.example")
    return Config(site=site, themes=themes)


def loop(entry, terms: list[str]) -> int:
    texts = (entry.title, plain_text(entry.summary_html), plain_text(entry.content_html))
    folded = [" " + " ".join(re.findall(r"\w+", text.casefold())) + " " for text in texts]
    return sum(any(f" {term.casefold()} " in text for text in folded) for term in terms)


if __name__ == "__main__":
    main()
