"""The crowds that metrics are made of: who did what when, read once for all metrics of a period.

People are their numbers, ascending and each once unless it is said otherwise. Who was there on which days comes from
the register of attendance where that can know, else from the rollup; instants and properties come from the events.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.names import Names
from groundswell.conditions.params import Params
from groundswell.conditions.types import Wanted
from groundswell.events.service import vocabulary
from groundswell.insights.attendance.service import attended, in_periods
from groundswell.insights.instants import Bools, Micros
from groundswell.kernel.clock import from_us
from groundswell.kernel.periods import EARLIEST, Days, zone
from groundswell.metrics.types import Ids
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

EPOCH, EVER_FROM = date(1970, 1, 1), EARLIEST
KNOWN = "SELECT DISTINCT person FROM scope.person_ids WHERE known = 1 ORDER BY person"


@dataclass(frozen=True)
class Presence:
    """Who was there on which of the days: ``words`` has a bit for each day of each of them."""

    days: Days
    actor: Ids
    words: NDArray[np.uint64]  # [people, words]

    @property
    def counts(self) -> NDArray[np.int64]:
        """On how many days each was there."""
        counts: NDArray[np.int64] = np.bitwise_count(self.words).sum(axis=1, dtype=np.int64)
        return counts

    def on(self, day: date) -> Bools:
        """Who was there on a day."""
        word, bit = divmod((day - self.days.first).days, 64)
        there: Bools = self.words[:, word] >> np.uint64(bit) & np.uint64(1) != 0
        return there

    @property
    def last(self) -> NDArray[np.int64]:
        """The last day (since 1970) on which each was there."""
        found = np.zeros(len(self.actor), np.int64)
        for day in self.days:
            found[self.on(day)] = (day - EPOCH).days
        return found

    def only(self, some: Ids) -> "Presence":
        """Some of them."""
        which = among(self.actor, some)
        return Presence(self.days, self.actor[which], self.words[which])


@dataclass(frozen=True)
class SignUps:
    """Who signed up and when first (µs), and the plan then ("" where none was said)."""

    actor: Ids
    at: Micros
    plan: NDArray[np.object_]
    tz: str

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """The local day (since 1970) of each."""
        tz = zone(self.tz)
        return np.array([(from_us(at).astimezone(tz).date() - EPOCH).days for at in self.at.tolist()], np.int64)

    def only(self, which: Bools) -> "SignUps":
        """Some of them."""
        return SignUps(self.actor[which], self.at[which], self.plan[which], self.tz)


@dataclass(frozen=True)
class Crowds:
    """Of a project, on some days. What was read is kept as long as this is."""

    project: ProjectCard  # in the zone in which its days are counted
    days: Days

    @cached_property
    def roles(self) -> dict[str, str]:
        """The event that plays each role."""
        return vocabulary(self.project.id)

    @cached_property
    def known(self) -> Ids:
        """Everybody who was ever named by a user's id."""
        return column(store.run_arrow(KNOWN, project=self.project.id, between=store.EVER), "person")

    @cached_property
    def active(self) -> Presence:
        """The known people who did anything on the days."""
        return self.there(None, self.days).only(self.known)

    def did(self, event: str) -> Presence:
        """Whoever did an event on the days, strangers too."""
        return self.there(event, self.days)

    def there(self, event: str | None, days: Days) -> Presence:
        """Whoever did an event, or any, on which of some days."""
        place = {day: number for number, day in enumerate(days)}
        if known := attended(self.project.id, [Wanted(event, {})], days):
            words = in_periods(known[0], [days], place.__getitem__, len(days), are_days=True)
            there = np.flatnonzero(words.any(axis=1))
            return Presence(days, known[0].actor[there], words[there])
        return self._read(event, days)

    def _read(self, event: str | None, days: Days) -> Presence:
        params = Params()
        begin = params.bind(days.first, "Date")
        number = f"toUInt32(day - {begin})"
        bit = f"bitShiftLeft(toUInt64(1), toUInt8({number} % 64))"
        words = [
            f"groupBitOr(if(intDiv({number}, 64) = {word}, {bit}, 0)) AS w{word}" for word in range(-(-len(days) // 64))
        ]
        where = [f"day BETWEEN {begin} AND {params.bind(days.last, 'Date')}"]
        where += [f"event = {params.text(event)}"] if event is not None else []
        found = store.run_arrow(
            f"SELECT person, {', '.join(words)}\nFROM scope.rollup\nWHERE {' AND '.join(where)}\n"
            "GROUP BY person ORDER BY person",
            project=self.project.id, between=(days.start_us, days.end_us), params=params,
        )  # fmt: skip
        columns = [column(found, f"w{word}") for word in range(len(words))]
        return Presence(days, column(found, "person"), np.column_stack(columns))

    @cached_property
    def ever_signed_up(self) -> SignUps:
        """Who had signed up by the end of the days."""
        names = Names(self.project.id)
        event, plan = names.params.text(self.roles["signed_up"]), names.raw("event.plan")
        found = self.ask(
            f"SELECT person, min(toUnixTimestamp64Micro(timestamp)) AS at, argMin({plan}, timestamp) AS plan\n"
            f"FROM scope.events AS e\nWHERE event = {event}\nGROUP BY person ORDER BY person",
            names, ever=True,
        )  # fmt: skip
        plans = np.array([text.strip('"') for text in found.column("plan").to_pylist()], object)
        return SignUps(column(found, "person"), column(found, "at").view(np.int64), plans, self.days.tz)

    @cached_property
    def signed_up(self) -> SignUps:
        """Whose first sign-up lies in the days."""
        return self.ever_signed_up.only(self.ever_signed_up.at >= self.days.start_us)

    def ask(self, sql: str, names: Names, *, ever: bool = False) -> pa.Table:
        """What a query over the events of the days says, or of all up to their end; ``names`` has its parameters."""
        begin = EVER_FROM if ever else self.days.first
        between = Days(begin, self.days.last, self.days.tz)
        return store.run_arrow(
            sql, project=self.project.id, between=(between.start_us, between.end_us), params=names.params
        )

    def later(self, days: int) -> Days:
        """The days, and so many after them."""
        return Days(self.days.first, self.days.last + timedelta(days=days), self.days.tz)


def among(some: Ids, others: Ids) -> Bools:
    """Which of some people are among others, who ascend."""
    if not len(others):
        return np.zeros(len(some), bool)
    place = np.minimum(np.searchsorted(others, some), len(others) - 1)
    found: Bools = others[place] == some
    return found


def column(found: pa.Table, name: str) -> NDArray[np.uint64]:
    values: NDArray[np.uint64] = found.column(name).combine_chunks().to_numpy(zero_copy_only=False)
    return values
