"""Everybody's events, actor by actor and in the order of time, followed through a funnel piece by piece.

The store keeps the events of an id side by side, so that a range of ids is read at the cost of its own events. Who goes
by one id is complete within such a piece and dealt with there. The events of those who go by several ids, and all
events where accounts are the actors, are put aside and brought together at the end. Memory is bounded: a piece has
about ``PIECE`` rows, and about ``MOST_ASIDE`` are put aside at most; where there are more, they take turns.
"""

import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.insights.instants import Rows
from groundswell.insights.runs import Order, Rules, Runs, best_runs
from groundswell.insights.seen import Seen
from groundswell.store import service as store

PIECE = 500_000  # rows
MOST_PIECES = 256
MOST_ASIDE = 20_000_000  # rows, of 28 bytes
WORKERS = 2  # each reads with one thread and then follows runs with it
MOST_SEARCHED = 2_000_000  # rows: up to here it may be cheaper to search events by name and to sort them
LAST_ID = 2**64 - 1
MEMORY = 800_000_000  # bytes, of one piece's query

FIRST_STEP, EVERY_STEP = np.uint32(1), np.uint32(0xFFFFFFFF)
Number = TypeVar("Number", bound=np.generic)

JOINED = "person IN (SELECT person FROM scope.joins)"


@dataclass(frozen=True)
class Reading:
    """How events are read: SQL with the columns actor, at (µs), fills, excluded (if any) and raw0, raw1, ….

    ``actor`` is an account, or the id that an event was sent with: whose it is is found here, once for all its events.
    The SQL takes ``{lo:UInt64}`` and ``{hi:UInt64}``, the range of ids, and ends in its conditions, so that one more
    can follow. ``rows`` is about how many it finds, ``until`` the end of the dates (µs).
    """

    project: int
    sql: str
    params: Mapping[str, Any]
    between: tuple[int, int]
    until: int
    rows: int
    raws: int
    by_account: bool
    condition: str = "1"

    def only(self, condition: str) -> "Reading":
        return replace(self, condition=condition)


def follow(reading: Reading, rules: Rules, seen: Seen) -> list[Runs]:
    """The best run of every actor; their groups are the codes of ``seen``, which also counts what could begin one."""
    joins = Joins.none() if reading.by_account else Joins.of(reading.project)
    whole = _Piece(reading, rules, seen, joins)
    first, *others = _ranges(reading.rows)
    runs, aside = whole.follow(first)
    found = [runs]
    turns = math.ceil(len(aside) * (1 + len(others)) / MOST_ASIDE) or 1  # as far as the first piece shows
    with ThreadPoolExecutor(WORKERS) as workers:
        for turn in range(turns):
            outcomes = list(workers.map(whole.in_turn(turn, turns).follow, others))
            found += [runs for runs, _ in outcomes]
            together = _together([aside.take(_has_turn(aside.actor, turn, turns)), *(rows for _, rows in outcomes)])
            found += workers.map(lambda rows: best_runs(_ordered(rows, seen), rules), _shares(together))
    return found


def _ranges(rows: int) -> list[tuple[int, int]]:
    """Ranges of ids, which are scattered evenly, with about ``PIECE`` rows each."""
    pieces = min(max(rows // PIECE, 1), MOST_PIECES)
    edges = [(LAST_ID + 1) * number // pieces for number in range(pieces + 1)]
    return [(low, high - 1) for low, high in pairwise(edges)]


@dataclass(frozen=True)
class Joins:
    """The ids that belong to another's person, ascending, and whose; and those persons, ascending."""

    ids: NDArray[np.uint64]
    person_of: NDArray[np.uint64]
    persons: NDArray[np.uint64]

    @classmethod
    def of(cls, project: int) -> "Joins":
        found = store.run_arrow("SELECT id, person FROM scope.joins ORDER BY id", project=project, between=store.EVER)
        if not found.num_rows:
            return cls.none()
        person_of = _numbers(found, "person", np.uint64)
        return cls(_numbers(found, "id", np.uint64), person_of, np.unique(person_of))

    @classmethod
    def none(cls) -> "Joins":
        nobody = np.zeros(0, np.uint64)
        return cls(nobody, nobody, nobody)

    def resolve(self, ids: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """The persons of rows with these ids, side by side, and which rows are of persons who go by several ids."""
        if not len(self.ids) or not len(ids):
            return ids, np.zeros(len(ids), bool)
        begins = np.flatnonzero(np.diff(ids, prepend=~ids[:1]) != 0)
        person = ids[begins].copy()
        place, has_moved = _found(person, self.ids)
        person[has_moved] = self.person_of[place[has_moved]]
        is_joined = has_moved | _found(person, self.persons)[1]
        times = np.diff(begins, append=len(ids))
        return np.repeat(person, times), np.repeat(is_joined, times)


def _found(some: NDArray[np.uint64], among: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each of some numbers would stand among others, which ascend, and whether it does."""
    place = np.minimum(np.searchsorted(among, some), len(among) - 1)
    return place, among[place] == some


@dataclass(frozen=True)
class _Piece:
    """The work on one range of ids: on all its events, or on those whose turn it is of the ones to put aside."""

    reading: Reading
    rules: Rules
    seen: Seen
    joins: Joins
    turn: int = 0
    turns: int = 1

    def in_turn(self, turn: int, turns: int) -> "_Piece":
        """The same, with a share of what is put aside. Who is complete in a range is dealt with in the first turn."""
        reading = self.reading
        if turns > 1 and reading.by_account:
            reading = reading.only(f"account % {turns} = {turn}")
        elif turn > 0:
            reading = reading.only(f"{JOINED} AND person % {turns} = {turn}")
        return replace(self, reading=reading, turn=turn, turns=turns)

    def follow(self, ids: tuple[int, int]) -> tuple[Runs, Rows]:
        """The runs of those who are complete within the range, and the events of the others."""
        found = self._ask(ids)
        actor = _numbers(found, "actor", np.uint64)
        if self.reading.by_account:
            return best_runs(_none(), self.rules), self._rows(found, actor)
        person, is_joined = self.joins.resolve(actor)
        if self.turns > 1:
            is_due = ~is_joined | _has_turn(person, self.turn, self.turns)
            found, person, is_joined = found.filter(pa.array(is_due)), person[is_due], is_joined[is_due]
        rows = self._rows(found, person)
        if not is_joined.any():
            return best_runs(_ordered(rows, self.seen), self.rules), _none()
        return best_runs(_ordered(rows.take(~is_joined), self.seen), self.rules), rows.take(is_joined)

    def _rows(self, found: pa.Table, actor: NDArray[np.uint64]) -> Rows:
        if not found.num_rows:
            return _none()
        at, fills = _numbers(found, "at", np.int64), _numbers(found, "fills", np.uint32)
        is_inside = at < self.reading.until
        begins = is_inside & (fills & (EVERY_STEP if self.rules.order is Order.ANY else FIRST_STEP) != 0)
        raws = [found.column(f"raw{place}") for place in range(self.reading.raws)]
        return Rows(
            actor=actor,
            at=at,
            fills=fills,
            excluded=_numbers(found, "excluded", np.uint32) if self.rules.exclusions else np.zeros_like(fills),
            startable=is_inside,
            group=self.seen.codes(raws, begins),
        )

    def _ask(self, ids: tuple[int, int]) -> pa.Table:
        reading = self.reading
        is_alone = ids == (0, LAST_ID)
        may_search = is_alone and reading.rows <= MOST_SEARCHED
        limits = store.Limits(
            threads=WORKERS if is_alone else 1, memory=MEMORY, extra={"optimize_use_projections": int(may_search)}
        )
        params = {**reading.params, "lo": ids[0], "hi": ids[1]}
        return store.run_arrow(
            f"{reading.sql} AND {reading.condition}",
            project=reading.project,
            between=reading.between,
            params=params,
            limits=limits,
        )


def _numbers(found: pa.Table, name: str, kind: type[Number]) -> NDArray[Number]:
    values: NDArray[Number] = found.column(name).combine_chunks().to_numpy()
    return values.astype(kind, copy=False)


def _none() -> Rows:
    none = np.zeros(0, np.int64)
    masks, groups = none.astype(np.uint32), none.astype(np.int32)
    return Rows(none.astype(np.uint64), none, masks, masks, none.astype(bool), groups)


def _ordered(rows: Rows, seen: Seen) -> Rows:
    """The rows by actor, then by time; those of one instant by their breakdown values."""
    ordered = _taken(rows, np.argsort(rows.actor, kind="stable"))
    # Parts of the store are in the order of time, and mostly read so.
    if (_same_as_before(ordered.actor) & (ordered.at[1:] < ordered.at[:-1])).any():
        ordered = _taken(rows, np.lexsort((rows.at, rows.actor)))
    is_tie = _same_as_before(ordered.actor) & _same_as_before(ordered.at) & ~_same_as_before(ordered.group)
    if is_tie.any():
        ordered = _taken(rows, np.lexsort((seen.ranks()[rows.group], rows.at, rows.actor)))
    return ordered


def _same_as_before(column: NDArray[Any]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = column[1:] == column[:-1]
    return same


def _has_turn(actors: NDArray[np.uint64], turn: int, turns: int) -> NDArray[np.bool_]:
    """Whose turn it is; actors are scattered evenly."""
    due: NDArray[np.bool_] = actors % np.uint64(turns) == turn
    return due


def _together(several: list[Rows]) -> Rows:
    return Rows(**{each.name: np.concatenate([getattr(rows, each.name) for rows in several]) for each in fields(Rows)})


def _shares(rows: Rows) -> Iterator[Rows]:
    """The rows in shares of about ``PIECE`` that hold actors whole; actors are scattered evenly."""
    times = max(len(rows) // PIECE, 1)
    share = rows.actor % np.uint64(times)
    yield from (_taken(rows, np.flatnonzero(share == turn)) for turn in range(times))


def _taken(rows: Rows, which: NDArray[np.intp]) -> Rows:
    return Rows(**{each.name: getattr(rows, each.name)[which] for each in fields(Rows)})
