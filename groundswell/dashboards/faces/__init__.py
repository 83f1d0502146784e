"""What a card shows of its answer. One module a kind of question; a kind that cannot be shown as a card wants to is
shown as its chart."""

from collections.abc import Callable

from groundswell.dashboards.faces import funnel, lifecycle, paths, retention, stickiness, trend
from groundswell.dashboards.faces.face import Face
from groundswell.dashboards.types import Answered, Display
from groundswell.insights.types import Answer

__all__ = ["Face", "face"]

Show = Callable[[Answer, Answer | None], Face]  # of the answer, and beside a number that of the days before

_FACES: dict[tuple[str, Display], Show] = {
    ("trend", Display.CHART): trend.lines,
    ("trend", Display.NUMBER): trend.numbers,
    ("trend", Display.TABLE): trend.table,
    ("funnel", Display.CHART): funnel.bars,
    ("funnel", Display.NUMBER): funnel.numbers,
    ("funnel", Display.TABLE): funnel.table,
    ("retention", Display.CHART): retention.curve,
    ("retention", Display.NUMBER): retention.numbers,
    ("retention", Display.TABLE): retention.table,
    ("lifecycle", Display.CHART): lifecycle.bars,
    ("lifecycle", Display.TABLE): lifecycle.table,
    ("stickiness", Display.CHART): stickiness.bars,
    ("stickiness", Display.NUMBER): stickiness.numbers,
    ("stickiness", Display.TABLE): stickiness.table,
    ("paths", Display.CHART): paths.table,
    ("paths", Display.NUMBER): paths.numbers,
    ("paths", Display.TABLE): paths.table,
}


def face(answered: Answered) -> Face:
    """What a card that has its answer shows."""
    answer = answered.answer
    assert answer is not None, "a card without an answer has no face"
    kind = answer.question.as_json()["kind"]
    show = _FACES.get((kind, answered.card.display)) or _FACES[kind, Display.CHART]
    return show(answer, answered.before)
