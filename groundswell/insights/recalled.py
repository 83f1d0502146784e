"""Everybody's events of some names from memory, actor by actor and in the order of time: as ``stories`` reads them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

from groundswell.conditions.types import Wanted
from groundswell.insights.attendance.diary import BITS, Keys, Page, Recollection
from groundswell.insights.attendance.register import register
from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import Masks, Micros, Places
from groundswell.insights.moments import Moments
from groundswell.insights.stories import Work, follow_pieces, has_turn, ranges
from groundswell.insights.types import Count
from groundswell.kernel.periods import Days

PIECE = 300_000  # events: few enough to stay near the processor

R = TypeVar("R", bound=Moments)
F = TypeVar("F", covariant=True)


@dataclass(frozen=True)
class Recalling:
    """Events that are remembered, from one instant to before another (µs). ``columns`` makes of the places of rows'
    events the columns that they have besides actor and at."""

    known: Recollection
    between: tuple[int, int]
    columns: Callable[[Places], Mapping[str, Any]]

    def told(self, ids: tuple[int, int]) -> tuple[Micros, Micros, Places]:
        """What ids of these numbers, first and last, did: where the moments of each begin, with the end of all; the
        instants, by time, and of which event each is."""
        from groundswell.insights.attendance import passes

        first, last = ids
        pages = [(page, event) for event, pages in enumerate(self.known.pages) for page in pages]
        pages.sort(key=lambda one: one[0].week)
        keys = [self._inside(page, first, last) for page, _ in pages]
        return passes.told(
            np.concatenate([np.zeros(0, np.uint64), *keys]),
            np.cumsum([0, *map(len, keys)]),
            np.array([page.begin for page, _ in pages], np.int64),
            np.array([event for _, event in pages], np.int32),
            BITS, first, last + 1 - first,
        )  # fmt: skip

    def _inside(self, page: Page, first: int, last: int) -> Keys:
        """The keys of a page that are of these ids, and not before or after."""
        keys = page.keys[slice(*np.searchsorted(page.keys, np.array([first << BITS, (last + 1) << BITS], np.uint64)))]
        since, until = (max(instant - page.begin, 0) for instant in self.between)
        if since == 0 and until >= 1 << BITS:
            return keys
        instant = keys & np.uint64((1 << BITS) - 1)
        return keys[(instant >= np.uint64(since)) & (instant < np.uint64(until))]

    @property
    def rows(self) -> int:
        """How many, and some more."""
        return sum(len(page.keys) for pages in self.known.pages for page in pages)


def recalling(
    project: int,
    events: Sequence[str],
    days: Days,
    between: tuple[int, int],
    columns: Callable[[Places], Mapping[str, Any]],
    count: Count,
) -> Recalling | None:
    """The events of these names, each given once, on days that include all between; None where they are not
    remembered."""
    known = register.recollection(project, events, days, count)
    return None if known is None else Recalling(known, between, columns)


def masks(events: Sequence[str], several: Sequence[Wanted | None]) -> Masks:
    """For each event the bits of those that it is; nothing is asked of them but names."""
    found = np.zeros(len(events), np.uint32)
    for bit, one in enumerate(several):
        if one is not None:
            found |= np.array([one.event in (None, event) for event in events], np.uint32) << np.uint32(bit)
    return found


def taken(values: Masks, which: Places) -> Masks:
    """Values of events for rows, by the places of their events."""
    from groundswell.insights.attendance import passes

    return passes.taken(values, which)


def follow(recalling: Recalling, work: Work[R, F]) -> list[F]:
    """What the work found, piece by piece; every person is in one of them."""
    ids = max(len(recalling.known.persons.row), 1)
    whole: _Piece[R, F] = _Piece(recalling, work)
    return follow_pieces(whole, work, ranges(ids, recalling.rows // PIECE))


@dataclass(frozen=True)
class _Piece(Generic[R, F]):
    """The work on ids numbered in a range: on all their events, or on those whose turn it is to be put aside."""

    recalling: Recalling
    work: Work[R, F]
    turn: int = 0
    turns: int = 1

    def in_turn(self, turn: int, turns: int) -> "_Piece[R, F]":
        return replace(self, turn=turn, turns=turns)

    def follow(self, ids: tuple[int, int]) -> tuple[list[F], R]:
        edges, at, which = self.recalling.told(ids)
        sizes, persons = np.diff(edges), self.recalling.known.persons
        did = np.flatnonzero(sizes)
        number = ids[0] + did
        actor, goes_by_several = persons.actor[persons.row[number]], persons.go_by_several[number]
        columns = self.recalling.columns(which)
        rows = self.work.rows(pa.table({"actor": np.repeat(actor, sizes[did]), "at": at, **columns}))
        by_id = Grouped(rows, np.arange(len(at)), edges[did], edges[did + 1])
        aside = by_id.only(goes_by_several & has_turn(actor, self.turn, self.turns)).together()
        return [] if self.turn else [self.work.worked_out(by_id.only(~goes_by_several))], aside
