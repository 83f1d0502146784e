"""The one list of kinds of questions, and what is asked of whichever a question is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from groundswell.conditions.reading import meant, refused
from groundswell.conditions.wording import Parts
from groundswell.insights import actors as cells
from groundswell.insights import cell_titles, charts, shown, trend, views, wording
from groundswell.insights.actors import TrendCell
from groundswell.insights.kind import Actors, Given, Kind
from groundswell.insights.lifecycle.kind import LIFECYCLE
from groundswell.insights.paths.kind import PATHS
from groundswell.insights.questions import check_trend
from groundswell.insights.retention.kind import RETENTION
from groundswell.insights.stickiness.kind import STICKINESS
from groundswell.insights.types import Cell, Question, Trend
from groundswell.kernel.words import said
from groundswell.store import service as store

TREND = Kind[Trend, TrendCell](
    name="trend",
    title=_("Trend"),
    about=_("How much of something happens, day by day or week by week."),
    question=Trend,
    columns=trend.COLUMNS,
    check=check_trend,
    answer=trend.answer,
    check_cell=cells.check_trend_cell,
    by_account=cells.trend_counts_accounts,
    actors=cells.of_trend,
    begin=lambda events: {"kind": "trend", "series": list(events), "interval": "day"},
    sentence=wording.trend_sentence,
    cell_title=cell_titles.trend_cell,
    template="insights/trend.html",
    show=shown.trend_shown,
    chart=charts.trend_chart,
    split_adds=False,
    over_time=lambda question: question.interval,
)

KINDS: dict[str, Kind[Any, Any]] = {
    each.name: each for each in (TREND, views.STEPS, RETENTION, LIFECYCLE, STICKINESS, PATHS)
}
_OF: dict[type, Kind[Any, Any]] = {
    each.question: each for each in (*KINDS.values(), views.TIMES, views.OVER_TIME, views.WHY)
}


def kind_of(question: Question) -> Kind[Any, Any]:
    """The kind of a question."""
    return _OF[type(question)]


def check(question: Any, tz: str) -> Question:
    """The question that the JSON holds, with its days in that time zone. Raises Refusal 400."""
    if not isinstance(question, Mapping):
        raise refused("", said("must be an object"), hint=said('Begin with {"kind": "trend", …}.'))
    kind = question.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        unknown = said("is %(kind)r, which is no kind of question", kind=kind)
        what = said("is missing") if kind is None else unknown
        raise refused("kind", what, hint=meant("" if kind is None else kind, KINDS))
    checked: Question = KINDS[kind].check(question, tz)
    return checked


def check_cell(question: Question, given: Any) -> Cell:
    """The cell of the question's answer that the JSON names. Raises Refusal 400."""
    cell: Cell = kind_of(question).check_cell(question, given)
    return cell


def counts_accounts(question: Question, cell: Cell) -> bool:
    """Whether accounts are behind the cell, and not people."""
    return kind_of(question).by_account(question, cell)


def actors(project: int, question: Question, cell: Cell) -> Actors:
    """The numbers of those behind a cell, ascending. Raises Refusal 400 for a place that the answer has not."""
    with store.inquiring():
        return kind_of(question).actors(project, question, cell)


def sentence(question: Question, asked: Given) -> Parts:
    """The sentence of a question; ``asked`` is its JSON as it was asked, for days counted back from today."""
    return kind_of(question).sentence(question, asked)
