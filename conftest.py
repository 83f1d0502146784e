"""What every test stands on: a data folder of its own, an open store, and empty tables where a test asks for them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

# Tests empty every table: never those of a data folder that somebody's environment names.
_folder = tempfile.TemporaryDirectory(prefix="groundswell-test-")
os.environ["GROUNDSWELL_DATA"] = _folder.name

import pytest  # noqa: E402

if TYPE_CHECKING:
    from tests.world import World


def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the good ones take their time


@pytest.fixture(scope="session")
def open_store() -> Iterator[None]:
    from groundswell.collect.service import close_collector
    from groundswell.store import service
    from groundswell.web.slices import load_slices

    load_slices()
    service.open_store()
    yield
    close_collector()  # asking the API opens one
    service.close()


@pytest.fixture
def store(open_store: None) -> Iterator[None]:
    """An empty column store."""
    from groundswell.store import service

    yield
    for (name,) in service.read(
        "SELECT name FROM system.tables"
        " WHERE database = 'groundswell' AND engine LIKE '%MergeTree' AND name != 'migrations'"
    ).rows:
        service.engine().command(f"TRUNCATE TABLE groundswell.{name}")
    for dictionary in ("persons", "person_accounts"):
        service.dictionary_touched(dictionary)


@pytest.fixture
def world(open_store: None, transactional_db: None, tmp_path: Path) -> "Iterator[World]":
    """A project, new and empty, with a loader of its own."""
    from groundswell.collect.service import close_collector
    from tests.world import World

    yield World(tmp_path)
    close_collector()  # pages open one, and its threads would go on under tests that have no database
    shutil.rmtree(Path(_folder.name) / "inbox", ignore_errors=True)  # the next begins where worlds have come to
