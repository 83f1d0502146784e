"""Who is behind a number of a funnel over time."""

from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.over_time.answer import actors
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.kernel.words import said


@dataclass(frozen=True)
class OverTimeCell:
    """Those who started in a period; of them who finished, or who did not, where that is said."""

    period: str
    breakdown: Label
    is_finished: bool | None

    def as_json(self) -> dict[str, Any]:
        return {"period": self.period, "breakdown": as_answered(self.breakdown), "finished": self.is_finished}


def check_over_time_cell(question: FunnelOverTime, given: Any) -> OverTimeCell:
    """The cell of an answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("period", "breakdown", "finished"))
    period = fields.required("period", said("Write it as it stands in the row."))
    if not isinstance(period, str) or period not in question.periods:
        raise refused("cell.period", said("is %(value)r, which is no period of this answer", value=period))
    is_finished = fields.flag("finished", False) if fields.has("finished") else None
    return OverTimeCell(period, breakdown_of_cell(fields, question.breakdown), is_finished)


def of_over_time(project: int, question: FunnelOverTime, cell: OverTimeCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    return actors(project, question, cell.period, cell.breakdown, cell.is_finished)
