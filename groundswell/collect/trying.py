"""An event to try with: it goes in through the same door as everything else, and says that it is a test."""

import json
from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync

from groundswell.collect.beginning import sending_keys
from groundswell.collect.service import collector
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.types import KeyKind, ProjectCard

NAME = "Test Event"
VISITOR = "groundswell-test"
LIBRARY = "groundswell-console"


def is_test_event(payload: Mapping[str, Any]) -> bool:
    """Whether a message was sent by ``send_test_event``."""
    context = payload.get("context")
    library = context.get("library") if isinstance(context, dict) else None
    return isinstance(library, dict) and library.get("name") == LIBRARY


def send_test_event(project: ProjectCard) -> None:
    """Send an event with a key of the project. Raises the door's Refusal, or 409 where there is no key."""
    keys = sending_keys(project)
    key = keys.get(KeyKind.WRITE) or keys.get(KeyKind.BROWSER)
    if key is None:
        raise Refusal(
            409, "no_key", said("There is no key to send with."), hint=said("Ask an owner to make a write key.")
        )
    message = {
        "event": NAME, "anonymousId": VISITOR, "properties": {"test": True}, "context": {"library": {"name": LIBRARY}},
    }  # fmt: skip
    status, answer = async_to_sync(_post)("/v1/track", key, json.dumps(message).encode())
    if status != 200:
        error = json.loads(answer)["error"]
        raise Refusal(status, error["code"], error["message"], hint=error["hint"])


async def _post(path: str, key: str, body: bytes) -> tuple[int, bytes]:
    """The door's answer to a client on this machine."""
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"", "client": ("127.0.0.1", 0),
        "headers": [(b"authorization", f"Bearer {key}".encode()), (b"content-type", b"application/json")],
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(part: dict[str, Any]) -> None:
        sent.append(part)

    await collector().door(scope, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])
