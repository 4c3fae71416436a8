"""What a piece of markup says in words.  Pure.

Characters that XML 1.0 forbids never pass: one of them makes a whole feed unreadable.
Text without markup is *not* escaped; whoever puts it into markup escapes it.
"""

import html
import re
from functools import lru_cache

from syndicator.markup.letters import UNSPACED
from syndicator.markup.tokens import RAW_NAMES, TAG, without_raw_text

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_LONGEST_KEPT = 30_000
"""Characters of a fragment whose words are kept."""
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLOCKS = (
    "address|article|aside|blockquote|br|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset"
    "|figcaption|figure|footer|form|h[1-6]|header|hr|img|legend|li|main|menu|nav|ol|option|p|pre"
    "|section|select|summary|table|tbody|td|textarea|tfoot|th|thead|tr|ul|video|audio|iframe"
)
_INLINE = (
    "a|abbr|acronym|applet|b|base|bdi|bdo|big|body|button|cite|code|col|colgroup|data|del|dfn|em"
    "|embed|font|head|html|i|input|ins|kbd|label|link|map|area|mark|marquee|math|meta|meter"
    "|noscript|object|output|param|picture|progress|q|rp|rt|ruby|s|samp|script|small|source|span"
    "|strike|strong|style|sub|sup|svg|template|time|title|track|tt|u|var|wbr|xmp"
)
_BLOCK_NAMES = frozenset(
    [*_BLOCKS.replace("h[1-6]|", "").split("|"), *(f"h{n}" for n in range(1, 7))]
)
_HTML_TAG = re.compile(rf"(?=</?(?:{_BLOCKS}|{_INLINE})[ \t\n\f\r/>])(?:{TAG.pattern})", TAG.flags)
# A tag as it stands in what was cleaned; whatever is written in another way is left to TAG.
_PLAIN_TAG = re.compile(
    rf"</?((?!(?:{'|'.join(sorted(RAW_NAMES))})[ />])[a-z][a-z0-9]*+)"
    r'(?:>|(?: [a-z-]++="[^"<>]*+")*+ ?/?>)'
)

# Scripts that set no spaces between words: each character counts as a word, so that a
# limit in words stays a limit.  A run of 40 characters is no word but a way around it.
_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]{{1,40}}")
_SENTENCE_END = re.compile(
    r"(?:(?P<stop>(?<![.!?…])[.!?…]++)[\"'”’»)\]]*+(?=\s+[^\sa-zß-öø-ÿ]|\s*$)|[。！？][」』”’）]*+)"
)
_LAST_WORD = re.compile(r"\w*\Z")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "sen",
        "rep",
        "gov",
        "rev",
        "hon",
        "jr",
        "sr",
        "vs",
        "no",
        "inc",
        "ltd",
        "corp",
        "co",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "fig",
        "vol",
        "pp",
        "ed",
        "etc",
        "bzw",
        "ca",
        "nr",
        "al",
    ]
)
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))


def xml_safe(text: str) -> str:
    """Return *text* as an XML 1.0 parser would give it back.

    Characters that XML forbids go away (section 2.2, ``Char``); line ends become LF (2.11).
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_xml_safe(text) else _NOT_XML.sub("", text)


def _is_xml_safe(text: str) -> bool:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    if len(encoded.translate(None, _CONTROLS)) != len(encoded):
        return False
    return "\ufffe" not in text and "\uffff" not in text


def strip_bidi(text: str) -> str:
    """Return *text* without the embeddings, overrides and isolates of bidirectional text.

    They reach beyond their own line and can turn the words that follow around.  The plain
    marks (U+200E, U+200F, U+061C), which right-to-left text needs, stay.
    """
    return _BIDI.sub("", text)


def one_line(text: str) -> str:
    """Return the plain *text* fit for a title or a name: one line, no markup, no control.

    Tags of HTML that were left in it go away; other words in angle brackets stay, since
    ``List<T>`` is a title too.  Entities are not decoded: the text is already text.
    """
    return " ".join(strip_bidi(_without_tags(xml_safe(text))).split())


def plain_text(html_text: str) -> str:
    """Return the words of the fragment *html_text*, entities decoded, blocks apart by a space."""
    return kept_words(html_text) if len(html_text) <= _LONGEST_KEPT else _words(html_text)


def _words(html_text: str) -> str:
    text = html_text
    if "<" in text:
        text = _without_plain_tags(text)
    if "<" in text:
        text = TAG.sub(_gap, without_raw_text(html_text))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(xml_safe(text).split())


# An article is asked for its words again and again: is it new, in which language is it, of
# which topics, the same as which others?
kept_words = lru_cache(maxsize=256)(_words)


def word_count(text: str) -> int:
    """Return the number of words in the plain *text*; a character of Chinese is a word."""
    return sum(1 for _ in _WORD.finditer(text))


def excerpt(html_text: str, *, max_words: int) -> str:
    """Return the opening of *html_text* in plain text, of at most *max_words* words.

    It is contiguous and unaltered.  Where it must be cut it ends with the last sentence that
    lies in the second half of the limit, else behind a word, with an ellipsis.
    """
    text = plain_text(html_text)
    if max_words <= 0:
        return ""
    last, count = 0, 0
    for word in _WORD.finditer(text):
        if count == max_words:
            break
        last, count = word.end(), count + 1
    else:
        return text
    opening = text[:last]
    end = max((e for e in _sentence_ends(text, last)), default=0)
    if end and word_count(opening[:end]) * 2 >= max_words:
        return opening[:end]
    return opening.rstrip(" ,;:-–—(") + "…"


def _sentence_ends(text: str, limit: int) -> list[int]:
    # Looks one word beyond the limit: what follows tells a full stop from an abbreviation.
    return [
        found.end()
        for found in _SENTENCE_END.finditer(text[: limit + 40])
        if found.end() <= limit and not (found["stop"] and _abbreviates(text, found.start()))
    ]


def _abbreviates(text: str, end: int) -> bool:
    # More than that is never looked at: a word may be as long as the text.
    found = _LAST_WORD.search(text[max(0, end - _LONGEST_ABBREVIATION - 1) : end])
    word = found[0] if found else ""
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word.isupper())


def _without_plain_tags(text: str) -> str:
    """Return *text* without tags if all are plain; where one is not, it is left in the result."""
    parts = _PLAIN_TAG.split(text)
    parts[1::2] = [" " if name in _BLOCK_NAMES else "" for name in parts[1::2]]
    return "".join(parts)


def _gap(tag: re.Match[str]) -> str:
    name = tag["name"]
    return " " if name and name.lower() in _BLOCK_NAMES else ""


def _without_tags(text: str) -> str:
    return _HTML_TAG.sub("", without_raw_text(text)) if "<" in text else text
