"""What changed: which events more people, or fewer, did in the last days than in as many days before.

Two counts of people are compared as Poisson counts, z = (now - before) / √(now + before): the normal approximation of
Przyborowski and Wilenski (1940). Who was there both times makes the true spread smaller, so the comparison is
careful. As many events are looked at, those are named that stand at a false discovery rate of 5 % (Benjamini and
Hochberg 1995).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from groundswell.kernel.periods import Days
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

FALSE_DISCOVERIES = 0.05
MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Change:
    """People who did an event (any, if it is None) in the days asked for, and in as many before."""

    event: str | None
    now: int
    before: int

    @property
    def share(self) -> float | None:
        """How much more, as a share of before; None where there was nobody."""
        return (self.now - self.before) / self.before if self.before else None

    @property
    def chance(self) -> float:
        """How likely so large a difference is where nothing changed (two-sided)."""
        both = self.now + self.before
        return math.erfc(abs(self.now - self.before) / math.sqrt(2 * both)) if both else 1.0


@dataclass(frozen=True)
class Changes:
    """What the days say beside as many days before: in all, and event by event, the surest first."""

    days: Days
    in_all: Change
    events: tuple[Change, ...]

    @property
    def sure(self) -> tuple[Change, ...]:
        """The changes that are hardly chance."""
        return self.events[: len(discoveries([each.chance for each in self.events]))]


def changes(project: ProjectCard, days: Days) -> Changes:
    """People by event in these days and in as many before."""
    before = Days(days.first - timedelta(days=len(days)), days.first - timedelta(days=1), days.tz)
    people = "uniqExactIf(person, day >= {middle:Date}), uniqExactIf(person, day < {middle:Date})"
    found = store.run(
        f"SELECT grouping(event) AS single, event, {people}\nFROM scope.rollup\n"
        "WHERE day BETWEEN {first:Date} AND {last:Date}\nGROUP BY GROUPING SETS ((event), ())\n"
        f"ORDER BY single DESC LIMIT {MOST_EVENTS + 1}",
        project=project.id,
        between=(before.start_us, days.end_us),
        params={"first": before.first, "middle": days.first, "last": days.last},
    )
    in_all = Change(None, 0, 0)
    events = []
    for is_all, event, now, then in found.rows:
        if is_all:
            in_all = Change(None, int(now), int(then))
        else:
            events.append(Change(str(event), int(now), int(then)))
    return Changes(days, in_all, tuple(sorted(events, key=lambda each: (each.chance, -each.now, each.event or ""))))


def discoveries(chances: Sequence[float], rate: float = FALSE_DISCOVERIES) -> Sequence[float]:
    """Of chances that ascend those that stand at this false discovery rate."""
    passed = [place for place, chance in enumerate(chances, start=1) if chance <= rate * place / len(chances)]
    return chances[: max(passed, default=0)]
