"""Days, weeks, months and hours as the clocks of a zone show them."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.identity import EPOCH

MICROSECOND = timedelta(microseconds=1)
QUARTER_HOUR = 15 * 60 * 1_000_000  # µs; every zone's hours and days begin on one

Days = tuple[date, date]  # the first and the last


def days_asked(question: dict[str, Any]) -> Days:
    return date.fromisoformat(question["date_from"]), date.fromisoformat(question["date_to"])


def within(at: int, days: Days, tz: str) -> bool:
    """Whether an instant lies in the days."""
    return day_start(days[0], tz) <= at < day_start(days[1] + timedelta(days=1), tz)


def day_start(day: date, tz: str) -> int:
    return (datetime.combine(day, time(0), ZoneInfo(tz)) - EPOCH) // MICROSECOND


def days_before(days: Days) -> Days:
    """As many days, right before."""
    first, last = days
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


@cache
def periods(days: Days, interval: str, tz: str) -> tuple[str, ...]:
    """The labels of all periods that the days touch, in order of time."""
    if interval == "whole":
        return (days[0].isoformat(),)
    begin, end = day_start(days[0], tz), day_start(days[1] + timedelta(days=1), tz)
    return tuple(dict.fromkeys(period_of(at, interval, tz) for at in range(begin, end, QUARTER_HOUR)))


def period_of(at: int, interval: str, tz: str) -> str:
    """The label of the period in which an instant lies: its first day; of an hour its wall clock and offset."""
    local = (EPOCH + at * MICROSECOND).astimezone(ZoneInfo(tz))
    if interval == "hour":
        return f"{local:%Y-%m-%dT%H}:00{local.isoformat()[-6:]}"
    day = local.date()
    if interval == "week":
        day -= timedelta(days=day.weekday())
    if interval == "month":
        day = day.replace(day=1)
    return day.isoformat()


@cache
def period_start(period: str, tz: str) -> int:
    """When the day, week or month of this label begins."""
    return day_start(date.fromisoformat(period), tz)


@cache
def later(period: str, unit: str, many: int) -> str:
    """The label of the period so many days, weeks or months after this one; before it where ``many`` is negative."""
    day = date.fromisoformat(period)
    if unit == "month":
        months = day.year * 12 + day.month - 1 + many
        return date(months // 12, months % 12 + 1, 1).isoformat()
    return (day + timedelta(days=many * (7 if unit == "week" else 1))).isoformat()
