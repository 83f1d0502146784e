"""The little of HTTP that the door speaks: requests as ASGI brings them, answers with the headers browsers want."""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from groundswell.collect.envelope import TooLarge
from groundswell.collect.types import TryLater
from groundswell.kernel.clock import to_us
from groundswell.kernel.errors import Refusal

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MOST_HELD = 128 * 1024 * 1024  # bytes of bodies that are not on disk yet
_PLAUSIBLE = range(1_577_836_800_000_000, 4_102_444_800_000_000)  # µs from 2020 to 2100: the rest counts something else
_JSON = (b"content-type", b"application/json")
_encode = msgspec.json.Encoder(enc_hook=str).encode  # a sentence is more than text, and said as text


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Request:
    """One request."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    @cached_property
    def query(self) -> dict[str, str]:
        text: bytes = self._scope.get("query_string", b"")
        try:
            return dict(parse_qsl(text.decode("latin-1"), max_num_fields=100)) if text else {}
        except ValueError:
            return {}

    @property
    def secret(self) -> str:
        """The key in the Authorization header: of Basic the user, of Bearer all; '' if there is none."""
        header = self.headers.get(b"authorization")
        return _secret(header) if header else ""

    @property
    def peer(self) -> str:
        """The address at the other end of the connection."""
        client = self._scope.get("client")
        return client[0] if client else ""

    @property
    def origin(self) -> str:
        """Scheme and host under which the client reached us, for telling it to come back the same way.

        What proxies say is taken as it comes: it is told to nobody but the one who sent it.
        """
        proxied = self.header(b"x-forwarded-proto").partition(",")[0].strip().lower()
        scheme = proxied if proxied in ("http", "https") else self._scope.get("scheme", "http")
        host = self.header(b"x-forwarded-host").partition(",")[0].strip() or self.header(b"host")
        if not host:
            server = self._scope.get("server") or ("localhost", None)
            host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
        return f"{scheme}://{host}"

    @property
    def sent(self) -> int:
        """When the client says that it sent this, outside the body (µs since 1970); 0 if it does not."""
        said = self.header(b"posthog-request-timestamp")
        ms = self.query.get("_") or self.query.get("sent_at") or ""
        sent = _instant(said) if said else int(ms) * 1000 if ms.isascii() and ms.isdigit() and len(ms) < 16 else 0
        return sent if sent in _PLAUSIBLE else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)


def json_answer(content: Any, *, status: int = 200, headers: Headers | None = None) -> Answer:
    return Answer(status, _encode(content), [_JSON, *(headers or [])])


def refusal_answer(refusal: Refusal, *, headers: Headers | None = None) -> Answer:
    """A refusal. ``code`` and ``message`` stand beside ``error`` too: Segment's clients look for them there."""
    own = list(headers or [])
    if isinstance(refusal, TryLater):
        own.append((b"retry-after", b"%d" % refusal.retry_after))
    content = refusal.as_json() | {"code": refusal.code, "message": refusal.message}
    return json_answer(content, status=refusal.status, headers=own)


async def send_answer(send: Send, answer: Answer, request: Request) -> None:
    """Send an answer, readable by pages of any origin: what is collected here needs no cookie."""
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    origin = request.headers.get(b"origin")
    if origin is None:
        headers.append((b"access-control-allow-origin", b"*"))
    else:
        headers += (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        )
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})


def preflight(request: Request) -> Answer:
    """May a page of another origin send this? It may."""
    wanted = request.headers.get(b"access-control-request-headers", b"authorization, content-type, x-retry-count")
    return Answer(
        204,
        headers=[
            (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
            (b"access-control-allow-headers", wanted),
            (b"access-control-max-age", b"86400"),
        ],
    )


class Intake:
    """Reads bodies, and holds only so much of them at a time."""

    def __init__(self) -> None:
        self._held = 0

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count a body that was read as held. Raises TryLater when too much is."""
        if self._held + size > MOST_HELD:
            raise _busy()
        self._held += size
        try:
            yield
        finally:
            self._held -= size

    async def read(self, receive: Receive, limit: int) -> bytes:
        """The body. Raises TooLarge beyond ``limit`` bytes, ClientGone, or TryLater when too much is being read."""
        message = await receive()
        body: bytes = message.get("body", b"")
        if message["type"] == "http.disconnect":
            raise ClientGone
        if len(body) > limit:
            raise TooLarge
        return await self._read_on(receive, body, limit) if message.get("more_body") else body

    async def _read_on(self, receive: Receive, body: bytes, limit: int) -> bytes:
        parts, size, more = [body], len(body), True
        self._held += size
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part, more = message.get("body", b""), message.get("more_body", False)
                parts.append(part)
                size += len(part)
                self._held += len(part)
                if size > limit:
                    raise TooLarge
                if self._held > MOST_HELD:
                    raise _busy()
        finally:
            self._held -= size
        return b"".join(parts)


def _busy() -> TryLater:
    return TryLater(503, "busy", "Too much is being received at once.", retry_after=2)


async def drain(receive: Receive) -> None:
    """Read a body to its end and keep nothing of it."""
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)


@lru_cache(1000)
def _secret(header: bytes) -> str:
    scheme, _, rest = header.partition(b" ")
    rest = rest.strip()
    if scheme.lower() == b"bearer":
        return rest.decode("latin-1")
    if scheme.lower() != b"basic":
        return ""
    try:
        pair = b64decode(rest + b"=" * (-len(rest) % 4), validate=True)
    except binascii.Error:
        return ""
    return pair.partition(b":")[0].decode("latin-1").strip()


def _instant(text: str) -> int:
    try:
        found = datetime.fromisoformat(text)
        return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return 0
