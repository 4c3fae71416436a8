"""Markdown with front matter: the form in which articles are written for us.  Pure.

The chain of holders is written as ``hops``, from the first publisher to the one whose
copy this is; without hops the article is the operator's own.  See docs/seeds.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args

from syndicator.errors import SeedError
from syndicator.model.feed import ParsedEntry, Person, Statement
from syndicator.model.rights import Evidence
from syndicator.rights.bylines import copyright_holder
from syndicator.seeds.front import Node, Reader, has_front, parse_front, split_front
from syndicator.seeds.prose import to_html
from syndicator.seeds.seed import Body, Seed, with_digest

Role = Literal["origin", "via", "carrier"]

KEYS = {
    "id": "id",
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "published": "published",
    "updated": "updated",
    "language": "language",
    "url": "url",
    "theme": "themes",
    "themes": "themes",
    "region": "regions",
    "regions": "regions",
    "report": "reports",
    "reports": "reports",
    "abstract": "abstract",
    "rights": "rights",
    "hops": "hops",
    "policy": "policy",
    "embargo_until": "embargo_until",
}
"""Each key of the front matter and what it means; one or several may be written alike."""

RIGHTS_KEYS = frozenset({"copyright", "holder", "licence", "statements"})
HOP_KEYS = frozenset({"party", "url", "date", "role"})
AUTHOR_KEYS = frozenset({"name", "url"})


@dataclass(frozen=True, slots=True)
class _Hop:
    party: str
    role: Role
    url: str | None
    date: datetime | None


@dataclass(frozen=True, slots=True)
class _Rights:
    copyright: str | None = None
    holder: str | None = None
    statements: tuple[Statement, ...] = ()


def read_markdown(path: str, text: str) -> Seed | tuple[SeedError, ...]:
    """Return the article in *text*, or every mistake of its front matter.

    Args:
        path: of the file, relative to the seeds directory; gives the id where none is set.
        text: the whole file; begins with ``---``.
    """
    reader = Reader(path)
    parts = split_front(text)
    if parts is None:
        what = "is not closed; write a line --- after it" if has_front(text) else "is missing"
        reader.wrong(1, f"the front matter {what}")
        return tuple(reader.mistakes)
    facts = _facts(reader, parse_front(parts[0], reader))
    seed = _seed(reader, facts, parts[1].strip())
    return tuple(reader.mistakes) if reader.mistakes else with_digest(seed)


def _facts(reader: Reader, root: Node) -> Mapping[str, Node]:
    facts: dict[str, Node] = {}
    for key, node in reader.mapping(root, "", KEYS).items():
        if KEYS[key] in facts:
            reader.wrong(node.line, f"{key}: is the same as {KEYS[key]}; keep one of them")
        facts[KEYS[key]] = node
    return facts


def _seed(reader: Reader, facts: Mapping[str, Node], markdown: str) -> Seed:
    hops = _hops(reader, facts.get("hops"))
    authors = _authors(reader, facts.get("authors"))
    rights = _rights(reader, facts.get("rights"))
    embargo = reader.instant(facts.get("embargo_until"), "embargo_until")
    body = _body(reader, facts.get("abstract"), markdown)
    html = to_html(markdown) if markdown else ""
    published = reader.instant(facts.get("published"), "published")
    entry = ParsedEntry(
        id=reader.text(facts.get("id"), "id") or id_of(reader.path),
        url=_url(reader, facts.get("url"), hops),
        title=_title(reader, facts.get("title")),
        authors=authors,
        published=published or (hops[0].date if hops else None),
        updated=reader.instant(facts.get("updated"), "updated"),
        summary_html=html if body == "summary" else "",
        content_html=html if body == "full" else "",
        language=_language(reader, facts.get("language")),
        rights=rights.copyright,
        statements=rights.statements,
    )
    return Seed(
        path=reader.path,
        entry=entry,
        evidence=(*_chain(hops), *_persons(authors), *_said(rights, embargo)),
        carrier=hops[-1].party if hops else None,
        themes=reader.texts(facts.get("themes"), "themes"),
        regions=reader.texts(facts.get("regions"), "regions"),
        reports=reader.texts(facts.get("reports"), "reports"),
        body=body,
        policy=reader.text(facts.get("policy"), "policy"),
    )


def id_of(path: str) -> str:
    """Return the id of an article that states none: from its path, without the suffix."""
    folder, slash, name = path.rpartition("/")
    return f"seed:{folder}{slash}{name.rpartition('.')[0] or name}"


def _title(reader: Reader, node: Node | None) -> str:
    if node is None:
        reader.wrong(1, "title: is missing; every article has one")
    return reader.text(node, "title") or ""


def _language(reader: Reader, node: Node | None) -> str | None:
    language = reader.text(node, "language")
    if node is None or language is None:
        return None
    parts = language.split("-")
    if 2 <= len(parts[0]) <= 3 and all(p.isascii() and p.isalnum() and len(p) <= 8 for p in parts):
        return language
    reader.wrong(node.line, "language: must be a language tag, such as en, fr or pt-BR")
    return None


def _body(reader: Reader, abstract: Node | None, markdown: str) -> Body:
    if reader.flag(abstract, "abstract"):
        if abstract is not None and not markdown:
            reader.wrong(abstract.line, "abstract: there is no text; write the abstract below")
        return "summary"
    return "full" if markdown else "none"


def _url(reader: Reader, node: Node | None, hops: Sequence[_Hop]) -> str | None:
    url = reader.address(node, "url")
    if hops and node is not None:
        reader.wrong(node.line, "url: stands in the last of the hops, the copy this is")
    return hops[-1].url if hops else url


def _authors(reader: Reader, node: Node | None) -> tuple[Person, ...]:
    found = []
    for item in reader.items(node):
        if isinstance(item.value, Mapping):
            fields = reader.mapping(item, "authors", AUTHOR_KEYS)
            if "name" not in fields:
                reader.wrong(item.line, "authors.name: is missing")
            name = reader.text(fields.get("name"), "authors.name")
            url = reader.address(fields.get("url"), "authors.url")
        else:
            name, url = reader.text(item, "authors"), None
        if name:
            found.append(Person(name=name, url=url))
    return tuple(found)


def _rights(reader: Reader, node: Node | None) -> _Rights:
    if node is None:
        return _Rights()
    if isinstance(node.value, str):
        return _Rights(copyright=reader.text(node, "rights"))
    fields = reader.mapping(node, "rights", RIGHTS_KEYS)
    licences = (
        Statement(scheme="atom-license", value=url)
        for item in reader.items(fields.get("licence"))
        if (url := reader.address(item, "rights.licence"))
    )
    said = reader.texts(fields.get("statements"), "rights.statements")
    return _Rights(
        copyright=reader.text(fields.get("copyright"), "rights.copyright"),
        holder=reader.text(fields.get("holder"), "rights.holder"),
        statements=(*licences, *(Statement(scheme="dc-rights", value=text) for text in said)),
    )


def _hops(reader: Reader, node: Node | None) -> tuple[_Hop, ...]:
    items = reader.items(node)
    found = []
    for index, item in enumerate(items):
        fields = reader.mapping(item, "hops", HOP_KEYS)
        if fields and "party" not in fields:
            reader.wrong(item.line, "hops.party: is missing; write the publisher's id or name")
        hop = _Hop(
            party=reader.text(fields.get("party"), "hops.party") or "",
            role=_role(reader, fields.get("role"), index, len(items)),
            url=reader.address(fields.get("url"), "hops.url"),
            date=reader.instant(fields.get("date"), "hops.date"),
        )
        found.append(hop)
    return tuple(found)


def _role(reader: Reader, node: Node | None, index: int, count: int) -> Role:
    right: Role = "origin" if index == 0 else "carrier" if index == count - 1 else "via"
    said = reader.text(node, "hops.role")
    if node is None or said is None or said == right or (count == 1 and said == "carrier"):
        return right
    if said not in get_args(Role):
        reader.wrong(node.line, f"hops.role: must be one of {', '.join(get_args(Role))}")
    else:
        reader.wrong(
            node.line,
            f"hops.role: this hop is the {right}; hops go from the origin to the carrier",
        )
    return cast(Role, said) if said in get_args(Role) else right


def _chain(hops: Sequence[_Hop]) -> Iterator[Evidence]:
    for index, hop in enumerate(hops):
        if hop.role != "carrier":
            yield _stated(hop.role, hop.party, hop.url)
        if index == len(hops) - 1 and hop.url:
            yield _stated("carrier-url", hop.url, hop.url)
        if hop.date:
            yield _stated("date", hop.date.isoformat(), text=f"{hop.party}, {hop.date:%Y-%m-%d}")


def _persons(authors: Sequence[Person]) -> Iterator[Evidence]:
    for author in authors:
        yield _stated("author", author.name, author.url)


def _said(rights: _Rights, embargo: datetime | None) -> Iterator[Evidence]:
    holder = rights.holder or copyright_holder(rights.copyright or "")
    if rights.copyright:
        yield _stated("copyright", rights.copyright)
    if holder:
        yield _stated("holder", holder)
    if embargo:
        yield _stated("embargo", embargo.isoformat())


def _stated(fact: str, value: str, url: str | None = None, *, text: str = "") -> Evidence:
    return Evidence(
        fact=fact,
        value=value,
        url=url,
        where="seed:front-matter",
        rule=fact,
        confidence=1.0,
        text=(text or value)[:200],
    )
