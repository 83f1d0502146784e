"""Paths: how many went from one event on to the next, step by step.

    Paths → plan → SQL + parameters → walks → moves → rows

Everybody's events are read actor by actor (``stories``) and followed session by session (``walks``). Where paths are
told apart by a breakdown they are looked at twice, for which values have rows of their own is known after the first
time: paths that are not too many are kept, others followed again.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.names import Names
from groundswell.conditions.params import Params
from groundswell.insights import recalled
from groundswell.insights.attendance.reading import events_on
from groundswell.insights.instants import Bools, Places
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered, folded, in_order, labels_of, shown, sort_key, values_told
from groundswell.insights.owners import BY_OWNER, Asked, Owners
from groundswell.insights.paths.cells import Named, PathsCell
from groundswell.insights.paths.marks import EXCLUDED, HERE, NOWHERE, TARGETS
from groundswell.insights.paths.moves import Moves
from groundswell.insights.paths.plan import MOST_VALUES, Often, often_sql, planned, sql_of
from groundswell.insights.paths.question import Apart, Paths
from groundswell.insights.paths.walks import Nodes, Rules, Walk, Walked
from groundswell.insights.recalled import Recalling
from groundswell.insights.seen import Seen
from groundswell.insights.split import counted
from groundswell.insights.stories import Reading, about, follow
from groundswell.insights.types import Found
from groundswell.store import service as store

COLUMNS = ("step", "source", "target", "count")
NODE_COLUMNS = ("step", "event", "count", "dropped")
MOST_KEPT = 20_000_000  # nodes; up to as many paths of 10 bytes, with 4 a node
AS_DICTIONARY = {"output_format_arrow_low_cardinality_as_dictionary": 1}

F = TypeVar("F")


def answer(project: int, question: Paths) -> Found:
    """Rows of ``COLUMNS``: by breakdown value, then by step, the most frequent first.

    Besides: how many have a path, how many sessions have one, and for every node how many came there and how many of
    them went no further.
    """
    following = Following.of(project, question)
    labels, paths = following.told_apart()
    moves = Moves()
    many = paths.follow(lambda walked: _tally(walked, labels, moves))
    rows, nodes = _rows(moves, labels, following.nodes.names, is_split=bool(question.breakdown))
    names = [*NODE_COLUMNS, *(["breakdown"] if question.breakdown else [])]
    return Found(rows, {
        "count": sum(people for people, _ in many), "sessions": sum(sessions for _, sessions in many),
        "nodes": {"columns": names, "rows": nodes}, **values_told(labels.ranked, question.breakdown),
    })  # fmt: skip


def actors(project: int, question: Paths, cell: PathsCell) -> Actors:
    """The numbers of those who have such a path, ascending."""
    following = Following.of(project, question)
    labels, paths = following.told_apart()
    if cell.breakdown not in labels.names:
        return np.zeros(0, np.uint64)
    found = paths.follow(lambda walked: _those(walked, cell, labels, following.nodes.names))
    return np.sort(np.concatenate([np.zeros(0, np.uint64), *found]))


# Following -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Labels:
    """The breakdown values that have rows, in their order, and the most frequent first (``ranked``); and for every code
    of a value the places of those that it counts under: ``places[edges[code]:edges[code + 1]]``. The last code stands
    for what came after they were decided.
    """

    names: list[Label]
    ranked: list[Label]
    edges: NDArray[np.int64]
    places: Places

    @classmethod
    def of(cls, names: list[Label], ranked: list[Label], several: list[list[int]]) -> "Labels":
        edges = [0, *accumulate(map(len, several))]
        flat = [place for each in several for place in each]
        return cls(names, ranked, np.array([*edges, edges[-1]], np.int64), np.array(flat, np.int32))

    def known(self, group: Places) -> Places:
        """Codes, with the last one for those that are not known here."""
        return np.minimum(group, np.int32(len(self.edges) - 2))

    def having(self, label: Label) -> Bools:
        """[codes] which of them count under this label."""
        place, counts = self.names.index(label), np.zeros(len(self.edges) - 1, bool)
        code = np.repeat(np.arange(len(counts)), np.diff(self.edges))
        counts[code[self.places == place]] = True
        return counts


@dataclass(frozen=True)
class Following:
    """All that it takes to follow everybody's paths, once or twice."""

    question: Paths
    rules: Rules
    source: Reading | Recalling
    nodes: Nodes
    seen: Seen
    owners: Owners | None

    @classmethod
    def of(cls, project: int, question: Paths) -> "Following":
        asked = Asked.about(question.count, question.breakdown, question.ends)
        left = question.left_by(asked) if asked else question
        seen, rules = Seen(), Rules(question.steps, question.start is not None, question.end is not None)
        if (known := _recalling(project, left)) is not None:
            owners = Owners.of(project, asked, seen) if asked else None
            return cls(question, rules, known, Nodes(), seen, owners)
        between = question.days.start_us, question.days.end_us
        often = [_often(project, one, between) for one in question.apart]
        volume = about(project, between, "1", Params())
        owners = Owners.of(project, asked, seen) if asked and volume >= BY_OWNER else None
        plan = planned(project, question if owners is None else left, often)
        reading = Reading(
            project=project,
            sql=sql_of(plan),
            params=plan.names.params,
            between=between,
            rows=volume,
            by_account=question.counts_accounts,
            settings=AS_DICTIONARY,
        )
        return cls(question, rules, reading, Nodes(), seen, owners)

    def follow(self, then: Callable[[Walked], F]) -> list[F]:
        """What comes of everybody's paths, piece by piece."""
        raws = 0 if self.owners is not None and self.owners.are_told_apart else len(self.question.breakdown)
        walk = Walk(self.rules, self.nodes, self.seen, self.question.tells, raws, self.owners, then)
        return recalled.follow(self.source, walk) if isinstance(self.source, Recalling) else follow(self.source, walk)

    def told_apart(self) -> tuple[Labels, "Following | Kept"]:
        """The values that have rows of their own, which are those that begin the most paths; and the paths."""
        if not self.question.breakdown:
            return Labels.of([None], [None], [[0]]), self
        kept = Kept()

        def count(walked: Walked) -> None:
            self.seen.count(walked.group, np.ones(len(walked.group), bool))
            kept.add(walked)

        self.follow(count)
        counts = counted(self.seen.events)
        with_rows = shown(counts)
        ranked = in_order(folded(counts, with_rows), with_rows)
        names = sorted(ranked, key=sort_key)
        place = {label: number for number, label in enumerate(names)}
        # What begins no path counts nowhere; its code is never looked up.
        found = [folded(labels_of(raws), with_rows) for raws in self.seen.raws]
        labels = Labels.of(names, ranked, [[place[each] for each in several if each in place] for several in found])
        return labels, self if kept.are_too_many else kept


def _recalling(project: int, question: Paths) -> Recalling | None:
    """The events from memory; None where they are not there, or more is asked of them than their names."""
    is_more = question.breakdown or question.apart or any(one.where for one in question.wanted)
    if is_more:
        return None
    events = events_on(project, question.days)
    may_be = recalled.masks(events, [question.start, question.end])
    excluded = recalled.masks(events, question.exclude) != 0
    meets = may_be | excluded * np.uint32(EXCLUDED)

    def columns(which: Places) -> dict[str, Any]:
        return {"node": pa.DictionaryArray.from_arrays(which, events), "meets": recalled.taken(meets, which)}

    between = question.days.start_us, question.days.end_us
    return recalled.recalling(project, events, question.days, between, columns, question.count)


def _often(project: int, apart: Apart, between: tuple[int, int]) -> Often:
    """The values by which such events are told apart, if some are too rare for a node of their own."""
    names = Names(project)
    found = store.run(often_sql(names, apart), project=project, between=between, params=names.params).rows
    return [text for (text,) in found[:MOST_VALUES]] if len(found) > MOST_VALUES else None


class Kept:
    """Paths that are kept as long as they are not too many. Several threads may add."""

    def __init__(self) -> None:
        self._walked: list[Walked] = []
        self._nodes = 0
        self._lock = threading.Lock()

    @property
    def are_too_many(self) -> bool:
        return self._nodes > MOST_KEPT

    def add(self, walked: Walked) -> None:
        with self._lock:
            self._nodes += len(walked.nodes)
            self._walked = [] if self.are_too_many else [*self._walked, walked]

    def follow(self, then: Callable[[Walked], F]) -> list[F]:
        """What comes of them."""
        return [then(each) for each in self._walked]


def _tally(walked: Walked, labels: Labels, moves: Moves) -> tuple[int, int]:
    """Count the moves; how many have a path, and how many paths there are."""
    from groundswell.insights.paths import passes

    keys, counts = passes.tally(
        walked.owner, labels.known(walked.group), walked.size, walked.is_over, walked.nodes, labels.edges, labels.places
    )
    moves.add(keys, counts)
    return len(np.unique(walked.owner)), len(walked.owner)


def _those(walked: Walked, cell: PathsCell, labels: Labels, names: list[str]) -> Actors:
    """Who has a path that the cell counts."""
    fits = labels.having(cell.breakdown)[labels.known(walked.group)] & (walked.size >= cell.step)
    if cell.has_dropped:
        fits &= walked.is_over & (walked.size == cell.step)
    if cell.source is not None:
        fits[fits] = _named(names, cell.source)[walked.nodes[walked.begin[fits] + cell.step - 1]]
    if cell.target is not None:
        fits &= walked.size > cell.step
        fits[fits] = _named(names, cell.target)[walked.nodes[walked.begin[fits] + cell.step]]
    return walked.actors[np.unique(walked.owner[fits])]


def _named(names: Iterable[str], wanted: Named) -> Bools:
    return np.array([wanted.has(name) for name in names], bool)


# Rows ----------------------------------------------------------------------------------------------------------------


def _rows(moves: Moves, labels: Labels, names: list[str], *, is_split: bool) -> tuple[list[list[Any]], list[list[Any]]]:
    """The rows of moves, and those of nodes."""
    between: list[tuple[int, int, int, str, str]] = []
    came: list[tuple[int, int, int, str]] = []
    dropped: dict[tuple[int, int, str], int] = {}
    for (label, step, source, target), count in moves:
        if target == HERE:
            came.append((label, step, -count, names[source]))
        elif target == NOWHERE:
            dropped[label, step, names[source]] = count
        else:
            between.append((label, step, -count, names[source], names[target - TARGETS]))
    shown_as = [[as_answered(label)] if is_split else [] for label in labels.names]
    rows = [[step, source, target, -count, *shown_as[label]] for label, step, count, source, target in sorted(between)]
    nodes = [
        [step, event, -count, dropped.get((label, step, event), 0), *shown_as[label]]
        for label, step, count, event in sorted(came)
    ]
    return rows, nodes
