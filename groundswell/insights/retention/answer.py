"""How retention is answered.

    Retention → who began when → when they were there → cohorts → rows

Cohorts are periods of the dates; whoever began in one is looked for in the periods after it, bit by bit.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from groundswell.insights.activity import (
    ALONE,
    Actors,
    Beginnings,
    Presence,
    Span,
    Told,
    beginnings,
    firsts,
    lasts,
    latest_event,
    planned,
    presence,
)
from groundswell.insights.attendance.service import WORD, as_planes, ones, places, planes
from groundswell.insights.grouped import by_label
from groundswell.insights.instants import Bools, Micros, Places
from groundswell.insights.labels import as_answered, values_told
from groundswell.insights.retention.question import Mode, Retention
from groundswell.insights.seen import Seen
from groundswell.insights.types import Found
from groundswell.kernel.clock import from_us
from groundswell.kernel.periods import Days, zone
from groundswell.store import service as store

COLUMNS = ("cohort", "size", "period", "returned", "share")


def answer(project: int, question: Retention) -> Found:
    """Rows of ``COLUMNS`` and the breakdown value: by value, then by cohort, then by period."""
    cohorts = gathered(project, question)
    rows = []
    counts = cohorts.counted()
    names = [day.isoformat() for day in question.span.begins]
    for place in cohorts.told.order:
        split = [as_answered(cohorts.told.labels[place])] if question.breakdown else []
        for cohort, (sizes, returned) in enumerate(counts):
            size = int(sizes[place])
            for period in range(question.periods):
                is_over = cohort + period < cohorts.over
                back = int(returned[place, period]) if is_over else None
                share = None if back is None else back / size if size else 0.0
                rows.append([names[cohort], size, period, back, share, *split])
    return Found(rows, values_told(cohorts.told.labels, question.breakdown))


@dataclass(frozen=True)
class Begun:
    """Who began in a period: actors, and the places of their labels."""

    actor: Actors
    label: Places


@dataclass(frozen=True)
class Cohorts:
    """Who began when, and when they were there again. ``over`` is how many periods of the span are over."""

    question: Retention
    told: Told
    starts: Presence | None  # in which cohorts who began, where they are not told apart,
    several: list[Begun]  # or those of each cohort
    back: Presence | None  # of calendar periods,
    latest: tuple[Actors, Places] | None  # or the last period of each actor
    over: int

    def begun(self, cohort: int) -> Begun:
        """Who began in a cohort."""
        return self.several[cohort] if self.starts is None else _alone(self.starts.actor[self.starts.has(cohort)])

    def counted(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The ``counts`` of every cohort."""
        if self.starts is not None:
            return self._counted_at_once(self.starts)
        return [self.counts(cohort) for cohort in range(self.question.cohorts)]

    def _counted_at_once(self, starts: Presence) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The same where nobody is told apart: those who began, and those who were there, as planes."""
        began, seen = planes(starts.words, self.question.cohorts), self._seen(starts.actor)
        if self.back is not None:
            words = np.zeros((len(seen), self.back.words.shape[1]), np.uint64)
            words[seen >= 0] = self.back.words[seen[seen >= 0]]
            there = planes(words, self.over)
        else:
            there = as_planes(np.append(self._latest[1], -1)[seen] >= np.arange(self.over)[:, np.newaxis])
        counts = []
        for cohort, own in enumerate(began):
            returned = np.zeros((1, self.question.periods), np.int64)
            after = there[cohort + 1 : cohort + self.question.periods]
            returned[0, 0], returned[0, 1 : 1 + len(after)] = ones(own), ones(own & after)
            counts.append((returned[:, 0].copy(), returned))
        return counts

    def counts(self, cohort: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many began, [labels], and how many of them were back in each period, [labels, periods]."""
        begun, labels = self.begun(cohort), len(self.told.labels)
        sizes = np.bincount(begun.label, minlength=labels)
        returned = np.zeros((labels, self.question.periods), np.int64)
        returned[:, 0] = sizes
        last = min(self.question.periods, self.over - cohort)
        if last > 1 and len(begun.actor):
            seen = self._seen(begun.actor)
            for period in range(1, last):
                is_back = self._is_back(seen, cohort + period)
                if labels == 1:
                    returned[0, period] = np.count_nonzero(is_back)
                else:
                    returned[:, period] = np.bincount(begun.label[is_back], minlength=labels)
        return sizes, returned

    def members(self, cohort: int, label: int, period: int | None, *, is_back: bool) -> Actors:
        """Who began in the cohort under a label; of them those who were back in a period, or were not."""
        begun = self.begun(cohort)
        which = begun.label == label
        if period:
            back = self._is_back(self._seen(begun.actor), cohort + period)
            which = which & (back if is_back else ~back)
        elif period == 0 and not is_back:
            which = np.zeros_like(which)
        return np.unique(begun.actor[which])

    def _seen(self, actors: Actors) -> NDArray[np.int64]:
        """The row of each of those who began in what is known of their return; -1 without one."""
        return places(actors, self.back.actor if self.back is not None else self._latest[0])

    @cached_property
    def _latest(self) -> tuple[Actors, Places]:
        assert self.latest is not None
        return self.latest

    def _is_back(self, seen: NDArray[np.int64], period: int) -> Bools:
        """Of those with these rows, who were back in that period of the span."""
        if self.back is not None:
            word, bit = divmod(period, WORD)
            words = np.append(self.back.words[:, word], np.uint64(0))
            found: Bools = (words[seen] >> np.uint64(bit)) & np.uint64(1) != 0
            return found
        is_back: Bools = np.append(self._latest[1], -1)[seen] >= period
        return is_back


def gathered(project: int, question: Retention) -> Cohorts:
    """Ask the store who began when, and when they were back."""
    span, latest = question.span, latest_event(project)
    with store.stage(2):
        starts = _starts(project, question)
        told, begun = _begun(project, question) if starts is None else (ALONE, [])
        over = 0 if latest is None else span.over_by(latest)
        unsplit = replace(question, breakdown=())
        if question.mode is Mode.CALENDAR:
            back = presence(planned(project, question.back, unsplit, [span.days]), span)
            return Cohorts(question, told, starts, begun, back, None, over)
        last = span.days.last if latest is None else max(span.days.last, _day(latest, span.tz))
        ever = Days(span.begins[0], last, span.tz)
        return Cohorts(
            question, told, starts, begun, None, lasts(planned(project, question.back, unsplit, [ever]), span), over
        )


def _day(instant: int, tz: str) -> date:
    return from_us(instant).astimezone(zone(tz)).date()


def _starts(project: int, question: Retention) -> Presence | None:
    """In which cohorts everybody began, where they are not told apart."""
    if question.breakdown:
        return None
    span = Span.of(question.days, question.interval)
    if not question.first_time:
        return presence(planned(project, question.start, question, [question.days]), span)
    first = firsts(planned(project, question.start, question))
    inside = (first.at >= question.days.start_us) & (first.at < question.days.end_us)
    return Presence.once(first.actor[inside], span.numbers_of(first.at[inside]), span.count)


def _begun(project: int, question: Retention) -> tuple[Told, list[Begun]]:
    """The labels that they are told apart by, and who began in each period of the dates."""
    span = Span.of(question.days, question.interval)
    seen = Seen()
    if question.first_time:
        first = firsts(planned(project, question.start, question), seen, counted_on=question.days)
        each = _one_each(first.actor, np.zeros(len(first.actor), np.int32), first.at, first.label, seen)
        inside = (each.at >= question.days.start_us) & (each.at < question.days.end_us)
        each = Beginnings(each.actor[inside], span.numbers_of(each.at[inside]), each.at[inside], each.code[inside])
    else:
        plan = planned(project, question.start, question, [question.days])
        several = beginnings(plan, span, seen, counted_on=question.days)
        each = _one_each(several.actor, several.period, several.at, several.code, seen)
    told = Told.of(seen)
    which, label = told.spread(each.code)
    actor, period = each.actor[which], each.period[which]
    return told, [Begun(actor[period == number], label[period == number]) for number in range(span.count)]


def _alone(actors: Actors) -> Begun:
    return Begun(actors, np.zeros(len(actors), np.int32))


def _one_each(actor: Actors, period: Places, at: Micros, code: Places, seen: Seen) -> Beginnings:
    """Of the beginnings of an actor in a period the earliest; of several at that instant the one whose value sorts
    first."""
    if not len(actor):
        return Beginnings(actor, period, at, code)
    order = by_label(actor, period)
    actor, period, at, code = actor[order], period[order], at[order], code[order]
    starts = np.flatnonzero(np.append(True, (actor[1:] != actor[:-1]) | (period[1:] != period[:-1])))
    first = np.minimum.reduceat(at, starts)
    if seen.raws:
        ranks = seen.ranks()
        is_first = at == np.repeat(first, np.diff(starts, append=len(at)))
        rank = np.minimum.reduceat(np.where(is_first, ranks[code], len(ranks)), starts)
        code_of = np.empty(len(ranks), np.int32)  # codes of one rank have the same labels
        code_of[ranks] = np.arange(len(ranks), dtype=np.int32)
        code = code_of[rank]
    else:
        code = code[starts]
    return Beginnings(actor[starts], period[starts], first, code)
