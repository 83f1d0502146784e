"""All that stickiness brings."""

from django.utils.translation import gettext_lazy as _

from groundswell.insights.kind import Kind
from groundswell.insights.stickiness import answer, cells, chart, page, words
from groundswell.insights.stickiness.cells import StickinessCell
from groundswell.insights.stickiness.question import Stickiness, check
from groundswell.insights.types import Count

STICKINESS = Kind[Stickiness, StickinessCell](
    name="stickiness",
    title=_("Stickiness"),
    about=_("On how many of the days, weeks or months people are there."),
    question=Stickiness,
    columns=answer.COLUMNS,
    check=check,
    answer=answer.answer,
    check_cell=cells.check_cell,
    by_account=lambda question, _cell: question.count is Count.ACCOUNTS,
    actors=cells.actors,
    begin=lambda events: {"kind": "stickiness", **events[0], "unit": "day"},
    sentence=words.sentence,
    cell_title=words.cell_title,
    template="insights/stickiness.html",
    show=page.shown,
    chart=chart.chart,
)
