"""Who wrote it: authors in well-formed XML, in whichever of their many forms.  Pure.

A line of RSS or Dublin Core, a person of Atom, the owner of a podcast.
"""

from lxml import etree

from syndicator.parse.elements import Declined
from syndicator.parse.mail import sync_author
from syndicator.parse.names import attributes_of, name_of
from syndicator.parse.texts import joined, text_of
from syndicator.parse.wellformed import Context, Walk, only_blanks


def author(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read an author: a line of RSS or Dublin Core, or a person of Atom."""
    authors = context.setdefault("authors", [])
    if not len(element):
        context["author"] = name = text_of(element, "author")
        authors.append({} if "@" in name else {"name": name})
        if "@" in name:
            sync_author(context, "author")
        return
    only_blanks(element)
    outer = walk.inside(attributes_of(element))
    person: Context = {}
    authors.append(person)
    walk.children(element, person, depth + 1, walk.tables["person"], Walk.unknown_in_text)
    walk.scope = outer
    called, mail = person.get("name"), person.get("email")
    context["author"] = f"{called} ({mail})" if called and mail else called or mail or ""


def person_page(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read the page of a person."""
    if "href" in context:
        raise Declined("a person with two pages")
    base = walk.scope.within(attributes_of(element)).base
    address = text_of(element)
    context["href"] = joined(base, address) if address else ""


def person_name(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read the name of a person."""
    if "name" in context:
        raise Declined("a person with two names")
    context["name"] = text_of(element, "name")


def person_mail(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read the mail address of a person."""
    if "email" in context:
        raise Declined("a person with two mail addresses")
    context["email"] = text_of(element, "email")


def owner(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read the owner of a podcast, whom feedparser takes for its last author."""
    only_blanks(element)
    walk.children(element, context, depth + 1, walk.tables["owner"], Walk.unknown)


def owner_part(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Read the name or mail address of a podcast's owner."""
    key = name_of(element).removeprefix("itunes_")
    value = text_of(element, key)
    context.setdefault("publisher_detail", {})[key] = value
    sync_author(context, "author")
    context.setdefault("authors", [{}])[-1][key] = value


def contributor(walk: Walk, element: etree._Element, context: Context, depth: int) -> None:
    """Pass a contributor."""
    walk.children(element, {}, depth + 1, walk.tables["passed"], Walk.refused)
