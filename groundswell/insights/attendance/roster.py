"""The ids of a project, numbered as they come, and whose they are now."""

import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.grouped import look_up
from groundswell.insights.instants import Bools, Places
from groundswell.insights.stories import Joins
from groundswell.insights.types import Count

Ids = NDArray[np.uint64]


@dataclass(frozen=True)
class Roster:
    """Ids by number; ``order`` has the numbers by ascending id. A number is never another id's."""

    ids: Ids
    order: Places

    @classmethod
    def empty(cls) -> "Roster":
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.int32))

    @property
    def size(self) -> int:
        """Bytes, with the persons behind it."""
        return 56 * len(self.ids)

    @cached_property
    def ascending(self) -> Ids:
        found: Ids = self.ids[self.order]
        return found

    @cached_property
    def slots(self) -> Places:
        """The table by which ids are found."""
        from groundswell.insights import slots

        return slots.slots(self.ids)

    def numbers(self, ids: Ids) -> Places:
        """The number of each of these ids, -1 where it has none. Quicker than ``with_ids`` for many, in any order."""
        from groundswell.insights import slots

        return slots.find(ids, self.ids, self.slots)

    def with_ids(self, ids: Ids) -> tuple["Roster", Places]:
        """The roster with all of these, each of which is given once; and their numbers."""
        if not len(self.ids):
            known, place = np.unique(ids, return_inverse=True)
            return Roster(known, np.arange(len(known), dtype=np.int32)), place.astype(np.int32)
        place, is_known = look_up(ids, self.ascending)
        numbers: Places = self.order[place]
        new = np.flatnonzero(~is_known)
        if not len(new):
            return self, numbers
        new = new[np.argsort(ids[new])]
        numbers[new] = np.arange(len(self.ids), len(self.ids) + len(new), dtype=np.int32)
        at = np.searchsorted(self.ascending, ids[new])
        known = np.empty(len(self.ids) + len(new), np.uint64)
        known[: len(self.ids)], known[numbers[new]] = self.ids, ids[new]
        return Roster(known, np.insert(self.order, at, numbers[new])), numbers


@dataclass(frozen=True)
class Persons:
    """The persons behind a roster, ascending; ``row`` has for each number where its person stands among them."""

    actor: Ids
    row: Places

    @cached_property
    def go_by_several(self) -> Bools:
        """Of each number, whether its person has others, too."""
        found: Bools = (np.bincount(self.row, minlength=len(self.actor)) > 1)[self.row]
        return found

    @classmethod
    def behind(cls, roster: Roster, joins: Joins) -> "Persons":
        person = roster.ascending
        if len(joins.ids) and len(person):
            place, is_there = look_up(joins.ids, person)
            person = person.copy()
            person[place[is_there]] = joins.person_of[is_there]
        actor = np.unique(person)
        row = np.empty(len(person), np.int32)
        row[roster.order] = np.searchsorted(actor, person)
        return cls(actor, row)


class Roll:
    """A project's roster as it grows, and the persons behind it; or one of its accounts, behind whom is nobody else.
    Thread-safe."""

    def __init__(self, project: int, count: Count) -> None:
        self.project, self.count = project, count
        self._lock = threading.Lock()
        self._roster = Roster.empty()
        self._joins: tuple[int, Joins] | None = None  # and the state that they had
        self._persons: tuple[Roster, Joins, Persons] | None = None

    def __len__(self) -> int:
        return len(self._roster.ids)

    @property
    def size(self) -> int:
        """Bytes."""
        kept = self._joins
        return self._roster.size + (kept[1].size if kept else 0)

    def with_ids(self, ids: Ids) -> Places:
        """The numbers of ids, each given once, which have one from now on."""
        with self._lock:
            self._roster, numbers = self._roster.with_ids(ids)
            return numbers

    def numbers(self, ids: Ids) -> Places:
        """The same of many ids, in any order, which may be there several times."""
        numbers = self._roster.numbers(ids)
        is_new = numbers < 0
        if is_new.any():
            self.with_ids(np.unique(ids[is_new]))
            numbers[is_new] = self._roster.numbers(ids[is_new])
        return numbers

    def persons(self, state: int) -> Persons:
        """The persons behind the roster, when joins are in that state at least."""
        kept = self._joins
        if self.count is Count.ACCOUNTS:
            joins = Joins.none() if kept is None else kept[1]
        else:
            joins = kept[1] if kept and kept[0] == state else Joins.of(self.project)
        self._joins = state, joins
        roster, known = self._roster, self._persons
        if known is None or known[0] is not roster or known[1] is not joins:
            known = self._persons = roster, joins, Persons.behind(roster, joins)
        return known[2]
