"""Policies that need no configuration, which policy is meant, and what conditions say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from syndicator.model.feed import Person
from syndicator.model.rights import (
    Evidence,
    Excludes,
    Form,
    Grant,
    House,
    Permission,
    Policy,
    Prohibition,
    Publisher,
    Reason,
    RightsRules,
    Scope,
    SourceTerms,
    When,
)
from syndicator.model.settings import Output
from syndicator.rights import decide, explain_reason, trace
from syndicator.rights.builtin import BUILTIN, CC_KINDS, CC_VERSIONS
from syndicator.rights.conditions import (
    Question,
    failures,
    grant_failure,
    moments_of,
    moments_of_grant,
    until_of,
    written,
)
from syndicator.rights.parties import address_key, compile_rules, name_key
from syndicator.rights.reasons import CODES, NEGATIVE, POSITIVE, in_order
from tests.builders import NOON, an_entry

HOUR = timedelta(hours=1)
LICENCES = [
    pytest.param(kind, version, id=f"{kind}-{version}")
    for kind, version in product(CC_KINDS, (*CC_VERSIONS, None))
]


def rules_with(policy, *, grants=(), **fields):
    news = Publisher(id="news", name="News", domains=("news.example",), policy=policy.id)
    return RightsRules(
        house=House(),
        publishers={"news": news},
        policies={policy.id: policy},
        grants=grants,
        sources={"news": SourceTerms(publisher="news")},
        **fields,
    )


def forms(policy, **output):
    """Return what *policy* lets through for its own text."""
    found = trace(
        an_entry(content_html="word " * 500),
        Output(id="out", **output),
        rules_with(policy),
        NOON,
    )
    return {str(form) for form in found.permitted}


def licence(kind, version):
    return BUILTIN[f"cc-{kind}-{version}" if version else f"cc-{kind}"]


def is_whole_only(kind, version):
    return "nd" in kind and version != "4.0"


def test_every_licence_is_there_once():
    assert len([name for name in BUILTIN if name.startswith("cc-")]) == 6 * (5 + 1)
    assert {"cc0-1.0", "public-domain", "all-rights-reserved", "unknown", "own-work"} < set(BUILTIN)
    assert all(policy.id == name for name, policy in BUILTIN.items())


@pytest.mark.parametrize(("kind", "version"), LICENCES)
def test_licence_in_a_community_output(kind, version):
    expected = {"full", "link"} if is_whole_only(kind, version) else {"full", "excerpt", "link"}

    assert forms(licence(kind, version)) == expected


@pytest.mark.parametrize(("kind", "version"), LICENCES)
@pytest.mark.parametrize("channel", ["commercial", "print"])
def test_licence_outside_the_community(channel, kind, version):
    found = forms(licence(kind, version), channel=channel)

    quoted = set() if is_whole_only(kind, version) else {"excerpt"}
    assert found == {"link"} | quoted | (set() if "nc" in kind else {"full"})


@pytest.mark.parametrize(("kind", "version"), LICENCES)
def test_licence_under_translation(kind, version):
    entry = an_entry()
    decision = decide(
        entry, Output(id="out", transforms=("translate",)), rules_with(licence(kind, version)), NOON
    )

    if "nd" in kind:
        assert decision.form is Form.LINK
        assert "NO_DERIVATIVES" in {reason.code for reason in decision.reasons}
    else:
        assert decision.form is Form.FULL
        shared = [duty for duty in decision.duties if duty.startswith("share_alike:")]
        assert bool(shared) == ("sa" in kind)


@pytest.mark.parametrize(("kind", "version"), LICENCES)
def test_licence_owes_link_and_notice_and_says_what_may_change(kind, version):
    decision = decide(an_entry(), Output(id="out"), rules_with(licence(kind, version)), NOON)

    last = "verbatim" if "nd" in kind else "indicate_changes"
    name = licence(kind, version).id
    assert {"link:news", f"licence_notice:{name}", last} <= set(decision.duties)
    (shown,) = decision.acknowledgement.licences
    assert shown.url.startswith("https://creativecommons.org/licenses/by")
    assert shown.url.endswith(f"/{version}/" if version else "/")


@pytest.mark.parametrize("name", ["cc0-1.0", "public-domain", "own-work"])
def test_free_text_goes_everywhere(name):
    for channel, ads in product(("community", "commercial", "print"), ("none", "against_item")):
        assert forms(BUILTIN[name], channel=channel, ads=ads) == {"full", "excerpt", "link"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("all-rights-reserved", {"excerpt", "link"}), ("unknown", {"link"})],
)
def test_reserved_text_goes_nowhere_whole(name, expected):
    assert forms(BUILTIN[name]) == expected


def test_configured_policy_takes_the_place_of_a_built_in_one():
    own_reading = Policy(id="cc-by-4.0", permissions=(Permission(forms=("excerpt",)),))

    assert forms(own_reading) == {"excerpt", "link"}


# --- parties -----------------------------------------------------------------------------


def parties(**publishers):
    named = {
        party: Publisher(id=party, **({"name": party} | fields))
        for party, fields in publishers.items()
    }
    return compile_rules(RightsRules(house=House(), publishers=named, policies={}))


@pytest.mark.parametrize(
    ("url", "party"),
    [
        pytest.param("https://paper.example/1", "paper", id="itself"),
        pytest.param("https://www.paper.example/1", "paper", id="www"),
        pytest.param("https://WWW.Paper.Example:8443/1", "paper", id="case-and-port"),
        pytest.param("https://a.b.paper.example/1", "paper", id="below"),
        pytest.param("https://x.blogs.paper.example/1", "blogs", id="longest-suffix"),
        pytest.param("https://notpaper.example/1", None, id="only-looks-alike"),
        pytest.param("https://paper.example.evil.test/1", None, id="in-front"),
        pytest.param("https://example/", None, id="shorter"),
        pytest.param(None, None, id="none"),
        pytest.param("not an address", None, id="words"),
    ],
)
def test_publisher_of_an_address(url, party):
    rules = parties(
        paper={"domains": ("www.Paper.example",)}, blogs={"domains": ("blogs.paper.example",)}
    )

    assert rules.by_address(url) == party


@pytest.mark.parametrize(
    ("name", "party"),
    [
        pytest.param("paper", "paper", id="id"),
        pytest.param("The Daily Paper", "paper", id="name"),
        pytest.param("daily  PAPER!", "paper", id="case-spaces-article"),
        pytest.param("Paper & Co.", "paper", id="alias"),
        pytest.param("paper.example", "paper", id="domain"),
        pytest.param("news.paper.example", "paper", id="below-the-domain"),
        pytest.param("Daily", None, id="part-of-a-name"),
        pytest.param("", None, id="empty"),
    ],
)
def test_publisher_of_a_name(name, party):
    rules = parties(
        paper={
            "name": "The Daily Paper",
            "aliases": ("Paper & Co",),
            "domains": ("paper.example",),
        }
    )

    assert rules.by_name(name) == party


def test_name_that_is_only_an_article_is_kept():
    assert name_key("The") == "the"
    assert address_key(" tag:x,2026:1 ") == "tag:x,2026:1"


# --- conditions --------------------------------------------------------------------------


def ask(*, published=NOON, first_seen=NOON, picked=(), **output):
    entry = an_entry(published=published, first_seen=first_seen, picked=frozenset(picked))
    addresses = frozenset({address_key(entry.url)})
    return Question(copy=entry, output=Output(id="out", **output), now=NOON, addresses=addresses)


@pytest.mark.parametrize(
    ("when", "question", "codes"),
    [
        pytest.param({}, {}, [], id="none"),
        pytest.param({"channel": ("print",)}, {"channel": "print"}, [], id="channel"),
        pytest.param(
            {"purpose": ("research",)},
            {"purpose": ("research", "news")},
            ["PURPOSE_NOT_PERMITTED"],
            id="one-purpose-too-many",
        ),
        pytest.param({"ads": ("none", "page")}, {"ads": "page"}, [], id="page-ads"),
        pytest.param({"paywall": True}, {}, ["PAYWALL_NOT_PERMITTED"], id="only-behind-a-wall"),
        pytest.param(
            {"territory": ("CA",)}, {}, ["TERRITORY_NOT_PERMITTED"], id="worldwide-is-not-within"
        ),
        pytest.param(
            {"territory_not": ("US",)},
            {"territory": ("US", "CA")},
            ["TERRITORY_NOT_PERMITTED"],
            id="one-country-barred",
        ),
        pytest.param({"selection": "individual"}, {"picked": ["out"]}, [], id="picked"),
        pytest.param(
            {"selection": "individual"},
            {"picked": ["other"]},
            ["SELECTION_REQUIRED"],
            id="picked-for-another-output",
        ),
        pytest.param({"not_before": HOUR}, {"published": NOON - HOUR}, [], id="delay-just-over"),
        pytest.param(
            {"not_after": HOUR},
            {"published": NOON - HOUR},
            ["WINDOW_CLOSED"],
            id="window-just-over",
        ),
        pytest.param(
            {"not_before": HOUR},
            {"published": None},
            ["DELAY_NOT_ELAPSED"],
            id="no-date-counts-from-when-we-saw-it",
        ),
        pytest.param(
            {"not_after": 9 * HOUR},
            {"published": None},
            ["WINDOW_CLOSED"],
            id="no-date-shows-no-open-window",
        ),
        pytest.param(
            {"not_after": HOUR},
            {"published": NOON, "first_seen": NOON - HOUR},
            ["WINDOW_CLOSED"],
            id="a-new-date-opens-no-window-again",
        ),
        pytest.param(
            {"not_after": timedelta.max}, {"published": NOON}, [], id="window-beyond-the-calendar"
        ),
        pytest.param(
            {"channel": ("print",), "audience": ("subscribers",)},
            {},
            ["CHANNEL_NOT_PERMITTED", "AUDIENCE_NOT_PERMITTED"],
            id="each-failure-is-told",
        ),
    ],
)
def test_conditions_that_fail(when, question, codes):
    assert [f.code for f in failures(When(**when), ask(**question))] == codes


def test_times_at_which_a_condition_turns():
    when = When(not_before=2 * HOUR, not_after=3 * HOUR)

    copy = an_entry(published=NOON, first_seen=NOON)

    assert list(moments_of(when, copy)) == [NOON + 2 * HOUR, NOON + 3 * HOUR]
    assert list(moments_of(When(channel=("print",)), copy)) == []


def test_doubt_on_a_date_lets_a_prohibition_hold():
    barred, later = When(not_after=HOUR), When(not_before=HOUR)
    undated, redated = ask(published=None), ask(published=NOON + HOUR)

    assert failures(barred, undated, forbids=True) == ()
    assert failures(barred, redated, forbids=True) == ()
    assert failures(later, undated, forbids=True) == ()


@pytest.mark.parametrize(
    ("window", "words"),
    [
        pytest.param(timedelta(days=90), "90 days after", id="days"),
        pytest.param(timedelta(days=1), "a day after", id="one"),
        pytest.param(timedelta(hours=6), "6:00:00 after", id="hours"),
    ],
)
def test_message_on_a_window_after_no_date(window, words):
    (failure,) = failures(When(not_after=window), ask(published=None))

    told = explain_reason(Reason(code=failure.code, form=Form.FULL, fields=failure.fields))

    assert told.startswith(f"Full text was permitted until {words} publication")


def a_grant(**fields):
    base = Grant(
        id="g",
        grantor="news",
        reference="letter",
        starts=date(2026, 1, 1),
        until=date(2026, 12, 31),
        forms=("full",),
    )
    return replace(base, **fields)


@pytest.mark.parametrize(
    ("fields", "output", "code"),
    [
        pytest.param({}, {}, None, id="in-force"),
        pytest.param({"until": "never"}, {}, None, id="open-end"),
        pytest.param({"until": date(2026, 11, 22)}, {}, "GRANT_EXPIRED", id="yesterday"),
        pytest.param({"until": NOON}, {}, "GRANT_EXPIRED", id="to-the-second"),
        pytest.param({"until": date(2026, 11, 23)}, {}, None, id="last-day"),
        pytest.param({"starts": NOON + HOUR}, {}, "GRANT_NOT_YET_VALID", id="later-today"),
        pytest.param({"starts": datetime(2026, 11, 23, 11)}, {}, None, id="time-without-zone"),  # noqa: DTZ001
        pytest.param({"revoked": date(2026, 11, 23)}, {}, "GRANT_REVOKED", id="revoked-today"),
        pytest.param(
            {"revoked": date(2026, 1, 2), "until": date(2026, 2, 1)},
            {},
            "GRANT_REVOKED",
            id="revoked-before-it-ended",
        ),
        pytest.param(
            {"scope": Scope(channels=("print",))}, {}, "GRANT_OUT_OF_SCOPE", id="other-channel"
        ),
        pytest.param(
            {"scope": Scope(works=("HTTPS://News.example/one?utm_source=x",))}, {}, None, id="work"
        ),
        pytest.param({}, {"transforms": ("edit",)}, "GRANT_OUT_OF_SCOPE", id="adaptation"),
        pytest.param({"adapt": True}, {"transforms": ("edit",)}, None, id="adaptation-covered"),
        pytest.param(
            {"basis": "exception", "parties": ("news",)}, {}, "GRANT_OUT_OF_SCOPE", id="exception"
        ),
    ],
)
def test_grant_helps_or_says_why_not(fields, output, code):
    failure = grant_failure(a_grant(**fields), ask(**output))

    assert (failure and failure.code) == code


def test_times_at_which_a_grant_turns():
    grant = a_grant(starts=NOON + HOUR, until=date(2026, 12, 31), revoked=date(2026, 12, 1))

    assert list(moments_of_grant(grant)) == [
        NOON + HOUR,
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    ]
    assert (until_of(grant), until_of(a_grant(until="never"))) == ("2026-12-31", "never")
    assert (written(NOON), written(date(2026, 1, 2))) == ("2026-11-23 12:00 UTC", "2026-01-02")


# --- when to decide again ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "grants", "expected"),
    [
        pytest.param(Policy(id="p"), (), None, id="never"),
        pytest.param(
            Policy(
                id="p",
                permissions=(Permission(forms=("full",), when=When(not_before=timedelta(days=9))),),
            ),
            (),
            datetime(2026, 11, 29, 9, tzinfo=UTC),
            id="delay",
        ),
        pytest.param(
            Policy(
                id="p",
                prohibitions=(Prohibition(forms=("full",), when=When(not_after=timedelta(9))),),
            ),
            (),
            datetime(2026, 11, 29, 9, tzinfo=UTC),
            id="prohibition-that-ends",
        ),
        pytest.param(
            Policy(id="p", reviewed=date(2026, 11, 1), review_after=timedelta(days=30)),
            (),
            datetime(2026, 12, 1, tzinfo=UTC),
            id="review",
        ),
        pytest.param(
            Policy(id="p"),
            (a_grant(), a_grant(id="h", starts=date(2026, 12, 5))),
            datetime(2026, 12, 5, tzinfo=UTC),
            id="earliest-of-two-grants",
        ),
    ],
)
def test_time_at_which_to_decide_again(policy, grants, expected):
    decision = decide(an_entry(), Output(id="out"), rules_with(policy, grants=grants), NOON)

    assert decision.recheck_at == expected


@pytest.mark.parametrize(
    ("template", "line"),
    [
        pytest.param("© {author}, {publisher}, {year}", "© A. Reed, News", id="behind-a-comma"),
        pytest.param("© {author} ({year})", "© A. Reed", id="in-brackets"),
        pytest.param("© {year} {publisher}", "© News", id="first"),
    ],
)
def test_copyright_line_without_a_date_leaves_the_year_out(template, line):
    policy = Policy(
        id="p",
        copyright_template=template,
        permissions=(Permission(forms=("full",), duties=("copyright_notice",)),),
    )
    copy = an_entry(published=None, authors=(Person(name="A. Reed"),))

    decision = decide(copy, Output(id="out"), rules_with(policy), NOON)

    assert decision.acknowledgement.copyright_line == line


@pytest.mark.parametrize("named", ["Agence France-Presse", "AFP", "afp", "Agence France Presse"])
def test_an_agency_is_left_out_under_any_of_its_names(named):
    policy = Policy(
        id="p",
        permissions=(Permission(forms=("full",)),),
        excludes=Excludes(bylines=(named,)),
    )
    copy = an_entry(evidence=(Evidence(fact="byline", value="AFP"),))

    assert decide(copy, Output(id="out"), rules_with(policy), NOON).form is Form.LINK


def test_embargo_is_looked_at_again_when_it_ends():
    until = NOON + HOUR
    copy = an_entry(evidence=(Evidence(fact="embargo", value=until.isoformat()),))
    rules = rules_with(BUILTIN["cc-by-4.0"])

    held = decide(copy, Output(id="out"), rules, NOON)

    assert (held.form, held.recheck_at) == (Form.WITHHELD, until)
    assert decide(copy, Output(id="out"), rules, until).form is Form.FULL


# --- gates -------------------------------------------------------------------------------


def test_permission_that_asks_for_least_is_taken_first():
    policy = Policy(
        id="p",
        permissions=(
            Permission(forms=("full",), duties=("link", "statement", "verbatim")),
            Permission(forms=("full",), duties=("link",)),
        ),
    )

    decision = decide(an_entry(), Output(id="out"), rules_with(policy), NOON)

    assert "statement:news" not in decision.duties


def test_permission_whose_duties_cannot_be_met_gives_way_to_one_whose_can():
    policy = Policy(
        id="p",
        permissions=(
            Permission(forms=("full",), duties=("keep_tracker",)),
            Permission(forms=("full",), duties=("link", "statement", "verbatim")),
        ),
    )

    decision = decide(an_entry(), Output(id="out"), rules_with(policy), NOON)

    assert decision.form is Form.FULL
    assert "statement:news" in decision.duties
    assert "keep_tracker:news" not in decision.duties


COUNTER = "https://news.example/c.gif"


@pytest.mark.parametrize(
    ("counter", "trackers", "form", "why"),
    [
        pytest.param(COUNTER, "keep", Form.FULL, None, id="kept"),
        pytest.param("https://count.news.example/7", "keep", Form.FULL, None, id="subdomain"),
        pytest.param(
            "https://network.example/c.gif",
            "keep",
            Form.LINK,
            "News requires its page counter; the text we hold has none.",
            id="of-somebody-else",
        ),
        pytest.param(
            None,
            "keep",
            Form.LINK,
            "News requires its page counter; the text we hold has none.",
            id="the-text-has-none",
        ),
        pytest.param(
            COUNTER,
            "strip",
            Form.LINK,
            "News requires its page counter; this output removes trackers.",
            id="removed",
        ),
    ],
)
def test_page_counter_is_kept_or_the_form_is_closed(counter, trackers, form, why):
    policy = Policy(id="p", permissions=(Permission(forms=("full",), duties=("keep_tracker",)),))
    output = Output(id="out", trackers=trackers)

    found = (Evidence(fact="counter", value=counter),) if counter else ()
    decision = decide(an_entry(evidence=found), output, rules_with(policy), NOON)

    assert decision.acknowledgement.counters == ((counter,) if form is Form.FULL else ())
    told = [explain_reason(r) for r in decision.reasons if r.code == "TRACKER_REQUIRED"]
    assert (decision.form, told) == (form, [why] if why else [])


def test_media_go_where_a_permission_alone_asks_for_it():
    asked = Permission(forms=("full",), duties=("strip_media",))
    policy = Policy(id="p", media="include", permissions=(asked,))

    decision = decide(an_entry(), Output(id="out"), rules_with(policy), NOON)

    assert decision.strip_media


def test_adaptation_names_its_licence_even_where_no_notice_is_asked_for():
    policy = Policy(
        id="p", title="Alike", permissions=(Permission(forms=("full",), adapt="share_alike"),)
    )
    output = Output(id="out", transforms=("translate",))

    decision = decide(an_entry(), output, rules_with(policy), NOON)

    assert "share_alike:p" in decision.duties
    assert [licence.title for licence in decision.acknowledgement.licences] == ["Alike"]


def test_link_may_have_duties_of_its_own():
    policy = Policy(
        id="p", permissions=(Permission(forms=("link",), duties=("statement",)),), otherwise="link"
    )

    decision = decide(an_entry(), Output(id="out"), rules_with(policy), NOON)

    assert decision.form is Form.LINK
    assert "statement:news" in decision.duties


@pytest.mark.parametrize(
    ("fields", "marker"),
    [
        pytest.param({"authors": (Person(name="AFP"),)}, "AFP", id="author"),
        pytest.param({"evidence": (Evidence(fact="byline", value="afp"),)}, "AFP", id="byline"),
        pytest.param({"categories": ("WIRE",)}, "Wire", id="category"),
    ],
)
def test_agency_copy_is_excluded_by_name(fields, marker):
    policy = Policy(
        id="p",
        permissions=(Permission(forms=("full",)),),
        excludes=Excludes(bylines=("AFP",), categories=("Wire",)),
    )

    decision = decide(an_entry(**fields), Output(id="out"), rules_with(policy), NOON)

    assert decision.form is Form.LINK
    assert [r.fields["marker"] for r in decision.reasons if r.code == "EXCLUDED_BY_POLICY"] == [
        marker
    ]


def test_duty_that_does_not_exist_is_an_error_not_a_silence():
    policy = Policy(id="p", permissions=(Permission(forms=("full",), duties=("smile",)),))

    with pytest.raises(ValueError, match="there is no duty 'smile'"):
        decide(an_entry(), Output(id="out"), rules_with(policy), NOON)


# --- reasons -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_sentence(code):
    assert explain_reason(Reason(code=code)).endswith(".")
    assert "{" not in explain_reason(Reason(code=code))


def test_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        explain_reason(Reason(code="BECAUSE"))


def test_telling_reason_comes_first():
    every = [Reason(code=code) for code in sorted(CODES)]

    assert in_order(every, Form.LINK)[0].code == NEGATIVE[0]
    assert in_order(every, Form.FULL)[0].code == "EXCEPTION_RELIED_ON"
    assert {reason.code for reason in in_order(every * 2, Form.FULL)} == {*POSITIVE, *NEGATIVE}
    assert len(in_order(every * 2, Form.FULL)) == len(CODES)
