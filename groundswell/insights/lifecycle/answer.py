"""How lifecycle is answered.

    Lifecycle → when everybody was there → when they came first → statuses → rows

Only what lies inside the dates makes somebody active, also in a cut first or last period; the period before the first
is a whole one. ``new`` looks at all history.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.activity import (
    ALONE,
    Actors,
    Firsts,
    Presence,
    Told,
    earliest,
    firsts,
    planned,
    presence,
    together,
)
from groundswell.insights.attendance.service import as_planes, ones, places, planes
from groundswell.insights.instants import Bools, Places
from groundswell.insights.labels import as_answered, values_told
from groundswell.insights.lifecycle.question import Lifecycle
from groundswell.insights.seen import Seen
from groundswell.insights.types import Found
from groundswell.kernel.periods import Days
from groundswell.store import service as store

COLUMNS = ("period", "status", "count")


class Status(StrEnum):
    NEW = "new"
    RETURNING = "returning"
    RESURRECTING = "resurrecting"
    DORMANT = "dormant"


def answer(project: int, question: Lifecycle) -> Found:
    """Rows of ``COLUMNS`` and the breakdown value: by value, then by period, then by status."""
    lives = gathered(project, question)
    periods, counts = question.span.count, lives.counts(question.span.count)
    names = [day.isoformat() for day in question.span.begins]
    rows = []
    for place in lives.told.order:
        split = [as_answered(lives.told.labels[place])] if question.breakdown else []
        for period in range(1, periods):
            of_period = zip(Status, counts[period - 1, :, place].tolist(), strict=True)
            rows += [[names[period], status, count, *split] for status, count in of_period]
    return Found(rows, values_told(lives.told.labels, question.breakdown))


@dataclass(frozen=True)
class Lives:
    """When everybody was there, and in which period of the span for the first time; -1 before it."""

    told: Told
    presence: Presence
    first: Places

    def statuses(self, period: int) -> dict[Status, Bools]:
        """Which rows have which status in that period of the span."""
        here, before = self.presence.has(period), self.presence.has(period - 1)
        is_new = here & (self.first == period)
        return {
            Status.NEW: is_new,
            Status.RETURNING: here & before,
            Status.RESURRECTING: here & ~before & ~is_new,
            Status.DORMANT: before & ~here,
        }

    def counts(self, periods: int) -> NDArray[np.int64]:
        """[periods after the first, statuses, labels] how many rows have which status."""
        here, labels = planes(self.presence.words, periods), len(self.told.labels)
        under = as_planes(self.presence.label == np.arange(labels)[:, np.newaxis])
        came = self.first >= 0
        places = self.first[came] * labels + self.presence.label[came]
        new = np.bincount(places, minlength=periods * labels).reshape(periods, labels)
        counts = np.zeros((periods - 1, len(Status), labels), np.int64)
        for period in range(1, periods):
            now, before = here[period], here[period - 1]
            each = np.stack([now & before, now & ~before, before & ~now])
            stayed, appeared, left = ones(each)[:, np.newaxis] if labels == 1 else ones(each[:, np.newaxis] & under)
            counts[period - 1] = new[period], stayed, appeared - new[period], left  # who is new was not there before
        return counts

    def members(self, period: int, status: Status, label: int) -> Actors:
        """Who has that status under a label."""
        found: Actors = self.presence.actor[self.statuses(period)[status] & (self.presence.label == label)]
        return found


def gathered(project: int, question: Lifecycle) -> Lives:
    """Ask the store when everybody was there, and when they came first."""
    span, seen = question.span, Seen()
    before = Days(span.begins[0], span.begins[1] - timedelta(days=1), span.tz)
    plan = planned(project, question.wanted_event, question, [before, question.days])
    with store.stage(2):
        there = presence(plan, span, seen, counted_on=question.days)
        came = firsts(planned(project, question.wanted_event, question), seen)
    if not question.breakdown:
        return Lives(ALONE, there, _first_periods(question, there, came, 1))
    told = Told.of(seen, there.label)
    which, label = told.spread(there.label)
    there = together(there.actor[which], label, there.words[which])
    which, label = told.spread(came.label)
    came = earliest(came.actor[which], label, came.at[which])
    return Lives(told, there, _first_periods(question, there, came, len(told.labels)))


def _first_periods(question: Lifecycle, there: Presence, came: Firsts, labels: int) -> Places:
    """The period in which each row was there for the first time; -1 of who came before, be it on a day of the first
    period that is not among the dates."""
    period = question.span.numbers_of(came.at)
    period[came.at < question.days.start_us] = -1
    first = np.full(len(there.actor), -1, np.int32)
    edges = np.arange(labels + 1)
    rows, own = (np.searchsorted(each.label, edges) for each in (there, came))
    for label in range(labels):
        here, known = slice(rows[label], rows[label + 1]), slice(own[label], own[label + 1])
        if here.start < here.stop:
            first[here] = np.append(period[known], -1)[places(there.actor[here], came.actor[known])]
    return first
