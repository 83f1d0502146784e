"""The views of a funnel: each is a question of its own, all of them are one kind."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from groundswell.conditions.reading import meant, refused
from groundswell.insights import actors as cells
from groundswell.insights import cell_titles, charts, funnel, funnel_words, shown
from groundswell.insights.actors import FunnelCell
from groundswell.insights.kind import Kind
from groundswell.insights.over_time import answer as over_time
from groundswell.insights.over_time.cell import OverTimeCell, check_over_time_cell, of_over_time
from groundswell.insights.over_time.chart import over_time_chart
from groundswell.insights.over_time.question import FunnelOverTime, check_over_time
from groundswell.insights.over_time.shown import over_time_shown
from groundswell.insights.over_time.words import over_time_cell_title, over_time_sentence
from groundswell.insights.questions import check_funnel
from groundswell.insights.times import answer as times
from groundswell.insights.times.cell import TimesCell, check_times_cell, of_times
from groundswell.insights.times.chart import times_chart
from groundswell.insights.times.question import FunnelTimes, check_times
from groundswell.insights.times.shown import times_shown
from groundswell.insights.times.words import times_cell_title, times_sentence
from groundswell.insights.types import Funnel, View
from groundswell.insights.why import answer as why
from groundswell.insights.why.cell import WhyCell, check_why_cell, of_why
from groundswell.insights.why.question import FunnelWhy, check_why
from groundswell.insights.why.shown import why_shown
from groundswell.insights.why.words import why_cell_title, why_sentence
from groundswell.kernel.words import said

OWN = ("from_step", "to_step", "bins", "interval", "step")  # members of a question's JSON that only some views have
_CHECKS: dict[View, Callable[[Mapping[str, Any], str], Funnel]] = {
    View.STEPS: check_funnel, View.TIMES: check_times, View.OVER_TIME: check_over_time, View.WHY: check_why,
}  # fmt: skip


def check_view(question: Mapping[str, Any], tz: str) -> Funnel:
    """The funnel in the view that its JSON asks for. Raises Refusal 400."""
    view = question.get("show") or View.STEPS
    if not isinstance(view, str) or view not in list(View):
        raise refused("show", said("is %(value)r, which is none of its values", value=view), hint=meant(view, View))
    return _CHECKS[View(view)](question, tz)


_SAME: dict[str, Any] = {
    "name": "funnel",
    "title": _("Funnel"),
    "about": _("How many go through steps, one after the other, and where they stop."),
    "check": check_view,
    "by_account": lambda question, _cell: question.counts_accounts,
    "begin": lambda events: {"kind": "funnel", "steps": list(events), "window": "14d"},
    "split_adds": False,
    "views": (
        (View.STEPS, _("Steps")), (View.TIMES, _("Time to convert")), (View.OVER_TIME, _("Over time")),
        (View.WHY, _("Why did they drop?")),
    ),
}  # fmt: skip

STEPS = Kind[Funnel, FunnelCell](
    **_SAME,
    question=Funnel,
    columns=funnel.COLUMNS,
    answer=funnel.answer,
    check_cell=cells.check_funnel_cell,
    actors=cells.of_funnel,
    sentence=funnel_words.funnel_sentence,
    cell_title=cell_titles.funnel_cell,
    template="insights/funnel.html",
    show=lambda question, answer, who, _page: shown.funnel_shown(question, answer, who),
    chart=charts.funnel_chart,
)

TIMES = Kind[FunnelTimes, TimesCell](
    **_SAME,
    question=FunnelTimes,
    columns=times.COLUMNS,
    answer=times.answer,
    check_cell=check_times_cell,
    actors=of_times,
    sentence=times_sentence,
    cell_title=times_cell_title,
    template="insights/times.html",
    show=lambda question, answer, who, _page: times_shown(question, answer, who),
    chart=times_chart,
)

OVER_TIME = Kind[FunnelOverTime, OverTimeCell](
    **_SAME,
    question=FunnelOverTime,
    columns=over_time.COLUMNS,
    answer=over_time.answer,
    check_cell=check_over_time_cell,
    actors=of_over_time,
    sentence=over_time_sentence,
    cell_title=over_time_cell_title,
    template="insights/over_time.html",
    show=over_time_shown,
    chart=over_time_chart,
    over_time=lambda question: question.interval,
)

WHY = Kind[FunnelWhy, WhyCell](
    **_SAME,
    question=FunnelWhy,
    columns=why.COLUMNS,
    answer=why.answer,
    check_cell=check_why_cell,
    actors=of_why,
    sentence=why_sentence,
    cell_title=why_cell_title,
    template="insights/why.html",
    show=lambda question, answer, who, _page: why_shown(question, answer, who),
    chart=None,
)
