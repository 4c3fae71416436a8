"""What must hold for every policy, copy and output (rights.md 7, last paragraph)."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.model.entries import OutputFeed
from syndicator.model.feed import Enclosure, Person, Statement
from syndicator.model.rights import (
    Contact,
    Disregard,
    Evidence,
    Form,
    Grant,
    House,
    Permission,
    Policy,
    Prohibition,
    Publisher,
    Quotation,
    RightsRules,
    Scope,
    SourceTerms,
    When,
)
from syndicator.model.settings import Output
from syndicator.render import RENDERERS
from syndicator.rights import explain_reason, fulfil, hint_of, trace
from syndicator.rights.audit import audit
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.duty_names import DUTIES
from tests.builders import NOON, an_entry

RANK = {form: rank for rank, form in enumerate(Form)}
PARTIES = ("mill", "weir", "quay")
BUILTIN_IDS = sorted(BUILTIN)
TEXT_FORMS = ("full", "excerpt", "link")
CLAIMS = (
    ("creativeCommons", "cc0-1.0"),
    ("atom-license", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
    ("atom-license", "cc-by-sa-4.0"),
    ("dc-rights", "All rights reserved."),
    ("rsl", '{"prohibits": ["all"]}'),
    ("rsl", '{"prohibits": ["ai-train"], "permits": {"user": ["non-commercial"]}}'),
    ("rsl", '{"payment": {"type": "subscription"}}'),
    ("tdm-reservation", "1"),
    ("media-copyright", "Weir Pictures"),
)
TEXT = (
    "<p>Eels came back to the river this spring. " + "They were counted at the weir. " * 30 + "</p>"
    '<p><img src="https://mill.example/eel.jpg" alt="An eel"/> '
    '<a href="https://mill.example/more">More</a>.</p>'
)


def subsets(values, *, min_size=0):
    # One draw each: that is several times as fast as lists of single draws.
    sizes = range(min_size, min(len(values), 3) + 1)
    found = [c for size in sizes for c in combinations(sorted(values), size)]
    return st.sampled_from(found)


def maybe(strategy):
    return st.none() | strategy


SINGLE = (
    {"channel": ("community",)},
    {"channel": ("commercial", "community")},
    {"channel": ("print",)},
    {"purpose": ("education", "research")},
    {"audience": ("subscribers",)},
    {"territory": ("CA", "FR")},
    {"territory_not": ("US",)},
    {"ads": ("none",)},
    {"ads": ("none", "page")},
    {"paywall": False},
    {"selection": "individual"},
    {"not_before": timedelta(days=1)},
    {"not_before": timedelta(days=9)},
    {"not_after": timedelta(days=1)},
    {"not_after": timedelta(days=9)},
)
PAIRS = tuple(one | two for one, two in combinations(SINGLE, 2))
conditions = st.sampled_from([When(**fields) for fields in (*SINGLE, *PAIRS)])
loose = st.just(When()) | conditions
duties = subsets(sorted(DUTIES - {"tombstone", "share_alike", "mark_excerpt", "keep_tracker"}))
permissions = st.builds(
    Permission,
    forms=subsets(TEXT_FORMS[:2], min_size=1),
    adapt=st.sampled_from([False, True, "share_alike"]),
    when=loose,
    duties=duties | st.just(("keep_tracker",)),
)
prohibitions = st.builds(Prohibition, forms=subsets(TEXT_FORMS, min_size=1), when=loose)


def policies(covers=("own",)):
    own = st.builds(
        Policy,
        id=st.sampled_from(["house-terms", "other-terms"]),
        title=st.just("House terms"),
        text_url=st.just("https://terms.example/"),
        basis=st.sampled_from(["permitted", "licensed"]),
        covers=st.sampled_from(covers),
        media=st.sampled_from(["exclude", "include"]),
        permissions=st.lists(permissions, max_size=2).map(tuple),
        prohibitions=st.lists(prohibitions, max_size=1).map(tuple),
        otherwise=st.sampled_from(["quote", "link", "link", "withhold"]),
        link_fallback=st.sampled_from(["none", "homepage"]),
        copyright_template=maybe(st.just("© {author}, {publisher}, {year}")),
        copyright_default=st.booleans(),
    )
    return st.sampled_from([BUILTIN[name] for name in BUILTIN_IDS]) | own


grants = st.builds(
    Grant,
    id=st.sampled_from(["g1", "g2", "g3"]),
    grantor=st.sampled_from(PARTIES),
    reference=st.just("a letter"),
    starts=st.sampled_from([date(2026, 1, 1), date(2026, 12, 1)]),
    until=st.sampled_from([date(2026, 11, 1), date(2027, 1, 1), "never"]),
    revoked=maybe(st.just(date(2026, 11, 2))),
    forms=subsets(TEXT_FORMS, min_size=1),
    basis=st.sampled_from(["permission", "contract"]),
    scope=st.builds(
        Scope,
        channels=subsets(("community", "commercial")),
        works=st.sampled_from([(), (), ("https://mill.example/a",)]),
    ),
    duties=duties,
    adapt=st.booleans(),
)
outputs = st.builds(
    Output,
    id=st.just("out"),
    channel=st.sampled_from(["community", "commercial", "print"]),
    purpose=st.sampled_from([("general",), ("education", "research")]),
    audience=st.sampled_from(["public", "subscribers"]),
    territory=st.sampled_from([None, ("CA",), ("US",)]),
    ads=st.sampled_from(["none", "none", "page", "against_item"]),
    paywall=st.booleans(),
    trackers=st.sampled_from(["strip", "keep"]),
    max_form=st.sampled_from(["full", "full", "excerpt", "link"]),
    quotation=st.booleans(),
    transforms=st.sampled_from([(), (), (), ("translate",)]),
    contact=st.just("mailto:rights@reader.example"),
    language=st.sampled_from([None, "en", "fr", "de", "es", "ar"]),
)
statements = st.builds(
    lambda claim, scope: Statement(scheme=claim[0], value=claim[1], scope=scope),
    st.sampled_from(CLAIMS),
    st.sampled_from(["item", "feed"]),
)


def stated(fact, party, confidence=0.95, *, linked=True):
    url = f"https://{party}.example/a" if linked else None
    return Evidence(
        fact=fact, value=party, url=url, where=f"test:{fact}", rule=party, confidence=confidence
    )


origins = st.builds(
    stated,
    st.just("origin"),
    st.sampled_from([*PARTIES, "stranger"]),
    st.sampled_from([0.95, 0.95, 0.6]),
    linked=st.booleans(),
)
vias = st.builds(stated, st.just("via"), st.sampled_from(PARTIES), linked=st.booleans())
evidence = st.tuples(st.lists(origins, max_size=2), st.lists(vias, max_size=1)).map(
    lambda both: tuple(dict.fromkeys(both[0] + both[1]))
)
copies = st.builds(
    an_entry,
    source_id=st.just("feed"),
    url=st.sampled_from(["https://mill.example/a", "https://mill.example/a", None]),
    authors=st.sampled_from([(), (Person(name="Ida Brook"),)]),
    published=st.sampled_from([NOON - timedelta(days=3), NOON - timedelta(hours=2)]),
    rights=st.sampled_from([None, "Copyright © Ida Brook, 2026", "© Mill. All rights reserved"]),
    content_html=st.sampled_from([TEXT, "<p>Short.</p>"]),
    body=st.sampled_from(["full", "full", "full", "summary", "none"]),
    statements=st.lists(statements, max_size=2).map(tuple),
    evidence=evidence,
    enclosures=st.sampled_from([(), (Enclosure(url="https://mill.example/a.mp3"),)]),
    picked=st.sampled_from([frozenset(), frozenset({"out"})]),
)


def publisher(party, policy, *, reprints=False, own=False):
    return Publisher(
        id=party,
        name=party.title(),
        domains=(f"{party}.example",),
        policy=policy,
        homepage=f"https://{party}.example/",
        reprints=reprints,
        own=own,
        contact=Contact(usage=f"mailto:rights@{party}.example"),
    )


def rules_of(chosen, *, terms, granted=(), reprints=False, quotation=None):
    """Return rules in which each party has a policy of its own."""
    held = {
        party: replace(policy, id=policy.id if policy.id in BUILTIN else f"{party}-terms")
        for party, policy in zip(PARTIES, chosen, strict=True)
    }
    return RightsRules(
        house=House(quotation=quotation or Quotation()),
        publishers={
            party: publisher(party, policy.id, reprints=reprints and party == "mill")
            for party, policy in held.items()
        },
        policies={policy.id: policy for policy in held.values()},
        grants=granted,
        sources={"feed": terms},
    )


def distinct(granted):
    return tuple({grant.id: grant for grant in granted}.values())


@st.composite
def worlds(draw, covers=("own",), trust=("none", "own", "all"), granted=grants):
    """Return a copy, an output and rules."""
    chosen = [draw(policies(covers)) for _ in PARTIES]
    terms = SourceTerms(
        publisher="mill",
        trust=draw(st.sampled_from(trust)),
        disregard=draw(
            st.sampled_from([(), (), (Disregard(claim="all-rights-reserved", note="footer"),)])
        ),
    )
    quotation = Quotation(enabled=draw(st.booleans()), max_share=draw(st.sampled_from([0.1, 1.0])))
    rules = rules_of(
        chosen,
        terms=terms,
        granted=distinct(draw(st.lists(granted, max_size=3))),
        reprints=draw(st.booleans()),
        quotation=quotation,
    )
    return draw(copies), draw(outputs), rules


def no_wider(narrow, wide):
    """Assert that *narrow* lets nothing through that *wide* stops."""
    assert set(narrow.permitted) <= set(wide.permitted), (narrow, wide)
    assert RANK[narrow.decision.form] >= RANK[wide.decision.form], (narrow, wide)


@settings(max_examples=350, deadline=None)
@given(world=worlds(), party=st.sampled_from([*PARTIES[1:], "stranger"]))
def test_one_more_hop_never_adds_a_form(world, party):
    copy, output, rules = world
    # What a form needs of facts is known, so that a hop cannot supply what was missing.
    copy = replace(
        copy,
        url="https://mill.example/a",
        authors=(Person(name="Ida Brook"),),
        rights="Copyright © Ida Brook, 2026",
    )
    known = tuple(replace(f, url=f"https://{f.value}.example/a") for f in copy.evidence)
    copy = replace(copy, evidence=known)
    longer = replace(copy, evidence=(*known, stated("via", party)))

    before, after = trace(copy, output, rules, NOON), trace(longer, output, rules, NOON)

    no_wider(after, before)


@settings(max_examples=500, deadline=None)
@given(world=worlds(covers=("own", "all"), trust=("none",)), claim=statements)
def test_an_untrusted_claim_never_adds_a_form(world, claim):
    copy, output, rules = world
    claiming = replace(copy, statements=(*copy.statements, claim))

    no_wider(trace(claiming, output, rules, NOON), trace(copy, output, rules, NOON))


@settings(max_examples=500, deadline=None)
@given(world=worlds(covers=("own", "all")), grant=grants)
def test_one_grant_less_never_adds_a_form(world, grant):
    copy, output, rules = world
    without = replace(rules, grants=tuple(g for g in rules.grants if g.id != grant.id))
    granting = replace(without, grants=(*without.grants, grant))

    less = trace(copy, output, without, NOON)
    more = trace(copy, output, granting, NOON)

    no_wider(less, more)


@settings(max_examples=400, deadline=None)
@given(
    names=st.lists(st.sampled_from(BUILTIN_IDS), min_size=3, max_size=3),
    copy=copies,
    output=outputs,
    trust=st.sampled_from(["none", "own", "all"]),
    channel=st.sampled_from(["commercial", "print"]),
)
def test_leaving_the_community_never_adds_a_form_with_the_policies_we_ship(
    names, copy, output, trust, channel
):
    chosen = [BUILTIN[name] for name in names]
    rules = rules_of(chosen, terms=SourceTerms(publisher="mill", trust=trust))
    home, away = replace(output, channel="community"), replace(output, channel=channel)

    no_wider(trace(copy, away, rules, NOON), trace(copy, home, rules, NOON))


@settings(max_examples=300, deadline=None)
@given(world=worlds(covers=("own", "all")), when=loose, forms=subsets(TEXT_FORMS, min_size=1))
def test_one_more_prohibition_never_adds_a_form(world, when, forms):
    copy, output, rules = world
    stricter = {
        name: replace(p, prohibitions=(*p.prohibitions, Prohibition(forms=forms, when=when)))
        for name, p in rules.policies.items()
    }

    no_wider(
        trace(copy, output, replace(rules, policies=stricter), NOON),
        trace(copy, output, rules, NOON),
    )


@settings(max_examples=400, deadline=None)
@given(world=worlds(covers=("own", "all")), rng=st.randoms(use_true_random=False))
def test_order_of_claims_evidence_grants_and_rules_does_not_matter(world, rng):
    copy, output, rules = world

    def mixed(values):
        values = list(values)
        rng.shuffle(values)
        return tuple(values)

    def mixed_policy(policy):
        return replace(
            policy,
            permissions=mixed(policy.permissions),
            prohibitions=mixed(policy.prohibitions),
        )

    other = replace(
        rules,
        grants=mixed(rules.grants),
        publishers=dict(mixed(rules.publishers.items())),
        policies={name: mixed_policy(p) for name, p in mixed(rules.policies.items())},
    )
    shuffled = replace(copy, statements=mixed(copy.statements), evidence=mixed(copy.evidence))

    one = trace(copy, output, rules, NOON).decision
    two = trace(shuffled, output, other, NOON).decision

    assert replace(one, evidence=()) == replace(two, evidence=())
    assert set(one.evidence) == set(two.evidence)


@settings(max_examples=500, deadline=None)
@given(world=worlds(covers=("own", "all")))
def test_every_form_that_is_lost_has_a_reason(world):
    copy, output, rules = world

    found = trace(copy, output, rules, NOON)

    decision = found.decision
    gone = {f for f in (Form.FULL, Form.EXCERPT, Form.LINK) if f not in found.permitted}
    gone |= {f for f in found.permitted if RANK[f] < RANK[decision.form]}
    assert gone <= {reason.form for reason in decision.reasons}
    assert decision.reasons or decision.form is Form.LINK
    for reason in decision.reasons:
        # A field that is missing is written as "not known"; one sentence says so itself.
        said = explain_reason(reason) + hint_of(reason)
        assert "not known" not in said or reason.code == "AUTHOR_MISSING"


@settings(max_examples=150, deadline=None)
@given(world=worlds(covers=("own", "all")))
def test_same_question_gives_the_same_answer(world):
    copy, output, rules = world

    first = trace(copy, output, rules, NOON)

    assert trace(replace(copy), output, replace(rules), NOON) == first
    assert list(first.decision.duties) == sorted(set(first.decision.duties))


@settings(max_examples=150, deadline=None)
@given(world=worlds(covers=("own", "all")))
def test_every_duty_is_found_again_in_what_is_emitted(world):
    copy, output, rules = world
    decision = trace(copy, output, rules, NOON).decision
    if decision.form is Form.WITHHELD:
        return
    publication = fulfil(copy, decision)
    feed = OutputFeed(
        output_id="out",
        axis="all",
        slug="all",
        title="Everything",
        description="All there is.",
        stem="all",
        base_url="https://reader.example",
        site_title="Reader",
        contact="mailto:rights@reader.example",
        language=decision.language,
        tag_base="tag:reader.example,2026:",
    )

    for format_, render in RENDERERS.items():
        emitted = render(feed, [publication], updated=publication.updated)

        assert audit(emitted, format_, [publication]) == (), format_
