"""How often events happened: in all, and on each of the last days.

Days that are counted ahead (``scope.daily``, see people) are taken as they stand; only the latest ones are added up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from groundswell.kernel import clock
from groundswell.kernel.locales import utc
from groundswell.kernel.periods import zone
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

RECENT = 30  # days, today included

_COUNTED = """
SELECT event, sum(times), min(day), max(day), max(last), groupArrayIf((day, times), day >= {since:Date})
FROM (
    SELECT event, day, total AS times, toDateTime64(0, 6, 'UTC') AS last
    FROM scope.daily
    WHERE event != '' AND day < {until:Date} AND total > 0 AND ({name:String} = '' OR event = {name:String})
    UNION ALL
    SELECT event, day, sum(count) AS times, max(last) AS last
    FROM scope.rollup
    WHERE day >= {until:Date} AND ({name:String} = '' OR event = {name:String})
    GROUP BY event, day
)
GROUP BY event
"""


@dataclass(frozen=True)
class Volume:
    """How often an event happened in all and on each of the last days; on which day first; when last: the instant, or
    only the day of one that is some days ago."""

    total: int
    days: tuple[int, ...]
    first: date | None
    last: datetime | date | None


NEVER = Volume(0, (0,) * RECENT, None, None)


def recent_days(project: ProjectCard) -> list[date]:
    """The last days in the project's zone, today last."""
    today = clock.now().astimezone(zone(project.timezone)).date()
    return [today - timedelta(days=ago) for ago in reversed(range(RECENT))]


def volumes(project: ProjectCard, event: str = "") -> Mapping[str, Volume]:
    """Of every event that happened, or of one."""
    days = recent_days(project)
    params = {"name": event, "since": days[0].isoformat(), "until": _until(project.id)}
    found = store.run(_COUNTED, project=project.id, between=store.EVER, params=params)
    return {name: _volume(days, *row) for name, *row in found.rows}


def people_lately(project: ProjectCard, event: str) -> int:
    """How many people did it in the last days."""
    found = store.run(
        "SELECT uniqExact(person) FROM scope.rollup WHERE event = {event:String} AND day >= {since:Date}",
        project=project.id, between=store.EVER,
        params={"event": event, "since": recent_days(project)[0].isoformat()},
    )  # fmt: skip
    return int(found.rows[0][0])


def last_instant(project: ProjectCard, event: str, day: date) -> datetime | None:
    """When it happened last, on a day on which it did."""
    found = store.run(
        "SELECT max(last) FROM scope.rollup WHERE event = {event:String} AND day = {day:Date}",
        project=project.id, between=store.EVER, params={"event": event, "day": day.isoformat()},
    )  # fmt: skip
    last: datetime = found.rows[0][0]
    return utc(last) if last.year > 1970 else None


def _volume(
    days: list[date], total: int, first: date, day: date, last: datetime, lately: list[tuple[date, int]]
) -> Volume:
    counts = {each: int(times) for each, times in lately}
    on_days = tuple(counts.get(each, 0) for each in days)
    return Volume(int(total), on_days, first, utc(last) if last.year > 1970 else day)


def _until(project: int) -> str:
    found = store.run("SELECT max(until) FROM scope.daily_until", project=project, between=store.EVER)
    until: Any = found.rows[0][0]
    return str(until)
