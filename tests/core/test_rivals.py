"""A text that two publishers carry under different terms is not washed clean by the freer one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.dedupe import choose
from syndicator.model.feed import Statement
from syndicator.model.rights import (
    Evidence,
    Grant,
    House,
    Override,
    OverrideOrigin,
    Policy,
    Prohibition,
    Publisher,
    RightsRules,
    SourceTerms,
)
from syndicator.model.settings import Output
from syndicator.pipeline.chores import causes_of
from syndicator.rights import decide
from syndicator.rights.rivals import with_rivals
from tests.builders import NOON, an_entry

VILLAGE = Output(id="village")
RULES = RightsRules(
    house=House(),
    publishers={
        "free": Publisher(id="free", name="Free", policy="cc-by-4.0", domains=("free.example",)),
        "firm": Publisher(
            id="firm", name="Firm", policy="all-rights-reserved", domains=("firm.example",)
        ),
        "poor": Publisher(id="poor", name="Poor", domains=("poor.example",)),
    },
    policies={},
    sources={
        "free": SourceTerms(publisher="free"),
        "free-2": SourceTerms(publisher="free"),
        "firm": SourceTerms(publisher="firm"),
        "poor": SourceTerms(publisher="poor"),
    },
)
LONG = "".join(f"<p>Paragraph {n} of a text about the harbour.</p>" for n in range(60))


def a_copy(source_id, hours=0, **fields):
    base = an_entry(
        source_id=source_id,
        url=f"https://{source_id}.example/1",
        content_html=LONG,
        body="full",
        published=NOON + timedelta(hours=hours),
    )
    return replace(base, **fields)


def shown(*copies, rules=RULES):
    """The copy that stands for the work, and what it shows."""
    told = with_rivals(copies, rules)
    entry, decision = choose([(c, decide(c, VILLAGE, rules, NOON)) for c in told])
    return entry.source_id, str(decision.form)


@pytest.mark.parametrize("hours", [-1, 0], ids=["first", "same-time"])
def test_reserved_copy_that_may_be_the_first_holds_against_a_free_one(hours):
    free, firm = a_copy("free"), a_copy("firm", hours)
    told, _ = with_rivals([free, firm], RULES)

    assert shown(free, firm)[1] == "excerpt"
    assert decide(told, VILLAGE, RULES, NOON).reasons[0].code == "COPIES_DISAGREE"


def test_editor_is_told_of_the_two_publishers():
    free, _ = with_rivals([a_copy("free"), a_copy("firm", -1)], RULES)

    causes = list(causes_of(free, decide(free, VILLAGE, RULES, NOON), RULES))

    assert [(c.kind, c.subject) for c in causes] == [("disagree", "Free and Firm")]


def test_reservation_of_the_item_alone_counts_too():
    said = (Statement(scheme="dc-rights", value="All rights reserved"),)
    rules = replace(
        RULES, publishers={**RULES.publishers, "firm": replace(RULES.publishers["free"], id="firm",
        name="Firm", domains=("firm.example",))},
    )  # fmt: skip

    assert shown(a_copy("free"), a_copy("firm"), rules=rules)[1] == "full"
    assert shown(a_copy("free"), a_copy("firm", statements=said), rules=rules)[1] == "excerpt"


@pytest.mark.parametrize("hours", [-1, 0])
@pytest.mark.parametrize("body", ["full", "summary"])
def test_date_that_the_free_copy_states_is_no_proof_that_it_was_first(hours, body):
    backdated = a_copy("free", hours - 48)

    assert shown(backdated, a_copy("firm", hours, body=body))[1] == "excerpt"


@pytest.mark.parametrize("undated", ["free", "firm"])
def test_copy_without_a_date_may_be_any_age(undated):
    dates = {"free": NOON, "firm": NOON} | {undated: None}
    free, firm = (a_copy(name, published=date) for name, date in dates.items())

    assert shown(free, replace(firm, body="summary"))[1] == "excerpt"


def test_copy_that_by_its_own_word_came_when_we_had_the_other_reserves_nothing():
    firm = a_copy("firm", 3, first_seen=NOON + timedelta(hours=4))

    assert shown(a_copy("free"), firm) == ("free", "full")


def test_publisher_that_puts_another_date_on_its_text_keeps_its_rights():
    redated = a_copy("firm", 3, first_seen=NOON - timedelta(hours=1))

    assert shown(a_copy("free"), redated)[1] == "excerpt"


@pytest.mark.parametrize("trust", ["own", "all"])
def test_date_of_a_trusted_source_is_believed(trust):
    sources = {**RULES.sources, "free": SourceTerms(publisher="free", trust=trust)}
    rules = replace(RULES, sources=sources)

    met = {"first_seen": NOON + timedelta(hours=4)}

    assert shown(a_copy("free", **met), a_copy("firm", 3, **met), rules=rules)[1] == "full"
    assert shown(a_copy("free", **met), a_copy("firm", -3, **met), rules=rules)[1] == "excerpt"


def test_date_of_the_free_copy_is_not_believed_where_we_met_it_much_later():
    late = a_copy("free", first_seen=NOON + timedelta(days=2))

    assert shown(late, a_copy("firm", 3))[1] == "excerpt"


def test_copy_of_a_source_that_was_taken_out_still_speaks_for_its_publisher():
    old = a_copy("old", url="https://firm.example/1")

    assert shown(a_copy("free"), old)[1] == "excerpt"


def test_publisher_that_is_left_out_speaks_of_the_text_and_of_no_others_link():
    shut = Policy(
        id="shut",
        prohibitions=(Prohibition(forms=("full", "excerpt", "link")),),
        otherwise="withhold",
    )
    firm = replace(RULES.publishers["firm"], policy="shut")
    rules = replace(RULES, publishers={**RULES.publishers, "firm": firm}, policies={"shut": shut})

    assert shown(a_copy("free"), a_copy("firm"), rules=rules) == ("free", "link")


def test_firm_that_names_the_free_one_as_origin_speaks_not_against_it():
    named = (Evidence(fact="origin", value="Free", url="https://free.example/1", confidence=0.9),)

    assert shown(a_copy("free"), a_copy("firm", evidence=named)) == ("free", "full")


def test_origin_that_a_reprint_names_holds_against_a_third():
    named = (Evidence(fact="origin", value="Firm", url="https://firm.example/1", confidence=0.9),)
    reprint = a_copy("poor", 9, evidence=named)

    assert shown(a_copy("free"), reprint)[1] == "excerpt"


@pytest.mark.parametrize("other", ["free-2", "poor"], ids=["its-own", "undescribed"])
def test_own_feed_and_undescribed_party_speak_against_nobody(other):
    assert shown(a_copy("free"), a_copy(other, -1))[1] == "full"


def test_known_reprinter_speaks_against_nobody():
    firm = replace(RULES.publishers["firm"], reprints=True)
    rules = replace(RULES, publishers={**RULES.publishers, "firm": firm})

    assert shown(a_copy("free"), a_copy("firm", -1), rules=rules) == ("free", "full")


def test_whoever_copies_our_own_work_takes_nothing_of_it():
    free = replace(RULES.publishers["free"], own=True)
    rules = replace(RULES, publishers={**RULES.publishers, "free": free})

    assert shown(a_copy("free"), a_copy("firm", -1), rules=rules) == ("free", "full")


def test_override_settles_it():
    found = Override(
        item="https://free.example/1",
        origin=OverrideOrigin(party="free", url="https://free.example/1"),
        by="ed",
        at=NOON.date(),
        note="asked both",
    )
    rules = replace(RULES, overrides=(found,))

    assert shown(a_copy("free"), a_copy("firm", -1), rules=rules) == ("free", "full")


def test_grant_of_the_other_publisher_opens_it():
    grant = Grant(
        id="g",
        grantor="firm",
        basis="permission",
        reference="mail",
        starts=NOON.date(),
        until="never",
        forms=("full", "excerpt"),
    )
    rules = replace(RULES, grants=(grant,))

    assert shown(a_copy("free"), a_copy("firm", -1), rules=rules)[1] == "full"
