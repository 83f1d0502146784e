"""The instants at which everybody did an event, a week to a page: a number each, that has the id above the instant.

What a page knows is as good as the events as long as the days of its week are in the states that they were in before
it was read; else it is read anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.params import Params
from groundswell.insights.attendance.reading import EPOCH
from groundswell.insights.attendance.roster import Ids, Persons, Roll
from groundswell.insights.instants import Micros, Places
from groundswell.insights.stories import about
from groundswell.insights.types import Count
from groundswell.kernel.periods import Days
from groundswell.store import service as store

WEEK = 7  # local days
BITS = 40  # of an instant within its page (µs): 12 days
MOST_IDS = (1 << (64 - BITS)) - 2
MOST_MOMENTS = 40_000_000  # that are kept, of a question; 8 bytes each
AT_ONCE = 4_000_000  # moments that are read by one query, about
MEMORY = 600_000_000  # bytes, of that query
WORKERS = 2  # each reads with one thread

Keys = NDArray[np.uint64]
Week = int  # days since 1970, divided by ``WEEK``
States = tuple[int, ...]  # of the days of a week


@dataclass(frozen=True)
class Page:
    """A week of an event. ``keys`` ascend: the id's number in the roll, and in the lower bits the µs since ``begin``.
    ``states`` are those that the store's days had before they were read."""

    week: Week
    begin: int  # µs since 1970
    keys: Keys
    states: States

    @property
    def size(self) -> int:
        """Bytes, with what is known besides."""
        return self.keys.nbytes + 400


@dataclass(frozen=True)
class Recollection:
    """The pages of several events, week by week, and the persons behind the numbers there."""

    pages: list[list[Page]]
    persons: Persons


@dataclass(frozen=True)
class _Stretch:
    """Weeks in a row of an event, which are read at once."""

    event: str
    weeks: range


class Diary:
    """The pages that are known of a project. Thread-safe: a page is never changed, only replaced."""

    def __init__(self, roll: Roll) -> None:
        self._roll = roll
        self._lock = threading.Lock()
        self._pages: OrderedDict[tuple[str, Week], Page] = OrderedDict()  # what was asked for last at the end

    @property
    def size(self) -> int:
        """Bytes."""
        with self._lock:
            return sum(page.size for page in self._pages.values())

    def pages(self, events: Sequence[str], now: Mapping[Week, States], tz: str) -> list[list[Page]] | None:
        """The pages of each event, week by week, which know what is so in these states; of weeks in which nobody did it
        there are none. None where they are too many to be kept."""
        asked = [(event, week) for event in dict.fromkeys(events) for week in now]
        with self._lock:
            known = {key: self._pages[key] for key in asked if key in self._pages}
            for key in known:
                self._pages.move_to_end(key)
        unknown = [key for key in asked if key not in known or known[key].states != now[key[1]]]
        moments = sum(len(page.keys) for page in known.values())
        work = self._stretches(unknown, MOST_MOMENTS - moments, tz) if unknown else []
        if work is None:
            return None
        with ThreadPoolExecutor(WORKERS) as workers:
            for pages in workers.map(store.carried(lambda stretch: self._read(stretch, now, tz)), work):
                if pages is None:
                    return None
                known |= pages
        with self._lock:
            self._pages.update({key: known[key] for key in unknown})
        return [[page for week in now if len((page := known[event, week]).keys)] for event in events]

    def forget_one(self) -> None:
        """Let go of the page that was not asked for the longest time."""
        with self._lock:
            if self._pages:
                self._pages.popitem(last=False)

    def _stretches(self, unknown: Sequence[tuple[str, Week]], most: int, tz: str) -> list[_Stretch] | None:
        """How pages are to be read; None where there are more moments than that to be kept, or too many of a page."""
        weeks: dict[str, list[Week]] = {}
        for event, week in unknown:
            weeks.setdefault(event, []).append(week)
        runs = _runs(sorted({week for _, week in unknown}), len(unknown))
        rows = sum(self._about(sorted(weeks), run, tz) for run in runs)
        if rows > min(most, AT_ONCE * len(unknown)):
            return None
        at_once = max(1, AT_ONCE * len(unknown) // max(rows, 1))
        return [_Stretch(event, run) for event, mine in weeks.items() for run in _runs(mine, at_once)]

    def _about(self, events: Sequence[str], weeks: range, tz: str) -> int:
        params = Params()
        wanted = f"event IN {params.texts(events)}"
        return about(self._roll.project, _between(weeks, tz), wanted, params)

    def _read(self, stretch: _Stretch, now: Mapping[Week, States], tz: str) -> dict[tuple[str, Week], Page] | None:
        """The pages of a stretch; None where there are more ids than a page can number."""
        ids, at = _read(self._roll.project, stretch, tz, self._roll.count)
        begins = [_between(range(week, week + 1), tz)[0] for week in stretch.weeks]
        number = self._roll.numbers(ids)
        if len(number) and int(number.max()) > MOST_IDS:
            return None
        keys = _keys_by_week(number, at, begins)
        pages = zip(stretch.weeks, begins, keys, strict=True)
        return {(stretch.event, week): Page(week, begin, mine, now[week]) for week, begin, mine in pages}


def week_of(day: int) -> Week:
    """The week of a day (since 1970)."""
    return day // WEEK


def days_of(weeks: range, tz: str) -> Days:
    """The days of weeks in a row."""
    return Days(EPOCH + timedelta(weeks.start * WEEK), EPOCH + timedelta(weeks.stop * WEEK - 1), tz)


def _between(weeks: range, tz: str) -> tuple[int, int]:
    days = days_of(weeks, tz)
    return days.start_us, days.end_us


def _runs(weeks: Sequence[Week], most: int) -> list[range]:
    """Weeks, which ascend, as runs of weeks in a row, each of at most so many."""
    found = [range(weeks[0], weeks[0] + 1)]
    for before, week in pairwise(weeks):
        if week == before + 1 and len(found[-1]) < most:
            found[-1] = range(found[-1].start, week + 1)
        else:
            found.append(range(week, week + 1))
    return found


def _read(project: int, stretch: _Stretch, tz: str, count: Count) -> tuple[Ids, Micros]:
    """Whose ids, or which accounts, and at what instants, in any order. Raises Refusal 422 where it is too much."""
    params = Params()
    actor, is_known = ("account", " AND account != 0") if count is Count.ACCOUNTS else ("id", "")
    found = store.run_arrow(
        f"SELECT {actor} AS actor, toUnixTimestamp64Micro(timestamp) AS at\nFROM scope.events\n"
        f"WHERE event = {params.text(stretch.event)}{is_known}",
        project=project, between=_between(stretch.weeks, tz), params=params,
        limits=store.Limits(threads=1, memory=MEMORY),
    )  # fmt: skip
    ids, at = (_column(found, name) for name in ("actor", "at"))
    return ids, at.view(np.int64)


def _column(found: pa.Table, name: str) -> NDArray[np.uint64]:
    values: NDArray[np.uint64] = found.column(name).combine_chunks().to_numpy()
    return values


def _keys_by_week(number: Places, at: Micros, begins: Sequence[int]) -> list[Keys]:
    """The keys of moments, week by week."""
    begin = np.array(begins, np.int64)
    week = np.searchsorted(begin, at, side="right") - 1
    keys = number.astype(np.uint64) << np.uint64(BITS) | (at - begin[week]).astype(np.uint64)
    return [np.sort(keys if len(begins) == 1 else keys[week == place]) for place in range(len(begins))]
