"""Whether two addresses are the same, and what a link leads to.  Pure.

An address is kept as its publisher wrote it; links that name a source leave without
trackers (``without_tracking``).  ``canonical_url`` gives a form that is only compared, never
fetched and never shown.  Resolving follows RFC 3986, section 5.  Nothing here asks the network.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TypeGuard
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

SLUG_LENGTH = 64
LONGEST = 4000
"""Characters; a longer address is no address that a browser would open."""

_NEVER_IN_URLS = re.compile(r"""[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff<>"\\^`{|}]""")
# Nothing in it needs a closer look: a host, perhaps a port, and characters of an address.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*+(?::[0-9]{1,4})?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*+)?",
    re.ASCII,
)
_ESCAPED_WELL = re.compile(r"[\w.~!$&'()*+,;=:@/?-]*+", re.ASCII)
_BREAKS = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"[\w.-]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"^\s*(?:feed:(?://)?(?=https?://)|feed(?=://))", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d*|bbc_team|link_\w+|format|ptr_name)|pk_\w+|mtm_\w+"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id"
    r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|oly_anon_id|oly_enc_id|wt_mc|wt\.mc_\w+"
    r"|s_cid|ns_\w+|cmpid|ncid|_openstat|rss_id|partner_rss"
    r"|phpsessid|jsessionid|srsltid|__twitter_impression|smid|xtor",
    re.IGNORECASE | re.ASCII,
)
_MIRROR = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.[^.])")
"""Hosts that show the pages of the host behind the dot."""
_SAME_PAGE = re.compile(r"(?:/+(?:index\.(?:html?|php)|amp))*/*$")
_AMP_PART = re.compile(r"(?<=[^/]/)amp/|(?<=[^/])/amp(?=[/?]|$)|\.amp(?=\.html?(?:\?|$)|\?|$)")
_AMP_QUERY = re.compile(r"(?<=[?&])(?:_?amp(?:=[^&]*)?|\w+=amp|m=[01])(?=&|$)")
_UNRESERVED = re.compile(
    r"%(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9ae]|3[0-9]|2d|2e|5f)", re.IGNORECASE
)
_DASHES = re.compile(r"[\s\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+")


# The key of an item, its hash, its work and its other names all ask for it, one after another.
@lru_cache(maxsize=1024)
def canonical_url(url: str) -> str:
    """Return the form of *url* in which two addresses of the same page are equal.

    http and https are one, so are a host with and without ``www.`` (or ``m.``, ``amp.``),
    both spellings of a path's last slash, a page and its AMP form, and any order of the
    query.  Default port, user name, fragment, ``index.html`` and the parameters that only
    count visits go away.  The form names the page, but a server
    may not answer to it.  What is no web address comes back trimmed and otherwise unchanged.
    """
    url = url.strip()
    parts = _split(url)
    if parts is None or not is_web_url(url):
        return url
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    path = _same_escapes(parts.path)
    if "/." in path:
        path = urlsplit(urljoin("http://host/", path)).path
    query = "&".join(sorted(p for p in _same_escapes(parts.query).split("&") if _means(p)))
    host = _MIRROR.sub("", _host(parts))
    path = _SAME_PAGE.sub("", path, count=1)
    return f"https://{host}{port}{path}" + (f"?{query}" if query else "")


def page_key(url: str) -> str:
    """Return the form in which addresses are the same page *for a demand that it goes*.

    Looser than :func:`canonical_url`, from which ids are made: case, doubled slashes and
    every way of asking for the AMP or the mobile form make no difference.  Two pages that
    differ in nothing else are rarer than somebody who writes an address another way.
    """
    key = canonical_url(url).casefold()
    scheme, slashes, rest = key.partition("://")
    if not slashes:
        return key
    path, mark, query = rest.partition("?")
    path = _AMP_PART.sub("", re.sub("/{2,}", "/", path)).rstrip("/")
    query = "&".join(p for p in _AMP_QUERY.sub("", mark + query)[1:].split("&") if p)
    return f"{scheme}://{path}" + (f"?{query}" if query else "")


def without_tracking(url: str) -> str:
    """Return *url* without the parameters that only count visits, otherwise as it is."""
    page, hash_sign, fragment = url.partition("#")
    path, _, query = page.partition("?")
    kept = [p for p in query.split("&") if not p or _means(p)]
    if len(kept) == query.count("&") + 1:
        return url
    return path + ("?" + "&".join(kept) if kept else "") + hash_sign + fragment


def is_web_url(url: str | None) -> TypeGuard[str]:
    """Say whether *url* is an absolute http(s) address with a host and no forbidden characters."""
    if not url or len(url) > LONGEST:
        return False
    if _PLAIN.fullmatch(url):
        return True
    if _NEVER_IN_URLS.search(url):
        return False
    parts = _split(url)
    if parts is None or parts.scheme.lower() not in {"http", "https"}:
        return False
    host = parts.hostname or ""
    return bool(host.strip(".")) and bool(_HOST.fullmatch(host) or ":" in host)


def names_a_page(url: str | None) -> TypeGuard[str]:
    """Say whether *url* is a web address of a page, not just of a site."""
    if not is_web_url(url):
        return False
    canonical = canonical_url(url)
    return canonical.partition("//")[2].count("/") > 0 or "?" in canonical


def resolve(base: str, href: str) -> str | None:
    """Return the absolute address to which *href* leads from *base* (RFC 3986, section 5).

    None when it leads nowhere: empty, a bare ``#``, another scheme than http, https and
    mailto, or no address at all.  Spaces and quotes that have no place in an address are
    escaped, as browsers do.
    """
    href = _BREAKS.sub("", href.strip())
    if href in {"", "#"}:
        return None
    if href[:7].lower() == "mailto:":
        return href if "@" in href and not _NEVER_IN_URLS.search(href) else None
    try:
        joined = urljoin(base, href)
    except ValueError:
        return None
    joined = _NEVER_IN_URLS.sub(_escaped, joined)
    return joined if is_web_url(joined) else None


def without_feed_scheme(url: str) -> str:
    """Return *url* as a web address where it is ``feed://host/`` or ``feed:https://host/``."""
    return _FEED_SCHEME.sub(lambda found: "" if ":" in found[0] else "http", url, count=1)


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """Return the host of *url* in lower case and ASCII (IDNA), or ``""`` if it has none."""
    parts = _split(url.strip())
    return _host(parts) if parts else ""


def bare_host(url: str) -> str:
    """Return the host of *url* as ``host_of`` does, without the ``www.`` that means nothing."""
    return host_of(url).removeprefix("www.")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def origin_of(url: str) -> str | None:
    """Return scheme, host and port of *url* (RFC 6454, 4); None if it has none."""
    parts = _split(url)
    host = host_of(url)
    if parts is None or not host:
        return None
    scheme = parts.scheme.lower()
    port = parts.port or {"http": 80, "https": 443}.get(scheme)
    return f"{scheme}://{host}:{port}"


def without_secrets(url: str) -> str:
    """Return *url* for a log: without user name and password, values of the query blanked."""
    parts = _split(url)
    if parts is None:
        return "(unreadable address)"
    host = parts.netloc.rpartition("@")[2]
    names = [p.partition("=")[0] + "=..." if "=" in p else "..." for p in parts.query.split("&")]
    query = "&".join(names) if parts.query else ""
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def site_of(url: str) -> str:
    """Return the address of the site that *url* belongs to: without login, path and query."""
    parts = _split(url)
    if parts is None:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/", "", ""))


def slugify(text: str) -> str:
    """Return the name *text* as a part of a path: ``[a-z0-9][a-z0-9-]{0,63}``, or ``""``.

    Names that differ in case, spaces and hyphens only are one name.  Whenever the slug says
    less than the name (an accent, a dot, another script, too long), eight hex digits of the
    name's SHA-256 follow, so that two different names have two different slugs.
    """
    name = _DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")
    if not name:
        return ""
    letters = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if slug == name and len(slug) <= SLUG_LENGTH:
        return slug
    mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug[: SLUG_LENGTH - 9].rstrip('-')}-{mark}".lstrip("-")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname  # both are read late, and raise then
    except ValueError:
        return None
    return parts


def _means(parameter: str) -> bool:
    return bool(parameter) and not _TRACKING.fullmatch(parameter.partition("=")[0])


def _same_escapes(text: str) -> str:
    if _ESCAPED_WELL.fullmatch(text):
        return text
    text = re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), text, flags=re.IGNORECASE)
    text = _UNRESERVED.sub(lambda found: unquote_to_bytes(found[0]).decode("ascii"), text)
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~")


def _escaped(found: re.Match[str]) -> str:
    return quote(found[0].encode("utf-8", "replace"), safe="")
