"""The record of a decision: what it came to, why, and from which inputs.

Two digests tell whether anything is new: one of everything the decision was made from but
the time, one of its result.  Only where one of them differs from the newest record is
there a new one, so the history of an article is the history of its changes.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from syndicator.model.entries import Entry
from syndicator.model.rights import Decision, RightsRules
from syndicator.model.settings import Output
from syndicator.rights.parties import CompiledRules, address_key, compile_rules
from syndicator.store.decisions import Recorded
from syndicator.timestamps import rfc3339

ENGINE = "1"
"""Of the algorithm: another one gives every decision a new record."""


class Recorder:
    """Makes the records of one output; what many decisions share is worked out once."""

    def __init__(self, output: Output, rules: RightsRules) -> None:
        self._output = output
        self._rules: CompiledRules = compile_rules(rules)
        self._of_output = _digest(repr(output), repr(rules.house), ENGINE)
        self._of_party: dict[tuple[str, str], str] = {}
        self._of_source: dict[str, str] = {}

    def digests(self, entry: Entry, decision: Decision) -> tuple[str, str]:
        """Return the digest of the inputs and that of the result."""
        return self._inputs(entry, decision), _digest(repr(_result(decision)))

    def record(
        self, entry: Entry, decision: Decision, digests: tuple[str, str], now: datetime
    ) -> Recorded:
        """Return the whole record of *decision* on *entry*, made at *now*."""
        output = self._output
        document = {
            **_result(decision),
            "policies": [
                {"hop": hop, "id": policy, "digest": f"sha256:{self._party(hop, policy)}"}
                for hop, policy in decision.policies.items()
            ],
            "evidence": [
                {"fact": e.fact, "value": e.value, "url": e.url, "where": e.where, "rule": e.rule,
                 "confidence": e.confidence, "text": e.text}
                for e in decision.evidence
            ],
            "output": {
                "id": output.id,
                "channel": output.channel,
                "audience": output.audience,
                "purpose": list(output.purpose),
            },
            "at": rfc3339(now),
            "engine": ENGINE,
            "input_digest": f"sha256:{digests[0]}",
        }  # fmt: skip
        return Recorded(
            output=output.id,
            article_id=entry.article_id,
            source_id=entry.source_id,
            key=entry.key,
            form=decision.form.value,
            grants=decision.grants,
            input_digest=digests[0],
            result_digest=digests[1],
            at=now,
            record=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        )

    def _inputs(self, entry: Entry, decision: Decision) -> str:
        stated = (
            entry.article_id, entry.title, entry.url, entry.authors, entry.published,
            entry.first_seen, entry.body, entry.content_hash, entry.rights, entry.categories,
            entry.statements, entry.evidence, sorted(entry.picked), entry.removed,
        )  # fmt: skip
        return _digest(
            repr(stated),
            self._of_output,
            self._source(entry.source_id),
            *self._parties(decision),
            *self._overrides(entry, decision),
        )

    def _source(self, source_id: str) -> str:
        if source_id not in self._of_source:
            self._of_source[source_id] = _digest(repr(self._rules.terms(source_id)))
        return self._of_source[source_id]

    def _parties(self, decision: Decision) -> Iterator[str]:
        """Yield a digest of what is configured for each party that had a say."""
        parties = {hop.party for hop in decision.chain} | set(decision.policies)
        for party in sorted(parties):
            yield self._party(party, decision.policies.get(party, ""))

    def _party(self, party: str, policies: str) -> str:
        key = (party, policies)
        if key not in self._of_party:
            found = [self._rules.policy(policy) for policy in policies.split(", ")]
            about = (self._rules.publisher(party), found, self._rules.grants.get(party))
            self._of_party[key] = _digest(party, repr(about))
        return self._of_party[key]

    def _overrides(self, entry: Entry, decision: Decision) -> Iterator[str]:
        if not self._rules.overrides:
            return
        named = (entry.article_id, entry.url, *(hop.url for hop in decision.chain))
        for address in named:
            if address and (override := self._rules.overrides.get(address_key(address))):
                yield repr(override)


def _result(decision: Decision) -> dict[str, object]:
    return {
        "form": decision.form.value,
        "duties": list(decision.duties),
        "reasons": [
            {"code": r.code, "hop": r.hop, "form": r.form.value if r.form else None,
             "fields": dict(sorted(r.fields.items()))}
            for r in decision.reasons
        ],
        "limits": {"max_words": decision.max_words} if decision.max_words else {},
        "policies": [{"hop": hop, "id": policy} for hop, policy in decision.policies.items()],
        "grants": list(decision.grants),
        "chain": [
            {"party": h.party, "role": h.role, "url": h.url, "confidence": h.confidence}
            for h in decision.chain
        ],
        "recheck_at": rfc3339(decision.recheck_at) if decision.recheck_at else None,
    }  # fmt: skip


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
