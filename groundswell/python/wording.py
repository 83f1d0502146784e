"""Questions as Python says them, made into the JSON that the API takes: names for events, dates for days."""

from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

Event = str | Mapping[str, Any] | None  # a name, {"event": …, "where": …}, or None for any event
Day = str | date  # "2026-01-31", "-30d", or a date


def wanted(event: Event, **more: Any) -> dict[str, Any]:
    """An event as an object; what it says itself is stronger than ``more``, and None says nothing."""
    given = dict(event) if isinstance(event, Mapping) else {"event": event}
    return {**{name: value for name, value in more.items() if value is not None}, **given}


def several(events: Event | Iterable[Event]) -> list[Event]:
    """One event or many, as a list."""
    return [events] if events is None or isinstance(events, (str, Mapping)) else list(events)


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as days, hours as periods are called, decimals and what NumPy and pandas count with
    as numbers."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, Set)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return plain(value.item()) if hasattr(value, "item") else value


def _instant(value: datetime) -> str:
    """pandas has no days: a midnight without a zone is one."""
    if value.tzinfo is None and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")


def question(kind: str, *, date_from: Day, date_to: Day, **fields: Any) -> dict[str, Any]:
    """A question of that kind, without what is None; but an event that is None is any."""
    days = {"date_from": _day(date_from), "date_to": _day(date_to)}
    given = {"kind": kind, **fields, **days}
    return {name: plain(value) for name, value in given.items() if value is not None or name == "event"}


def _day(day: Day) -> Day:
    return day.date() if isinstance(day, datetime) else day
