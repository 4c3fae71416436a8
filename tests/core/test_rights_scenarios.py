"""The scenario files say what the rules say; the runner says what is wrong with a file."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from syndicator.cli import main
from syndicator.errors import ConfigError
from syndicator.rights.duty_names import DUTIES
from syndicator.rights.reasons import CODES
from syndicator.rights.scenarios import run_scenarios

HERE = Path(__file__).parents[1] / "rights"
FILES = sorted(HERE.glob("*.yaml"))
SHARED = Path(__file__).parents[3] / "shared" / "design" / "rights-examples.yaml"


def report_of(path):
    return run_scenarios(yaml.safe_load(path.read_text("utf-8")), name=path.name)


def results():
    return [pytest.param(case, id=f"{p.stem}-{case.id}") for p in FILES for case in report_of(p)]


ALL = results()


@pytest.mark.parametrize("case", ALL)
def test_case_comes_out_as_the_rules_say(case):
    assert case.ok, f"{case.title}: {case.form}; {case.reasons}; {case.duties}; {case.expected}"


def test_every_reason_code_is_expected_somewhere():
    expected = Counter(
        code
        for param in ALL
        for code in (
            param.values[0].expected.get("reason"),
            *param.values[0].expected.get("reasons", ()),
        )
    )

    assert CODES - set(expected) == set()


def test_every_duty_is_expected_somewhere():
    expected = {
        duty.partition(":")[0]
        for param in ALL
        for duty in param.values[0].expected.get("duties", ())
    }

    assert DUTIES - expected == set()


@pytest.mark.skipif(not SHARED.exists(), reason="the design is not beside this tree")
def test_examples_of_the_design_pass():
    report = report_of(SHARED)

    assert [case.id for case in report if not case.ok] == []


def a_document(**fields):
    return {
        "version": 1,
        "fixtures": {
            "now": "2026-11-23T12:00:00Z",
            "publishers": {"elm": {"policy": "cc-by-4.0", "domains": ["elm.example"]}},
            "outputs": {"village": {"channel": "community"}},
        },
        "cases": [a_case()],
    } | fields


def a_case(**fields):
    return {
        "id": "X1",
        "source": {"party": "elm"},
        "item": {"url": "https://elm.example/1"},
        "output": "village",
        "expect": {"form": "full", "reason": "LICENSED"},
    } | fields


def stating(scheme, value):
    statement = {"scheme": scheme, "value": value}
    return {"url": "https://elm.example/1", "statements": [statement]}


def fixtures_with(**fields):
    return {"fixtures": a_document()["fixtures"] | fields}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param(None, "is a mapping", id="empty"),
        pytest.param([1], "is a mapping", id="list"),
        pytest.param(a_document(version=2), "version", id="version"),
        pytest.param(a_document(cases={"a": 1}), "cases", id="cases-are-no-list"),
        pytest.param(a_document(cases=[{"id": "X1"}]), "X1.source", id="key-missing"),
        pytest.param(a_document(cases=[5]), "cases.0", id="case-is-no-mapping"),
        pytest.param(a_document(case=[]), "case", id="unknown-key"),
        pytest.param(
            a_document(cases=[a_case(source={"party": "elm", "trsut": "all"})]),
            "X1.source.trsut",
            id="unknown-key-in-a-case",
        ),
        pytest.param(
            a_document(cases=[a_case(expect={"form": "fulll"})]), "X1.expect.form", id="form"
        ),
        pytest.param(
            a_document(cases=[a_case(expect={"form": "full", "reason": "BECAUSE"})]),
            "X1: expect: there is no reason 'BECAUSE'",
            id="reason",
        ),
        pytest.param(
            a_document(cases=[a_case(expect={"form": "full", "duties": ["smile"]})]),
            "X1: expect.duties: there is no duty 'smile'",
            id="duty",
        ),
        pytest.param(a_document(cases=[a_case(output="town")]), "X1: output: 'town'", id="output"),
        pytest.param(
            a_document(cases=[a_case(output={"base": "village", "chanel": "print"})]),
            "X1: output: chanel",
            id="key-of-a-changed-output",
        ),
        pytest.param(
            a_document(cases=[a_case(house={"quotation": {"max_word": 1}})]),
            "X1: house: quotation.max_word",
            id="key-of-a-changed-house",
        ),
        pytest.param(
            a_document(cases=[a_case(item={"override": {"orign": "elm"}})]),
            "X1: override: orign",
            id="key-of-an-override",
        ),
        pytest.param(a_document(cases=[a_case(grants=["g"])]), "X1: grants: 'g'", id="grant"),
        pytest.param(
            a_document(cases=[a_case(item=stating("rsl", {"permits_user": ["education"]}))]),
            "X1: item.statements: RSL has no term 'permits_user'",
            id="term-of-rsl",
        ),
        pytest.param(
            a_document(cases=[a_case(item=stating("rsl", {"permits": {"users": ["personal"]}}))]),
            "RSL has no term 'permits.users'",
            id="kind-of-a-term-of-rsl",
        ),
        pytest.param(
            a_document(cases=[a_case(item=stating("fac", "denied"))]),
            'fac says "allow" or "deny", not \'denied\'',
            id="word-of-fac",
        ),
        pytest.param(
            a_document(cases=[a_case(item=stating("license", {"prohibits": ["all"]}))]),
            "only rsl has terms",
            id="terms-of-another-vocabulary",
        ),
        pytest.param(a_document(cases=[a_case(), a_case()]), "given twice", id="id-twice"),
        pytest.param(
            a_document(cases=[a_case(source={"party": "elm", "policy": "none-such"})]),
            "X1: source.policy: there is no policy 'none-such'",
            id="policy-of-a-source",
        ),
        pytest.param(
            a_document(**fixtures_with(publishers={"elm": {"policy": "none-such"}})),
            "publishers.elm.policy: there is no policy 'none-such'",
            id="policy-of-a-publisher",
        ),
        pytest.param(
            a_document(**fixtures_with(policies={"p": {"copyright_template": "{who}"}})),
            "policies.p.copyright_template",
            id="template",
        ),
        pytest.param(
            a_document(
                **fixtures_with(
                    policies={"p": {"permissions": [{"forms": ["full"], "duties": ["x"]}]}}
                )
            ),
            "policies.p: there is no duty 'x'",
            id="duty-of-a-policy",
        ),
        pytest.param(
            a_document(
                clusters=[
                    {
                        "id": "Y1",
                        "output": "village",
                        "copies": {"a": "X9"},
                        "expect": {"form": "full"},
                    }
                ]
            ),
            "Y1: copies.a: no case 'X9'",
            id="copy-of-a-cluster",
        ),
        pytest.param(
            a_document(
                clusters=[
                    {"id": "Y1", "output": "village", "copies": {}, "expect": {"form": "full"}}
                ]
            ),
            "Y1: copies: there are none",
            id="cluster-without-copies",
        ),
    ],
)
def test_mistake_is_named_with_file_case_and_key(document, said):
    with pytest.raises(ConfigError) as caught:
        run_scenarios(document, name="mine.yaml")

    assert all(mistake.startswith("mine.yaml: ") for mistake in caught.value.mistakes)
    assert said in "\n".join(caught.value.mistakes)


def written(tmp_path, document):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    return str(path)


def test_json_report_has_the_promised_shape(tmp_path):
    failing = a_case(id="X2", expect={"form": "link"})
    path = written(tmp_path, a_document(cases=[a_case(), failing]))

    result = CliRunner().invoke(main, ["rights", "test", path, "--json"])

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert {key: told[key] for key in ("passed", "failed")} == {"passed": 1, "failed": 1}
    assert [set(case) for case in told["cases"]] == [
        {"id", "ok", "form", "reasons", "duties", "expected"}
    ] * 2
    assert told["cases"][1]["expected"] == {"form": "link"}
    assert told["cases"][1]["form"] == "full"


def test_all_well_is_exit_code_nought_over_several_files(tmp_path):
    path = written(tmp_path, a_document())

    result = CliRunner().invoke(main, ["rights", "test", path, path])

    assert (result.exit_code, result.stdout) == (0, "2 passed, 0 failed\n")


def test_failed_case_is_told_with_what_came_out_and_why(tmp_path):
    path = written(
        tmp_path, a_document(cases=[a_case(title="Elm, whole", expect={"form": "link"})])
    )

    result = CliRunner().invoke(main, ["rights", "test", path])

    assert "X1 Elm, whole" in result.stdout
    assert "form: expected link, got full" in result.stdout
    assert "because: LICENSED [full]: elm licensed it: CC BY 4.0." in result.stdout


def test_mistake_is_told_with_its_line_in_words_of_ours(tmp_path):
    document = a_document(cases=[a_case(itm={}, expect={"form": "fulll"})])
    path = written(tmp_path, document)
    lines = (tmp_path / "mine.yaml").read_text("utf-8").splitlines()

    result = CliRunner().invoke(main, ["rights", "test", path])

    key = next(n for n, line in enumerate(lines, 1) if "itm:" in line)
    assert f"{path}:{key}: X1.itm: unknown key" in result.stderr
    wanted = 'must be "full", "excerpt", "link" or "withheld", not \'fulll\''
    assert f"X1.expect.form: {wanted}" in result.stderr
    assert result.stderr.endswith("2 mistakes.\n")


@pytest.mark.parametrize("text", ["a: [b", "a: 1\na: 2\n", "\x00", "? {a: 1}\n: b\n"])
def test_unreadable_file_is_a_plain_message(tmp_path, text):
    path = tmp_path / "broken.yaml"
    path.write_text(text, "utf-8")

    result = CliRunner().invoke(main, ["rights", "test", str(path)])

    assert result.exit_code == 2
    assert "broken.yaml" in result.stderr


def test_the_example_of_the_documentation_passes():
    text = (Path(__file__).parents[2] / "docs" / "rights.md").read_text("utf-8")
    (example,) = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "cases:" in b]

    report = run_scenarios(yaml.safe_load(example), name="docs/rights.md")

    assert (report.passed, report.failed) == (2, 0)
