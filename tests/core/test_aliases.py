"""An entry that comes under another id is known again, and nothing else is taken for it."""

from datetime import timedelta

import pytest

from syndicator.identify import MAX_EDITS, accepted_edits, keyed, steady
from syndicator.identify.aliases import (
    Earlier,
    alias_marks,
    are_two_pages,
    is_again,
    judge_batch,
    may_be_another,
)
from syndicator.identify.terms import restatements
from syndicator.model.entries import EntryKey
from syndicator.model.feed import Enclosure, Statement
from syndicator.model.rights import Evidence
from tests.builders import NOON, a_parsed_entry, an_entry
from tests.core.test_identify import known

MEDIA = (Enclosure(url="https://news.example/a.mp3"),)


def names(*entries):
    return list(alias_marks("news", keyed(entries)[0]).values())


@pytest.mark.parametrize(
    ("one", "other", "rung"),
    [
        ({"id": "http://n.example/?p=1"}, {"id": "https://www.n.example/?p=1"}, "id"),
        ({"id": "a"}, {"id": "b", "url": "http://news.example/one/?utm_source=x"}, "link"),
        ({"enclosures": MEDIA}, {"enclosures": MEDIA, "id": "b"}, "enclosure"),
        ({"title": "One: two"}, {"title": "One – two", "id": "b"}, "title"),
    ],
    ids=["scheme-and-host", "link", "enclosure", "title-and-date"],
)
def test_other_names_stay_when_the_id_changes(one, other, rung):
    (before,), (after,) = names(a_parsed_entry(**one)), names(a_parsed_entry(**other))

    assert before[rung] == after[rung]


@pytest.mark.parametrize(
    ("one", "other", "rung"),
    [
        ({"id": "https://n.example/#1"}, {"id": "https://n.example/#2"}, "id"),
        ({"title": "A"}, {"title": "A", "published": NOON}, "title"),
    ],
    ids=["fragment", "other-date"],
)
def test_different_names_stay_different(one, other, rung):
    (before,), (after,) = names(a_parsed_entry(**one)), names(a_parsed_entry(**other))

    assert before[rung] != after[rung]


def test_link_that_two_items_share_names_neither():
    found = names(a_parsed_entry(id="a"), a_parsed_entry(id="b"))

    assert not [1 for one in found if "link" in one]


def test_one_source_has_no_names_in_common_with_another():
    items = keyed([a_parsed_entry()])[0]

    one, other = (set(next(iter(alias_marks(s, items).values())).values()) for s in ("x", "y"))

    assert not one & other


EARLIER = Earlier(
    pk=1,
    key=EntryKey("k"),
    title="Library opens on Sundays",
    url=a_parsed_entry().url,
    published=a_parsed_entry().published,
)
OTHER = {"title": "Something else", "published": NOON}


@pytest.mark.parametrize(
    ("rung", "fields", "same_text", "again"),
    [
        pytest.param("id", OTHER, False, True, id="id-needs-no-more"),
        pytest.param("link", {"published": NOON}, False, True, id="link-with-title"),
        pytest.param("link", {"title": "Edited"}, False, True, id="link-with-date"),
        pytest.param("link", OTHER, False, False, id="link-used-again"),
        pytest.param("link", OTHER, True, True, id="link-with-text"),
        pytest.param("enclosure", OTHER, False, False, id="jingle"),
        pytest.param("title", {}, False, False, id="title-and-date-need-the-text"),
    ],
)
def test_name_is_believed_as_far_as_it_reaches(rung, fields, same_text, again):
    assert is_again(rung, a_parsed_entry(**fields), EARLIER, lambda: same_text) == again


def same(*_):
    return True


def moved(count, **fields):
    return keyed(
        a_parsed_entry(
            **{"id": f"new{n}", "url": f"https://p.example/{n}", "title": f"Title {n}"} | fields
        )
        for n in range(count)
    )[0]


def before(count):
    return [
        Earlier(pk=n, key=EntryKey(f"old{n}"), title=f"Title {n}", url=None, published=NOON)
        for n in range(count)
    ]


def test_batch_that_is_mostly_old_is_paired_and_the_rest_kept_back():
    strange = [*moved(6), *keyed([a_parsed_entry(id="x", title="From the archive")])[0]]

    verdict = judge_batch(strange, 7, before(6), 0, same)

    assert verdict.pairs == {f"new{n}": f"old{n}" for n in range(6)}
    assert verdict.held == {"x"}


def test_news_among_a_moved_batch_goes_out():
    news = keyed([a_parsed_entry(id="x", title="News", published=NOON + timedelta(days=1))])[0]

    verdict = judge_batch([*moved(6), *news], 7, before(6), 0, same)

    assert verdict.held == frozenset()


@pytest.mark.parametrize(
    ("strange", "size", "earlier"),
    [
        pytest.param(moved(4), 4, before(4), id="too-few"),
        pytest.param(moved(6), 20, before(6), id="too-small-a-part"),
        pytest.param(moved(8), 8, [], id="archive-of-a-new-source"),
    ],
)
def test_no_guard_without_a_flood(strange, size, earlier):
    assert judge_batch(strange, size, earlier, 0, same).held == frozenset()


def test_forecast_with_yesterdays_titles_is_new():
    verdict = judge_batch(moved(8), 8, before(8), 0, lambda *_: False)

    assert (verdict.pairs, verdict.held) == ({}, frozenset())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Text. 12 comments", "Text. 1,013 comments"),
        ("Text. 3 minutes ago", "Text. an hour ago"),
        ("Page generated at 12:01:17 in 0.21 s. Text", "Page generated at 12:02:59 in 1.5 s. Text"),
        ("Text 6f1ed002ab5595859014ebf0951522d9", "Text 0cc175b9c0f1b6a831c399e269772661"),
    ],
    ids=["counter", "age", "clock", "nonce"],
)
def test_what_every_visit_stamps_anew_is_no_text(one, other):
    assert steady(one) == steady(other)


@pytest.mark.parametrize("text", ["The train leaves at 12:30.", "7 dead", "2026-11-20"])
def test_figures_of_the_text_itself_count(text):
    assert steady(text) == text


@pytest.mark.parametrize(
    ("fields", "another"),
    [
        pytest.param(OTHER, True, id="other-headline-and-date"),
        pytest.param(OTHER | {"published": None}, True, id="without-date"),
        pytest.param(OTHER | {"title": "LIBRARY opens – on Sundays"}, False, id="same-headline"),
        pytest.param(OTHER | {"published": EARLIER.published}, False, id="same-date"),
    ],
)
def test_id_may_be_anothers_only_under_another_headline_and_date(fields, another):
    assert may_be_another(a_parsed_entry(**fields), EARLIER) is another


@pytest.mark.parametrize(
    ("other", "two"),
    [
        pytest.param("https://news.example/two", True, id="two-pages"),
        pytest.param("http://www.news.example/one/", False, id="one-page"),
        pytest.param("https://news.example/", False, id="front-page"),
        pytest.param(None, False, id="no-page"),
    ],
)
def test_two_pages_are_told_by_their_addresses(other, two):
    assert are_two_pages("https://news.example/one", other) is two


TEXT = "<p>" + "All the words of a text without a date. " * 3 + "</p>"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(TEXT, TEXT, True, id="the-very-words"),
        pytest.param(TEXT, TEXT + "<p>More.</p>", False, id="edited"),
        pytest.param("<p>A picture</p>", "<p>A picture</p>", False, id="caption"),
    ],
)
def test_title_without_a_date_is_a_name_only_with_the_very_words(one, other, same):
    (before,), (after,) = (
        names(a_parsed_entry(id=i, published=None, content_html=text))
        for i, text in (("a", one), ("b", other))
    )

    assert ("title" in before and before["title"] == after.get("title")) is same


def test_edits_without_end_are_taken_once_a_day():
    first = an_entry()
    soon, later = (
        an_entry(changed_at=first.changed_at + timedelta(hours=hours)) for hours in (1, 25)
    )

    taken = [
        accepted_edits([entry], known(first), {first.key: edits}, restated=())
        for entry, edits in ((soon, MAX_EDITS - 1), (soon, MAX_EDITS), (later, MAX_EDITS))
    ]

    assert [len(one) for one in taken] == [1, 0, 1]


def test_edit_of_what_is_said_on_rights_is_never_put_off():
    first = an_entry()
    soon = an_entry(changed_at=first.changed_at + timedelta(hours=1))

    taken = accepted_edits([soon], known(first), {first.key: MAX_EDITS}, restated={first.key})

    assert taken == (soon,)


BY = "https://creativecommons.org/licenses/by/4.0/"
LICENSED = (Statement(scheme="creativeCommons", value=BY),)
RESERVED = (Statement(scheme="rss-copyright", value="All rights reserved", scope="feed"),)
EMBARGO = (Evidence(fact="embargo", value="2027-01-01T00:00:00+00:00", where="title"),)


def until(day):
    return (Evidence(fact="expiry", value=day, where="feed:dcterms-valid"),)


BYLINE = (Evidence(fact="byline", value="AP", where="content"),)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"statements": LICENSED}, {}, [(False, BY, "nothing")]),
        ({}, {"statements": RESERVED}, [(True, "nothing", "All rights reserved")]),
        (
            {"rights": "© 2025 News"},
            {"rights": "© 2026 Ada, all rights reserved"},
            [(False, "© ···· News", "© ···· Ada, all rights reserved")],
        ),
        (
            {"statements": LICENSED},
            {"statements": RESERVED},
            [(False, BY, "nothing"), (True, "nothing", "All rights reserved")],
        ),
        ({"evidence": EMBARGO}, {}, [(False, "embargo: 2027-01-01T00:00:00+00:00", "nothing")]),
        ({"rights": "© 2025 News"}, {"rights": "©  2026 News"}, []),
        ({"title": "One"}, {"title": "Two", "evidence": BYLINE}, []),
        (
            {"evidence": until("2027-01-02")},
            {"evidence": until("2027-01-01")},
            [(False, "until 2027-01-02", "until 2027-01-01")],
        ),
        ({"evidence": until("2027-01-01")}, {"evidence": until("2027-01-02")}, []),
        ({"evidence": until("2027-01-01")}, {}, []),
    ],
    ids=[
        "gone",
        "come",
        "line",
        "of-both",
        "embargo",
        "year",
        "words",
        "sooner",
        "later",
        "no-end",
    ],
)
def test_other_words_on_rights_are_told_with_those_before(before, after, told):
    found = restatements(an_entry(**before), an_entry(**after))

    assert [(each.whole_feed, each.before, each.after) for each in found] == told
