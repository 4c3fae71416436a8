"""Are the files well-formed, their addresses safe, their pages free of commerce?  Pure.

Read with lxml and json alone: nothing of the renderers is used (docs/audit.md, checks
12 and 16).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import lxml.html
from lxml import etree

from syndicator.rights.emitted import Emitted, Unreadable
from syndicator.rights.emitted_page import links_on_page, strange_on_page
from syndicator.rights.emitted_xml import ATOM
from syndicator.rights.readable import read_element, words
from syndicator.rights.second_reading import misread_parts
from syndicator.rights.site_remarks import Remark, error
from syndicator.rights.site_works import (
    SHINGLE,
    WHOLE,
    Owner,
    PublishedFile,
    Verdict,
    shingles,
    stored_html,
)

ADVERTISING = re.compile(
    r"adsbygoogle|googlesyndication|doubleclick\.net|googleadservices|amazon-adsystem"
    r"|adnxs\.com|taboola|outbrain|criteo\.|data-ad-(?:client|slot|unit)|\bgpt-ad\b"
    r"|(?:^|[\s\"_-])(?:advert|advertisement|sponsored-?(?:post|link|content)|ad-slot|banner-ad)"
    r"(?:$|[\s\"_-])",
    re.IGNORECASE,
)
"""What advertising looks like in addresses, classes, ids and scripts."""

PAYMENT = re.compile(
    r"js\.stripe\.com|checkout\.stripe\.com|buy\.stripe\.com|paypal\.(?:com|me)/"
    r"|paypalobjects\.com|gumroad\.com|buymeacoffee\.com|patreon\.com/|ko-fi\.com|paddle\.com"
    r"|(?:^|[\s\"_-])(?:paywall|subscribe-now|buy-now|checkout-button)(?:$|[\s\"_-])",
    re.IGNORECASE,
)
"""What asking for money looks like there."""

STYLES = frozenset(
    [
        "2e2850d6790e0d01a9aef175ecea32e37beb6b164464b56303749579a1fe0d48",
        "abc53f66920eb793ea419b2f3239a3836a776e773e74af405d9ad2c735ed2345",
    ]
)
"""SHA-256 of the style sheets of a page and of an index.

Whoever changes a style sheet looks whether everything that is owed can still be read, and
then puts its new digest here.
"""

LIST_WORDS = 60
"""Words in one place from which a list of feeds shows a text."""

_FOREIGN = frozenset(
    ["base", "embed", "form", "frame", "iframe", "img", "object", "picture", "script", "video"]
)

_SCHEMES = ("http://", "https://", "mailto:")
_TELLING = ("href", "src", "action", "class", "id", "name")
_ADDRESSES = ("href", "src", "url", "xmlUrl", "htmlUrl")
_NEEDED: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "atom": (
        (".", (f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated")),
        (f"{ATOM}entry", (f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated")),
    ),
    "rss": (("channel", ("title", "link", "description")), ("channel/item", ("guid", "title"))),
}
"""Elements that a format asks for (RFC 4287 4.1; RSS 2.0)."""


def parsed(file: PublishedFile, format_: str) -> etree._Element | None:
    """Return the tree of *file*; None for JSON.

    Raises:
        Unreadable: it is not well-formed.
    """
    if format_ == "json":
        return None
    try:
        if format_ in {"html", "index"}:
            return lxml.html.document_fromstring(file.body)
        return etree.fromstring(file.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.LxmlError, ValueError) as problem:
        raise Unreadable(str(problem)) from problem


def check_form_of_file(
    file: PublishedFile, owner: Owner, root: etree._Element | None
) -> Iterator[Remark]:
    """Yield elements that are missing, and addresses outside of texts that are not http(s)."""
    missing = _missing_json(file) if root is None else _missing(root, owner.format)
    for name in missing:
        yield error(16, f"{name} is missing", file=file.path)
    for element in root.iter() if root is not None else ():
        for name in _ADDRESSES:
            value = element.get(name)
            # A page carries its own icon in itself, so that it needs no other file.
            if value and element.get("rel") == "icon" and value.startswith("data:image/svg+xml,"):
                continue
            if value and not _is_safe(value, relative=owner.format in {"html", "index"}):
                yield error(16, f"{name} leads to “{value[:80]}”", file=file.path)


def check_addresses(file: str, owner: Owner, found: Emitted) -> Iterator[Remark]:
    """Yield addresses of items that are not http(s), and markup in lines of plain text."""
    relative = owner.format == "html"
    for item in found.items:
        elsewhere = (*item.passed, *item.also)
        for address in (*item.urls, *elsewhere, *item.enclosures, *item.licences):
            if address and not _is_safe(address, relative=relative):
                yield error(16, f"it leads to “{address[:80]}”", file=file, item=item.id)
        for line in (item.rights, item.holder, *item.authors):
            if re.search(r"</?[a-z][^>]*>", line or "", re.IGNORECASE):
                yield error(16, f"markup in “{(line or '')[:80]}”", file=file, item=item.id)


def check_commerce(
    file: PublishedFile,
    owner: Owner,
    root: etree._Element,
    verdicts: Iterable[Verdict],
    listed: Iterable[str],
) -> Iterator[Remark]:
    """Yield advertising and payment markup that is not part of a publisher's own text.

    Args:
        file: a page, or the index.
        owner: the feed that writes it.
        root: its tree.
        verdicts: the works in it.
        listed: what the operator knows advertising and payment by.
    """
    output = owner.output
    is_free = output.channel == "community" and not output.paywall
    patterns = [ADVERTISING] if output.ads == "none" else []
    patterns += [PAYMENT] if is_free else []
    if is_free or output.ads == "none":
        patterns += [re.compile(re.escape(text), re.IGNORECASE) for text in listed]
    theirs = " ".join(part for v in verdicts for part in _theirs(v))
    for element in root.iter("*"):
        for value in _values(element):
            match = next((m for p in patterns if (m := p.search(value))), None)
            if match and value not in theirs:
                problem = f"“{match[0].strip()}” in <{element.tag}>; the output is "
                yield error(12, f"{problem}{output.channel} without it", file=file.path)


def _theirs(verdict: Verdict) -> Iterator[str]:
    """Yield what publishers wrote or stand for; it is theirs to ask for money in."""
    yield stored_html(verdict.entry)
    yield from (hop.url or "" for hop in verdict.decision.chain)
    yield from (person.url or "" for person in verdict.entry.authors)
    if verdict.publication is not None:
        yield verdict.publication.body_html


def _values(element: etree._Element) -> Iterator[str]:
    """Yield where commerce shows: addresses, classes, data, and scripts that do something."""
    for name, value in element.attrib.items():
        if name in _TELLING or str(name).startswith("data-"):
            yield str(value)
            yield str(name)
    if element.tag == "script" and element.get("type") != "application/ld+json":
        yield element.text or ""


def check_page_parts(file: PublishedFile, root: etree._Element) -> Iterator[Remark]:
    """Yield parts of a page that none of ours has: frames, scripts, pictures beside the items."""
    articles = {inner for article in root.iter("article") for inner in article.iter()}
    for element in root.iter("*"):
        licence = "license" in (element.get("rel") or "").split()
        if element in articles:
            continue
        if licence:
            yield error(8, "a licence is claimed for the whole page", file=file.path)
        if element.tag in _FOREIGN or (element.get("http-equiv") or "").lower() == "refresh":
            yield error(16, f"a <{element.tag}>, which no page of ours has", file=file.path)
    if len(list(root.iter("style"))) > 1:
        yield error(16, "a second <style>, which may hide what is owed", file=file.path)
    for problem in misread_parts(file.body, root):
        yield error(16, problem, file=file.path)


def check_rest(file: PublishedFile, verdicts: Iterable[Verdict]) -> Iterator[Remark]:
    """Yield the works whose text a page shows outside of the articles that were decided."""
    page = lxml.html.document_fromstring(file.body)
    for article in [x for x in page.iter("article") if x.get("data-id")]:
        for child in list(article):
            article.remove(child)
    verdicts = list(verdicts)
    titles = {run for v in verdicts for run in shingles(v.entry.title.split())}
    rest = shingles(read_element("page", page).text.split()) - titles
    for verdict in verdicts:
        if len(rest & verdict.runs) > WHOLE - SHINGLE:
            problem = "its text stands outside of its article too"
            yield error(2, problem, file=file.path, item=verdict.entry.article_id)


def check_list_text(
    file: PublishedFile, root: etree._Element, descriptions: Iterable[str]
) -> Iterator[Remark]:
    """Yield more text in one place than a list of feeds has: its titles and *descriptions*."""
    known = {words(text) for text in descriptions}
    for element in root.iter():
        shown = (element.text, element.tail, *map(str, element.attrib.values()))
        for text in shown if element.tag not in {"style", "script"} else (element.tail,):
            if len((text or "").split()) > LIST_WORDS and words(text or "") not in known:
                problem = f"more text than a list of feeds has: “{words(text or '')[:60]}”"
                yield error(2, problem, file=file.path)


def check_look(file: PublishedFile, owner: Owner, page: etree._Element) -> Iterator[Remark]:
    """Yield what could hide something on a page: a style sheet, or markup, that is not ours."""
    # Of a page with items the gate tells it.
    for strange in dict.fromkeys(strange_on_page(page)) if owner.format == "index" else ():
        yield error(3, f"the page has {strange}, which no page of ours has", file=file.path)
    for style in page.iter("style"):
        if sha256((style.text or "").encode()).hexdigest() not in STYLES:
            problem = "its style sheet is not ours and may hide what is owed"
            yield error(3, problem, file=file.path)


def links_of_list(root: etree._Element, format_: str) -> list[str]:
    """Return where an index, or a list of subscriptions with its owner, leads."""
    if format_ == "index":
        return list(links_on_page(root))
    owners = {"ownerEmail": "mailto:", "ownerId": ""}
    found = [f"{owners[x.tag]}{x.text}" for x in root.iter(*owners)]
    return [*found, *(x.get(name) or "" for x in root.iter() for name in ("xmlUrl", "htmlUrl"))]


def self_links(file: PublishedFile, root: etree._Element | None) -> list[str]:
    """Return where a feed says that it stands itself."""
    if root is None:
        found = json.loads(file.body).get("feed_url")
        return [found] if isinstance(found, str) else []
    channel = root if root.tag == f"{ATOM}feed" else root.find("channel")
    links = [] if channel is None else channel.iterfind(f"{ATOM}link")
    return [link.get("href") or "" for link in links if link.get("rel") == "self"]


def _missing(root: etree._Element, format_: str) -> Iterator[str]:
    for path, names in _NEEDED.get(format_, ()):
        for parent in [root] if path == "." else root.iterfind(path):
            for name in names:
                if parent.find(name) is None:
                    yield f"{name.rpartition('}')[2]} of {path.rpartition('}')[2]}"


def _missing_json(file: PublishedFile) -> Iterator[str]:
    feed = json.loads(file.body)
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        yield "the version of JSON Feed"
    if not feed.get("title"):
        yield "the title"
    for item in feed["items"]:
        if not (isinstance(item, dict) and item.get("id")):
            yield "the id of an item"
        elif "content_html" not in item and "content_text" not in item:
            yield f"the content of {item['id']}"


def _is_safe(address: str, *, relative: bool) -> bool:
    found = address.strip().lower()
    if found.startswith(_SCHEMES):
        return True
    return relative and ":" not in found.partition("/")[0].partition("#")[0].partition("?")[0]
