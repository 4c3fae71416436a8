"""Which feeds a subscription list names: OPML 1.0 and 2.0.  Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from syndicator.errors import ParseError
from syndicator.markup import one_line
from syndicator.parse.balance import balanced
from syndicator.parse.decode import decode, readable
from syndicator.parse.limits import MAX_ATTRIBUTES
from syndicator.parse.reading import mended
from syndicator.urls import is_web_url, resolve, without_feed_scheme

MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One ``outline`` with an ``xmlUrl``."""

    feed: str
    title: str = ""
    home: str | None = None
    folders: tuple[str, ...] = ()
    """Titles of the outlines around it, the outermost first, and its categories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """What a list holds."""

    feeds: tuple[Subscription, ...]
    """Each address once, in the order of the list."""
    refused: tuple[str, ...] = ()
    """What stands in ``xmlUrl`` and is no web address."""
    whole: bool = True
    """It is well-formed but for ampersands; else it may be cut short."""


def parse_opml(body: bytes) -> SubscriptionList:
    """Return what the list in *body* holds.

    Raises:
        ParseError: it is no OPML, names no feed, or is built to exhaust its reader.
    """
    root, whole = _root(body)
    if root is None or _name(root) != "opml":
        what = "it is no XML" if root is None else f"its first element is <{_name(root)[:60]}>"
        raise ParseError(f"no OPML: {what}")
    found: dict[str, Subscription] = {}
    refused: dict[str, None] = {}
    titles: dict[etree._Element, str] = {}
    for outline in root.iter(etree.Element):
        if _name(outline) != "outline":
            continue
        if len(outline.attrib) > MAX_ATTRIBUTES:
            # lxml looks for each value among all of them.
            raise ParseError(
                f"an outline has more than {MAX_ATTRIBUTES} attributes: this is no list of feeds"
            )
        values = {str(name).casefold(): str(value) for name, value in outline.attrib.items()}
        titles[outline] = one_line(values.get("title") or values.get("text", ""))[:MAX_TITLE]
        stated = values.get("xmlurl", "").strip()
        feed = resolve("", without_feed_scheme(stated.partition("#")[0]))
        if is_web_url(feed):
            home = resolve("", values.get("htmlurl", ""))
            named = Subscription(feed=feed, title=titles[outline], home=home)
            around = [titles[each] for each in outline.iterancestors() if each in titles]
            folders = (*reversed(around), *_categories(values.get("category", "")))
            # A reader lists a feed once for each folder.
            before = found.setdefault(feed, named)
            folders = tuple(dict.fromkeys(filter(None, (*before.folders, *folders))))
            found[feed] = replace(before, folders=folders)
        elif stated:
            refused[one_line(stated)[:MAX_TITLE]] = None
    if not found:
        why = f"no xmlUrl is a web address, as {next(iter(refused))!r}" if refused else ""
        raise ParseError(f"the list names no feed: {why or 'no outline has an xmlUrl'}")
    return SubscriptionList(feeds=tuple(found.values()), refused=tuple(refused), whole=whole)


def _categories(stated: str) -> list[str]:
    """Return the names in paths with commas between them (OPML 2.0, ``category``)."""
    return [one_line(name)[:MAX_TITLE] for name in re.split(r"[/,]", stated)]


def _root(body: bytes) -> tuple[etree._Element | None, bool]:
    """Return the root of *body*, and whether nothing had to be guessed for it."""
    text = readable(decode(body, None)[0])[0].lstrip("\ufeff \t\r\n")
    problem: Exception | None = None
    mends: tuple[Callable[[str], str], ...] = (str, mended, lambda text: balanced(mended(text)))
    for mend in mends:
        recover = mend is mends[-1]
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=recover,
        )
        try:
            return etree.fromstring(mend(text).encode(), parser), not recover
        except (etree.XMLSyntaxError, ValueError) as error:
            problem = error
    raise ParseError(f"no OPML: {problem}") from problem


def _name(element: etree._Element) -> str:
    # Some write it in capitals, some in a namespace of their own.
    return etree.QName(element).localname.casefold()
