"""A site of its own for every journey: configuration, store, output, and a small web."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from syndicator.publish import MARKER
from tests.journeys.commands import Commands
from tests.web import Web


@dataclass
class Site:
    """One installation in a directory of its own, driven through its command line."""

    root: Path
    web: Web
    commands: Commands

    def configure(self, **sections):
        """Write the configuration: a working one, with *sections* put over it."""
        document = {
            "site": {
                "title": "Test site",
                "base_url": "http://127.0.0.1:8080",
                "contact": "mailto:editor@example.org",
                "tag": "test.example,2026",
            },
            "database": {"url": f"sqlite:///{self.root}/store.db"},
            "publish": {"directory": str(self.root / "public")},
            "seeds": {"directory": str(self.root / "seeds")},
            "fetch": {"per_host_gap": "PT0.001S", "allow_networks": ["127.0.0.0/8"]},
            "publishers": {
                "news": {"name": "The News", "policy": "cc-by-4.0", "domains": ["news.example"]}
            },
            "outputs": [{"id": "main", "channel": "community"}],
        } | sections
        directory = self.root / "config"
        directory.mkdir(exist_ok=True)
        (self.root / "seeds").mkdir(exist_ok=True)
        (directory / "all.yaml").write_text(
            yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8"
        )

    def command(self, *arguments, **environment):
        """Return the command line and environment of ``syndicator`` on this site."""
        env = os.environ | {"SYNDICATOR_CONFIG": str(self.root / "config")} | environment
        return {"args": [sys.executable, "-m", "syndicator", *arguments], "env": env}

    def run(self, *arguments, **environment):
        """Run a command to its end and return the finished process."""
        return self.commands.run(self.root, arguments, self.command(**environment)["env"])

    def once(self, *arguments, code=0, **environment):
        """Run ``once --json`` and return its summary."""
        done = self.run("once", "--json", *arguments, **environment)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def files(self):
        """Return every published file with its bytes."""
        public = self.root / "public"
        return {
            str(path.relative_to(public)): path.read_bytes()
            for path in sorted(public.rglob("*"))
            if path.is_file() and path.name != MARKER
        }


@pytest.fixture(scope="session")
def commands():
    with Commands() as forks:
        yield forks


@pytest.fixture
def site(tmp_path, commands):
    with Web() as web:
        yield Site(root=tmp_path, web=web, commands=commands)
