"""How the question of a funnel over time, its cells and its periods are said."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, choice, woven
from groundswell.insights.cell_titles import in_period, with_cut
from groundswell.insights.cuts import Cut
from groundswell.insights.funnel_words import funnel_pieces
from groundswell.insights.intervals import last_day
from groundswell.insights.over_time.cell import OverTimeCell
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.insights.types import Interval, Period
from groundswell.insights.wording import intervals
from groundswell.kernel import clock
from groundswell.kernel.periods import zone


def over_time_sentence(question: FunnelOverTime, asked: Mapping[str, Any]) -> Parts:
    """The question; ``asked`` is its JSON as it was asked, for days counted back from today."""
    if len(question.steps) > 1:
        phrase = _(
            "Of the %(count)s who did %(first)s in %(days)s, how many went on to %(steps)s %(more)s within %(window)s,"
            " %(order)s%(exclusions)s, %(interval)s%(split)s?"
        )
    else:
        phrase = _("How many %(count)s did %(first)s in %(days)s, %(interval)s%(split)s? %(more)s")
    options = {Interval(each): intervals()[Interval(each)] for each in Period}
    interval = choice("interval", question.interval, options)
    return woven(phrase, **funnel_pieces(question, asked), interval=interval)


def over_time_cell_title(question: FunnelOverTime, cell: OverTimeCell, many: str) -> str:
    """Who started in a period, and finished or did not."""
    when = in_period(date.fromisoformat(cell.period), question.interval)
    said = {"many": many, "when": with_cut(when, cut_text(question, cell.period))}
    if cell.is_finished is None:
        return _("%(many)s started %(when)s") % said
    return (_("%(many)s started %(when)s and finished") if cell.is_finished
            else _("%(many)s started %(when)s and did not finish")) % said  # fmt: skip


def cut_text(question: FunnelOverTime, period: str) -> str:
    """What is to be said of a period that counts only in part, or whose people may still finish; "" of others."""
    counted, first = question.periods[period], date.fromisoformat(period)
    today = clock.now().astimezone(zone(counted.tz)).date()
    whole = (last_day(first, question.interval) - first).days + 1
    cut = Cut((min(counted.last, today) - counted.first).days + 1, whole, counted.last < today)
    said = [] if cut.is_over and cut.days == cut.whole else [cut.text]
    return ", ".join([*said, _("window still open")] if cut.is_over and is_open(question, period) else said)


def is_open(question: FunnelOverTime, period: str) -> bool:
    """Whether some who started in that period may still finish."""
    until = question.periods[period].end_us + question.window_us
    return len(question.steps) > 1 and until > clock.to_us(clock.now())
