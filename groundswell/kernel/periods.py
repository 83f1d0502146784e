"""Days, weeks and months in a project's zone, and the instants at which they begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from groundswell.kernel.clock import to_us
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

EARLIEST, LATEST = date(1971, 1, 1), date(2148, 12, 31)  # days that can be asked for: the store's end in 2149
WINDOW_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; a refusal if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError, OSError):
        raise bad_request(
            said("There is no time zone named %(name)r.", name=name),
            hint=said("Use an IANA name such as Asia/Seoul."),
            field="timezone",
        ) from None


def day_start(day: date, tz: str) -> datetime:
    """The first instant of a local day, in UTC. Where midnight does not exist the day begins after the gap."""
    return datetime.combine(day, time(0), zone(tz)).astimezone(UTC)


@dataclass(frozen=True)
class Days:
    """A run of local days, both ends included."""

    first: date
    last: date
    tz: str

    @property
    def start_us(self) -> int:
        """The first instant inside, in microseconds since 1970."""
        return to_us(day_start(self.first, self.tz))

    @property
    def end_us(self) -> int:
        """The first instant after, in microseconds since 1970."""
        return to_us(day_start(self.last + timedelta(days=1), self.tz))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        for offset in range(len(self)):
            yield self.first + timedelta(days=offset)


def local_iso(instant: datetime, tz: str) -> str:
    """An instant as ISO 8601 in that zone, offset included. What the store returns is in UTC without saying so."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(zone(tz)).isoformat()


def week_of(day: date) -> date:
    """The Monday on or before that day."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    return day.replace(day=1)


def window_us(text: str) -> int:
    """``14d``, ``30m``, ``2h``, ``1w`` in microseconds; a refusal for anything else."""
    unit = WINDOW_UNITS.get(text[-1:])
    count = text[:-1]
    if unit is None or not (count.isascii() and count.isdigit()) or len(count) > 6 or not 0 < int(count) <= 100_000:
        raise bad_request(
            said("%(text)r is not a length of time.", text=text),
            hint=said("Write a number and m, h, d or w, such as 14d."),
            field="window",
        )
    return int(count) * int(unit.total_seconds()) * 1_000_000
