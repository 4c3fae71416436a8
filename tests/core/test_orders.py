"""What was said about a work reaches every copy of it, and the decision on it."""

from datetime import UTC, datetime

import pytest

from syndicator.model.flows import Takedown
from syndicator.model.rights import Form, House, RightsRules, SourceTerms
from syndicator.model.settings import Output
from syndicator.pipeline.orders import Orders, dressed
from syndicator.pipeline.record import Recorder
from syndicator.rights import decide, explain_reason, remedies
from tests.builders import NOON, an_entry

RULES = RightsRules(
    house=House(),
    publishers={},
    policies={},
    sources={"news": SourceTerms(publisher="news", policy="cc-by-4.0")},
)
MAIN = Output(id="main")


def orders(**fields):
    takedown = Takedown(
        **{
            "number": 7,
            "by": "work",
            "target": an_entry().article_id,
            "claimant": "Ada",
            "received_at": datetime(2026, 11, 21, tzinfo=UTC),
            "recorded_at": NOON,
            "recorded_by": "ed",
        }
        | fields
    )
    return Orders(takedowns={7: takedown}, works={an_entry().article_id: {7: "its id"}})


@pytest.mark.parametrize(
    ("scope", "form"), [("everything", Form.WITHHELD), ("text", Form.LINK)], ids=str
)
def test_takedown_is_told_with_the_day_on_which_it_came_and_its_number(scope, form):
    copy = dressed(an_entry(source_id="news"), "main", orders(scope=scope), emitted=False)

    decision = decide(copy, MAIN, RULES, NOON)

    assert decision.form is form
    reasons = [r for r in decision.reasons if r.code == "TAKEDOWN"]
    assert {explain_reason(r) for r in reasons} == {"Removed on 2026-11-21."}
    (remedy,) = remedies(copy, MAIN, RULES, NOON)
    assert (remedy.form, str(remedy)) == (Form.FULL, "Lift it: syndicator takedown lift 7.")


@pytest.mark.parametrize(
    ("output", "outputs", "reached"),
    [
        pytest.param("main", (), True, id="every-output"),
        pytest.param("main", ("main",), True, id="this-output"),
        pytest.param("main", ("mail",), False, id="another-output"),
    ],
)
def test_takedown_reaches_the_outputs_it_names(output, outputs, reached):
    copy = dressed(an_entry(), output, orders(outputs=outputs), emitted=False)

    assert bool([f for f in copy.evidence if f.fact == "takedown"]) is reached


def test_entry_that_nobody_spoke_of_stays_the_same_object():
    entry = an_entry(article_id="tag:other")

    assert dressed(entry, "main", orders(), emitted=False) is entry


@pytest.mark.parametrize(
    ("entry", "output", "rules", "new"),
    [
        pytest.param(an_entry(), MAIN, RULES, False, id="nothing"),
        pytest.param(an_entry(content_hash="x"), MAIN, RULES, True, id="text"),
        pytest.param(an_entry(picked=frozenset({"main"})), MAIN, RULES, True, id="pick"),
        pytest.param(an_entry(emitted=True), MAIN, RULES, False, id="shown-before"),
        pytest.param(an_entry(), Output(id="main", ads="page"), RULES, True, id="output"),
        pytest.param(
            an_entry(),
            MAIN,
            RightsRules(
                house=House(),
                publishers={},
                policies={},
                sources={"news": SourceTerms(publisher="news", policy="cc-by-nd-4.0")},
            ),
            True,
            id="policy",
        ),
    ],
)  # fmt: skip
def test_inputs_have_another_digest_where_one_of_them_is_another(entry, output, rules, new):
    def digests(entry, output, rules):
        return Recorder(output, rules).digests(entry, decide(entry, output, rules, NOON))

    before = digests(an_entry(), MAIN, RULES)

    assert (digests(entry, output, rules)[0] != before[0]) is new
