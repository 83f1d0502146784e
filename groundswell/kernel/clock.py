"""The time of day, asked for in one place so that tests can stop it."""

import time
from datetime import UTC, datetime

MICROSECONDS_PER_SECOND = 1_000_000
DAY = 86_400 * MICROSECONDS_PER_SECOND  # µs


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def now_us() -> int:
    """The present instant in microseconds since 1970."""
    return time.time_ns() // 1000


def to_us(instant: datetime) -> int:
    """An aware instant in microseconds since 1970, exact."""
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * MICROSECONDS_PER_SECOND + since.microseconds


def from_us(microseconds: int) -> datetime:
    """The instant that lies so many microseconds after 1970."""
    seconds, rest = divmod(microseconds, MICROSECONDS_PER_SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
