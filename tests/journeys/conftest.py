"""A server that runs for all journeys, on SQLite and then on PostgreSQL, and a project of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.postgres import Postgres, why_not
from tests.journeys.running import Project, Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    if reason := why_not():
        pytest.skip(reason)
    running = Postgres()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program, running; afterwards it stops cleanly."""
    settings = {}
    if request.param == "postgresql":
        settings["GROUNDSWELL_DATABASE_URL"] = request.getfixturevalue("postgres").url
    running = Server(tmp_path_factory.mktemp(request.param), settings=settings)
    running.start()
    yield running
    assert running.stop() == 0
    assert not list(Path(running.data).glob("server.json"))


@pytest.fixture
def project(server: Server) -> Project:
    """A project of this test's own."""
    return server.project()
