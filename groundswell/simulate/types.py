"""What leaves this street: messages, and what they do not tell."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeAlias

from groundswell.kernel.clock import to_us
from groundswell.simulate.truths import PLANTED, Truths

Message: TypeAlias = dict[str, Any]
"""One call of Segment's HTTP tracking API, as JSON would give it."""

SPAN = timedelta(days=180)


@dataclass(frozen=True)
class Blueprint:
    """Which company to play. The same blueprint gives the same messages, byte by byte."""

    people: int  # who sign up
    seed: int
    until: date  # the last day, in UTC
    now: datetime | None = None  # nothing happens at or after it
    truths: Truths = PLANTED
    currency: str = "USD"

    @cached_property
    def start_ms(self) -> int:
        """The first instant, in milliseconds since 1970."""
        return _midnight_ms(self.until - SPAN + timedelta(days=1))

    @cached_property
    def end_ms(self) -> int:
        """The first instant after everything, in milliseconds since 1970."""
        end = _midnight_ms(self.until + timedelta(days=1))
        return end if self.now is None else min(end, to_us(self.now) // 1000)


def _midnight_ms(day: date) -> int:
    return to_us(datetime.combine(day, time(0), UTC)) // 1000


@dataclass(frozen=True)
class Soul:
    """What is true of a person but cannot be read from the messages, or only with effort."""

    user_id: str
    channel: str
    persona: str
    eagerness: float  # standard normal
    signed_up_ms: int
    reached_aha: bool
    is_partner: bool
