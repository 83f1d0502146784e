"""The events and traits of those compared, some thousands of them at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.sql import Params
from groundswell.insights.grouped import look_up
from groundswell.insights.instants import Micros
from groundswell.insights.stories import MEMORY, Joins, numbers
from groundswell.insights.why.basis import Actors, Basis
from groundswell.store import service as store

CHUNK = 4_000  # actors of a query
THREADS = 2
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Reader:
    """Asks the store about the people, or the accounts, of a basis."""

    project: int
    basis: Basis
    by_account: bool

    @cached_property
    def _joins(self) -> Joins:
        return Joins.none() if self.by_account else Joins.of(self.project)

    def events(
        self, columns: list[str], params: Params, *, joins: str = "", where: str = "1", around: tuple[int, int] = (0, 0)
    ) -> Iterator[tuple[Places, Micros, pa.Table]]:
        """Their events from so long before the first run began to so long after the last one got to the step before
        (µs): whose they are, as places in the basis, when they were, their columns. ``where`` may speak of
        ``{runs:Array(Int64)}``, the instants at which runs began or got there."""
        actor = "account" if self.by_account else "id"
        select = ", ".join([f"{actor} AS actor", "toUnixTimestamp64Micro(timestamp) AS at", *columns])
        sql = f"SELECT {select}\nFROM scope.events AS e{joins}\nWHERE {where} AND {actor} IN {{ids:Array(UInt64)}}"
        before, after = around
        for some in store.part_by_part(self._chunks()):
            began, reached = self.basis.began[some], self.basis.reached[some]
            bound = {"ids": self._ids(some), "runs": np.unique(np.concatenate([began, reached])).tolist()}
            between = (max(int(began.min()) - before, 0), int(reached.max()) + after + 1)
            found = self._ask(sql, {**params, **bound}, between)
            actors, _ = self._joins.resolve(numbers(found, "actor", np.uint64))
            place, is_there = self.basis.places(actors)
            yield place[is_there], numbers(found, "at", np.int64)[is_there], found.filter(pa.array(is_there))

    def traits(self, key: str | None) -> Iterator[tuple[Places, pa.Table]]:
        """Their own traits, or the one of that name: whose they are, and the columns key and value (raw JSON)."""
        owner = "account" if self.by_account else "person"
        for some in store.part_by_part(self._chunks()):
            found = self._traits(owner, self._ids(some), key)
            place, is_there = self.basis.places(numbers(found, "actor", np.uint64))
            yield place[is_there], found.filter(pa.array(is_there))

    def traits_of_accounts(self, accounts: Actors, key: str | None) -> Iterator[pa.Table]:
        """The traits of these accounts, whoever they are: actor, key and value."""
        for begin in range(0, len(accounts), CHUNK):
            yield self._traits("account", accounts[begin : begin + CHUNK].tolist(), key)

    def _traits(self, owner: str, ids: list[int], key: str | None) -> pa.Table:
        where = "1" if key is None else "key = {key:String}"
        sql = f"SELECT {owner} AS actor, key, value FROM scope.{owner}_traits_of_ids WHERE {where}"
        return self._ask(sql, {"ids": ids, **({} if key is None else {"key": key})}, store.EVER)

    def _chunks(self) -> list[slice]:
        return [slice(begin, begin + CHUNK) for begin in range(0, len(self.basis), CHUNK)]

    def _ids(self, some: slice) -> list[int]:
        """All ids of some of those compared."""
        actors = self.basis.actor[some]
        if not len(self._joins.ids):
            return list(actors.tolist())
        joined = self._joins.ids[look_up(self._joins.person_of, actors)[1]]
        return list(np.concatenate([actors, joined]).tolist())

    def _ask(self, sql: str, params: dict[str, Any], between: tuple[int, int]) -> pa.Table:
        limits = store.Limits(threads=THREADS, memory=MEMORY)
        return store.run_arrow(sql, project=self.project, between=between, params=params, limits=limits)
