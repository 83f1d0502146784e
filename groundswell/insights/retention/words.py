"""Retention as a sentence, and who is behind its cells."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from groundswell.conditions.wording import Parts, Word, choice, event_text, plain, wanted_words, woven
from groundswell.insights.retention.cells import RetentionCell
from groundswell.insights.retention.question import Mode, Retention
from groundswell.insights.types import Period
from groundswell.insights.wording import count_word, days_word, split_words
from groundswell.kernel import locales

OFTEN = (4, 6, 8, 12, 16, 26, 30, 52)  # numbers of periods that are often asked for


def sentence(question: Retention, asked: Mapping[str, Any]) -> Parts:
    """The sentence; ``asked`` is its JSON as it was asked."""
    return woven(
        _(
            "Of the %(count)s who did %(start)s %(first)s in %(days)s, how many came back to do %(back)s %(mode)s,"
            " %(period)s over %(periods)s%(split)s?"
        ),
        count=count_word(question.count),
        start=wanted_words(question.start, "start", can_go=False),
        first=choice("start.first_time", "true" if question.first_time else "", firsts()),
        days=days_word(question, asked),
        back=wanted_words(question.back, "return", can_go=False),
        mode=choice("mode", question.mode, modes()),
        period=choice("period", question.period, paces()),
        periods=_periods(question),
        split=split_words(question.breakdown),
    )


def firsts() -> dict[str, str]:
    """Which of somebody's starts count."""
    return {"true": _("for the first time ever"), "": _("at least once")}


def modes() -> dict[str, str]:
    """What counts as coming back."""
    return {Mode.CALENDAR: _("in each period"), Mode.ROLLING: _("in each period or any later one")}


def paces() -> dict[str, str]:
    """Periods as they go by."""
    return {Period.DAY: _("day by day"), Period.WEEK: _("week by week"), Period.MONTH: _("month by month")}


def period_count(number: int, period: Period) -> str:
    """So many periods in words."""
    match period:
        case Period.DAY:
            text = ngettext("%(number)s day", "%(number)s days", number)
        case Period.WEEK:
            text = ngettext("%(number)s week", "%(number)s weeks", number)
        case _:
            text = ngettext("%(number)s month", "%(number)s months", number)
    return text % {"number": number}


def _periods(question: Retention) -> Word:
    numbers = sorted({*OFTEN, question.periods})
    options = tuple((str(number), period_count(number, question.period)) for number in numbers)
    return Word(
        period_count(question.periods, question.period), "periods", now={"value": str(question.periods)},
        options=options,
    )  # fmt: skip


def cell_title(question: Retention, cell: RetentionCell, many: str) -> str:
    """Who began, and whether they were back."""
    told = {"many": many, "event": event_text(question.start), "when": when(cell.cohort, question.period)}
    if cell.period is None or (cell.period == 0 and cell.is_back):
        return plain(woven(_("%(many)s did %(event)s %(when)s"), **told))
    told |= {"back": event_text(question.back), "later": period_count(cell.period, question.period)}
    if cell.is_back and question.mode is Mode.ROLLING:
        text = _("%(many)s did %(event)s %(when)s, and %(back)s %(later)s later or after that")
    elif cell.is_back:
        text = _("%(many)s did %(event)s %(when)s, and %(back)s %(later)s later")
    else:
        text = _("%(many)s did %(event)s %(when)s, but not %(back)s %(later)s later")
    return plain(woven(text, **told))


def when(period: str, kind: Period) -> str:
    """In which period, in words."""
    language = get_language() or "en"
    begins = date.fromisoformat(period)
    day = locales.day(begins, language, form="y년 M월 d일" if language == "ko" else "MMM d, y")
    match kind:
        case Period.WEEK:
            return _("in the week of %(day)s") % {"day": day}
        case Period.MONTH:
            form = "y년 M월" if language == "ko" else "MMMM y"
            return _("in %(month)s") % {"month": locales.day(begins, language, form=form)}
    return _("on %(day)s") % {"day": day}
