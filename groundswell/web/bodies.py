"""How much of a body is kept for Django, which takes in all of it before it looks who sends it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from groundswell.collect.uploads import MEGABYTE, most_megabytes

Receive = Callable[[], Awaitable[dict[str, Any]]]

USUAL = 12 * MEGABYTE  # bytes; forms and questions are smaller by far, and Django refuses those above ten
_FILES = re.compile(r"/p/\d+/imports/|/api/v1/projects/[^/]+/imports/files")
_BESIDES = MEGABYTE  # bytes of a form around its file


def limited(scope: dict[str, Any], receive: Receive) -> Receive:
    """The same body, but what is beyond the limit is thrown away as it comes: whoever sent it is still told why."""
    left = (most_megabytes() * MEGABYTE if _FILES.fullmatch(scope["path"]) else USUAL) + _BESIDES

    async def receive_some() -> dict[str, Any]:
        nonlocal left
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[: max(left, 0)]
        left -= len(message.get("body", b""))
        return {**message, "body": body}

    return receive_some
