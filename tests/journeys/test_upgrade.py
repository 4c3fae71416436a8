"""A store that an older version filled is taken over, and subscribers see nothing of it."""

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, DateTime, MetaData, create_engine, make_url, text

import syndicator.store
from tests.builders import NOON
from tests.journeys.conftest import Site
from tests.web import Web, rss

STORES = Path(__file__).parent.parent / "stores"
MIGRATIONS = Path(syndicator.store.__file__).parent / "migrations"
NAMES = ("news", "copy")


def dump(revision):
    """What the version with this revision stored of ``history``, table by table.

    Without decisions and marks: whoever reads or marks the articles makes them anew.  ``texts``
    are those that were purged from the store, as their publishers still have them.
    """
    return json.loads((STORES / f"{revision}.json").read_text("utf-8"))


def as_item(row):
    published = datetime.fromisoformat(row["published"] + "+00:00")
    return (
        f"<title>{row['title']}</title><link>{row['url']}</link><guid>{row['key']}</guid>"
        f"<pubDate>{format_datetime(published)}</pubDate>"
        f"<content:encoded><![CDATA[{row['content_html']}]]></content:encoded>"
    )


def published(rows, row):
    return row | {"content_html": rows["texts"].get(row["key"], row["content_html"])}


def put(web, rows, **changed):
    for name in NAMES:
        said = [row for row in rows["items"] if row["source_id"] == name]
        items = [as_item(published(rows, row) | changed.get(row["key"], {})) for row in said]
        web.put(f"/{name}", rss(*items, title=name.title()))


def configure(site, **sections):
    site.configure(
        sources=[{"id": n, "feed": f"{site.web.url}/{n}", "publisher": n} for n in NAMES],
        publishers={
            n: {"name": n.title(), "policy": "cc-by-4.0", "domains": [f"{n}.example"]}
            for n in NAMES
        },
        themes=[{"id": "water", "title": "Water"}],
        **sections,
    )


def at(**later):
    return {"SOURCE_DATE_EPOCH": str(int((NOON + timedelta(**later)).timestamp()))}


def history(site, rows):
    """Play to the present version what the older one had seen."""
    put(site.web, rows, **{"news 1": {"title": "Draft"}})
    site.once("--all", **at())
    for order in (
        ("review", "hold", "https://news.example/3"),
        ("review", "pin", "https://news.example/4", "--theme", "water"),
        ("takedown", "add", "https://news.example/5", "--claimant", "Ada"),
        ("pick", "add", "https://news.example/4", "--output", "main"),
    ):
        done = site.run(*order, "--by", "ada", **at(minutes=1))
        assert done.returncode == 0, done.stderr
    put(site.web, rows)
    site.once("--all", **at(hours=1))


def fill(url, revision, rows, web):
    """Make a store as that revision had it, and insert *rows*."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    tables = MetaData()
    tables.reflect(engine, resolve_fks=False)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            for row in rows.get(table.name, ()):
                connection.execute(table.insert(), as_columns(table, row, web))
            _count_on(connection, table)
    engine.dispose()


def as_columns(table, row, web):
    values = dict(row)
    for column in (table.c[name] for name in row):
        value = values[column.name]
        if isinstance(column.type, DateTime):
            value = datetime.fromisoformat(value + ("+00:00" if column.type.timezone else ""))
        elif isinstance(column.type, Boolean):
            value = bool(value)
        elif isinstance(value, str):
            value = value.replace("{web}", web)
        values[column.name] = value
    return values


def _count_on(connection, table):
    key = table.primary_key.columns.values()
    if connection.dialect.name == "postgresql" and key and str(key[0].server_default):
        name = key[0].name
        where = f"pg_get_serial_sequence('{table.name}', '{name}')"
        if connection.scalar(text(f"SELECT {where}")):
            connection.execute(
                text(f"SELECT setval({where}, (SELECT max({name}) FROM {table.name}))")
            )


@pytest.fixture(scope="module", params=sorted(file.stem for file in STORES.iterdir()))
def played(request, tmp_path_factory, commands):
    """A revision, and the site of the present version that saw what its store had seen."""
    with Web() as web:
        site = Site(root=tmp_path_factory.mktemp("fresh"), web=web, commands=commands)
        configure(site)
        history(site, dump(request.param))
        yield request.param, site


def test_store_of_an_older_version_keeps_ids_decisions_and_files(played, tmp_path, database_url):
    revision, fresh = played
    rows = dump(revision)
    site = Site(root=tmp_path, web=fresh.web, commands=fresh.commands)
    configure(site, database={"url": database_url})
    fill(database_url, revision, rows, fresh.web.url)

    taken_over = site.once("--all", **at(hours=2))
    first = site.files()
    again = site.once("--all", **at(hours=3))

    assert taken_over["items"]["new"] == taken_over["items"]["updated"] == 0
    assert first == fresh.files()
    assert again["published"]["files_changed"] == 0
    assert {row["id"] for row in rows["articles"] if "merged_into" not in row} >= {
        item["id"] for item in json.loads(first["all.json"])["items"]
    }
