"""The server is killed again and again under load; in the end everything that was acknowledged is counted, once.

Senders do what official clients do: they send a batch again, with the same messageIds, until it is acknowledged. So in
the end every message was, and the right answers are what the senders know. Some batches are sent again even after they
were acknowledged, as by a client that lost the answer.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.running import Project, Server

SENDERS = 3
LARGEST_BATCH = 60
PEOPLE = 300
REPEATED = 0.1  # share of acknowledged batches that are sent again
SECONDS_BETWEEN_KILLS = (0.05, 2.5)
EVENTS = ["Board Opened", "Board Created", "Comment Added"]


@dataclass
class Sent:
    """What the senders know."""

    messages: int = 0
    acknowledged: int = 0  # messages, repeats included
    events: Counter[tuple[str, str]] = field(default_factory=Counter)  # by person and event
    days: Counter[tuple[str, str]] = field(default_factory=Counter)  # by event and day
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sender(threading.Thread):
    """Sends batches until told to stop, then finishes the one it has begun."""

    def __init__(self, project: Project, sent: Sent, number: int, seed: str) -> None:
        super().__init__(name=f"sender {number}")
        self._project = project
        self._sent = sent
        self._number = number
        self._chance = random.Random(f"{seed} {number}")
        self._batches = 0
        self.enough = threading.Event()

    def run(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self.enough.is_set():
                batch = self._batch()
                self._until_acknowledged(client, batch)
                if self._chance.random() < REPEATED:
                    self._until_acknowledged(client, batch)
                time.sleep(0.01)

    def sign_in_everywhere(self) -> None:
        """Say of all devices whose they are."""
        with httpx.Client(timeout=10) as client:
            for device in ("phone", "laptop"):
                batch = [
                    {"type": "identify", "userId": f"user-{n}", "anonymousId": f"user-{n}-{device}"}
                    for n in range(PEOPLE)
                ]
                self._sent.messages += len(batch)
                self._until_acknowledged(client, batch)

    def _until_acknowledged(self, client: httpx.Client, batch: list[dict[str, Any]]) -> None:
        body = {"writeKey": self._project.write_key, "batch": batch}
        while True:
            try:
                response = client.post(f"{self._project.url}/v1/batch", json=body)
            except httpx.TransportError:  # it is dead, or died while we waited
                time.sleep(0.05)
                continue
            assert response.status_code in (200, 503), response.text
            if response.status_code == 200:
                with self._sent.lock:
                    self._sent.acknowledged += len(batch)
                return

    def _batch(self) -> list[dict[str, Any]]:
        """New messages. Each person has two devices, which say now and then whose they are; all are one person."""
        self._batches += 1
        size = self._chance.randint(1, LARGEST_BATCH)
        batch = [self._message(f"{self._number}-{self._batches}-{row}") for row in range(size)]
        with self._sent.lock:
            self._sent.messages += size
        return batch

    def _message(self, id: str) -> dict[str, Any]:
        person = f"user-{self._chance.randrange(PEOPLE)}"
        device = f"{person}-{self._chance.choice(['phone', 'laptop'])}"
        kind = self._chance.choices(["track", "identify", "group"], [20, 2, 1])[0]
        # Up to 45 days late, so that a block touches two or three months and appends them one by one.
        at = datetime.now(UTC) - timedelta(seconds=self._chance.choice([0, 1, self._chance.randrange(45 * 86_400)]))
        message: dict[str, Any] = {"type": kind, "messageId": id, "timestamp": at.isoformat()}
        if kind == "identify":
            return {**message, "userId": person, "anonymousId": device, "traits": {"plan": "pro"}}
        if kind == "group":
            return {**message, "userId": person, "groupId": f"account-{person[-1]}", "traits": {"size": 3}}
        event = self._chance.choice(EVENTS)
        with self._sent.lock:
            self._sent.events[person, event] += 1
            self._sent.days[event, at.date().isoformat()] += 1
        who = {"userId": person} if self._chance.random() < 0.5 else {"anonymousId": device}
        return {**message, **who, "event": event, "properties": {"size": self._chance.randrange(9)}}


# What the tables themselves hold: read when the server is stopped, for no question asks events and rollup for the same.
_TABLES = """
import json, sys
from groundswell.python.here import set_up
set_up()
from groundswell.store import service as store
from groundswell.web.slices import load_slices
load_slices()
project = int(sys.argv[1])
def rows(sql):
    return store.run(sql, project=project, between=store.EVER).rows
names = dict(rows("SELECT person, any(name) FROM scope.person_ids WHERE known = 1 GROUP BY person"))
per_person = {
    source: [[names[person], event, count] for person, event, count in rows(
        f"SELECT person, event, {count} FROM scope.{source} GROUP BY person, event")]
    for source, count in (("events", "count()"), ("rollup", "sum(count)"))
}
per_day = {
    source: rows(f"SELECT event, toString({day}), {count} FROM scope.{source} GROUP BY ALL")
    for source, day, count in (("events", "toDate(timestamp)", "count()"), ("rollup", "day", "sum(count)"))
}
print(json.dumps({"person": per_person, "day": per_day}))
"""


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that may be killed."""
    running = Server(tmp_path / "data")
    running.data.mkdir()
    running.start()
    yield running
    running.kill()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.long)])
def test_what_was_acknowledged_is_counted_once_whatever_is_killed_when(own_server: Server, kills: int) -> None:
    server, project = own_server, own_server.new_project("Board")
    seed = str(time.time_ns())
    print(f"seed {seed}")  # shown when the test fails; the moments of the kills are chance all the same
    chance, sent = random.Random(seed), Sent()
    senders = [Sender(project, sent, number, seed) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(*SECONDS_BETWEEN_KILLS))
            server.kill()
            server.start()
        time.sleep(1)
    finally:
        for sender in senders:
            sender.enough.set()
    for sender in senders:
        sender.join(30)
        assert not sender.is_alive()
    senders[0].sign_in_everywhere()

    numbers = project.settled(sent.messages)
    assert (numbers["loaded"], numbers["dropped"]) == (sent.messages, {})
    # A batch may have been kept by a server that died before it could say so: then it was accepted once more.
    accepted = project.get("ingestion")["accepted"]
    assert accepted >= sent.acknowledged
    busiest, _ = Counter(person for person, _ in sent.events.elements()).most_common(1)[0]
    profile = project.person(busiest)
    assert profile["events"] == sum(count for (person, _), count in sent.events.items() if person == busiest)
    assert server.stop() == 0

    tables = json.loads(server.script(_TABLES, str(project.id)))
    for source in ("events", "rollup"):
        assert Counter({(person, event): count for person, event, count in tables["person"][source]}) == sent.events
        assert Counter({(event, day): count for event, day, count in tables["day"][source]}) == sent.days
    assert sent.messages > 100 * kills
