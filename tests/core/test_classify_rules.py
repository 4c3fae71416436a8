"""Rules beyond a list of words: limits, vetoes, lists, parents, pins, searches."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.classify import classify, compile_classifier
from syndicator.markup import plain_text
from syndicator.markup.letters import WORD, fold_letters
from syndicator.model.feed import Person, Statement
from syndicator.model.settings import Match
from tests.builders import a_config, a_source, a_theme, an_entry

BY = "https://creativecommons.org/licenses/by/4.0/deed.de"


def whys(entry, *themes, pins=None, **config):
    classifier = compile_classifier(a_config(themes=themes, **config))
    return {tag.slug: tag.why for tag in classify(entry, classifier, pins=pins)}


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        pytest.param(Match(any=("/opens on \\w+days/",)), True, id="pattern-among-any"),
        pytest.param(
            Match(any=("library",), all=("/sun(day|shine)s/",)), True, id="pattern-in-all"
        ),
        pytest.param(Match(any=("library",), none=("/sun/",)), False, id="pattern-in-none"),
        pytest.param(Match(any=("byron",)), False, id="author-is-not-looked-at-by-itself"),
        pytest.param(Match(any=("ada byron",), fields=("author",)), True, id="author"),
        pytest.param(Match(patterns=("/one$",), fields=("url",)), True, id="address"),
        pytest.param(Match(languages=("de",)), True, id="language-alone"),
        pytest.param(Match(languages=("de-AT",)), True, id="language-with-country"),
        pytest.param(Match(languages=("de-CH",)), False, id="other-country"),
        pytest.param(Match(any=("library",), languages=("fr",)), False, id="other-language"),
        pytest.param(Match(licences=("cc-by-4.0",)), True, id="licence"),
        pytest.param(Match(licences=("CC-BY",)), True, id="licence-of-any-version"),
        pytest.param(Match(licences=("cc-by-nc",)), False, id="stricter-licence"),
        pytest.param(Match(licences=(BY,)), True, id="licence-by-address"),
        pytest.param(Match(any=("library",), since=date(2026, 11, 20)), True, id="since-that-day"),
        pytest.param(Match(any=("library",), since=date(2026, 11, 21)), False, id="too-early"),
        pytest.param(Match(any=("library",), until=date(2026, 11, 20)), True, id="until-that-day"),
        pytest.param(Match(any=("library",), until=date(2026, 11, 19)), False, id="too-late"),
        pytest.param(
            Match(categories=("culture",), languages=("fr",)), False, id="limits-hold-all"
        ),
        pytest.param(Match(any=("!!!",)), False, id="no-word-in-the-term"),
    ],
)
def test_article_belongs_to_a_theme_only_within_its_limits(match, hit):
    entry = an_entry(
        categories=("Culture",),
        language="de-AT",
        statements=(Statement(scheme="atom-license", value=BY),),
    )

    assert bool(whys(entry, a_theme(match=match))) == hit


@pytest.mark.parametrize(
    ("rights", "licence"),
    [
        pytest.param("Published under CC BY-SA 4.0", "cc-by-sa-4.0", id="in-words"),
        pytest.param("CC0 1.0", "cc0-1.0", id="zero"),
        pytest.param("creativecommons.org/publicdomain/zero/1.0", "cc0", id="zero-by-address"),
        pytest.param("creativecommons.org/publicdomain/mark/1.0", "public-domain", id="mark"),
    ],
)
def test_licence_is_read_from_the_rights_line(rights, licence):
    assert whys(an_entry(rights=rights), a_theme(match=Match(licences=(licence,))))


@pytest.mark.parametrize(
    ("theme", "stays"),
    [
        pytest.param({"unless": Match(any=("town",))}, False, id="unless-a-word"),
        pytest.param({"unless": Match(any=("village",))}, True, id="unless-another-word"),
        pytest.param({"unless": Match(sources=("news",))}, False, id="unless-from-a-source"),
        pytest.param({"exclude": ("https://news.example/one?utm_source=x",)}, False, id="excluded"),
        pytest.param(
            {"include": ("https://news.example/one",), "unless": Match(any=("town",))},
            True,
            id="listed-in-spite-of-unless",
        ),
    ],
)
def test_veto_holds_against_the_default_of_the_source(theme, stays):
    themes = (a_theme(**theme),)

    found = whys(an_entry(), *themes, sources=(a_source(themes=("libraries",)),))

    assert ("libraries" in found) == stays


def test_listed_article_belongs_by_address_and_by_id():
    entry = an_entry()
    themes = [
        a_theme(id=f"t{n}", title=f"T{n}", include=(work,))
        for n, work in enumerate((entry.url, entry.article_id, "https://news.example/two"))
    ]

    assert whys(entry, *themes) == {"t0": "listed by the theme", "t1": "listed by the theme"}


def test_pin_stands_against_every_veto_and_names_the_editor():
    theme = a_theme(unless=Match(any=("town",)), exclude=(an_entry().url,))

    assert whys(an_entry(), theme, pins={("theme", "libraries"): "ada"}) == {
        "libraries": "pinned by ada"
    }


def test_item_of_a_child_stands_in_all_its_parents():
    themes = (
        a_theme(id="culture", title="Culture"),
        a_theme(
            id="libraries", title="Libraries", parent="buildings", match=Match(any=("library",))
        ),
        a_theme(id="buildings", title="Buildings", parent="culture"),
        a_theme(id="sports", title="Sports", parent="culture"),
    )

    found = whys(an_entry(), *themes)

    assert list(found) == ["culture", "libraries", "buildings"]
    assert found["culture"].startswith("part of “Buildings”: part of “Libraries”: “library” in the")


def test_own_reason_is_told_before_the_childs():
    themes = (
        a_theme(id="culture", title="Culture", match=Match(any=("town",))),
        a_theme(parent="culture", match=Match(any=("library",))),
    )

    assert whys(an_entry(), *themes)["culture"].startswith("“town” in the content")


def test_parent_may_refuse_what_its_child_holds():
    themes = (
        a_theme(id="top", title="Top"),
        a_theme(id="culture", title="Culture", parent="top", unless=Match(any=("town",))),
        a_theme(parent="culture", match=Match(any=("library",))),
    )

    assert list(whys(an_entry(), *themes)) == ["libraries"]


def test_parents_stay_on_their_axis():
    regions = (a_theme(id="north", title="North", parent="all-over", match=Match(any=("town",))),)
    config = a_config(
        themes=(a_theme(id="all-over", title="All over themes"),),
        regions=(*regions, a_theme(id="all-over", title="All over")),
    )

    tags = classify(an_entry(), compile_classifier(config))

    assert [(t.axis, t.slug) for t in tags] == [("region", "north"), ("region", "all-over")]


def test_search_of_a_theme_finds_as_the_command_does():
    themes = (
        a_theme(search='"opens on" libr* -village'),
        a_theme(id="no", title="No", search="library -town"),
    )

    assert whys(an_entry(), *themes) == {
        "libraries": 'found by the search "opens on" libr* -village'
    }


@pytest.mark.parametrize(
    ("entry", "term", "span"),
    [
        pytest.param(
            {"title": "The Library, Open: at last!"},
            "library open",
            "“The Library, Open: at last!”",
            id="as-written",
        ),
        pytest.param(
            {"title": "", "content_html": "<p>" + "word " * 40 + "flood" + " more" * 40 + "</p>"},
            "flood",
            "“…" + "word " * 7 + "flood" + " more" * 7 + "…”",
            id="cut-at-words",
        ),
        pytest.param(
            {"title": "市图书馆星期日开放"}, "图书馆", "“市图书馆星期日开放”", id="chinese"
        ),
        pytest.param({"title": "STRAẞE frei"}, "straße", "“STRAẞE frei”", id="folding-is-longer"),
        pytest.param(
            {"title": "İzmir: Straße… İSTANBUL’da sel"},
            "istanbul",
            "“İzmir: Straße… İSTANBUL’da sel”",
            id="after-longer-ones",
        ),
        pytest.param(
            {"title": "co\u00adoper\u00adation now"},
            "cooperation",
            "“co\u00adoper\u00adation now”",
            id="soft-hyphens",
        ),
        pytest.param({"title": "ｶﾞｲﾄﾞ公開"}, "ガイド", "“ｶﾞｲﾄﾞ公開”", id="half-width"),
    ],
)
def test_why_shows_the_words_around(entry, term, span):
    (why,) = whys(an_entry(**entry), a_theme(match=Match(any=(term,)))).values()

    assert why.endswith(span)


@pytest.mark.parametrize(
    ("term", "written", "stands"),
    [
        pytest.param("Mu\u0308ller", "Müller", True, id="decomposed-in-the-rule"),
        pytest.param("été", "Un e\u0301te\u0301 à Paris", True, id="decomposed-in-the-text"),
        pytest.param("ete", "Un été à Paris", False, id="accents-count"),
        pytest.param("te", "e\u0301te\u0301", False, id="no-word-ends-at-an-accent"),
        pytest.param("istanbul", "İSTANBUL", True, id="dotted-capital"),
        pytest.param("kırmızı", "KIRMIZI alarm", True, id="dotless-capital"),
        pytest.param("محمد", "قال مُحَمَّد إن", True, id="arabic-vowels"),
        pytest.param("השטפון", "הַשִּׁטָּפוֹן בצפון", True, id="hebrew-points"),
        pytest.param("कर", "वे काम करो", False, id="no-word-ends-at-a-vowel-sign"),
        pytest.param("बाढ़", "बिहार में बाढ़ आई", True, id="hindi"),
        pytest.param("/straße/", "Die STRAẞE und die Straße", True, id="pattern-with-sharp-s"),
        pytest.param("/caf.\\b/", "cafe\u0301 noir", False, id="pattern-knows-ascii-words-only"),
        pytest.param("/caf. noir/", "cafe\u0301 noir", True, id="pattern-on-composed-text"),
    ],
)
def test_letters_are_the_same_however_they_are_written(term, written, stands):
    entry = an_entry(title="", content_html=f"<p>{written}</p>", categories=())

    assert bool(whys(entry, a_theme(match=Match(any=(term,))))) is stands


def test_category_is_known_however_it_is_written():
    entry = an_entry(categories=("E\u0301nergie", "İKLİM"))
    themes = a_theme(aliases=("énergie",)), a_theme(id="iklim", title="İklim")

    assert set(whys(entry, *themes)) == {"libraries", "iklim"}


# The same answers as the simplest classifier gives


def simple(entry, match):
    """Whether *match* holds, word by word and term by term."""

    def folded(text):
        return " " + " ".join(WORD.findall(fold_letters(text))) + " "

    texts = {
        "title": entry.title,
        "summary": plain_text(entry.summary_html),
        "content": plain_text(entry.content_html),
    }

    def stands(term):
        if re.search("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]", term):
            return any(fold_letters(term) in fold_letters(texts[f]) for f in match.fields)
        return folded(term).strip() and any(folded(term) in folded(texts[f]) for f in match.fields)

    categories = set(map(fold_letters, entry.categories))
    if match.sources and entry.source_id not in match.sources:
        return False
    if categories & set(map(fold_letters, match.categories)):
        return True
    if not (match.any or match.all):
        return False
    if any(fold_letters(t) in categories or stands(t) for t in match.none):
        return False
    return all(map(stands, match.all)) and (not match.any or any(map(stands, match.any)))


WORDS = st.lists(
    st.sampled_from(
        ["Flood", "flood", "river", "the", "RIVER-bank", "图书馆", "馆", "İl", "ß", "x_y"]
    ),
    max_size=8,
).map(" ".join)
TERMS = st.lists(
    st.one_of(
        st.sampled_from(
            ["flood", "river bank", "the flood", "图书", "馆", "SS", "il", "!", "river"]
        ),
        st.text(max_size=6),
    ).filter(lambda t: not (len(t) > 2 and t[0] == t[-1] == "/")),
    max_size=4,
).map(tuple)
MATCHES = st.builds(
    Match,
    any=TERMS,
    all=TERMS.map(lambda terms: terms[:2]),
    none=TERMS.map(lambda terms: terms[:1]),
    categories=st.lists(st.sampled_from(["sport", "water"]), max_size=1).map(tuple),
    sources=st.lists(st.sampled_from(["news", "other"]), max_size=1).map(tuple),
    fields=st.lists(st.sampled_from(["title", "summary", "content"]), min_size=1).map(tuple),
)
ENTRIES = st.builds(
    lambda title, summary, content, categories: replace(
        an_entry(authors=(Person(name="x"),)),
        title=title,
        summary_html=summary,
        content_html=content,
        categories=tuple(categories),
    ),
    WORDS | st.text(max_size=30),
    WORDS,
    WORDS | st.text(max_size=30),
    st.lists(st.sampled_from(["Sport", "Water", "flood"]), max_size=2),
)


@given(ENTRIES, st.lists(MATCHES, min_size=1, max_size=4))
def test_automaton_gives_the_answers_of_a_plain_loop(entry, matches):
    themes = [a_theme(id=f"t{n}", title=f"title {n}", match=m) for n, m in enumerate(matches)]

    found = whys(entry, *themes)

    assert list(found) == [f"t{n}" for n, match in enumerate(matches) if simple(entry, match)]
