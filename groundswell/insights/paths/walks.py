"""The path through everybody's sessions, from the events that ``stories`` reads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import Bools, Places
from groundswell.insights.moments import Moments
from groundswell.insights.owners import Owners
from groundswell.insights.paths.marks import EXCLUDED, MOST_NAMES
from groundswell.insights.seen import Seen
from groundswell.insights.stories import numbers
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

PAUSE = 30 * 60 * 1_000_000  # µs without an event that end a session

F = TypeVar("F")


@dataclass(frozen=True)
class Visits(Moments):
    """Events with the code of their name, what they may be in a path (bits, see ``passes``), and the code of their
    breakdown value."""

    event: Places
    meets: NDArray[np.uint8]
    group: Places


@dataclass(frozen=True)
class Walked:
    """Paths, those of an actor side by side."""

    actors: NDArray[np.uint64]  # ascending
    owner: Places  # [paths] whose it is: the place of the actor
    group: Places  # [paths] the code of the breakdown value
    size: NDArray[np.uint8]  # [paths] how many nodes
    is_over: Bools  # [paths] whether the session ended with the last of them
    nodes: Places  # [nodes] codes of names, path by path

    @property
    def begin(self) -> NDArray[np.int64]:
        """[paths] where the nodes of each begin."""
        return np.cumsum(self.size, dtype=np.int64) - self.size


class Nodes:
    """Numbers the names of nodes as they come. Several threads may use it."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        """The names by their code."""
        return list(self._code)

    def codes(self, column: pa.ChunkedArray) -> Places:
        """The codes of rows with these names, which come as a dictionary."""
        coded = column.unify_dictionaries().combine_chunks()
        here: Places = coded.indices.to_numpy()
        names = coded.dictionary.to_pylist()
        are_there = np.bincount(here, minlength=len(names)) > 0
        known = np.zeros(len(names), np.int32)
        with self._lock:
            for place in np.flatnonzero(are_there).tolist():
                known[place] = self._code.setdefault(names[place], len(self._code))
        if len(self._code) > MOST_NAMES:
            raise Refusal(
                422, "question_too_large", said("These events have too many different names."),
                hint=said("Ask about fewer days."),
            )  # fmt: skip
        codes: Places = known[here]
        return codes

    def ranks(self) -> Places:
        """The place of each code in the order of names."""
        with self._lock:
            names = self.names
        ranks = np.empty(len(names), np.int32)
        ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names), dtype=np.int32)
        return ranks


@dataclass(frozen=True)
class Rules:
    """How a path lies in its session."""

    steps: int
    has_start: bool
    has_end: bool


@dataclass(frozen=True)
class Walk(Generic[F]):
    """Finds everybody's paths, and does ``then`` with them.

    Events have the columns node, meets (where ``tells``) and raw0, raw1, …, ``raws`` of them. Where ``owners`` is
    given it is said there what is asked of the actors themselves.
    """

    rules: Rules
    nodes: Nodes
    seen: Seen
    tells: bool
    raws: int
    owners: Owners | None
    then: Callable[[Walked], F]

    def rows(self, found: pa.Table) -> Visits:
        """The columns of events that were read."""
        at = numbers(found, "at", np.int64)
        raws = [found.column(f"raw{place}") for place in range(self.raws)]
        return Visits(
            actor=numbers(found, "actor", np.uint64),
            at=at,
            event=self.nodes.codes(found.column("node")) if len(at) else np.zeros(0, np.int32),
            meets=numbers(found, "meets", np.uint8) if self.tells else np.zeros(len(at), np.uint8),
            group=self.seen.codes(raws) if raws and len(at) else np.zeros(len(at), np.int32),
        )

    def worked_out(self, grouped: Grouped[Visits]) -> F:
        """What comes of the paths of these actors, all of whose events these are."""
        from groundswell.insights.paths import passes

        rows, rules, owners, meets = grouped.rows, self.rules, self.owners, grouped.rows.meets
        settle = partial(
            passes.settle_ties,
            grouped.order, grouped.begin, grouped.end, rows.at, rows.event, self.nodes.ranks(), rows.group,
        )  # fmt: skip
        if settle(np.zeros(rows.group.max(initial=0) + 1, np.int32)):
            settle(self.seen.ranks())
        if owners is not None and owners.are_limited:
            meets = _as_they_may(grouped, owners.may[owners.places(grouped.actors)])
        owner, first, size, is_over, nodes = passes.find(
            grouped.order, grouped.begin, grouped.end, rows.at, rows.event, meets,
            PAUSE, rules.steps, rules.has_start, rules.has_end,
        )  # fmt: skip
        group = rows.group[first]
        if owners is not None and owners.are_told_apart:
            group = owners.code[owners.places(grouped.actors)][owner]
        return self.then(Walked(grouped.actors, owner, group, size, is_over, nodes))


def _as_they_may(grouped: Grouped[Visits], may: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """What events may be, where their actors say whether they can begin or end a path."""
    meets = grouped.rows.meets.copy()
    meets[grouped.places] &= np.repeat(may | EXCLUDED, grouped.sizes).astype(np.uint8)
    return meets
