"""The question of why people stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.questions import FUNNEL_FIELDS, funnel_of
from groundswell.insights.types import Funnel, View, names_as_json
from groundswell.kernel.words import said


@dataclass(frozen=True)
class FunnelWhy(Funnel):
    """What tells those who got to a step (1 is the first) from those who got to the one before and no further. It is
    asked over everybody: the names that the funnel is ``split`` by in its other views are left out."""

    step: int
    split: tuple[str, ...]

    @property
    def show(self) -> View:
        return View.WHY

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "breakdown": names_as_json(self.split), "step": self.step}


def check_why(question: Mapping[str, Any], tz: str) -> FunnelWhy:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", (*FUNNEL_FIELDS, "step"))
    funnel = funnel_of(fields, tz)
    if len(funnel.steps) == 1:
        raise refused("steps", said("must be two at least, for people stop between them"))
    step = fields.whole("step", 2, least=2, most=len(funnel.steps))
    return FunnelWhy(**{**vars(funnel), "breakdown": ()}, step=step, split=funnel.breakdown)
