"""Who did something so often: from the counts that are kept beside the events where these know it, else from events.

ever, any event                 when ids were there (``scope.seen``)
ever, or at all in some time    counts per local day (``scope.rollup``)
so often in some time           counts of the whole days, and the events of the day that is cut
with a condition on events, of companies, within a day or two: the events of that name, in the order of time
"""

from dataclasses import dataclass
from datetime import timedelta

from groundswell.conditions.language import names_in
from groundswell.conditions.names import Names, is_of_person
from groundswell.conditions.sql import Params
from groundswell.kernel.clock import DAY, from_us, to_us
from groundswell.kernel.periods import day_start, zone
from groundswell.segments.types import Did, Of
from groundswell.store.service import FROM_START, TO_END
from groundswell.workspace.types import ProjectCard

SHORT = 2 * DAY  # µs: so few days of events are read as fast as their counts


@dataclass(frozen=True)
class Behaviour:
    """What is asked, as of the instant ``at`` (µs). The project's zone is that in which its days are counted. It is
    turned where those are sought for whom it does not hold."""

    project: ProjectCard
    of: Of
    did: Did
    at: int
    is_turned: bool

    @property
    def is_certain(self) -> bool:
        """Whether it holds for everybody, however often they did it."""
        return self.did.at_least == 0 and self.did.at_most is None

    @property
    def since(self) -> int | None:
        """The first instant (µs) that counts; None for ever."""
        return None if self.did.within_us is None else max(FROM_START, self.at - self.did.within_us)

    @property
    def having(self) -> str:
        """Which counts are sought. A turned one is of those who did it too often."""
        least, most = self.did.at_least, self.did.at_most
        if self.is_turned:
            return f"times > {most}"
        return f"times >= {least}" if most is None else f"times BETWEEN {least} AND {most}"

    @property
    def asks_only_whether(self) -> bool:
        """Whether it is enough to know of one event."""
        return self.having in ("times >= 1", "times > 0")

    @property
    def is_counted_by_day(self) -> bool:
        """Whether the counts per day know it."""
        is_short = self.did.within_us is not None and self.did.within_us <= SHORT
        return self.of is Of.PEOPLE and not is_short and all(map(is_of_person, names_in(self.did.wanted.where)))


def behaviour_sql(asked: Behaviour, params: Params) -> tuple[str, int]:
    """SQL for the column ``member``, and the instant (µs) before which it reads nothing."""
    names = Names(asked.project.id, params)
    wanted = names.wanted(asked.did.wanted)
    if asked.since is None:
        if not wanted and asked.is_counted_by_day:
            return _counted(asked, [_days(names, wanted, source="seen")]), TO_END
        read = _days(names, wanted) if asked.is_counted_by_day else _events(asked, names, wanted, FROM_START, TO_END)
        return _counted(asked, [read]), FROM_START
    if not asked.is_counted_by_day:
        return _counted(asked, [_events(asked, names, wanted, asked.since, TO_END)]), asked.since
    if asked.asks_only_whether:
        return _counted(asked, [_days_with_some(asked, names, wanted, asked.since)]), asked.since
    cut_until = _day_after(asked.since, asked.project.timezone)
    parts = [
        _whole_days(names, wanted, asked.since, asked.project.timezone),
        _events(asked, names, wanted, asked.since, cut_until),
    ]
    return _counted(asked, parts), asked.since


def _counted(asked: Behaviour, parts: list[str]) -> str:
    """How often each of them did it, from rows of ``member`` and ``times``."""
    found = "\nUNION ALL\n".join(parts)
    if asked.asks_only_whether:
        return f"SELECT DISTINCT member\nFROM ({found})"
    return (
        f"SELECT member\nFROM (SELECT member, sum(times) AS times\nFROM ({found})\nGROUP BY member)\n"
        f"WHERE {asked.having}"
    )


def _days_with_some(asked: Behaviour, names: Names, wanted: list[str], since: int) -> str:
    """Days of the zone may begin a day before that of UTC; of the first the last event is decisive."""
    day = names.params.bind(from_us(since).date() - timedelta(days=1), "Date32")
    instant = f"last >= {_instant(since, names.params)}"
    return _days(names, [*wanted, f"day >= {day}", instant])


def _whole_days(names: Names, wanted: list[str], since: int, tz: str) -> str:
    day = from_us(since).astimezone(zone(tz)).date()
    return _days(names, [*wanted, f"day > {names.params.bind(day, 'Date32')}"])


def _days(names: Names, where: list[str], *, source: str = "rollup") -> str:
    return f"SELECT person AS member, count AS times\nFROM scope.{source} AS e{names.joins}\nWHERE {_all(where)}"


def _events(asked: Behaviour, names: Names, wanted: list[str], since: int, until: int) -> str:
    where = [*wanted, f"{asked.of.entity} != 0"]
    if since > FROM_START:
        where.append(f"timestamp >= {_instant(since, names.params)}")
    if until < TO_END:
        where.append(f"timestamp < {_instant(until, names.params)}")
    return f"SELECT {asked.of.entity} AS member, 1 AS times\nFROM scope.events AS e{names.joins}\nWHERE {_all(where)}"


def _day_after(instant: int, tz: str) -> int:
    """When the local day after that of the instant begins (µs)."""
    day = from_us(instant).astimezone(zone(tz)).date() + timedelta(days=1)
    return to_us(day_start(day, tz))


def _instant(at: int, params: Params) -> str:
    return f"fromUnixTimestamp64Micro({params.bind(at, 'Int64')}, 'UTC')"


def _all(conditions: list[str]) -> str:
    return " AND ".join(conditions) or "1"
