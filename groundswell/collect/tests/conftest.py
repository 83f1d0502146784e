"""A door in front of an inbox, with three keys of one project, and a client to knock; and imports, with an editor."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from groundswell.collect import importing
from groundswell.collect.door import Door
from groundswell.collect.imports import tables
from groundswell.collect.inbox import Inbox
from groundswell.collect.keys import Keys
from groundswell.collect.rates import Rates
from groundswell.collect.tests.importing import ROWS, Importing
from groundswell.collect.types import Record
from groundswell.workspace.types import KeyKind, Role, SendingKey
from tests.visitors import member
from tests.world import World

BROWSER, WRITE, SECRET = "gsb_browser", "gsw_write", "gss_secret"
PROJECT = 3
KEYS = {
    BROWSER: SendingKey(1, PROJECT, KeyKind.BROWSER),
    WRITE: SendingKey(2, PROJECT, KeyKind.WRITE),
    SECRET: SendingKey(3, PROJECT, KeyKind.SECRET),
}


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal, which every refusal must have with a message."""
        error = self.json()["error"]
        assert set(error) == {"code", "message", "hint", "fields"}
        assert error["message"]
        return str(error["code"])


class Visitor:
    """Sends requests to a door as an ASGI server would, and looks into the inbox behind it."""

    def __init__(self, inbox: Inbox, rates: Rates, ask: Callable[[str], SendingKey | None]) -> None:
        self.inbox = inbox
        self.rates = rates
        self.door = Door(inbox, Keys(ask), rates)
        self.loop = asyncio.new_event_loop()

    def send(
        self,
        method: str,
        url: str,
        body: bytes | list[bytes] | Any = b"",
        *,
        headers: Mapping[str, str] | None = None,
        peer: str = "192.0.2.1",
    ) -> Reply:
        """One request. A body that is neither bytes nor a list of chunks is sent as JSON."""
        chunks = body if isinstance(body, list) and body and isinstance(body[0], bytes) else [body]
        if not isinstance(chunks[0], bytes):
            chunks = [json.dumps(body).encode()]
        return self.loop.run_until_complete(self._send(method, url, chunks, headers or {}, peer))

    def post(self, url: str, body: bytes | list[bytes] | Any, **headers: str) -> Reply:
        return self.send("POST", url, body, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def _send(self, method: str, url: str, chunks: list[bytes], headers: Mapping[str, str], peer: str) -> Reply:
        path, _, query = url.partition("?")
        named = {"host": "collect.example", **{name.lower(): value for name, value in headers.items()}}
        scope = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(), "scheme": "http",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
            "client": (peer, 1234), "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        left = list(chunks)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            part = left.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(left)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        start, end = sent
        got = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        assert int(got["content-length"]) == len(end["body"]) or method == "HEAD"
        return Reply(start["status"], end["body"], got)

    @property
    def records(self) -> list[Record]:
        """All that is in the inbox."""
        return self.inbox.read(0, 10**9)

    @property
    def kept(self) -> list[Any]:
        """The bodies in the inbox, as JSON."""
        return [json.loads(record.body) for record in self.records]


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    inbox = Inbox(tmp_path / "inbox", 10**9)
    inbox.open(0)
    made = Visitor(inbox, Rates(), KEYS.get)
    yield made
    made.loop.run_until_complete(made.loop.shutdown_default_executor())
    made.loop.close()
    inbox.close()


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Importing]:
    """Imports go into this world, and its files into a folder of its own."""
    made = Importing(world)
    monkeypatch.setattr(importing, "collector", lambda: SimpleNamespace(imports=made.imports))
    monkeypatch.setattr(importing, "_runs", {})
    monkeypatch.setattr(importing, "_over_in_thread", lambda *ended: made.ended.append(ended))
    monkeypatch.setattr(tables, "ROWS", ROWS)
    monkeypatch.setenv("GROUNDSWELL_UPLOADS", str(tmp_path / "uploads"))
    yield made
    for run in list(importing._runs.values()):
        run.stop()
        made.finish(run)
    connections.close_all()


@pytest.fixture
def ben(world: World) -> Client:
    return member(world.project, "ben", Role.EDITOR)


@pytest.fixture
def page(world: World) -> str:
    return f"/p/{world.project.id}/imports/"
