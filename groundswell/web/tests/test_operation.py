"""Alive, ready, and numbers for those who may see them."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from groundswell.web.operation import operate
from groundswell.workspace.operator import operator_token


def collector(*, is_loading: bool = True, trouble: str = "") -> Any:
    inbox = SimpleNamespace(size=10, waiting={1: 3, 2: 4}, end=50)
    return SimpleNamespace(is_loading=is_loading, loader=SimpleNamespace(trouble=trouble, position=43), inbox=inbox)


def asked(path: str, of: Any, *, client: str = "127.0.0.1", headers: dict[str, str] | None = None) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    asyncio.run(operate(of, {"path": path, "client": (client, 1), "headers": raw}, send))
    return sent[0]["status"], sent[1]["body"].decode()


def test_a_process_that_answers_is_alive_whatever_else_is_wrong() -> None:
    assert asked("/healthz", collector(is_loading=False)) == (200, "ok\n")


@pytest.mark.usefixtures("open_store")
def test_it_is_ready_when_it_loads_and_the_store_answers() -> None:
    assert asked("/readyz", collector()) == (200, "ready\n")


@pytest.mark.usefixtures("open_store")
def test_what_keeps_it_from_serving_is_said_in_sentences() -> None:
    status, text = asked("/readyz", collector(is_loading=False, trouble="the disk is full"))
    assert status == 503
    assert text == "The loader has stopped.\nLoading waits: the disk is full\n"


@pytest.mark.usefixtures("open_store")
def test_it_is_not_ready_where_background_work_has_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.jobs.service._workers", SimpleNamespace(is_working=False))
    assert asked("/readyz", collector()) == (503, "Background work has stopped.\n")


@pytest.mark.django_db(transaction=True)
def test_numbers_are_for_this_machine() -> None:
    status, text = asked("/metrics", collector())
    assert status == 200
    assert "\ngroundswell_inbox_waiting_messages 7\n" in text
    assert "\ngroundswell_jobs_waiting 0\n" in text


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}),
        ("203.0.113.9", {"authorization": "Bearer x"}),
    ],
)
def test_numbers_are_not_for_strangers_nor_for_what_a_proxy_passes_on(client: str, headers: dict[str, str]) -> None:
    status, text = asked("/metrics", collector(), client=client, headers=headers)
    assert status == 403
    assert "groundswell_" not in text


@pytest.mark.django_db(transaction=True)
def test_numbers_are_for_the_operators_token_from_anywhere() -> None:
    token = {"authorization": f"Bearer {operator_token()}"}
    assert asked("/metrics", collector(), client="203.0.113.9", headers=token)[0] == 200
