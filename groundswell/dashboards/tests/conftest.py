"""A team that looks at its numbers together."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from groundswell.dashboards import service
from groundswell.dashboards.types import Dashboard
from groundswell.insights import saved
from groundswell.kernel import clock
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

MACHINE = Caller(is_operator=True)
JANUARY = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
SIGN_UPS = {"kind": "trend", "series": [{"event": "Signed Up"}], "interval": "month", **JANUARY}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Board Created"}], "window": "14d", **JANUARY}


@pytest.fixture
def february(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the fifth of February 2026, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 5, 10, tzinfo=UTC))


@pytest.fixture
def board(world: World, february: None) -> World:
    """Ada and Ben signed up in January for nothing, Cleo in January and Dan in February for money. Ada and Cleo made a
    board; a board comes with its size alone. Ada and Cleo are in Seoul; Acme, Ada's company, has five seats."""
    world.send(
        identify("ada", city="Seoul"), identify("cleo", city="Seoul"), identify("ben", city="Busan"),
        group("ada", "acme", at="2026-01-01T00:00:00Z", seats=5),
        track("ada", "Signed Up", "2026-01-05T10:00:00Z", plan="free"),
        track("ben", "Signed Up", "2026-01-06T10:00:00Z", plan="free"),
        track("cleo", "Signed Up", "2026-01-07T10:00:00Z", plan="pro"),
        track("dan", "Signed Up", "2026-02-03T10:00:00Z", plan="pro"),
        track("ada", "Board Created", "2026-01-08T10:00:00Z", size=3),
        track("cleo", "Board Created", "2026-01-09T10:00:00Z", size=9),
    )  # fmt: skip
    return world


def made(world: World, *cards: Mapping[str, Any], **more: Any) -> Dashboard:
    """A dashboard with these cards."""
    given = {"name": "The week", "by": "ada@example.com", **more}
    return service.make(MACHINE, world.project, cards=list(cards), **given)


def kept(world: World, question: Mapping[str, Any] = SIGN_UPS, name: str = "Sign-ups") -> saved.Saved:
    return saved.save(MACHINE, world.project, name=name, question=question, by="ada")


@pytest.fixture(autouse=True)
def patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards wait for their answers, however slow the machine is: what they say without one has tests of its own."""
    monkeypatch.setattr("groundswell.dashboards.pages.cards.PATIENCE", 30)
