"""Background work in processes of its own: several at once, stopped, killed; on SQLite and then on PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.running import PROGRAM, SECONDS_TO_START, SECONDS_TO_STOP, Server


def surroundings(data: Path, database: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDSWELL_")}
    own = {"GROUNDSWELL_DATA": str(data), "GROUNDSWELL_DATABASE_URL": database}
    return {**clean, **own, "DJANGO_SETTINGS_MODULE": "groundswell.web.settings"}


def run(environment: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], env=environment, check=True, timeout=SECONDS_TO_START)


class Shop:
    """A data folder, a database, and the processes that work on them."""

    def __init__(self, data: Path, database: str) -> None:
        self.data = data
        self._environment = surroundings(data, database)
        self._running: list[subprocess.Popen[bytes]] = []

    def enqueue(self, job: str, count: int = 1) -> None:
        run(self._environment, "-m", "tests.journeys.workshop", "enqueue", job, str(count))

    def work(self, seconds: float = 60) -> "subprocess.Popen[bytes]":
        """A process that works for that long, or until it is stopped; it has begun."""
        opened = self.notes()["opened"]
        command = [sys.executable, "-m", "tests.journeys.workshop", "work", str(seconds)]
        process = subprocess.Popen(command, env=self._environment)
        self._running.append(process)
        self.until("opened", opened + 1)
        return process

    def notes(self) -> Counter[str]:
        path = self.data / "notes"
        return Counter(path.read_text().splitlines() if path.exists() else ())

    def until(self, note: str, count: int = 1) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while self.notes()[note] < count:
            assert time.monotonic() < deadline, f"{note!r} did not come {count} times: {self.notes()}"
            time.sleep(0.02)

    def go(self) -> None:
        """Let slow ones come to their end."""
        (self.data / "go").touch()

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait(SECONDS_TO_STOP)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("database")
    made = f"sqlite:///{folder / 'queue.sqlite3'}"
    if request.param == "postgresql":
        made = request.getfixturevalue("postgres").database()
    run(surroundings(folder, made), "-m", "django", "migrate", "--verbosity=0", "--skip-checks")
    return made


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path, database)
    yield made
    made.end()


def test_two_processes_do_everything_and_nothing_twice(shop: Shop) -> None:
    shop.enqueue("quick", 150)
    first, second = shop.work(60), shop.work(60)
    shop.until("quick 149")
    deadline = time.monotonic() + SECONDS_TO_START
    while len([note for note in shop.notes() if note.startswith("quick")]) < 150 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert first.poll() is None and second.poll() is None
    assert {note: count for note, count in shop.notes().items() if note.startswith("quick")} == {
        f"quick {number}": 1 for number in range(150)
    }


def test_what_a_killed_process_ran_is_done_by_the_next_one(shop: Shop) -> None:
    shop.enqueue("slow")
    killed = shop.work()
    shop.until("began 0")
    killed.kill()
    killed.wait(SECONDS_TO_STOP)
    shop.go()
    shop.work()
    shop.until("ended 0")
    time.sleep(1.5)  # another look at the queue finds nothing
    assert (shop.notes()["began 0"], shop.notes()["ended 0"]) == (2, 1)


def test_what_lives_keeps_what_it_runs(shop: Shop) -> None:
    shop.enqueue("slow")
    shop.work()
    shop.until("began 0")
    shop.work()
    time.sleep(1.5)
    shop.go()
    shop.until("ended 0")
    assert shop.notes()["began 0"] == 1


def test_a_process_that_stops_hands_on_what_it_runs(shop: Shop) -> None:
    shop.enqueue("slow")
    stopped = shop.work(2)
    shop.until("began 0")
    assert stopped.wait(SECONDS_TO_STOP) == 0
    assert shop.notes()["closed"] == 1
    shop.go()
    shop.work()
    shop.until("ended 0")
    assert (shop.notes()["began 0"], shop.notes()["ended 0"]) == (2, 1)


def test_what_does_not_hear_holds_up_a_stop_for_a_while_and_is_begun_again(shop: Shop) -> None:
    shop.enqueue("deaf")
    stopped = shop.work(1)
    shop.until("began 0")
    assert stopped.wait(SECONDS_TO_STOP) == 0
    shop.go()
    shop.work()
    shop.until("ended 0")
    assert shop.notes()["began 0"] == 2


def test_work_alone_does_what_is_due_and_keeps_a_server_away_from_its_store(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.command("init", "--email", "ada@example.com", "--password", "correct horse", "--project", "Board", "--json")
    environment = surroundings(server.data, "")
    log = tmp_path / "work.log"
    with log.open("wb") as said:
        working = subprocess.Popen([*PROGRAM, "work"], env=environment, stdout=said, stderr=said)
    deadline = time.monotonic() + SECONDS_TO_START
    while not list((server.data / "workers").glob("*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    refused = subprocess.run(
        [*PROGRAM, "serve", "--port", str(server.port)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "`groundswell work` has the event store of this data folder open." in refused.stderr
    working.send_signal(signal.SIGTERM)
    assert working.wait(SECONDS_TO_STOP) == 0, log.read_text()
    assert not list((server.data / "workers").iterdir())
    server.start()
    refused = subprocess.run([*PROGRAM, "work"], env=environment, capture_output=True, text=True, timeout=60)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "belongs to the server" in refused.stderr
    assert server.stop() == 0
