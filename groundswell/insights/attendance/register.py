"""The register: of every event that was asked about, on which days who did it.

What it knows of a day is as good as the rollup as long as the day's state in the store is the one before it was read;
of other days the rollup is asked again. Rows are only ever added to a day, so what was read of it before stays true;
when all days were counted anew the register begins anew, too. Whose ids they are is looked up when a question is asked,
so that people who merge change nothing here. What was not asked for the longest time is forgotten for want of memory.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.attendance.reading import BLOCK, Event, Words, number_of, read
from groundswell.insights.attendance.roster import Persons, Roster
from groundswell.insights.instants import Places
from groundswell.insights.stories import Joins
from groundswell.kernel.periods import Days
from groundswell.store import service as store

MOST_BLOCKS = 24  # that are held of an event: four years
BUDGET = 384 * 2**20  # bytes of all sheets
MOST_JOINS = 2_000_000  # that are kept from one question to the next
States = Mapping[int, NDArray[np.int64]]  # block → of each of its days; 0 is none


@dataclass(frozen=True)
class Sheet:
    """Who did an event (numbers of the roster) and when: for every block a word each. ``states`` are those that the
    store's days had before they were read."""

    number: Places
    words: Mapping[int, Words]
    states: States

    @property
    def size(self) -> int:
        """Bytes."""
        return self.number.nbytes + sum(word.nbytes for word in self.words.values())

    def unknown(self, now: States) -> list[int]:
        """The days of which it does not know what is so in these states of the store."""
        nothing = np.zeros(BLOCK, np.int64)
        known = {block: self.states.get(block, nothing) for block in now}
        return [
            block * BLOCK + day
            for block, states in now.items()
            for day in np.flatnonzero((states != known[block]) & (states != 0)).tolist()
        ]

    def with_days(self, number: Places, words: Mapping[int, Words], now: States, ids: int) -> "Sheet":
        """The sheet with what was read of days in these states; ``ids`` is how many the roster has."""
        place = np.full(ids, -1, np.int32)
        place[self.number] = np.arange(len(self.number), dtype=np.int32)
        new = number[place[number] < 0]
        place[new] = np.arange(len(self.number), len(self.number) + len(new), dtype=np.int32)
        merged = {}
        for block in {*self.words, *words}:
            word = np.zeros(len(self.number) + len(new), np.uint64)
            if block in self.words:
                word[: len(self.number)] = self.words[block]
            if block in words:
                word[place[number]] |= words[block]
            merged[block] = word
        states = dict(self.states)
        for block, own in now.items():
            states[block] = np.where(own != 0, own, states.get(block, own))
        return Sheet(np.append(self.number, new), merged, states)


NOBODY = Sheet(np.zeros(0, np.int32), {}, {})


@dataclass(frozen=True)
class Attendance:
    """A sheet that knows all the days asked for, and the persons behind its numbers."""

    sheet: Sheet
    persons: Persons


class Register:
    """All that is known. Thread-safe: what is written down is never changed, only replaced."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._whole: dict[int, int] = {}  # the state of all days of a project when it was begun
        self._rosters: dict[int, Roster] = {}
        self._sheets: OrderedDict[tuple[int, Event], Sheet] = OrderedDict()
        self._joins: dict[int, tuple[int, Joins]] = {}
        self._persons: dict[int, tuple[Roster, Joins, Persons]] = {}

    def attendance(self, project: int, events: Sequence[Event], days: Days) -> list[Attendance] | None:
        """Who did each of the events on which days, of those asked for at least. None where that cannot be known here:
        others write to the store, all was counted anew meanwhile, or the days are too many."""
        if number_of(days.last) // BLOCK - number_of(days.first) // BLOCK >= MOST_BLOCKS:
            return None
        found = store.part_states(project, [store.WHOLE, "persons", *days])
        if found is None:
            return None
        whole, joined, *states = found
        now = _by_block(number_of(days.first), states)
        sheets = [self._sheet(project, whole, event, now, days.tz) for event in events]
        joins = self._joined(project, joined)
        with self._lock:
            roster = self._rosters.get(project, Roster.empty())
            if self._whole.get(project) != whole:
                return None
        persons = self._behind(project, roster, joins)
        return [Attendance(sheet, persons) for sheet in sheets]

    def _sheet(self, project: int, whole: int, event: Event, now: States, tz: str) -> Sheet:
        """The sheet of an event which knows what is so in these states."""
        with self._lock:
            if self._whole.get(project) != whole:
                self._forget(project)
                self._whole[project] = whole
            known = self._sheets.get((project, event), NOBODY)
            if known is not NOBODY:
                self._sheets.move_to_end((project, event))
        unknown = known.unknown(now)
        if not unknown:
            return known
        ids, words = read(project, event, unknown, tz)
        with self._lock:
            roster, number = self._rosters.get(project, Roster.empty()).with_ids(ids)
            order = np.argsort(number)  # passes over persons go from one to the next in memory
            number, words = number[order], {block: word[order] for block, word in words.items()}
            known = self._sheets.get((project, event), NOBODY)
            sheet = known.with_days(number, words, now, len(roster.ids))
            if self._whole.get(project) == whole:
                self._rosters[project] = roster
                self._sheets[project, event] = sheet
                self._make_room()
        return sheet

    def _joined(self, project: int, state: int) -> Joins:
        known, joins = self._joins.get(project, (0, Joins.none()))
        if known != state:
            joins = Joins.of(project)
            if len(joins.ids) <= MOST_JOINS:
                self._joins[project] = state, joins
        return joins

    def _behind(self, project: int, roster: Roster, joins: Joins) -> Persons:
        kept = self._persons.get(project)
        if kept is not None and kept[0] is roster and kept[1] is joins:
            return kept[2]
        persons = Persons.behind(roster, joins)
        self._persons[project] = roster, joins, persons
        return persons

    def _make_room(self) -> None:
        size = sum(sheet.size for sheet in self._sheets.values())
        while size > self._budget and len(self._sheets) > 1:
            size -= self._sheets.popitem(last=False)[1].size

    def _forget(self, project: int) -> None:
        for key in [key for key in self._sheets if key[0] == project]:
            del self._sheets[key]
        for kept in (self._rosters, self._joins, self._persons):
            kept.pop(project, None)


def _by_block(first: int, states: Sequence[int]) -> States:
    """The states of days in a row, by block."""
    blocks: dict[int, NDArray[np.int64]] = {}
    for day, state in enumerate(states, start=first):
        blocks.setdefault(day // BLOCK, np.zeros(BLOCK, np.int64))[day % BLOCK] = state
    return blocks


register = Register()
