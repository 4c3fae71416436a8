"""Which markup of others we show.  Pure.

One fixed list of elements and attributes, cleaned by nh3 (ammonia).  Nothing that runs,
frames, draws, styles or names: no script, svg, math, style, form, iframe, no ``id``,
``name``, ``class`` or ``style``.  Addresses are absolute http(s), links may be mailto.
Links carry no ``nofollow``: many of them are how a duty to name the source is met.
"""

import html
import re
import threading
from collections.abc import Callable, Iterator
from typing import Literal

import lxml.html
import nh3

from syndicator.markup.nesting import MAX_DEPTH, MAX_STRAY, depth_of, flatten, is_shallow
from syndicator.markup.text import plain_text, xml_safe
from syndicator.markup.tokens import RAW_NAMES
from syndicator.urls import is_web_url

MAX_REFERENCES = 50_000
"""Ampersands in one fragment; nh3 takes the square of their number in time."""

DEEPEST = 240
"""Elements within each other in what was cleaned; it is more than ``MAX_DEPTH``, as a browser
adds some, and leaves room for the page around them."""

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "audio",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "video",
    ]
)
_SIZE = {"width", "height"}
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"src", "alt"} | _SIZE,
    "ins": {"cite", "datetime"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "poster"} | _SIZE,
}
_CONTROLS = {"audio": {"controls": "controls"}, "video": {"controls": "controls"}}

_NUMERIC = re.compile(r"&#(\d{3,6});")
# What a parser may have moved, or read in another way than it is written.
_MOVED = re.compile(r"<(?:table|ruby|rt|rp)\b")
_SCOPED = re.compile(r"<(?:marquee|applet)\b", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:li|dt|dd)\b")
_ENTRY_OF_LIST = re.compile(r"(?:<(?:ul|ol|dl)\b[^>]*+>|</(?:li|dt|dd)>)\s*+<(?:li|dt|dd)\b")
_BREAKS_OF_PRE = re.compile(r"(<pre\b[^>]*+>)\n+")
_IMAGE = re.compile(r"<img\b([^>]*)>")
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
# As a browser reads a length: what follows the number means nothing, but for a per cent sign.
_TINY = re.compile(r"\s*(?:0*[01](?:\.\d*+)?(?![\d.%])|0+(?:\.0*+)?%)")
# Parsers of HTML 4 take both for elements that go on: what follows would stand in them.
_NEVER_ENDED = re.compile(r"<(?:source|wbr)\b[^>]*>")
_SOURCES = re.compile(r"(<(video|audio)\b.*?</\2>)|<source\b[^>]*>", re.DOTALL)
_PLAYER = re.compile(r"<(?:video|audio|source)\b[^>]*>")
_ADDRESS_IN_PLAYER = re.compile(r' (?:src|poster)="([^"]*)"')
_EMPTY = re.compile(r"<(a|p|div|span|li|ul|ol|figure|figcaption|em|strong)\b[^>]*>(\s*)</\1>")
_BEACONS = re.compile(
    r"""https?://(?:
        (?:pixel|stats?|b|analytics|counter|beacon|track(?:er|ing)?)\d*\.
            (?:wp|wordpress|quantserve|scorecardresearch|feedpress|feedburner|blogger)\.[a-z]+/
      | [^/]*\b(?:google-analytics|googletagmanager|doubleclick|scorecardresearch|quantserve
            |statcounter|pheedo|feedsportal|mf\.feeds|imrworldwide|chartbeat|hotjar|addtoany
            |2o7|omtrdc|parsely|plausible)\.[a-z]{2,4}/
      | (?:www\.)?facebook\.com/tr\b
      | [^/]*feedburner\.com/~r/
      | feeds\.wordpress\.com/1\.0/
      | [^/]*/(?:piwik|matomo)\.php
      | [^?]*/(?:pixel|beacon|1x1|spacer|blank|transparent)\.(?:gif|png)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def clean_html(html_text: str, *, base_url: str | None) -> str:
    """Return *html_text* as a fragment that is safe in a page and well-formed in XML.

    Args:
        html_text: what a publisher wrote, of whatever quality.
        base_url: what relative addresses are relative to; None: they are taken away.
    """
    return clean_counted(html_text, base_url=base_url)[0]


def clean_counted(html_text: str, *, base_url: str | None) -> tuple[str, tuple[str, ...]]:
    """Return what ``clean_html`` does, and the addresses of the page counters it took away."""
    text = xml_safe(html_text)
    if "<" not in text and "&" not in text:
        return text.replace(">", "&gt;").replace("\xa0", "&nbsp;"), ()
    # Two start tags open four elements at most: a table, and a cell that brings body and row.
    ends = text.count("</")
    has_many = 2 * (text.count("<") - ends) > MAX_DEPTH or ends > MAX_STRAY
    if has_many and not is_shallow(text):
        text = flatten(text)
    if text.count("&") > MAX_REFERENCES:
        text = _fewer_references(text)
    cleaned = _sanitized(text, base_url)
    # Once more: a reference such as &#11; is a character only now.
    cleaned = xml_safe(cleaned) if "&#" in text else cleaned
    cleaned = _settled(text, cleaned)
    shown = without_trackers(cleaned)
    return shown, () if len(shown) == len(cleaned) else tuple(_counters(cleaned))


def _counters(cleaned: str) -> Iterator[str]:
    for image in _IMAGE.finditer(cleaned):
        address = html.unescape(dict(_ATTRIBUTE.findall(image[1])).get("src", ""))
        if is_web_url(address) and not _seen_image(image):
            yield address


def _cleaner(
    url_relative: tuple[Literal["rewrite_with_base"], str] | Callable[[str], str | None],
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=RAW_NAMES,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"a": {"rel": {"license"}}},
        set_tag_attribute_values=_CONTROLS,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
        url_relative=url_relative,
    )


class _Seen(threading.local):
    relative = False


_seen = _Seen()


def _note_relative(_url: str) -> None:
    _seen.relative = True


# A cleaner takes longer to make than to use, and each item has a base of its own; but few
# have a relative address in them, and only these need one made for them.
_FOR_ABSOLUTE = _cleaner(_note_relative)


# The sign of a relative address; a fragment that has another one is cleaned twice.
_RELATIVE = re.compile(r"""=["'][/#.]""")


def _sanitized(text: str, base_url: str | None) -> str:
    if _RELATIVE.search(text) and is_web_url(base_url):
        return _cleaner(("rewrite_with_base", base_url)).clean(text)
    _seen.relative = False
    cleaned = _FOR_ABSOLUTE.clean(text)
    if _seen.relative and is_web_url(base_url):
        return _cleaner(("rewrite_with_base", base_url)).clean(text)
    return cleaned


def _settled(text: str, cleaned: str) -> str:
    """Return *cleaned*, which *text* became, with each element where a parser finds it again.

    An element may have lost the one around it, or come out of a table.  Read once more, an
    entry in a block of another entry ends both, and the end tag that is left over then ends
    what we put around the text.
    """
    if "<source" in cleaned:
        # Those of a picture, which is no element of ours.
        cleaned = _SOURCES.sub(lambda found: found[1] or "", cleaned)
    if "<pre" in cleaned:
        # A parser drops the first of them, each time.
        cleaned = _BREAKS_OF_PRE.sub(r"\1", cleaned)
    if _is_plain(text, cleaned) and _is_flat(cleaned):
        return cleaned
    for _ in range(3):
        again = _FOR_ABSOLUTE.clean(cleaned)
        if again == cleaned and _is_flat(cleaned):
            return cleaned
        cleaned = again
    return html.escape(plain_text(cleaned), quote=False)


def _is_plain(text: str, cleaned: str) -> bool:
    """Say whether nothing is in *text* and *cleaned* that has to be read a second time."""
    return text == cleaned or (
        not _MOVED.search(cleaned)
        and not _SCOPED.search(text)
        and len(_ENTRY.findall(cleaned)) == len(_ENTRY_OF_LIST.findall(cleaned))
    )


def _is_flat(cleaned: str) -> bool:
    return cleaned.count("</") <= DEEPEST or depth_of(cleaned) <= DEEPEST


def without_trackers(cleaned: str) -> str:
    """Return the fragment *cleaned* without images that are there to be counted, not seen.

    That is: no address, a width or height of 0 or 1, or the address of a known counter.
    Players and their posters lose such addresses.
    """
    if "<img" in cleaned:
        cleaned = _IMAGE.sub(_seen_image, cleaned)
    if "<video" in cleaned or "<audio" in cleaned or "<source" in cleaned:
        cleaned = _PLAYER.sub(_seen_player, cleaned)
    return cleaned


def strip_media(html_text: str) -> str:
    """Return the fragment *html_text*, cleaned before, without pictures, film and sound.

    A caption goes with its figure's picture; a figure that holds other words keeps them.
    """
    if not re.search(
        r"<(?:img|picture|video|audio|source|object|embed)\b", html_text, re.IGNORECASE
    ):
        return html_text
    ended = _NEVER_ENDED.sub("", xml_safe(html_text))
    tree = lxml.html.fragment_fromstring(ended, create_parent="div")
    media = list(tree.iter("img", "picture", "video", "audio", "object", "embed"))
    figures = {figure for medium in media for figure in medium.iterancestors("figure")}
    for figure in figures:
        for caption in list(figure.iter("figcaption")):
            caption.drop_tree()
    for medium in media:
        if medium.getparent() is not None:
            medium.drop_tree()
    parts = [html.escape(tree.text or "", quote=False)]
    parts += [lxml.html.tostring(child, encoding="unicode") for child in tree]
    stripped = "".join(parts)
    if not _is_plain("", stripped):
        # An entry may be without its end tag, as in HTML 4: a notice behind it would stand inside.
        stripped = clean_html(stripped, base_url=None)
    return _without_empty(stripped)


def _without_empty(cleaned: str) -> str:
    for _ in range(5):
        shorter = _EMPTY.sub(_gap, cleaned)
        if shorter == cleaned:
            break
        cleaned = shorter
    return cleaned.strip() if plain_text(cleaned) else ""


def _gap(empty: re.Match[str]) -> str:
    # Also an empty block, and a space in an element of its own, stand between two words.
    return empty[2] if empty[1] in {"a", "span", "em", "strong"} else " "


def _seen_image(found: re.Match[str]) -> str:
    values = dict(_ATTRIBUTE.findall(found[1]))
    src = html.unescape(values.get("src", ""))
    tiny = any(_TINY.match(values.get(side, "")) for side in ("width", "height"))
    return "" if tiny or _only_counts(src) else found[0]


def _seen_player(found: re.Match[str]) -> str:
    return _ADDRESS_IN_PLAYER.sub(
        lambda address: "" if _only_counts(html.unescape(address[1])) else address[0], found[0]
    )


def _only_counts(address: str) -> bool:
    """Say whether *address* leads to nothing that people could see or hear."""
    return not is_web_url(address) or _BEACONS.match(address) is not None


def _fewer_references(text: str) -> str:
    # Characters above ASCII mean nothing to a parser: they may stand as themselves.
    text = _NUMERIC.sub(lambda found: chr(int(found[1])) if int(found[1]) > 159 else found[0], text)
    text = xml_safe(text)
    pieces = text.split("&", MAX_REFERENCES)
    return "&".join(pieces[:MAX_REFERENCES])
