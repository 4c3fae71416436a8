"""Which letters are the same however they are written?  Pure.

Case, width, ligatures, composed and decomposed accents (Unicode Standard Annex 15), vowel
points of Hebrew and Arabic, and what only says where a line may break make no other word.
The two letters i of Turkish are one, as the capital of either may be that of the other.
Other accents count.
"""

import re
import unicodedata

# Of all scripts that are in use; the rest of Unicode has few, and none that words need.
_MARKS = "".join(
    c for c in map(chr, range(0x300, 0x2000)) if unicodedata.category(c).startswith("M")
)
_JOINING = (
    f"{_MARKS}\u1160-\u11ff\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufb1e\ufe20-\ufe2f\uff9e\uff9f"
)
"""What is one letter with the one before it."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that set no spaces between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese), as
ranges for an expression."""
WORD = re.compile(rf"\w[\w{_JOINING}]*")
_PLAIN_WORD = re.compile(r"\w+")
_MARK = re.compile(f"[{_JOINING}]")
_LETTER = re.compile(rf"[\0-\x7f](?![{_JOINING}])|.[{_JOINING}]*", re.DOTALL)
_OPTIONAL = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)


def fold_letters(text: str) -> str:
    """Return *text* in the form in which letters are compared."""
    if text.isascii():
        return text.lower()
    plain = _OPTIONAL.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return plain.replace("i\u0307", "i").replace("\u0131", "i")


def words_of(text: str) -> list[str]:
    """Return the words of *text*, letters with their marks."""
    marked = not text.isascii() and _MARK.search(text)
    return (WORD if marked else _PLAIN_WORD).findall(text)


def span_of(text: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """Return where in *text* stands what is from *start* to *end* in its *folded* form."""
    if len(text) == len(folded):
        return start, end
    first, place = None, 0
    for letter in _LETTER.finditer(text):
        if place >= end:
            return first or 0, letter.start()
        place += len(fold_letters(letter.group()))
        if first is None and place > start:
            first = letter.start()
    return first or 0, len(text)
