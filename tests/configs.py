"""Configurations in a few lines, and what is told of them."""

from datetime import date
from pathlib import Path

import pytest

from syndicator.config import load_config
from syndicator.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "config"

SITE = """\
site:
  title: Test
  base_url: https://news.example
  contact: mailto:ed@news.example
"""
NEWS = """\
publishers:
  paper: {name: The Paper, domains: [paper.example]}
sources:
  - id: paper
    feed: https://paper.example/feed
    publisher: paper
"""
TODAY = date(2026, 11, 24)
"""Against this day dates are held."""


def mistakes(directory, environ=None):
    """Return what is told of the files of *directory*, which has to be refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(directory, environ or {}, TODAY)
    return caught.value.mistakes


def only_mistake(directory, environ=None):
    found = mistakes(directory, environ)
    assert len(found) == 1, found
    return found[0]
