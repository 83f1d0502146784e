"""Who is behind a number of the comparison."""

from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.kind import Actors
from groundswell.insights.labels import Label
from groundswell.insights.why.answer import Having, actors
from groundswell.insights.why.candidates import WHENS, Feature, Operator, Sort, When
from groundswell.insights.why.question import FunnelWhy
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND
from groundswell.kernel.words import said

LONGEST = 10**10  # seconds
NAMES = ("kind", "name", "operator", "value", "when")


@dataclass(frozen=True)
class WhyCell:
    """Those who went on, or stopped, or both of them (None); of those looked at who have a feature, or have not."""

    went_on: bool | None
    having: Having | None

    @property
    def breakdown(self) -> Label:
        return None

    def as_json(self) -> dict[str, Any]:
        if self.having is None:
            return {"converted": self.went_on}
        named = {name: getattr(self.having.feature, name) for name in NAMES}
        within = self.having.within
        seconds = None if within is None else within // MICROSECONDS_PER_SECOND
        return {**named, "with": self.having.has_it, "converted": self.went_on, "within_seconds": seconds}


def check_why_cell(question: FunnelWhy, given: Any) -> WhyCell:
    """The cell of an answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", (*NAMES, "converted", "with", "within_seconds"))
    went_on = fields.flag("converted", True) if fields.has("converted") else None
    if not fields.has("kind"):
        if any(fields.has(name) for name in (*NAMES, "with")):
            raise refused("cell.kind", said("is missing"), hint=said("Write it as it stands in the row."))
        return WhyCell(went_on, None)
    within = fields.whole("within_seconds", 0, least=0, most=LONGEST) * MICROSECONDS_PER_SECOND
    return WhyCell(went_on, Having(_feature(fields), fields.flag("with", True), within or None))


def _feature(fields: Fields) -> Feature:
    kind = fields.choice("kind", Sort, Sort.EVENT)
    when = fields.choice("when", When, WHENS[kind][0])
    operator = fields.choice("operator", Operator, Operator.IS) if fields.has("operator") else None
    name, value = fields.text("name"), fields.raw("value")
    needs_value = operator in (Operator.IS, Operator.AT_LEAST)
    is_one = when in WHENS[kind] and (operator is None) == (kind is Sort.EVENT) and needs_value == (value is not None)
    if name is None or not is_one or not isinstance(value, str | None):
        hint = said("Name kind, name, operator, value and when as they stand in the row.")
        raise refused("cell", said("names no number of this answer"), hint=hint)
    return Feature(kind, name, when, operator, value)


def of_why(project: int, question: FunnelWhy, cell: WhyCell) -> Actors:
    """The numbers of those behind a cell, ascending."""
    return actors(project, question, went_on=cell.went_on, having=cell.having)
