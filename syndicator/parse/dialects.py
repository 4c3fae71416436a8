"""Which dialect a tree speaks, and what each of its elements means in it.  Pure.

RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, with Dublin Core, content, Media RSS, iTunes and
Creative Commons.  An element that stands in none of the tables is passed if feedparser
would pass it too, and else the document is declined.
"""

from lxml import etree

from syndicator.parse import persons
from syndicator.parse.elements import Declined, Elements
from syndicator.parse.names import (
    ATOM,
    RSS09,
    RSS10,
    attributes_of,
    check_prefixes,
    name_of,
)
from syndicator.parse.rights import RightsFound
from syndicator.parse.texts import text_of
from syndicator.parse.wellformed import Context, Handler, Table, Walk

_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}


def _line_as(key: str) -> Handler:
    def read(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
        context[key] = text_of(element, key)

    return read


def _channel(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    stated = attributes_of(element)
    if "href" in stated or "lastmod" in stated:
        raise Declined("a channel of the Channel Definition Format")
    outer = walk.inside(stated)
    walk.children(element, context, depth + 1, walk.tables["head"], Walk.unknown)
    walk.scope = outer


def _each(names: str, handler: Handler) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


_DATES = {
    **_each("published pubdate issued dcterms_issued", _line_as("published")),
    **_each("updated modified lastbuilddate dcterms_modified", _line_as("updated")),
    **_each("created dcterms_created", _line_as("created")),
    "dc_date": _line_as("dc_date"),
}
_PASSED = _each(
    "generator webmaster dc_publisher expirationdate itunes_image itunes_block itunes_explicit"
    " media_credit media_thumbnail media_rating media_player"
    " georss_point georss_line georss_polygon georss_box dc_contributor",
    Walk.passed,
)
_PASSED |= _each("media_restriction media_license dcterms_valid", Walk.unknown)
_PASSED_TEXTS = _each(
    "subtitle tagline itunes_subtitle info feedburner_browserfriendly", Walk.passed_text
)
_COMMON: dict[str, Handler] = {
    **_DATES,
    **_PASSED,
    **_PASSED_TEXTS,
    **_each("title dc_title", Walk.title),
    **_each("rights copyright dc_rights", Walk.rights),
    **_each("guid id", Walk.identity),
    **_each("author managingeditor dc_creator dc_author itunes_author", persons.author),
    **_each("language dc_language", _line_as("language")),
    "link": Walk.link,
    "contributor": persons.contributor,
}
_HEAD = {
    **_COMMON,
    **_each("description dc_description", Walk.head_description),
    **_each("summary itunes_summary", Walk.head_summary),
    **_each("image textinput", Walk.image),
    **_each("item entry", Walk.item_in),
    **_each("category keywords dc_subject media_category cloud", Walk.passed),
    **_each("itunes_keywords media_keywords", Walk.passed),
    "itunes_category": Walk.itunes_category,
    "itunes_owner": persons.owner,
    "cc_license": Walk.cc_license,
    "creativecommons_license": Walk.rss_license,
}
_ITEM = {
    **_COMMON,
    **_each("description dc_description media_description", Walk.description),
    **_each("summary itunes_summary", Walk.summary),
    **_each("category keywords dc_subject", Walk.category),
    **_each("itunes_keywords media_keywords", Walk.keywords),
    **_each("media_group media_content", Walk.nested),
    "content": Walk.content,
    "content_encoded": Walk.encoded,
    "media_title": Walk.media_title,
    "media_category": Walk.media_category,
    "itunes_category": Walk.itunes_category,
    "itunes_owner": persons.owner,
    "enclosure": Walk.enclosure,
    "cc_license": Walk.cc_license,
    "creativecommons_license": Walk.rss_license,
    "source": Walk.source,
    "image": Walk.image,
}
_PLACES: dict[str, dict[str, Handler]] = {
    "head": _HEAD,
    "item": _ITEM,
    "source": {**_COMMON, **_each("category dc_subject", Walk.passed)},
    "nested": {
        **_PASSED,
        **_each("media_group media_content", Walk.nested),
        **_each("media_keywords", Walk.keywords),
        **_each("media_category", Walk.category),
        "media_title": Walk.media_title,
        "media_description": Walk.description,
    },
    "person": {
        **_each("uri url homepage", persons.person_page),
        "name": persons.person_name,
        "email": persons.person_mail,
    },
    "owner": _each("itunes_name itunes_email name email", persons.owner_part),
    "passed": _each("name email uri url homepage", Walk.passed),
    "itunes_category": {"itunes_category": Walk.itunes_category},
    "image": {
        **_each("link url width height description name", Walk.passed),
        "title": Walk.title,
    },
    "root": {"channel": _channel},
    "rdf": {
        "channel": _channel,
        "image": Walk.image,
        "textinput": Walk.image,
        "item": Walk.item_in,
    },
}
TABLES = {place: Table(handlers) for place, handlers in _PLACES.items()}


def read_tree(root: etree._Element) -> tuple[Elements, bool]:
    """Return what the tree under *root* holds, and whether statements stand apart in it.

    Raises:
        Declined: it is unusual in any way.
    """
    check_prefixes(dict(root.nsmap))
    version = _version(root)
    walk = Walk(version, TABLES)
    stated = attributes_of(root)
    walk.inside(stated)
    if name_of(root) != "rdf_rdf" and walk.scope.language:
        walk.head["language"] = walk.scope.language
    if name_of(root) == "feed":
        walk.children(root, walk.head, 2, TABLES["head"], Walk.unknown)
    else:
        _read_channel(walk, root)
    found = RightsFound()
    elements = Elements(format=version, head=walk.head, items=walk.items, found=found)
    return elements, walk.has_rights


def _read_channel(walk: Walk, root: etree._Element) -> None:
    place = "rdf" if name_of(root) == "rdf_rdf" else "root"
    names = [name_of(child) for child in root]
    if names.count("channel") != 1 or names[0] != "channel":
        raise Declined("not one channel")
    walk.children(root, walk.head, 2, TABLES[place], Walk.refused)


def _version(root: etree._Element) -> str:
    by_space = {ATOM: "atom10", RSS10: "rss10", RSS09: "rss090"}
    spaces = [space.lower() for space in root.nsmap.values()]
    named = [by_space[space] for space in spaces if space in by_space]
    name = name_of(root)
    stated = attributes_of(root).get("version", "")
    if name == "rss" and set(named) <= {"atom10"}:
        return _RSS_VERSIONS.get(stated) or ("rss20" if stated.startswith("2.") else "rss")
    if name == "rdf_rdf" and named[:1] == ["rss10"]:
        return "rss10"
    if name == "rdf_rdf" and named == ["rss090"] and (root.nsmap.get(None) or "").lower() == RSS09:
        return "rss090"
    if name == "feed" and named[:1] == ["atom10"]:
        return "atom10"
    if name == "feed" and not named and stated == "0.3":
        return "atom03"
    raise Declined("a dialect that is not known well enough")
