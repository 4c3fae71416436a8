"""The founding case in its eight situations: what a subscriber reads in every format.

A page of Global Research that reprints Zero Hedge, in the print layout, with words of our
own; each situation changes what is known or permitted, and nothing else.
"""

import json

import feedparser
import pytest
from lxml import etree

GR = "https://www.globalresearch.ca/iraq-seeks/1"
ZH = "https://www.zerohedge.com/news/2015-12-09/iraq-seeks"
LINE = "Copyright © Zero Hedge, Zero Hedge, 2015"
DISCLAIMER = "Responsibility for the content lies with the author"
USAGE = "publications@globalresearch.ca"
SENTENCES = [
    f"Sentence number {n} tells in words of our own what happened on that day." for n in range(60)
]
ZERO_HEDGE = {
    "name": "Zero Hedge",
    "domains": ["zerohedge.com"],
    "policy": "all-rights-reserved",
}
GRANT = {
    "reference": "mail of 2026-06-01",
    "from": "2026-01-01",
    "until": "2099-01-01",
    "forms": ["full", "excerpt"],
    "duties": ["link", "copyright_notice"],
}
CIRCLE = {"channel": "community", "purpose": ["research", "education"], "audience": "subscribers"}
COMMERCIAL = {"channel": "commercial", "ads": "page"}


def printed(*, carrier_url, origin_url):
    return "\n\n".join(
        [
            f"# [Iraq Seeks To Cancel Security Agreement]({carrier_url or '#'})",
            "By [Zero Hedge](#)",
            "Global Research, December 09, 2015",
            f"[Zero Hedge]({origin_url or '#'}) 9 December 2015",
            "Region: [Middle East & North Africa](#)",
            *SENTENCES,
            f"The original source of this article is [Zero Hedge]({origin_url or '#'})\n{LINE}",
            "**Disclaimer:** The publisher of this page has conditions.",
        ]
    )


@pytest.fixture
def published(site):
    def publish(output, *, carrier_url=GR, origin_url=ZH, described=True, grants=()):
        publishers = {
            "global-research": {
                "name": "Global Research",
                "domains": ["globalresearch.ca"],
                "policy": "global-research",
                "reprints": True,
                "contact": {"usage": f"mailto:{USAGE}"},
            }
        }
        if described:
            publishers["zero-hedge"] = ZERO_HEDGE
        site.configure(
            publishers=publishers, outputs=[{"id": "main", **output}], grants=list(grants)
        )
        text = printed(carrier_url=carrier_url, origin_url=origin_url)
        (site.root / "seeds" / "iraq.txt").write_text(text, "utf-8")
        site.once()
        return site

    return publish


def grant(id_, grantor, **fields):
    return GRANT | {"id": id_, "grantor": grantor} | fields


COMMUNITY = {"channel": "community"}
SITUATIONS = [
    pytest.param(
        COMMUNITY, {"carrier_url": None, "origin_url": None}, "withheld", "LINK_MISSING", (), (),
        id="1-as-found",
    ),
    pytest.param(
        COMMUNITY, {"described": False, "origin_url": None}, "link", "RIGHTS_UNKNOWN", (GR,), (),
        id="2-origin-not-described",
    ),
    pytest.param(
        COMMUNITY, {"origin_url": None}, "excerpt", "ALL_RIGHTS_RESERVED", (GR,),
        (LINE, DISCLAIMER, USAGE), id="3-origin-address-unknown",
    ),
    pytest.param(
        COMMUNITY, {}, "excerpt", "QUOTATION", (GR, ZH), (LINE, DISCLAIMER, USAGE),
        id="4-both-known",
    ),
    pytest.param(
        COMMUNITY, {"grants": [grant("zh", "zero-hedge", scope={"channels": ["community"]})]},
        "full", "GRANTED", (GR, ZH), (LINE, DISCLAIMER, USAGE), id="5-holder-granted",
    ),
    pytest.param(
        CIRCLE,
        {"grants": [grant("fair", "house", basis="exception", parties=["zero-hedge"],
                          jurisdiction="US")]},
        "full", "EXCEPTION_RELIED_ON", (GR, ZH), (LINE, DISCLAIMER, USAGE), id="6-exception",
    ),
    pytest.param(
        COMMERCIAL,
        {"grants": [grant("gr", "global-research", scope={"channels": ["commercial"]})]},
        "excerpt", "GRANTOR_NOT_HOLDER", (GR, ZH), (LINE,), id="7-carrier-granted",
    ),
    pytest.param(
        COMMERCIAL,
        {"grants": [grant("zh", "zero-hedge", scope={"channels": ["commercial"]})]},
        "link", "CHANNEL_NOT_PERMITTED", (GR, ZH), (), id="8-carrier-forbids",
    ),
]  # fmt: skip


def read(site):
    """What each format shows of the one item: (words and links) by format; {} if none."""
    files = site.files()
    atom = feedparser.parse(files["all.atom"]).entries
    rss = feedparser.parse(files["all.rss"]).entries
    items = json.loads(files["all.json"])["items"]
    pages = etree.HTML(files["all.html"].decode()).findall(".//article")
    if not items:
        assert not atom
        assert not rss
        assert not pages
        return {}
    (a,), (r,), (j,), (page,) = atom, rss, items, pages
    body = page.find("div[@class='body']")
    return {
        "atom": a.content[0].value if "content" in a else a.summary,
        "rss": r.content[0].value if "content" in r else r.summary,
        "json": j["content_html"],
        "html": etree.tostring(body, encoding="unicode"),
    }


@pytest.mark.parametrize(("output", "known", "form", "reason", "links", "said"), SITUATIONS)
def test_copy_is_shown_in_the_form_that_its_terms_allow_and_with_what_they_demand(
    published, *, output, known, form, reason, links, said
):
    site = published(output, **known)

    (told,) = json.loads(site.run("explain", "Iraq Seeks", "--json").stdout)
    assert told["outputs"][0]["form"] == form
    assert reason in {r["code"] for r in told["outputs"][0]["reasons"]}
    shown = read(site)
    assert bool(shown) == (form != "withheld")
    for name, text in shown.items():
        words = etree.HTML(text).xpath("string()")
        hrefs = etree.HTML(text).xpath("//a/@href")
        assert "Zero Hedge" in words, name
        assert "Global Research" in words, name
        assert set(links) <= set(hrefs), name
        assert all(line in words for line in said), name
        count = sum(sentence in words for sentence in SENTENCES)
        assert {"full": count == 60, "excerpt": 0 < count < 6, "link": count == 0}[form], name
        assert "Disclaimer:" not in words, name
    assert site.run("audit").returncode == 0
