"""What a delivery is, and when it goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from groundswell.jobs.types import RunCard

SEND, HAND_OUT = "deliveries.send", "deliveries.hand_out"  # jobs
LAST = 0  # the day of a month that is its last


class Way(StrEnum):
    """How it gets there."""

    MAIL = "mail"
    CHAT = "chat"


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class When:
    """At an hour of the project's zone: each day, on a weekday (0 is Monday), or on a day of the month, 1 to 28 or
    ``LAST``."""

    rhythm: Rhythm
    hour: int
    weekday: int = 0
    day: int = 1

    @property
    def cron(self) -> str:
        """The same in five fields."""
        match self.rhythm:
            case Rhythm.DAILY:
                return f"0 {self.hour} * * *"
            case Rhythm.WEEKLY:
                return f"0 {self.hour} * * {(self.weekday + 1) % 7}"
        return f"0 {self.hour} {self.day or 'L'} * *"


@dataclass(frozen=True)
class DeliveryCard:
    """A delivery as pages and the API show it. ``to`` are mail addresses, ``host`` is that of a channel's address, of
    which no more is told; ``gone`` are those who want it no more. ``due`` is when it goes next, None while it is off.
    """

    id: int
    dashboard: int
    way: Way
    to: tuple[str, ...]
    host: str
    language: str
    when: When
    due: datetime | None
    gone: tuple[str, ...]
    by: str
    last: RunCard | None

    @property
    def is_on(self) -> bool:
        return self.due is not None
