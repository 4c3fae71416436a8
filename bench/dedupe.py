"""How well and how fast copies of a work are found: ``python -m bench.dedupe``.

Prints precision and recall on labelled pairs of our own making (targets 0.999 and 0.97), and
what one more item costs in a large store against a small one (target: at most 1.5 times).
"""

import argparse
import random
import sqlite3
import tempfile
import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median

from syndicator.dedupe import read_text, same_work, sketch
from syndicator.identify import article_id, content_hash
from syndicator.markup import plain_text
from syndicator.model.entries import EntryKey
from syndicator.pipeline.joining import join_copies
from syndicator.pipeline.recognise import recognise, remember_names
from syndicator.store import entries, open_engine, transaction
from tests.builders import NOON, a_parsed_entry, an_entry
from tests.pairs import Press, labelled_pairs

BANDS, ALIASES = 15, 3
TAG = "tag:bench.example,2026:"


def judged(pair):
    """Whether the pair would be joined: found by its marks, and the same when compared."""
    one, other = (
        read_text(a.title, plain_text(a.html), a.published) for a in (pair.one, pair.other)
    )
    return bool(sketch(one.words) & sketch(other.words)) and same_work(one, other)


def quality(rounds):
    pairs = labelled_pairs("bench", rounds)
    right, wrong, missed = 0, Counter(), Counter()
    for pair in pairs:
        said = judged(pair)
        right += said and pair.same
        wrong[pair.kind] += said and not pair.same
        missed[pair.kind] += pair.same and not said
    positives = sum(pair.same for pair in pairs)
    found = right + sum(wrong.values())
    print(f"pairs      {len(pairs)}: {positives} copies, {len(pairs) - positives} near misses")
    print(f"precision  {right / found:.4f}  {dict(+wrong)}")
    print(f"recall     {right / positives:.4f}  {dict(+missed)}")


def filled(path, count):
    """A store that holds *count* items, with as many marks and aliases as real ones have."""
    engine = open_engine(f"sqlite:///{path}")
    began = time.perf_counter()
    with sqlite3.connect(path) as db:
        db.execute("pragma synchronous=off")
        db.execute("pragma cache_size=-200000")
        db.executemany(
            "insert into articles (pk, id) values (?, ?)",
            ((n, f"{TAG}{n}") for n in range(1, count + 1)),
        )
        db.executemany(
            "insert into items (pk, article_pk, source_id, key, rung, title, url, first_seen, sort_at,"
            " changed_at, summary_html, content_html, body, facts, content_hash)"
            " values (?, ?, ?, ?, 'id', ?, ?, ?, ?, ?, '', '<p>x</p>', 'full', '{}', 'h')",
            (
                (n, n, f"s{n % 5000}", f"urn:{n}", f"Title {n}", f"https://x.example/{n}", t, t, t)
                for n in range(1, count + 1)
                for t in ["2026-11-20 09:00:00.000000"]
            ),
        )
        for table, per in (
            ("signatures (band, item_pk)", BANDS),
            ("aliases (alias, item_pk)", ALIASES),
        ):
            db.executemany(f"insert into {table} values (?, ?)", spread(count, per))
    print(
        f"built      {count:,} items in {time.perf_counter() - began:.0f} s, {path.stat().st_size / 1e6:.0f} MB"
    )
    return engine


def spread(count, per):
    """Sorted, evenly spread random numbers, each with an item: what an index looks like."""
    rng = random.Random(count)
    step = 2**64 // (count * per)
    for n in range(count * per):
        yield -(2**63) + n * step + rng.randrange(step), n * 7919 % count + 1


def add(engine, n, article):
    """Add one item as the pipeline does; seconds it took."""
    body, link = article.html, f"https://new.example/{n}"
    parsed = a_parsed_entry(id=f"urn:new:{n}", url=link, title=article.title, content_html=body)
    key = EntryKey(parsed.id)
    entry = an_entry(
        source_id=f"s{n % 50}",
        key=key,
        url=link,
        title=article.title,
        content_html=body,
        article_id=article_id(TAG, link),
        content_hash=content_hash(parsed),
        first_seen=NOON,
    )
    began = time.perf_counter()
    with transaction(engine) as tx:
        found = recognise(tx, entry.source_id, [(key, "id", parsed)])
        entries.taken(tx, entry.source_id, [key], [entry.article_id])
        (pk,) = entries.save_new(tx, [replace(entry)], {})
        join_copies(tx, [(pk, entry)], TAG)
        remember_names(tx, found.names, {key: pk})
    return time.perf_counter() - began


def cost(small, large, rounds):
    press = Press("cost")
    # Words of our own making: as rarely the same runs in two texts as in real ones.
    words = ["".join(press.rng.choices("abcdefghiklmnoprstuw", k=6)) for _ in range(20_000)]
    articles = [
        replace(press.article("en"), sentences=(" ".join(press.rng.choices(words, k=600)),))
        for _ in range(rounds)
    ]
    with tempfile.TemporaryDirectory() as directory:
        stores = [filled(Path(directory) / f"{n}.db", n) for n in (small, large)]
        # One after the other in each round: what else the machine does hits both alike.
        times = [[add(store, n, a) for store in stores] for n, a in enumerate(articles)]
        less, more = (median(column) for column in zip(*islice(times, 50, None), strict=True))
        for store in stores:
            store.dispose()
    print(f"one item   {less * 1e3:.2f} ms at {small:,}, {more * 1e3:.2f} ms at {large:,}")
    print(f"ratio      {more / less:.2f}")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=40, help="rounds of labelled pairs")
    options.add_argument("--large", type=int, default=1_000_000, help="items in the large store")
    options.add_argument("--no-cost", action="store_true", help="precision and recall only")
    chosen = options.parse_args()
    quality(chosen.rounds)
    if not chosen.no_cost:
        cost(10_000, chosen.large, 400)


if __name__ == "__main__":
    main()
