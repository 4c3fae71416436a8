"""Searches: what is asked for, and which texts answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.query import QueryMistake, answers, entry_words, parse_query, words
from tests.builders import an_entry


def found(query, title="", text=""):
    entry = an_entry(title=title, content_html=text)
    return answers(parse_query(query), entry_words(entry))


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        pytest.param("library sundays", True, id="both-words"),
        pytest.param("library mondays", False, id="one-of-two-words"),
        pytest.param("LIBRARY", True, id="case"),
        pytest.param("biblio", False, id="part-of-a-word"),
        pytest.param("libr*", True, id="beginning-of-a-word"),
        pytest.param('"open on"', True, id="phrase"),
        pytest.param('"on open"', False, id="words-in-another-order"),
        pytest.param('"sundays the town"', False, id="phrase-across-title-and-text"),
        pytest.param("mondays OR sundays", True, id="either"),
        pytest.param("mondays OR tuesdays", False, id="neither"),
        pytest.param("library mondays OR sundays", True, id="or-binds-closer"),
        pytest.param("library -cafe", False, id="unwanted-word"),
        pytest.param("library -pub", True, id="unwanted-word-not-there"),
        pytest.param('library -"new café"', False, id="unwanted-phrase"),
        pytest.param("café", True, id="accent"),
        pytest.param("ca\u0301fe", True, id="accent-elsewhere"),
        pytest.param("new-café", True, id="hyphen-makes-a-phrase"),
        pytest.param("café-new", False, id="hyphenated-words-in-another-order"),
        pytest.param("图书馆", True, id="chinese"),
        pytest.param("图馆", False, id="characters-apart"),
        pytest.param("OR library", True, id="or-of-nothing"),
        pytest.param("“on open”", False, id="curly-quotes"),
        pytest.param("„open on“ «the town»", True, id="quotes-of-other-languages"),
        pytest.param("library \u2212cafe", False, id="typographic-minus"),
        pytest.param('library"', True, id="lone-quotation-mark"),
    ],
)
def test_query_finds_what_holds_all_it_asks_for(query, hit):
    title, text = "Library: open on Sundays", "<p>The town’s new <b>café</b> in the 市图书馆</p>"

    assert found(query, title, text) == hit


@pytest.mark.parametrize("query", ["", "  ", "-flood", "OR", '""', "!?", "*"])
def test_search_for_nothing_is_a_mistake(query):
    with pytest.raises(QueryMistake, match="at least one word"):
        parse_query(query)


def test_words_of_many_scripts_are_compared_alike():
    assert words("KIRMIZI İl co\u00adop הַשִּׁטָּפוֹן ＡＢ") == ("kirmizi", "il", "coop", "השטפון", "ab")
    assert words("kırmızı") == ("kirmizi",)
    assert words("Straße Ünal ŁÓDŹ الْمَكْتَبَة й") == ("strasse", "unal", "łodz", "المكتبة", "и")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_query_is_a_mistake_or_has_an_answer(query, text):
    try:
        parsed = parse_query(query)
    except QueryMistake:
        return
    assert answers(parsed, entry_words(an_entry(title=text, content_html=text))) in {True, False}


@given(st.text(min_size=1, max_size=60))
def test_text_is_found_by_all_its_words(text):
    own = words(text)
    if own:
        assert found(" ".join(own), title=text)
