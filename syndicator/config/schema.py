"""The form of the YAML files as JSON Schema 2020-12, for editors.  Edge (reads the model's source).

Made of the dataclasses themselves and of their docstrings.  It describes one file: as any
file may hold some of the sections only, and a section may be spread over files, nothing is
required of sections that are joined key by key.
"""

from collections.abc import Mapping
from typing import cast

from pydantic import TypeAdapter

from syndicator.config.descriptions import descriptions
from syndicator.config.mistakes import Value
from syndicator.config.rules import RENAMED
from syndicator.model.settings import Config

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "^[a-z0-9][a-z0-9-]{0,63}$"
IDS = {"publishers": ID, "policies": "^[a-z0-9][a-z0-9.-]{0,63}$"}
DURATION: Mapping[str, Value] = {
    "type": "string",
    "pattern": r"^(P[0-9TYMWDHS.]+|.*\$\{.*)$",
    "examples": ["PT1H"],
}

Schema = dict[str, Value]


def config_schema() -> dict[str, Value]:
    """Return the JSON Schema of one YAML file of the configuration."""
    raw = TypeAdapter(Config).json_schema(mode="validation")
    schema = cast("Schema", _tidy(cast("Value", raw)))
    definitions = _part(schema, "$defs")
    for name, words in descriptions().items():
        _describe(schema if name == "Config" else definitions.get(name), words)
    _shape(schema, definitions)
    head: Schema = {"$schema": DIALECT, "title": "Configuration of syndicator"}
    return head | schema


def _part(schema: Schema, name: str) -> Schema:
    return cast("Schema", schema[name])


def _tidy(value: Value) -> Value:
    """Leave out the titles that pydantic makes up, and formats that editors do not know."""
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == "duration":
        return {**DURATION, **({"default": value["default"]} if "default" in value else {})}
    made_up = isinstance(value.get("title"), str)
    network = str(value.get("format", "")).endswith("network")
    return {
        key: inner.replace("``", "`") if isinstance(inner, str) else _tidy(inner)
        for key, inner in value.items()
        if not (key == "title" and made_up) and not (key == "format" and network)
    }


def _shape(schema: Schema, definitions: Schema) -> None:
    """Make the schema of the objects a schema of the files."""
    schema.pop("required", None)
    properties = _part(schema, "properties")
    for name, value in properties.items():
        section = cast("Schema", value)
        reference = str(section.get("$ref", "")).rpartition("/")[2]
        if reference:
            _part(definitions, reference).pop("required", None)
        section.pop("default", None)
        description = (
            {"description": section.pop("description")} if "description" in section else {}
        )
        properties[name] = {**description, "anyOf": [section, {"type": "null"}]}
    for name in ("Publisher", "Policy"):
        _without_id(_part(definitions, name))
    for name, pattern in IDS.items():
        options = cast("list[Schema]", _part(properties, name)["anyOf"])
        options[0]["propertyNames"] = {"pattern": pattern}
    for name in ("Source", "ReadingList", "Theme", "Output", "Grant"):
        identifier = cast("Schema", _part(_part(definitions, name), "properties")["id"])
        identifier["pattern"] = ID
    _rename(_part(definitions, "Grant"))


def _without_id(definition: Schema) -> None:
    _part(definition, "properties").pop("id")
    required = [
        name for name in cast("list[Value]", definition.get("required", [])) if name != "id"
    ]
    definition["required"] = required


def _rename(definition: Schema) -> None:
    written = {python: yaml for yaml, python in RENAMED.items()}
    properties = _part(definition, "properties")
    definition["properties"] = {written.get(key, key): value for key, value in properties.items()}
    required = cast("list[str]", definition["required"])
    definition["required"] = [written.get(name, name) for name in required]


def _describe(definition: Value, words: Mapping[str, str]) -> None:
    properties = definition.get("properties") if isinstance(definition, dict) else None
    for key, text in words.items():
        if isinstance(properties, dict) and isinstance(inner := properties.get(key), dict):
            inner["description"] = text
