"""Publications as an Atom 1.0 document (RFC 4287).  Pure.

feedgen writes the feed and what it can say of an entry; the terms it has no words for
(licence links of RFC 4946, ``via`` and ``enclosure`` links with their attributes, a
``source`` with id and date, the rights holder, the tombstones of RFC 6721) come from
the two extensions here.
"""

from collections.abc import Sequence
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
    UNSPECIFIED_LICENCE,
    address,
    also_links,
    carrier,
    categories,
    checked,
    feed_id,
    feed_rights,
    heading,
    home,
    language_tag,
    licence_urls,
    mail_address,
    scheme,
    terms_of,
    told_form,
    uri,
    via_links,
)
from syndicator.timestamps import rfc3339

AT = "http://purl.org/atompub/tombstones/1.0"
DCTERMS = "http://purl.org/dc/terms/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render_atom(
    feed: OutputFeed,
    publications: Sequence[Publication],
    *,
    updated: datetime,
    removals: Sequence[Removal] = (),
) -> bytes:
    """Return *publications*, in their order, as an Atom document.

    Args:
        feed: what the document is about and where it will stand.
        publications: newest first; none is fine.
        updated: aware; of the newest entry, so that equal input gives equal bytes.
        removals: what the feed once showed and took back (RFC 6721).

    Raises:
        PublishRefused: an item cannot be carried; ``item_id`` names it.
    """
    generator = FeedGenerator()
    generator.register_extension("syndicator", _FeedTerms, _EntryTerms)
    generator.syndicator.updated = updated
    generator.syndicator.operator = feed.site_title
    generator.syndicator.removals = tuple(removals)
    generator.syndicator.terms = terms_of(feed)
    _describe(generator, feed, updated)
    for item in checked(feed, "atom", publications):
        _describe_entry(generator.add_entry(order="append"), feed, item)
    for removal in (r for r in removals if r.stub):
        _describe_stub(generator.add_entry(order="append"), feed, removal)
    document: bytes = generator.atom_str(pretty=True)
    return document


def _describe(generator: FeedGenerator, feed: OutputFeed, updated: datetime) -> None:
    generator.id(feed_id(feed))
    generator.title(feed.title)
    generator.subtitle(feed.description)
    generator.updated(updated)
    generator.author(_operator(feed))
    generator.link(href=feed.url("atom"), rel="self", type=MEDIA_TYPES["atom"])
    generator.link(href=home(feed), rel="alternate", type=MEDIA_TYPES["html"])
    generator.generator(GENERATOR)
    generator.rights(feed_rights(feed))
    generator.language(language_tag(feed.language))


def _operator(feed: OutputFeed) -> dict[str, str]:
    if mailbox := mail_address(feed.contact):
        return {"name": feed.site_title, "email": mailbox}
    return {"name": feed.site_title, "uri": address(feed.contact) or f"{feed.base_url}/"}


def _describe_entry(entry: FeedEntry, feed: OutputFeed, item: Publication) -> None:
    entry.id(item.id)
    entry.title(heading(item))
    entry.updated(item.updated)
    if item.published:
        entry.published(item.published)
    entry.author(_authors(item))
    entry.link(href=address(item.url), rel="alternate")
    for tag in categories(item):
        entry.category(term=tag.slug, scheme=scheme(feed, tag), label=tag.title)
    if passed_on_by := carrier(item):
        entry.contributor(_person(passed_on_by.name, passed_on_by.homepage))
    entry.rights(item.copyright_line)
    if item.form is Form.FULL:
        entry.content(item.body_html, type="html")
        entry.summary(item.summary_html, type="html")
    else:
        entry.summary(item.body_html, type="html")
    entry.syndicator.item = item
    entry.syndicator.language = language_tag(feed.language)
    entry.syndicator.terms = terms_of(feed)


def _describe_stub(entry: FeedEntry, feed: OutputFeed, removal: Removal) -> None:
    """Put an entry in the place of a removed one.

    Its date is that of the tombstone, not a later one: who knows tombstones takes it for
    deleted (RFC 6721, section 3), everybody else overwrites the text with the comment.
    """
    entry.id(removal.id)
    entry.title(REMOVED)
    entry.updated(removal.when)
    entry.author({"name": feed.site_title})
    # Content, not a summary: without it RFC 4287 asks for a link, and there is none.
    entry.content(removal.comment, type="text")
    entry.syndicator.removed = removal.when


def _authors(item: Publication) -> list[dict[str, str]]:
    """Return at least one author: without it an entry would inherit us as its author."""
    if item.authors:
        return [_person(person.name, person.url) for person in item.authors]
    if item.chain:
        return [_person(item.chain[0].name, item.chain[0].homepage)]
    return [_person(item.feed.title or heading(item), item.feed.html_url)]


def _person(name: str, url: str | None) -> dict[str, str]:
    href = address(url)
    return {"name": name, "uri": href} if href else {"name": name}


class _FeedTerms(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen cannot say of a feed."""

    updated: datetime
    operator: str
    removals: tuple[Removal, ...]
    terms: str

    def extend_ns(self) -> dict[str, str]:
        """Return the prefixes that stand at the root."""
        return {"at": AT, "dcterms": DCTERMS, "syn": self.terms}

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        """Write the date in the form that RFC 3339 profiles ask for, and the tombstones."""
        _set_text(feed, "updated", rfc3339(self.updated))
        for removal in self.removals:
            tomb = etree.SubElement(feed, f"{{{AT}}}deleted-entry", {"ref": removal.id})
            tomb.set("when", rfc3339(removal.when))
            _add(_add(tomb, f"{{{AT}}}by", None), "name", self.operator)
            _add(tomb, f"{{{AT}}}comment", removal.comment)
        return feed


class _EntryTerms(BaseEntryExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen cannot say of an entry."""

    item: Publication | None = None
    language: str | None = None
    removed: datetime | None = None
    terms: str = ""

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        """Add links, rights and provenance to *entry*."""
        if self.removed:
            _set_text(entry, "updated", rfc3339(self.removed))
        item = self.item
        if item is None:
            return entry
        _set_text(entry, "updated", rfc3339(item.updated))
        if item.published:
            _set_text(entry, "published", rfc3339(item.published))
        language = language_tag(item.language)
        if language and language != self.language:
            entry.set(_LANG, language)
        _add_links(entry, item)
        if item.holder:
            _add(entry, f"{{{DCTERMS}}}rightsHolder", item.holder)
        if item.access:
            _add(entry, f"{{{DCTERMS}}}accessRights", item.access)
        for name, text, given in told_form(item):
            _add(entry, f"{{{self.terms}}}{name}", text, **given)
        _add_source(entry, item)
        return entry


def _add_links(entry: etree._Element, item: Publication) -> None:
    link = entry.find("link")
    if link is not None:
        # feedgen keeps the address of an entry's link and loses its relation.
        link.set("rel", "alternate")
        link.set("type", "text/html")
    for via in (*via_links(item), *also_links(item)):
        _add(entry, "link", None, rel=via.rel, type=via.type, title=via.title, href=via.href)
    for url in licence_urls(item) or (UNSPECIFIED_LICENCE,):
        _add(entry, "link", None, rel="license", href=url)
    for enclosure in item.enclosures:
        length = str(enclosure.length) if enclosure.length is not None else None
        if href := address(enclosure.url):
            _add(
                entry, "link", None, rel="enclosure", type=enclosure.type, length=length, href=href
            )


def _add_source(entry: etree._Element, item: Publication) -> None:
    """Keep the carrier's feed in sight (RFC 4287, 4.2.11)."""
    url = address(item.feed.url)
    source_id = uri(item.feed.id) or url
    if source_id is None:
        return
    source = _add(entry, "source", None)
    _add(source, "id", source_id)
    _add(source, "title", item.feed.title or source_id)
    # The feed's own date moves with every article of others; the entry's stays.
    _add(source, "updated", rfc3339(item.updated))
    if url:
        _add(source, "link", None, rel="self", href=url)
    if page := address(item.feed.html_url):
        _add(source, "link", None, rel="alternate", type="text/html", href=page)
    if item.feed.rights:
        _add(source, "rights", item.feed.rights)


def _add(
    parent: etree._Element, name: str, text: str | None, **attributes: str | None
) -> etree._Element:
    given = {k: v for k, v in attributes.items() if v}
    element = etree.SubElement(parent, name, given)
    element.text = text
    return element


def _set_text(parent: etree._Element, name: str, text: str) -> None:
    element = parent.find(name)
    if element is not None:
        element.text = text
