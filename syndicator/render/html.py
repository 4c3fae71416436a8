"""Publications as a page for people, and the index of all pages.  Pure.

Every item shows whose it is before it shows anything else, and says why it stands here
in the form it has.  The pages need no script, no other file and no other host; links
between them are relative, so they work wherever the publish directory is served.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from syndicator.model.entries import Axis, OutputFeed, Publication, Removal
from syndicator.model.feed import Person
from syndicator.model.rights import Form
from syndicator.render.schema_org import json_ld
from syndicator.render.vocabulary import (
    AXIS_TITLES,
    FOLDERS,
    GENERATOR,
    MEDIA_TYPES,
    address,
    also_links,
    categories,
    checked,
    contact_address,
    feed_rights,
    heading,
    language_tag,
    mail_address,
)
from syndicator.timestamps import rfc3339

FORM_LABELS: Mapping[Form, str] = {
    Form.FULL: "Full text",
    Form.EXCERPT: "Excerpt",
    Form.LINK: "Link only",
}
AXIS_LABELS: Mapping[str, str] = {
    "theme": "Theme",
    "region": "Region",
    "report": "In-depth report",
    "author": "Author",
    "source": "Source",
    "all": "All items",
}
FORMAT_LABELS: Mapping[str, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
ROLE_LABELS: Mapping[str, str] = {
    "origin": "First published by",
    "via": "Passed on by",
    "carrier": "Taken from",
}
DUTY_LABELS: Mapping[str, str] = {
    "credit_author": "name the author",
    "credit_source": "name {party}",
    "link": "link to the article at {party}",
    "copyright_notice": "show the copyright line",
    "licence_notice": "name the licence {party}",
    "indicate_changes": "say what was changed",
    "share_alike": "share adaptations alike ({party})",
    "verbatim": "leave the words unchanged",
    "mark_excerpt": "mark the excerpt as one",
    "statement": "carry the sentence of {party}",
    "disclaimer": "say who answers for the content",
    "usage_info": "say whom to ask for other uses",
    "keep_links": "keep the links of the text",
    "keep_tracker": "keep the page counter of {party}",
    "canonical": "name the original as canonical",
    "strip_media": "leave out images and other media",
    "ai_reserve": "pass on the reservation against text and data mining",
    "notify": "tell {party}",
    "tombstone": "announce removals",
}
"""Duties in words; one that is not listed is shown by its code."""

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A link of a template, or bare words where *href* is None."""

    label: str
    href: str | None
    note: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ItemView:
    """What the page template shows of one item."""

    item: Publication
    anchor: str
    title: str
    url: str
    language: str
    badge: str
    authors: tuple[_Link, ...]
    tags: tuple[_Link, ...]
    chain: tuple[_Link, ...]
    also: tuple[_Link, ...]
    media: tuple[_Link, ...]
    duties: tuple[str, ...]
    body: Markup
    json_ld: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _FeedView:
    """What the index template shows of one feed."""

    title: str
    description: str
    page: str | None
    formats: tuple[_Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _GroupView:
    """What the index template shows of one axis."""

    axis: str
    title: str
    feeds: tuple[_FeedView, ...]


def render_html(
    feed: OutputFeed,
    publications: Sequence[Publication],
    *,
    updated: datetime,
    removals: Sequence[Removal] = (),
) -> bytes:
    """Return *publications*, in their order, as a page.

    Args:
        feed: what the page is about and where it will stand.
        publications: newest first; none is fine.
        updated: aware; of the newest entry, so that equal input gives equal bytes.
        removals: not shown: what is gone is gone from the page.

    Raises:
        PublishRefused: an item cannot be carried; ``item_id`` names it.
    """
    del removals
    items = checked(feed, "html", publications)
    language = language_tag(feed.language) or "en"
    root = _root(feed)
    page = _template("page.html").render(
        feed=feed,
        title=_short_title(feed),
        kicker=AXIS_LABELS[feed.axis],
        language=language,
        root=root,
        formats=_formats(feed, f"{root}{_local_stem(feed)}"),
        items=[_view(feed, item, root) for item in items],
        updated=updated if items else None,
        rights=feed_rights(feed),
        contact=contact_address(feed.contact),
        contact_label=_contact_label(feed.contact),
        generator=GENERATOR,
        reserves_mining=any(item.ai_reserve for item in items),
        for_subscribers=any(item.access for item in items),
    )
    return page.encode()


def render_index(
    site_title: str,
    contact: str,
    language: str,
    groups: Sequence[tuple[Axis, Sequence[OutputFeed]]],
) -> bytes:
    """Return the front page: every feed with all its formats.

    Args:
        site_title: of the site, or of the output family the page is for.
        contact: ``mailto:`` or web address of the operator.
        language: of the output.
        groups: an axis and its feeds, in the order to show them.
    """
    views = [_group(axis, feeds) for axis, feeds in groups if feeds]
    return (
        _template("index.html")
        .render(
            site_title=site_title,
            language=language_tag(language) or "en",
            contact=contact_address(contact),
            contact_label=_contact_label(contact),
            everything=next((group.feeds[0] for group in views if group.axis == "all"), None),
            groups=[group for group in views if group.axis != "all"],
            forms=FORM_LABELS,
            generator=GENERATOR,
        )
        .encode()
    )


def written_date(day: date) -> str:
    """Return *day* in words, as the page, whose own words are English, shows it."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _group(axis: Axis, feeds: Sequence[OutputFeed]) -> _GroupView:
    return _GroupView(
        axis=axis,
        title=AXIS_TITLES[axis],
        feeds=tuple(
            _FeedView(
                title=_short_title(feed),
                description=feed.description,
                page=f"{_local_stem(feed)}.html" if "html" in feed.formats else None,
                formats=_formats(feed, _local_stem(feed)),
            )
            for feed in feeds
        ),
    )


def _view(feed: OutputFeed, item: Publication, root: str) -> _ItemView:
    return _ItemView(
        item=item,
        anchor=f"item-{item.id.rpartition('/')[2] or item.id}",
        title=heading(item),
        url=address(item.url) or item.url,
        language=language_tag(item.language) or language_tag(feed.language) or "en",
        badge=FORM_LABELS[item.form],
        authors=tuple(_author(item, person, root) for person in item.authors),
        tags=tuple(
            _Link(label=tag.title, href=_page(root, tag.axis, tag.slug)) for tag in categories(item)
        ),
        chain=tuple(
            _Link(label=hop.name, href=address(hop.url), note=ROLE_LABELS[hop.role])
            for hop in item.chain
        ),
        also=tuple(
            _Link(label=link.title or link.href, href=link.href) for link in also_links(item)
        ),
        media=tuple(
            _Link(label="Media file", href=href, media_type=enclosure.type or "")
            for enclosure in item.enclosures
            if (href := address(enclosure.url))
        ),
        duties=tuple(_duty(item, duty) for duty in item.duties),
        # Fragments come sanitised from the decision's side of the border (Publication).
        body=Markup(item.body_html),  # noqa: S704
        json_ld=Markup(json_ld(feed, item)),  # noqa: S704
    )


def _author(item: Publication, person: Person, root: str) -> _Link:
    """Return a link to the author's feed here, else to the author's own page."""
    slug = next((t.slug for t in item.tags if t.axis == "author" and t.title == person.name), None)
    href = _page(root, "author", slug) if slug else address(person.url)
    return _Link(label=person.name, href=href)


def _duty(item: Publication, duty: str) -> str:
    kind, _, party = duty.partition(":")
    names = {hop.party: hop.name for hop in item.chain}
    names |= {licence.policy: licence.title for licence in item.licences}
    return DUTY_LABELS.get(kind, duty).replace("{party}", names.get(party, party)).strip()


def _page(root: str, axis: Axis, slug: str) -> str:
    return f"{root}{FOLDERS[axis]}/{slug}.html"


def _local_stem(feed: OutputFeed) -> str:
    """Return the stem below the root of the feed's own output family."""
    return "/".join(feed.stem.split("/")[-1 if feed.axis == "all" else -2 :])


def _root(feed: OutputFeed) -> str:
    return "" if feed.axis == "all" else "../"


def _formats(feed: OutputFeed, stem: str) -> tuple[_Link, ...]:
    return tuple(
        _Link(label=FORMAT_LABELS[suffix], href=f"{stem}.{suffix}", media_type=MEDIA_TYPES[suffix])
        for suffix in feed.formats
        if suffix in FORMAT_LABELS
    )


def _short_title(feed: OutputFeed) -> str:
    return feed.title.replace(f" · {feed.site_title}", "", 1)


def _contact_label(contact: str) -> str:
    return mail_address(contact) or contact


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["date"] = written_date
    environment.filters["rfc3339"] = rfc3339
    return environment.get_template(name)
