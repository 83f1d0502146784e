"""All that paths bring."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from groundswell.insights.kind import Given, Kind
from groundswell.insights.paths import answer, cells, chart, page, words
from groundswell.insights.paths.cells import PathsCell
from groundswell.insights.paths.question import STEPS, Paths, check


def _begin(events: Sequence[Given]) -> dict[str, Any]:
    """From the first of the events on; from wherever sessions begin where it is any."""
    first = events[0]
    return {"kind": "paths", "start": dict(first) if first["event"] or first.get("where") else None, "steps": STEPS}


PATHS = Kind[Paths, PathsCell](
    name="paths",
    title=_("Paths"),
    about=_("What people do one after the other in a visit: after something, before it, or between two."),
    question=Paths,
    columns=answer.COLUMNS,
    check=check,
    answer=answer.answer,
    check_cell=cells.check_cell,
    by_account=lambda question, _cell: question.counts_accounts,
    actors=answer.actors,
    begin=_begin,
    sentence=words.sentence,
    cell_title=words.cell_title,
    template="insights/paths.html",
    show=page.shown,
    chart=chart.chart,
)
