"""Do the conditions of a permission, a prohibition or a grant hold?  Pure.

Each condition that fails gives its reason code and the fields of its message.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from syndicator.model.entries import Entry
from syndicator.model.rights import Grant, When
from syndicator.model.settings import Output
from syndicator.rights.parties import address_key
from syndicator.rights.remember import Remembered

OTHER_USE = frozenset({"CHANNEL_NOT_PERMITTED", "PURPOSE_NOT_PERMITTED", "AUDIENCE_NOT_PERMITTED"})
"""Conditions that say what a permission is for: it never was meant for such an output."""

WITHIN_REACH = frozenset({"SELECTION_REQUIRED", "DELAY_NOT_ELAPSED"})
"""Conditions that an editor or time alone can meet; all others belong to output or article."""

EXCEPTION_PURPOSES = frozenset({"research", "education"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A condition that does not hold."""

    code: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What conditions are asked about: one copy for one output at one time."""

    copy: Entry
    output: Output
    now: datetime
    addresses: frozenset[str]
    """Of the work at every hop, as ``address_key`` gives them."""


# The same terms meet the same output with every article, and neither changes on the way.
_met: Remembered[tuple[Failure, ...]] = Remembered(size=4096)


def publication(copy: Entry) -> tuple[datetime | None, datetime]:
    """Return the earliest and the latest time at which *copy* can first have been published.

    A date is what the feed says today: one after we first met the text is a later edition's.
    Where none is stated, nothing tells how old the text was then (None).
    """
    if copy.published is None:
        return None, copy.first_seen
    return min(copy.published, copy.first_seen), copy.published


def failures(when: When, ask: Question, *, forbids: bool = False) -> Sequence[Failure]:
    """Return the conditions of *when* that do not hold; none means that it applies.

    Args:
        when: the conditions.
        ask: the copy, the output and the time.
        forbids: they are those of a prohibition, so that doubt on a date lets them hold.
    """
    output = ask.output
    failed = _met.get((when, output), lambda: (*_of_use(when, output), *_of_access(when, output)))
    if when.selection == "individual" and output.id not in ask.copy.picked:
        failed = (*failed, Failure(code="SELECTION_REQUIRED", fields={}))
    if when.not_before is None and when.not_after is None:
        return failed
    return (*failed, *_of_time(when, ask, forbids=forbids))


def _of_use(when: When, output: Output) -> Iterator[Failure]:
    if when.channel is not None and output.channel not in when.channel:
        fields = {"allowed": _list(when.channel), "channel": output.channel}
        yield Failure(code="CHANNEL_NOT_PERMITTED", fields=fields)
    if when.purpose is not None and not set(output.purpose) <= set(when.purpose):
        yield _instead("PURPOSE_NOT_PERMITTED", when.purpose, _list(output.purpose))
    if when.audience is not None and output.audience not in when.audience:
        yield _instead("AUDIENCE_NOT_PERMITTED", when.audience, output.audience)
    where = None if output.territory is None else set(output.territory)
    actual = "worldwide" if where is None else _list(sorted(where))
    if when.territory is not None and not (where and where <= set(when.territory)):
        yield _instead("TERRITORY_NOT_PERMITTED", when.territory, actual)
    if when.territory_not is not None and (not where or where & set(when.territory_not)):
        barred = tuple(f"all but {place}" for place in when.territory_not)
        yield _instead("TERRITORY_NOT_PERMITTED", barred, actual)


def _of_access(when: When, output: Output) -> Iterator[Failure]:
    if when.ads is not None and output.ads not in when.ads:
        yield _instead("ADS_NOT_PERMITTED", when.ads, output.ads)
    if when.paywall is not None and output.paywall is not when.paywall:
        yield Failure(code="PAYWALL_NOT_PERMITTED", fields={})


def _of_time(when: When, ask: Question, *, forbids: bool) -> Iterator[Failure]:
    earliest, latest = publication(ask.copy)
    begins, ends = (earliest, latest) if forbids else (latest, earliest)
    opens, closes = _later(begins, when.not_before), _later(ends, when.not_after)
    if opens is not None and ask.now < opens:
        yield Failure(code="DELAY_NOT_ELAPSED", fields={"date": written(opens)})
    if closes is not None and ask.now >= closes:
        yield Failure(code="WINDOW_CLOSED", fields={"date": written(closes)})
    elif when.not_after is not None and ends is None:
        date = f"{_span(when.not_after)} after publication, whose date nobody states"
        yield Failure(code="WINDOW_CLOSED", fields={"date": date})


def _span(time: timedelta) -> str:
    days, rest = divmod(time, timedelta(days=1))
    return str(time) if rest else f"{days} days" if days != 1 else "a day"


def _later(moment: datetime | None, by: timedelta | None) -> datetime | None:
    if moment is None or by is None:
        return None
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def moments_of(when: When, copy: Entry) -> Iterator[datetime]:
    """Yield the times at which *when* opens or closes for *copy*."""
    for by in (when.not_before, when.not_after):
        for published in dict.fromkeys(publication(copy)):
            moment = _later(published, by)
            if moment is not None:
                yield moment


def _instead(code: str, allowed: tuple[str, ...], actual: str) -> Failure:
    return Failure(code=code, fields={"allowed": _list(allowed), "actual": actual})


def _list(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(words)


def start_of(day: date | datetime) -> datetime:
    """Return *day* as a moment: a date is its first one in UTC, which no zone also means."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC)


# --- grants --------------------------------------------------------------------------------


def grant_failure(grant: Grant, ask: Question) -> Failure | None:
    """Return why *grant* does not help here, or None when it is in force and in scope."""
    start, end, revoked = term_of(grant)
    if revoked is not None and ask.now >= revoked:
        return _ungranted("GRANT_REVOKED", grant, date=written(revoked))
    if end is not None and ask.now >= end:
        # In the words of the record: the last day, not the first one without it.
        return _ungranted("GRANT_EXPIRED", grant, date=until_of(grant))
    if ask.now < start:
        return _ungranted("GRANT_NOT_YET_VALID", grant, date=written(start))
    if what := _out_of_scope(grant, ask) or _beyond_exception(grant, ask.output):
        return _ungranted("GRANT_OUT_OF_SCOPE", grant, what=what)
    return None


def _ungranted(code: str, grant: Grant, **fields: str) -> Failure:
    return Failure(code=code, fields={"grant": grant.id, **fields})


def moments_of_grant(grant: Grant) -> Iterator[datetime]:
    """Yield the times at which *grant* starts, ends or is revoked."""
    yield from (moment for moment in term_of(grant) if moment is not None)


def until_of(grant: Grant) -> str:
    """Return the end of *grant* in words: a date, or ``never`` for an open end."""
    return grant.until if isinstance(grant.until, str) else written(grant.until)


def term_of(grant: Grant) -> tuple[datetime, datetime | None, datetime | None]:
    """Return when *grant* starts, when it has ended (None: never), and when it was revoked."""
    until = grant.until
    end = None if isinstance(until, str) else start_of(until)
    if end is not None and not isinstance(until, datetime):
        # A date means the end of that day.
        end += timedelta(days=1)
    return start_of(grant.starts), end, start_of(grant.revoked) if grant.revoked else None


def _out_of_scope(grant: Grant, ask: Question) -> str:
    scope, output = grant.scope, ask.output
    if scope.channels and output.channel not in scope.channels:
        return f"{output.channel} use"
    if scope.outputs and output.id not in scope.outputs:
        return f"the output {output.id}"
    if scope.works and not ask.addresses & {address_key(work) for work in scope.works}:
        return "this article"
    if scope.territory and not (output.territory and set(output.territory) <= {*scope.territory}):
        return _list(output.territory) if output.territory else "worldwide use"
    if output.transforms and not grant.adapt:
        return f"adaptation ({_list(output.transforms)})"
    return ""


def _beyond_exception(grant: Grant, output: Output) -> str:
    """Return which of the three conditions of an exception *output* breaks."""
    if grant.basis != "exception":
        return ""
    if output.channel != "community" or output.paywall or output.ads != "none":
        return "more than non-profit distribution"
    if output.audience != "subscribers":
        return "more than people who asked to receive it"
    if not set(output.purpose) <= EXCEPTION_PURPOSES:
        return "more than research and educational purposes"
    return ""


def written(moment: date | datetime) -> str:
    """Return *moment* as messages write it: the day, with the time where it is no midnight."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    if moment.time() == time():
        return moment.date().isoformat()
    return f"{moment:%Y-%m-%d %H:%M} UTC"
