"""What a page says of an item to programs, in the words of schema.org.  Pure.

The block stands in a ``script`` element as JSON-LD; it repeats what the page shows and
adds nothing, so a search engine credits those whom the reader sees credited.
"""

import json
import re

from syndicator.model.entries import OutputFeed, Publication
from syndicator.render.vocabulary import (
    JsonValue,
    address,
    carrier,
    categories,
    heading,
    language_tag,
    licence_urls,
    origin,
)
from syndicator.timestamps import rfc3339

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SCRIPT_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
"""So that nothing in the block can end the ``script`` element."""


def json_ld(feed: OutputFeed, item: Publication) -> str:
    """Return *item* as a ``NewsArticle``, fit to stand inside a ``script`` element."""
    stated = {name: value for name, value in _article(feed, item).items() if value}
    text = json.dumps({"@context": "https://schema.org"} | stated, ensure_ascii=False)
    return text.translate(_SCRIPT_ESCAPES)


def _article(feed: OutputFeed, item: Publication) -> dict[str, JsonValue]:
    first, last = origin(item), carrier(item)
    licences = licence_urls(item)
    return {
        "@type": "NewsArticle",
        "identifier": item.id,
        "headline": heading(item),
        "url": address(item.url),
        "datePublished": rfc3339(item.published) if item.published else None,
        "inLanguage": language_tag(item.language),
        "articleSection": [tag.title for tag in categories(item)],
        "author": [_author(item, person.name, person.url) for person in item.authors],
        "publisher": _organisation(first.name, first.homepage) if first else None,
        "copyrightHolder": _organisation(item.holder, None) if item.holder else None,
        "copyrightNotice": item.copyright_line,
        "copyrightYear": _year(item.copyright_line),
        "creditText": ", via ".join(hop.name for hop in item.chain),
        "isBasedOn": address(last.url) if last else None,
        "license": licences[0] if len(licences) == 1 else licences,
        "usageInfo": item.usage,
        "conditionsOfAccess": item.access,
        "sdPublisher": _organisation(feed.site_title, f"{feed.base_url}/"),
    }


def _author(item: Publication, name: str, url: str | None) -> JsonValue:
    # Feeds do not say whether a name is a person's; a party of the chain is none.
    is_party = name.casefold() in {hop.name.casefold() for hop in item.chain}
    kind = "Organization" if is_party else "Person"
    href = address(url)
    return {"@type": kind, "name": name} | ({"url": href} if href else {})


def _organisation(name: str, url: str | None) -> JsonValue:
    href = address(url)
    return {"@type": "Organization", "name": name} | ({"url": href} if href else {})


def _year(line: str | None) -> int | None:
    found = _YEAR.search(line or "")
    return int(found[0]) if found else None
