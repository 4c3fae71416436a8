"""A list of feeds to subscribe to, as an OPML 2.0 document.  Pure.

OPML has no words for rights, so only names and addresses stand here.  Feeds of one axis
share an outline: feed readers make a folder of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from syndicator.model.entries import OutputFeed
from syndicator.render.vocabulary import AXIS_TITLES, address, home, mail_address


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlOutline:
    """One subscription: ``outline type=rss``."""

    title: str
    xml_url: str
    html_url: str | None = None
    description: str = ""
    language: str | None = None
    categories: Sequence[str] = ()
    folder: str | None = None
    """Title of the outline it stands in; None: at the top."""


def outline(feed: OutputFeed) -> OpmlOutline:
    """Return how *feed* is subscribed to: by Atom, which says most, else by its next format."""
    suffix = next((s for s in ("atom", "rss", "json") if s in feed.formats), "atom")
    return OpmlOutline(
        title=feed.title,
        xml_url=feed.url(suffix),
        html_url=home(feed),
        description=feed.description,
        language=feed.language,
        folder=None if feed.axis == "all" else AXIS_TITLES[feed.axis],
    )


def render_opml(
    title: str,
    feeds: Sequence[OutputFeed | OpmlOutline],
    *,
    contact: str,
) -> bytes:
    """Return *feeds*, in their order, as a subscription list.

    Args:
        title: of the list.
        feeds: what to list; a feed of ours is listed as `outline` says.
        contact: ``mailto:`` or web address of who keeps the list.
    """
    root = etree.Element("opml", {"version": "2.0"})
    head = etree.SubElement(root, "head")
    for name, text in _head(title, contact):
        etree.SubElement(head, name).text = text
    body = etree.SubElement(root, "body")
    folders: dict[str | None, etree._Element] = {None: body}
    for feed in feeds:
        entry = feed if isinstance(feed, OpmlOutline) else outline(feed)
        if entry.folder not in folders:
            folders[entry.folder] = etree.SubElement(body, "outline", {"text": entry.folder or ""})
        etree.SubElement(folders[entry.folder], "outline", _attributes(entry))
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")


def _head(title: str, contact: str) -> list[tuple[str, str]]:
    head = [("title", title)]
    if mailbox := mail_address(contact):
        head.append(("ownerEmail", mailbox))
    elif page := address(contact):
        head.append(("ownerId", page))
    return [*head, ("docs", "http://opml.org/spec2.opml")]


def _attributes(entry: OpmlOutline) -> dict[str, str]:
    attributes = {
        "type": "rss",
        "text": entry.title,
        "title": entry.title,
        "xmlUrl": entry.xml_url,
        "htmlUrl": entry.html_url,
        "description": entry.description,
        "language": entry.language,
        "category": ",".join(f"/{one}" for one in entry.categories),
    }
    return {name: value for name, value in attributes.items() if value}
