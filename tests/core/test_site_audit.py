"""What the audit of a site lists about grants, trust and policies, and who owns a file."""

from dataclasses import replace
from datetime import date, timedelta

import lxml.html
import pytest

from syndicator.model.rights import (
    Decision,
    Disregard,
    Form,
    Grant,
    Hop,
    House,
    Policy,
    RightsRules,
    Scope,
    SourceTerms,
)
from syndicator.model.settings import Output
from syndicator.render import RENDERERS, render_index
from syndicator.rights.emitted import Unreadable
from syndicator.rights.reading_back import read_emitted
from syndicator.rights.site_files import Feeds, owner_of
from syndicator.rights.site_pages import check_look
from syndicator.rights.site_remarks import CHECKS, MEANING, NOT_CHECKED
from syndicator.rights.site_rules import check_grants, check_policies, check_trust
from syndicator.rights.site_works import Owner, PublishedFile, Verdict
from tests.builders import NOON, an_entry, an_output_feed

COMMUNITY = Output(id="main")
LETTER = Grant(
    id="letter",
    grantor="news",
    reference="letter of 1 May",
    starts=date(2026, 5, 1),
    until=date(2027, 5, 1),
    forms=("full",),
)


def rules(**fields):
    return RightsRules(**{"house": House(), "publishers": {}, "policies": {}} | fields)


def shown(output=COMMUNITY, **decision):
    entry = an_entry()
    hop = Hop(party="news", name="News", role="origin", url=entry.url)
    made = Decision(**{"form": Form.FULL, "chain": (hop,), "grants": ("letter",)} | decision)
    return [(output, Verdict(copies=(), entry=entry, decision=made, publication=None))]


def told(remarks, severity):
    return [r.problem for r in remarks if r.severity == severity]


@pytest.mark.parametrize(
    ("grant", "output", "problem"),
    [
        pytest.param({"until": date(2026, 11, 22)}, {}, "not in force", id="ended"),
        pytest.param({"starts": date(2026, 11, 24)}, {}, "not in force", id="not-begun"),
        pytest.param({"revoked": date(2026, 11, 23)}, {}, "not in force", id="revoked"),
        pytest.param({"until": NOON}, {}, "not in force", id="ended-this-second"),
        pytest.param({"forms": ("excerpt",)}, {}, "full form", id="form"),
        pytest.param(
            {"scope": Scope(channels=("community",))},
            {"channel": "commercial"},
            "commercial use",
            id="channel",
        ),
        pytest.param({"scope": Scope(outputs=("other",))}, {}, "output main", id="output"),
        pytest.param(
            {"scope": Scope(works=("https://news.example/two",))}, {}, "this work", id="work"
        ),
        pytest.param({"scope": Scope(territory=("IE",))}, {}, "this territory", id="worldwide"),
        pytest.param({"basis": "exception"}, {}, "beyond an exception", id="exception-in-public"),
    ],
)
def test_grant_used_beyond_its_term_or_scope_is_an_error(grant, output, problem):
    given = rules(grants=(replace(LETTER, **grant),))

    found = told(check_grants(given, shown(replace(COMMUNITY, **output)), NOON), "error")

    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize(
    "grant",
    [
        pytest.param({}, id="in-force"),
        pytest.param({"until": "never"}, id="never-ends"),
        pytest.param({"until": NOON.date()}, id="its-last-day"),
        pytest.param({"scope": Scope(works=("https://news.example/one?utm_source=x",))}, id="work"),
    ],
)
def test_grant_in_force_is_listed_with_what_relies_on_it(grant):
    given = rules(grants=(replace(LETTER, **grant),))

    remarks = list(check_grants(given, shown(), NOON))

    (listed,) = told(remarks, "note")
    assert told(remarks, "error") == []
    assert "letter of 1 May" in listed
    assert "relied on by tag:test.example,2026:article/1" in listed


def test_exception_for_those_who_asked_is_listed_as_one():
    exception = replace(LETTER, basis="exception", until="never")
    output = Output(id="main", audience="subscribers", purpose=("research",))

    remarks = list(check_grants(rules(grants=(exception,)), shown(output), NOON))

    assert told(remarks, "error") == []
    assert told(remarks, "note")[0].startswith("exception letter")


def test_grant_that_ends_soon_is_a_warning_only_while_something_relies_on_it():
    given = rules(grants=(replace(LETTER, until=date(2026, 12, 1)),))

    (warned,) = told(check_grants(given, shown(), NOON), "warning")

    assert "ends on 2026-12-01" in warned
    assert told(check_grants(given, [], NOON), "warning") == []


def test_belief_in_a_source_and_claims_that_do_not_count_are_listed():
    terms = SourceTerms(
        publisher="news", trust="all", disregard=(Disregard(claim="rsl", note="by letter"),)
    )

    found = told(check_trust(rules(sources={"news": terms}), shown()), "note")

    assert len(found) == 2
    assert all("article/1" in problem for problem in found)
    assert "by letter" in found[1]


@pytest.mark.parametrize(
    ("policy", "warned"),
    [
        pytest.param({"reviewed": date(2026, 9, 1)}, False, id="lately"),
        pytest.param({"reviewed": date(2025, 9, 1)}, True, id="a-year-ago"),
        pytest.param(
            {"reviewed": date(2026, 9, 1), "review_after": timedelta(days=30)},
            True,
            id="later-than-it-asks",
        ),
        pytest.param({}, True, id="never"),
        pytest.param({"basis": "own_work"}, False, id="own-terms"),
    ],
)
def test_policy_past_its_review_is_a_warning_where_it_is_used(policy, warned):
    given = rules(policies={"terms": Policy(id="terms", **policy)})
    used = shown(policies={"news": "terms, unknown"})

    assert bool(told(check_policies(given, used, NOON), "warning")) is warned
    assert bool(told(check_policies(given, [], NOON), "note")) is warned


def test_policy_that_covers_what_is_not_its_partys_is_listed():
    terms = Policy(id="terms", covers="all", reviewed=date(2026, 9, 1))
    given = rules(policies={"terms": terms})

    assert "covers: all" in told(check_policies(given, [], NOON), "note")[0]


FEEDS = Feeds(
    outputs=(COMMUNITY, Output(id="shop", formats=("atom",))),
    slugs={"theme": {"floods"}, "author": {"ada"}},
    own_articles={"hello"},
)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        pytest.param("all.json", ("main", "all", "json"), id="all"),
        pytest.param("index.html", ("main", "all", "index"), id="index"),
        pytest.param("shop/feeds.opml", ("shop", "all", "opml"), id="second-output"),
        pytest.param("themes/floods.rss", ("main", "theme", "rss"), id="theme"),
        pytest.param("shop/authors/ada.atom", ("shop", "author", "atom"), id="author"),
        pytest.param("articles/hello.html", ("main", "all", "html"), id="own-article"),
        pytest.param("articles/bye.html", None, id="no-article"),
        pytest.param("themes/fire.rss", None, id="no-theme"),
        pytest.param("floods.rss", None, id="in-no-folder"),
        pytest.param("shop/all.rss", None, id="format-that-is-off"),
        pytest.param("themes/floods.rss.bak", None, id="backup"),
        pytest.param("shop", None, id="file-named-as-an-output"),
    ],
)
def test_file_belongs_to_the_feed_that_writes_it(path, owner):
    found = owner_of(path, FEEDS)

    assert (found and (found.output.id, found.axis, found.format)) == owner


def test_item_of_a_page_leads_where_its_headline_does_whatever_stands_above():
    page = (
        '<!doctype html><article data-id="tag:a"><p><a href="themes/town.html">Town</a></p>'
        '<h2><a href="https://news.example/1">News</a></h2></article>'
    )

    (item,) = read_emitted(page.encode(), "html").items

    assert item.urls == ("https://news.example/1",)


def test_a_page_is_read_article_by_article_whatever_stands_in_another():
    page = (
        '<a rel="license" href="whole">x</a><article data-id="1"><div class="body"><p>One'
        ' <a rel="license" href="own"></a></p><article data-id="2"><div class="body"><p>Two</p></div>'
        '</article><p>again</p></div></article> between <article><article data-id="3">'
        '<div class="body">Three</div></article></article><area rel="license" href="map">'
    )

    found = read_emitted(page.encode(), "html")

    assert [(item.id, item.body.text) for item in found.items] == [
        ("1", "One Two again"),
        ("2", "Two"),
        ("3", "Three"),
    ]
    assert found.items[0].licences == ("own",)
    assert found.licences == ("whole", "map")


@pytest.mark.parametrize("page", [b"", b" \n"])
def test_a_page_without_anything_cannot_be_read(page):
    with pytest.raises(Unreadable):
        read_emitted(page, "html")


@pytest.mark.parametrize("page", ["page", "index"])
def test_style_sheet_of_a_page_is_one_that_somebody_looked_at(page):
    if page == "index":
        body = render_index("Example", "", "en", [])
    else:
        body = RENDERERS["html"](an_output_feed(), [], updated=NOON)
    file = PublishedFile(path="all.html", body=body, owner=None)
    owner = Owner(output=COMMUNITY, axis="all", slug="all", format="html")

    assert list(check_look(file, owner, lxml.html.document_fromstring(body))) == []


def test_every_check_has_words_and_every_breach_of_the_gate_has_a_check():
    assert {*CHECKS, *NOT_CHECKED} == set(range(1, 20))
    assert set(MEANING.values()) <= set(CHECKS)
    assert all(check.title and check.advice for check in CHECKS.values())
