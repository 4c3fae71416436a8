"""What is owed for a form, can it be given, and which facts does the notice need?  Pure.

The floor is owed for every item that leaves; grounds add their own duties. A duty that cannot
be met with known facts closes the form.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from syndicator.model.entries import Entry
from syndicator.model.rights import Acknowledgement, Form, Licence
from syndicator.model.settings import Output
from syndicator.rights.duty_names import DUTIES
from syndicator.rights.gates import Ground
from syndicator.rights.policies import Gate
from syndicator.rights.remember import Remembered
from syndicator.rights.standing import Standing

_Fact = TypeVar("_Fact")
_Owing: TypeAlias = Mapping[str, Sequence[tuple[Gate, str]]]
"""Duty -> the gates that ask for it, and the party that each names."""
_PICTURES = re.compile(r"<(?:img|video|audio|iframe|object|embed|picture|svg)\b", re.IGNORECASE)
_with_media: Remembered[bool] = Remembered(size=256)
_CHANGES = {"translate": "translated", "summarise": "summarised", "edit": "edited"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """The ground on which a form rests at one gate."""

    gate: Gate
    ground: Ground


def owed(form: Form, picks: Sequence[Pick], about: Standing) -> tuple[str, ...]:
    """Return all duties of *form*, sorted: the floor, those of the grounds, and our own."""
    duties = set(about.floor)
    for pick in picks:
        if pick.gate.owes:
            duties.update(pick.ground.duties)
    if form is Form.EXCERPT:
        duties.add("mark_excerpt")
    if form is not Form.LINK and about.strip_media:
        duties.add("strip_media")
    if about.ai_reserve:
        duties.add("ai_reserve")
    return tuple(sorted(duties))


def missing(duty: str, gate: Gate, about: Standing, output: Output) -> str | None:
    """Return the code of what *duty* lacks at *gate*, or None where it can be met.

    Raises:
        ValueError: there is no such duty.
    """
    name, _, party = duty.partition(":")
    if name not in DUTIES:
        raise ValueError(f"policy {gate.policy.id}: there is no duty {duty!r}")
    if name == "credit_author":
        return None if about.author else "AUTHOR_MISSING"
    if name in {"link", "canonical"}:
        known = party in about.pages or (name == "link" and party in about.homes)
        return None if known else "LINK_MISSING"
    if name == "copyright_notice":
        return None if about.work_line else "COPYRIGHT_MISSING"
    if name == "keep_tracker":
        known = party in about.counters or not about.has_text
        kept = output.trackers == "keep" and known
        return None if kept else "TRACKER_REQUIRED"
    if name == "usage_info":
        return None if _usage(gate) else "LINK_MISSING"
    return None


# --- what the notice says ------------------------------------------------------------------


def acknowledge(
    form: Form, picks: Sequence[Pick], copy: Entry, about: Standing, output: Output
) -> Acknowledgement:
    """Return the facts that the notice of *form* is made of."""
    owing = _owing(picks)
    return Acknowledgement(
        copyright_line=about.work_line if "copyright_notice" in owing else about.copyright_line,
        holder=about.holder,
        # An adaptation under the same licence names it, whether or not the notice is asked for.
        licences=_facts(owing, ("licence_notice", "share_alike"), _licence),
        statements=_facts(owing, ("statement",), _statement),
        disclaimers=_facts(owing, ("disclaimer",), _disclaimer),
        usage=_facts(owing, ("usage_info",), _usage),
        changes=_changes(form, copy, about, output) if "indicate_changes" in owing else (),
        counters=tuple(_counters(owing, about)),
    )


def _owing(picks: Sequence[Pick]) -> _Owing:
    found: dict[str, list[tuple[Gate, str]]] = {}
    for pick in picks:
        for duty in pick.ground.duties if pick.gate.owes else ():
            name, _, party = duty.partition(":")
            found.setdefault(name, []).append((pick.gate, party))
    return found


def _counters(owing: _Owing, about: Standing) -> Iterator[str]:
    for party in dict.fromkeys(party for _, party in owing.get("keep_tracker", ())):
        yield from about.counters.get(party, ())


def _facts(
    owing: _Owing, duties: Sequence[str], fact: Callable[[Gate], _Fact]
) -> tuple[_Fact, ...]:
    """Return *fact* of each gate that asks for one of *duties*, each once."""
    gates = [gate for duty in duties for gate, _ in owing.get(duty, ())]
    return tuple(dict.fromkeys(map(fact, gates))) if gates else ()


def _licence(gate: Gate) -> Licence:
    policy = gate.policy
    return Licence(
        policy=policy.id, title=policy.title or policy.id, url=policy.text_url or gate.hop.url or ""
    )


def _statement(gate: Gate) -> str:
    prescribed = gate.policy.statement or (gate.publisher.statement if gate.publisher else None)
    return prescribed or f"This article was first published by {gate.hop.name}."


def _disclaimer(gate: Gate) -> str:
    # Empty stands for the shipped sentence, which is there in several languages.
    return (gate.publisher.disclaimer if gate.publisher else None) or ""


def _usage(gate: Gate) -> str:
    return gate.contact or gate.policy.text_url or gate.hop.homepage or gate.hop.url or ""


def _changes(form: Form, copy: Entry, about: Standing, output: Output) -> tuple[str, ...]:
    changes = ["formatting"]
    if about.strip_media and _with_media.get((copy,), lambda: _has_media(copy)):
        changes.append("media-removed")
    if form is Form.EXCERPT:
        changes.append("excerpt")
    return (*changes, *(_CHANGES[transform] for transform in output.transforms))


def _has_media(copy: Entry) -> bool:
    text = copy.content_html or copy.summary_html
    return bool(copy.enclosures) or _PICTURES.search(text) is not None
