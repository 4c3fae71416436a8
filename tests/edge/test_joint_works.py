"""What editors decided follows a work that is joined with another, and comes apart again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.identify import Changes, article_id, own_key
from syndicator.model.entries import EntryKey
from syndicator.model.flows import Pick
from syndicator.pipeline import clusters
from syndicator.pipeline.clusters import By
from syndicator.pipeline.context import make_context
from syndicator.pipeline.editing import carry_out_reviews
from syndicator.pipeline.ingest import save_changes
from syndicator.pipeline.recognise import QUARANTINED
from syndicator.pipeline.waiting import waiting
from syndicator.query import parse_query
from syndicator.store import (
    cluster_orders,
    only_one,
    picks,
    queries,
    reading,
    reviews,
    search,
    sources,
    tasks,
    transaction,
    works,
)
from syndicator.store.cluster_orders import ClusterOrder
from syndicator.store.reviews import Review
from syndicator.store.tasks import Cause
from syndicator.urls import canonical_url
from tests.builders import NOON, a_config, a_source, a_theme, an_entry
from tests.pairs import Press

TAG = "tag:test.example,2026:"
TEXT = Press("joint").article("en", 20).html


def page(source):
    return f"https://{source}.example/a"


def work(source):
    return article_id(TAG, canonical_url(page(source)))


def a_copy(source, text=TEXT, **fields):
    return an_entry(
        source_id=source,
        key=EntryKey(f"urn:{source}"),
        url=page(source),
        article_id=work(source),
        content_html=text,
        published=NOON - timedelta(days=ord("z") - ord(source)),
        **fields,
    )


@pytest.fixture
def ctx(engine):
    sources = (a_source(id="x"), a_source(id="y"), a_source(id="h", review="hold"))
    config = a_config(sources=sources, themes=(a_theme(),))
    made = make_context(config, engine, digest="1")
    assert made.tag_base == "tag:test.example,2026:"
    return made


def save(ctx, *new):
    with transaction(ctx.engine) as tx:
        save_changes(ctx, tx, Changes(new=new), {}, NOON)


def decide(ctx, wanted, act, **fields):
    with transaction(ctx.engine) as tx:
        decision = Review(article_id=wanted, act=act, actor="ada", decided_at=NOON, **fields)
        reviews.record(tx, decision)
    carry_out_reviews(ctx)


def order(ctx, action, *names):
    by = By(actor="grace", at=NOON)
    with reading(ctx.engine) as tx:
        if action == "join":
            given = clusters.join_order(ctx, tx, names, by)
        else:
            given = clusters.split_order(ctx, tx, *names, by)
    with transaction(ctx.engine) as tx:
        cluster_orders.give(tx, given)
    clusters.carry_out_orders(ctx)


def stored(ctx):
    """Source -> (id of its work, state, whether it stands in the theme)."""
    with reading(ctx.engine) as tx:
        entries = [entry for _, entry, _ in queries.all_entries(tx)]
    return {e.source_id: (e.article_id, e.review, bool(e.tags)) for e in entries}


def states(ctx):
    return {source: state for source, (_, state, _) in stored(ctx).items()}


@pytest.mark.parametrize(
    ("x", "y", "both"),
    [
        pytest.param("rejected", "approved", "rejected", id="rejected-beats-approved"),
        pytest.param("approved", "held", "held", id="held-beats-approved"),
        pytest.param("withdrawn", "held", "withdrawn", id="withdrawn-beats-held"),
        pytest.param(None, "rejected", "rejected", id="a-decision-beats-none"),
        pytest.param("approved", None, "approved", id="a-decision-of-the-one-that-stays"),
        pytest.param(None, None, "new", id="nobody-decided"),
    ],
)
def test_strictest_decision_holds_for_a_joint_work_and_each_part_keeps_its_own(ctx, x, y, both):
    save(ctx, a_copy("x"), a_copy("y", text="<p>Another.</p>"))
    for source, act in (("x", x), ("y", y)):
        if act:
            decide(ctx, work(source), act)

    order(ctx, "join", page("x"), page("y"))
    joint = stored(ctx)
    order(ctx, "split", "y urn:y")

    assert joint == {s: (work("x"), both, False) for s in "xy"}
    assert stored(ctx) == {s: (work(s), a or "new", False) for s, a in (("x", x), ("y", y))}


def test_decision_on_the_whole_is_one_on_each_part(ctx):
    save(ctx, a_copy("x"), a_copy("y"))
    decide(ctx, work("x"), "rejected")

    order(ctx, "split", "y urn:y")

    assert stored(ctx) == {s: (work(s), "rejected", False) for s in "xy"}
    with reading(ctx.engine) as tx:
        assert [r.act for r in reviews.history(tx, work("y"))] == ["rejected"]


def test_history_of_a_joint_work_tells_each_decision_once(ctx):
    save(ctx, a_copy("x"), a_copy("y"))
    decide(ctx, work("x"), "held", note="both")

    with reading(ctx.engine) as tx:
        assert [r.note for r in reviews.history(tx, work("x"))] == ["both"]


def test_work_that_joins_a_rejected_one_by_itself_is_rejected(ctx):
    save(ctx, a_copy("x"))
    decide(ctx, work("x"), "rejected")

    save(ctx, a_copy("y"))

    assert states(ctx) == {"x": "rejected", "y": "rejected"}


def test_decision_taken_under_an_id_that_was_given_up_meanwhile_reaches_the_work(ctx):
    save(ctx, a_copy("y"))
    with transaction(ctx.engine) as tx:
        late = Review(article_id=work("y"), act="rejected", actor="ada", decided_at=NOON)
        reviews.record(tx, late)
    save(ctx, a_copy("x"))

    carry_out_reviews(ctx)

    assert states(ctx) == {"x": "rejected", "y": "rejected"}


def test_copy_of_a_held_source_is_held_again_when_it_leaves_an_approved_work(ctx):
    save(ctx, a_copy("x"), a_copy("h", text="<p>Another.</p>", review="held"))
    decide(ctx, work("x"), "approved")
    order(ctx, "join", page("x"), page("h"))
    joint = states(ctx)

    order(ctx, "split", "h urn:h")

    assert joint == {"x": "approved", "h": "approved"}
    assert states(ctx) == {"x": "approved", "h": "held"}


def test_pin_follows_a_work_into_a_joint_one_and_out_again(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))
    decide(ctx, work("y"), "pin", axis="theme", slug="libraries")

    order(ctx, "join", page("x"), page("y"))
    joint = {source: pinned for source, (_, _, pinned) in stored(ctx).items()}
    order(ctx, "split", "y urn:y")

    assert joint == {"x": True, "y": True}
    assert {s: pinned for s, (_, _, pinned) in stored(ctx).items()} == {"x": False, "y": True}


def test_unpinning_the_whole_unpins_each_part(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))
    decide(ctx, work("y"), "pin", axis="theme", slug="libraries")
    order(ctx, "join", page("x"), page("y"))
    joint = {source: pinned for source, (_, _, pinned) in stored(ctx).items()}

    decide(ctx, work("x"), "unpin", axis="theme", slug="libraries")

    assert joint == {"x": True, "y": True}
    assert not any(pinned for _, _, pinned in stored(ctx).values())


def test_pick_follows_a_work_into_a_joint_one_and_out_again(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))
    with transaction(ctx.engine) as tx:
        pick = Pick(article_id=work("y"), output="main", picked_at=NOON, picked_by="ada")
        picks.add(tx, pick)
    picked = []

    for action, names in (("join", (page("x"), page("y"))), ("split", ("y urn:y",))):
        order(ctx, action, *names)
        with reading(ctx.engine) as tx:
            picked.append(picks.picked(tx, "main"))

    assert picked == [{work("x")}, {work("y")}]


def test_pick_of_a_joint_work_is_withdrawn_whatever_id_it_was_made_under(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))
    with transaction(ctx.engine) as tx:
        pick = Pick(article_id=work("y"), output="main", picked_at=NOON, picked_by="ada")
        picks.add(tx, pick)
    order(ctx, "join", page("x"), page("y"))

    with transaction(ctx.engine) as tx:
        assert picks.withdraw(tx, work("x"), "main", by="ada", at=NOON)
        assert picks.picked(tx, "main") == set()


def raised(ctx, *causes, at=NOON):
    """Open the tasks (kind, subject, source of the work); return what they are about now."""
    with transaction(ctx.engine) as tx:
        now = {source: work_now for source, (work_now, _, _) in stored(ctx).items()}
        tasks.open_tasks(
            tx,
            [
                Cause(kind=kind, subject=subject or now[source], article_id=now[source])
                for kind, subject, source in causes
            ],
            now=at,
        )
    return about(ctx)


def about(ctx):
    with reading(ctx.engine) as tx:
        return [
            (t.kind, t.subject, t.articles, tasks.articles_of(tx, t.number))
            for t in tasks.all_tasks(tx)
        ]


def apart(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))


def done(ctx, number, at=NOON):
    with transaction(ctx.engine) as tx:
        assert tasks.done(tx, number, by="ada", at=at)


LATER = NOON + timedelta(hours=1)


def test_task_follows_a_work_into_a_joint_one_and_out_again(ctx):
    apart(ctx)
    raised(ctx, ("describe", "Ada", "y"), ("embargo", None, "y"))

    order(ctx, "join", page("x"), page("y"))
    joint = about(ctx)
    order(ctx, "split", "y urn:y")

    assert joint == [
        ("describe", "Ada", 1, [work("x")]),
        ("embargo", work("x"), 1, [work("x")]),
    ]
    assert about(ctx) == [
        ("describe", "Ada", 1, [work("y")]),
        ("embargo", work("y"), 1, [work("y")]),
    ]


def test_joint_work_counts_once(ctx):
    apart(ctx)
    raised(ctx, ("describe", "Ada", "x"), ("describe", "Ada", "y"))

    order(ctx, "join", page("x"), page("y"))

    assert about(ctx) == [("describe", "Ada", 1, [work("x")])]


@pytest.mark.parametrize("subject", ["Ada", None], ids=["on-a-party", "on-a-work"])
def test_joining_opens_no_task_again_and_no_second_one(ctx, subject):
    apart(ctx)
    raised(ctx, ("embargo", subject, "y"))
    done(ctx, 1)
    order(ctx, "join", page("x"), page("y"))

    now = raised(ctx, ("embargo", subject, "x"), at=LATER)

    assert now == [("embargo", subject or work("x"), 0, [work("x")])]


@pytest.mark.parametrize("subject", ["Ada", None], ids=["on-a-party", "on-a-work"])
def test_task_done_on_the_whole_is_done_on_each_part(ctx, subject):
    apart(ctx)
    order(ctx, "join", page("x"), page("y"))
    raised(ctx, ("embargo", subject, "x"))
    done(ctx, 1)
    order(ctx, "split", "y urn:y")

    (kept,) = raised(ctx, ("embargo", subject, "x"), ("embargo", subject, "y"), at=LATER)

    assert kept == ("embargo", subject or work("x"), 0, sorted([work("x"), work("y")]))


def test_part_that_was_split_off_before_a_task_was_done_is_a_further_article(ctx):
    apart(ctx)
    order(ctx, "join", page("x"), page("y"))
    raised(ctx, ("describe", "Ada", "x"))
    order(ctx, "split", "y urn:y")
    done(ctx, 1)

    now = raised(ctx, ("describe", "Ada", "y"), at=LATER)

    assert now == [("describe", "Ada", 1, sorted([work("x"), work("y")]))]


def test_copy_that_never_had_an_id_of_its_own_takes_decisions_and_tasks_along(ctx):
    save(ctx, a_copy("x"), replace(a_copy("y"), url=page("x"), article_id=work("x")))
    decide(ctx, work("x"), "rejected")
    raised(ctx, ("describe", "Ada", "x"))
    done(ctx, 1)

    order(ctx, "split", "y urn:y")

    alone = article_id(TAG, own_key("y", EntryKey("urn:y")))
    assert stored(ctx) == {"x": (work("x"), "rejected", False), "y": (alone, "rejected", False)}
    assert raised(ctx, ("describe", "Ada", "y"), at=LATER)[0][2] == 0


def test_of_two_copies_the_one_that_is_split_off_leaves_the_id_to_its_owner(ctx):
    save(ctx, a_copy("x"), a_copy("y"))

    order(ctx, "split", "x urn:x")

    assert {s: i for s, (i, _, _) in stored(ctx).items()} == {"x": work("x"), "y": work("y")}


def test_part_that_is_joined_again_gives_up_its_id_again(ctx):
    save(ctx, a_copy("y"))
    save(ctx, a_copy("x"), a_copy("h"))
    before = stored(ctx)
    with transaction(ctx.engine) as tx:
        works.note_published(tx)
    order(ctx, "split", "y urn:y")

    order(ctx, "join", "y urn:y", "x urn:x")

    assert stored(ctx) == before


def test_copy_can_be_split_and_joined_again_and_again(ctx):
    save(ctx, a_copy("x"), a_copy("y"), a_copy("h"))
    seen = set()

    for _ in range(3):
        order(ctx, "split", "x urn:x")
        seen.add(len({i for i, _, _ in stored(ctx).values()}))
        order(ctx, "join", "x urn:x", "y urn:y")
        seen.add(-len({i for i, _, _ in stored(ctx).values()}))

    assert seen == {2, -1}


def test_order_beside_the_process_that_writes_waits_for_it(ctx):
    save(ctx, a_copy("x", text="<p>One.</p>"), a_copy("y", text="<p>Another.</p>"))
    with only_one(ctx.engine), transaction(ctx.engine) as tx:
        names = (work("x"), work("y"))
        given = ClusterOrder(at=NOON, actor="grace", action="join", names=names)
        cluster_orders.give(tx, given)
    before = {i for i, _, _ in stored(ctx).values()}

    clusters.carry_out_orders(ctx)

    assert len(before) == 2
    assert {i for i, _, _ in stored(ctx).values()} == {work("x")}
    with reading(ctx.engine) as tx:
        assert cluster_orders.waiting(tx) == []


@pytest.mark.parametrize(
    ("action", "names"),
    [("split", ("nowhere", "urn:gone")), ("join", ("tag:gone:1", "tag:gone:2"))],
)
def test_order_about_what_is_gone_comes_to_nothing_and_says_so(ctx, caplog, action, names):
    with transaction(ctx.engine) as tx:
        given = ClusterOrder(at=NOON, actor="grace", action=action, names=names)
        cluster_orders.give(tx, given)

    clusters.carry_out_orders(ctx)

    assert "order came to nothing" in caplog.text
    with reading(ctx.engine) as tx:
        assert cluster_orders.waiting(tx) == []


def found(ctx, words):
    with reading(ctx.engine) as tx:
        return {e.source_id for e in search.find(tx, parse_query(words), limit=9)}


def test_what_is_let_out_of_quarantine_is_found_and_joined(ctx):
    save(ctx, a_copy("x"), a_copy("y", title="Zeppelin", removed=QUARANTINED))
    before = ({i for i, _, _ in stored(ctx).values()}, found(ctx, "zeppelin"))

    with transaction(ctx.engine) as tx:
        cluster_orders.give(tx, clusters.release_order("y", By(actor="grace", at=NOON)))
    released = clusters.carry_out_orders(ctx)

    assert released == 1
    assert before == ({work("x"), work("y")}, set())
    assert {i for i, _, _ in stored(ctx).values()} == {work("x")}
    assert "y" in found(ctx, "zeppelin")


def waits(ctx):
    with reading(ctx.engine) as tx:
        return {(w.state, w.source, w.decide) for w in waiting(ctx, tx, limit=9)}


def test_one_list_shows_all_that_waits_for_an_editor(ctx):
    save(
        ctx,
        a_copy("x", text="<p>One.</p>", review="held"),
        a_copy("y", text="<p>Two.</p>", removed=QUARANTINED),
        a_copy("h", text="<p>Three.</p>"),
    )
    with transaction(ctx.engine) as tx:
        tasks.open_tasks(tx, [Cause(kind="describe", subject="Ada", article_id="1")], now=NOON)
        sources.follow(tx, {"x": "https://x.example/feed"}, now=NOON)
        (state,) = sources.source_states(tx).values()
        sources.record_visits(tx, [replace(state, held="somebody took it over")])

    assert waits(ctx) == {
        ("held", "x", f"syndicator review approve {work('x')}"),
        ("quarantined", "y", "syndicator cluster release y"),
        ("held source", "x", "syndicator sources resume x"),
        ("task", None, "syndicator tasks done 1"),
    }


@pytest.mark.parametrize(("act", "live"), [("approved", True), ("rejected", False)])
def test_decision_on_one_quarantined_article_is_enough(ctx, act, live):
    save(ctx, a_copy("y", removed=QUARANTINED))

    decide(ctx, work("y"), act)

    with reading(ctx.engine) as tx:
        shown = list(queries.newest_articles(tx, "all", "all", at_once=9))
    assert bool(shown) == live
    assert waits(ctx) == set()
