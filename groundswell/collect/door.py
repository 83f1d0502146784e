"""The public door for events: one bare ASGI callable, without ORM or session on the way.

It reads a body, checks that it is JSON of the right shape and whose key it carries, and answers 200 once the inbox
has it on disk. What is in the messages is the loader's business.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from groundswell.collect import envelope, greetings
from groundswell.collect.asgi import (
    Answer,
    ClientGone,
    Intake,
    Receive,
    Request,
    Scope,
    Send,
    drain,
    json_answer,
    preflight,
    refusal_answer,
    send_answer,
)
from groundswell.collect.envelope import Envelope, TooLarge
from groundswell.collect.formats.items import read_or_none
from groundswell.collect.types import MAX_MESSAGE, Source
from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import Refusal, not_found

if TYPE_CHECKING:
    from groundswell.collect.inbox import Inbox
    from groundswell.collect.keys import Keys
    from groundswell.collect.rates import Rates
    from groundswell.workspace.types import SendingKey

log = logging.getLogger(__name__)

SEGMENT_BATCH = 500 * 1024  # bytes, as Segment counts them
POSTHOG_BODY = 20 * 1024 * 1024  # bytes, as PostHog's capture service has it
MOST_ITEMS = 50_000  # messages of a request
MOST_COMMAS = 100 * MOST_ITEMS
HEAVY = 256 * 1024  # bytes of a body that a thread of its own opens, so that others need not wait
HEAVY_IF_COMPRESSED = 32 * 1024

_SUCCESS = Answer(200, b'{"success": true}', [(b"content-type", b"application/json")])
_STATUS = Answer(200, b'{"status": 1}', [(b"content-type", b"application/json")])
_NO_CONTENT = Answer(204)
_CACHED = (b"cache-control", b"private, max-age=60")


@dataclass(frozen=True)
class _Call:
    """A way of sending messages: its dialect, the Segment call of a single message, the largest body."""

    source: Source
    kind: str
    limit: int  # bytes, inflated
    too_large: int  # status


_SEGMENT_CALLS = {"track": "t", "identify": "i", "group": "g", "page": "p", "screen": "s", "alias": "a"}
_BATCH = _Call(Source.SEGMENT, "", SEGMENT_BATCH, 400)
_CAPTURE = _Call(Source.POSTHOG, "", POSTHOG_BODY, 413)

_Handler = Callable[["Door", Request, Receive], Awaitable[Answer]]


class Door:
    """Everything under ``is_ours``."""

    def __init__(self, inbox: "Inbox", keys: "Keys", rates: "Rates") -> None:
        self._inbox = inbox
        self._keys = keys
        self._rates = rates
        self._intake = Intake()
        self._opener = ThreadPoolExecutor(1, "opener")  # one heavy body at a time: what is in it may be much larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            answer = await self._answer(request, receive)
        except ClientGone:
            return
        except Refusal as refusal:
            answer = refusal_answer(refusal)
        except Exception:
            log.exception("a request to %s failed", request.path)
            answer = refusal_answer(Refusal(500, "internal", "This should not have happened; it was written down."))
        await send_answer(send, answer, request)

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        call = _CALLS.get(request.path)
        if call is not None and request.method == "POST":
            return await self._collect(call, request, receive)
        if request.method == "OPTIONS":
            return preflight(request)
        methods, handle = _besides(request.path)
        if request.method not in methods or call is not None:
            refusal = Refusal(405, "method_not_allowed", f"Send this as {methods[0]}.")
            return refusal_answer(refusal, headers=[(b"allow", ", ".join([*methods, "OPTIONS"]).encode())])
        return await handle(self, request, receive)

    # Sending

    async def _collect(self, call: _Call, request: Request, receive: Receive) -> Answer:
        """Keep what was sent. Whatever is refused leaves nothing behind."""
        opened = await self._open(call, request, receive)
        count = len(opened.items)
        if count > MOST_ITEMS:
            raise _too_large(call, f"The body holds more than {MOST_ITEMS:,} messages.")
        with self._intake.holding(len(opened.body)):
            key = await self._key(opened, request)
            if count:
                self._rates.admit(key, count, peer=request.peer, forwarded=request.header(b"x-forwarded-for"))
                await self._inbox.append(
                    project=key.project, key=key.id, is_trusted=key.kind.is_trusted, source=call.source,
                    kind=call.kind, count=count, received=now_us(), body=opened.body,
                    sent=request.sent if call.source is Source.POSTHOG else 0,
                )  # fmt: skip
        if call.source is Source.SEGMENT:
            return _SUCCESS
        if request.path.startswith("/i/v1/"):
            return json_answer({"results": _results(opened.items)})
        return _NO_CONTENT if request.query.get("beacon") == "1" else _STATUS

    async def _open(self, call: _Call, request: Request, receive: Receive) -> Envelope:
        encoding = request.header(b"content-encoding")
        try:
            body = await self._intake.read(receive, call.limit)
            is_compressed = bool(encoding) or body[:2] == envelope.GZIP
            if len(body) > (HEAVY_IF_COMPRESSED if is_compressed else HEAVY):
                with self._intake.holding(len(body)):
                    loop = asyncio.get_running_loop()
                    return await loop.run_in_executor(self._opener, _opened, call, body, encoding, request)
            return _opened(call, body, encoding, request)
        except TooLarge:
            raise _too_large(call, f"The body is larger than {call.limit // 1024} KB.") from None

    async def _key(self, opened: Envelope, request: Request) -> "SendingKey":
        """The key of a request: in its body, else in its Authorization, else in its query."""
        secret = opened.key or request.secret or request.query.get("token") or request.query.get("api_key") or ""
        return await self._key_of(secret)

    async def _key_of(self, secret: str) -> "SendingKey":
        key = self._keys.at_hand(secret) or (await self._keys.find(secret) if secret else None)
        if key is None:
            message = "This key opens nothing." if secret else "There is no key in this request."
            hint = "Send the project's write key: as writeKey (Segment) or api_key (PostHog) in the body."
            raise Refusal(401, "unknown_key", message, hint=hint)
        return key

    # What clients ask besides

    async def _flags(self, request: Request, receive: Receive) -> Answer:
        await self._key(await self._open(_CAPTURE, request, receive), request)
        with_config = request.path.startswith("/decide")
        return json_answer(greetings.no_flags(version=request.query.get("v", ""), with_config=with_config))

    async def _settings(self, request: Request, receive: Receive) -> Answer:
        """``/v1/projects/{key}/settings``"""
        secret, _, rest = request.path.removeprefix("/v1/projects/").partition("/")
        if rest != "settings":
            return await self._nothing(request, receive)
        await self._key_of(secret)
        return json_answer(greetings.segment_settings(secret, request.origin), headers=[_CACHED])

    async def _remote_config(self, request: Request, receive: Receive) -> Answer:
        """``/array/{key}/config`` and ``/array/{key}/config.js``"""
        secret, _, rest = request.path.removeprefix("/array/").partition("/")
        if rest not in ("config", "config.js"):
            return await self._nothing(request, receive)
        await self._key_of(secret)
        if rest == "config":
            return json_answer(greetings.posthog_config(secret), headers=[_CACHED])
        headers = [(b"content-type", b"application/javascript; charset=utf-8"), _CACHED]
        return Answer(200, greetings.posthog_config_script(secret), headers)

    async def _nothing(self, request: Request, receive: Receive) -> Answer:
        """Also ``/static/…``: extensions of posthog-js (recorder, surveys, toolbar), without which it goes on."""
        raise not_found("There is nothing here.")

    async def _take_nothing(self, request: Request, receive: Receive) -> Answer:
        """Session recordings and a client's metrics about itself are let in, so that it is content, and not kept."""
        await drain(receive)
        return _SUCCESS if request.path.startswith("/v1/") else _STATUS


def _too_large(call: _Call, message: str) -> Refusal:
    hint = "Send less with each message." if call.kind else "Send fewer messages at a time."
    return Refusal(call.too_large, "too_large", message, hint=hint)


def is_ours(path: str) -> bool:
    """Whether the door answers this path."""
    return path in _CALLS or path in _POSTS or path.startswith(_PREFIXES)


def _besides(path: str) -> tuple[tuple[str, ...], _Handler]:
    """Methods and handler of a path that takes no messages."""
    for prefix, handle in _GETS.items():
        if path.startswith(prefix):
            return ("GET", "HEAD"), handle
    return ("POST",), _POSTS.get(path, Door._nothing)


def _opened(call: _Call, body: bytes, encoding: str, request: Request) -> Envelope:
    """What is in a body. Raises Refusal or TooLarge."""
    body = envelope.inflated(body, encoding, call.limit)
    if call.source is Source.SEGMENT:
        return envelope.open_segment(body, is_batch=not call.kind)
    compression = request.query.get("compression", "")
    body = envelope.unwrapped(body, call.limit, compression=compression)
    if len(body) > HEAVY and body.count(b",") > MOST_COMMAS:  # millions of empty items would take gigabytes to read
        raise TooLarge
    return envelope.open_posthog(body)


class _Identified(msgspec.Struct):
    uuid: Any = None


_read_identified = msgspec.json.Decoder(_Identified).decode


def _results(items: list[msgspec.Raw]) -> dict[str, dict[str, str]]:
    """Of the newer capture API: every event that has a uuid was kept."""
    events = [read_or_none(_read_identified, item) for item in items]
    return {event.uuid: {"result": "ok"} for event in events if event and isinstance(event.uuid, str)}


def _with_slash(path: str) -> tuple[str, str]:
    """Clients differ in whether they end a path with a slash."""
    return path, f"{path}/"


_CALLS: dict[str, _Call] = {
    **{
        path: _Call(Source.SEGMENT, kind, MAX_MESSAGE, 400)
        for kind, letter in _SEGMENT_CALLS.items()
        for name in (kind, letter)
        for path in _with_slash(f"/v1/{name}")
    },
    **{path: _BATCH for name in ("batch", "b", "import") for path in _with_slash(f"/v1/{name}")},
    **{
        path: _CAPTURE
        for name in ("/batch", "/capture", "/e", "/i/v0/e", "/i/v1/analytics/events")
        for path in _with_slash(name)
    },
}
_POSTS: dict[str, _Handler] = {
    **{path: Door._take_nothing for name in ("/s", "/v1/m") for path in _with_slash(name)},
    **{path: Door._flags for name in ("/flags", "/decide") for path in _with_slash(name)},
}
_GETS: dict[str, _Handler] = {
    "/v1/projects/": Door._settings,
    "/array/": Door._remote_config,
    "/static/": Door._nothing,
}
_PREFIXES = tuple(_GETS)
