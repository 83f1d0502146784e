"""The register: of every event that was asked about, on which days who did it, or at which instants (``diary``).

What it knows of a day is as good as the rollup as long as the day's state in the store is the one before it was read;
of other days the rollup is asked again. Rows are only ever added to a day, so what was read of it before stays true.
When all days were counted anew, another **book** is begun: ids have their numbers in a book, and a question works with
one book from its beginning to its end. Whose ids they are is looked up when a question is asked, so that people who
merge change nothing here. What was not asked for the longest time is forgotten for want of memory.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.attendance.diary import WEEK, Diary, Recollection, days_of, week_of
from groundswell.insights.attendance.reading import BLOCK, Event, Words, number_of, reach, read
from groundswell.insights.attendance.roster import Persons, Roll
from groundswell.insights.instants import Places
from groundswell.insights.types import Count
from groundswell.kernel.clock import from_us
from groundswell.kernel.periods import Days, zone
from groundswell.store import service as store

MOST_BLOCKS = 24  # that are held of an event: four years
MOST_PAGES = 512  # of a question: each is looked at for everybody
FEW = 2  # days: today, and what came late yesterday
BUDGET = 640 * 2**20  # bytes of all books
States = Mapping[int, NDArray[np.int64]]  # block → of each of its days; 0 is none


@dataclass(frozen=True)
class Sheet:
    """Who did an event (numbers of the book's roster) and when: a word each for every block in which somebody did.
    ``states`` are those that the store's days had before they were read."""

    number: Places
    words: Mapping[int, Words]
    states: States

    @property
    def size(self) -> int:
        """Bytes."""
        arrays: list[NDArray[Any]] = [self.number, *self.words.values(), *self.states.values()]
        return sum(each.nbytes for each in arrays)

    def unknown(self, now: States) -> list[int]:
        """The days, ascending, of which it does not know what is so in these states of the store."""
        nothing = np.zeros(BLOCK, np.int64)
        return [
            block * BLOCK + day
            for block, states in sorted(now.items())
            for day in np.flatnonzero((states != self.states.get(block, nothing)) & (states != 0)).tolist()
        ]

    def with_days(self, number: Places, words: Mapping[int, Words], states: States, ids: int) -> "Sheet":
        """The sheet with what was read of the days that have a state here; ``ids`` is how many the roster has."""
        place = np.full(ids, -1, np.int32)
        place[self.number] = np.arange(len(self.number), dtype=np.int32)
        new = number[place[number] < 0]
        place[new] = np.arange(len(self.number), len(self.number) + len(new), dtype=np.int32)
        merged = dict(self.words)
        if len(new):
            merged = {block: np.append(word, np.zeros(len(new), np.uint64)) for block, word in merged.items()}
        for block, read_now in words.items():
            if read_now.any():
                word = merged[block].copy() if block in merged else np.zeros(len(self.number) + len(new), np.uint64)
                word[place[number]] |= read_now
                merged[block] = word
        known = {block: np.where(own != 0, own, self.states.get(block, own)) for block, own in states.items()}
        every = np.append(self.number, new) if len(new) else self.number
        return Sheet(every, merged, {**self.states, **known})


NOBODY = Sheet(np.zeros(0, np.int32), {}, {})


@dataclass(frozen=True)
class Attendance:
    """A sheet that knows all the days asked for, and the persons behind its numbers."""

    sheet: Sheet
    persons: Persons


class Book:
    """What is known of a project since all of its days moved last (``whole``). Thread-safe: what is written down is
    never changed, only replaced."""

    def __init__(self, project: int, count: Count, whole: int) -> None:
        self.project, self.count, self.whole = project, count, whole
        self.roll = Roll(project, count)
        self.diary = Diary(self.roll)
        self._lock = threading.Lock()
        self._sheets: OrderedDict[Event, Sheet] = OrderedDict()  # what was asked for last at the end

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size_of_sheets() + self.diary.size + self.roll.size

    def _size_of_sheets(self) -> int:
        with self._lock:
            return sum(sheet.size for sheet in self._sheets.values())

    def unknown(self, event: Event, now: States) -> list[int]:
        """The days of which its sheet of an event does not know what is so in these states."""
        with self._lock:
            known = self._sheets.get(event, NOBODY)
        return known.unknown(now)

    def sheet(self, event: Event, now: States, tz: str) -> Sheet:
        """The sheet of an event which knows what is so in these states."""
        with self._lock:
            known = self._sheets.get(event, NOBODY)
            if known is not NOBODY:
                self._sheets.move_to_end(event)
        unknown = known.unknown(now)
        if not unknown:
            return known
        ids, words = read(self.project, event, unknown, tz, self.count)
        states = _by_block(unknown, [int(now[day // BLOCK][day % BLOCK]) for day in unknown])
        number = self.roll.with_ids(ids)
        size = len(self.roll)
        order = np.argsort(number)  # passes over persons go from one to the next in memory
        number, words = number[order], {block: word[order] for block, word in words.items()}
        found = known.with_days(number, words, states, size)
        with self._lock:
            base = self._sheets.get(event, NOBODY)
            if base is not known:  # others read of it, too, or it was forgotten
                base = base.with_days(number, words, states, len(self.roll))
            self._sheets[event] = found if base is known else base
        return found

    def forget_one(self) -> bool:
        """Let go of the page, or the sheet, that was not asked for the longest time, of what takes more; whether any is
        left."""
        if self.diary.size > self._size_of_sheets():
            self.diary.forget_one()
        else:
            with self._lock:
                if self._sheets:
                    self._sheets.popitem(last=False)
        with self._lock:
            return bool(self._sheets or self.diary.size)


class Register:
    """The books of all projects. Thread-safe."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._books: OrderedDict[tuple[int, Count], Book] = OrderedDict()  # what was asked for last at the end

    def attendance(
        self, project: int, events: Sequence[Event], days: Days, count: Count = Count.PEOPLE, *, if_known: bool = False
    ) -> list[Attendance] | None:
        """Who did each of the events on which days, of those asked for at least. None where that cannot be known here:
        others write to the store, the days are too many, or all was counted anew meanwhile; ``if_known``, also where
        more than ``FEW`` days of an event would have to be read."""
        asked = _within_reach(project, days)
        if asked and number_of(asked[-1]) // BLOCK - number_of(asked[0]) // BLOCK >= MOST_BLOCKS:
            return None
        opened = self._opened(project, count, asked)
        if opened is None:
            return None
        book, joined, of_days = opened
        now = _by_block([number_of(day) for day in asked], of_days)
        if if_known and any(len(book.unknown(event, now)) > FEW for event in events):
            return None
        sheets = [book.sheet(event, now, days.tz) for event in events]
        persons = book.roll.persons(joined)
        self._make_room()
        return [Attendance(sheet, persons) for sheet in sheets]

    def recollection(
        self, project: int, events: Sequence[str], days: Days, count: Count = Count.PEOPLE
    ) -> Recollection | None:
        """The instants at which each of the events happened, on those days at least. None where that cannot be known
        here: for the reasons of ``attendance``, or because there are too many."""
        weeks = list(dict.fromkeys(week_of(number_of(day)) for day in _within_reach(project, days)))
        if len(weeks) * len(events) > MOST_PAGES:
            return None
        of_weeks = [list(days_of(range(week, week + 1), days.tz)) for week in weeks]
        opened = self._opened(project, count, list(chain.from_iterable(of_weeks)))
        if opened is None:
            return None
        book, joined, of_days = opened
        now = {week: tuple(of_days[place * WEEK : (place + 1) * WEEK]) for place, week in enumerate(weeks)}
        pages = book.diary.pages(events, now, days.tz)
        if pages is None:
            return None
        persons = book.roll.persons(joined)
        self._make_room()
        return Recollection(pages, persons)

    def _opened(self, project: int, count: Count, days: Sequence[date]) -> tuple[Book, int, list[int]] | None:
        """The book of a project, and the states of its joins and of the days. None where others may write, or a book of
        a later time was begun."""
        states = store.part_states(project, [store.WHOLE, "persons", "person_accounts", *days])
        if states is None:
            return None
        whole, joined, members, *of_days = states
        if count is Count.ACCOUNTS:  # whose an event is goes by its person and that person's account
            whole = max(whole, joined, members)
        with self._lock:
            book = self._books.get((project, count))
            if book is None or book.whole < whole:
                book = self._books[project, count] = Book(project, count, whole)
            self._books.move_to_end((project, count))
            return (book, joined, of_days) if book.whole == whole else None

    def _make_room(self) -> None:
        with self._lock:
            size = {key: book.size for key, book in self._books.items()}
            while self._books and sum(size.values()) > self._budget:
                key, book = next(iter(self._books.items()))
                if book.forget_one():
                    size[key] = book.size
                else:
                    del self._books[key], size[key]


def _within_reach(project: int, days: Days) -> list[date]:
    """Those of the days between the project's first and its latest event: on no other did anybody anything."""
    ends = reach(project)
    if ends is None:
        return []
    first, last = (from_us(instant).astimezone(zone(days.tz)).date() for instant in ends)
    first, last = max(first, days.first), min(last, days.last)
    return list(Days(first, last, days.tz)) if first <= last else []


def _by_block(days: Sequence[int], states: Sequence[int]) -> States:
    """The states of days, by block."""
    blocks: dict[int, NDArray[np.int64]] = {}
    for day, state in zip(days, states, strict=True):
        blocks.setdefault(day // BLOCK, np.zeros(BLOCK, np.int64))[day % BLOCK] = state
    return blocks


register = Register()
