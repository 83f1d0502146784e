"""Where annotations stand on a chart over time: one numbered mark for each period in which something happened."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.insights.annotations import Annotation, Sort, annotations_in
from groundswell.insights.intervals import first_day
from groundswell.insights.kinds import kind_of
from groundswell.insights.types import Answer, Interval
from groundswell.kernel import locales
from groundswell.kernel.periods import day_start

MOST = 100  # annotations of a chart; the first ones


@dataclass(frozen=True)
class Said:
    """An annotation as a chart tells it: when, what it is about, what happened."""

    id: int
    when: str
    on: str
    sort: str
    text: str
    link: str

    def __str__(self) -> str:
        return f"{self.when} · {self.sort}: {self.text}" if self.sort else f"{self.when} · {self.text}"


@dataclass(frozen=True)
class Mark:
    """What happened in a period. ``place`` is the period's among those of the chart, ``number`` its own, from 1."""

    number: int
    place: int
    period: str
    annotations: tuple[Said, ...]


def sorts() -> dict[Sort, str]:
    """What annotations are about, in words."""
    return {
        Sort.RELEASE: _("Release"),
        Sort.CAMPAIGN: _("Campaign"),
        Sort.INCIDENT: _("Incident"),
        Sort.OTHER: _("Other"),
    }


def marks_of(project: int, answer: Answer) -> tuple[Mark, ...]:
    """The marks on the chart of an answer, in their order; none where it is not over time. In the language at hand."""
    over_time = kind_of(answer.question).over_time
    interval = over_time(answer.question) if over_time else Interval.WHOLE
    if interval is Interval.WHOLE or not answer.rows:
        return ()
    periods, days = periods_of(answer.rows), answer.question.days
    found: dict[int, list[Annotation]] = {}
    for each in annotations_in(project, days, most=MOST):
        place = place_of(each, periods, interval, days.tz)
        if place is not None:
            found.setdefault(place, []).append(each)
    return tuple(
        Mark(number, place, periods[place], tuple(said(each, days.tz) for each in found[place]))
        for number, place in enumerate(sorted(found), start=1)
    )


def periods_of(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The periods along the axis: the first column's, as long as they go on. What begins again is another line."""
    names: list[str] = []
    for name, *_rest in rows:
        if not names or _instant(name) > _instant(names[-1]):
            names.append(name)
        elif name != names[-1]:
            break
    return names


def place_of(annotation: Annotation, periods: Sequence[str], interval: Interval, tz: str) -> int | None:
    """The place of the period in which it happened; a whole day stands at its first hour."""
    if interval is Interval.HOUR:
        at = annotation.at or day_start(annotation.day, tz)
        starts = [_instant(name) for name in periods]
        is_inside = starts[0] <= at < starts[-1] + timedelta(hours=1)
        return bisect_right(starts, at) - 1 if is_inside else None
    name = first_day(annotation.day_in(tz), interval).isoformat()
    return periods.index(name) if name in periods else None


def _instant(period: str) -> datetime:
    return datetime.fromisoformat(period)


def said(annotation: Annotation, tz: str) -> Said:
    """An annotation in the language at hand."""
    local = annotation.local(tz)
    day = locales.day(annotation.day_in(tz), get_language() or "en")
    when = f"{day} {local:%H:%M}" if local else day
    sort = "" if annotation.sort is Sort.OTHER else sorts()[annotation.sort]
    return Said(annotation.id, when, annotation.on(tz), sort, annotation.text, annotation.link)
