"""What people did before they got to the step before, and soon after.

Both are asked of spans that do not depend on what came of it, so that nobody has more time to do something because
they went on late, or not at all (immortal time: Suissa 2008). Before: from some time before the run until the step
before was reached. After: a fixed while from there on, the *landmark*, of those alone who had not gone on by then but
still could (Anderson, Cain and Gelber 1983). It is about the time in which half of those went on who did.
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from groundswell.conditions.sql import Params
from groundswell.insights.instants import Bools
from groundswell.insights.rules import Order
from groundswell.insights.times.bins import LADDER
from groundswell.insights.why.basis import Basis
from groundswell.insights.why.candidates import Candidate, Feature, Sort, When
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.reading import Places, Reader
from groundswell.insights.why.statements import numbered
from groundswell.kernel.clock import DAY

LOOKED_BACK = 30 * DAY  # µs before the run at most; as long as the window where that is shorter


@dataclass(frozen=True)
class Spans:
    """When events count (µs): so long before the run, and so long after the step before (0: not at all)."""

    before: int
    after: int

    @classmethod
    def of(cls, question: FunnelWhy, basis: Basis) -> "Spans":
        return cls(min(question.window_us, LOOKED_BACK), _landmark(question, basis))


def _landmark(question: FunnelWhy, basis: Basis) -> int:
    """How long after the step before events count. Where events between two steps may end a run, what happens there is
    no cause of stopping but the stopping itself."""
    ends = question.order is Order.STRICT or any(
        one.from_step < question.step <= one.to_step for one in question.exclude
    )
    if ends or not basis.went_on.any():
        return 0
    half = int(np.median(basis.took[basis.went_on]))
    return LADDER[bisect_right(LADDER, half) - 1]


class Deeds:
    """Who did which events before and after; of one event alone, where it is named."""

    def __init__(self, reader: Reader, question: FunnelWhy, spans: Spans, name: str | None = None) -> None:
        self._basis, self._spans = reader.basis, spans
        self._window = question.window_us
        self._number: dict[str, int] = {}
        self._did: dict[When, Places] = {When.BEFORE: np.zeros(0, np.intp), When.AFTER: np.zeros(0, np.intp)}
        if len(reader.basis):
            self._read(reader, name)

    def _read(self, reader: Reader, name: str | None) -> None:
        params, basis, spans = Params(), self._basis, self._spans
        where = "1" if name is None else f"event = {params.text(name)}"
        found: dict[When, list[Places]] = {when: [] for when in self._did}
        for place, at, rows in reader.events(["event"], params, where=where, around=(spans.before, spans.after)):
            did = numbered(rows.column("event"), self._number) * len(basis) + place
            is_early = (at >= basis.began[place] - spans.before) & (at < basis.reached[place])
            found[When.BEFORE].append(np.unique(did[is_early]))
            is_late = (at > basis.reached[place]) & (at <= basis.reached[place] + spans.after)
            found[When.AFTER].append(np.unique(did[is_late]))
        self._did = {when: np.unique(np.concatenate(each)) for when, each in found.items()}

    @property
    def people(self) -> dict[str, int]:
        """How many did each event, before or after."""
        did = np.unique(np.concatenate(list(self._did.values())))
        counts = np.bincount(did // max(len(self._basis), 1), minlength=len(self._number)).tolist()
        return dict(zip(self._number, counts, strict=True))

    def candidates(self, name: str) -> list[Candidate]:
        """Who did an event before, and who after."""
        everybody = np.ones(len(self._basis), bool)
        found = [Candidate(Feature(Sort.EVENT, name, When.BEFORE), self._who(name, When.BEFORE), everybody)]
        if self._spans.after:
            still = self._undecided()
            found.append(Candidate(Feature(Sort.EVENT, name, When.AFTER), self._who(name, When.AFTER), still))
        return found

    def _who(self, name: str, when: When) -> Bools:
        who = np.zeros(len(self._basis), bool)
        if name in self._number:
            first = self._number[name] * len(who)
            low, high = np.searchsorted(self._did[when], [first, first + len(who)])
            who[self._did[when][low:high] - first] = True
        return who

    def _undecided(self) -> Bools:
        """Who had not gone on so long after the step before, but still could."""
        basis, after = self._basis, self._spans.after
        could: Bools = basis.reached + after < basis.began + self._window
        could &= ~basis.went_on | (basis.took > after)
        return could
