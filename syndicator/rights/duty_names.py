"""Which duties are there, and to whom is each owed?  Pure."""

OF_PARTY = frozenset(
    {
        "credit_source",
        "link",
        "statement",
        "disclaimer",
        "usage_info",
        "keep_tracker",
        "canonical",
        "notify",
    }
)
OF_POLICY = frozenset({"licence_notice", "share_alike"})
DUTIES = frozenset(
    {
        "credit_author",
        "copyright_notice",
        "indicate_changes",
        "verbatim",
        "mark_excerpt",
        "keep_links",
        "strip_media",
        "ai_reserve",
        "tombstone",
        *OF_PARTY,
        *OF_POLICY,
    }
)
"""Every duty there is, as configuration writes it."""


def resolve_duty(duty: str, party: str, policy: str) -> str:
    """Return *duty* as a decision lists it: with the party or policy it is owed to."""
    if ":" in duty:
        return duty
    if duty in OF_PARTY:
        return f"{duty}:{party}"
    return f"{duty}:{policy}" if duty in OF_POLICY else duty
