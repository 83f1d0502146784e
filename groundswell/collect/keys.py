"""Which key a secret text is, remembered: the door asks for every request, the database is asked rarely."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakSet

from django.db import close_old_connections

from groundswell.collect.types import TryLater
from groundswell.workspace import service as workspace
from groundswell.workspace.types import KeyRevoked, SendingKey

FRESH = 60.0  # seconds after which a known key is asked about again, meanwhile still answered
UNKNOWN = 10.0  # seconds for which an unknown one is not asked about again
MOST_UNKNOWN = 10_000
LONGEST = 200  # characters; no key is longer

_all: WeakSet["Keys"] = WeakSet()


@dataclass(slots=True)
class _Known:
    key: SendingKey
    fresh_until: float


class Keys:
    """The keys that were sent so far. ``at_hand`` and ``find`` belong to the event loop, ``forget`` to anybody."""

    def __init__(self, ask: Callable[[str], SendingKey | None] = workspace.sending_key) -> None:
        self._ask = ask
        self._known: dict[str, _Known] = {}
        self._unknown: dict[str, float] = {}  # until when
        self._asking: dict[str, asyncio.Task[SendingKey | None]] = {}
        self._revocations = 0
        _all.add(self)

    def at_hand(self, secret: str) -> SendingKey | None:
        """The key of that text if it is remembered. One not asked about for a while is asked about behind the back."""
        known = self._known.get(secret)
        if known is None:
            return None
        if time.monotonic() > known.fresh_until and secret not in self._asking:
            known.fresh_until += FRESH  # a database that does not answer is not asked at every request
            self._start_asking(secret).add_done_callback(_look_away)
        return known.key

    async def find(self, secret: str) -> SendingKey | None:
        """The key of that text; None if it opens nothing. Raises TryLater when the database cannot be asked."""
        key = self.at_hand(secret)
        if key is not None or len(secret) > LONGEST or self._unknown.get(secret, 0) > time.monotonic():
            return key
        try:
            return await asyncio.shield(self._asking.get(secret) or self._start_asking(secret))
        except Exception as error:
            raise TryLater(
                503, "keys_unavailable", "The key cannot be checked now.", hint="Send the same request again later.",
                retry_after=5,
            ) from error  # fmt: skip

    def forget(self, key: int) -> None:
        """That key was revoked: it is unknown from now on."""
        self._revocations += 1
        for secret, known in list(self._known.items()):
            if known.key.id == key:
                self._known.pop(secret, None)

    def _start_asking(self, secret: str) -> asyncio.Task[SendingKey | None]:
        task = asyncio.get_running_loop().create_task(self._look_up(secret))
        self._asking[secret] = task
        return task

    async def _look_up(self, secret: str) -> SendingKey | None:
        revocations = self._revocations
        try:
            key = await asyncio.to_thread(_with_fresh_connection, self._ask, secret)
        finally:
            del self._asking[secret]
        if key is None:
            self._known.pop(secret, None)
            self._note_unknown(secret)
        elif revocations == self._revocations:  # else it may have been this one
            self._known[secret] = _Known(key, time.monotonic() + FRESH)
        return key

    def _note_unknown(self, secret: str) -> None:
        now = time.monotonic()
        if len(self._unknown) >= MOST_UNKNOWN:
            still = {each: until for each, until in self._unknown.items() if until > now}
            self._unknown = still if len(still) < MOST_UNKNOWN else {}
        self._unknown[secret] = now + UNKNOWN


def _with_fresh_connection(ask: Callable[[str], SendingKey | None], secret: str) -> SendingKey | None:
    """A database that was started anew does not know the connections of before."""
    close_old_connections()
    return ask(secret)


def revoked(happening: KeyRevoked) -> None:
    """Have every memory of a revoked key forgotten."""
    for keys in list(_all):
        keys.forget(happening.key)


def _look_away(task: asyncio.Task[SendingKey | None]) -> None:
    """A key that is known stays so when the database cannot be asked."""
    if not task.cancelled():
        task.exception()
