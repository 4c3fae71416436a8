"""What is really in an emitted JSON Feed, item by item.  Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from syndicator.rights.emitted import Emitted, Item, Unreadable
from syndicator.rights.readable import readable, words

_JSON_MEMBERS = frozenset(
    [
        *("id", "url", "external_url", "title", "content_html", "summary", "language"),
        *("date_published", "date_modified", "authors", "tags", "attachments", "_syndicator"),
        *("image", "banner_image"),
    ]
)
"""What items of ours may have; pictures and players are looked at by themselves."""


def read_json(emitted: bytes) -> Emitted:
    """Return what a JSON Feed document holds.

    Raises:
        Unreadable: it is none.
    """
    try:
        feed = json.loads(emitted)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable("the document has no list of items")
    own = _object(feed.get("_syndicator"))
    removed = [_object(x) for x in _list(own.get("removed"))]
    return Emitted(
        items=tuple(_json_item(_object(item)) for item in feed["items"]),
        licences=tuple(_addresses([own.get("license"), own.get("licenses"), feed.get("license")])),
        rights=_stated(own.get("rights")),
        deleted={_string(x.get("id")): _string(x.get("when")) for x in removed},
        site=tuple(
            _addresses(
                [
                    feed.get("home_page_url"),
                    feed.get("feed_url"),
                    own.get("about"),
                    _object(own.get("operator")).get("contact"),
                ]
            )
        ),
    )


def _json_item(item: Mapping[str, object]) -> Item:
    own = _object(item.get("_syndicator"))
    rights = _object(own.get("rights"))
    html, summary = item.get("content_html"), item.get("summary")
    chain, duties = own.get("chain"), own.get("duties")
    pictures = (item.get("image"), item.get("banner_image"))
    attachments = [_string(_object(x).get("url")) for x in _list(item.get("attachments"))]
    return Item(
        id=_string(item.get("id")),
        title=words(_string(item.get("title"))),
        body=readable("content_html", html) if isinstance(html, str) else None,
        summary_text=words(summary) if isinstance(summary, str) else None,
        urls=tuple(_string(item[key]) for key in ("url", "external_url") if item.get(key)),
        passed=tuple(_string(_object(hop).get("url")) for hop in _list(chain)),
        also=tuple(_string(_object(copy).get("url")) for copy in _list(own.get("also_at"))),
        authors=tuple(_string(_object(x).get("name")) for x in _list(item.get("authors"))),
        rights=_stated(rights.get("notice")),
        holder=_stated(rights.get("holder")),
        licences=tuple(_addresses([rights.get("license"), own.get("licenses")])),
        enclosures=(*attachments, *(_string(x) for x in pictures if x)),
        form=_stated(own.get("form")),
        published=_stated(item.get("date_published")),
        updated=_stated(item.get("date_modified")),
        chain=tuple(_hop(_object(hop)) for hop in chain) if isinstance(chain, list) else None,
        duties=tuple(map(_string, duties)) if isinstance(duties, list) else None,
        source=_stated(_object(own.get("source")).get("title")),
        elsewhere=tuple(_addresses([item.get("authors"), own.get("source"), rights.get("usage")])),
        site=tuple(_addresses(own.get("about"))),
        strange=tuple(f"the member {name}" for name in item if name not in _JSON_MEMBERS),
    )


def _hop(hop: Mapping[str, object]) -> tuple[str, str, str]:
    return words(_string(hop.get("party"))), _string(hop.get("role")), _string(hop.get("url"))


def _addresses(value: object) -> Iterator[str]:
    """Yield the addresses in *value*: a string, an object with ``url``, or a list of these."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _addresses(value.get("url"))
    elif isinstance(value, list):
        for part in value:
            yield from _addresses(part)


def _object(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _stated(value: object) -> str | None:
    return words(value) if isinstance(value, str) else None
