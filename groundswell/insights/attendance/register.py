"""The register: of every event that was asked about, on which days who did it, or at which instants (``diary``).

What it knows of a day is as good as the rollup as long as the day's state in the store is the one before it was read;
of other days the rollup is asked again. Rows are only ever added to a day, so what was read of it before stays true.
When all days were counted anew, another **book** is begun: ids have their numbers in a book, and a question works with
one book from its beginning to its end. Whose ids they are is looked up when a question is asked, so that people who
merge change nothing here. What was not asked for the longest time is forgotten for want of memory.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

import numpy as np

from groundswell.insights.attendance.diary import WEEK, Diary, Recollection, days_of, week_of
from groundswell.insights.attendance.entries import NOTHING, TOO_MANY, Entry, Sheet, States
from groundswell.insights.attendance.reading import BLOCK, Event, Tallies, Words, number_of, reach, read, tallies
from groundswell.insights.attendance.roster import Ids, Persons, Roll
from groundswell.insights.instants import Micros, Places
from groundswell.insights.split import Raws
from groundswell.insights.types import Count
from groundswell.kernel.clock import from_us
from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import Days, zone
from groundswell.store import service as store
from groundswell.store.limits import TOO_LARGE

MOST_BLOCKS = 24  # that are held of an event: four years
MOST_PAGES = 512  # of a question: each is looked at for everybody
FEW = 2  # days: today, and what came late yesterday
MOST_ASKED = 10_000  # events, of which it is remembered that they were asked about
MOST_VALUES = 32  # with which an event may come to be told apart: each takes a look at everybody
BUDGET = 640 * 2**20  # bytes of all books

T = TypeVar("T")
Key = tuple[Event, tuple[str, ...]]  # an event, and the properties by which it is told apart


@dataclass(frozen=True)
class Attendance:
    """A sheet that knows all the days asked for, and the persons behind its numbers."""

    sheet: Sheet
    persons: Persons


@dataclass(frozen=True)
class Parted:
    """A sheet for each of the values with which an event came, how many events did on each day, and the persons."""

    sheets: Mapping[Raws, Sheet]
    events: Tallies
    persons: Persons

    def with_value(self, raws: Raws) -> Attendance:
        """Who did it with that value."""
        return Attendance(self.sheets[raws], self.persons)


class Book:
    """What is known of a project since all of its days moved last (``whole``). Thread-safe: what is written down is
    never changed, only replaced."""

    def __init__(self, project: int, count: Count, whole: int) -> None:
        self.project, self.count, self.whole = project, count, whole
        self.roll = Roll(project, count)
        self.diary = Diary(self.roll)
        self._asked: set[Event] = set()  # of which it was asked whether they are known
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()  # what was asked for last at the end

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size_of_entries() + self.diary.size + self.roll.size

    def _size_of_entries(self) -> int:
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def are_new(self, events: Sequence[Event], now: States) -> bool:
        """Whether more than a few days of one of them would have to be read, and this is asked of it the first time."""
        many = {event for event in events if len(self._known((event, ())).unknown(now)) > FEW}
        with self._lock:
            new = many - self._asked
            self._asked = new if len(self._asked) > MOST_ASKED else self._asked | new
        return bool(new)

    def entry(self, event: Event, now: States, tz: str, by: tuple[str, ...] = ()) -> Entry:
        """The entry of an event which knows what is so in these states; by the values of event properties, told
        apart by them."""
        known = self._known((event, by))
        days = known.unknown(now)
        if not days:
            return known
        events = tallies(self.project, event, days, tz, by, MOST_VALUES) if by else {}
        if events is None:
            return self._write((event, by), known, lambda _: TOO_MANY)
        states = _by_block(days, [int(now[day // BLOCK][day % BLOCK]) for day in days])
        found = read(self.project, event, days, tz, self.count, by)
        sheets = {raws: self._numbered(*of_value) for raws, of_value in found.items()}

        def add(entry: Entry) -> Entry:
            grown = entry.with_days(sheets, events, states, ids=len(self.roll))
            return grown if len(grown.sheets) <= MOST_VALUES else TOO_MANY

        return self._write((event, by), known, add)

    def _known(self, key: Key) -> Entry:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key, NOTHING)

    def _write(self, key: Key, known: Entry, add: Callable[[Entry], Entry]) -> Entry:
        """Add to what was known before more was read; and to what is known now, if others read of it, too."""
        found = add(known)
        with self._lock:
            now = self._entries.get(key, NOTHING)
            self._entries[key] = found if now is known else add(now)
        return found

    def _numbered(self, ids: Ids, words: Mapping[int, Words]) -> tuple[Places, Mapping[int, Words]]:
        number = self.roll.with_ids(ids)
        order = np.argsort(number)  # passes over persons go from one to the next in memory
        return number[order], {block: word[order] for block, word in words.items()}

    def forget_one(self) -> bool:
        """Let go of the page, or the entry, that was not asked for the longest time, of what takes more; whether any is
        left."""
        if self.diary.size > self._size_of_entries():
            self.diary.forget_one()
        else:
            with self._lock:
                if self._entries:
                    (event, _), _ = self._entries.popitem(last=False)
                    self._asked.discard(event)
        with self._lock:
            return bool(self._entries or self.diary.size)


class Register:
    """The books of all projects. Thread-safe."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._books: dict[tuple[int, Count], Book] = {}

    def attendance(
        self, project: int, events: Sequence[Event], days: Days, count: Count = Count.PEOPLE, *, if_known: bool = False
    ) -> list[Attendance] | None:
        """Who did each of the events on which days, of those asked for at least. None where that cannot be known here:
        others write to the store, the days are too many, or all was counted anew meanwhile; ``if_known``, also where
        more than ``FEW`` days of an event would have to be read, but for what was so asked before."""
        opened = self._opened_for(project, days, count)
        if opened is None:
            return None
        book, joined, now = opened
        if if_known and book.are_new(events, now):
            return None
        entries = self._where_it_fits(lambda: [book.entry(event, now, days.tz) for event in events])
        if entries is None:
            return None
        persons = book.roll.persons(joined)
        return [Attendance(entry.sheet, persons) for entry in entries]

    def parted(
        self, project: int, events: Sequence[Event], by: tuple[str, ...], days: Days, count: Count = Count.PEOPLE
    ) -> list[Parted] | None:
        """The same told apart by event properties. None also where these have too many values."""
        opened = self._opened_for(project, days, count)
        if opened is None:
            return None
        book, joined, now = opened
        entries = self._where_it_fits(lambda: [book.entry(event, now, days.tz, by) for event in events])
        if entries is None or any(entry.has_too_many for entry in entries):
            return None
        persons = book.roll.persons(joined)
        return [Parted(entry.sheets, entry.events, persons) for entry in entries]

    def recollection(
        self, project: int, events: Sequence[str], days: Days, count: Count = Count.PEOPLE
    ) -> Recollection | None:
        """The instants at which each of the events happened, on those days at least. None where that cannot be known
        here: for the reasons of ``attendance``, or because there are too many."""
        if store.part_states(project, ()) is None:
            return None
        weeks = list(dict.fromkeys(week_of(number_of(day)) for day in _within_reach(project, days)))
        if len(weeks) * len(events) > MOST_PAGES:
            return None
        of_weeks = [list(days_of(range(week, week + 1), days.tz)) for week in weeks]
        opened = self._opened(project, count, list(chain.from_iterable(of_weeks)))
        if opened is None:
            return None
        book, joined, of_days = opened
        now = {week: tuple(of_days[place * WEEK : (place + 1) * WEEK]) for place, week in enumerate(weeks)}
        pages = self._where_it_fits(lambda: book.diary.pages(events, now, days.tz))
        return None if pages is None else Recollection(pages, book.roll.persons(joined))

    def _where_it_fits(self, work: Callable[[], T | None]) -> T | None:
        """What comes of reading. None where that is more than may be read at once: those who ask otherwise need less.
        Whatever comes of it, room is made afterwards."""
        try:
            return work()
        except Refusal as refusal:
            if refusal.code != TOO_LARGE:
                raise
            return None
        finally:
            self._make_room()

    def _opened_for(self, project: int, days: Days, count: Count) -> tuple[Book, int, States] | None:
        """The book of a project, and the states of its joins and of the days, of which there may be too many."""
        if store.part_states(project, ()) is None:
            return None
        asked = _within_reach(project, days)
        if asked and number_of(asked[-1]) // BLOCK - number_of(asked[0]) // BLOCK >= MOST_BLOCKS:
            return None
        opened = self._opened(project, count, asked)
        if opened is None:
            return None
        book, joined, of_days = opened
        return book, joined, _by_block([number_of(day) for day in asked], of_days)

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
            return (book, joined, of_days) if book.whole == whole else None

    def _make_room(self) -> None:
        with self._lock:
            size = {key: book.size for key, book in self._books.items()}
            while self._books and sum(size.values()) > self._budget:
                key = max(size, key=size.__getitem__)  # who keeps much does not push out who keeps little
                book = self._books[key]
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
    blocks: dict[int, Micros] = {}
    for day, state in zip(days, states, strict=True):
        blocks.setdefault(day // BLOCK, np.zeros(BLOCK, np.int64))[day % BLOCK] = state
    return blocks


register = Register()
