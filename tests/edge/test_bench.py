"""The measurements run; what they measure is no matter of tests."""

from importlib import import_module
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[1] / "rights"


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        pytest.param("decide", [str(SCENARIOS / "founding.yaml")], "within the aim", id="decide"),
        pytest.param("parse", ["--rounds", "1", "made-up"], "x feedparser", id="parse"),
        pytest.param("dedupe", ["--rounds", "1", "--no-cost"], "recall", id="dedupe"),
        pytest.param("publish", ["--rounds", "1", "--large", "60"], "ratio", id="publish"),
    ],
)
def test_bench_runs_and_prints_its_figures(monkeypatch, capsys, name, arguments, told):
    monkeypatch.setattr("sys.argv", [name, *arguments])

    import_module(f"bench.{name}").main()

    assert told in capsys.readouterr().out
