"""People and totals per event and local day, counted ahead: what trends of whole days are made of.

The days before ``until`` are counted, later ones are asked of the rollup. The loader counts on, a week at a time, when
it has time. Before it writes what changes a counted day (late events, a join of somebody who was there), it takes
``until`` back to that day. So what is counted is never out of date, after a crash at any instant either.
"""

from datetime import date, timedelta

import pyarrow as pa

from groundswell.events import service as events
from groundswell.kernel.clock import now
from groundswell.kernel.periods import zone
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

STEP = timedelta(days=7)
NEVER = date(1970, 1, 1)


class Daily:
    """Up to where each project's days are counted. One loader thread uses it."""

    def __init__(self) -> None:
        self._until: dict[int, tuple[date, int]] = {}  # with its version

    def restore(self) -> None:
        """Take over what the store knows."""
        found = store.read(
            "SELECT project, argMax(until, (edition, version)), max(version)"
            " FROM groundswell.daily_until GROUP BY project"
        )
        self._until = {project: (until, version) for project, until, version in found.rows}

    @property
    def projects(self) -> list[int]:
        """The projects that something was written for; those that were just counted come last."""
        return list(self._until)

    def touch(self, project: int, day: date, *, token: str) -> bool:
        """Say, once per token, that a day is about to change, and any after it; whether one of them was counted."""
        until, version = self._until.setdefault(project, (NEVER, 0))
        if day < until:
            self._count_until(project, max(day, NEVER), version + 1, token=token)
        return day < until

    def count_on(self, project: ProjectCard) -> bool:
        """Count the next days that have events, up to yesterday. False where none are left."""
        until, version = self._until.get(project.id, (NEVER, 0))
        today = now().astimezone(zone(project.timezone)).date()
        if until >= today:
            return False
        next_day = _run(project, "SELECT min(day), count() FROM scope.rollup WHERE day >= {since:Date}", since=until)
        first, rows = next_day.to_pylist()[0].values()
        following = min(first + STEP, today) if rows else today
        token = f"daily-{project.id}-{version + 1}"
        if rows and first < today:
            counted = _run(project, _COUNT, since=first, until=following)
            counted = counted.append_column("version", pa.array([version + 1] * len(counted), pa.uint64()))
            store.append("daily", counted, token=token, computed=_place(project.id))
        self._count_until(project.id, following, version + 1, token=token)
        return True

    def _count_until(self, project: int, day: date, version: int, *, token: str) -> None:
        row = pa.table({"until": pa.array([day], pa.date32()), "version": pa.array([version], pa.uint64())})
        store.append("daily_until", row, token=token, computed=_place(project))
        self._until.pop(project, None)
        self._until[project] = (day, version)


_COUNT = """
SELECT toString(event) AS event, toDate32(day) AS day, uniqExact(person) AS people, sum(count) AS total
FROM scope.rollup
WHERE day >= {since:Date} AND day < {until:Date}
GROUP BY GROUPING SETS ((event, day), (day))
"""


def _run(project: ProjectCard, sql: str, **params: date) -> pa.Table:
    return store.run_arrow(sql, project=project.id, between=store.EVER, params=params)


def _place(project: int) -> dict[str, str]:
    return {"project": str(project), "edition": str(events.edition(project))}
