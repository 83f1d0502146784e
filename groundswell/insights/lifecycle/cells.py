"""Who is behind a number of a lifecycle."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.lifecycle.answer import Status, gathered
from groundswell.insights.lifecycle.question import Lifecycle
from groundswell.kernel.words import said


@dataclass(frozen=True)
class LifecycleCell:
    """Those who had a status in a period."""

    period: str
    status: Status
    breakdown: Label

    def as_json(self) -> dict[str, Any]:
        return {"period": self.period, "status": self.status, "breakdown": as_answered(self.breakdown)}


def check_cell(question: Lifecycle, given: Any) -> LifecycleCell:
    """The cell that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("period", "status", "breakdown"))
    hint = said("Write it as it stands in the row.")
    period = fields.required("period", hint)
    if period not in _periods(question):
        raise refused("cell.period", said("is %(value)r, which is no period of this answer", value=period))
    fields.required("status", hint)
    return LifecycleCell(
        period, fields.choice("status", Status, Status.NEW), breakdown_of_cell(fields, question.breakdown)
    )


def actors(project: int, question: Lifecycle, cell: LifecycleCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    lives = gathered(project, question)
    if cell.breakdown not in lives.told.labels:
        return np.zeros(0, np.uint64)
    number = _periods(question).index(cell.period) + 1
    return lives.members(number, cell.status, lives.told.labels.index(cell.breakdown))


def _periods(question: Lifecycle) -> list[str]:
    return [day.isoformat() for day in question.span.begins[1:-1]]
