"""All that lifecycle brings."""

from django.utils.translation import gettext_lazy as _

from groundswell.insights.kind import Kind
from groundswell.insights.lifecycle import answer, cells, chart, page, words
from groundswell.insights.lifecycle.cells import LifecycleCell
from groundswell.insights.lifecycle.question import Lifecycle, check
from groundswell.insights.types import Count

LIFECYCLE = Kind[Lifecycle, LifecycleCell](
    name="lifecycle",
    title=_("Lifecycle"),
    about=_("Who is new, who is still there, who came back and who stayed away, period by period."),
    question=Lifecycle,
    columns=answer.COLUMNS,
    check=check,
    answer=answer.answer,
    check_cell=cells.check_cell,
    by_account=lambda question, _cell: question.count is Count.ACCOUNTS,
    actors=cells.actors,
    begin=lambda events: {"kind": "lifecycle", **events[0], "interval": "week"},
    sentence=words.sentence,
    cell_title=words.cell_title,
    template="insights/lifecycle.html",
    show=page.shown,
    chart=chart.chart,
    over_time=lambda question: question.interval,
)
