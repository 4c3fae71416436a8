"""How credit, copyright and conditions are said around an item.  Pure.

One set of facts gives three lengths: the source line above the text, the notice below
it and the plain line of summaries.  Names, copyright line and links share a paragraph,
because publishers ask for acknowledgement *together with* a link.
Everything is escaped here; nothing that a publisher wrote arrives as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from syndicator.markup import one_line
from syndicator.model.feed import Person
from syndicator.model.rights import Acknowledgement, Form, Hop, Licence
from syndicator.rights.templates import Phrases, join_names, written_date
from syndicator.urls import is_web_url

MARK = "syn-notice"
"""Class of the notice; readers may strip it, the words suffice without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """The facts of one item's notice, all of them already judged fit to be shown."""

    form: Form
    authors: tuple[Person, ...]
    origin: Hop
    later: tuple[Hop, ...]
    """Middle parties and the carrier, nearest to the origin first."""
    published: datetime | None
    facts: Acknowledgement
    """Its texts resolved: no code and no empty string is left in it."""
    duties: tuple[str, ...]
    url: str
    """Where the article is read."""
    words: Phrases


def link_to(href: str, text: str, words: Phrases, *, rel: str = "") -> str:
    """Return an HTML link, or the escaped *text* alone where *href* is no web or mail address."""
    if not is_link(href):
        return name(text, words)
    relation = f' rel="{escape(rel)}"' if rel else ""
    return f'<a href="{escape(href)}"{relation}{_dir(words)}>{escape(one_line(text))}</a>'


def is_link(href: str | None) -> bool:
    """Tell whether *href* may stand in a notice: http, https or mailto."""
    return is_web_url(href) or (href or "").lower().startswith("mailto:")


def name(text: str, words: Phrases) -> str:
    """Return *text* escaped; set apart from the direction of the sentence where needed."""
    shown = escape(one_line(text))
    return f"<span{_dir(words)}>{shown}</span>" if words.direction == "rtl" else shown


def source_line(item: Credits) -> str:
    """Return the line above the text: whose it is and through whom it came."""
    words = item.words
    line = words.source.format(origin=_party(item.origin, words))
    return f'<p class="syn-source"{_dir_of(words)}>{line}{_via(item)}</p>'


def notice(item: Credits) -> str:
    """Return the block below the text that meets every duty in words and links."""
    words, facts = item.words, item.facts
    first = [_mark(item), _byline(item), _publication(item), _copyright(facts, words)]
    first += [words.licence.format(licence=_licence(grant, words)) for grant in facts.licences]
    if facts.changes:
        changes = words.comma.join(escape(change) for change in facts.changes)
        first.append(words.changes.format(changes=changes))
    second = [name(text, words) for text in (*facts.statements, *facts.disclaimers)]
    second += [words.usage.format(usage=_address(usage, words)) for usage in facts.usage]
    paragraphs = "".join(f"<p>{' '.join(p)}</p>" for p in (_said(first), _said(second)) if p)
    # A list separated by spaces, as in ``class``; an undescribed party's name may have some.
    owed = escape(" ".join("_".join(duty.split()) for duty in item.duties))
    return (
        f'<aside class="{MARK}" role="note" data-syn-duties="{owed}"{_dir_of(words)}>'
        f"{paragraphs}</aside>"
    )


def plain_line(item: Credits) -> str:
    """Return the credit as plain text: ``authors / origin via carrier. copyright url``."""
    words, facts = item.words, item.facts
    parties = one_line(item.origin.name)
    if item.later:
        later = words.comma.join(one_line(hop.name) for hop in item.later)
        parties += words.via.format(via=later).replace(words.comma, " ", 1)
    authors = words.comma.join(one_line(person.name) for person in item.authors)
    head = f"{authors} / {parties}." if authors else f"{parties}."
    tail = (one_line(facts.copyright_line or ""), one_line(item.url))
    return " ".join(part for part in (head, *tail) if part)


def plain_paragraph(item: Credits) -> str:
    """Return the plain line as a paragraph whose parties and address are links."""
    words, facts = item.words, item.facts
    parties = _party(item.origin, words) + _via(item).replace(words.comma, " ", 1)
    authors = words.comma.join(name(person.name, words) for person in item.authors)
    head = f"{authors} / {parties}." if authors else f"{parties}."
    parts = (head, _copyright(facts, words), link_to(item.url, item.url, words))
    return f'<p class="syn-plain"{_dir_of(words)}>{" ".join(p for p in parts if p)}</p>'


def _said(sentences: Sequence[str]) -> list[str]:
    return [sentence for sentence in sentences if sentence]


def _dir(words: Phrases) -> str:
    # A Latin name inside an Arabic sentence keeps its own direction.
    return ' dir="auto"' if words.direction == "rtl" else ""


def _dir_of(words: Phrases) -> str:
    return ' dir="rtl"' if words.direction == "rtl" else ""


def _party(hop: Hop, words: Phrases) -> str:
    return link_to(hop.url or "", hop.name, words)


def _via(item: Credits) -> str:
    if not item.later:
        return ""
    words = item.words
    return words.via.format(via=words.comma.join(_party(hop, words) for hop in item.later))


def _mark(item: Credits) -> str:
    if item.form is not Form.EXCERPT:
        return ""
    words = item.words
    return words.excerpt.format(origin=link_to(item.url, _reading_place(item), words))


def _reading_place(item: Credits) -> str:
    """Return the party whose address is the one to read at; else the origin's name."""
    hops = (item.origin, *item.later)
    return next((hop.name for hop in hops if hop.url == item.url), item.origin.name)


def _byline(item: Credits) -> str:
    words = item.words
    names = [
        f'<span class="p-author"{_dir(words)}>{escape(one_line(person.name))}</span>'
        for person in item.authors
    ]
    return words.by.format(authors=join_names(names, words)) if names else ""


def _publication(item: Credits) -> str:
    words = item.words
    day = item.published
    on = words.published_on.format(date=written_date(day.date(), words)) if day else ""
    later = [_party(hop, words) for hop in item.later]
    republished = words.republished.format(via=join_names(later, words)) if later else ""
    return words.published.format(origin=_party(item.origin, words), on=on, republished=republished)


def _copyright(facts: Acknowledgement, words: Phrases) -> str:
    line = one_line(facts.copyright_line or "")
    if not line:
        return ""
    # The line itself stays as the publisher wrote it; the full stop is ours.
    return name(line, words) + ("" if line.endswith((".", "!", "。")) else ".")


def _licence(licence: Licence, words: Phrases) -> str:
    return link_to(licence.url, licence.title or licence.url, words, rel="license")


def _address(usage: str, words: Phrases) -> str:
    shown = usage.partition(":")[2] if usage.lower().startswith("mailto:") else usage
    return link_to(usage, shown, words)
