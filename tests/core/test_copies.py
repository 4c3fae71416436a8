"""Copies of a work are known by their words; two reports of one event are not copies."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.dedupe import (
    address_marks,
    are_numbered_apart,
    are_told_apart,
    read_text,
    same_work,
    sketch,
)
from syndicator.dedupe.shingles import tokens
from syndicator.markup import plain_text
from syndicator.model.feed import Link
from syndicator.model.rights import Evidence
from tests.builders import NOON, an_entry
from tests.pairs import EDITS, MISSES, PHRASES, Press, labelled_pairs


def text_of(article):
    return read_text(article.title, plain_text(article.html), article.published)


def is_joined(pair):
    one, other = text_of(pair.one), text_of(pair.other)
    return bool(sketch(one.words) & sketch(other.words)) and same_work(one, other)


@pytest.fixture(scope="module")
def judged():
    """Every pair of a small labelled set with what we say about it."""
    pairs = labelled_pairs("test", 3)
    assert len(pairs) >= 300
    return [(pair, is_joined(pair)) for pair in pairs]


def test_nothing_is_joined_that_is_no_copy(judged):
    assert [pair.kind for pair, joined in judged if joined and not pair.same] == []


def test_hardly_a_copy_is_missed(judged):
    copies = [joined for pair, joined in judged if pair.same]

    assert sum(copies) >= 0.97 * len(copies)


@pytest.mark.parametrize("lang", PHRASES)
def test_every_language_finds_its_copies(judged, lang):
    copies = [joined for pair, joined in judged if pair.same and pair.one.lang == lang]

    assert sum(copies) >= 0.9 * len(copies)


@pytest.mark.parametrize("kind", [*EDITS, *MISSES])
def test_every_kind_of_pair_is_in_the_set(judged, kind):
    assert any(pair.kind == kind for pair, _ in judged)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Straße", "STRASSE", id="case-of-sharp-s"),
        pytest.param("ｆｕｌｌ width", "full width", id="width"),
        pytest.param("ещё всё", "еще все", id="yo"),
        pytest.param("مُحَمَّد", "محمد", id="vowel-signs"),
        pytest.param("العربيــة أحمد", "العربية احمد", id="stretching-and-hamza"),
        pytest.param("wo\u00adrds, “here”", "words here", id="soft-hyphen-and-quotes"),
        pytest.param("cafe\u0301", "café", id="decomposed"),
    ],
)
def test_spelling_makes_no_other_word(one, other):
    assert tokens(one) == tokens(other)


def test_script_without_spaces_is_cut_by_character():
    assert tokens("洪水报告") == list("洪水报告")


@pytest.mark.parametrize("lang", PHRASES)
def test_near_empty_text_has_no_marks(lang):
    assert not sketch(tokens(Press("x").sentence(lang)))


@given(st.text(max_size=3000))
def test_any_text_can_be_read_and_is_bounded(text):
    read = read_text(text, text, None)

    assert len(sketch(read.words)) <= 14


def test_comparison_has_no_direction():
    for pair in labelled_pairs("direction", 1)[:38]:
        one, other = text_of(pair.one), text_of(pair.other)
        assert same_work(one, other) == same_work(other, one)


def test_excerpt_goes_out_with_its_article_not_weeks_later():
    article = Press("e").article("en", 30)
    excerpt = replace(article, sentences=article.sentences[:5])

    assert same_work(text_of(excerpt), text_of(article))
    late = replace(excerpt, published=NOON + timedelta(days=30))
    assert not same_work(text_of(late), text_of(article))


def origin(url, rule="published-first", confidence=0.85):
    return Evidence(fact="origin", value="X", url=url, rule=rule, confidence=confidence)


PAGE = "https://x.example/a"


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        pytest.param({}, 0, id="nothing-said"),
        pytest.param({"evidence": (origin(PAGE),)}, 1, id="originally-published"),
        pytest.param({"links": (Link(href=PAGE, rel="canonical"),)}, 1, id="canonical"),
        pytest.param({"evidence": (origin(PAGE, rule="rel-via"),)}, 0, id="found-through"),
        pytest.param({"evidence": (origin(PAGE, confidence=0.6),)}, 0, id="only-a-hint"),
        pytest.param({"evidence": (origin("https://x.example/"),)}, 0, id="front-page"),
        pytest.param(
            {"evidence": (origin(PAGE), origin("https://y.example/b"))}, 0, id="digest-of-several"
        ),
    ],
)
def test_entry_is_a_copy_of_the_one_page_it_names(fields, count):
    assert len(address_marks(an_entry(**fields), own=False)) == count


def test_copy_and_original_have_a_mark_in_common():
    original = an_entry(url="http://www.x.example/a/?utm_source=rss")
    copy = an_entry(url="https://copy.example/1", evidence=(origin(PAGE),))

    assert address_marks(original, own=True) & address_marks(copy, own=True)


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        pytest.param("https://x.example/b", True, id="two-pages-of-a-site"),
        pytest.param("http://www.x.example/a/", False, id="one-page"),
        pytest.param("https://y.example/b", False, id="two-sites"),
        pytest.param("https://x.example/", False, id="front-page"),
        pytest.param(None, False, id="no-address"),
    ],
)
def test_site_tells_its_own_pages_apart(other, apart):
    assert are_told_apart(PAGE, other) is apart


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param("/council/minutes-7", "/council/minutes-8", True, id="series"),
        pytest.param("/council/minutes-7", "/council/minutes-7", False, id="one-id"),
        pytest.param("/council/minutes-7", "/council/report-8", False, id="words"),
        pytest.param("post-7", "post-8", False, id="each-site-counts-for-itself"),
        pytest.param(
            "https://x.example/minutes-7",
            "https://y.example/minutes-8",
            False,
            id="two-sites",
        ),
    ],
)
def test_ids_of_one_path_and_another_number_are_of_a_series(one, other, apart):
    assert are_numbered_apart(one, other) is apart
