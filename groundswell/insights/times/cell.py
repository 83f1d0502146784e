"""Who is behind a number of the times that people took."""

from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.times.answer import actors
from groundswell.insights.times.question import FunnelTimes
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND
from groundswell.kernel.words import said


@dataclass(frozen=True)
class TimesCell:
    """Those who took longer than ``from_seconds`` and at most ``to_seconds``; without these, all who finished or did
    not."""

    from_seconds: float | None
    to_seconds: float | None
    breakdown: Label
    is_finished: bool

    def as_json(self) -> dict[str, Any]:
        lengths = {"from_seconds": self.from_seconds, "to_seconds": self.to_seconds}
        return {**lengths, "breakdown": as_answered(self.breakdown), "finished": self.is_finished}


def check_times_cell(question: FunnelTimes, given: Any) -> TimesCell:
    """The cell of an answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("from_seconds", "to_seconds", "breakdown", "finished"))
    shortest, longest = _seconds(fields, "from_seconds"), _seconds(fields, "to_seconds")
    is_finished = fields.flag("finished", True)
    if (shortest is None) != (longest is None) or (shortest is not None and not is_finished):
        hint = said("Name both from_seconds and to_seconds as they stand in the row, or finished alone.")
        raise refused("cell", said("names no number of this answer"), hint=hint)
    return TimesCell(shortest, longest, breakdown_of_cell(fields, question.breakdown), is_finished)


def _seconds(fields: Fields, name: str) -> float | None:
    value = fields.raw(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise refused(fields.at(name), said("must be a number of seconds"))
    return value


def of_times(project: int, question: FunnelTimes, cell: TimesCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    if not cell.is_finished:
        return actors(project, question, cell.breakdown, None)
    if cell.from_seconds is None or cell.to_seconds is None:
        return actors(project, question, cell.breakdown, (0, question.window_us))
    lengths = tuple(round(each * MICROSECONDS_PER_SECOND) for each in (cell.from_seconds, cell.to_seconds))
    return actors(project, question, cell.breakdown, (lengths[0], lengths[1]))
