"""Themes: by default of the source, by the publisher's own words, by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.classify import classify, compile_classifier, unknown_names
from syndicator.model.settings import Match
from tests.builders import a_config, a_source, a_theme, an_entry


def tags_of(entry, names=(), **config):
    return classify(entry, compile_classifier(a_config(**config)), names)


def slugs_of(entry, match, **theme):
    tags = tags_of(entry, themes=(a_theme(match=match, **theme),))
    return [tag.slug for tag in tags]


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        pytest.param(Match(any=("library",)), True, id="word"),
        pytest.param(Match(any=("LIBRARY",)), True, id="case"),
        pytest.param(Match(any=("librar",)), False, id="part-of-a-word"),
        pytest.param(Match(any=("opens on sundays",)), True, id="phrase"),
        pytest.param(Match(any=("opens sundays",)), False, id="words-apart"),
        pytest.param(Match(any=("nothing", "town")), True, id="any-of-several"),
        pytest.param(Match(all=("library", "town")), True, id="all"),
        pytest.param(Match(all=("library", "village")), False, id="all-but-one"),
        pytest.param(Match(any=("library",), none=("town",)), False, id="none"),
        pytest.param(Match(any=("town",), fields=("title",)), False, id="other-field"),
        pytest.param(Match(patterns=(r"opens on \w+days",)), True, id="pattern"),
        pytest.param(Match(any=("library",), sources=("other",)), False, id="other-source"),
        pytest.param(Match(any=("library",), sources=("news",)), True, id="this-source"),
        pytest.param(Match(categories=("culture",)), True, id="category"),
        pytest.param(Match(any=("library",), none=("culture",)), False, id="category-excluded"),
        pytest.param(Match(), False, id="no-rule"),
        pytest.param(None, False, id="no-match"),
    ],
)
def test_article_belongs_to_a_theme_whose_match_it_meets(match, hit):
    entry = an_entry(categories=("Culture",))

    assert slugs_of(entry, match, id="t", title="T") == (["t"] if hit else [])


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Überfall in ISTANBUL", "überfall"),
        ("图书馆星期日开放", "图书馆"),
        ("他在𠮷野山種花", "𠮷"),
        ("تفتح المكتبة أبوابها", "المكتبة"),
        ("Библиотека открыта", "библиотека"),
    ],
    ids=["german", "chinese", "rare-chinese", "arabic", "russian"],
)
def test_words_of_any_script_are_found(text, term):
    assert slugs_of(an_entry(title=text), Match(any=(term,))) == ["libraries"]


def test_source_default_and_rule_are_both_reasons_but_one_tag():
    tags = tags_of(
        an_entry(),
        sources=(a_source(themes=("libraries",)),),
        themes=(a_theme(match=Match(any=("library",))),),
    )

    assert [(t.slug, t.why) for t in tags] == [("libraries", "default of the source")]


def test_own_category_of_the_publisher_names_a_theme_by_alias():
    tags = tags_of(
        an_entry(categories=("BIBLIOTHEKEN",)), themes=(a_theme(aliases=("Bibliotheken",)),)
    )

    assert [t.why for t in tags] == ["category “bibliotheken”"]


def test_seed_names_region_and_report_by_title():
    tags = tags_of(
        an_entry(),
        names=(("region", "North Side"), ("report", "flood report")),
        regions=(a_theme(id="north", title="North Side"),),
        reports=(a_theme(id="flood", title="Flood Report"),),
    )

    assert [(t.axis, t.slug) for t in tags] == [("region", "north"), ("report", "flood")]


def test_name_that_nobody_goes_by_is_told():
    classifier = compile_classifier(a_config(regions=(a_theme(id="north", title="North Side"),)))

    assert unknown_names((("region", "south"), ("region", "NORTH SIDE")), classifier) == (
        ("region", "south"),
    )


def test_entry_may_stand_in_many_themes_in_the_order_of_the_configuration():
    themes = tuple(
        a_theme(id=name, title=name, match=Match(any=(name,))) for name in ("town", "library")
    )

    assert [t.slug for t in tags_of(an_entry(), themes=themes)] == ["town", "library"]


def test_why_says_which_word_in_which_field():
    (tag,) = tags_of(an_entry(), themes=(a_theme(match=Match(any=("december",))),))

    assert tag.why == (
        "“december” in the content: “The town library opens on Sundays from December.”"
    )


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_and_term_is_survived(text, term):
    entry = an_entry(title=text, content_html=text)

    assert slugs_of(entry, Match(any=(term,), none=(term,))) == []
