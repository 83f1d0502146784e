"""Messages to a channel, through an incoming webhook as Slack has it (and Mattermost, Rocket.Chat and others)."""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from groundswell.jobs.types import NotYet, TryAgain
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.outbound.addresses import checked
from groundswell.outbound.client import Answer, request

EVERY = 1.0  # seconds between two messages to one address
LONGEST = 30_000  # characters of a text; Slack cuts off what is longer than 40,000
MOST_BLOCKS = 50
LATER = timedelta(seconds=30)  # where they say "later" and not when
LATEST = timedelta(hours=1)
_SHOWN = 200  # characters of what they answer

Blocks = Sequence[Mapping[str, Any]]


def post_to_chat(url: str, *, text: str, blocks: Blocks = (), run: int = 0) -> None:
    """Post a message to the channel behind that address, now.

    Raises NotYet where another message went there within a second (``run`` has its place in the line), TryAgain where
    they say so, Refusal 400 where they will not have it, 502 or 504 where it may go well another time.
    """
    after = _turns.wait(url, run)
    if after:
        raise NotYet(after=timedelta(seconds=after))
    message = {"text": text[:LONGEST], **({"blocks": list(blocks)[:MOST_BLOCKS]} if blocks else {})}
    answer = request("POST", url, body=msgspec.json.encode(message), headers={"Content-Type": "application/json"})
    if not 200 <= answer.status < 300:
        _refuse(url, answer)


def escaped(text: str) -> str:
    """Text that somebody else wrote, for a message: it means nothing to whoever reads it (Slack's three signs)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _refuse(url: str, answer: Answer) -> None:
    host = checked(url).host
    reason = " ".join(answer.body.decode(errors="replace").split())[:_SHOWN]
    told = said("%(host)s answers %(status)s: %(reason)s", host=host, status=answer.status, reason=reason or "–")
    if answer.status == 429:
        raise TryAgain(told, after=_after(answer))
    if answer.status >= 500:
        raise Refusal(502, "not_taken", told)
    raise Refusal(400, "not_taken", told, hint=said("Check the address: is it the one of an incoming webhook, still?"))


def _after(answer: Answer) -> timedelta:
    seconds = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(seconds)), LATEST) if seconds.isascii() and seconds.isdecimal() else LATER


class Turns:
    """Who may post next to which address. Each process has its own line, so of two machines both may at once."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}  # address → from when on somebody may post
        self._places: dict[tuple[str, int], float] = {}  # who waits → when their turn is
        self._lock = threading.Lock()

    def wait(self, url: str, run: int) -> float:
        """After how many seconds it is the turn of that run; 0 if it is now, and it has been then."""
        with self._lock:
            now = time.monotonic()
            self._forget(now)
            turn = self._places.pop((url, run), None)
            if turn is None:
                turn = max(self._next.get(url, 0.0), now)
                self._next[url] = turn + EVERY
            if turn <= now:
                return 0.0
            self._places[(url, run)] = turn
            return turn - now

    def _forget(self, now: float) -> None:
        self._next = {url: since for url, since in self._next.items() if since > now}
        self._places = {who: turn for who, turn in self._places.items() if turn > now - 60}


_turns = Turns()
