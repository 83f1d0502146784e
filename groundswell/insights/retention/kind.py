"""All that retention brings."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from groundswell.insights.kind import Given, Kind
from groundswell.insights.retention import answer, cells, chart, page, words
from groundswell.insights.retention.cells import RetentionCell
from groundswell.insights.retention.question import PERIODS, Retention, check
from groundswell.insights.types import Count


def _begin(events: Sequence[Given]) -> dict[str, Any]:
    """From the first event, ever, back to the second, or to any."""
    start, *others = events
    back = others[-1] if others else {"event": None}
    return {
        "kind": "retention", "start": {**start, "first_time": True}, "return": dict(back), "period": "week",
        "periods": PERIODS,
    }  # fmt: skip


RETENTION = Kind[Retention, RetentionCell](
    name="retention",
    title=_("Retention"),
    about=_("Of those who began in a period, how many came back in the periods after it."),
    question=Retention,
    columns=answer.COLUMNS,
    check=check,
    answer=answer.answer,
    check_cell=cells.check_cell,
    by_account=lambda question, _cell: question.count is Count.ACCOUNTS,
    actors=cells.actors,
    begin=_begin,
    sentence=words.sentence,
    cell_title=words.cell_title,
    template="insights/retention.html",
    show=page.shown,
    chart=chart.chart,
)
