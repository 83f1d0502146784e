"""What is asked of the register: who did an event in which of several periods, since when and until when."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from groundswell.conditions.types import Wanted
from groundswell.insights.attendance.reading import BLOCK, EPOCH, number_of
from groundswell.insights.attendance.register import Attendance, Parted, register
from groundswell.insights.attendance.roster import Ids, Persons
from groundswell.insights.instants import Bools, Places
from groundswell.insights.owners import Asked, Owners
from groundswell.insights.seen import Seen
from groundswell.insights.split import Raws
from groundswell.insights.types import Count
from groundswell.kernel.periods import Days

WORD = 64  # bits
WORKERS = 2
Words = NDArray[np.uint64]  # [persons, words]
Planes = NDArray[np.uint64]  # [several, words of persons]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Attended:
    """The persons who did an event and when, and those of them who are meant; all where ``may`` is None."""

    attendance: Attendance
    may: Bools | None

    @property
    def actor(self) -> Ids:
        return self.attendance.persons.actor


def attended(
    project: int, several: Sequence[Wanted], days: Days, count: Count = Count.PEOPLE, *, if_known: bool = False
) -> list[Attended] | None:
    """Who did each of the wanted events on which of the days; None where that has to be asked otherwise. Conditions are
    about the persons themselves."""
    asked = [Asked.about(count, (), [wanted]) for wanted in several]
    if any(left.where for each, wanted in zip(asked, several, strict=True) for left in each.left_of([wanted])):
        return None
    found = register.attendance(project, [wanted.event for wanted in several], days, count, if_known=if_known)
    if found is None:
        return None
    return [Attended(each, _may(project, own, each.persons)) for each, own in zip(found, asked, strict=True)]


def _may(project: int, asked: Asked, persons: Persons) -> Bools | None:
    """For which of the persons the conditions hold; None where there are none."""
    if not asked:
        return None
    owners = Owners.of(project, asked, Seen())
    may: Bools = owners.may[owners.places(persons.actor)] != 0
    return may


def in_periods(
    known: Attended, within: Sequence[Days], period_of: Callable[[date], int], count: int, *, are_days: bool
) -> Words:
    """For each person a bit for every period in which they did it, inside one of the runs of days. ``are_days`` says
    that periods are days in a row."""
    from groundswell.insights.attendance import passes

    found = known.attendance
    words = np.zeros((len(known.actor), -(-count // WORD)), np.uint64)
    number, row = found.sheet.number, found.persons.row
    for block, word in found.sheet.words.items():
        days = [day for day in _days_of(block) if any(run.first <= day <= run.last for run in within)]
        if not days:
            continue
        if are_days:
            mask = sum(1 << number_of(day) % BLOCK for day in days)
            first = period_of(days[0]) - number_of(days[0]) % BLOCK
            passes.days(number, word, row, np.uint64(mask), first, words)
            continue
        masks: dict[int, int] = {}
        for day in days:
            period = period_of(day)
            masks[period] = masks.get(period, 0) | 1 << number_of(day) % BLOCK
        passes.periods(
            number, word, row, np.array(list(masks.values()), np.uint64), np.array(list(masks), np.int32), words
        )
    if known.may is not None:
        words[~known.may] = 0
    return words


@dataclass(frozen=True)
class Periods:
    """Days as periods: the key of each, in order, and how to tell it of a day. ``so_far``: whoever was there in one
    counts in those after it, too, but not again."""

    days: Days
    keys: Sequence[int]
    key_of: Callable[[date], int]
    are_days: bool
    so_far: bool

    def people(self, known: Attended) -> dict[int, int]:
        """How many were there in each."""
        from groundswell.insights.attendance import passes

        place = {key: number for number, key in enumerate(self.keys)}
        words = in_periods(
            known, [self.days], lambda day: place[self.key_of(day)], len(self.keys), are_days=self.are_days
        )
        if len(self.keys) == 1:
            return {self.keys[0]: int(np.count_nonzero(words))}
        if self.so_far:
            tallied = passes.tally_firsts(words, len(self.keys)).cumsum()
        else:
            tallied = passes.tally(words, len(self.keys))
        return dict(zip(self.keys, tallied.tolist(), strict=True))


def people_in(
    project: int, several: Sequence[Wanted], periods: Periods, count: Count, *, if_known: bool
) -> list[dict[int, int]] | None:
    """How many did each of the wanted events in each period. None where that has to be asked otherwise; ``if_known``,
    also where days would have to be read and that was not asked before."""
    known = attended(project, several, periods.days, count, if_known=if_known)
    return None if known is None else _each(periods.people, known)


@dataclass(frozen=True)
class Counts:
    """People, and events."""

    people: int
    events: int


def people_by(
    project: int, several: Sequence[Wanted], by: tuple[str, ...], periods: Periods, count: Count
) -> list[dict[tuple[int, Raws], Counts]] | None:
    """The same, without conditions, for each of the values of event properties with which they did it in a period. None
    also where these are too many."""
    if any(wanted.where for wanted in several):
        return None
    found = register.parted(project, [wanted.event for wanted in several], by, periods.days, count)
    return None if found is None else [_by_value(each, periods) for each in found]


def _by_value(found: Parted, periods: Periods) -> dict[tuple[int, Raws], Counts]:
    events: Counter[tuple[int, Raws]] = Counter()
    for day in periods.days:
        for raws, number in found.events.get(number_of(day), {}).items():
            events[periods.key_of(day), raws] += number
    values = sorted({raws for _, raws in events} & found.sheets.keys())  # accounts may have come with none
    people = dict(
        zip(values, _each(lambda raws: periods.people(Attended(found.with_value(raws), None)), values), strict=True)
    )
    return {
        (key, raws): Counts(people[raws][key] if raws in people else 0, number)
        for (key, raws), number in events.items()
    }


def _each(count: Callable[[T], R], several: Sequence[T]) -> list[R]:
    """What comes of each: two at a time, for the passes leave other threads alone."""
    if len(several) == 1:
        return [count(several[0])]
    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(count, several))


def planes(words: Words, count: int) -> Planes:
    """[periods, words of persons] who has each period: a bit for each person, in their order."""
    from groundswell.insights.attendance import passes

    if count == 1:
        return as_planes(words[:, :1].T & np.uint64(1) != 0)
    return passes.planes(words, count)


def as_planes(are: NDArray[np.bool_]) -> Planes:
    """Truths about persons, [several, persons], as planes."""
    width = -(-are.shape[1] // WORD) * (WORD // 8)
    packed = np.zeros((len(are), width), np.uint8)
    bits = np.packbits(are, axis=1, bitorder="little")
    packed[:, : bits.shape[1]] = bits
    return packed.view(np.uint64)


def ones(turned: Planes) -> NDArray[np.int64]:
    """How many persons each plane has."""
    counts: NDArray[np.int64] = np.bitwise_count(turned).sum(axis=-1, dtype=np.int64)
    return counts


def places(some: Ids, among: Ids) -> NDArray[np.int64]:
    """Where each of some persons stands among others, -1 where they do not; both ascend."""
    from groundswell.insights.attendance import passes

    return passes.places(some, among)


def edges(known: Attended) -> tuple[Ids, Places, Places]:
    """Who did it at all, ascending, and the first and last day that is known (since 1970)."""
    from groundswell.insights.attendance import passes

    found, persons = known.attendance, len(known.actor)
    first, last = np.full(persons, np.iinfo(np.int32).max, np.int32), np.full(persons, -1, np.int32)
    for block, word in found.sheet.words.items():
        passes.edges(found.sheet.number, word, found.persons.row, block * BLOCK, first, last)
    there = np.flatnonzero(last >= 0 if known.may is None else known.may & (last >= 0))
    return known.actor[there], first[there], last[there]


def _days_of(block: int) -> list[date]:
    return [EPOCH + timedelta(days=block * BLOCK + place) for place in range(BLOCK)]
