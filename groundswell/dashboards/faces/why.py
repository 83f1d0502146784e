"""Why people stopped, on a card: what goes with stopping and with going on, in sentences."""

from dataclasses import dataclass

from groundswell.dashboards.faces.face import Face
from groundswell.insights.types import Answer
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.shown import Reason, WhyShown, why_shown

MOST_REASONS = 4  # of each side


@dataclass(frozen=True)
class Reasons:
    """What is shown of a comparison: the surest of each side."""

    why: WhyShown
    stopping: list[Reason]
    going_on: list[Reason]

    @property
    def by_account(self) -> bool:
        return self.why.by_account


def reasons(answer: Answer, _before: Answer | None) -> Face:
    """What goes with stopping, and with going on."""
    assert isinstance(answer.question, FunnelWhy)
    why = why_shown(answer.question, answer, lambda _cell: "")
    shown = Reasons(why, why.stopping[:MOST_REASONS], why.going_on[:MOST_REASONS])
    return Face("dashboards/faces/why.html", shown, why.told - len(shown.stopping) - len(shown.going_on))
