"""Messages on their way out: told in any order, sent in order of time."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from groundswell.simulate.rhythm import DAY, HOUR, MINUTE, SECOND
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
    """ISO 8601. Written by hand because datetime takes four times as long, for each of hundreds of thousands."""
    clock = f"{at // HOUR % 24:02}:{at // MINUTE % 60:02}:{at // SECOND % 60:02}.{at % SECOND:03}"
    return f"{_day(at // DAY)}T{clock}Z"


@cache
def _day(number: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=number))
