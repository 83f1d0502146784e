"""When people do things: working hours and weekdays of the place where they live."""

from datetime import UTC, datetime
from functools import cache

from groundswell.kernel.periods import zone
from groundswell.simulate.dice import Dice

SECOND = 1000  # ms
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

# Shares of the busiest hour, local hours 0 … 23: a morning peak, lunch, an afternoon, a little evening.
HOURS = (
    *(0.04, 0.02, 0.02, 0.02, 0.02, 0.04, 0.1, 0.25),
    *(0.55, 0.9, 1.0, 0.95, 0.5, 0.75, 0.95, 0.95),
    *(0.85, 0.65, 0.4, 0.25, 0.25, 0.24, 0.16, 0.08),
)
WEEKDAYS = (0.95, 1.0, 1.0, 0.95, 0.8, 0.22, 0.2)  # Monday … Sunday
BUSYNESS = tuple(tuple(hour * day for hour in HOURS) for day in WEEKDAYS)


def busyness(tz: str, at: int) -> float:
    """How likely people of that zone are at it at an instant (ms since 1970), against the busiest hour."""
    local = at + _offset(tz, at // DAY)
    return BUSYNESS[weekday(local)][local // HOUR % 24]


def weekday(at: int) -> int:
    """0 is Monday; 1970 began on a Thursday."""
    return (at // DAY + 3) % 7


def moment(dice: Dice, tz: str, start: int, end: int) -> int:
    """An instant in [start, end), drawn in proportion to the busyness of the zone."""
    span = end - start
    while True:
        at = start + dice.below(span)
        if dice.random() < busyness(tz, at):
            return at


def awake(dice: Dice, tz: str, at: int) -> int:
    """``at``, if people are up then; else a moment within the next busy hours."""
    while busyness(tz, at) < 0.15:
        at += int(dice.between(0.5, 1.5) * HOUR)
    return at


@cache
def _offset(tz: str, utc_day: int) -> int:
    """Local minus universal time at noon of that day, in ms: clock changes count from the day on."""
    instant = datetime.fromtimestamp(utc_day * 86_400 + 43_200, UTC).astimezone(zone(tz))
    offset = instant.utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * SECOND
