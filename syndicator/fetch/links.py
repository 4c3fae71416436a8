"""What a ``Link`` header names (RFC 8288).  Edge."""

import re
from collections.abc import Iterator

import httpx

from syndicator.model.feed import Link
from syndicator.urls import is_web_url, resolve

_LINK = re.compile(
    r"""<([^<>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s;,"]*))?)*)"""
)
_PARAMETER = re.compile(r""";\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;,"]*)))?""")
_LONGEST = 16_384


def linked(headers: httpx.Headers, relation: str, base: str) -> str | None:
    """Return the first address that the ``Link`` headers name for *relation*, if any.

    Args:
        headers: of an answer.
        relation: ``hub`` or ``self``; case does not matter (RFC 8288, 2.1).
        base: address of the answer, which relative ones start from.  A link with an
            ``anchor`` is about something else and does not count (3.2).
    """
    return next((resolve(base, target) for target, _ in _named(headers, relation)), None)


def alternates(headers: httpx.Headers, base: str) -> tuple[Link, ...]:
    """Return the web addresses that the ``Link`` headers name as other forms of the answer."""
    return tuple(
        Link(href=url, type=parameters.get("type"))
        for target, parameters in _named(headers, "alternate")
        if is_web_url(url := resolve(base, target))
    )


def _named(headers: httpx.Headers, relation: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield target and parameters of each link of *relation*."""
    for link in _LINK.finditer(headers.get("link", "")[:_LONGEST]):
        parameters: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(link[2]):
            # Of several with one name the first counts (3.3).
            parameters.setdefault(name.casefold(), re.sub(r"\\(.)", r"\1", quoted) or bare)
        if relation in parameters.get("rel", "").casefold().split() and "anchor" not in parameters:
            yield link[1], parameters
