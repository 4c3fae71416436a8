"""Configuration: the schema, and the files that are shipped."""

import json
import re
from datetime import date

import pytest
import yaml

from syndicator.config import config_schema, load_config
from syndicator.rights.builtin import BUILTIN
from tests.configs import SHIPPED


def test_the_shipped_schema_is_the_printed_one():
    shipped = (SHIPPED / "schema.json").read_text(encoding="utf-8")

    assert shipped == json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"


def unknown_to_schema(value, schema, definitions, path=""):
    """Yield the keys of *value* that *schema* would mark as wrong, and those it would miss."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    branches = schema.get("anyOf", [schema])
    kind = {dict: "object", list: "array"}.get(type(value))
    resolved = [definitions[b["$ref"].rpartition("/")[2]] if "$ref" in b else b for b in branches]
    chosen = next((b for b in resolved if b.get("type") == kind), None)
    if kind and chosen is None:
        yield path
    elif kind == "object":
        yield from (f"{path}.{k} (missing)" for k in chosen.get("required", []) if k not in value)
        for key, inner in value.items():
            extra = chosen.get("additionalProperties")
            below = chosen.get("properties", {}).get(key) or extra
            if below:
                yield from unknown_to_schema(inner, below, definitions, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif kind == "array":
        for number, inner in enumerate(value):
            yield from unknown_to_schema(inner, chosen["items"], definitions, f"{path}.{number}")


@pytest.mark.parametrize("name", ["syndicator", "publishers", "policies", "sources", "themes"])
def test_the_schema_knows_every_key_of_the_shipped_files(name):
    schema = config_schema()
    content = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))

    assert content
    assert list(unknown_to_schema(content, schema, schema["$defs"])) == []


def test_the_schema_marks_what_the_loader_refuses():
    schema = config_schema()
    wrong = {
        "publishers": {"p": {"id": "p", "name": "P"}},
        "grants": [{"id": "g", "starts": "2026-01-01"}],
        "sources": [{"id": "a", "evry": "PT1H"}],
    }

    found = set(unknown_to_schema(wrong, schema, schema["$defs"]))

    assert {".publishers.p.id", ".grants.0.starts", ".sources.0.evry"} <= found
    assert {".grants.0.from (missing)", ".sources.0.feed (missing)"} <= found
    assert schema["additionalProperties"] is False


def test_the_schema_requires_nothing_that_may_stand_in_another_file():
    schema = config_schema()

    assert "required" not in schema
    assert list(unknown_to_schema({"site": {"title": "T"}}, schema, schema["$defs"])) == []


def test_the_schema_explains_the_fields():
    described = config_schema()["$defs"]["Site"]["properties"]["contact"]["description"]

    assert "User-Agent" in described


def test_every_shipped_file_tells_editors_its_schema():
    files = sorted(SHIPPED.glob("*.yaml"))

    assert len(files) >= 5
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=schema.json", file.name


def test_the_shipped_configuration_is_useful_as_it_is():
    config = load_config(SHIPPED, {})

    feeds = {source.feed for source in config.sources}
    open_terms = {
        p.id
        for p in config.publishers.values()
        if (config.policies.get(p.policy) or BUILTIN[p.policy]).permissions
    }
    assert "https://www.globalresearch.ca/feed" in feeds
    assert len({source.publisher for source in config.sources} & open_terms) >= 11
    assert config.publishers["global-research"].reprints
    assert config.publishers["zero-hedge"].policy == "all-rights-reserved"
    assert config.outputs[0].id == "community"


def test_the_shipped_axes_know_the_names_of_the_founding_article():
    config = load_config(SHIPPED, {})

    def names(axis):
        return {n for entry in axis for n in (entry.title, *entry.aliases)}

    assert {"US NATO War Agenda"} <= names(config.themes)
    assert {"Middle East & North Africa", "Russia and FSU"} <= names(config.regions)
    assert {"Iraq Report", "IRAQ REPORT"} <= names(config.reports)
    assert all(theme.match for theme in (*config.themes, *config.regions, *config.reports))


def test_every_shipped_policy_names_its_terms_and_its_review():
    config = load_config(SHIPPED, {})

    assert config.policies
    for each in config.policies.values():
        assert each.title, each.id
        assert each.text_url, each.id
        assert each.reviewed == date(2026, 11, 23), each.id


def test_every_policy_that_owes_a_statement_has_one():
    config = load_config(SHIPPED, {})

    owing = {
        p.id for p in config.policies.values() for r in p.permissions if "statement" in r.duties
    }
    having = {p.id for p in config.policies.values() if p.statement}
    assert owing == having


def test_no_shipped_file_holds_a_literal_secret():
    for file in SHIPPED.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"://[^/\s:]+:(?!\$\{)[^/\s@]+@", text), file.name


def test_a_clock_that_is_far_behind_does_not_refuse_what_is_shipped():
    assert load_config(SHIPPED, {}, date(2000, 1, 1)).policies
