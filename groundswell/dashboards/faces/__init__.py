"""What a card shows of its answer. One module a kind of question, or a view of it; where there is none for what a card
wants to be, it is shown as its chart."""

from collections.abc import Callable, Mapping
from typing import Any

from groundswell.dashboards.faces import funnel, lifecycle, over_time, paths, retention, stickiness, times, trend, why
from groundswell.dashboards.faces.face import Face
from groundswell.dashboards.types import Answered, Display
from groundswell.insights.types import Answer, View

__all__ = ["Face", "face", "kind_shown"]

Show = Callable[[Answer, Answer | None], Face]  # of the answer, and beside a number that of the days before

_FACES: dict[tuple[str, Display], Show] = {
    ("trend", Display.CHART): trend.lines,
    ("trend", Display.NUMBER): trend.numbers,
    ("trend", Display.TABLE): trend.table,
    ("funnel", Display.CHART): funnel.bars,
    ("funnel", Display.NUMBER): funnel.numbers,
    ("funnel", Display.TABLE): funnel.table,
    ("funnel times", Display.CHART): times.bars,
    ("funnel times", Display.TABLE): times.table,
    ("funnel over_time", Display.CHART): over_time.lines,
    ("funnel over_time", Display.NUMBER): over_time.numbers,
    ("funnel over_time", Display.TABLE): over_time.table,
    ("funnel why", Display.CHART): why.reasons,
    ("retention", Display.CHART): retention.curve,
    ("retention", Display.NUMBER): retention.numbers,
    ("retention", Display.TABLE): retention.table,
    ("lifecycle", Display.CHART): lifecycle.bars,
    ("lifecycle", Display.TABLE): lifecycle.table,
    ("stickiness", Display.CHART): stickiness.bars,
    ("stickiness", Display.NUMBER): stickiness.numbers,
    ("stickiness", Display.TABLE): stickiness.table,
    ("paths", Display.CHART): paths.flows,
    ("paths", Display.NUMBER): paths.numbers,
    ("paths", Display.TABLE): paths.table,
}


def face(answered: Answered) -> Face:
    """What a card that has its answer shows."""
    answer = answered.answer
    assert answer is not None, "a card without an answer has no face"
    kind = kind_shown(answer.question.as_json())
    show = _FACES.get((kind, answered.card.display)) or _FACES[kind, Display.CHART]
    return show(answer, answered.before)


def kind_shown(question: Mapping[str, Any]) -> str:
    """Its kind, with the view of it that is no usual one."""
    view = question.get("show", View.STEPS)
    return question["kind"] if view == View.STEPS else f"{question['kind']} {view}"
