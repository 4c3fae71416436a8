"""Which policies are known without any configuration?  Pure.

What holds without configuration: unknown, all rights reserved, own work, Global
Research, CC0, the public domain, and the Creative Commons licences in their six kinds and
five versions.  A configured policy of the same id takes the place of a built-in one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from syndicator.model.rights import Contact, Permission, PermittedForm, Policy, Prohibition, When

CC_KINDS = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
CC_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")

_TEXT: tuple[PermittedForm, ...] = ("full", "excerpt")
_PARTS_ALLOWED = "4.0"
"""The first version whose no-derivatives text speaks of sharing "in part"."""


def _creative_commons(kind: str, version: str | None) -> Policy:
    """Return the policy of one licence; without a version, the strictest of its family."""
    whole_only = "nd" in kind and version != _PARTS_ALLOWED
    forms = _TEXT[:1] if whole_only else _TEXT
    adapt: bool | Literal["share_alike"] = "share_alike" if "sa" in kind else "nd" not in kind
    last: tuple[str, ...] = ("indicate_changes",) if adapt else ("verbatim",)
    permission = Permission(
        forms=forms,
        adapt=adapt,
        when=When(channel=("community",)) if "nc" in kind else When(),
        duties=("link", "licence_notice", *last),
    )
    return Policy(
        id=f"cc-{kind}-{version}" if version else f"cc-{kind}",
        title=" ".join(filter(None, ("CC", kind.upper(), version))),
        basis="licensed",
        text_url=_address(kind, version),
        permissions=(permission,),
        prohibitions=(Prohibition(forms=("excerpt",)),) if whole_only else (),
        otherwise="link" if whole_only else "quote",
    )


def _address(kind: str, version: str | None) -> str:
    # The first version of this one licence has its elements in another order.
    code = "by-nd-nc" if (kind, version) == ("by-nc-nd", "1.0") else kind
    tail = f"{version}/" if version else ""
    return f"https://creativecommons.org/licenses/{code}/{tail}"


def _free(policy: str, title: str, url: str) -> Policy:
    permission = Permission(forms=_TEXT, adapt=True, duties=("licence_notice",))
    return Policy(
        id=policy,
        title=title,
        basis="public_domain",
        text_url=url,
        permissions=(permission,),
        otherwise="quote",
    )


UNKNOWN = Policy(id="unknown", title="Nothing is known", otherwise="link", reserve="RIGHTS_UNKNOWN")
RESERVED = Policy(id="all-rights-reserved", title="All rights reserved", otherwise="quote")
OWN_WORK = Policy(
    id="own-work",
    title="Our own work",
    basis="own_work",
    media="include",
    permissions=(Permission(forms=_TEXT, adapt=True),),
)
GLOBAL_RESEARCH = Policy(
    id="global-research",
    title="Cross-posting permission",
    text_url="https://www.globalresearch.ca/",
    permissions=(
        Permission(
            forms=_TEXT,
            when=When(channel=("community",)),
            duties=("link", "copyright_notice", "disclaimer", "usage_info"),
        ),
    ),
    otherwise="link",
    copyright_template="Copyright © {author}, Global Research, {year}",
    contact=Contact(
        usage="mailto:publications@globalresearch.ca",
        takedown="mailto:publications@globalresearch.ca",
    ),
)
CC0 = _free("cc0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
PUBLIC_DOMAIN = _free(
    "public-domain", "Public domain", "https://creativecommons.org/publicdomain/mark/1.0/"
)

UNVERSIONED = frozenset(f"cc-{kind}" for kind in CC_KINDS)
"""Ids that stand for a licence whose version a feed does not say; no operator may name them."""

BUILTIN: Mapping[str, Policy] = {
    policy.id: policy
    for policy in (
        UNKNOWN,
        RESERVED,
        OWN_WORK,
        GLOBAL_RESEARCH,
        CC0,
        PUBLIC_DOMAIN,
        *(_creative_commons(kind, v) for kind in CC_KINDS for v in (*CC_VERSIONS, None)),
    )
}
"""Id -> policy."""


def with_shipped_names(policy: Policy) -> Policy:
    """Return *policy*, called and found as the built-in one of its id where it says neither.

    Who takes the place of ``cc-by-4.0`` changes what is permitted, not what the licence is.
    """
    shipped = BUILTIN.get(policy.id, policy)
    return replace(
        policy,
        title=policy.title or shipped.title,
        text_url=policy.text_url or shipped.text_url,
    )
