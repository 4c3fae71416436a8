"""The same text is known again in other clothes; another one is not taken for it."""

import random

import pytest

from syndicator.dedupe.fingerprint import Reading, fingerprint, is_same
from tests.pairs import labelled_pairs

WORDS = " ".join(f"word{n}" for n in range(300))
TEXT = f"<p>{WORDS}</p>"
FIRST_FORM = (  # of "word0 word1 ... word39", as it was stored until November 2026
    "95bea7a5830fb5,a991a8d1cfd92c,14780d63ce123cc,1c67cd01ca2f764,2bf9afcf9988edf,"
    "3d34e940da5bad3,5ff1c3dd9d7baa0,6f1593ea5e99e48,90efe352612b66b,979e4e210664eee,"
    "9a3b1ebea67dd90,daf84c2534272be,e242ab9dd55f0ce,ec516fc5fd644ed,f5f2b99c6e11f51,"
    "f9eaccbca3876c2,fcd6e03bd7ccba9,125d335c51613d80,139cd1d55a19de44,14de06eacdcd0831,"
    "151895e730ae7088,15d3c96d40be33bc,172da53296876e20,17f59f5b1cd0249d,18850bd077fe62b0,"
    "188a1557c753736e,18d2e43c80a7904f,19487a4f591d0c4d,19629a0378b20326,1979517f49dc0427,"
    "1c1f97d8f97869ba,1e13fc605b12851b,1e5ccc03daa122d0"
)
STORED = (  # of "word0 word1 ... word27", in the present form
    "2:5EoAR*brFP>%JByQA|`Lbz__cCqrP+_$TG0OfoOtXiq&bW2+};IvgmGIX$sDZM#cU2nfDSx&=={P-lbsA5w~Zxi?"
    "l@sR|lgCf?l~Z8T&ES#ktYi8Xe8OrJS?7qGxYlDDUVE}CS6<lEaH=+lMr0U7Zp_P@0e3;"
)
LETTERS = {
    "zh": [chr(c) for c in range(0x4E00, 0x5200)],
    "ja": [chr(c) for c in (*range(0x3041, 0x3097), *range(0x4E00, 0x4F00))],
    "th": [chr(c) for c in range(0x0E01, 0x0E2F)],
}


def numbered(*numbers):
    return " ".join(f"word{n}" for n in numbers)


def changed(every):
    return " ".join("other" if n % every == every - 1 else f"word{n}" for n in range(300))


def same(text, copy):
    return is_same(fingerprint(text), Reading(copy))


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        pytest.param(TEXT, True, id="itself"),
        pytest.param(f"<div><em>{WORDS.upper()}</em></div>", True, id="other-markup-and-case"),
        pytest.param(WORDS.replace(" ", ",  \n"), True, id="other-spaces-and-punctuation"),
        pytest.param(f"<p>First published elsewhere.</p>{TEXT}<p>Read more at …</p>", True,
                     id="a-line-before-and-after"),
        pytest.param(changed(50), True, id="six-words-changed"),
        pytest.param(changed(12), True, id="every-twelfth-word-changed"),
        pytest.param(numbered(*range(150)), True, id="first-half"),
        pytest.param(numbered(*range(190, 300)), True, id="last-third"),
        pytest.param(f"{WORDS} {numbered(*range(1000, 1300))}", True, id="as-much-again-behind-it"),
        pytest.param(f"{changed(50)} {numbered(*range(1000, 1600))}", True,
                     id="changed-and-twice-as-much-behind-it"),
        pytest.param(f"{numbered(*range(50))} {numbered(*range(1000, 1300))}", False,
                     id="quoted-in-another"),
        pytest.param(f"{numbered(*range(120))} {numbered(*range(1000, 1180))}", False,
                     id="two-fifths-in-common"),
        pytest.param(numbered(*range(60)), True, id="excerpt-alone"),
        pytest.param(f"{numbered(*range(100, 160))} Read more.", True, id="excerpt-with-a-line"),
        pytest.param(f"{numbered(*range(60))} {numbered(*range(1000, 1030))}", False,
                     id="quotation-and-a-remark-on-it"),
        pytest.param(numbered(*range(1000, 1300)), False, id="another-text"),
        pytest.param("", False, id="nothing"),
    ],
)  # fmt: skip
def test_copy_is_told_by_its_words(copy, expected):
    assert same(TEXT, copy) is expected


@pytest.mark.parametrize(
    "mark", ["<sup>{}</sup>", '<sup><a href="#n">[{}]</a></sup>', " [{}]", "¹"]
)
def test_marks_of_footnotes_change_nothing(mark):
    words = WORDS.split()
    noted = " ".join(w + mark.format(n) if n % 3 == 0 else w for n, w in enumerate(words))

    assert same(TEXT, noted)
    assert same(noted, TEXT)


@pytest.mark.parametrize("language", LETTERS)
def test_scripts_without_spaces_are_cut_by_character(language):
    rng = random.Random(language)
    signs = rng.choices(LETTERS[language], k=400)
    text = "".join(signs)
    edited = signs.copy()
    for place in rng.sample(range(400), 6):
        edited[place] = rng.choice(LETTERS[language])

    assert same(text, "".join(edited))
    assert same(text, text[:200])
    assert same(text, f"A line in another script. {text}")
    assert not same(text, "".join(rng.choices(LETTERS[language], k=400)))


def test_labelled_copies_are_known_and_other_articles_are_not():
    pairs = labelled_pairs(seed=20261124, rounds=3)
    # A digest holds the whole text; texts that differ in one figure are one here; and where
    # nothing but the standing words of a column were taken down, every column has them.
    aside = {"item and digest", "other figures", "column by its standing words"}

    told = [(p.kind, p.same, same(p.one.html, p.other.html)) for p in pairs if p.kind not in aside]

    assert [(kind, expected) for kind, expected, found in told if found is not expected] == []


def test_short_text_has_no_fingerprint():
    assert fingerprint("<p>Read the full article at the publisher's site.</p>") == ""
    assert not is_same("", Reading(TEXT))


def test_fingerprint_is_bounded_and_holds_no_word():
    book = numbered(*range(20_000))

    assert len(fingerprint(book)) < 1700
    assert "word" not in fingerprint(book)
    assert same(book, numbered(*range(7_000)))
    assert same(book, numbered(*range(9_000, 10_000)))
    assert not same(book, numbered(*range(20_000, 30_000)))


@pytest.mark.parametrize("stored", [FIRST_FORM, STORED], ids=["first-form", "present-form"])
def test_stored_fingerprints_stay_good(stored):
    assert is_same(stored, Reading(f"<p>{numbered(*range(40))}</p> {numbered(*range(500, 510))}"))
    assert not is_same(stored, Reading(numbered(*range(20, 60))))
