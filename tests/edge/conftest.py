"""What tests of the configuration share."""

from pathlib import Path

import pytest

from tests.configs import SITE


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the files of a directory called config, which is then the current one's child."""
    monkeypatch.chdir(tmp_path)
    directory = Path("config")
    directory.mkdir()

    def write(text="", name="a.yaml", *, site=SITE):
        (directory / name).write_text(site + text, encoding="utf-8")
        return directory

    return write
