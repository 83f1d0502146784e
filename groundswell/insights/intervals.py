"""Hours, days, weeks, months and the whole of the days in a project's zone: their names, and how SQL tells in which
one an instant lies.

The zone's offsets come from here and go into the SQL as numbers, so that the store's own time zone table (which may
be of another year) has no say, and neither have clocks that change by half an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from groundswell.insights.types import Interval
from groundswell.kernel.clock import DAY, from_us
from groundswell.kernel.periods import Days, month_of, week_of, zone

HOUR = DAY // 24  # µs
MINUTE = HOUR // 60
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Stretch:
    """A stretch of time during which a zone keeps its distance from UTC; all in µs, the end exclusive."""

    begin: int
    end: int
    offset: int


@lru_cache(maxsize=256)
def stretches(begin: int, end: int, tz: str) -> tuple[Stretch, ...]:
    """The stretches between two instants."""
    found: list[Stretch] = []
    at = begin
    while at < end:
        change = _next_change(at, end, tz)
        found.append(Stretch(at, change, _offset(at, tz)))
        at = change
    return tuple(found)


def _next_change(at: int, end: int, tz: str) -> int:
    """The first instant after ``at`` with another offset, to the minute; ``end`` if there is none before it."""
    offset = _offset(at, tz)
    low = at
    while low + DAY < end and _offset(low + DAY, tz) == offset:
        low += DAY
    high = min(low + DAY, end)
    if _offset(high, tz) == offset:
        return end
    while high - low > MINUTE:
        middle = (low + high) // 2 // MINUTE * MINUTE
        middle = middle if low < middle < high else high - MINUTE
        low, high = (middle, high) if _offset(middle, tz) == offset else (low, middle)
    return high


def _offset(at: int, tz: str) -> int:
    offset = from_us(at).astimezone(zone(tz)).utcoffset() or timedelta(0)
    return int(offset.total_seconds()) * 1_000_000


# Names ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def periods(days: Days, interval: Interval) -> Mapping[int, str]:
    """The periods that the days touch, in order: the key that SQL gives each, and its name."""
    if interval is Interval.HOUR:
        return {key: _hour_name(key, stretch.offset) for stretch in _of_days(days) for key in _hours(stretch)}
    if interval is Interval.WHOLE:
        return {0: days.first.isoformat()}
    return {key_of_day(day, interval): first_day(day, interval).isoformat() for day in days}


def count_of_periods(days: Days, interval: Interval) -> int:
    """About how many periods the days have, without naming them."""
    if interval is Interval.WHOLE:
        return 1
    return len(days) * 24 if interval is Interval.HOUR else len(days) // {"day": 1, "week": 7, "month": 28}[interval]


def _of_days(days: Days) -> tuple[Stretch, ...]:
    return stretches(days.start_us, days.end_us, days.tz)


def _hours(stretch: Stretch) -> range:
    """The instants at which the clock would show full hours, the first at or before the stretch begins."""
    first = (stretch.begin + stretch.offset) // HOUR * HOUR - stretch.offset
    return range(first, stretch.end, HOUR)


def _hour_name(key: int, offset: int) -> str:
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // MINUTE
    return f"{from_us(key + offset):%Y-%m-%dT%H:%M}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def last_day(first: date, interval: Interval) -> date:
    """The last day of the period that begins on that day; of an hour its own."""
    match interval:
        case Interval.WEEK:
            return first + timedelta(days=6)
        case Interval.MONTH:
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first


def first_day(day: date, interval: Interval) -> date:
    """The first day of the period in which a day lies."""
    match interval:
        case Interval.WEEK:
            return week_of(day)
        case Interval.MONTH:
            return month_of(day)
    return day


def later(first: date, interval: Interval, number: int) -> date:
    """The first day of the period so many after the one that begins on ``first``; before it where it is negative."""
    if interval is Interval.MONTH:
        month = first.year * 12 + first.month - 1 + number
        return date(month // 12, month % 12 + 1, 1)
    return first + timedelta(days=number * (7 if interval is Interval.WEEK else 1))


def key_of_day(day: date, interval: Interval) -> int:
    """The key that SQL gives the period in which a day lies."""
    if interval is Interval.WHOLE:
        return 0
    if interval is Interval.MONTH:
        return day.year * 12 + day.month
    return (first_day(day, interval) - EPOCH).days


# SQL -----------------------------------------------------------------------------------------------------------------


def period_of_instant(days: Days, interval: Interval, column: str = "timestamp") -> str:
    """SQL for the key of the period in which an instant (DateTime64(6)) inside the days lies."""
    if interval is Interval.WHOLE:
        return "0"
    instant = f"toUnixTimestamp64Micro({column})"
    offset = _offset_sql(_of_days(days), instant)
    local = f"{instant} + {offset}"
    if interval is Interval.HOUR:
        return f"intDiv({local}, {HOUR}) * {HOUR} - {offset}"
    return _period_of_day_number(f"toInt32(intDiv({local}, {DAY}))", interval)


def period_of_day(interval: Interval, column: str = "day") -> str:
    """SQL for the key of the period in which a day (Date) lies."""
    return _period_of_day_number(f"toInt32({column})", interval)


def _offset_sql(found: tuple[Stretch, ...], instant: str) -> str:
    """The distance from UTC at an instant, in µs."""
    if len(found) == 1:
        return f"({found[0].offset})"
    cases = "".join(f"{instant} < {one.end}, {one.offset}, " for one in found[:-1])
    return f"multiIf({cases}{found[-1].offset})"


def _period_of_day_number(number: str, interval: Interval) -> str:
    if interval is Interval.WEEK:
        return f"intDiv({number} + 3, 7) * 7 - 3"  # day 0 was a Thursday
    if interval is Interval.WHOLE:
        return "0"
    if interval is Interval.MONTH:
        return f"toRelativeMonthNum(toDate({number}))"
    return number
