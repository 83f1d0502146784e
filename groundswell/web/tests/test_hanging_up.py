"""Whoever asks a long question and goes away has it stopped, through Django's whole stack."""

import asyncio
import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from groundswell.insights import desk as desks
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from groundswell.web.asgi import Application
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind
from tests.world import World

QUESTION = {"kind": "trend", "series": [{"event": "A"}], "date_from": "2026-01-05", "date_to": "2026-01-06"}


class Endless:
    """A question that ends when it is stopped."""

    def __init__(self) -> None:
        self.is_begun, self.is_over = threading.Event(), threading.Event()
        self.code = ""

    def __call__(self, *_: Any, **__: Any) -> Any:
        self.is_begun.set()
        try:
            for _ in range(1000):
                store.look()
                time.sleep(0.01)
        except Refusal as refusal:
            self.code = refusal.code
            raise
        finally:
            self.is_over.set()


async def ask_and_go_away(path: str, secret: str, body: dict[str, Any], endless: Endless) -> list[Any]:
    """What was sent to a client that closes its connection once its question is worked on."""
    parts = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop(0)
        await asyncio.to_thread(endless.is_begun.wait, 10)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json", "host": "testserver"}
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "query_string": b"", "scheme": "http",
        "asgi": {"version": "3.0"}, "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    application = Application()
    application._collector = SimpleNamespace()  # type: ignore[assignment]
    await application(scope, receive, send)
    return sent


def test_a_question_ends_when_whoever_asked_it_hangs_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Endless()
    monkeypatch.setattr(desks, "ask", endless)
    secret = issue_key(project=world.project.id, kind=KeyKind.SECRET)
    path = f"/api/v1/projects/{world.project.id}/ask"
    sent = asyncio.run(ask_and_go_away(path, secret, QUESTION, endless))
    assert endless.is_over.wait(10)
    assert endless.code == "stopped"
    assert [message.get("status") for message in sent if "status" in message] in ([], [409])  # nobody reads it
