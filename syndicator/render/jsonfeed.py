"""Publications as a JSON Feed 1.1 document.  Pure.

JSON Feed has no words for rights, chains or removals; they stand in ``_syndicator``, as
the specification wants it of extensions, with an ``about`` that leads to their meaning.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

from syndicator.model.entries import OutputFeed, Publication, Removal
from syndicator.model.feed import Person
from syndicator.render.vocabulary import (
    REMOVED,
    JsonValue,
    address,
    also_links,
    categories,
    checked,
    contact_address,
    feed_id,
    feed_rights,
    heading,
    home,
    language_tag,
    licence_urls,
)
from syndicator.timestamps import rfc3339

VERSION = "https://jsonfeed.org/version/1.1"

ABOUT = "index.html#json-feed"
"""Where the index page explains ``_syndicator``, below the publish directory."""


def render_json(
    feed: OutputFeed,
    publications: Sequence[Publication],
    *,
    updated: datetime,
    removals: Sequence[Removal] = (),
) -> bytes:
    """Return *publications*, in their order, as a JSON Feed document.

    Args:
        feed: what the document is about and where it will stand.
        publications: newest first; none is fine.
        updated: aware; of the newest entry, so that equal input gives equal bytes.
        removals: what the feed once showed and took back.

    Raises:
        PublishRefused: an item cannot be carried; ``item_id`` names it.
    """
    document: dict[str, JsonValue] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": home(feed),
        "feed_url": feed.url("json"),
        "description": feed.description or feed.title,
        "language": language_tag(feed.language) or "en",
        "_syndicator": _feed_terms(feed, updated, removals),
        "items": [
            *(_item(feed, item) for item in checked(feed, "json", publications)),
            *(_stub(feed, removal) for removal in removals if removal.stub),
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _feed_terms(feed: OutputFeed, updated: datetime, removals: Sequence[Removal]) -> JsonValue:
    terms: dict[str, JsonValue] = {
        "about": f"{feed.base_url}/{ABOUT}",
        "id": feed_id(feed),
        "updated": rfc3339(updated),
        "rights": feed_rights(feed),
        "operator": {"name": feed.site_title, "contact": contact_address(feed.contact)},
    }
    if removals:
        terms["removed"] = [
            {"id": removal.id, "when": rfc3339(removal.when), "comment": removal.comment}
            for removal in removals
        ]
    return terms


def _item(feed: OutputFeed, item: Publication) -> JsonValue:
    url = address(item.url)
    language = language_tag(item.language)
    fields: dict[str, JsonValue] = {
        "id": item.id,
        "url": url,
        "external_url": url,
        "title": heading(item),
        "content_html": item.body_html,
        "summary": item.plain_line,
        "date_published": rfc3339(item.published) if item.published else None,
        "date_modified": rfc3339(item.updated),
        "authors": [_author(person) for person in item.authors],
        "tags": [tag.title for tag in categories(item)],
        "language": language if language != language_tag(feed.language) else None,
        "attachments": _attachments(item),
    }
    stated = {name: value for name, value in fields.items() if value}
    return stated | {"_syndicator": _terms(feed, item)}


def _stub(feed: OutputFeed, removal: Removal) -> JsonValue:
    when = rfc3339(removal.when)
    return {
        "id": removal.id,
        "title": REMOVED,
        "content_html": f"<p>{escape(removal.comment)}</p>",
        "date_modified": when,
        "_syndicator": {"about": f"{feed.base_url}/{ABOUT}", "removed": when},
    }


def _author(person: Person) -> JsonValue:
    url = address(person.url)
    return {"name": person.name, "url": url} if url else {"name": person.name}


def _attachments(item: Publication) -> list[JsonValue]:
    attachments: list[JsonValue] = []
    for enclosure in item.enclosures:
        url = address(enclosure.url)
        if url is None:
            continue
        kind = enclosure.type or "application/octet-stream"
        attachment: dict[str, JsonValue] = {"url": url, "mime_type": kind}
        if enclosure.length is not None:
            attachment["size_in_bytes"] = enclosure.length
        attachments.append(attachment)
    return attachments


def _terms(feed: OutputFeed, item: Publication) -> JsonValue:
    licences = licence_urls(item)
    terms: dict[str, JsonValue] = {
        "about": f"{feed.base_url}/{ABOUT}",
        "form": item.form.value,
        "rights": {
            "notice": item.copyright_line,
            "holder": item.holder,
            "license": licences[0] if licences else None,
            "usage": item.usage,
        },
        "chain": [
            {"party": hop.name, "role": hop.role, "url": address(hop.url)} for hop in item.chain
        ],
        "source": {"title": item.feed.title, "url": address(item.feed.url)},
        "duties": list(item.duties),
    }
    if others := also_links(item):
        terms["also_at"] = [{"name": link.title, "url": link.href} for link in others]
    if len(licences) > 1:
        terms["licenses"] = list(licences)
    if item.reasons:
        terms["reasons"] = list(item.reasons)
    if item.ai_reserve:
        terms["ai"] = {"tdm-reservation": 1}
    if item.access:
        terms["access"] = item.access
    return terms
