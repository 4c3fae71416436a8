"""What an operator can do about a source that is not well, in a sentence."""

from syndicator.errors import UNTRUSTED
from syndicator.model.settings import Source
from syndicator.store.sources import SourceState
from syndicator.urls import host_of, site_of, without_secrets

LASTING = 5
"""Failures in a row, over half a day at least, that are no passing trouble any more."""
UNTRUSTED_ADVICE = "tell its site; an authority of your own goes into `fetch.authorities`"


def advice(source: Source, state: SourceState | None) -> str | None:
    """Return what to do about *source*; None where nothing is to be done but to wait."""
    if source.paused or state is None:
        return None
    if state.held:
        return (
            f"look with `syndicator sources test {source.id}`; if it is the publisher's all the"
            f" same, `syndicator sources resume {source.id}` believes it; else pause it or take it"
            " out"
        )
    if state.stopped or state.failures:
        return _about_failure(source, state)
    return _about_move(source, state)


def list_advice(list_id: str, state: SourceState | None) -> str | None:
    """Return what to do about the reading list *list_id*; None where it is well, or to wait."""
    if state is None or not (state.stopped or state.failures):
        return None
    if state.http_status in {200, 401, 403, 404, 410}:
        resume = f"`syndicator sources resume {state.id}` visits it at once"
        return (
            f"write the address of an OPML document as `url` of {list_id}; if it is right, {resume}"
        )
    return UNTRUSTED_ADVICE if UNTRUSTED in (state.error or "") else None


def _about_failure(source: Source, state: SourceState) -> str | None:
    search = f"look for its new address: `syndicator sources add {_home(source, state)}`"
    resume = f"`syndicator sources resume {source.id}` visits it at once"
    if state.http_status is None:
        if UNTRUSTED in (state.error or ""):
            return UNTRUSTED_ADVICE
        return None if state.failures < LASTING else f"{search}, or take it out: its items stay"
    if state.http_status == 401:
        known = source.auth or source.headers
        login = "correct" if known else "give it"
        return f"{login} `auth` or `headers`; if the server was wrong, {resume}"
    return {
        200: f"see `syndicator sources test {source.id}`, or {search}",
        403: "ask the site to let readers in, or see what `auth`, `headers` and `proxy` change",
        404: search,
        407: "correct the login in `proxy`",
        410: f"{search}, or take it out: its items stay; if it is back, {resume}",
    }.get(state.http_status)


def _about_move(source: Source, state: SourceState) -> str | None:
    shown = site_of if source.private else without_secrets
    if state.address:
        return f"make {shown(state.address)} its `feed`, before the redirect ends"
    if state.moved_to and host_of(state.moved_to) != host_of(state.feed):
        return f"make {shown(state.moved_to)} its `feed`, if you know that the publisher moved"
    return None


def _home(source: Source, state: SourceState) -> str:
    return without_secrets(state.html_url or site_of(source.feed))
