"""The accidents that feeds have, each played through ``once`` as subscribers see it."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import feedparser
import pytest
from lxml import etree

from tests.pairs import Press
from tests.web import Web, rss

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CLOCK = int(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp())


def item(number, **changed):
    """The inside of an ``item`` with a text of its own; None leaves an element out."""
    fields = {
        "title": f"Report {Press(number).title('en')}",
        "link": f"https://news.example/{number}",
        "guid": f"https://news.example/?p={number}",
        "pubDate": format_datetime(START + timedelta(hours=number)),
        "text": Press(number).article("en", 14).html,
    } | changed
    text = fields.pop("text")
    parts = [f"<{name}>{value}</{name}>" for name, value in fields.items() if value is not None]
    return "".join(parts) + f"<content:encoded><![CDATA[{text}]]></content:encoded>"


@pytest.fixture
def feed(site):
    """The site with one source; a function that plays a document to it and reads the output."""
    site.configure(
        sources=[{"id": "news", "feed": f"{site.web.url}/feed", "publisher": "news"}],
    )
    passed = iter(range(100))

    def play(*items, minutes=60, **options):
        site.web.put("/feed", rss(*items, **options))
        moment = CLOCK + next(passed) * minutes * 60
        site.summary = site.once("--all", SOURCE_DATE_EPOCH=str(moment))
        return shown(site)

    play.site = site
    return play


def shown(site, path="all.atom"):
    return {e.id: e for e in feedparser.parse(site.files()[path]).entries}


def titles(entries):
    return sorted(e.title for e in entries.values())


def test_01_guid_that_changes_with_an_edit_makes_no_second_article(feed):
    before = feed(item(1), item(2))

    after = feed(item(1, guid="https://news.example/?p=1&v=2", title="Report corrected"), item(2))

    assert set(after) == set(before)
    assert "Report corrected" in titles(after)


def test_01_guid_and_link_that_change_together_make_no_second_article(feed):
    before = feed(item(1), item(2))

    after = feed(item(1, guid="new-1", link="https://news.example/new-address"), item(2))

    assert set(after) == set(before)


def test_01_page_that_shows_something_else_every_week_is_a_new_article_each(feed):
    weekly = {"link": "https://news.example/this-week"}
    before = feed(item(1, **weekly))

    after = feed(item(2, **weekly))

    assert len(after) == 2
    assert set(before) < set(after)


def test_02_one_guid_for_several_items_loses_none(feed):
    after = feed(item(1, guid="same"), item(2, guid="same"), item(3, guid="same"))

    assert len(after) == 3


@pytest.mark.parametrize("date", [{}, {"pubDate": None}], ids=["dated", "dateless"])
def test_02_guids_that_are_places_in_the_document_move_no_article(feed, date):
    def numbered(*numbers):
        return [item(n, guid=str(place), **date) for place, n in enumerate(numbers)]

    before = feed(*numbered(*range(7, 0, -1)))
    after = feed(*numbered(*range(8, 1, -1)))
    again = feed(*numbered(*range(8, 1, -1)), item(1, guid="7", title="Edited", **date))

    assert {i: e.link for i, e in before.items()}.items() <= {
        i: e.link for i, e in after.items()
    }.items()
    assert sorted(e.link for e in after.values()) == [
        f"https://news.example/{n}" for n in range(1, 9)
    ]
    assert set(again) == set(after)


@pytest.mark.parametrize("guid", [None, "https://news.example/all"], ids=["no-guid", "one-guid"])
def test_02_page_that_all_items_link_to_loses_none_and_overwrites_none(feed, guid):
    def listed(*numbers):
        return [item(n, guid=guid, link="https://news.example/all") for n in numbers]

    before = feed(*listed(1, 2, 3))
    after = feed(*listed(2, 3, 4))

    assert len(before) == 3
    assert len(after) == 4
    assert {i: e.title for i, e in before.items()}.items() <= {
        i: e.title for i, e in after.items()
    }.items()


def test_03_guid_made_anew_for_items_without_date_and_page_floods_nobody(feed):
    def listed(visit):
        same = {"link": "https://news.example/all", "pubDate": None}
        return [item(n, guid=f"{visit}-{n}", **same) for n in (1, 2, 3)]

    before = feed(*listed(1))
    after = feed(*listed(2))

    assert len(before) == 3
    assert set(after) == set(before)


@pytest.mark.parametrize("guid", [None, "https://news.example/?p=1"], ids=["no-guid", "guid"])
def test_02_article_that_its_publisher_replaced_by_a_notice_is_replaced(feed, guid):
    before = feed(item(1, guid=guid), item(2))

    notice = {"title": "Removed", "text": "<p>We withdrew this article: it was wrong.</p>"}
    after = feed(item(1, guid=guid, **notice, pubDate=format_datetime(START)), item(2))

    assert set(after) == set(before)
    assert "Removed" in titles(after)


def test_02_guid_that_stays_is_that_of_the_article_whatever_an_edit_leaves_of_it(feed):
    before = feed(item(1), item(2))

    changed = {"title": "Quite another headline", "link": "https://news.example/slug"}
    after = feed(item(1, **changed, pubDate=format_datetime(START)), item(2))

    assert set(after) == set(before)


def test_02_guid_of_one_feed_does_not_shadow_that_of_another(feed):
    site = feed.site
    site.configure(
        sources=[
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"}
            for name in ("feed", "other")
        ]
    )
    site.web.put("/other", rss(item(8, guid="1", link="https://other.example/8"), title="Other"))

    after = feed(item(1, guid="1"))

    assert len(after) == 2


def test_03_flip_of_scheme_host_slash_or_campaign_changes_no_byte(feed):
    items = [item(n) for n in range(1, 9)]
    feed(*items)
    before = feed.site.files()
    flips = [
        ("https://news.example", "http://news.example"),
        ("https://news.example", "https://www.news.example"),
        ("</guid>", "/</guid>"),
        ("</link>", "/?utm_source=x</link>"),
    ]

    feed(*[one.replace(*flips[n % 4]) for n, one in enumerate(items)])

    assert feed.site.summary["items"] == {"seen": 8, "new": 0, "updated": 0}
    assert feed.site.files() == before


def moved(number, **changed):
    return item(
        number,
        guid=f"tag:platform.example:post-{number}",
        link=f"https://platform.example/p/{number}-new",
        pubDate=format_datetime(START + timedelta(days=3, minutes=number)),
        text="".join(f"<p>{s}</p>" for s in Press(number).article("en", 14).sentences[:5]),
        **changed,
    )


def test_04_move_to_another_platform_floods_nobody(feed):
    before = feed(*[item(n) for n in range(1, 9)])

    after = feed(*[moved(n) for n in range(1, 9)])

    assert set(after) == set(before)
    assert feed.site.summary["items"]["new"] == 0


def test_04_what_a_move_brings_besides_is_kept_back_until_an_editor_lets_it_out(feed):
    before = feed(*[item(n) for n in range(1, 9)])
    old = item(30, guid="tag:platform.example:old", pubDate=None, title="Out of the archive")
    document = [old, *[moved(n) for n in range(1, 9)]]
    after = feed(*document)
    again = feed(*document, extra="<category>x</category>")

    assert set(after) == set(again) == set(before)
    done = feed.site.run("cluster", "release", "news")
    assert done.stdout.startswith("1 items")
    feed.site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK))
    assert "Out of the archive" in titles(shown(feed.site))


def test_04_archive_of_a_new_source_is_not_kept_back(feed):
    assert len(feed(*[item(n, pubDate=None) for n in range(1, 9)])) == 8


def test_05_clock_in_the_text_is_no_edit(feed):
    text = Press(1).article("en", 14).html

    def stamped(n):
        return item(1, text=f"{text}<p>{n} comments. Page generated at 12:0{n}:17 in 0.{n} s</p>")

    before = feed(stamped(1))
    after = [feed(stamped(n)) for n in (2, 3)][-1]

    assert {e.updated for e in before.values()} == {e.updated for e in after.values()}
    assert feed.site.summary["items"]["updated"] == 0


def test_06_items_without_dates_stay_where_they_were(feed):
    before = feed(item(1, pubDate=None), item(2, pubDate=None))

    after = feed(item(1, pubDate=None, title="Edited"), item(2, pubDate=None))

    assert list(after) == list(before)
    assert "Edited" in titles(after)


def test_07_impossible_dates_neither_lead_for_ever_nor_drown(feed):
    future = item(1, title="Future", pubDate="Mon, 02 Jan 2040 10:00:00 GMT")
    epoch = item(2, title="Epoch", pubDate="Thu, 01 Jan 1970 00:00:00 GMT")
    feed(future, epoch)

    after = feed(item(3, title="Later", pubDate="Mon, 23 Nov 2026 12:30:00 GMT"), future, epoch)

    assert next(iter(after.values())).title == "Later"
    assert all("2026" in e.updated for e in after.values())


def test_08_named_time_zones_are_read_as_such(feed):
    dates = {
        "EST": "Fri, 20 Nov 2026 09:00:00 EST",
        "EDT": "Mon, 20 Jul 2026 09:00:00 EDT",
        "CEST": "Mon, 20 Jul 2026 09:00:00 CEST",
    }

    after = feed(*[item(n, title=z, pubDate=d) for n, (z, d) in enumerate(dates.items(), 1)])

    hours = {e.title: e.published_parsed.tm_hour for e in after.values()}
    assert hours == {"EST": 14, "EDT": 13, "CEST": 7}


def test_09_item_behind_a_304_that_is_not_true_is_found_all_the_same(feed):
    before = feed(item(1), item(2))
    feed.site.web.stuck.add("/feed")

    soon = feed(item(1), item(2), item(3), minutes=60)
    late = feed(item(1), item(2), item(3), minutes=31 * 24 * 60)

    assert set(soon) == set(before)
    assert len(late) == 3


def test_09_back_dated_item_is_not_taken_for_an_old_one(feed):
    before = feed(item(5), item(6))

    after = feed(item(1), item(5), item(6))

    assert len(after) == 3
    assert set(before) < set(after)


def in_two_feeds(site, **fetch):
    """Configure two feeds of one host and play an item of each."""
    site.configure(
        sources=[
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"}
            for name in ("a", "b")
        ],
        fetch={"per_host_gap": "PT0.001S", "allow_networks": ["127.0.0.0/8"]} | fetch,
    )
    site.web.put("/a", rss(item(1)))
    site.web.put("/b", rss(item(2)))
    site.once("--all", SOURCE_DATE_EPOCH=str(CLOCK))
    return site.files()


@pytest.mark.parametrize(
    ("scope", "after_an_hour"),
    [pytest.param("host", 2, id="whole-host"), pytest.param("url", 3, id="one-address")],
)
def test_10_penalty_has_the_scope_that_was_chosen_and_hides_nothing_for_good(
    site, scope, after_an_hour
):
    in_two_feeds(site, penalty=scope)
    site.web.put("/a", "later", status=429)
    site.web.headers["/a"] = {"Retry-After": "10800"}
    site.web.put("/b", rss(item(2), item(3)))
    counts = []

    for hours in (2, 12):
        site.run("once", SOURCE_DATE_EPOCH=str(CLOCK + hours * 3600))
        counts.append(len(shown(site)))
        site.web.put("/a", rss(item(1)))
        site.web.headers.clear()

    assert counts == [after_an_hour, 3]


@pytest.mark.parametrize("status", [404, 410, 503])
def test_11_wave_of_false_errors_takes_nothing_away_and_stops_no_source(site, status):
    before = in_two_feeds(site)
    for path in ("/a", "/b"):
        site.web.put(path, "gone", status=status)
    for hours in (1, 2, 3):
        done = site.run("once", "--all", SOURCE_DATE_EPOCH=str(CLOCK + hours * 3600))
        assert done.returncode == 1
    during = site.files()
    site.web.put("/a", rss(item(1), item(3)))
    site.web.put("/b", rss(item(2)))

    site.once(SOURCE_DATE_EPOCH=str(CLOCK + 3 * 86400))

    assert during == before
    assert len(shown(site)) == 3


def redirected(site, document, hours):
    """Let the feed move to another host for good, where *document* stands."""
    with Web(host="127.0.0.2") as other:
        other.put("/feed", document)
        site.web.put("/feed", "", status=301)
        site.web.headers["/feed"] = {"Location": f"{other.url}/feed"}
        return site.run("once", "--all", SOURCE_DATE_EPOCH=str(CLOCK + hours * 3600))


def test_12_feed_that_somebody_took_over_brings_nothing_of_theirs(feed):
    feed(item(1), item(2))
    before = feed.site.files()
    spam = item(9, title="Casino", guid="casino-1", link="https://casino.example/1")

    done = redirected(feed.site, rss(spam, title="Casino"), 2)

    assert feed.site.files() == before
    assert done.returncode == 1
    assert "make http://127.0.0.2" in feed.site.run("sources").stdout + done.stderr


def test_12_feed_that_moved_with_its_items_goes_on_under_the_same_ids(feed):
    before = feed(item(1), item(2))

    redirected(feed.site, rss(item(1), item(2), item(3), title="News, elsewhere"), 2)

    after = shown(feed.site)
    assert len(after) == 3
    assert set(before) < set(after)


def test_13_output_does_not_change_when_nothing_did(feed):
    feed(item(1), item(2))
    before = feed.site.files()

    feed(item(2), item(1), extra="<lastBuildDate>Mon, 23 Nov 2026 13:00:00 GMT</lastBuildDate>")

    assert feed.site.files() == before


def test_14_item_that_left_the_feed_comes_back_as_itself(feed):
    before = feed(item(1), item(2))
    feed(item(2))

    after = feed(item(1), item(2))

    assert set(after) == set(before)
    assert feed.site.summary["items"]["new"] == 0


def test_15_own_output_in_an_input_is_refused(feed):
    feed(item(1))
    ours = feed.site.files()["all.atom"]
    site = feed.site
    site.configure(
        sources=[
            {"id": name, "feed": f"{site.web.url}/{name}", "publisher": "news"}
            for name in ("news", "loop")
        ]
    )
    site.web.put("/news", rss(item(1)))
    site.web.put("/loop", ours)

    done = site.run("once", "--all", "--json")

    assert json.loads(done.stdout)["items"]["new"] == 0
    assert "own output" in done.stderr
    assert len(shown(site)) == 1


def cross_posted(site, original, copy, held=""):
    """Configure two sources and play one article in both; return its ids as shown.

    What the source *held* brings waits for an editor.
    """
    sources = [
        {"id": name, "feed": f"{site.web.url}/{name}", "publisher": publisher}
        | ({"review": "hold"} if name == held else {})
        for name, publisher in (("first", "news"), ("second", "copy"))
    ]
    publishers = {
        name: {"name": f"The {name.title()}", "policy": "cc-by-4.0", "domains": [f"{name}.example"]}
        for name in ("news", "copy")
    }
    site.configure(sources=sources, publishers=publishers)
    site.web.put("/first", rss(original))
    home = "<link>https://news.example/</link>", "<link>https://copy.example/</link>"
    site.web.put("/second", rss(copy, title="Second").replace(*home))
    site.once("--all", SOURCE_DATE_EPOCH=str(CLOCK))
    return shown(site)


COPY = {"link": "https://copy.example/x", "guid": "copy-x", "title": "Quite another headline"}


def test_cross_post_with_another_headline_is_shown_once(site):
    text = Press(1).article("en", 14).html + "<p>Support us. Share this.</p>"

    (entry,) = cross_posted(site, item(1), item(1, text=text, **COPY)).values()

    related = [x.href for x in entry.links if x.rel == "related"]
    assert (entry.link, related) == ("https://news.example/1", ["https://copy.example/x"])
    assert (
        b'Also at <a href="https://copy.example/x" dir="auto">The Copy' in site.files()["all.html"]
    )
    assert site.run("audit").returncode == 0


@pytest.mark.parametrize(
    ("held", "address", "hidden"),
    [
        pytest.param("second", "https://news.example/1", b"copy.example", id="the-other"),
        pytest.param("first", "https://copy.example/x", b"news.example/1", id="the-better-one"),
    ],
)
def test_copy_that_waits_for_an_editor_is_not_pointed_at(site, held, address, hidden):
    (entry,) = cross_posted(site, item(1), item(1, **COPY), held=held).values()

    assert entry.link == address
    assert not [path for path, body in site.files().items() if hidden in body]
    audited = site.run("audit")
    assert audited.returncode == 0, audited.stdout


def test_copy_that_names_its_original_is_shown_once(site):
    text = (
        '<p>Short.</p><p>Originally published at <a href="https://news.example/1">The News</a>.</p>'
    )

    assert len(cross_posted(site, item(1), item(1, text=text, **COPY))) == 1


def test_id_that_went_out_first_stays_whatever_comes_later(site):
    site.configure(
        sources=[{"id": "second", "feed": f"{site.web.url}/second", "publisher": "news"}]
    )
    copy = item(1, **COPY, pubDate=format_datetime(START + timedelta(days=2)))
    site.web.put("/second", rss(copy))
    site.once(SOURCE_DATE_EPOCH=str(CLOCK))
    before = shown(site)

    after = cross_posted(site, item(1), copy)

    assert set(after) == set(before)


def test_editors_split_and_join_stay(site):
    cross_posted(site, item(1), item(1, **COPY))

    split = site.run("cluster", "split", "https://copy.example/x", "--by", "Grace")
    site.web.put(
        "/second", rss(item(1, **COPY, text=Press(1).article("en", 14).html + "<p>Edit.</p>"))
    )
    site.once("--all", SOURCE_DATE_EPOCH=str(CLOCK))

    assert split.returncode == 0, split.stderr
    assert len(shown(site)) == 2
    site.run("cluster", "join", "https://copy.example/x", "https://news.example/1", "--by", "Ada")
    site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK))
    assert len(shown(site)) == 1
    told = json.loads(site.run("cluster", "show", "https://news.example/1", "--json").stdout)
    assert [(e["action"], e["by"]) for e in told["edits"]] == [("split", "Grace"), ("join", "Ada")]
    assert {c["source"] for c in told["copies"]} == {"first", "second"}


def test_cluster_of_an_unknown_name_is_an_error_that_says_so(site):
    site.configure()
    site.once()

    done = site.run("cluster", "show", "https://nowhere.example/")

    assert done.returncode == 1
    assert "nothing in the store" in done.stderr


def told_gone(site, path="all.atom"):
    """Return what a feed says that it took back: id -> comment."""
    tree = etree.fromstring(site.files()[path])
    at = "{http://purl.org/atompub/tombstones/1.0}"
    return {t.get("ref"): t.findtext(f"{at}comment") for t in tree.iter(f"{at}deleted-entry")}


def both_published(site):
    """Publish two articles that turn out to be one; return the ids as shown."""
    return cross_posted(site, item(1), item(1, **COPY, text=Press("other").article("en", 9).html))


def test_two_published_articles_that_become_one_leave_a_tombstone_for_the_id_given_up(site):
    before = both_published(site)

    site.run("cluster", "join", "https://copy.example/x", "https://news.example/1", "--by", "Ada")
    site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK + 60))

    after = shown(site)
    (given_up,) = set(before) - set(after)
    assert len(after) == 1
    assert told_gone(site) == {given_up: "Published here under another id."}
    assert given_up in told_gone(site, "sources/second.atom")
    assert site.run("audit").returncode == 0
    first = site.files()
    site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK + 120))
    assert site.files() == first


def test_article_that_is_split_again_comes_back_under_its_id_and_later(site):
    before = both_published(site)
    site.run("cluster", "join", "https://copy.example/x", "https://news.example/1", "--by", "Ada")
    site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK + 60))
    (given_up,) = told_gone(site)

    site.run("cluster", "split", "https://copy.example/x", "--by", "Ada")
    site.run("publish", SOURCE_DATE_EPOCH=str(CLOCK + 120))

    after = shown(site)
    assert set(after) == set(before)
    assert told_gone(site) == {}
    assert after[given_up].updated > before[given_up].updated
    assert site.run("audit").returncode == 0


def test_takedown_of_a_joint_work_tells_of_both_its_ids(site):
    before = both_published(site)
    site.run("cluster", "join", "https://copy.example/x", "https://news.example/1", "--by", "Ada")

    claim = ("--claimant", "Ada Byron", "--ground", "copyright", "--by", "ed")
    site.run(
        *("takedown", "add", "https://news.example/1", *claim),
        SOURCE_DATE_EPOCH=str(CLOCK + 60),
    )

    assert set(told_gone(site)) == set(before)
    assert set(told_gone(site).values()) == {"Removed at the request of the rights holder."}
    assert site.run("audit").returncode == 0
