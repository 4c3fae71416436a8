"""Asking why, and what if: over a real store, through the command line."""

import json

import pytest
from click.testing import CliRunner

from syndicator.cli import main
from tests.web import Web, rss, rss_item

NOON = {"SOURCE_DATE_EPOCH": "1795435200"}
"""2026-11-23, 12:00 UTC."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory, commands):
    """A site with one article under a licence for the community, and one to be picked."""
    from tests.journeys.conftest import Site  # noqa: PLC0415 - one site for all, not one a test

    with Web() as web:
        site = Site(root=tmp_path_factory.mktemp("asked"), web=web, commands=commands)
        web.put("/feed", rss(rss_item(1)))
        web.put("/choose", rss(rss_item(7, site="https://choosy.example")))
        site.configure(
            publishers={
                "news": {"name": "The News", "policy": "cc-by-nc-4.0", "domains": ["news.example"]},
                "choose": {"name": "Choosy", "policy": "choosy", "domains": ["choosy.example"]},
            },
            policies={
                "choosy": {
                    "permissions": [
                        {
                            "forms": ["full"],
                            "when": {"selection": "individual", "not_after": "P90D"},
                            "duties": ["link"],
                        }
                    ]
                }
            },
            sources=[
                {"id": "news", "feed": f"{web.url}/feed", "publisher": "news"},
                {"id": "choose", "feed": f"{web.url}/choose", "publisher": "choose"},
            ],
            rights={"quotation": {"max_share": 1}},
            outputs=[{"id": "main"}, {"id": "shop", "channel": "commercial", "ads": "page"}],
            grants=[
                {
                    "id": "news-shop",
                    "grantor": "news",
                    "reference": "letter",
                    "from": "2027-01-01",
                    "until": "2028-01-01",
                    "forms": ["full"],
                    "duties": ["link"],
                }
            ],
        )
        site.once(**NOON)
        yield site


def told_by(site, *arguments):
    """Run a command in this very process: these only read, and starting one takes a second."""
    env = NOON | {"SYNDICATOR_CONFIG": str(site.root / "config")}
    return CliRunner().invoke(main, arguments, env=env)


def what_if(site, *arguments):
    done = told_by(site, "what-if", *arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_explain_shows_hops_by_forms_reasons_remedies_and_duties(asked):
    text = told_by(asked, "explain", "https://news.example/1", "--output", "shop").stdout

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "party role policy found by full excerpt link" in lines
    assert "news origin cc-by-nc-4.0 domain - yes yes" in lines
    assert "left by all, and the limits - yes yes" in lines
    assert (
        "CHANNEL_NOT_PERMITTED [full]: The News permits community, this output is commercial."
        in lines
    )
    assert "to open full: Nothing to do: it opens by itself on 2027-01-01." in lines
    assert any(line.startswith("owed: credit_author, credit_source:news") for line in lines)
    assert "to be decided again at 2027-01-01T00:00:00Z" in lines


@pytest.mark.parametrize("article", ["", " "])
def test_a_blank_is_part_of_every_title_and_names_none(asked, article):
    done = told_by(asked, "explain", article)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "nothing in the store matches" in done.stderr


def test_explain_in_json_has_the_table_and_the_remedies(asked):
    (told,) = json.loads(told_by(asked, "explain", "https://news.example/1", "--json").stdout)

    shop = told["outputs"][1]
    assert shop["hops"] == [
        {
            "party": "news",
            "role": "origin",
            "policy": "cc-by-nc-4.0",
            "why": "domain",
            "forms": ["excerpt", "link"],
        }
    ]
    assert shop["permitted"] == ["excerpt", "link"]
    assert shop["remedies"] == [{"form": "full", "steps": [], "opens_at": "2027-01-01T00:00:00Z"}]


@pytest.mark.parametrize(
    ("arguments", "before", "after"),
    [
        pytest.param(["--channel", "commercial"], "full", "excerpt", id="channel"),
        pytest.param(["--policy", "news=cc-by-nd-4.0"], "full", "full", id="policy"),
        pytest.param(["--policy", "news=all-rights-reserved"], "full", "excerpt", id="reserved"),
        pytest.param(["--max-form", "link"], "full", "link", id="limit"),
        pytest.param(["--transform", "translate"], "full", "full", id="translated"),
        pytest.param(["--channel", "print", "--at", "2027-02-01"], "full", "full", id="granted"),
        pytest.param(["--channel", "print", "--at", "2028-02-01"], "full", "excerpt", id="ended"),
    ],
)
def test_what_if_decides_again_with_something_changed(asked, arguments, before, after):
    (told,) = what_if(asked, "https://news.example/1", "--output", "main", *arguments)

    assert (told["before"]["form"], told["after"]["form"]) == (before, after)


def test_what_if_goes_through_all_outputs(asked):
    told = what_if(asked, "https://news.example/1", "--policy", "news=cc-by-4.0")

    assert [(t["output"], t["before"]["form"], t["after"]["form"]) for t in told] == [
        ("main", "full", "full"),
        ("shop", "excerpt", "full"),
    ]
    assert told[1]["duties_dropped"] == ["mark_excerpt"]
    assert "licence_notice:cc-by-4.0" in told[1]["duties_added"]


def test_what_if_names_what_is_gained_and_what_is_lost(asked):
    text = told_by(
        asked,
        "what-if",
        "https://news.example/1",
        "--output",
        "main",
        "--channel",
        "commercial",
    ).stdout

    assert "  full -> excerpt\n" in text
    assert "    + CHANNEL_NOT_PERMITTED [full]: The News permits community" in text
    assert "    - LICENSED [full]: The News licensed it: CC BY-NC 4.0." in text
    assert "    - owed: licence_notice:cc-by-nc-4.0" in text
    assert "    + owed: mark_excerpt" in text


def test_what_if_an_editor_picked_it_and_then_the_window_closed(asked):
    where = ["Item 7", "--output", "main"]

    (picked,) = what_if(asked, *where, "--picked")
    (late,) = what_if(asked, *where, "--picked", "--at", "2030-01-01T06:00:00+02:00")

    assert picked["before"]["form"] == "link"
    assert picked["reasons_dropped"][0] == "SELECTION_REQUIRED"
    assert picked["after"]["form"] == "full"
    assert "WINDOW_CLOSED" in late["reasons_added"]


def test_what_if_nothing_is_changed_says_so_and_publishes_nothing(asked):
    before = asked.files()

    text = told_by(asked, "what-if", "https://news.example/1", "--output", "main").stdout

    assert "full, as now; nothing would change" in text
    assert asked.files() == before


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        pytest.param(["Item 1", "--policy", "news=cc-by-5.0"], "no policy 'cc-by-5.0'", 2, id="p"),
        pytest.param(["Item 1", "--policy", "news"], "write PARTY=POLICY", 2, id="no-pair"),
        pytest.param(["Item 1", "--at", "tomorrow"], "'tomorrow' is no date", 2, id="date"),
        pytest.param(["Item 1", "--output", "none"], "no output 'none'", 2, id="output"),
        pytest.param(["No such item"], "nothing in the store matches", 1, id="nothing"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, arguments, said, code):
    done = told_by(asked, "what-if", *arguments)

    assert done.exit_code == code
    assert said in done.stderr


def test_policies_and_grants_are_exported_as_odrl(asked):
    document = json.loads(told_by(asked, "rights", "export", "--odrl").stdout)

    kinds = [(node["@type"], node["uid"].rsplit("/", 1)[1]) for node in document["@graph"]]
    assert kinds == [("Offer", "choose"), ("Offer", "news"), ("Agreement", "news-shop")]


def test_decisions_are_exported_as_sets_of_odrl(asked):
    article = "https://news.example/1"
    document = json.loads(told_by(asked, "rights", "export", "--odrl", article).stdout)

    main, shop = document["@graph"]
    assert main["@type"] == "Set"
    (allowed,) = main["permission"]
    assert allowed["action"] == ["reproduce", "distribute"]
    assert allowed["target"] == article
    assert {"action": "cc:Notice", "syn:as": "licence_notice:cc-by-nc-4.0"} in allowed["duty"]
    assert "https://news.example/" in [duty.get("attributedParty") for duty in allowed["duty"]]
    assert main["dcterms:identifier"].startswith("sha256:")
    assert shop["prohibition"][0] == {"target": article, "action": ["reproduce"]}


def test_set_of_one_output_alone(asked):
    where = ["--odrl", "Item 7", "--output", "main"]
    document = json.loads(told_by(asked, "rights", "export", *where).stdout)

    (only,) = document["@graph"]
    assert "permission" not in only
    assert only["prohibition"][0]["action"] == ["reproduce", "extract"]
    assert "SELECTION_REQUIRED" in only["syn:reason"]


def test_output_without_an_article_is_no_export(asked):
    done = told_by(asked, "rights", "export", "--odrl", "--output", "main")

    assert (done.exit_code, "goes with an ARTICLE" in done.stderr) == (2, True)


def test_explain_sees_what_an_editor_picked(asked):
    where = ["Item 7", "--output", "main"]
    told_by(asked, "pick", "add", *where, "--by", "editor")

    (picked,) = json.loads(told_by(asked, "explain", *where, "--json").stdout)
    told_by(asked, "pick", "withdraw", *where, "--by", "editor")
    (withdrawn,) = json.loads(told_by(asked, "explain", *where, "--json").stdout)

    assert [output["form"] for output in picked["outputs"]] == ["full"]
    assert [output["form"] for output in withdrawn["outputs"]] == ["link"]
