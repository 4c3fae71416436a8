"""Which feeds a subscription list names: OPML 1.0 and 2.0.  Pure."""

from dataclasses import dataclass

from lxml import etree

from syndicator.errors import ParseError
from syndicator.markup import one_line
from syndicator.urls import is_web_url, resolve

MOST = 5000
MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One ``outline`` with an ``xmlUrl``."""

    feed: str
    title: str = ""
    home: str | None = None


def read_list(body: bytes) -> tuple[tuple[Subscription, ...], bool]:
    """Return the subscriptions in *body*, and whether it is whole (well-formed XML).

    Raises:
        ParseError: as :func:`parse_opml`.
    """
    found = parse_opml(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return found, False
    return found, True


def parse_opml(body: bytes) -> tuple[Subscription, ...]:
    """Return the subscriptions in *body*, each address once, in the order of the list.

    Raises:
        ParseError: it is no OPML, or names no feed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"no OPML: {error}") from error
    if root is None or etree.QName(root).localname.casefold() != "opml":
        raise ParseError("no OPML: its root element has another name")
    found: dict[str, Subscription] = {}
    for outline in root.iter("outline"):
        values = {str(name).casefold(): str(value) for name, value in outline.attrib.items()}
        feed = resolve("", values.get("xmlurl", "").partition("#")[0])
        if is_web_url(feed) and len(found) < MOST:
            title = one_line(values.get("title") or values.get("text", ""))[:MAX_TITLE]
            home = resolve("", values.get("htmlurl", ""))
            found.setdefault(feed, Subscription(feed=feed, title=title, home=home))
    if not found:
        raise ParseError("the list names no feed: no outline has an xmlUrl")
    return tuple(found.values())
