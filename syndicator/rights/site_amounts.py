"""Is there more of a text, or another text, than was decided?  Pure.

Measured against the stored words themselves, by runs of words, so that no markup and no
mistake in shaping a publication can hide it (docs/audit.md, checks 2, 7 and 11).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from syndicator.model.rights import Form
from syndicator.rights.emitted import Item
from syndicator.rights.readable import Readable, readable
from syndicator.rights.site_remarks import Remark, error
from syndicator.rights.site_works import (
    SHINGLE,
    WHOLE,
    Verdict,
    shingles,
    stored_blocks,
    stored_html,
    stored_words,
)

Runs: TypeAlias = frozenset[tuple[str, ...]]

_TAGS = re.compile(r"<[^>]*>")

OPENING = 60
"""Longest opening where the decision sets no limit."""


def parts_of(item: Item) -> list[Readable]:
    """Return the fragments of *item* that people read."""
    beside = item.frame.read if item.frame is not None else None
    return [part for part in (item.body, item.summary, beside) if part is not None]


def check_amount(item: Item, verdict: Verdict, *, file: str) -> Iterator[Remark]:
    """Yield what *item* shows of the stored text beyond its form, or not as it was written."""
    form = verdict.decision.form
    if form is Form.FULL:
        yield from _verbatim(item, verdict, file=file)
        return
    limit = _limit(verdict)
    for part in parts_of(item):
        runs = _runs(part, verdict)
        shown = sum(len(run) for run in runs)
        if shown > limit:
            problem = f"{part.name} shows {shown} words of the text; {form} form allows {limit}"
            yield error(2, problem, file=file, item=item.id)
        elif len(runs) > 1:
            problem = f"{part.name} shows {len(runs)} pieces of the text instead of one"
            yield error(2, problem, file=file, item=item.id)


def check_hidden(
    told: Collection[Runs], verdicts: Iterable[Verdict], *, file: str
) -> Iterator[Remark]:
    """Yield the works whose text stands where no text of theirs belongs.

    Args:
        told: the runs of all strings that a file holds besides the texts of its items.
        verdicts: the works in the file.
        file: where they stand.
    """
    for verdict in verdicts if told else ():
        if verdict.decision.form is not Form.FULL and stand_in(told, verdict.runs, _owed(verdict)):
            problem = "its text stands in an element, an attribute or a comment where none belongs"
            yield error(2, problem, file=file, item=verdict.entry.article_id)


def check_hidden_media(
    strings: Iterable[str], verdicts: Collection[Verdict], *, file: str
) -> Iterator[Remark]:
    """Yield pictures and enclosures that are not covered, in whatever element or attribute.

    Args:
        strings: all that a file holds besides the texts of its items.
        verdicts: the works in the file.
        file: where they stand.
    """
    # Two works may show one picture: what is covered in one of them is in its place there.
    covered = {address for v in verdicts for address in _covered(v)}
    addresses = {text.strip() for text in strings if "://" in text} - covered
    for verdict in verdicts if addresses else ():
        entry = verdict.entry
        own = {*readable("stored", stored_html(entry)).media, *(e.url for e in entry.enclosures)}
        for address in sorted(own & addresses):
            problem = f"{address} stands in it, which is not covered"
            yield error(6, problem, file=file, item=entry.article_id)


def _covered(verdict: Verdict) -> Iterator[str]:
    publication = verdict.publication
    if publication is not None:
        shown = readable("body", publication.body_html)
        yield from (publication.url, *shown.media, *shown.hrefs)
        yield from (enclosure.url for enclosure in publication.enclosures)


def runs_of(strings: Iterable[str]) -> list[Runs]:
    """Return the runs of words of each of *strings* that is long enough to have some."""
    # Most are addresses and labels, which stand there again and again.
    told = (_TAGS.sub(" ", text).split() for text in set(strings))
    return [shingles(words) for words in told if len(words) >= SHINGLE]


def stand_in(told: Iterable[Runs], stored: Runs, owed: Runs = frozenset()) -> bool:
    """Tell whether one of the strings with the runs *told* holds more of a text than is *owed*."""
    return any(len((found & stored) - owed) > WHOLE - SHINGLE for found in told)


def check_credits(
    item: Item, verdict: Verdict, others: Iterable[Verdict], *, file: str
) -> Iterator[Remark]:
    """Yield whose text *item*, whose words or credits are wrong, shows under its credits.

    Args:
        item: an item of which something else was found already.
        verdict: what should stand there.
        others: works that stand in the same file.
        file: where it stands.
    """
    copies = [copy for copy in verdict.copies if copy is not verdict.entry]
    rivals = [(f"the copy from {c.source_id}", stored_words(c)) for c in copies]
    rivals += [(o.entry.article_id, o.text) for o in others if o is not verdict]
    shown = f" {item.body.text} " if item.body else ""
    own = " ".join(verdict.text)
    for name, text in rivals:
        joined = " ".join(text)
        if len(text) >= WHOLE and f" {joined} " in shown and joined not in own:
            problem = f"it shows the text of {name} under its own credits"
            yield error(11, problem, file=file, item=item.id)


def _limit(verdict: Verdict) -> int:
    if verdict.decision.form is not Form.EXCERPT:
        return 0
    return OPENING if verdict.decision.max_words is None else verdict.decision.max_words


def _verbatim(item: Item, verdict: Verdict, *, file: str) -> Iterator[Remark]:
    if "verbatim" not in verdict.decision.duties or item.body is None:
        return
    missing = [block for block in stored_blocks(verdict.entry) if block not in item.body.text]
    if missing:
        problem = f"words of the publisher are changed or missing: “{missing[0][:60]}”"
        yield error(7, problem, file=file, item=item.id)


def _runs(part: Readable, verdict: Verdict) -> list[range]:
    """Return where *part* shows the stored text, without what it owes to say anyway."""
    shown = part.text.split()
    stored = verdict.runs - _owed(verdict)
    covered = [False] * len(shown)
    for start in range(len(shown) - SHINGLE + 1):
        if tuple(shown[start : start + SHINGLE]) in stored:
            covered[start : start + SHINGLE] = [True] * SHINGLE
    # A notice may share a phrase with the text; what is longer was taken from it.
    return [run for run in _stretches(covered) if len(run) >= WHOLE]


def _stretches(covered: Sequence[bool]) -> list[range]:
    runs: list[range] = []
    for place, is_covered in enumerate(covered):
        if not is_covered:
            continue
        if runs and runs[-1].stop == place:
            runs[-1] = range(runs[-1].start, place + 1)
        else:
            runs.append(range(place, place + 1))
    return runs


def _owed(verdict: Verdict) -> frozenset[tuple[str, ...]]:
    publication = verdict.publication
    if publication is None:
        return frozenset()
    said = publication.acknowledgement
    texts = (
        publication.copyright_line or "",
        publication.plain_line,
        *said.statements,
        *said.disclaimers,
    )
    return frozenset(run for text in texts for run in shingles(text.split()))
