"""What statements amount to, through whose hands a copy came, and ODRL of the rules."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.feed import Statement
from syndicator.model.rights import (
    Disregard,
    Evidence,
    Form,
    Grant,
    House,
    Override,
    OverrideOrigin,
    Permission,
    Policy,
    Prohibition,
    Publisher,
    RightsRules,
    Scope,
    SourceTerms,
    When,
)
from syndicator.model.settings import Output
from syndicator.rights import decide
from syndicator.rights.builtin import BUILTIN
from syndicator.rights.bylines import copyright_holder
from syndicator.rights.chain import UNKNOWN_PARTY, build_chain
from syndicator.rights.claims import access_of, is_meant, policy_of_words, read_statement
from syndicator.rights.odrl import odrl_document
from syndicator.rights.parties import compile_rules
from syndicator.rights.rsl import read_rsl
from tests.builders import NOON, an_entry

CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        pytest.param(f"{CC}/licenses/by/4.0/", "cc-by-4.0", id="address"),
        pytest.param("http://www.creativecommons.org/licenses/by-sa/2.5", "cc-by-sa-2.5", id="old"),
        pytest.param(f"{CC}/licenses/by-nc-nd/3.0/de/", "cc-by-nc-nd-3.0", id="port"),
        pytest.param(f"{CC}/licenses/by-nd-nc/1.0/", "cc-by-nc-nd-1.0", id="elements-turned"),
        pytest.param(f"{CC}/licenses/by-nd/9.9/", "cc-by-nd", id="version-unknown"),
        pytest.param(f"{CC}/licenses/sampling+/1.0/", "cc-by-nc-nd", id="retired"),
        pytest.param(f"{CC}/publicdomain/zero/1.0/", "cc0-1.0", id="zero"),
        pytest.param(f"{CC}/publicdomain/mark/1.0/", "public-domain", id="mark"),
        pytest.param("Licensed under CC BY-NC 4.0", "cc-by-nc-4.0", id="words"),
        pytest.param("cc by nc sa", "cc-by-nc-sa", id="words-without-version"),
        pytest.param("CC0", "cc0-1.0", id="zero-in-words"),
        pytest.param(f"{CC}//licenses/by%2Dnc/4.0/", "cc-by-nc-4.0", id="written-oddly"),
        pytest.param(f"{CC}/licenses/by_nc/4.0/", "cc-by-nc-nd", id="code-of-no-licence"),
        pytest.param(f"{CC}.evil.example/licenses/by/4.0/", None, id="host-that-begins-so"),
        pytest.param("https://notcreativecommons.org/licenses/by/4.0/", None, id="host-ends-so"),
        pytest.param("https://a.example/creativecommons.org/licenses/by/4.0/", None, id="path"),
        pytest.param("https://creativecommons.org@a.example/licenses/by/4.0", None, id="user"),
        pytest.param(
            "Creative Commons Attribution-NonCommercial 4.0 International License",
            "cc-by-nc-4.0",
            id="name-in-full",
        ),
        pytest.param("Attribution-NonCommercial-NoDerivs", "cc-by-nc-nd", id="full-no-version"),
        pytest.param("Attribution-ShareAlike 3.0 Unported", "cc-by-sa-3.0", id="share-alike"),
        pytest.param("Please use the attribution below.", None, id="attribution-is-no-licence"),
        pytest.param("Creative Commons requires attribution.", None, id="a-sentence-is-no-name"),
        pytest.param("Creative Commons Attribution 4.0 International", "cc-by-4.0", id="by"),
        pytest.param("Creative Commons License: Attribution", "cc-by", id="by-no-version"),
        pytest.param("Creative Commons Attribution 2.0.1", "cc-by", id="by-odd-version"),
        pytest.param(
            "Creative Commons Attribution 4.0. Non-commercial use.", "cc-by-nc-4.0", id="in-words"
        ),
        pytest.param("Creative Commons Attribution Non Commercial 3.0", "cc-by-nc-3.0", id="apart"),
        pytest.param(
            "Creative Commons Attribution - Pas d’Utilisation Commerciale - Pas de Modification 4.0",
            "cc-by-nc-nd-4.0",
            id="full-fr",
        ),
        pytest.param(
            "Creative Commons Lizenz Namensnennung - Nicht kommerziell - Keine Bearbeitungen 4.0",
            "cc-by-nc-nd-4.0",
            id="full-de",
        ),
        pytest.param(
            "Creative Commons Reconocimiento-NoComercial-CompartirIgual 4.0",
            "cc-by-nc-sa-4.0",
            id="full-es",
        ),
        pytest.param(
            "رخصة Creative Commons نسب المصنف - غير تجاري 4.0", "cc-by-nc-4.0", id="full-ar"
        ),
        pytest.param("http://rightsstatements.org/vocab/InC/1.0/", "all-rights-reserved", id="inc"),
        pytest.param("http://rightsstatements.org/vocab/NKC/1.0/", "public-domain", id="nkc"),
        pytest.param("http://rightsstatements.org/vocab/CNE/1.0/", "unknown", id="not-evaluated"),
        pytest.param("© 2026 A. All Rights Reserved.", "all-rights-reserved", id="reserved"),
        pytest.param("Alle Rechte vorbehalten", "all-rights-reserved", id="reserved-de"),
        pytest.param("جميع الحقوق محفوظة", "all-rights-reserved", id="reserved-ar"),
        pytest.param(
            "This material may not be published, broadcast, rewritten or redistributed.",
            "all-rights-reserved",
            id="agency-sentence",
        ),
        pytest.param("CC BY 4.0, all rights reserved", "all-rights-reserved", id="both-is-strict"),
        pytest.param("Copyright © 2026 The Paper", None, id="bare-line"),
        pytest.param("by 4.0", None, id="no-licence"),
        pytest.param("", None, id="empty"),
    ],
)
def test_policy_that_words_stand_for(words, policy):
    found = policy_of_words(words, BUILTIN.get)

    assert (found and found.id) == policy


@pytest.mark.parametrize(
    "words",
    [
        "Do not republish.",
        "No part of this site may be used or reproduced without permission.",
        "For personal, non-commercial use only.",
        "Reproduction in whole or in part without permission is strictly prohibited",
        "No syndication",
        "Reproduction, même partielle, interdite",
        "Nachdruck, auch auszugsweise, nur mit Genehmigung der Redaktion",
        "Queda prohibida la reproducción total o parcial",
        "Vietata la riproduzione",
        "É proibida a reprodução",
        "يمنع إعادة نشر المواد دون إذن",
        "لا يجوز نسخ أي جزء",
        "All rights\u200b reserved",
    ],
)
def test_words_that_reserve(words):
    read = policy_of_words(words, BUILTIN.get)

    assert read is not None
    assert read.id == "all-rights-reserved"


@pytest.mark.parametrize(
    "words",
    [
        "Reproduction is permitted with a link.",
        "May not be used to train AI models.",
        "This work may be reproduced with attribution.",
        "© 2026 The Copy Press",
        "Nachdruck erlaubt",
        "Droits de reproduction : écrire à la rédaction",
    ],
)
def test_words_that_reserve_nothing(words):
    assert policy_of_words(words, BUILTIN.get) is None


def test_port_of_a_licence_keeps_its_own_address():
    found = policy_of_words(f"{CC}/licenses/by/3.0/au/deed.en", BUILTIN.get)

    assert (found.id, found.text_url) == ("cc-by-3.0", f"{CC}/licenses/by/3.0/au/")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        pytest.param({"prohibits": "all"}, (("link",), "", True), id="all"),
        pytest.param({"prohibits": ["ai-train"]}, (None, "", True), id="training"),
        pytest.param({"prohibits": "train-ai, ai-index"}, (None, "", True), id="older-spelling"),
        pytest.param({"prohibits": ["search"]}, (None, "", False), id="search"),
        pytest.param({"payment": "purchase"}, (("link",), "purchase", False), id="purchase"),
        pytest.param({"payment": "crawl"}, (("link",), "crawl", False), id="crawl"),
        pytest.param({"payment": {"type": "attribution"}}, (None, "", False), id="attribution"),
        pytest.param({"payment": "training"}, (None, "", True), id="pay-for-training"),
        pytest.param({"payment": "use"}, (None, "", True), id="pay-for-use-by-machines"),
        pytest.param({"permits": {"user": ["commercial"]}}, (None, "", False), id="commercial"),
        pytest.param(
            {"permits": {"user": "education government"}},
            (("community",), "", False),
            id="not-commercial",
        ),
        pytest.param(
            {"prohibits": {"user": ["commercial"]}}, (("community",), "", False), id="barred-user"
        ),
        pytest.param({}, (None, "", False), id="nothing"),
        pytest.param({"permits": 7, "prohibits": None}, (None, "", False), id="nonsense"),
    ],
)
def test_rsl_terms_become_channels_payment_and_ai_reserve(terms, expected):
    read = read_rsl(terms)

    said = None
    if read.policy is not None:
        rules = read.policy.permissions
        said = rules[0].when.channel if rules else ("link",)
        assert read.policy.otherwise == "link"
    assert (said, read.payment, read.ai_reserve) == expected


def test_rsl_countries_become_territories():
    permits, prohibits = (
        read_rsl({kind: {"geo": "ca,fr"}}).policy.permissions[0].when
        for kind in ("permits", "prohibits")
    )

    assert (permits.territory, permits.territory_not) == (("CA", "FR"), None)
    assert (prohibits.territory, prohibits.territory_not) == (None, ("CA", "FR"))


@pytest.mark.parametrize("cased", [str, str.upper], ids=["as-written", "capitals"])
@pytest.mark.parametrize(
    "line",
    [
        "All rights reserved", "All other rights are reserved", "Alle Rechte vorbehalten",
        "Tous droits réservés", "Tous droits re\u0301serve\u0301s", "Todos los derechos reservados",
        "Tutti i diritti riservati", "Riproduzione riservata", "Todos os direitos reservados",
        "Tots els drets reservats", "Alle rechten voorbehouden", "Alla rättigheter förbehållna",
        "Alle rettigheder forbeholdes", "Alle rettigheter reservert", "Kaikki oikeudet pidätetään",
        "Všechna práva vyhrazena", "Všetky práva vyhradené", "Wszelkie prawa zastrzeżone",
        "Minden jog fenntartva", "Toate drepturile rezervate", "Всички права запазени",
        "Все права защищены", "Всі права захищено", "Sva prava pridržana", "Vse pravice pridržane",
        "Visos teisės saugomos", "Visas tiesības aizsargātas", "Kõik õigused kaitstud",
        "Με επιφύλαξη παντός δικαιώματος", "Tüm hakları saklıdır", "Her hakkı saklıdır",
        "جميع الحقوق محفوظة", "كل الحقوق محفوظة", "تمامی حقوق این سایت محفوظ است",
        "جملہ حقوق محفوظ ہیں", "כל הזכויות שמורות", "सर्वाधिकार सुरक्षित", "সর্বস্বত্ব সংরক্ষিত",
        "版权所有", "版權所有", "保留所有权利", "保留一切權利", "未经授权不得转载", "無断転載を禁じます", "転載禁止",
        "모든 권리 보유", "무단 전재 및 재배포 금지", "Bảo lưu mọi quyền", "Hak cipta dilindungi",
        "สงวนลิขสิทธิ์", "Haki zote zimehifadhiwa",
    ],
)  # fmt: skip
def test_reservation_in_any_language(line, cased):
    said = cased(f"© 2026 Ada. {line}.")

    assert policy_of_words(said, BUILTIN.get).id == "all-rights-reserved"
    assert copyright_holder(said) in {"Ada", "ADA"}


@pytest.mark.parametrize(
    "line",
    [
        "© 2026 Ada",
        "© Los Derechos Films 2026",
        "© Human Rights House",
        "© 2026 حقوق الإنسان",
        "© 2026 保留",
        "© 2026 Tous droits devant",
    ],
)
def test_name_that_speaks_of_rights_reserves_none(line):
    assert policy_of_words(line, BUILTIN.get) is None


@pytest.mark.parametrize(
    ("scheme", "value", "reserved"),
    [
        ("tdm-reservation", "1", True),
        ("tdm-reservation", "0", False),
        ("aipref", "train-ai=n", True),
        ("content-signal", "search=yes, ai-train=no", True),
        ("content-signal", "search=yes", False),
    ],
)
def test_reservation_against_machine_use(scheme, value, reserved):
    claim = read_statement(Statement(scheme=scheme, value=value), BUILTIN.get)

    assert (claim is not None and claim.ai_reserve) == reserved
    assert claim is None or claim.policy is None


@pytest.mark.parametrize(
    ("said", "access"),
    [([], None), (["allow"], "allow"), (["deny"], "deny"), (["allow", "deny"], "deny")],
)
def test_access_of_a_feed(said, access):
    assert access_of([Statement(scheme="fac", value=value) for value in said]) == access


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("all-rights-reserved", True),
        ("rss-copyright", True),
        ("RSS-Copyright:all-rights-reserved", True),
        ("All rights reserved", True),
        ("cc-by-4.0", False),
        ("dc-rights", False),
    ],
)
def test_claim_that_an_operator_means(name, meant):
    statement = Statement(scheme="rss-copyright", value="All rights reserved.", scope="feed")

    assert is_meant(read_statement(statement, BUILTIN.get), name, BUILTIN.get) == meant


@given(scheme=st.sampled_from(["rsl", "dc-rights", "atom-license", "tdm"]), value=st.text())
def test_statement_of_any_kind_is_read_without_an_error(scheme, value):
    read_statement(Statement(scheme=scheme, value=value), BUILTIN.get)


def test_disregarded_claim_is_recorded_with_its_note():
    copy = an_entry(rights="© News. All rights reserved.")
    terms = SourceTerms(
        publisher="news", disregard=(Disregard(claim="all rights reserved", note="the footer"),)
    )

    decision = decide(copy, Output(id="out"), rules_for(terms=terms), NOON)

    assert decision.form is Form.FULL
    assert [r.fields["note"] for r in decision.reasons if r.code == "CLAIM_DISREGARDED"] == [
        "the footer"
    ]


# --- the chain ---------------------------------------------------------------------------


def rules_for(terms=None, **fields):
    publishers = {
        "news": Publisher(id="news", name="News", domains=("news.example",), policy="cc-by-4.0"),
        "mill": Publisher(id="mill", name="The Mill", domains=("mill.example",)),
        "weir": Publisher(id="weir", name="Weir", domains=("weir.example",), reprints=True),
        "self": Publisher(id="self", name="Ours", domains=("ours.example",), own=True),
    }
    sources = {"news": terms or SourceTerms(publisher="news")}
    return RightsRules(house=House(), publishers=publishers, policies={}, sources=sources, **fields)


def chain_of(*evidence, carrier="news", override=None, **fields):
    fields.setdefault("url", f"https://{carrier}.example/1")
    copy = an_entry(evidence=tuple(evidence), **fields)
    compiled = compile_rules(rules_for(terms=SourceTerms(publisher=carrier)))
    return build_chain(copy, compiled, override)


def said(fact, value, url=None, *, confidence=0.95, where="text", rule="r"):
    return Evidence(fact=fact, value=value, url=url, where=where, rule=rule, confidence=confidence)


def told(chain):
    return [(hop.party, hop.role) for hop in chain.hops]


@pytest.mark.parametrize(
    ("evidence", "carrier", "expected", "doubt"),
    [
        pytest.param([], "news", [("news", "origin")], "", id="own"),
        pytest.param(
            [],
            "weir",
            [(UNKNOWN_PARTY, "origin"), ("weir", "carrier")],
            "PROVENANCE_UNCERTAIN",
            id="reprints-and-nothing-is-said",
        ),
        pytest.param(
            [said("origin", "Weir")], "weir", [("weir", "origin")], "", id="says-it-is-own"
        ),
        pytest.param(
            [said("origin", "the mill")],
            "news",
            [("mill", "origin"), ("news", "carrier")],
            "",
            id="by-name",
        ),
        pytest.param(
            [said("origin", "whoever", "https://www.mill.example/1")],
            "news",
            [("mill", "origin"), ("news", "carrier")],
            "",
            id="by-address",
        ),
        pytest.param(
            [said("origin", "The Mill", confidence=0.6)],
            "news",
            [(UNKNOWN_PARTY, "origin"), ("mill", "via"), ("news", "carrier")],
            "PROVENANCE_UNCERTAIN",
            id="weak-and-named-stays-for-credit",
        ),
        pytest.param(
            [
                said("origin", "The Mill", confidence=0.77),
                said("origin", "mill.example", confidence=0.7, where="feed"),
            ],
            "news",
            [("mill", "origin"), ("news", "carrier")],
            "",
            id="two-places-agree",
        ),
        pytest.param(
            [said("origin", "The Mill"), said("origin", "Weir", where="feed", confidence=0.7)],
            "news",
            [(UNKNOWN_PARTY, "origin"), ("news", "carrier")],
            "PROVENANCE_CONFLICT",
            id="two-places-contradict",
        ),
        pytest.param(
            [said("origin", "The Mill"), said("origin", "Weir", where="feed", confidence=0.6)],
            "news",
            [("mill", "origin"), ("news", "carrier")],
            "",
            id="a-hint-is-no-contradiction",
        ),
        pytest.param(
            [said("origin", "The Mill"), said("via", "Weir"), said("via", "weir.example")],
            "news",
            [("mill", "origin"), ("weir", "via"), ("news", "carrier")],
            "",
            id="middle-party-once",
        ),
        pytest.param(
            [said("origin", "The Mill", "https://mill.example/1")],
            "self",
            [("mill", "origin")],
            "",
            id="we-are-no-republisher-of-our-own-copy",
        ),
    ],
)
def test_chain_leads_from_the_origin_over_others_to_the_carrier(evidence, carrier, expected, doubt):
    chain = chain_of(*evidence, carrier=carrier)

    assert told(chain) == expected
    assert chain.doubt == doubt


def test_link_into_the_carriers_own_pages_proves_no_origin():
    chain = chain_of(said("origin", "Owl Tribune", "https://news.example/tag/owl"))

    assert [(hop.party, hop.url) for hop in chain.hops] == [
        ("Owl Tribune", None),
        ("news", "https://news.example/1"),
    ]


def test_editor_beats_all_evidence_and_keeps_what_he_left_open():
    override = Override(
        item="x", by="editor", at=date(2026, 11, 23), note="", origin=OverrideOrigin(party="mill")
    )

    chain = chain_of(
        said("origin", "Weir"),
        said("origin", "The Mill", "https://mill.example/1", where="feed"),
        override=override,
    )

    assert [(hop.party, hop.url) for hop in chain.hops] == [
        ("mill", "https://mill.example/1"),
        ("news", "https://news.example/1"),
    ]
    assert chain.doubt == ""


def test_holder_outside_the_chain_restricts_and_is_not_credited():
    rules = replace(
        rules_for(),
        publishers={
            **rules_for().publishers,
            "agency": Publisher(id="agency", name="Agency", policy="all-rights-reserved"),
        },
    )
    copy = an_entry(evidence=(said("byline", "Agency"),), content_html="word " * 900)

    decision = decide(copy, Output(id="out"), rules, NOON)

    assert decision.form is Form.EXCERPT
    assert "credit_source:agency" not in decision.duties
    assert ("ALL_RIGHTS_RESERVED", "agency") in {(r.code, r.hop) for r in decision.reasons}


# --- ODRL --------------------------------------------------------------------------------


def exported():
    policy = Policy(
        id="terms",
        title="House terms",
        text_url="https://mill.example/terms",
        permissions=(
            Permission(
                forms=("full", "excerpt"),
                adapt="share_alike",
                when=When(
                    channel=("community",),
                    purpose=("research",),
                    audience=("subscribers",),
                    territory=("CA",),
                    territory_not=("US",),
                    ads=("none",),
                    paywall=False,
                    selection="individual",
                    not_before=timedelta(days=2),
                    not_after=timedelta(days=90, hours=1),
                ),
                duties=("link", "copyright_notice", "verbatim", "keep_links", "keep_tracker"),
            ),
            Permission(forms=("link",)),
        ),
        prohibitions=(Prohibition(forms=("excerpt",)), Prohibition(forms=("link",))),
    )
    mill = replace(rules_for().publishers["mill"], policy="terms")
    rules = replace(
        rules_for(),
        publishers={**rules_for().publishers, "mill": mill},
        policies={"terms": policy},
        grants=(
            Grant(
                id="letter",
                grantor="mill",
                reference="private",
                starts=date(2026, 1, 1),
                until=date(2026, 12, 31),
                revoked=date(2026, 6, 1),
                forms=("full",),
                scope=Scope(
                    channels=("print",),
                    outputs=("main",),
                    works=("https://mill.example/1",),
                    territory=("CA",),
                ),
                duties=("notify",),
            ),
            Grant(
                id="assessment",
                grantor="house",
                basis="exception",
                parties=("mill",),
                reference="memo",
                starts=date(2026, 1, 1),
                until="never",
                forms=("full",),
            ),
        ),
    )
    return odrl_document(rules, base="https://reader.example")


def node(name):
    (found,) = [n for n in exported()["@graph"] if n["uid"] == f"https://reader.example/{name}"]
    return found


def operands(rule):
    return {
        (c["leftOperand"], c["operator"]): c["rightOperand"] for c in rule.get("constraint", ())
    }


def test_policy_becomes_an_offer_of_its_publisher():
    offer = node("policy/mill")

    (rule,) = offer["permission"]
    assert (offer["@type"], offer["assigner"]) == ("Offer", "https://mill.example/")
    assert offer["conflict"] == "prohibit"
    assert rule["action"] == ["reproduce", "distribute", "extract", "derive", "translate"]
    assert [duty["action"] for duty in rule["duty"]] == [
        "attribute",
        "syn:link",
        "cc:Notice",
        "acceptTracking",
        "cc:ShareAlike",
    ]
    assert operands(rule) == {
        ("deliveryChannel", "isAnyOf"): [{"@id": "syn:community"}],
        ("purpose", "isAnyOf"): [{"@id": "syn:research"}],
        ("recipient", "isAnyOf"): [{"@id": "syn:subscribers"}],
        ("syn:ads", "isAnyOf"): [{"@id": "syn:none"}],
        ("spatial", "isAnyOf"): ["CA"],
        ("spatial", "isNoneOf"): ["US"],
        ("syn:paywall", "eq"): False,
        ("syn:selection", "eq"): {"@id": "syn:individual"},
        ("delayPeriod", "gteq"): {"@value": "P2D", "@type": "xsd:duration"},
        ("elapsedTime", "lt"): {"@value": "P90DT3600S", "@type": "xsd:duration"},
    }
    assert [p["action"] for p in offer["prohibition"]] == [
        ["display"],
        ["modify", "derive"],
        [
            {
                "rdf:value": {"@id": "odrl:modify"},
                "refinement": [
                    {
                        "leftOperand": "syn:part",
                        "operator": "eq",
                        "rightOperand": {"@id": "syn:links"},
                    }
                ],
            }
        ],
        ["extract", "distribute"],
    ]


def test_permission_on_record_becomes_an_agreement_with_us():
    agreement = node("grant/letter")

    (rule,) = agreement["permission"]
    assert (agreement["@type"], agreement["assignee"]) == ("Agreement", "https://reader.example/")
    assert rule["target"] == ["https://mill.example/1"]
    assert rule["duty"][1] == {"action": "inform", "syn:as": "notify:mill"}
    assert [
        c["rightOperand"]["@value"] for c in rule["constraint"] if c["leftOperand"] == "dateTime"
    ] == ["2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00"]


def test_export_shows_neither_exceptions_nor_references():
    text = json.dumps(exported())

    assert "assessment" not in text
    assert "private" not in text


def test_every_prefix_of_the_export_is_declared():
    document = exported()
    text = json.dumps(document["@graph"])

    prefixes = set(re.findall(r'"([a-z]+):(?!//)[A-Za-z]+"', text))
    assert {"syn", "cc", "odrl", "xsd", "rdf", "dcterms"} <= set(document["@context"])
    assert prefixes - {"link", "notify"} <= set(document["@context"])


@pytest.mark.parametrize("term", ["shareAlike", "commercialize", "attachPolicy", "share", "copy"])
def test_terms_that_odrl_gave_up_are_not_used(term):
    assert f'"{term}"' not in json.dumps(exported())


@pytest.mark.parametrize(
    ("policy", "telling"),
    [("cc-by-4.0", "RIGHTS_UNKNOWN"), ("all-rights-reserved", "THIRD_PARTY_MATERIAL")],
    ids=["origin-permits", "origin-does-not"],
)
def test_what_a_republishers_own_terms_close_is_told_as_such(policy, telling):
    rules = RightsRules(
        house=House(),
        publishers={"paper": Publisher(id="paper", name="Paper", policy=policy)},
        policies={},
        sources={"hub": SourceTerms(publisher="hub")},
    )
    origin = Evidence(fact="origin", value="Paper", url="https://paper.example/1", confidence=0.9)
    copy = an_entry(source_id="hub", url="https://hub.example/1", evidence=(origin,))

    decision = decide(copy, Output(id="village"), rules, NOON)

    assert decision.form is Form.LINK
    assert decision.reasons[0].code == telling
