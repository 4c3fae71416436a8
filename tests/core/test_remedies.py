"""What is said to open a form is the nearest way, and for this output."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from syndicator.model.rights import (
    Contact,
    Evidence,
    Form,
    Grant,
    House,
    Permission,
    Policy,
    Publisher,
    RightsRules,
    Scope,
    SourceTerms,
    When,
)
from syndicator.model.settings import Output
from syndicator.rights import decide, explain_reason, remedies
from tests.builders import NOON, an_entry

TERMS = Policy(
    id="terms",
    permissions=(
        Permission(
            forms=("full",), when=When(channel=("community",), not_before=timedelta(days=2))
        ),
        Permission(forms=("full",), when=When(channel=("commercial",), selection="individual")),
    ),
    otherwise="quote",
)
RULES = RightsRules(
    house=House(),
    publishers={
        "news": Publisher(id="news", name="The News", domains=("news.example",), policy="terms"),
        "mill": Publisher(
            id="mill",
            name="The Mill",
            domains=("mill.example",),
            policy="all-rights-reserved",
            contact=Contact(usage="mailto:rights@mill.example"),
        ),
    },
    policies={"terms": TERMS},
    sources={"news": SourceTerms(publisher="news")},
)
SITE = Output(id="site", channel="community")
PRO = Output(id="pro", channel="commercial")
YOUNG = an_entry(
    published=NOON.replace(hour=0), content_html="<p>" + "Bread rises slowly. " * 60 + "</p>"
)
FROM_MILL = replace(
    YOUNG,
    published=NOON - timedelta(days=9),
    evidence=(
        Evidence(fact="origin", value="The Mill", url="https://mill.example/1", confidence=0.95),
    ),
)


def told(copy, output, rules=RULES):
    return {r.form: str(r) for r in remedies(copy, output, rules, NOON)}


@pytest.mark.parametrize(
    ("output", "reasons", "remedy"),
    [
        pytest.param(
            SITE,
            ["Full text not before 2026-11-25."],
            "Nothing to do: it opens by itself on 2026-11-25.",
            id="community",
        ),
        pytest.param(
            PRO,
            ["The News wants items chosen individually."],
            "Pick the item for this output.",
            id="commercial",
        ),
        pytest.param(
            Output(id="paper", channel="print"),
            [
                "The News permits commercial, this output is print.",
                "The News wants items chosen individually.",
            ],
            "Record a grant of The News.",
            id="print",
        ),
    ],
)
def test_of_several_rules_the_nearest_speaks(output, reasons, remedy):
    decision = decide(YOUNG, output, RULES, NOON)

    assert decision.form is Form.EXCERPT
    assert [explain_reason(r) for r in decision.reasons if r.form is Form.FULL] == reasons
    assert told(YOUNG, output) == {Form.FULL: remedy}


def test_two_things_that_are_needed_are_told_together():
    both = When(channel=("community",), not_before=timedelta(days=2), selection="individual")
    terms = replace(TERMS, permissions=(Permission(forms=("full",), when=both),))

    assert told(YOUNG, SITE, replace(RULES, policies={"terms": terms})) == {
        Form.FULL: "Pick the item for this output. It then opens by itself on 2026-11-25."
    }


def test_no_remedy_is_told_where_none_helps():
    assert told(replace(YOUNG, body="summary"), PRO) == {}
    assert told(YOUNG, replace(PRO, max_form="excerpt")) == {}


def test_only_the_party_that_closes_the_form_is_asked():
    assert told(FROM_MILL, SITE) == {
        Form.FULL: "Ask mailto:rights@mill.example and record a grant of The Mill."
    }


def test_feed_of_the_origin_is_the_way_round_a_carrier_that_permits_less():
    grant = Grant(
        id="g",
        grantor="mill",
        reference="mail",
        starts=date(2026, 1, 1),
        until="never",
        forms=("full",),
        scope=Scope(channels=("print",)),
    )
    rules = replace(RULES, grants=(grant,))

    assert told(FROM_MILL, Output(id="paper", channel="print"), rules) == {
        Form.FULL: "Take The Mill's own feed instead, if it has one."
    }
    assert told(FROM_MILL, SITE, rules) == {
        Form.FULL: "Have the grant g of The Mill extended to community use."
    }


def test_party_that_is_described_is_not_to_be_described():
    unknown = replace(
        FROM_MILL, evidence=(replace(FROM_MILL.evidence[0], value="The Weir", url=None),)
    )

    assert told(unknown, SITE)[Form.FULL].startswith("Describe The Weir under publishers: ")
    assert "Describe" not in told(FROM_MILL, SITE)[Form.FULL]


def test_copyright_line_of_all_articles_may_come_from_a_template():
    terms = replace(
        TERMS, permissions=(Permission(forms=("full",), duties=("link", "copyright_notice")),)
    )

    assert (
        "`copyright_template`"
        in told(YOUNG, SITE, replace(RULES, policies={"terms": terms}))[Form.FULL]
    )
