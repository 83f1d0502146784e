"""The one thread that makes exports, one after the other."""

import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest
from django.db import OperationalError

from groundswell.exports import service


@pytest.fixture(autouse=True)
def nothing_made_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker of its own without a database, which is over with the test."""
    waiting: SimpleQueue[int | None] = SimpleQueue()
    monkeypatch.setattr(service, "_queue", waiting)
    monkeypatch.setattr(service, "_known", set())
    monkeypatch.setattr(service, "_worker", None)
    monkeypatch.setattr(service, "close_old_connections", lambda: None)
    yield
    waiting.put(None)
    if service._worker:
        service._worker.join(10)


def test_after_a_database_that_was_away_the_next_export_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made, is_made = [], threading.Event()

    def away(*_: object) -> None:
        raise OperationalError("the database went away")

    def make(export: int) -> None:
        if export == 1:
            away()
        made.append(export)
        is_made.set()

    monkeypatch.setattr(service, "make", make)
    monkeypatch.setattr(service, "_fail", away)
    service._enqueue(1)
    service._enqueue(2)
    assert is_made.wait(10)
    assert made == [2]


def test_what_found_no_end_is_made_anew_when_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: SimpleQueue[int] = SimpleQueue()
    is_done = threading.Event()
    monkeypatch.setattr(service, "make", tries.put)
    monkeypatch.setattr(service, "close_old_connections", lambda: is_done.set() if service._known == set() else None)
    service._enqueue(1)
    assert (tries.get(timeout=10), is_done.wait(10)) == (1, True)
    service._enqueue(1)
    assert tries.get(timeout=10) == 1


def test_where_the_thread_is_gone_another_one_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = threading.Thread(target=bool)
    gone.start()
    gone.join()
    monkeypatch.setattr(service, "_worker", gone)
    is_made = threading.Event()
    monkeypatch.setattr(service, "make", lambda _export: is_made.set())
    service._enqueue(1)
    assert is_made.wait(10)
