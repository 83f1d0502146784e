"""Who is behind a cell of a trend or a funnel, said in one line. ``many`` says how many they are."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.conditions.wording import event_text, plain, woven
from groundswell.insights.actors import FunnelCell, TrendCell, days_of
from groundswell.insights.cuts import cut_text
from groundswell.insights.rules import Order
from groundswell.insights.types import Funnel, Interval, Trend
from groundswell.insights.wording import step_text
from groundswell.kernel import locales


def funnel_cell(question: Funnel, cell: FunnelCell, many: str) -> str:
    """Who got to a step, or stopped before it."""
    if question.order is Order.ANY:  # then a row counts steps, whichever they are
        told = (
            _("%(many)s did %(steps)s of the steps and no more")
            if cell.has_dropped
            else _("%(many)s did at least %(steps)s of the steps")
        )
        return told % {"many": many, "steps": cell.step - cell.has_dropped}
    told = _("%(many)s stopped before “%(step)s”") if cell.has_dropped else _("%(many)s reached “%(step)s”")
    return told % {"many": many, "step": step_text(question.steps[cell.step - 1])}


def trend_cell(question: Trend, cell: TrendCell, many: str) -> str:
    """Who did what a value counts, and when."""
    one = question.series[cell.series - 1]
    pieces = {"many": many, "event": event_text(one.wanted), "when": _when(question, cell)}
    if one.property is None:
        return plain(woven(_("%(many)s did %(event)s %(when)s"), **pieces))
    return plain(
        woven(_("%(many)s did %(event)s with a number in %(property)s %(when)s"), **pieces, property=one.property)
    )


def _when(question: Trend, cell: TrendCell) -> str:
    days = days_of(question, cell)
    if cell.period is None or question.interval is Interval.WHOLE:
        return _between(days.first, _day(days.last))
    begins, time = date.fromisoformat(cell.period[:10]), cell.period[11:16]
    if question.cumulative:
        is_hour = question.interval is Interval.HOUR
        return _between(days.first, f"{_day(begins)} {time[:2]}:59" if is_hour else _day(days.last))
    match question.interval:
        case Interval.HOUR:
            when = _("in the hour from %(time)s on %(day)s") % {"day": _day(begins), "time": time}
        case _:
            when = in_period(begins, question.interval)
    return with_cut(when, cut_text(question, cell.period, is_previous=cell.is_previous))


def in_period(begins: date, interval: Interval) -> str:
    """A day, or the week or month that begins with it."""
    match interval:
        case Interval.WEEK:
            return _("in the week of %(day)s") % {"day": _day(begins)}
        case Interval.MONTH:
            form = "y년 M월" if _language() == "ko" else "MMMM y"
            return _("in %(month)s") % {"month": locales.day(begins, _language(), form=form)}
    return _("on %(day)s") % {"day": _day(begins)}


def with_cut(when: str, cut: str) -> str:
    """When, and how that counts only in part."""
    return _("%(when)s (%(cut)s)") % {"when": when, "cut": cut} if cut else when


def _between(first: date, last: str) -> str:
    if _day(first) == last:
        return _("on %(day)s") % {"day": last}
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": last}


def _day(day: date) -> str:
    return locales.day(day, _language(), form="y년 M월 d일(EEE)" if _language() == "ko" else "EEE, MMM d, y")


def _language() -> str:
    return get_language() or "en"
