"""What does a statement on rights, found in a feed or a text, amount to?  Pure.

Each statement is read as the policy it stands for.  Whether that policy may replace the
publisher's or can only tighten it is decided elsewhere, by ``trust``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from unicodedata import category, normalize
from urllib.parse import unquote

from syndicator.model.entries import Entry
from syndicator.model.feed import Statement
from syndicator.model.rights import Permission, Policy, When
from syndicator.rights.builtin import CC_KINDS, CC_VERSIONS
from syndicator.rights.extract import FORBIDDEN, RESERVED, compile_pattern
from syndicator.rights.rsl import read_rsl

Find = Callable[[str], Policy | None]
LONGEST = 4_000
"""Characters of a statement that are read; feed text is hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement, read."""

    label: str
    """What reasons and ``disregard`` call it: the policy's id, or the vocabulary."""
    scheme: str
    scope: str = "item"
    policy: Policy | None = None
    """None: it has no effect on forms."""
    licence: bool = False
    """It speaks of the work's licence, so a trusted source's one replaces the policy."""
    payment: str = ""
    """What is asked to be paid; a grant of the party settles it."""
    ai_reserve: bool = False
    media_only: bool = False
    """It concerns pictures and other media, not the text."""


DENIAL_NAMES = frozenset({"fac", "deny", "fac:deny", "access-deny"})
"""How an operator may name a Feed Access Control denial in ``disregard``."""


def is_meant(claim: Claim, name: str, find: Find) -> bool:
    """Tell whether an operator's ``disregard`` of *name* means *claim*.

    The name is the policy's id, the vocabulary, both with a colon, or the words themselves.
    """
    label, scheme = claim.label.casefold(), claim.scheme.casefold()
    if name.strip().casefold() in {label, scheme, f"{scheme}:{label}"}:
        return True
    read = policy_of_words(name, find)
    return claim.licence and read is not None and read.id == claim.label


def claims_of(copy: Entry, find: Find) -> tuple[Claim, ...]:
    """Return what the statements about *copy* claim, sorted, each once.

    Args:
        copy: its statements, its copyright line, and the reservations and licences that
            were found in its text.
        find: gives the policy of an id.
    """
    found = {c for s in _statements(copy) if (c := read_statement(s, find)) is not None}
    return tuple(sorted(found, key=lambda c: (c.scope != "item", c.scheme, c.label, repr(c))))


def _statements(copy: Entry) -> Iterable[Statement]:
    yield from copy.statements
    if copy.rights:
        yield Statement(scheme="copyright", value=copy.rights)
    for fact in copy.evidence:
        if fact.fact in {"reservation", "licence", "copyright"}:
            yield Statement(scheme=fact.fact, value=fact.value)


def read_statement(statement: Statement, find: Find) -> Claim | None:
    """Return what *statement* claims, or None where it claims nothing that concerns us.

    A bare copyright line is an acknowledgement and claims nothing.  Feed Access Control is
    no claim: it is a block, see ``access_of``.
    """
    scheme = statement.scheme.strip().lower()
    value = statement.value.strip()[:LONGEST]
    if scheme in {"fac", "deleted-entry"} or not value:
        return None
    if scheme == "rsl":
        return _from_rsl(value, statement.scope)
    if scheme.startswith(("media-", "media:")):
        return Claim(label=scheme, scheme=scheme, scope=statement.scope, media_only=True)
    if _AI_SCHEME.search(scheme):
        reserved = bool(_AI_RESERVED.search(value))
        return _ai_only(scheme, statement.scope) if reserved else None
    policy = policy_of_words(value, find)
    if policy is None:
        return None
    return Claim(label=policy.id, scheme=scheme, scope=statement.scope, policy=policy, licence=True)


def access_of(statements: Iterable[Statement]) -> str | None:
    """Return what Feed Access Control says: ``deny`` beats ``allow``; None when silent."""
    said = {s.value.strip().lower() for s in statements if s.scheme.lower() == "fac"}
    return "deny" if "deny" in said else "allow" if "allow" in said else None


_AI_SCHEME = re.compile(r"^(?:tdm|aipref|content-signal|content-usage|ai-)")
_AI_RESERVED = re.compile(
    r"^\s*(?:1|true|reserved?)\s*$|=\s*[\"']?(?:n|no|1)\b|\bprohibit|\bdisallow", re.IGNORECASE
)


def _ai_only(scheme: str, scope: str) -> Claim:
    return Claim(label=scheme, scheme=scheme, scope=scope, ai_reserve=True)


def _from_rsl(value: str, scope: str) -> Claim | None:
    try:
        terms = json.loads(value)
    except ValueError:
        return None
    if not isinstance(terms, Mapping):
        return None
    read = read_rsl(terms)
    if not (read.policy or read.ai_reserve):
        return None
    return Claim(
        label="rsl",
        scheme="rsl",
        scope=scope,
        policy=read.policy,
        payment=read.payment,
        ai_reserve=read.ai_reserve,
    )


# --- licences and reservations -----------------------------------------------------------

_CC_URL = re.compile(
    # Neither a host that only ends or begins so, nor a path of another one.
    r"(?<![\w./-])(?:(?:https?:)?//)?(?:www\.)?creativecommons\.org/+"
    r"(?P<what>licenses|publicdomain)/+(?P<code>[^\s/?#\"'<>()\[\],;]{2,40})"
    r"(?:/+(?P<version>\d\.\d))?(?:/+(?P<port>[a-z]{2,8}))?",
    re.IGNORECASE,
)
_CC_WORDS = re.compile(
    r"\bcc[ -](?P<code>by(?:[ -](?:nc|nd|sa)){0,2})(?:[ -](?P<version>\d\.\d))?(?![\w])",
    re.IGNORECASE,
)
_CC_NAME = re.compile(
    r"\battribution(?P<code>(?:[\s/,-]+(?:non[ -]?commercial|no[ -]?deriv(?:ative|ativework)?s?"
    r"|share[ -]?alike)){1,3})\b(?:\D{0,20}(?P<version>\d\.\d)\b)?",
    re.IGNORECASE,
)
"""The name of a licence in full; without a further element "attribution" is any word."""
_CC_IN_FULL = re.compile(
    r"\bcreative commons\W{1,4}(?:(?:public )?(?:licen[cs]e|lizenz|licencia|licenza|licença|licentie)"
    r"\W{1,4})?(?:attribution|paternité|namensnennung|atribución|reconocimiento|attribuzione"
    r"|atribuição|naamsvermelding|نسب المصنف|نَسب المُصنَّف)(?!\w)",
    re.IGNORECASE,
)
"""The same in several languages, with or without a further element."""
_CC_VERSION = re.compile(r"(?<![\d.])\d\.\d(?![\d.]*\d)")
_CC_ELEMENTS = {
    "nc": r"non[ -]?commercial|pas d.utilisation commerciale|nicht[ -]?kommerziell|no[ -]?comercial"
    r"|não[ -]?comercial|niet[ -]?commercieel|غير (?:ال)?تجاري",
    "nd": r"no[ -]?deriv|pas de modification|keine bearbeitung|sin[ -]?(?:obras?[ -]?)?derivad"
    r"|non opere derivate|sem deriva|geen[ -]?afgeleide|(?:منع|بدون|لا) (?:ال)?اشتقاق",
    "sa": r"share[ -]?alike|partage (?:dans les mêmes conditions|à l.identique)"
    r"|weitergabe unter gleichen|compartir[ -]?igual|condividi allo stesso"
    r"|compartilha[ -]?igual|gelijk[ -]?delen|(?:الترخيص|المشاركة) بالمثل",
}
_CC_ELEMENT = {name: re.compile(words, re.IGNORECASE) for name, words in _CC_ELEMENTS.items()}
_ELEMENTS = {"noncommercial": "nc", "noderiv": "nd", "sharealike": "sa"}
_CC_ZERO = re.compile(r"\bcc0\b|\bcc zero\b", re.IGNORECASE)
_STATEMENTS_URL = re.compile(r"rightsstatements\.org/(?:vocab|page)/(?P<code>[A-Za-z-]+)")
_DONE = r"(?:\w+,? or )?(?:re-?)?(?:published|broadcast|written|distributed|produced|printed|posted)|copied"
_DO = r"re-?(?:publish|produce|distribute|print|post)|copy|syndicate"
_DOING = (
    r"re-?(?:publication|publishing|production|distribution|printing|posting|use)|copying"
    r"|syndication"
)
_RESERVED = compile_pattern(
    rf"{RESERVED}|{FORBIDDEN}|\b(?:may|must|can) ?not be (?:{_DONE})\b|\bdo not (?:{_DO})\b"
    rf"|\bno (?:part|portion)s?\b.{{0,80}}\b(?:may|can) be (?:{_DONE})\b"
    rf"|\b(?:{_DOING})\b.{{0,60}}\b(?:prohibited|forbidden|not (?:allowed|permitted))\b"
    rf"|\bno (?:{_DOING})\b|\bpersonal(?: use only|(?:,| and|,? or)? non-?commercial use only)\b"
)
_SPACES = re.compile(r"\s+")


def policy_of_words(value: str, find: Find) -> Policy | None:
    """Return the policy that a licence address, a licence's name or a sentence stands for."""
    # A letter with its accent beside it is the letter with the accent; what is not seen is none.
    seen = value if value.isascii() else "".join(c for c in value if category(c) != "Cf")
    text = _SPACES.sub(" ", normalize("NFC", seen))
    known = find(text)
    if known is not None:
        return known
    # Whoever names a licence and adds "all rights reserved" is read strictly.
    if _RESERVED.search(text):
        return find("all-rights-reserved")
    match = _CC_URL.search(unquote(text) if "%" in text else text)
    if match is not None:
        return _from_cc_address(match, find)
    return _named_licence(text, find)


def _named_licence(text: str, find: Find) -> Policy | None:
    match = _CC_WORDS.search(text)
    if match is not None:
        return _creative_commons(match["code"].replace(" ", "-"), match["version"], find)
    match = _CC_NAME.search(text)
    if match is not None:
        named = match["code"].lower().replace("-", "").replace(" ", "")
        code = "-".join(["by", *(e for word, e in _ELEMENTS.items() if word in named)])
        return _creative_commons(code, match["version"], find)
    if _CC_IN_FULL.search(text):
        # An element counts wherever it stands: whoever adds one in words is read strictly.
        stated = (name for name, words in _CC_ELEMENT.items() if words.search(text))
        versions = set(_CC_VERSION.findall(text))
        return _creative_commons(
            "-".join(["by", *stated]), versions.pop() if len(versions) == 1 else None, find
        )
    if _CC_ZERO.search(text):
        return find("cc0-1.0")
    match = _STATEMENTS_URL.search(text)
    return _from_rights_statement(match["code"], find) if match else None


def _from_cc_address(match: re.Match[str], find: Find) -> Policy | None:
    code = match["code"].lower().rstrip(".")
    if match["what"].lower() == "publicdomain":
        return find("cc0-1.0" if code == "zero" else "public-domain")
    if code == "publicdomain":
        return find("public-domain")
    policy = _creative_commons(code, match["version"], find)
    port = (match["port"] or "").lower()
    is_port = port not in {"", "deed", "legalcode", "rdf"}
    if policy is None or not match["version"] or not (is_port or policy.id.count(".") == 0):
        return policy
    # A port, or a version that exists only as a port, is a text of its own.
    said = " ".join(filter(None, ("CC", code.upper(), match["version"], port.upper())))
    address = "/".join(filter(None, (match["version"], port)))
    url = f"https://creativecommons.org/licenses/{code}/{address}/"
    return replace(policy, title=said, text_url=url)


def _creative_commons(code: str, version: str | None, find: Find) -> Policy | None:
    elements = set(code.lower().replace("+", "-").split("-"))
    if not elements <= {"by", "nc", "nd", "sa"}:
        # A retired licence (sampling, devnations), or none: the strictest of the whole family.
        elements = {"by", "nc", "nd"}
        version = None
    elements -= {"sa"} if "nd" in elements else set()
    kind = "-".join(["by", *(e for e in ("nc", "nd", "sa") if e in elements)])
    if kind not in CC_KINDS:
        return None
    known = version in CC_VERSIONS
    return find(f"cc-{kind}-{version}" if known else f"cc-{kind}")


def _from_rights_statement(code: str, find: Find) -> Policy | None:
    """Read a rightsstatements.org code: "in copyright" is none of the public domain."""
    code = code.upper()
    if code.startswith("INC") or code in {"NOC-CR", "NOC-OKLR"}:
        return find("all-rights-reserved")
    free = find("public-domain")
    when = {"NOC-NC": When(channel=("community",)), "NOC-US": When(territory=("US",))}.get(code)
    if code == "NKC" or free is None:
        return free
    if when is None:
        return find("unknown")
    rule = Permission(forms=("full", "excerpt"), adapt=True, when=when, duties=("licence_notice",))
    return replace(free, permissions=(rule,))
