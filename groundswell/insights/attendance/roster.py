"""The ids of a project, numbered as they come, and whose they are now."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.grouped import look_up
from groundswell.insights.instants import Places
from groundswell.insights.stories import Joins

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
        return 40 * len(self.ids)

    @cached_property
    def ascending(self) -> Ids:
        found: Ids = self.ids[self.order]
        return found

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
