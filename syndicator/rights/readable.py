"""What people can read of a fragment of HTML, and where its links lead.  Pure.

For the audit: tags, classes and attributes other than ``href`` are taken away, because
feed readers do so too; what is left must still say everything that is owed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The readable words of one block and the addresses it links to."""

    text: str
    hrefs: tuple[str, ...]


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


def readable(name: str, html: str) -> Readable:
    """Return what people can read of *html*."""
    return replace(_read(html), name=name)


@lru_cache(maxsize=512)  # the same text stands in every format, under another name
def _read(html: str) -> Readable:
    root = lxml.html.fragment_fromstring(html or " ", create_parent="div")
    return read_element("", root)


def read_element(name: str, root: lxml.html.HtmlElement) -> Readable:
    """Return what people can read below *root*; scripts and styles are not read."""
    unsafe = tuple(_unsafe(root))
    machine = tuple(x.text or "" for x in root.iter("script"))
    for element in [*root.iter("script", "style", "template")]:
        element.drop_tree()
    return Readable(
        name=name,
        text=_text(root),
        hrefs=_hrefs(root),
        paragraphs=tuple(_paragraphs(root)),
        media=tuple(x.get("src") or x.get("data") or str(x.tag) for x in root.iter(*_MEDIA)),
        nofollow=tuple(
            x.get("href", "") for x in root.iter("a") if "nofollow" in (x.get("rel") or "").split()
        ),
        relative=tuple(
            value
            for element in root.iter()
            for attribute, value in element.attrib.items()
            if attribute in _ADDRESSES and not _scheme(value)
        ),
        machine=machine,
        unsafe=unsafe,
    )


def words(text: str) -> str:
    """Return *text* with every run of white space as one space."""
    return " ".join(text.split())


def _text(root: lxml.html.HtmlElement) -> str:
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if element.tag in _BLOCKS:
            parts.append(" ")
        parts.append((element.text if event == "start" else element.tail) or "")
    return words("".join(parts[:-1] if root.tail else parts))


def _hrefs(root: lxml.html.HtmlElement) -> tuple[str, ...]:
    # A link without words in it is none that anybody could follow.
    links = (x for x in root.iter("a") if x.get("href") and str(x.text_content()).strip())
    return tuple(x.get("href") or "" for x in links)


def _paragraphs(root: lxml.html.HtmlElement) -> Iterator[Paragraph]:
    for element in root.iter():
        inner = element.tag in _BLOCKS and element.tag not in {"br", "hr"}
        if inner and not any(child.tag in _BLOCKS - {"br"} for child in element.iterdescendants()):
            yield Paragraph(_text(element), _hrefs(element))


def _unsafe(root: lxml.html.HtmlElement) -> Iterator[str]:
    for element in root.iter():
        # A page of ours may describe its items to machines; such a script does nothing.
        active = element.tag in _ACTIVE and element.get("type") != "application/ld+json"
        if active:
            yield f"<{element.tag}>"
        for attribute, value in element.attrib.items():
            if str(attribute).lower().startswith("on") or attribute in _HIDING:
                yield f"{attribute}="
            elif attribute in _ADDRESSES and _scheme(value) not in _SCHEMES:
                yield f"{attribute}={value[:80]}"


def _scheme(address: str) -> str:
    """Return the scheme of *address* as a browser reads it; empty for a relative one."""
    read = "".join(c for c in address if c > " ").lower()
    before, colon, _ = read.partition(":")
    return before if colon and not set(before) & set("/?#") else ""
