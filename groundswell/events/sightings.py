"""What comes with what: the properties of an event, and the events of a property, as lately seen."""

from dataclasses import dataclass
from datetime import timedelta

from groundswell.events.columns import property_sql
from groundswell.events.volumes import RECENT
from groundswell.kernel import clock
from groundswell.kernel.clock import to_us
from groundswell.kernel.secrets import is_secret
from groundswell.store import service as store
from groundswell.store.limits import Limits
from groundswell.workspace.types import ProjectCard

LOOKED_INTO = 1_000  # events whose properties are taken apart
LOOKED_AT = 100_000  # events in which a property is looked for that has no column of its own
STEADY = Limits(threads=1)  # so that the same events are looked at each time
_MOST = 50
_VALUES = 10


@dataclass(frozen=True)
class Sighting:
    """A name, how often it was there, and in which share of what was looked at."""

    name: str
    count: int
    share: float


def properties_in(project: ProjectCard, event: str) -> list[Sighting]:
    """The properties of some events of the last days, the most frequent first."""
    found = store.run(
        "SELECT name, count() AS times FROM ("
        " SELECT arrayJoin(arrayDistinct(arrayPushBack(JSONExtractKeys(properties), ''))) AS name FROM ("
        f" SELECT properties FROM scope.events WHERE event = {{event:String}} LIMIT {LOOKED_INTO}))"
        f" GROUP BY name ORDER BY times DESC, name LIMIT {_MOST}",
        project=project.id, between=_lately(), params={"event": event}, limits=STEADY,
    )  # fmt: skip
    counts = {name: int(count) for name, count in found.rows}
    looked_into = counts.pop("", 1)  # each event was given that name
    return [Sighting(name, count, count / looked_into) for name, count in counts.items()]


def events_with(project: ProjectCard, name: str, *, has_column: bool) -> list[Sighting]:
    """The events of the last days that a property came with, and in which share of them it was there.

    Without a column of its own it is looked for in some events only: those of whoever comes first in the table, whose
    order means nothing.
    """
    there = f"({property_sql(project.id, name)}) != ''"
    some = "" if has_column else f"LIMIT {LOOKED_AT}"
    found = store.run(
        f"SELECT event, countIf(is_there) AS times, count() FROM ("
        f" SELECT event, {there} AS is_there FROM scope.events {some}) GROUP BY event"
        f" HAVING times > 0 ORDER BY times DESC, event LIMIT {_MOST}",
        project=project.id, between=_lately(), limits=STEADY,
    )  # fmt: skip
    return [Sighting(event, int(times), int(times) / int(of)) for event, times, of in found.rows]


def values_of(project: ProjectCard, name: str, *, has_column: bool) -> list[Sighting]:
    """Its most frequent values in some events of the last days, and the share of those that came with it."""
    if is_secret(name):
        return []
    raw = f"({property_sql(project.id, name)})"
    of_those = "WHERE raw != ''" if has_column else ""  # to look for it in JSON is to read all that are looked at
    found = store.run(
        "SELECT if(startsWith(raw, '\"'), JSONExtractString(raw), raw) AS value, count() AS times, sum(times) OVER ()"
        f" FROM (SELECT {raw} AS raw FROM scope.events {of_those} LIMIT {LOOKED_AT}) WHERE raw != ''"
        f" GROUP BY value ORDER BY times DESC, value LIMIT {_VALUES}",
        project=project.id, between=_lately(), limits=STEADY,
    )  # fmt: skip
    return [Sighting(value, int(times), int(times) / int(of)) for value, times, of in found.rows]


def _lately() -> tuple[int, int]:
    now = clock.now()
    return to_us(now - timedelta(days=RECENT)), to_us(now) + 1
