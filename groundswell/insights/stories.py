"""Everybody's events, actor by actor and in the order of time, worked on piece by piece.

The store keeps the events of an id side by side, so that a range of ids is read at the cost of its own events. Who goes
by one id is complete within such a piece and dealt with there. The events of those who go by several ids, and all
events where accounts are the actors, are put aside and brought together at the end. Memory is bounded: a piece has
about ``PIECE`` rows, and about ``MOST_ASIDE`` are put aside at most; where there are more, they take turns.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.sql import Params
from groundswell.insights import grouped
from groundswell.insights.grouped import Grouped, look_up
from groundswell.insights.moments import Moments
from groundswell.store import service as store

PIECE = 1_000_000  # rows
SHARE = 500_000  # rows of those put aside
MOST_PIECES = 256
MOST_SHARES = 256
MOST_ASIDE = 20_000_000  # rows, of 28 bytes
WORKERS = 2  # each reads with one thread and then works with it
MOST_SEARCHED = 2_000_000  # rows: up to here it may be cheaper to search events by name and to sort them
LAST_ID = 2**64 - 1
MEMORY = 800_000_000  # bytes, of one piece's query
SAMPLED = 256  # one id in so many is looked at to estimate a volume,
ENOUGH = 10_000  # if that gives as many events

Number = TypeVar("Number", bound=np.generic)
R = TypeVar("R", bound=Moments)
F = TypeVar("F", covariant=True)
Rows = TypeVar("Rows", bound=Moments, covariant=True)

JOINED = "person IN (SELECT person FROM scope.joins)"


def about(project: int, between: tuple[int, int], wanted: str, params: Params) -> int:
    """About how many events are wanted (SQL, and what it binds), from those of a share of all ids, which are scattered
    evenly; where these are few from all."""
    events = 0
    for share in (SAMPLED, 1):
        ids = f"id <= {params.bind(LAST_ID // share, 'UInt64')}"
        sql = f"SELECT count() FROM scope.events WHERE {wanted} AND {ids}"
        events = int(store.run(sql, project=project, between=between, params=params).rows[0][0]) * share
        if events >= ENOUGH * share:
            break
    return events


@dataclass(frozen=True)
class Reading:
    """How events are read: SQL with the columns actor, at (µs) and others.

    ``actor`` is an account, or the id that an event was sent with: whose it is is found here, once for all its events.
    The SQL takes ``{lo:UInt64}`` and ``{hi:UInt64}``, the range of ids, and ends in its conditions, so that one more
    can follow. ``rows`` is about how many it finds; ``settings`` are the store's, besides.
    """

    project: int
    sql: str
    params: Mapping[str, Any]
    between: tuple[int, int]
    rows: int
    by_account: bool
    condition: str = "1"
    settings: Mapping[str, Any] = field(default_factory=dict)

    def only(self, condition: str) -> "Reading":
        return replace(self, condition=condition)


class Work(Protocol[R, F]):
    """What is to be done with everybody's events. Several threads do it at once."""

    def rows(self, found: pa.Table) -> R:
        """The events that were read, as it wants them."""
        ...

    def worked_out(self, grouped: Grouped[R]) -> F:
        """What comes of these actors, all of whose events these are."""
        ...


class Pieces(Protocol[Rows, F]):
    """Everybody's events, which are worked on by ranges of actors."""

    def in_turn(self, turn: int, turns: int) -> Self:
        """The same, with a share of what is put aside. Who is complete in a range is dealt with in the first turn."""
        ...

    def follow(self, ids: tuple[int, int]) -> tuple[Sequence[F], Rows]:
        """What comes of those who are complete within the range, first and last, and the events of the others."""
        ...


def follow(reading: Reading, work: Work[R, F]) -> list[F]:
    """What the work found, piece by piece; every actor is in one of them."""
    joins = Joins.none() if reading.by_account else Joins.of(reading.project)
    whole: _Piece[R, F] = _Piece(reading, work, joins)
    return follow_pieces(whole, work, ranges(LAST_ID + 1, reading.rows // PIECE))


def follow_pieces(whole: Pieces[R, F], work: Work[R, F], several: Sequence[tuple[int, int]]) -> list[F]:
    """The same by these ranges of actors."""
    first, *others = several
    with store.stage(1 + len(others)) as stage, ThreadPoolExecutor(WORKERS) as workers:
        complete, aside = whole.follow(first)
        found = list(complete)
        stage.advance()
        share = (first[1] + 1 - first[0]) / (several[-1][1] + 1 - first[0])
        turns = math.ceil(len(aside) / share / MOST_ASIDE) or 1  # as far as the first piece shows
        stage.parts = 1 + turns * len(others)
        for turn in range(turns):
            outcomes = list(stage.over(workers.map(store.carried(whole.in_turn(turn, turns).follow), others)))
            found += [one for several, _ in outcomes for one in several]
            kept = [aside.take(has_turn(aside.actor, turn, turns)), *(rows for _, rows in outcomes)]
            del outcomes
            found += _together(work, kept, workers)
    return found


def _together(work: Work[R, F], several: list[R], workers: ThreadPoolExecutor) -> list[F]:
    """What comes of those whose events these are, all of them; the list is emptied."""
    shares = Shares(several)

    def work_out(number: int) -> F:
        return work.worked_out(Grouped.of(shares[number]))

    return list(workers.map(store.carried(work_out), range(len(shares))))


def ranges(end: int, pieces: int) -> list[tuple[int, int]]:
    """So many ranges, first and last, of the numbers from 0 to before the end; of several the first is smaller."""
    pieces = max(min(pieces, MOST_PIECES, end), 1)
    edges = [end * number // pieces for number in range(pieces + 1)]
    if pieces > 1 and edges[1] >= 8:
        edges.insert(1, edges[1] // 8)
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
        person_of = numbers(found, "person", np.uint64)
        return cls(numbers(found, "id", np.uint64), person_of, np.unique(person_of))

    @property
    def size(self) -> int:
        """Bytes."""
        return self.ids.nbytes + self.person_of.nbytes + self.persons.nbytes

    @classmethod
    def none(cls) -> "Joins":
        nobody = np.zeros(0, np.uint64)
        return cls(nobody, nobody, nobody)

    def resolve(self, ids: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """The persons whose ids these are, and which of them go by several."""
        if not len(self.ids):
            return ids, np.zeros(len(ids), bool)
        person = ids.copy()
        place, has_moved = _found(person, self.ids)
        person[has_moved] = self.person_of[place[has_moved]]
        return person, has_moved | _found(person, self.persons)[1]


def _found(some: NDArray[np.uint64], among: NDArray[np.uint64]) -> tuple[NDArray[np.signedinteger], NDArray[np.bool_]]:
    """As ``look_up``; many in no order are found by a table."""
    if len(some) < grouped.MANY or not (some[1:] < some[:-1]).any():
        return look_up(some, among)
    from groundswell.insights import slots

    place = slots.find(some, among, slots.slots(among))
    return place, place >= 0


@dataclass(frozen=True)
class _Piece(Generic[R, F]):
    """The work on one range of ids: on all its events, or on those whose turn it is of the ones to put aside."""

    reading: Reading
    work: Work[R, F]
    joins: Joins

    def in_turn(self, turn: int, turns: int) -> "_Piece[R, F]":
        reading = self.reading
        if turns > 1 and reading.by_account:
            reading = reading.only(f"account % {turns} = {turn}")
        elif turns > 1:
            has_turn = f"person % {turns} = {turn}"
            reading = reading.only(f"{JOINED} AND {has_turn}" if turn else f"(NOT {JOINED} OR {has_turn})")
        return replace(self, reading=reading)

    def follow(self, ids: tuple[int, int]) -> tuple[list[F], R]:
        rows = self.work.rows(self._ask(ids))
        if self.reading.by_account:
            return [], rows
        by_id = Grouped.of(rows)
        person, is_joined = self.joins.resolve(by_id.actors)
        joined = by_id.only(is_joined)
        aside = replace(joined.together(), actor=np.repeat(person[is_joined], joined.sizes))
        return [self.work.worked_out(by_id.only(~is_joined))], aside

    def _ask(self, ids: tuple[int, int]) -> pa.Table:
        reading = self.reading
        is_alone = ids == (0, LAST_ID)
        may_search = is_alone and reading.rows <= MOST_SEARCHED
        settings = {**reading.settings, "optimize_use_projections": int(may_search)}
        limits = store.Limits(threads=WORKERS if is_alone else 1, memory=MEMORY, extra=settings)
        params = {**reading.params, "lo": ids[0], "hi": ids[1]}
        return store.run_arrow(
            f"{reading.sql} AND {reading.condition}",
            project=reading.project,
            between=reading.between,
            params=params,
            limits=limits,
        )


def numbers(found: pa.Table, name: str, kind: type[Number]) -> NDArray[Number]:
    """A column of a table as an array of such numbers."""
    column = found.column(name)
    values: NDArray[Number] = (column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()).to_numpy()
    return values.astype(kind, copy=False)


def has_turn(actors: NDArray[np.uint64], turn: int, turns: int) -> NDArray[np.bool_]:
    """Whose turn it is; actors are scattered evenly."""
    due: NDArray[np.bool_] = actors % np.uint64(turns) == turn
    return due


class Shares(Generic[R]):
    """Rows in shares of about ``SHARE`` that hold actors whole; the list of rows is emptied."""

    def __init__(self, several: list[R]) -> None:
        self._number = min(sum(map(len, several)) // SHARE + 1, MOST_SHARES)
        self._split: list[tuple[R, list[int]]] = []
        while several:
            rows = several.pop()
            share = (rows.actor % np.uint64(self._number)).astype(np.uint8)  # actors are scattered evenly
            edges = np.cumsum(np.bincount(share, minlength=self._number)).tolist()
            self._split.append((rows.take(np.argsort(share, kind="stable")), [0, *edges]))

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, number: int) -> R:
        parts = [rows.take(slice(edges[number], edges[number + 1])) for rows, edges in self._split]
        return type(parts[0]).together(parts)
