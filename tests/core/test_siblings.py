"""What one copy of a work says for the others: embargoes always, retractions by whose it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from syndicator.model.rights import Evidence, House, Override, Publisher, RightsRules, SourceTerms
from syndicator.model.settings import Output
from syndicator.rights import decide, of_one_work
from tests.builders import NOON, an_entry

OUTPUT = Output(id="main")
RULES = RightsRules(
    house=House(),
    policies={},
    publishers={
        name: Publisher(id=name, name=name.title(), domains=(f"{name}.example",))
        for name in ("origin", "carrier", "third")
    },
    sources={name: SourceTerms(publisher=name) for name in ("origin", "carrier", "third")},
)
CREDITED = Evidence(
    fact="origin", value="Origin", url="https://origin.example/a", where="item", confidence=0.95
)


def a_copy(source, *, after=0, credited=False, **fields):
    return an_entry(
        source_id=source,
        url=f"https://{source}.example/a",
        published=NOON - timedelta(days=3) + timedelta(hours=after),
        evidence=(CREDITED,) if credited else (),
        **fields,
    )


def codes(*copies, rules=RULES):
    """Telling reason and party by source, of the copies that are not gone themselves."""
    decided = [(c, decide(c, OUTPUT, rules, NOON)) for c in of_one_work(copies, rules)]
    reasons = {c.source_id: d.reasons[0] for c, d in decided if c.removed is None}
    return {
        source: (reason.fields["party"] if reason.code == "RETRACTED" else reason.code)
        for source, reason in reasons.items()
        if reason.code in {"RETRACTED", "EMBARGOED"}
    }


@pytest.mark.parametrize(
    ("gone", "other", "reached"),
    [
        pytest.param(a_copy("origin"), a_copy("carrier", credited=True), True, id="of-the-origin"),
        pytest.param(a_copy("origin"), a_copy("carrier", after=1), True,
                     id="of-the-first-where-nobody-is-credited"),
        pytest.param(a_copy("carrier", credited=True), a_copy("origin"), False, id="of-a-carrier"),
        pytest.param(a_copy("carrier", after=1), a_copy("origin"), False,
                     id="of-a-carrier-that-credits-nobody"),
        pytest.param(a_copy("carrier", credited=True), a_copy("third", credited=True), False,
                     id="of-another-carrier"),
    ],
)  # fmt: skip
def test_retraction_reaches_what_is_of_the_same_hand(gone, other, reached):
    gone = replace(gone, removed="retracted")

    assert codes(gone, other) == ({other.source_id: "Origin"} if reached else {})


@pytest.mark.parametrize("removed", ["quarantined: old", "seed-removed"])
def test_other_removals_are_the_copys_own(removed):
    assert codes(a_copy("origin", removed=removed), a_copy("carrier", credited=True)) == {}


def test_embargo_of_a_held_copy_holds_for_all():
    until = Evidence(fact="embargo", value="2026-12-01T06:00:00Z", where="content")
    held = an_entry(source_id="origin", evidence=(until,), review="held")

    assert codes(held, a_copy("carrier")) == {"origin": "EMBARGOED", "carrier": "EMBARGOED"}


def test_editors_embargo_of_one_address_holds_for_all_and_is_final():
    stated = Evidence(fact="embargo", value="2027-12-01T06:00:00Z", where="content")
    override = Override(
        item="https://origin.example/a",
        by="ed",
        at=date(2026, 11, 1),
        note="agreed",
        embargo_until=datetime.fromisoformat("2026-11-25T06:00:00Z"),
    )
    rules = replace(RULES, overrides=(override,))
    copies = (a_copy("origin"), an_entry(source_id="carrier", evidence=(stated,)))

    assert codes(*copies, rules=rules) == {"origin": "EMBARGOED", "carrier": "EMBARGOED"}
    later = [decide(c, OUTPUT, rules, NOON + timedelta(days=2)) for c in of_one_work(copies, rules)]
    assert "EMBARGOED" not in {d.reasons[0].code for d in later}


@pytest.mark.parametrize(
    ("removed", "who"), [("its file is gone", "this site"), ("retracted", "Origin")]
)
def test_withdrawal_names_who_did_it_and_the_day(removed, who):
    day = NOON + timedelta(days=1)
    gone = a_copy("origin", removed=removed, changed_at=day)
    copies = (gone, a_copy("carrier", credited=True))

    told = [decide(c, OUTPUT, RULES, NOON).reasons[0] for c in of_one_work(copies, RULES)]
    withdrawn = [reason.fields for reason in told if reason.code == "RETRACTED"]

    # A retraction by its publisher reaches the other copy, and on the same day.
    assert len(withdrawn) == (2 if removed == "retracted" else 1)
    for fields in withdrawn:
        assert (fields["party"], fields["date"]) == (who, "2026-11-24 12:00 UTC")
