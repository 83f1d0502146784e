"""What counts only in part: periods of a trend that are cut off by the days asked for or not over yet, and funnels
whose window is still open.

Their numbers are smaller for it, and so nothing is to be read from the step before or after them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.insights.funnel_words import window_text
from groundswell.insights.intervals import last_day
from groundswell.insights.trend import days_before
from groundswell.insights.types import Funnel, Interval, Trend
from groundswell.kernel import clock, locales
from groundswell.kernel.periods import Days, zone


@dataclass(frozen=True)
class Cut:
    """How many of a period's days count, today included."""

    days: int
    whole: int
    is_over: bool

    @property
    def text(self) -> str:
        if self.days <= 0:
            return _("still to come")
        if self.days == self.whole:
            return _("not over yet")
        counted = {"days": self.days, "whole": self.whole}
        if self.is_over:
            return _("%(days)s of %(whole)s days") % counted
        return _("%(days)s of %(whole)s days, not over yet") % counted


def cut_text(question: Trend, period: str, *, is_previous: bool = False) -> str:
    """What is to be said of a period that counts only in part, "" of a whole one."""
    now = clock.now()
    cut = _of_hour(period, now) if question.interval is Interval.HOUR else _of_days(question, period, now, is_previous)
    return _said(cut)


def period_cut(days: Days, interval: Interval, period: str) -> str:
    """The same of a period of days that are asked for."""
    return _said(_of_period(days, interval, period, clock.now()))


def _said(cut: Cut) -> str:
    return "" if cut.is_over and cut.days == cut.whole else cut.text


def _of_hour(period: str, now: datetime) -> Cut:
    begin = datetime.fromisoformat(period)
    return Cut(int(begin <= now), 1, begin + timedelta(hours=1) <= now)


def _of_days(question: Trend, period: str, now: datetime, is_previous: bool) -> Cut:
    asked = days_before(question.days) if is_previous else question.days
    cut = _of_period(asked, question.interval, period, now)
    if question.cumulative:  # what adds up has all days before it as well
        return Cut(min(cut.days, 1), 1, cut.is_over)
    return cut


def _of_period(asked: Days, interval: Interval, period: str, now: datetime) -> Cut:
    today = now.astimezone(zone(asked.tz)).date()
    first = date.fromisoformat(period[:10])
    last = asked.last if interval is Interval.WHOLE else last_day(first, interval)
    begin, end = max(first, asked.first), min(last, asked.last)
    return Cut((min(end, today) - begin).days + 1, (last - first).days + 1, end < today)


def still_open(question: Funnel) -> str:
    """What is to be said of a funnel that some may still go through, "" where the window is over for all of them."""
    since = clock.to_us(clock.now()) - question.window_us
    if len(question.steps) == 1 or question.days.end_us <= since:
        return ""
    window = window_text(question)
    if since < question.days.start_us:
        return _("Some may still come: the window of %(window)s is still open for all of them.") % {"window": window}
    return _("Some may still come: the window of %(window)s is still open for those who started after %(when)s.") % {
        "window": window,
        "when": _when(since, question),
    }


def _when(since: int, question: Funnel) -> str:
    instant, language = clock.from_us(since), get_language() or "en"
    if question.window_us < clock.DAY:
        return locales.instant(instant, question.days.tz, language)
    form = "M월 d일" if language == "ko" else "MMM d"
    return locales.day(instant.astimezone(zone(question.days.tz)).date(), language, form=form)
