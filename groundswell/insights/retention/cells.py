"""Who is behind a number of retention."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.retention.answer import gathered
from groundswell.insights.retention.question import Retention
from groundswell.kernel.words import said


@dataclass(frozen=True)
class RetentionCell:
    """Those who began in a cohort, and of them those who were back in a period, or were not; without ``period`` all."""

    cohort: str
    period: int | None
    breakdown: Label
    is_back: bool

    def as_json(self) -> dict[str, Any]:
        label = as_answered(self.breakdown)
        return {"cohort": self.cohort, "period": self.period, "breakdown": label, "returned": self.is_back}


def check_cell(question: Retention, given: Any) -> RetentionCell:
    """The cell that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("cohort", "period", "breakdown", "returned"))
    cohort = fields.required("cohort", said("Write it as it stands in the row."))
    if cohort not in _cohorts(question):
        raise refused("cell.cohort", said("is %(value)r, which is no cohort of this answer", value=cohort))
    period = fields.whole("period", 0, least=0, most=question.periods - 1) if fields.has("period") else None
    breakdown = breakdown_of_cell(fields, question.breakdown)
    return RetentionCell(cohort, period, breakdown, fields.flag("returned", True))


def actors(project: int, question: Retention, cell: RetentionCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    cohorts = gathered(project, question)
    if cell.breakdown not in cohorts.told.labels:
        return np.zeros(0, np.uint64)
    label = cohorts.told.labels.index(cell.breakdown)
    number = _cohorts(question).index(cell.cohort)
    return cohorts.members(number, label, cell.period, is_back=cell.is_back)


def _cohorts(question: Retention) -> list[str]:
    return [day.isoformat() for day in question.span.begins[: question.cohorts]]
