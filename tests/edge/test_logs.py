"""A log line is one line, whatever is in it."""

import json
import logging

import pytest

from syndicator.logs import JsonLines, PlainLines


def record(**facts):
    made = logging.makeLogRecord(
        {"msg": "refreshed", "levelno": 20, "levelname": "INFO", "created": 1_764_000_000.0}
    )
    vars(made).update(facts)
    return made


def test_json_line_holds_event_and_facts():
    line = json.loads(JsonLines().format(record(source="news", new=3)))

    assert (line["event"], line["source"], line["new"]) == ("refreshed", "news", 3)
    assert line["at"] == "2025-11-24T16:00:00.000+00:00"


@pytest.mark.parametrize("form", [JsonLines(), PlainLines()], ids=["json", "plain"])
def test_hostile_fact_forges_no_second_line(form):
    line = form.format(record(title="a\nERROR forged\r\x1b[2J"))

    assert "\n" not in line
    assert "\x1b" not in line
