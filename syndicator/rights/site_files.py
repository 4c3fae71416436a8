"""Which feed does a published file belong to, and do the lists lead to files?  Pure.

The names are computed from the configuration here, not taken from the code that writes
the files (docs/audit.md, checks 18 and 19).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from lxml import etree

from syndicator.model.entries import Axis
from syndicator.model.settings import Output
from syndicator.rights.site_remarks import Remark, error, warning
from syndicator.rights.site_works import Owner
from syndicator.urls import resolve

_AXES: Mapping[str, Axis] = {
    "themes": "theme",
    "regions": "region",
    "reports": "report",
    "sources": "source",
    "authors": "author",
}
_LISTS = {"index.html": "index", "feeds.opml": "opml"}
_OWN = "articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """The feeds that there should be, by the configuration and the store."""

    outputs: tuple[Output, ...]
    slugs: Mapping[Axis, Collection[str]]
    own_articles: Collection[str]
    """Names of the operator's own articles that have a page here."""


def owner_of(path: str, feeds: Feeds) -> Owner | None:
    """Return which feed the file at *path* belongs to; None where nobody writes it."""
    output, rest = _output_of(path, feeds)
    stem, _, suffix = rest.rpartition(".")
    folder, _, slug = stem.rpartition("/")
    if rest in _LISTS:
        return Owner(output=output, axis="all", slug="all", format=_LISTS[rest])
    if folder == _OWN and output is feeds.outputs[0] and suffix == "html":
        own = slug in feeds.own_articles
        return Owner(output=output, axis="all", slug=slug, format="html") if own else None
    if suffix not in output.formats:
        return None
    if stem == "all":
        return Owner(output=output, axis="all", slug="all", format=suffix)
    axis = _AXES.get(folder)
    if axis is None or slug not in feeds.slugs.get(axis, ()):
        return None
    return Owner(output=output, axis=axis, slug=slug, format=suffix)


def _output_of(path: str, feeds: Feeds) -> tuple[Output, str]:
    """Return the output that *path* lies in, and the rest of the path."""
    first, _, rest = path.partition("/")
    for output in feeds.outputs[1:]:
        if rest and output.id == first:
            return output, rest
    return feeds.outputs[0], path


def check_links(
    path: str, root: etree._Element, files: Collection[str], base_url: str
) -> Iterator[Remark]:
    """Yield the links of a list of feeds (index or OPML) to files that are not there."""
    for target in sorted(_targets(path, root, base_url)):
        if target not in files:
            yield error(19, f"leads to {target}, which is not there", file=path)


def check_listed(
    path: str, root: etree._Element, files: Mapping[str, Owner], base_url: str
) -> Iterator[Remark]:
    """Yield the feeds of one output that its list does not lead to in any format."""
    targets = {target.rpartition(".")[0] for target in _targets(path, root, base_url)}
    stems = {file.rpartition(".")[0]: file for file in files if f"{_OWN}/" not in file}
    for stem in sorted(stems.keys() - targets):
        yield warning(19, f"does not lead to {stems[stem]}", file=path)


def check_self_link(path: str, links: Collection[str], base_url: str) -> Iterator[Remark]:
    """Yield a feed that gives another address for itself than the one it has."""
    wanted = f"{base_url}/{path}"
    for address in links:
        if address != wanted:
            yield error(19, f"says that it stands at {address}, not {wanted}", file=path)


def check_site(
    path: str, addresses: Collection[str], base_url: str, contact: str
) -> Iterator[Remark]:
    """Yield addresses outside of the items that lead neither to this site nor to its operator."""
    known = {"", base_url, contact, contact.partition("?")[0], resolve("", contact)}
    for address in sorted({*addresses} - known):
        parts = urlsplit(address)
        is_relative = not parts.scheme and not parts.netloc
        if not is_relative and not address.startswith(f"{base_url}/"):
            yield error(19, f"leads to {address}, away from this site", file=path)


def _targets(path: str, root: etree._Element, base_url: str) -> set[str]:
    """Return the paths below the publish directory that *root* leads to."""
    found = set()
    for element in root.iter():
        for name in ("href", "xmlUrl", "htmlUrl"):
            target = _target(path, element.get(name) or "", base_url)
            if target is not None:
                found.add(target)
    return found


def _target(path: str, address: str, base_url: str) -> str | None:
    below = address.removeprefix(f"{base_url}/")
    parts = urlsplit(below)
    if not address or parts.scheme or parts.netloc or not parts.path:
        return None
    target = unquote(parts.path)
    if below == address:
        target = normpath(join(dirname(path), target))
    return "index.html" if target in {".", "/"} else target.lstrip("/")
