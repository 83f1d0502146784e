"""Who is behind a number of stickiness."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundswell.conditions.reading import Fields
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.stickiness.answer import gathered
from groundswell.insights.stickiness.question import Stickiness
from groundswell.kernel.words import said


@dataclass(frozen=True)
class StickinessCell:
    """Those who were there in so many units, or in at least as many."""

    days_active: int
    at_least: bool
    breakdown: Label

    def as_json(self) -> dict[str, Any]:
        label = as_answered(self.breakdown)
        return {"days_active": self.days_active, "at_least": self.at_least, "breakdown": label}


def check_cell(question: Stickiness, given: Any) -> StickinessCell:
    """The cell that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("days_active", "at_least", "breakdown"))
    fields.required("days_active", said("Write it as it stands in the row."))
    number = fields.whole("days_active", 1, least=1, most=question.span.count)
    return StickinessCell(number, fields.flag("at_least", False), breakdown_of_cell(fields, question.breakdown))


def actors(project: int, question: Stickiness, cell: StickinessCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    sticking = gathered(project, question)
    if cell.breakdown not in sticking.told.labels:
        return np.zeros(0, np.uint64)
    label = sticking.told.labels.index(cell.breakdown)
    return sticking.members(cell.days_active, label, at_least=cell.at_least)
