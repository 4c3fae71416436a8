"""An aggregator's item: whose text it probably is, at whose address, told everywhere the same."""

import json
import re
from dataclasses import replace

from lxml import etree

from syndicator.model.rights import Evidence, Form, House, Publisher, RightsRules, SourceTerms
from syndicator.model.settings import Output
from syndicator.render import RENDERERS
from syndicator.rights import decide, fulfil
from tests.builders import NOON, an_entry, an_output_feed

THERE = "https://notes.example/oven"
RULES = RightsRules(
    house=House(),
    publishers={
        "planet": Publisher(
            id="planet", name="Valley Planet", domains=("planet.example",), reprints=True
        )
    },
    policies={},
    sources={"planet": SourceTerms(publisher="planet")},
)
FEED = an_output_feed(base_url="https://reader.example")
ITEM = an_entry(
    source_id="planet",
    url=THERE,
    evidence=(
        Evidence(
            fact="origin", value="Village Notes", url=THERE, where="feed:source", confidence=0.7
        ),
    ),
)


def rendered(copy):
    decision = decide(copy, Output(id="out"), RULES, NOON)
    assert decision.form is Form.LINK
    published = fulfil(copy, decision)
    written = {name: render(FEED, [published], updated=NOON) for name, render in RENDERERS.items()}
    return published, {name: body.decode() for name, body in written.items()}


def test_party_without_a_name_stands_nowhere():
    published, written = rendered(ITEM)

    assert [(hop.role, hop.name) for hop in published.chain] == [
        ("origin", "Village Notes"),
        ("carrier", "Valley Planet"),
    ]
    (item,) = json.loads(written["json"])["items"]
    assert [hop["party"] for hop in item["_syndicator"]["chain"]] == [
        "Village Notes",
        "Valley Planet",
    ]
    page = written["html"]
    found = json.loads(
        re.search(r'<script type="application/ld\+json">({"@con.*?)</script>', page)[1]
    )
    assert found["publisher"]["name"] == "Village Notes"
    assert found["creditText"] == "Village Notes, via Valley Planet"
    assert "Originally published by" in page
    for body in written.values():
        assert "First published by <span" not in body
        assert "credit_source:unknown" not in body


def test_address_of_the_origin_is_none_of_the_carriers():
    published, written = rendered(ITEM)

    assert [hop.url for hop in published.chain] == [THERE, None]
    assert "link:planet" not in published.duties
    assert published.url == THERE
    assert not re.search(r"href=\S+>Valley Planet<", written["html"])


def test_address_in_the_carriers_own_domain_is_its_own():
    here = "https://planet.example/oven"
    evidence = (replace(ITEM.evidence[0], url=here),)

    published, _ = rendered(replace(ITEM, url=here, evidence=evidence))

    assert published.chain[-1].url == here


def test_feeds_tell_form_and_telling_reason_as_the_page_does():
    published, written = rendered(ITEM)

    for name in ("atom", "rss"):
        root = etree.fromstring(written[name].encode())
        (form,) = root.iter("{https://reader.example/ns/syndicator#}form")
        (reason,) = root.iter("{https://reader.example/ns/syndicator#}reason")
        assert form.text == "link"
        assert reason.get("code") == published.reasons[0] == "PROVENANCE_UNCERTAIN"
        assert reason.text == published.why[0]
        assert root.nsmap["syn"] == "https://reader.example/ns/syndicator#"

        silent = RENDERERS[name](FEED, [replace(published, reasons=(), why=())], updated=NOON)
        assert b"<syn:form>link</syn:form>" in silent
        assert b"<syn:reason" not in silent
