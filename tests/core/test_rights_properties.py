"""What must hold for every policy, copy and output."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

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
from syndicator.rights import explain_reason, fulfil, remedies, trace
from syndicator.rights.audit import audit
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.duty_names import DUTIES
from tests.builders import NOON, an_entry, an_output_feed

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


COUNTER = '<p><img src="https://mill.example/count.gif" alt="" width="1" height="1"/></p>'

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
WHENS = [When(**fields) for fields in ({}, *SINGLE, *PAIRS)]
DUTY_NAMES = sorted(DUTIES - {"tombstone", "share_alike", "mark_excerpt"})


def subset(rng, values, *, least=0):
    return tuple(sorted(rng.sample(values, rng.randint(least, min(3, len(values))))))


def when(rng):
    return rng.choice(WHENS) if rng.random() < 0.5 else When()


def a_permission(rng):
    return Permission(
        forms=subset(rng, TEXT_FORMS[:2], least=1),
        adapt=rng.choice([False, True, "share_alike"]),
        when=when(rng),
        duties=subset(rng, DUTY_NAMES),
    )


def a_prohibition(rng):
    return Prohibition(forms=subset(rng, TEXT_FORMS, least=1), when=when(rng))


def a_policy(rng, covers=("own",)):
    return Policy(
        id="house-terms",
        title="House terms",
        text_url="https://terms.example/",
        basis=rng.choice(["permitted", "licensed"]),
        covers=rng.choice(covers),
        media=rng.choice(["exclude", "include"]),
        permissions=tuple(a_permission(rng) for _ in range(rng.randint(0, 3))),
        prohibitions=tuple(a_prohibition(rng) for _ in range(rng.choice([0, 0, 1]))),
        otherwise=rng.choice(["quote", "link", "link", "withhold"]),
        link_fallback=rng.choice(["none", "homepage"]),
        copyright_template=rng.choice([None, "© {author}, {publisher}, {year}"]),
        copyright_default=rng.random() < 0.5,
    )


def a_grant(rng):
    return Grant(
        id=rng.choice(["g1", "g2", "g3"]),
        grantor=rng.choice(PARTIES),
        reference="a letter",
        starts=rng.choice([date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 1)]),
        until=rng.choice([date(2026, 11, 1), date(2027, 1, 1), "never"]),
        revoked=rng.choice([None, None, date(2026, 11, 2)]),
        forms=subset(rng, TEXT_FORMS, least=1),
        basis=rng.choice(["permission", "contract"]),
        scope=Scope(
            channels=subset(rng, ("community", "commercial")),
            works=rng.choice([(), (), ("https://mill.example/a",)]),
        ),
        duties=subset(rng, DUTY_NAMES),
        adapt=rng.random() < 0.5,
    )


def an_output(rng):
    return Output(
        id="out",
        channel=rng.choice(["community", "commercial", "print"]),
        purpose=rng.choice([("general",), ("education", "research")]),
        audience=rng.choice(["public", "subscribers"]),
        territory=rng.choice([None, ("CA",), ("US",)]),
        ads=rng.choice(["none", "none", "page", "against_item"]),
        paywall=rng.random() < 0.3,
        trackers=rng.choice(["strip", "keep"]),
        max_form=rng.choice(["full", "full", "full", "excerpt", "link"]),
        quotation=rng.random() < 0.8,
        transforms=rng.choice([(), (), (), ("translate",)]),
        contact="mailto:rights@reader.example",
        language=rng.choice([None, "en", "fr", "de", "es", "ar"]),
    )


def a_statement(rng):
    scheme, value = rng.choice(CLAIMS)
    return Statement(scheme=scheme, value=value, scope=rng.choice(["item", "feed"]))


def stated(fact, party, confidence=0.95, *, linked=True):
    url = f"https://{party}.example/a" if linked else None
    return Evidence(
        fact=fact, value=party, url=url, where=f"test:{fact}", rule=party, confidence=confidence
    )


def some_evidence(rng):
    origins = [
        stated(
            "origin",
            rng.choice([*PARTIES, "stranger"]),
            rng.choice([0.95, 0.95, 0.6]),
            linked=rng.random() < 0.7,
        )
        for _ in range(rng.choice([0, 1, 1, 2]))
    ]
    vias = [stated("via", rng.choice(PARTIES), linked=rng.random() < 0.7)]
    return tuple(dict.fromkeys(origins + vias[: rng.choice([0, 0, 1])]))


def a_copy(rng):
    return an_entry(
        source_id="feed",
        url=rng.choice(["https://mill.example/a", "https://mill.example/a", None]),
        authors=rng.choice([(), (Person(name="Ida Brook"),)]),
        published=rng.choice([NOON - timedelta(days=3), NOON - timedelta(hours=2)]),
        rights=rng.choice([None, "Copyright © Ida Brook, 2026", "© Mill. All rights reserved"]),
        content_html=rng.choice([TEXT, TEXT, TEXT + COUNTER, "<p>Short.</p>"]),
        body=rng.choice(["full", "full", "full", "summary", "none"]),
        statements=tuple(a_statement(rng) for _ in range(rng.choice([0, 0, 1, 2]))),
        evidence=some_evidence(rng),
        enclosures=rng.choice([(), (Enclosure(url="https://mill.example/a.mp3"),)]),
        picked=rng.choice([frozenset(), frozenset({"out"})]),
    )


def pool(make, size, *rest):
    """Return a strategy over things made once: a world of single draws takes far longer."""
    rng = Random(f"{make.__name__} {rest}")
    return st.sampled_from([make(rng, *rest) for _ in range(size)])


BUILT_IN = st.sampled_from([BUILTIN[name] for name in BUILTIN_IDS])
OWN_ONLY = BUILT_IN | pool(a_policy, 1_000)
COVERING = BUILT_IN | pool(a_policy, 1_000, ("own", "all"))
conditions = st.sampled_from(WHENS)
forms_to_close = st.sampled_from([("full",), ("excerpt",), ("link",), ("full", "excerpt")])
grants = pool(a_grant, 1_000)
outputs = pool(an_output, 500)
statements = pool(a_statement, 100)
copies = pool(a_copy, 1_000)


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
def worlds(draw, policies=COVERING, trust=("none", "own", "all")):
    """Return a copy, an output and rules."""
    chosen = [draw(policies) for _ in PARTIES]
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
        granted=distinct(draw(st.lists(grants, max_size=3))),
        reprints=draw(st.booleans()),
        quotation=quotation,
    )
    return draw(copies), draw(outputs), rules


def no_wider(narrow, wide):
    """Assert that *narrow* lets nothing through that *wide* stops."""
    assert set(narrow.permitted) <= set(wide.permitted), (narrow, wide)
    assert RANK[narrow.decision.form] >= RANK[wide.decision.form], (narrow, wide)


@settings(max_examples=500)
@given(world=worlds(OWN_ONLY), party=st.sampled_from([*PARTIES[1:], "stranger"]))
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


@settings(max_examples=500)
@given(world=worlds(trust=("none",)), claim=statements)
def test_an_untrusted_claim_never_adds_a_form(world, claim):
    copy, output, rules = world
    claiming = replace(copy, statements=(*copy.statements, claim))

    no_wider(trace(claiming, output, rules, NOON), trace(copy, output, rules, NOON))


@settings(max_examples=500)
@given(world=worlds(), grant=grants)
def test_one_grant_less_never_adds_a_form(world, grant):
    copy, output, rules = world
    without = replace(rules, grants=tuple(g for g in rules.grants if g.id != grant.id))
    granting = replace(without, grants=(*without.grants, grant))

    less = trace(copy, output, without, NOON)
    more = trace(copy, output, granting, NOON)

    no_wider(less, more)


@settings(max_examples=400)
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


@settings(max_examples=300)
@given(world=worlds(), when=conditions, forms=forms_to_close)
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


@settings(max_examples=400)
@given(world=worlds(), rng=st.randoms(use_true_random=False))
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


@settings(max_examples=500)
@given(world=worlds())
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
        said = explain_reason(reason)
        assert "not known" not in said or reason.code == "AUTHOR_MISSING"


GRANTED_BY = re.compile(r"(?:grant (?:g\d )?of |@)(mill|weir|quay)\b")


def followed(steps, copy, output, rules, form):
    """Do what *steps* say, where they say to pick, or to get permissions; else return None."""
    for number, step in enumerate(steps):
        party = GRANTED_BY.search(step.casefold())
        if step == "Pick the item for this output.":
            copy = replace(copy, picked=frozenset({output.id}))
        elif party:
            grant = Grant(
                id=f"new-{number}",
                grantor=party[1],
                reference="a letter",
                starts=date(2026, 1, 1),
                until="never",
                forms=(str(form),),
                adapt=True,
            )
            rules = replace(rules, grants=(*rules.grants, grant))
        else:
            return None
    return copy, output, rules


@settings(max_examples=400)
@given(world=worlds())
def test_what_is_told_to_open_a_form_does_and_none_of_it_is_idle(world):
    copy, output, rules = world
    for remedy in remedies(copy, output, rules, NOON):
        done = followed(remedy.steps, copy, output, rules, remedy.form)
        if done is None:
            continue
        then = remedy.opens_at or NOON

        assert RANK[trace(*done, then).decision.form] <= RANK[remedy.form], remedy
        for step in remedy.steps:
            others = [other for other in remedy.steps if other != step]
            less = trace(*followed(others, copy, output, rules, remedy.form), then).decision
            assert RANK[less.form] > RANK[remedy.form], remedy


@settings(max_examples=300)
@given(world=worlds())
def test_same_question_gives_the_same_answer(world):
    copy, output, rules = world

    first = trace(copy, output, rules, NOON)

    assert trace(replace(copy), output, replace(rules), NOON) == first
    assert list(first.decision.duties) == sorted(set(first.decision.duties))


@settings(max_examples=300)
@given(world=worlds())
def test_every_duty_is_found_again_in_what_is_emitted(world):
    copy, output, rules = world
    decision = trace(copy, output, rules, NOON).decision
    if decision.form is Form.WITHHELD:
        return
    publication = fulfil(copy, decision)
    feed = an_output_feed(language=decision.language)

    for format_, render in RENDERERS.items():
        emitted = render(feed, [publication], updated=publication.updated)

        assert audit(emitted, format_, [publication]) == (), format_
