"""A valid value of each noun; a test overrides only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime

from syndicator.identify import content_hash
from syndicator.model.entries import Entry, EntryKey, OutputFeed
from syndicator.model.feed import FeedRef, ParsedEntry, Person
from syndicator.model.settings import Config, Output, Site, Source, Theme

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def a_parsed_entry(**fields):
    return ParsedEntry(
        **{
            "id": "urn:example:1",
            "url": "https://news.example/one",
            "title": "Library opens on Sundays",
            "authors": (Person(name="Ada Byron"),),
            "published": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
            "content_html": "<p>The town library opens on Sundays from December.</p>",
        }
        | fields
    )


def an_entry(**fields):
    base = Entry(
        source_id="news",
        key=EntryKey("urn:example:1"),
        rung="id",
        article_id="tag:test.example,2026:article/1",
        title="Library opens on Sundays",
        url="https://news.example/one",
        authors=(Person(name="Ada Byron"),),
        published=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        first_seen=NOON,
        sort_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        changed_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        content_html="<p>The town library opens on Sundays from December.</p>",
        feed=FeedRef(title="News", url="https://news.example/feed"),
        content_hash=content_hash(a_parsed_entry()),
    )
    return replace(base, **fields)


def a_source(**fields):
    return Source(
        **{"id": "news", "feed": "https://news.example/feed", "publisher": "news"} | fields
    )


def a_theme(**fields):
    return Theme(**{"id": "libraries", "title": "Libraries"} | fields)


def a_config(**fields):
    return Config(
        **{
            "site": Site(
                title="Test", base_url="http://test.example", contact="mailto:ed@test.example"
            ),
            "outputs": (Output(id="main", contact="mailto:ed@test.example"),),
        }
        | fields
    )


def an_output_feed(**fields):
    return OutputFeed(
        **{
            "output_id": "main",
            "axis": "theme",
            "slug": "river",
            "title": "River",
            "description": "",
            "stem": "themes/river",
            "base_url": "https://example.org",
            "site_title": "Example",
            "contact": "mailto:desk@example.org",
        }
        | fields
    )
