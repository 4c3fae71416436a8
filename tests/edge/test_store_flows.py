"""Takedowns, picks, emissions, decisions and tasks, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.model.entries import EntryKey
from syndicator.model.flows import Emission, Lifting, Pick, Takedown, Withdrawal
from syndicator.pipeline import withdrawals
from syndicator.store import (
    decisions,
    emissions,
    entries,
    picks,
    queries,
    reading,
    sources,
    stale,
    takedowns,
    tasks,
    transaction,
)
from syndicator.store.decisions import Recorded
from syndicator.store.tasks import Cause
from tests.builders import NOON, an_entry

WORK = an_entry().article_id
LATER = NOON + timedelta(hours=1)


def a_takedown(**fields):
    return Takedown(
        **{
            "by": "work",
            "target": WORK,
            "claimant": "Ada Byron",
            "received_at": NOON,
            "recorded_at": NOON,
            "recorded_by": "ed",
        }
        | fields
    )


def an_emission(**fields):
    return Emission(
        **{"article_id": WORK, "form": "full", "first_at": NOON, "last_at": NOON} | fields
    )


def a_decision(**fields):
    return Recorded(
        **{
            "output": "main",
            "article_id": WORK,
            "source_id": "news",
            "key": "urn:example:1",
            "form": "full",
            "input_digest": "i",
            "result_digest": "r",
            "at": NOON,
            "record": "{}",
        }
        | fields
    )


@pytest.fixture
def tx(engine):
    with transaction(engine) as tx:
        entries.save_new(tx, [an_entry()], {})
        stale.clear_stale(tx, stale.stale_feeds(tx))
        yield tx


def test_takedown_comes_back_as_it_was_recorded(tx):
    stated = a_takedown(outputs=("main", "mail"), until=LATER, scope="text", retain="none")

    number = takedowns.record(tx, stated)

    assert takedowns.all_takedowns(tx) == [(replace(stated, number=number), None)]


def test_lifting_is_a_second_record_and_the_first_one_stays(tx):
    number = takedowns.record(tx, a_takedown())

    takedowns.lift(tx, Lifting(takedown=number, lifted_at=LATER, lifted_by="ed", reference="mail"))

    ((first, lifting),) = takedowns.all_takedowns(tx)
    assert first == a_takedown(number=number)
    assert (lifting.lifted_at, lifting.reference) == (LATER, "mail")
    assert takedowns.in_force(tx, LATER) == {}


def test_takedown_with_an_end_holds_until_then(tx):
    number = takedowns.record(tx, a_takedown(until=LATER))

    assert set(takedowns.in_force(tx, NOON)) == {number}
    assert takedowns.in_force(tx, LATER) == {}


def test_work_that_a_takedown_reaches_makes_its_feeds_stale_once(tx):
    number = takedowns.record(tx, a_takedown())

    first = takedowns.reach(tx, number, {WORK: "its id"})
    noted = stale.stale_feeds(tx)
    again = takedowns.reach(tx, number, {WORK: "its address"})

    assert (first, again) == ({WORK}, set())
    assert ("source", "news") in noted
    assert takedowns.by_work(tx, [number]) == {WORK: {number: "its id"}}


def test_purged_text_is_gone_with_what_it_said_before(tx):
    entries.save_updated(tx, [an_entry(title="Edited", content_hash="x")], {}, now=NOON)

    takedowns.purge(tx, [WORK])

    ((_, entry, _),) = queries.all_entries(tx)
    assert (entry.content_html, entry.summary_html, entry.body) == ("", "", "none")
    assert (entry.title, entry.url) == ("Edited", an_entry().url)


def test_purged_text_is_asked_for_again_and_another_is_not(tx):
    sources.follow(tx, {"news": "https://n.example/", "other": "https://o.example/"}, now=NOON)
    entries.save_new(tx, [an_entry(source_id="other", key=EntryKey("2"), article_id="tag:2")], {})
    for state in sources.due_sources(tx, now=None):
        visited = replace(state, etag="e", body_hash="b", next_check_at=NOON + timedelta(days=9))
        sources.record_visits(tx, [visited])
    takedowns.purge(tx, [WORK])

    takedowns.read_again(tx, [WORK, "tag:2"], now=LATER)

    states = sources.source_states(tx)
    assert (states["news"].etag, states["news"].body_hash) == (None, None)
    assert states["news"].next_check_at == LATER
    assert (states["other"].etag, states["other"].body_hash) == ("e", "b")
    hashes = {e.source_id: e.content_hash for _, e, _ in queries.all_entries(tx)}
    assert hashes["news"] == ""
    assert hashes["other"] != ""


def test_fingerprint_is_kept_once(tx):
    number = takedowns.record(tx, a_takedown())

    for _ in range(2):
        takedowns.keep_fingerprints(tx, number, ["a,b", "", "a,b"])

    assert takedowns.fingerprints(tx, [number]) == [(number, "a,b")]


def test_pick_stands_until_it_is_withdrawn_and_is_not_forgotten(tx):
    pick = Pick(article_id=WORK, output="main", picked_at=NOON, picked_by="ed", note="good")

    assert picks.add(tx, pick)
    assert not picks.add(tx, pick)
    assert picks.picked(tx, "main") == {WORK}
    assert ("all", "all") in stale.stale_feeds(tx)
    assert picks.withdraw(tx, WORK, "main", by="eve", at=LATER)
    assert not picks.withdraw(tx, WORK, "main", by="eve", at=LATER)
    assert picks.picked(tx, "main") == set()
    assert picks.all_picks(tx) == [replace(pick, withdrawn_at=LATER, withdrawn_by="eve")]


def test_pick_for_one_output_is_none_for_another(tx):
    picks.add(tx, Pick(article_id=WORK, output="main", picked_at=NOON, picked_by="ed"))

    assert picks.picked(tx, "other") == set()


def test_emission_keeps_its_first_date_when_it_changes(tx):
    emissions.note_emissions(tx, "main", [an_emission()], [], now=NOON)

    changed = an_emission(form="link", last_at=LATER, changed_at=LATER, first_at=LATER)
    emissions.note_emissions(tx, "main", [changed], [], now=LATER)

    found = emissions.emissions_of(tx, "main", [WORK, "tag:never"])
    assert found == {WORK: replace(changed, first_at=NOON)}
    assert emissions.emissions_of(tx, "other", [WORK]) == {}


def test_emission_that_stays_as_it_was_is_seen_again(tx):
    emissions.note_emissions(tx, "main", [an_emission()], [], now=NOON)

    emissions.note_emissions(tx, "main", [], [WORK], now=LATER)

    assert emissions.emissions_of(tx, "main", [WORK])[WORK] == an_emission(last_at=LATER)


@pytest.mark.parametrize(
    ("emission", "named"),
    [
        pytest.param(an_emission(), True, id="shown"),
        pytest.param(an_emission(away=True), False, id="gone-already"),
        pytest.param(None, False, id="never-shown"),
    ],
)
@pytest.mark.parametrize("way", ["takedown", "removed"])
def test_doubtful_is_what_is_shown_and_must_perhaps_go(tx, emission, named, way):
    emissions.note_emissions(tx, "main", [emission] if emission else [], [], now=NOON)
    assert emissions.doubtful(tx, "main") == []

    if way == "takedown":
        takedowns.reach(tx, takedowns.record(tx, a_takedown()), {WORK: "its id"})
    else:
        entries.remove(tx, "news", an_entry().key, why="its file is gone", at=NOON)

    pks = emissions.doubtful(tx, "main")
    assert list(emissions.names_of(tx, pks).values()) == ([(WORK, pks[0])] if named else [])


@pytest.mark.parametrize(("why", "named"), [("its file is gone", False), ("retracted", True)])
def test_work_with_another_copy_must_go_only_if_one_was_retracted(tx, why, named):
    entries.save_new(tx, [an_entry(source_id="other")], {})
    emissions.note_emissions(tx, "main", [an_emission()], [], now=NOON)

    entries.remove(tx, "news", an_entry().key, why=why, at=NOON)

    assert bool(emissions.doubtful(tx, "main")) is named


def test_feed_tells_of_the_newest_removals_up_to_a_bound(tx, monkeypatch):
    monkeypatch.setattr(withdrawals, "MOST", 3)
    ids = [f"tag:test.example,2026:article/{n}" for n in range(1, 6)]
    others = [
        an_entry(key=EntryKey(f"k{n}"), article_id=i, sort_at=NOON + timedelta(hours=n))
        for n, i in enumerate(ids, 1)
    ]
    entries.save_new(tx, others[1:], {})
    gone = [
        Withdrawal(article_id=i, at=NOON, comment="", stub_until=None, until=LATER) for i in ids
    ]

    told = withdrawals.told_by_feed(tx, gone)

    assert [w.article_id for w in told["all", "all"]] == ids[:1:-1]
    assert told.keys() == {("all", "all"), ("source", "news"), ("author", "ada-byron")}


def test_withdrawal_is_told_until_its_end_or_until_the_work_is_back(tx):
    gone = Withdrawal(
        article_id=WORK,
        at=NOON,
        comment="Gone.",
        stub_until=NOON + timedelta(days=7),
        until=NOON + timedelta(days=30),
    )
    emissions.withdraw(tx, "main", [gone])

    assert emissions.withdrawals(tx, "main", LATER) == [gone]
    assert emissions.withdrawals(tx, "main", NOON + timedelta(days=30)) == []
    assert emissions.withdrawals(tx, "other", LATER) == []
    assert ("source", "news") in emissions.feeds_of(tx, [WORK])[WORK]
    emissions.restore(tx, "main", [WORK], now=LATER)
    assert emissions.withdrawals(tx, "main", LATER) == []


def test_newest_decision_counts_and_the_old_one_stays(tx):
    decisions.append(tx, [a_decision(grants=("g1",))])
    decisions.append(tx, [a_decision(grants=("g1", "g2"), input_digest="j", at=LATER)])

    assert decisions.latest_digests(tx, "main", [WORK]) == {("news", "urn:example:1"): ("j", "r")}
    assert [d.grants for d in decisions.relying_on_grants(tx)] == [("g1", "g2")]
    assert [d.at for d in decisions.history(tx, WORK)] == [NOON, LATER]
    decisions.append(tx, [a_decision(input_digest="k")])
    assert decisions.relying_on_grants(tx) == []


def test_one_task_for_many_articles(tx):
    causes = [
        Cause(kind="describe", subject="Zed", article_id=f"tag:{n}", evidence="by Zed")
        for n in range(3)
    ]

    tasks.open_tasks(tx, causes, now=NOON)
    tasks.open_tasks(tx, causes[:2], now=LATER)

    (task,) = tasks.all_tasks(tx)
    assert (task.kind, task.subject, task.evidence, task.articles) == (
        "describe", "Zed", "by Zed", 3,
    )  # fmt: skip
    assert task.first_at == NOON
    assert tasks.articles_of(tx, task.number) == ["tag:0", "tag:1", "tag:2"]


def test_task_that_is_done_opens_again_with_another_article_only(tx):
    tasks.open_tasks(tx, [Cause(kind="notify", subject="Zed", article_id="tag:0")], now=NOON)
    (task,) = tasks.all_tasks(tx)

    assert tasks.done(tx, task.number, by="ed", at=LATER)
    assert not tasks.done(tx, task.number + 1, by="ed", at=LATER)
    assert [t.articles for t in tasks.all_tasks(tx)] == [0]
    again = [Cause(kind="notify", subject="Zed", article_id=i) for i in ("tag:0", "tag:1")]
    tasks.open_tasks(tx, again, now=LATER + timedelta(minutes=1))

    (task,) = tasks.all_tasks(tx)
    assert (task.articles, task.done_by) == (1, "ed")


def test_flows_survive_closing_the_store(engine):
    with transaction(engine) as tx:
        takedowns.record(tx, a_takedown())

    with reading(engine) as tx:
        assert len(takedowns.in_force(tx, NOON)) == 1
