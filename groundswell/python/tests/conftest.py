"""A project that is asked through this process's own API."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from groundswell.python.connections import API, received
from groundswell.python.here import answered
from groundswell.python.project import Project
from tests.world import World


class Here:
    """The way to the API without a server or a thread between, and a note of what went over it."""

    place = "here"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_closed = False

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        self.sent.append(path)
        return received(*answered(method, API + path, body))

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def project_of(here: Here) -> Callable[[World], Project]:
    def made(world: World) -> Project:
        about: dict[str, Any] = json.loads(here.send("GET", f"/projects/{world.project.id}"))
        return Project(here, about)

    return made
