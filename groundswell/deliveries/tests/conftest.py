"""A dashboard whose numbers are known; its world, and when it is there, is said with those of dashboards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from groundswell.dashboards.tests.conftest import FUNNEL, SIGN_UPS, board, february, made
from groundswell.dashboards.types import Dashboard
from groundswell.deliveries import service
from groundswell.deliveries.types import DeliveryCard, Rhythm, Way, When
from groundswell.outbound import chat
from groundswell.workspace.types import Caller
from tests.neighbours import Neighbour, neighbour
from tests.world import World

__all__ = ["board", "february"]

MACHINE = Caller(is_operator=True)
MONDAYS = When(Rhythm.WEEKLY, 9, weekday=0)
TREND: dict[str, Any] = {**SIGN_UPS, "interval": "week"}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 2, 5, 10, tzinfo=UTC)  # a Thursday

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock(board: World, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Goes on from the present of the dashboards' world as it is told."""
    told = Clock()
    monkeypatch.setattr("groundswell.kernel.clock.now", told)
    return told


@pytest.fixture
def week(board: World) -> Dashboard:
    """Signed up: 3 in January. Of these Ada and Cleo made a board."""
    return made(
        board,
        {"title": "Sign-ups", "question": SIGN_UPS, "display": "number"},
        {"title": "Week by week", "question": TREND},
        {"title": "To a board", "question": FUNNEL},
        {"text": "Look at **plans** & prices."},
    )


@pytest.fixture(autouse=True)
def mail_goes(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.URL = "https://growth.example.com"
    mail.outbox = []


@pytest.fixture
def channel(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Neighbour]:
    """A channel of somebody on this machine, to which nobody posted yet."""
    settings.ALLOW_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(chat, "_turns", chat.Turns())
    monkeypatch.setattr(chat, "EVERY", 0.0)  # it need not be waited for
    with neighbour() as somebody:
        yield somebody


def mailed(world: World, dashboard: Dashboard, *to: str, **how: Any) -> DeliveryCard:
    given = {"when": MONDAYS, "by": "ada@example.com", **how}
    return service.make(MACHINE, world.project, dashboard.id, way=Way.MAIL, to=to or ("ada@example.com",), **given)


def posted(world: World, dashboard: Dashboard, url: str, **how: Any) -> DeliveryCard:
    given = {"when": MONDAYS, "by": "ada@example.com", **how}
    return service.make(MACHINE, world.project, dashboard.id, way=Way.CHAT, url=url, **given)
