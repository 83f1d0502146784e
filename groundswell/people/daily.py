"""People and totals per event and local day, counted ahead: what trends of whole days are made of.

The days before ``until`` are counted, later ones are asked of the rollup. The loader counts on, a week at a time, when
it has time. Before it writes what changes a counted day (late events, a join of somebody who was there), it takes
``until`` back to that day. So what is counted is never out of date, after a crash at any instant either.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa

from groundswell.events import service as events
from groundswell.kernel.clock import now, now_us
from groundswell.kernel.periods import zone
from groundswell.store import service as store
from groundswell.store.kept import Kept
from groundswell.workspace.types import ProjectCard

STEP = timedelta(days=7)
NEVER = date(1970, 1, 1)


@dataclass(frozen=True)
class Counted:
    """The days before ``until`` are counted, in the local days of one edition of the rollup."""

    edition: int = 0
    until: date = NEVER
    version: int = 0

    def then(self, until: date) -> "Counted":
        """Versions are never used again, not even after an attempt of which nobody knows how far it came."""
        return replace(self, until=until, version=max(self.version + 1, now_us()))


class Daily:
    """Up to where each project's days are counted. One loader thread uses it."""

    def __init__(self) -> None:
        self._counted: dict[int, Counted] = {}
        self._is_sure = True  # whether it is what the store knows

    def restore(self) -> None:
        """Take over what the store knows."""
        found = store.read(
            "SELECT project, max(edition), argMax(until, (edition, version)), max(version)"
            " FROM groundswell.daily_until GROUP BY project"
        )
        self._counted = {project: Counted(*rest) for project, *rest in found.rows}
        self._is_sure = True

    @property
    def projects(self) -> list[int]:
        """The projects that something was written for; those that were just counted come last."""
        return list(self._counted)

    def touch(self, project: int, day: date) -> bool:
        """Say that a day is about to change, and any after it; whether one of them was counted."""
        if not self._is_sure:
            self.restore()
        if day >= self._counted.setdefault(project, Counted()).until:
            return False
        counted = self._of(project)
        if day >= counted.until:
            return False
        self._keep(project, counted.then(max(day, NEVER)))
        return True

    def count_on(self, project: ProjectCard) -> bool:
        """Count the next days that have events, up to yesterday. False where none are left."""
        if not self._is_sure:
            self.restore()
        counted = self._of(project.id)
        today = now().astimezone(zone(project.timezone)).date()
        if counted.until >= today:
            return False
        since = "SELECT min(day) AS first, count() AS rows FROM scope.rollup WHERE day >= {since:Date}"
        (following,) = _run(project, since, since=counted.until).to_pylist()
        first, has_days = following["first"], following["rows"] and following["first"] < today
        after = counted.then(min(first + STEP, today) if has_days else today)
        if has_days:
            rows = _run(project, _COUNT, since=first, until=after.until)
            rows = rows.append_column("version", pa.array([after.version] * len(rows), pa.uint64()))
            store.append("daily", rows, token=_token(project.id, after), computed=_place(project.id, after))
        self._keep(project.id, after)
        return True

    def _of(self, project: int) -> Counted:
        """Up to where the days are counted that questions ask for now: after a change of zone, none are."""
        counted, edition = self._counted.get(project, Counted()), events.edition(project)
        return counted if counted.edition == edition else Counted(edition, version=counted.version)

    def put_off(self, project: int) -> None:
        """Let all others be counted first."""
        self._counted[project] = self._counted.pop(project, Counted())

    def _keep(self, project: int, counted: Counted) -> None:
        row = pa.table(
            {"until": pa.array([counted.until], pa.date32()), "version": pa.array([counted.version], pa.uint64())}
        )
        self._is_sure = False
        store.append("daily_until", row, token=_token(project, counted), computed=_place(project, counted))
        self._is_sure = True
        self._counted.pop(project, None)
        self._counted[project] = counted


_COUNT = """
SELECT toString(event) AS event, toDate32(day) AS day, uniqExact(person) AS people, sum(count) AS total
FROM scope.rollup
WHERE day >= {since:Date} AND day < {until:Date}
GROUP BY GROUPING SETS ((event, day), (day))
"""


def _run(project: ProjectCard, sql: str, **params: date) -> pa.Table:
    return store.run_arrow(sql, project=project.id, between=store.EVER, params=params)


def _counted_until(project: int) -> date:
    found = store.run("SELECT max(until) FROM scope.daily_until", project=project, between=store.EVER)
    until: date = found.rows[0][0]
    return until


counted_until = Kept(_counted_until)  # the day before which a project's days are counted


def _token(project: int, counted: Counted) -> str:
    return f"daily-{project}-{counted.version}"


def _place(project: int, counted: Counted) -> dict[str, str]:
    return {"project": str(project), "edition": str(counted.edition)}
