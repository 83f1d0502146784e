"""Runs that fill the steps in any order."""

from collections.abc import Sequence

import numpy as np

from groundswell.insights.fronts import FAR, Course, Front
from groundswell.insights.instants import MAX_STEPS, Bools, Following, Instants, Kind, Masks, Places, place_event
from groundswell.insights.rules import Rules


def follow_any(instants: Instants, rules: Rules) -> list[Front]:
    """Runs that fill the steps in any order: a front for each number of different steps.

    Runs that start at the same instant see the same events, so one of them stands for all. An event is used if it
    makes one step more possible, whatever the events before it filled: the greedy order of a matroid is the best.
    """
    rows, course, ledger = instants.rows, Course.of(instants, rules), Ledger()
    nexts = [Following((rows.fills & np.uint32(1 << step)) != 0) for step in range(rules.steps)]
    front = course.begin(_first_starts(instants))
    row = _next_useful(nexts, instants.first[front.instant], np.zeros(len(front), np.uint32))
    closed, loose = ledger.enter(np.zeros(len(front), np.uint32), np.zeros(len(front), np.int32), rows.fills[row])
    fronts = [front]
    for step in range(1, rules.steps):
        row = _next_useful(nexts, row + np.int32(1), closed)
        target = instants.of_row[row]
        parent = np.flatnonzero(course.allows(front, target, step))
        if not len(parent):
            break
        row = row[parent]
        closed, loose = ledger.enter(closed[parent], loose[parent], rows.fills[row])
        front = course.advance(front, parent, target[parent], step)
        fronts.append(front)
    return fronts


def _first_starts(instants: Instants) -> Places:
    """The first row of each instant at which a run may start."""
    row = np.flatnonzero((instants.rows.fills != 0) & instants.rows.startable).astype(np.int32)
    is_first: Bools = np.diff(instants.of_row[row], prepend=np.int32(-1)) != 0
    return row[is_first]


def _next_useful(nexts: Sequence[Following], row: Places, closed: Masks) -> Places:
    """The first row from ``row`` on that can fill a step not closed."""
    found = np.full(len(row), FAR, np.int32)
    for step, following in enumerate(nexts):
        is_closed = (closed & np.uint32(1 << step)) != 0
        np.minimum(found, np.where(is_closed, FAR, following.at_or_after(row)), out=found)
    return found


class Ledger:
    """What the events taken so far have filled.

    A step is closed when no further event could add to the count by filling it: it is filled, and the events
    there can move nowhere else. Events that still have a choice are loose; a number stands for each set of them.
    """

    def __init__(self) -> None:
        self._sets: list[Kind] = [()]
        self._number: dict[Kind, int] = {(): 0}
        self._known: dict[int, tuple[int, int]] = {}

    def enter(self, closed: Masks, loose: Places, masks: Masks) -> tuple[Masks, Places]:
        """Closed steps and loose events after taking events with these masks, each of which fills an open step."""
        fresh = masks & ~closed
        tangled = np.flatnonzero((loose != 0) | (np.bitwise_count(fresh) > 1))
        now_closed, now_loose = closed | fresh, loose.copy()
        if len(tangled):
            now_closed[tangled], now_loose[tangled] = self._untangle(closed[tangled], loose[tangled], fresh[tangled])
        return now_closed, now_loose

    def _untangle(self, closed: Masks, loose: Places, fresh: Masks) -> tuple[Masks, Places]:
        wide = np.uint64(MAX_STEPS)
        case = (loose.astype(np.uint64) << wide | closed) << wide | fresh
        cases, which = np.unique(case, return_inverse=True)
        outcome = np.array([self._settle(int(one)) for one in cases], np.uint32)[which]
        return outcome[:, 0], outcome[:, 1].astype(np.int32)

    def _settle(self, case: int) -> tuple[int, int]:
        if case not in self._known:
            low = (1 << MAX_STEPS) - 1
            closed, fresh = case >> MAX_STEPS & low, case & low
            shut, loose = _shut((*self._sets[case >> 2 * MAX_STEPS], fresh))
            if loose not in self._number:
                self._number[loose] = len(self._sets)
                self._sets.append(loose)
            self._known[case] = closed | shut, self._number[loose]
        return self._known[case]


def _shut(events: Kind) -> tuple[int, Kind]:
    """Of events that can all fill a step each: the steps that no further event can add, and the events not bound."""
    step_of: dict[int, int] = {}
    for step in range(MAX_STEPS):
        place_event(events, step, step_of, set())
    is_open = ~sum(1 << step for step in step_of.values())
    bound = set(step_of)
    while movable := {event for event in bound if events[event] & is_open}:
        is_open |= sum(1 << step_of[event] for event in movable)
        bound -= movable
    shut = sum(1 << step_of[event] for event in bound)
    return shut, tuple(sorted(mask & ~shut for event, mask in enumerate(events) if event not in bound))
