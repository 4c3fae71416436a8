"""Publications as an RSS 2.0 document.  Pure.

feedgen writes channel and items; names without a mail address (``dc:creator``), rights
(``dc:rights``, ``dcterms``, ``creativeCommons``), ``via`` links and further enclosures
come from the two extensions here, as does the date, which feedgen would write by
switching the locale of the whole process.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from syndicator.model.entries import OutputFeed, Publication, Removal
from syndicator.model.rights import Form
from syndicator.render.vocabulary import (
    GENERATOR,
    MEDIA_TYPES,
    REMOVED,
    address,
    also_links,
    categories,
    checked,
    feed_rights,
    heading,
    home,
    language_tag,
    licence_urls,
    mail_address,
    scheme,
    terms_of,
    told_form,
    via_links,
)
from syndicator.timestamps import rfc822, rfc3339

ATOM = "http://www.w3.org/2005/Atom"
CREATIVE_COMMONS = "http://backend.userland.com/creativeCommonsRssModule"
"""Of the module's two addresses the one that validators know."""
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
_CC_HOSTS = ("http://creativecommons.org/", "https://creativecommons.org/")


def render_rss(
    feed: OutputFeed,
    publications: Sequence[Publication],
    *,
    updated: datetime,
    removals: Sequence[Removal] = (),
) -> bytes:
    """Return *publications*, in their order, as an RSS document.

    Args:
        feed: what the document is about and where it will stand.
        publications: newest first; none is fine.
        updated: aware; of the newest entry, so that equal input gives equal bytes.
        removals: what the feed once showed; those with a stub become items that say so,
            because RSS has no other way to make readers overwrite their copy.

    Raises:
        PublishRefused: an item cannot be carried; ``item_id`` names it.
    """
    generator = FeedGenerator()
    generator.register_extension("syndicator", _ChannelTerms, _ItemTerms)
    generator.syndicator.updated = updated
    generator.syndicator.terms = terms_of(feed)
    _describe(generator, feed, updated)
    for item in checked(feed, "rss", publications):
        _describe_item(generator.add_entry(order="append"), feed, item)
    for removal in (r for r in removals if r.stub):
        _describe_removal(generator.add_entry(order="append"), removal)
    document: bytes = generator.rss_str(pretty=True)
    return document


def _describe(generator: FeedGenerator, feed: OutputFeed, updated: datetime) -> None:
    generator.title(feed.title)
    # feedgen takes the last link for the channel's own.
    generator.link(href=feed.url("rss"), rel="self", type=MEDIA_TYPES["rss"])
    generator.link(href=home(feed), rel="alternate", type=MEDIA_TYPES["html"])
    generator.description(feed.description or feed.title)
    generator.lastBuildDate(updated)
    generator.generator(GENERATOR)
    generator.copyright(feed_rights(feed))
    generator.language(language_tag(feed.language))
    if mailbox := mail_address(feed.contact):
        generator.webMaster(f"{mailbox} ({feed.site_title})")


def _describe_item(entry: FeedEntry, feed: OutputFeed, item: Publication) -> None:
    entry.id(item.id)
    entry.title(heading(item))
    entry.link(href=address(item.url))
    for tag in categories(item):
        entry.category(term=tag.slug, scheme=scheme(feed, tag))
    if item.form is Form.FULL:
        entry.description(item.summary_html)
        entry.content(item.body_html)
    else:
        entry.description(item.body_html)
    if source := address(item.feed.url):
        entry.source(url=source, title=item.feed.title or source)
    entry.syndicator.item = item
    entry.syndicator.language = language_tag(feed.language)
    entry.syndicator.terms = terms_of(feed)


def _describe_removal(entry: FeedEntry, removal: Removal) -> None:
    entry.id(removal.id)
    entry.title(REMOVED)
    entry.description(removal.comment)
    entry.syndicator.removed = removal.when


class _ChannelTerms(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen cannot say of a channel."""

    updated: datetime
    terms: str

    def extend_ns(self) -> dict[str, str]:
        """Return the prefixes that stand at the root."""
        named = {"dc": DC, "dcterms": DCTERMS, "creativeCommons": CREATIVE_COMMONS}
        return {**named, "syn": self.terms}

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        """Write the date as RFC 822 has it, whatever the locale."""
        element = feed.find("channel/lastBuildDate")
        if element is not None:
            element.text = rfc822(self.updated)
        return feed


class _ItemTerms(BaseEntryExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen cannot say of an item."""

    item: Publication | None = None
    language: str | None = None
    removed: datetime | None = None
    terms: str = ""

    def extend_rss(self, element: etree._Element) -> etree._Element:
        """Add dates, names, rights and provenance to *element*."""
        if self.removed:
            _add(element, "pubDate", rfc822(self.removed))
            _add(element, f"{{{ATOM}}}updated", rfc3339(self.removed))
        item = self.item
        if item is None:
            return element
        # An undated item bears the date it was last changed: without one, readers would
        # stamp it with the time of each fetch.
        _add(element, "pubDate", rfc822(item.published or item.updated))
        _add(element, f"{{{ATOM}}}updated", rfc3339(item.updated))
        for person in item.authors:
            _add(element, f"{{{DC}}}creator", person.name)
        language = language_tag(item.language)
        if language and language != self.language:
            _add(element, f"{{{DC}}}language", language)
        _add_rights(element, item)
        _add_links(element, item)
        for name, text, given in told_form(item):
            _add(element, f"{{{self.terms}}}{name}", text, given)
        return element


def _add_rights(element: etree._Element, item: Publication) -> None:
    if item.copyright_line:
        _add(element, f"{{{DC}}}rights", item.copyright_line)
    if item.holder:
        _add(element, f"{{{DCTERMS}}}rightsHolder", item.holder)
    for url in licence_urls(item):
        known = url.lower().startswith(_CC_HOSTS)
        _add(element, f"{{{CREATIVE_COMMONS if known else DCTERMS}}}license", url)
    if item.access:
        _add(element, f"{{{DCTERMS}}}accessRights", item.access)


def _add_links(element: etree._Element, item: Publication) -> None:
    for link in (*via_links(item), *also_links(item)):
        attributes = {"rel": link.rel, "type": link.type, "title": link.title, "href": link.href}
        _add(element, f"{{{ATOM}}}link", None, attributes)
    media = [(address(e.url), e) for e in item.enclosures]
    for place, (href, enclosure) in enumerate((h, e) for h, e in media if h):
        length, kind = str(enclosure.length or 0), enclosure.type or "application/octet-stream"
        if place == 0:
            # All three attributes are required; 0 is how RSS says that a length is unknown.
            _add(element, "enclosure", None, {"url": href, "length": length, "type": kind})
            continue
        # RSS readers expect one enclosure in an item; the others are Atom links.
        attributes = {"rel": "enclosure", "type": kind, "href": href}
        _add(element, f"{{{ATOM}}}link", None, attributes)


def _add(
    parent: etree._Element,
    name: str,
    text: str | None,
    attributes: Mapping[str, str | None] | None = None,
) -> None:
    given = {key: value for key, value in (attributes or {}).items() if value}
    etree.SubElement(parent, name, given).text = text
