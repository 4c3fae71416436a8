"""A process killed anywhere leaves a store and files that the next run completes."""

import hashlib
import random
import signal
import sqlite3
import subprocess
import time

import pytest

from tests.web import rss, rss_item

EPOCH = "1795521600"
"""A fixed time: two runs at different times then give the same rows and bytes."""


def content(root):
    """Everything in the store that does not depend on row numbers."""
    with sqlite3.connect(root / "store.db") as db:
        rows = db.execute(
            "select source_id, key, title, content_html, first_seen, changed_at, a.id, removed"
            " from items join articles a on a.pk = article_pk order by source_id, key"
        ).fetchall()
        tags = db.execute(
            "select source_id, key, axis, slug, why from tags"
            " join items on items.pk = item_pk order by 1, 2, 3, 4"
        ).fetchall()
    return rows, tags


def fill(site, feeds=12, items=15):
    for number in range(feeds):
        entries = [
            rss_item(n, text=f"Flood number {n}. " * 30, site=f"https://s{number}.example")
            for n in range(items)
        ]
        site.web.put(f"/{number}", rss(*entries, title=f"Feed {number}"))
    site.configure(
        sources=[
            {"id": f"s{n}", "feed": f"{site.web.url}/{n}", "publisher": "news"}
            for n in range(feeds)
        ],
        themes=[{"id": "floods", "title": "Floods", "match": {"any": ["flood"]}}],
    )


def digest(files):
    return {path: hashlib.sha256(body).hexdigest() for path, body in files.items()}


@pytest.mark.slow
def test_twenty_kills_leave_what_an_undisturbed_run_leaves(site):
    fill(site)
    began = time.monotonic()
    site.once("--all", SOURCE_DATE_EPOCH=EPOCH)
    length = time.monotonic() - began
    expected = content(site.root), digest(site.files())
    for path in (*site.root.glob("store.db*"), *site.root.glob("public/**/*")):
        if path.is_file():
            path.unlink()

    chance = random.Random(7)
    killed = 0
    for _ in range(20):
        process = subprocess.Popen(
            **site.command("once", "--all", SOURCE_DATE_EPOCH=EPOCH),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.2, length))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL

    site.once("--all", SOURCE_DATE_EPOCH=EPOCH)
    assert killed > 0
    assert (content(site.root), digest(site.files())) == expected
