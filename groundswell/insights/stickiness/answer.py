"""How stickiness is answered.

Stickiness → when everybody was there → how many units each → rows
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.activity import ALONE, Actors, Presence, Told, planned, presence, together
from groundswell.insights.labels import as_answered, values_told
from groundswell.insights.seen import Seen
from groundswell.insights.stickiness.question import Stickiness
from groundswell.insights.types import Found
from groundswell.store import service as store

COLUMNS = ("days_active", "count", "share_at_least")


def answer(project: int, question: Stickiness) -> Found:
    """Rows of ``COLUMNS`` and the breakdown value: by value, then by the number of units."""
    sticking = gathered(project, question)
    units = question.span.count
    rows = []
    for place in sticking.told.order:
        split = [as_answered(sticking.told.labels[place])] if question.breakdown else []
        own = sticking.units[sticking.presence.label == place]
        counts = np.bincount(own, minlength=units + 1)[1:]
        at_least = counts[::-1].cumsum()[::-1]
        rows += [
            [number, int(count), int(more) / len(own) if len(own) else 0.0, *split]
            for number, (count, more) in enumerate(zip(counts, at_least, strict=True), start=1)
        ]
    return Found(rows, values_told(sticking.told.labels, question.breakdown))


@dataclass(frozen=True)
class Sticking:
    """When everybody was there, and in how many units."""

    told: Told
    presence: Presence
    units: NDArray[np.int64]

    def members(self, number: int, label: int, *, at_least: bool) -> Actors:
        """Who was there in so many units, or at least as many."""
        fits = self.units >= number if at_least else self.units == number
        found: Actors = self.presence.actor[fits & (self.presence.label == label)]
        return found


def gathered(project: int, question: Stickiness) -> Sticking:
    """Ask the store when everybody was there."""
    seen = Seen()
    plan = planned(project, question.wanted_event, question, [question.days])
    with store.stage(1):
        there = presence(plan, question.span, seen, counted_on=question.days)
    if not question.breakdown:
        return Sticking(ALONE, there, there.counts())
    told = Told.of(seen)
    which, label = told.spread(there.label)
    there = together(there.actor[which], label, there.words[which])
    return Sticking(told, there, there.counts())
