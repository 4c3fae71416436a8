"""The same text is known again in other clothes; another one is not taken for it."""

import pytest

from syndicator.markup.fingerprint import fingerprint, is_same, text_runs

WORDS = " ".join(f"word{n}" for n in range(300))
TEXT = f"<p>{WORDS}</p>"


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        pytest.param(TEXT, True, id="itself"),
        pytest.param(f"<div><em>{WORDS.upper()}</em></div>", True, id="other-markup-and-case"),
        pytest.param(WORDS.replace(" ", ",  \n"), True, id="other-spaces-and-punctuation"),
        pytest.param(f"<p>First published elsewhere.</p>{TEXT}<p>Read more at …</p>", True,
                     id="a-line-before-and-after"),
        pytest.param(TEXT.replace("word150", "changed"), True, id="one-word-changed"),
        pytest.param(" ".join(WORDS.split()[:60]), False, id="short-quotation"),
        pytest.param(" ".join(f"other{n}" for n in range(300)), False, id="another-text"),
        pytest.param("", False, id="nothing"),
    ],
)  # fmt: skip
def test_copy_is_told_by_its_words(copy, same):
    assert is_same(fingerprint(TEXT), text_runs(copy)) is same


def test_short_text_has_no_fingerprint():
    assert fingerprint("<p>Read the full article at the publisher's site.</p>") == ""
    assert not is_same("", text_runs(TEXT))


def test_fingerprint_is_bounded_and_holds_no_word():
    assert len(fingerprint(TEXT)) < 64 * 18
    assert "word" not in fingerprint(TEXT)
