"""The question of how long people took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.questions import FUNNEL_FIELDS, funnel_of
from groundswell.insights.types import Funnel, View
from groundswell.kernel.words import said

MAX_BINS = 100


@dataclass(frozen=True)
class FunnelTimes(Funnel):
    """How long runs took from one step to another; ``bins`` are at most so many of one length, None for as suits."""

    from_step: int
    to_step: int
    bins: int | None

    @property
    def show(self) -> View:
        return View.TIMES

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "from_step": self.from_step, "to_step": self.to_step, "bins": self.bins}


def check_times(question: Mapping[str, Any], tz: str) -> FunnelTimes:
    """The question that the JSON holds. Raises Refusal 400."""
    fields = Fields(question, "", (*FUNNEL_FIELDS, "from_step", "to_step", "bins"))
    funnel = funnel_of(fields, tz)
    steps = len(funnel.steps)
    if steps == 1:
        raise refused("steps", said("must be two at least, for a time lies between them"))
    first = fields.whole("from_step", 1, least=1, most=steps - 1)
    last = fields.whole("to_step", steps, least=first + 1, most=steps)
    bins = fields.whole("bins", 1, least=1, most=MAX_BINS) if fields.has("bins") else None
    return FunnelTimes(**vars(funnel), from_step=first, to_step=last, bins=bins)
