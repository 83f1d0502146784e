"""Editions of the rollup: a project's days counted in one zone. Questions read the largest edition that is listed.

Another one is made aside, month by month, and then listed: from one row on, all questions see it. A number is never
used twice, so that what an attempt left behind that was cut short is never seen and never in the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from groundswell.kernel.periods import zone
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

# A month of people and their days may be more than fits into memory; whoever asks meanwhile goes first.
_SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "max_threads": 2,
        "max_memory_usage": 2_000_000_000,
        "max_bytes_before_external_group_by": 500_000_000,
        "max_partitions_per_insert_block": 0,
        "insert_deduplicate": 0,
        "local_filesystem_read_method": "pread",
    }
)


_known: dict[int, tuple[int, "Edition"]] = {}  # by project: and as of which state of its days


@dataclass(frozen=True)
class Edition:
    """``zone`` is empty for the first: that of the project as it began."""

    number: int
    zone: str

    def of(self, project: ProjectCard) -> ProjectCard:
        """The project with the zone in which its days are counted."""
        return replace(project, timezone=self.zone or project.timezone)


def current(project: int) -> Edition:
    """The edition that questions read."""
    found = store.read(
        "SELECT max(edition), argMax(zone, edition) FROM groundswell.rollup_editions WHERE project = {project:UInt32}",
        params={"project": project},
    )
    return Edition(*found.rows[0])


def known(project: int) -> Edition:
    """The same for questions: asked of the store only after the project's days have moved."""
    states = store.part_states(project, [store.WHOLE])
    if states is None:
        return current(project)
    kept = _known.get(project)
    if kept is None or kept[0] != states[0]:
        kept = _known[project] = states[0], current(project)
    return kept[1]


def following(project: int, tz: str) -> Edition:
    """An edition that nothing was ever written for. Raises Refusal for a zone that there is not."""
    zone(tz)
    found = store.read(
        "SELECT max(edition) FROM groundswell.rollup WHERE project = {project:UInt32}", params={"project": project}
    )
    return Edition(max(int(found.rows[0][0]), current(project).number) + 1, tz)


def months(project: int) -> list[date]:
    """The months (UTC) in which the project has events, by their first days."""
    found = store.read(
        "SELECT DISTINCT toDate32(toStartOfMonth(timestamp)) AS month FROM groundswell.events"
        " WHERE project = {project:UInt32} ORDER BY month",
        params={"project": project},
    )
    return [month for (month,) in found.rows]


def count_month(project: int, edition: Edition, month: date) -> None:
    """Count all events of a month. What comes later has to be added by whoever loads it."""
    following_month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    store.engine().command(
        f"INSERT INTO groundswell.rollup SELECT project, {edition.number}, event, toDate(timestamp, '{edition.zone}')"
        " AS day, id, min(timestamp), max(timestamp), count() FROM groundswell.events"
        f" WHERE project = {project} AND timestamp >= toDateTime64('{month}', 6, 'UTC')"
        f" AND timestamp < toDateTime64('{following_month}', 6, 'UTC') GROUP BY project, event, day, id",
        settings=_SETTINGS,
    )


def append(project: int, rows: pa.Table, *, edition: Edition, token: str) -> None:
    """Append counts per event, local day and id of one project and month, once per token."""
    computed = {"project": str(project), "edition": str(edition.number)}
    days = pc.unique(rows.column("day")).to_pylist()
    store.append("rollup", rows, token=f"{token}-{edition.number}", computed=computed, parts=days)


def switch(project: int, edition: Edition) -> None:
    """Have all questions read this edition from now on."""
    try:
        store.engine().command(
            f"INSERT INTO groundswell.rollup_editions VALUES ({project}, {edition.number}, '{edition.zone}')"
        )
    finally:  # who cannot say whether it was done does not say that nothing changed
        store.moved(project)


def forget_others(project: int) -> None:
    """Take away what no question reads. The store does it when it has time."""
    kept = current(project).number
    store.engine().command(
        f"ALTER TABLE groundswell.rollup DELETE WHERE project = {project} AND edition != {kept}",
        settings={"mutations_sync": 0},  # the embedded engine would wait for it, and loading with it
    )
