"""What an item looks like once its decision is carried out.  Pure.

The decision says how much may leave and what is owed; this module shapes the text to that form
and puts every owed word and link into it.  It adds nothing to a decision and forgives nothing:
what a decision forgot stays out, and the audit, which shares no code with this, reads the
result again before it is published.
"""

from dataclasses import replace
from html import escape

from syndicator.markup import excerpt, one_line, strip_media, xml_safe
from syndicator.model.entries import Entry, Publication
from syndicator.model.feed import Person
from syndicator.model.rights import Acknowledgement, Audience, Decision, Form, Hop
from syndicator.rights.chain import NOBODY
from syndicator.rights.notice import (
    Credits,
    is_link,
    notice,
    plain_line,
    plain_paragraph,
    source_line,
)
from syndicator.rights.reasons import told_in_public
from syndicator.rights.templates import Phrases, phrases

OPENING_WORDS = 60
"""Length of an opening where the decision sets none: that of a short quotation."""

FLOOR = ("credit_author", "credit_source:", "link:", "copyright_notice", "ai_reserve", "notify:")
"""Duties that the plain line meets by itself (or that the reader never sees)."""


def fulfil(copy: Entry, decision: Decision, audience: Audience = "public") -> Publication:
    """Return *copy* as *decision* lets it out: text in its form, with its notice.

    Args:
        copy: what is shown.
        decision: how much of it, and what is owed.
        audience: for whom; what only subscribers may read says so.

    Raises:
        ValueError: *decision* withholds the item, or no address at all is known for it;
            both are mistakes of the caller.
    """
    if decision.form is Form.WITHHELD:
        raise ValueError(f"{copy.article_id} is withheld; there is nothing to publish")
    facts = _credits(copy, decision)
    body = _body(copy, decision, facts)
    shows_media = decision.form is Form.FULL and not decision.strip_media
    return Publication(
        id=copy.article_id,
        url=facts.url,
        title=_plain(copy.title),
        form=decision.form,
        authors=facts.authors,
        published=min(copy.published, copy.changed_at) if copy.published else None,
        updated=copy.changed_at,
        language=copy.language,
        body_html=xml_safe(body),
        summary_html=xml_safe(_summary(copy, decision, facts)),
        plain_line=xml_safe(plain_line(facts)),
        copyright_line=_plain(facts.facts.copyright_line or "") or None,
        holder=_plain(facts.facts.holder or "") or None,
        usage=next(iter(facts.facts.usage), None),
        licences=facts.facts.licences,
        chain=_told_chain(decision),
        feed=copy.feed,
        tags=copy.tags,
        enclosures=copy.enclosures if shows_media else (),
        duties=decision.duties,
        reasons=tuple(dict.fromkeys(reason.code for reason in decision.reasons)),
        why=tuple(dict.fromkeys(told_in_public(reason) for reason in decision.reasons)),
        ai_reserve="ai_reserve" in decision.duties,
        acknowledgement=facts.facts,
        access=facts.words.access if audience == "subscribers" else None,
    )


def _credits(copy: Entry, decision: Decision) -> Credits:
    words = phrases(decision.language)
    hops = _named(copy, decision)
    return Credits(
        form=decision.form,
        authors=_authors(copy, decision),
        origin=hops[0],
        later=hops[1:],
        published=copy.published,
        facts=_facts(decision, words),
        duties=decision.duties,
        url=_address(copy, hops),
        words=words,
    )


def _named(copy: Entry, decision: Decision) -> tuple[Hop, ...]:
    """Return the parties to credit, origin first, each with the address to link it to."""
    hops: dict[str, Hop] = {}
    for hop in _told_chain(decision):
        hops.setdefault(hop.party, _linked(hop, decision.duties))
    if not hops:
        title = one_line(copy.feed.title) or copy.source_id
        return (Hop(party=copy.source_id, name=title, role="carrier", url=copy.url),)
    return tuple(hops.values())


def _told_chain(decision: Decision) -> tuple[Hop, ...]:
    """Return the parties that have a name, as the notice tells them: origin first.

    Where it is not sure that the first one named is the origin, nobody without a name stands
    before it: what readers see there would be a gap.
    """
    named = [
        hop
        for hop in decision.chain
        if hop.name.strip() and hop.party.strip().lower() not in NOBODY
    ]
    if len(named) > 1:
        named[0] = replace(named[0], role="origin")
    return tuple(named)


def _linked(hop: Hop, duties: tuple[str, ...]) -> Hop:
    # A home page is no article; it stands in only where the party's policy says so, and
    # then the decision owes a link to a party whose article address is unknown.
    if is_link(hop.url):
        return hop
    stand_in = hop.homepage if f"link:{hop.party}" in duties and is_link(hop.homepage) else None
    return replace(hop, url=stand_in)


def _address(copy: Entry, hops: tuple[Hop, ...]) -> str:
    candidates = (*(hop.url for hop in hops), copy.url, copy.feed.html_url, copy.feed.url)
    for url in candidates:
        if url and is_link(url) and not url.lower().startswith("mailto:"):
            return url
    raise ValueError(f"{copy.article_id}: no address is known that could be linked")


def _authors(copy: Entry, decision: Decision) -> tuple[Person, ...]:
    found = tuple(
        Person(name=_plain(fact.value))
        for fact in decision.evidence
        if fact.fact == "author" and fact.where == "override"
    )
    stated = (Person(name=_plain(p.name), url=p.url) for p in copy.authors)
    return tuple(person for person in (found or stated) if person.name)


def _facts(decision: Decision, words: Phrases) -> Acknowledgement:
    """Return the acknowledgement in words: codes resolved, empty texts filled or dropped."""
    given = decision.acknowledgement
    disclaimers = [one_line(text) or words.disclaimer for text in given.disclaimers]
    if _owes(decision, "disclaimer") and not disclaimers:
        disclaimers = [words.disclaimer]
    changes = given.changes
    if _owes(decision, "indicate_changes") and not changes:
        changes = ("formatting",)
    shared = [words.share_alike] if _owes(decision, "share_alike") else []
    return replace(
        given,
        licences=tuple(dict.fromkeys(given.licences)),
        statements=_once([*given.statements, *shared]),
        disclaimers=_once(disclaimers),
        usage=_once(list(given.usage)),
        changes=_once([words.change.get(code, code) for code in changes]),
    )


def _once(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_plain(text) for text in texts if text.strip()))


def _owes(decision: Decision, duty: str) -> bool:
    return any(owed == duty or owed.startswith(f"{duty}:") for owed in decision.duties)


def _body(copy: Entry, decision: Decision, facts: Credits) -> str:
    end = f"{notice(facts)}{_counters(decision)}"
    if decision.form is Form.LINK:
        return f"{source_line(facts)}{end}"
    if decision.form is Form.EXCERPT:
        return f"{source_line(facts)}{_opening(copy, decision)}{end}"
    text = copy.content_html or copy.summary_html
    shown = strip_media(text) if decision.strip_media else text
    return f"{source_line(facts)}{shown}{end}"


def _summary(copy: Entry, decision: Decision, facts: Credits) -> str:
    if decision.form is Form.LINK:
        beyond = any(not duty.startswith(FLOOR) for duty in decision.duties)
        return plain_paragraph(facts) + (notice(facts) if beyond else "") + _counters(decision)
    # A licence for the unaltered text may be one for the whole text only: then a shortened
    # opening beside it would be a second copy in a form that nobody permitted.
    whole_only = decision.form is Form.FULL and "verbatim" in decision.duties
    opening = "" if whole_only else _opening(copy, decision)
    # Beside the whole text it would count one reader twice.
    end = "" if decision.form is Form.FULL else _counters(decision)
    return f"{opening}{plain_paragraph(facts)}{notice(facts)}{end}"


def _opening(copy: Entry, decision: Decision) -> str:
    limit = decision.max_words if decision.max_words is not None else OPENING_WORDS
    text = excerpt(copy.content_html or copy.summary_html, max_words=limit) if limit > 0 else ""
    return f"<p>{escape(text)}</p>" if text.strip() else ""


def _counters(decision: Decision) -> str:
    """Return the page counters that publishers want kept: images that nobody can see."""
    return "".join(
        f'<img src="{escape(address)}" alt="" width="1" height="1"/>'
        for address in decision.acknowledgement.counters
        if is_link(address)
    )


def _plain(text: str) -> str:
    return xml_safe(one_line(text))
