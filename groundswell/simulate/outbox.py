"""Messages on their way out: told in any order, sent in order of time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from groundswell.simulate.rhythm import MINUTE, SECOND
from groundswell.simulate.types import Message


class Outbox:
    """Keeps messages until nothing earlier can come any more, then numbers and dates them."""

    def __init__(self, name: str) -> None:
        self._name = name  # makes message ids differ between companies
        self._waiting: list[tuple[int, int, Message]] = []
        self._told = 0
        self._sent = 0

    def tell(self, at: int, message: Message) -> None:
        """``at`` in ms since 1970; of equal times what was told first goes first."""
        self._told += 1
        self._waiting.append((at, self._told, message))

    def send_until(self, end: int) -> Iterator[Message]:
        """Everything before ``end``, in order."""
        self._waiting.sort()
        ready = [item for item in self._waiting if item[0] < end]
        del self._waiting[: len(ready)]
        for at, _, message in ready:
            self._sent += 1
            message["messageId"] = f"{self._name}-{self._sent:07d}"
            message["timestamp"] = _instant(at)
            yield message


def _instant(at: int) -> str:
    """ISO 8601, quicker than datetime writes it: messages come in order, so many share their minute."""
    return f"{_minute(at // MINUTE)}:{at // SECOND % 60:02}.{at % SECOND:03}Z"


@lru_cache(maxsize=8)
def _minute(number: int) -> str:
    return f"{datetime.fromtimestamp(number * 60, UTC):%Y-%m-%dT%H:%M}"
