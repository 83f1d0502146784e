"""Ada moves her project from UTC to Seoul while its customers go on, and the power goes more than once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.journeys.running import HTTP, Project, Server

SEOUL = ZoneInfo("Asia/Seoul")
MONTHS, IN_EACH = 9, 400  # of history
FIRST = datetime(2024, 6, 1, tzinfo=UTC)
SPAN = {"date_from": "2024-05-31", "date_to": "2025-12-31"}
SECONDS_TO_COUNT = 60.0
_TOKEN = """
import sys, django
django.setup()
from django.contrib.auth import get_user_model
from groundswell.workspace.tokens import issue_token
print(issue_token(get_user_model().objects.get(username=sys.argv[1]).pk, name="moving"))
"""


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that may be killed."""
    running = Server(tmp_path / "data")
    running.data.mkdir()
    running.start()
    yield running
    running.kill()


class Customers(threading.Thread):
    """Use the product, now and of late, until told to stop; each batch is sent until it is acknowledged."""

    def __init__(self, project: Project, chance: random.Random) -> None:
        super().__init__(name="customers")
        self._project, self._chance = project, chance
        self.sent: list[datetime] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self.enough.is_set():
                month = self._chance.choice((0, MONTHS // 2, MONTHS - 1))  # one that is counted early, or late
                self.send(client, [somewhen(self._chance, month) for _ in range(20)])
                time.sleep(0.05)

    def send(self, client: httpx.Client, instants: list[datetime]) -> None:
        start = len(self.sent)
        batch = [
            {"type": "track", "event": "Opened", "userId": f"user-{number % 50}", "messageId": f"{self.name}-{number}",
             "timestamp": at.isoformat()}
            for number, at in enumerate(instants, start)
        ]  # fmt: skip
        self.sent += instants
        while True:
            try:
                answer = client.post(
                    f"{self._project.url}/v1/batch", json={"writeKey": self._project.write_key, "batch": batch}
                )
            except httpx.TransportError:  # it is dead, or died while we waited
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                return


def somewhen(chance: random.Random, month: int) -> datetime:
    return FIRST + timedelta(days=chance.uniform(30.4 * month, 30.4 * (month + 1)))


def by_day(instants: list[datetime], zone: Any) -> Counter[str]:
    return Counter(at.astimezone(zone).date().isoformat() for at in instants)


def answer(project: Project) -> Counter[str]:
    question = {"kind": "trend", "interval": "day", "series": [{"event": "Opened", "measure": "total"}], **SPAN}
    return Counter({row[0]: row[3] for row in project.post("ask", question)["rows"] if row[3]})


def is_of_one_zone(found: Counter[str], before: list[datetime], after: list[datetime]) -> bool:
    """Whether an answer fits in one zone to what was there at least, and at most, when it was asked."""
    return any(by_day(before, zone) <= found <= by_day(after, zone) for zone in (UTC, SEOUL))


@pytest.mark.timeout(300)
def test_a_project_moves_while_its_customers_go_on_and_the_power_goes(own_server: Server) -> None:
    server, project = own_server, own_server.new_project("Board")
    seed = str(time.time_ns())
    print(f"seed {seed}")  # shown when the test fails
    chance = random.Random(seed)
    customers = Customers(project, chance)
    history = [somewhen(chance, month) for month in range(MONTHS) for _ in range(IN_EACH)]
    with httpx.Client(timeout=30) as client:
        for start in range(0, len(history), 400):
            customers.send(client, history[start : start + 400])
    project.settled(len(history))
    assert answer(project) == by_day(history, UTC)
    owner = {"Authorization": f"Bearer {server.script(_TOKEN, 'ada@example.com').strip()}"}
    address = f"{server.url}/api/v1/projects/{project.id}"

    customers.start()
    moved = HTTP.patch(address, json={"timezone": "Asia/Seoul"}, headers=owner).json()
    for _ in range(3):
        time.sleep(chance.uniform(0, 0.2))
        server.kill()
        server.start()
        found = answer(project)
        assert is_of_one_zone(found, history, list(customers.sent))
    deadline = time.monotonic() + SECONDS_TO_COUNT
    while "counting" in (now := HTTP.get(address, headers=owner).json()):
        assert is_of_one_zone(answer(project), history, list(customers.sent))
        assert time.monotonic() < deadline
    customers.enough.set()
    customers.join(30)

    assert (moved["timezone"], now["timezone"]) == ("UTC", "Asia/Seoul")
    project.settled(len(customers.sent))
    assert answer(project) == by_day(customers.sent, SEOUL)
    assert len(customers.sent) > len(history)
