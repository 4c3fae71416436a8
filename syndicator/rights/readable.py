"""What people can read of a fragment of HTML, and where its links lead.  Pure.

For the audit: tags, classes and attributes other than ``href`` are taken away, because
feed readers do so too; what is left must still say everything that is owed.  The markup is
kept beside it: what is there and cannot be seen says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

import lxml.html
from lxml import etree

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "figcaption",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_MEDIA = ("img", "picture", "video", "audio", "iframe", "embed", "object", "source", "svg")
_ACTIVE = frozenset({"script", "style", "base", "form"})
_ADDRESSES = frozenset({"href", "src"})
_HIDING = frozenset({"hidden", "style"})
_SCHEMES = frozenset({"", "http", "https", "mailto"})

OURS = {"syn-source": "source line", "syn-notice": "notice", "syn-plain": "plain line"}
"""Classes of the blocks around a text that we wrote ourselves, and what they are called."""

_WRITTEN: Mapping[str, frozenset[str]] = {
    "p": frozenset({"class", "dir"}),
    "aside": frozenset({"class", "role", "data-syn-duties", "dir"}),
    "a": frozenset({"href", "rel", "dir"}),
    "span": frozenset({"class", "dir"}),
}
"""Elements of these blocks and their attributes: whatever else is there hides or adds."""

_VALUES = {"rel": "license", "class": "p-author"}
"""What these attributes say inside of a block."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The readable words of one block and the addresses it links to."""

    text: str
    hrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A block around a text that we wrote ourselves."""

    kind: str
    """``source line``, ``notice`` or ``plain line``."""
    text: str
    hrefs: tuple[str, ...]
    markup: str
    within: str
    """The element that it stands in; empty where it stands beside the text, as it should."""
    strange: tuple[str, ...]
    """Elements and attributes that such a block never has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A fragment as a reader shows it: all tags and attributes gone but ``href``."""

    name: str
    """The element it stood in: content, summary, description, ..."""
    text: str
    hrefs: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    media: tuple[str, ...] = ()
    """Addresses (or names) of images, embeds and players."""
    nofollow: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    """Addresses without a scheme."""
    machine: tuple[str, ...] = ()
    """Descriptions for machines that are no scripts (JSON-LD)."""
    unsafe: tuple[str, ...] = ()
    """Scripts, event attributes, what hides words from people, and addresses with another scheme
    than http, https, mailto."""
    markup: str = ""
    """The fragment itself."""
    own: tuple[Own, ...] = ()


def readable(name: str, html: str) -> Readable:
    """Return what people can read of *html*."""
    return replace(_read(html), name=name, markup=html)


@lru_cache(maxsize=512)  # the same text stands in every format, under another name
def _read(html: str) -> Readable:
    return read_element("", _parsed(html))


@lru_cache(maxsize=512)
def parsed_markup(html: str) -> str:
    """Return *html* as a parser of pages understands it, to compare two fragments."""
    return inner_markup(_parsed(html))


def without_own(html: str) -> Readable:
    """Return what people can read of *html* besides the blocks that we wrote."""
    root = _parsed(html)
    for element in [x for x in root if _kind(x)]:
        element.drop_tree()
    return replace(read_element("text", root), markup=inner_markup(root))


def inner_markup(root: lxml.html.HtmlElement) -> str:
    """Return the markup of what stands inside of *root*."""
    children = (lxml.html.tostring(child, encoding="unicode") for child in root)
    return "".join([escape(root.text or "", quote=False), *map(str, children)])


def _parsed(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(html or " ", create_parent="div")


def read_element(name: str, root: lxml.html.HtmlElement) -> Readable:
    """Return what people can read below *root*; scripts and styles are not read."""
    # As long as this holds them, lxml makes no element anew for the looks that follow.
    elements = list(root.iter())
    unsafe = tuple(_unsafe(elements))
    machine = tuple(x.text or "" for x in root.iter("script"))
    own = tuple(_own(root))
    for element in [*root.iter("script", "style", "template")]:
        element.drop_tree()
    text, paragraphs = _texts(root)
    return Readable(
        name=name,
        text=text,
        hrefs=_hrefs(root),
        paragraphs=paragraphs,
        media=tuple(x.get("src") or x.get("data") or str(x.tag) for x in root.iter(*_MEDIA)),
        nofollow=tuple(
            x.get("href", "") for x in root.iter("a") if "nofollow" in (x.get("rel") or "").split()
        ),
        relative=tuple(
            value
            for element in root.iter()
            for attribute, value in element.items()
            if attribute in _ADDRESSES and not _scheme(value)
        ),
        machine=machine,
        unsafe=unsafe,
        own=own,
    )


def words(text: str) -> str:
    """Return *text* with every run of white space as one space."""
    return " ".join(text.split())


def _texts(root: lxml.html.HtmlElement) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the words below *root*, and those of each block that holds no other."""
    parts: list[str] = []
    paragraphs: list[Paragraph] = []
    innermost: lxml.html.HtmlElement | None = None
    begin = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        is_block = element.tag in _BLOCKS
        if is_block:
            parts.append(" ")
        if event == "start":
            parts.append(element.text or "")
            if is_block and element.tag != "br":
                innermost, begin = element, len(parts) - 1
            continue
        if innermost is not None and element is innermost:
            if element.tag != "hr":
                paragraphs.append(Paragraph(words("".join(parts[begin:])), _hrefs(element)))
            innermost = None
        if element is not root:
            parts.append(element.tail or "")
    return words("".join(parts)), tuple(paragraphs)


def _hrefs(root: lxml.html.HtmlElement) -> tuple[str, ...]:
    # A link without words in it is none that anybody could follow.
    links = (x for x in root.iter("a") if x.get("href") and str(x.text_content()).strip())
    return tuple(x.get("href") or "" for x in links)


def _own(root: lxml.html.HtmlElement) -> Iterator[Own]:
    for element in root.iter("p", "aside"):
        kind = _kind(element)
        if kind:
            parent = element.getparent()
            yield Own(
                kind=kind,
                text=_texts(element)[0],
                hrefs=_hrefs(element),
                markup=str(lxml.html.tostring(element, encoding="unicode", with_tail=False)),
                within="" if parent is root or parent is None else str(parent.tag),
                strange=tuple(_strange(element)),
            )


def _kind(element: lxml.html.HtmlElement) -> str:
    return next((OURS[c] for c in (element.get("class") or "").split() if c in OURS), "")


def _strange(block: lxml.html.HtmlElement) -> Iterator[str]:
    for element in block.iter():
        if not isinstance(element.tag, str):
            yield "a comment"
        elif element.tag not in _WRITTEN:
            yield f"<{element.tag}>"
        else:
            for name, value in element.items():
                wanted = _VALUES.get(name, value) if element is not block else value
                known = name in _WRITTEN[element.tag] and value == wanted
                if not known or (element is block and name == "class" and value not in OURS):
                    yield f'{name}="{value[:60]}"'


def _unsafe(elements: Iterable[lxml.html.HtmlElement]) -> Iterator[str]:
    for element in elements:
        # A page of ours may describe its items to machines; such a script does nothing.
        active = element.tag in _ACTIVE and element.get("type") != "application/ld+json"
        if active:
            yield f"<{element.tag}>"
        for attribute, value in element.items():
            if str(attribute).lower().startswith("on") or attribute in _HIDING:
                yield f"{attribute}="
            elif attribute in _ADDRESSES and _scheme(value) not in _SCHEMES:
                yield f"{attribute}={value[:80]}"


@lru_cache(maxsize=4096)
def _scheme(address: str) -> str:
    """Return the scheme of *address* as a browser reads it; empty for a relative one."""
    read = "".join(c for c in address if c > " ").lower()
    before, colon, _ = read.partition(":")
    return before if colon and not set(before) & set("/?#") else ""
