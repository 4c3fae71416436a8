"""What a changed feed costs in a small and in a large archive: the ratio of two passes.

Both stores have the same sources and authors and differ in their past.  A visit brought one
source something new; the pass that follows writes its feed, and looks for all that may have
become wrong anywhere else.

    python bench/publish.py [--large N] [--rounds N]
"""

import argparse
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from syndicator.model.settings import Output, Publish
from syndicator.pipeline.context import make_context
from syndicator.pipeline.output import publish
from syndicator.store import open_engine, stale, transaction
from tests.builders import NOON, a_config, a_source

SOURCES = 100
AUTHORS = 500
TEXT = "<p>The town library opens on Sundays.</p>" * 20


def archive(folder, count):
    """A store of *count* articles, one each minute, whose feeds were all published before."""
    folder.mkdir()
    path = folder / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    at = [f"{NOON - timedelta(minutes=n):%Y-%m-%d %H:%M:%S.000000}" for n in range(count)]
    with sqlite3.connect(path) as db:
        db.executemany(
            "insert into articles (pk, id) values (?, ?)",
            ((n + 1, f"tag:test.example,2026:article/{n}") for n in range(count)),
        )
        db.executemany(
            "insert into items (pk, article_pk, source_id, key, rung, title, url, first_seen, sort_at,"
            " changed_at, summary_html, content_html, body, facts, content_hash)"
            " values (?, ?, ?, ?, 'id', ?, ?, ?, ?, ?, '', ?, 'full', '{}', 'h')",
            (
                (
                    n + 1,
                    n + 1,
                    f"s{n % SOURCES}",
                    f"urn:{n}",
                    f"Title {n}",
                    f"https://x.example/{n}",
                    t,
                    t,
                    t,
                    TEXT,
                )
                for n, t in enumerate(at)
            ),
        )
        db.executemany(
            "insert into tags (item_pk, axis, slug, title, why, sort_at) values (?, ?, ?, ?, '', ?)",
            (
                (n + 1, axis, slug, slug.title(), at[n])
                for n in range(count)
                for axis, slug in (
                    ("all", "all"),
                    ("source", f"s{n % SOURCES}"),
                    ("author", f"a{n % AUTHORS}"),
                )
            ),
        )
    sources = tuple(a_source(id=f"s{n}", feed=f"https://s{n}.example/") for n in range(SOURCES))
    outputs = (Output(id="main", contact="mailto:ed@test.example"),)
    config = a_config(
        sources=sources, outputs=outputs, publish=Publish(directory=str(folder / "public"))
    )
    ctx = make_context(config, engine, digest="1")
    publish(ctx, NOON)
    with sqlite3.connect(path) as db:
        # All of the past was shown once.
        db.execute(
            "insert or ignore into emissions (output, article_id, form, first_at, last_at, away)"
            " select 'main', id, 'link', ?, ?, 0 from articles",
            (at[0], at[0]),
        )
        db.execute("analyze")
    return ctx


def one_pass(ctx, number):
    """Seconds from a change of one source to its files."""
    with transaction(ctx.engine) as tx:
        stale.note_stale(tx, {("source", f"s{number % SOURCES}"), ("all", "all")})
    began = time.perf_counter()
    publish(ctx, NOON)
    return time.perf_counter() - began


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--large", type=int, default=500_000, help="articles in the large archive")
    options.add_argument("--rounds", type=int, default=20)
    chosen = options.parse_args()
    small = min(5_000, chosen.large - 1)
    with tempfile.TemporaryDirectory() as directory:
        stores = [archive(Path(directory) / str(n), n) for n in (small, chosen.large)]
        # One after the other in each round: what else the machine does hits both alike.
        times = [[one_pass(ctx, n) for ctx in stores] for n in range(chosen.rounds)]
        less, more = (median(column) for column in zip(*times, strict=True))
        for ctx in stores:
            ctx.engine.dispose()
    print(f"one pass   {less * 1e3:.0f} ms at {small:,}, {more * 1e3:.0f} ms at {chosen.large:,}")
    print(f"ratio      {more / less:.2f}")


if __name__ == "__main__":
    main()
