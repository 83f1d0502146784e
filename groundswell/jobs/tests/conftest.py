"""A notebook that jobs of tests write into, and a clock that is set by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from groundswell.jobs import known
from groundswell.jobs.known import register
from groundswell.jobs.types import Job
from groundswell.workspace.service import found_project

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    set_by_hand = Clock()
    monkeypatch.setattr("groundswell.kernel.clock.now", set_by_hand)
    return set_by_hand


@pytest.fixture(autouse=True)
def only_jobs_of_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(known, "_jobs", {})
    yield


@pytest.fixture
def project(transactional_db: None) -> int:
    """Ada's project."""
    return found_project(email="ada@example.com", password="a-long-whiteboard-9", name="Whiteboard")[0].id


@pytest.fixture
def notes() -> list[Any]:
    return []


@pytest.fixture
def job(notes: list[Any]) -> Callable[..., Job]:
    """Registers a job of that key which does what it is told, or notes its arguments."""

    def made(key: str = "note", run: Callable[..., str | None] | None = None, **how: Any) -> Job:
        def note(_work: Any, **arguments: Any) -> None:
            notes.append(arguments)

        new = Job(key=key, name=f"Job {key}", run=run or note, **how)
        register(new)
        return new

    return made
