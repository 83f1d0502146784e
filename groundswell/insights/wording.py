"""A question as a sentence, whose words know which part of the question they stand for (``conditions/wording.py``)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from groundswell.conditions.wording import (
    Parts,
    Word,
    choice,
    conditions_text,
    joined,
    name_text,
    wanted_words,
    woven,
)
from groundswell.insights.questions import DAYS_AGO
from groundswell.insights.types import ANY_EVENT, Count, Interval, Measure, Question, Series, Step, Trend
from groundswell.kernel import locales

# Trends --------------------------------------------------------------------------------------------------------------


def trend_sentence(question: Trend, asked: Mapping[str, Any]) -> Parts:
    """A trend's sentence; ``asked`` is its JSON as it was asked, for days counted back from today."""
    series = [_series(one, f"series.{place}", question) for place, one in enumerate(question.series)]
    return woven(
        _("Show %(series)s %(more)s %(interval)s in %(days)s%(split)s%(compare)s%(cumulative)s%(formula)s."),
        series=joined(series, _(" and ")), more=Word(_("+ event"), "series.add", "event", is_more=True),
        interval=choice("interval", question.interval, intervals()), days=days_word(question, asked),
        split=split_words(question.breakdown), compare=_compare(question), cumulative=_cumulative(question),
        formula=_formula(question),
    )  # fmt: skip


def _series(one: Series, path: str, question: Trend) -> Parts:
    measure = _measure(one, question)
    text = measures()[measure] % {"property": one.property or ""}
    word = Word(text, f"{path}.measure", "measure", {"measure": measure, "property": one.property or ""})
    event = wanted_words(one.wanted, path)
    if measure.counts:
        return woven(_("%(measure)s %(event)s"), measure=word, event=event)
    return woven(_("%(measure)s of %(event)s"), measure=word, event=event)


def _measure(one: Series, question: Trend) -> Measure:
    """What is measured, where people may be counted by their companies."""
    by_account = question.count is Count.ACCOUNTS and one.measure is Measure.PEOPLE
    return Measure.ACCOUNTS if by_account else one.measure


def measures() -> dict[Measure, str]:
    """What can be measured, as it stands in the sentence; of some the property's name is to be put in."""
    return {
        Measure.PEOPLE: _("how many people did"),
        Measure.TOTAL: _("how many times people did"),
        Measure.ACCOUNTS: _("how many companies did"),
        Measure.SUM: _("the sum of %(property)s"),
        Measure.AVG: _("the average of %(property)s"),
        Measure.MIN: _("the smallest value of %(property)s"),
        Measure.MAX: _("the largest value of %(property)s"),
        Measure.MEDIAN: _("the median of %(property)s"),
        Measure.P90: _("the 90th percentile of %(property)s"),
        Measure.P95: _("the 95th percentile of %(property)s"),
        Measure.P99: _("the 99th percentile of %(property)s"),
    }


def intervals() -> dict[Interval, str]:
    return {
        Interval.HOUR: _("hour by hour"),
        Interval.DAY: _("day by day"),
        Interval.WEEK: _("week by week"),
        Interval.MONTH: _("month by month"),
        Interval.WHOLE: _("in all"),
    }


def _compare(question: Trend) -> Parts:
    options = {"": _("nothing"), "previous": _("the days before")}
    if not question.compares:
        return [" ", Word(_("+ comparison"), "compare", options=tuple(options.items()), is_more=True)]
    return woven(_(", compared with %(word)s"), word=choice("compare", "previous", options))


def _cumulative(question: Trend) -> Parts:
    options = {"": _("each by itself"), "true": _("added up from the first day")}
    if not question.cumulative:
        return [" ", Word(_("+ adding up"), "cumulative", options=tuple(options.items()), is_more=True)]
    return woven(_(", %(word)s"), word=choice("cumulative", "true", options))


def _formula(question: Trend) -> Parts:
    if question.formula is None:
        return [" ", Word(_("+ formula"), "formula", "formula", is_more=True)] if len(question.series) > 1 else []
    return woven(
        _(", worked out as %(word)s"), word=Word(question.formula, "formula", "formula", {"value": question.formula})
    )


# All ----------------------------------------------------------------------------------------------------------------


def count_word(count: Count) -> Word:
    """Whom a question counts."""
    return choice("count", count, {Count.PEOPLE: _("people"), Count.ACCOUNTS: _("companies")})


def split_words(names: Sequence[str]) -> Parts:
    """What it is split by, and a word for one more."""
    more = Word(_("+ split"), "breakdown.add", "property", is_more=True)
    if not names:
        return [" ", more]
    each: list[Parts] = [
        [Word(name_text(name), f"breakdown.{place}", "property", {"value": name})] for place, name in enumerate(names)
    ]
    return woven(_(", split by %(names)s %(more)s"), names=joined(each, pgettext("splits", " and ")), more=more)


def days_word(question: Question, asked: Mapping[str, Any]) -> Word:
    """Its days as they were asked for."""
    now = {"date_from": question.days.first.isoformat(), "date_to": question.days.last.isoformat()}
    return Word(days_text(asked, question.days.first, question.days.last), "days", "days", now, presets())


def presets() -> tuple[tuple[str, str], ...]:
    """Numbers of whole days that are often asked for."""
    return tuple((str(number), _last(number)) for number in (7, 14, 30, 90, 180, 365))


def days_text(asked: Mapping[str, Any], first: date, last: date) -> str:
    """Days as they were asked for: counted back from today, or by their dates."""
    since, until = (DAYS_AGO.fullmatch(str(asked.get(name))) for name in ("date_from", "date_to"))
    if since and until and int(until[1]) <= 1 <= int(since[1]):
        number = int(since[1]) - int(until[1]) + 1
        if until[1] == "1":
            return _("yesterday") if number == 1 else _last(number)
        return _("the last %(number)s days and today") % {"number": number - 1}
    if since and until and since[1] == until[1] == "0":
        return _("today")
    if first == last:
        return locales.day(first, _language())
    texts = {"first": locales.day(first, _language()), "last": locales.day(last, _language())}
    return _("%(first)s – %(last)s") % texts


def _last(number: int) -> str:
    return _("the last %(number)s days") % {"number": number}


def _language() -> str:
    return get_language() or "en"


def event_name(event: str | None) -> str:
    """What an event is called at the head of a column."""
    return event if event is not None else _("Any event")


def step_text(step: Step) -> str:
    """What a step is called."""
    return event_name(None) if step.wanted.event is None and step.label == ANY_EVENT else step.label


def series_texts(question: Trend) -> list[str]:
    """What each series is called: its label or event, and of several of one event what differs among them."""
    names = [one.label or event_name(one.wanted.event) for one in question.series]
    texts = []
    for one, name in zip(question.series, names, strict=True):
        alike = [each for each, other in zip(question.series, names, strict=True) if other == name and not each.label]
        where = conditions_text(one.wanted) if len({conditions_text(each.wanted) for each in alike}) > 1 else ""
        measure = _measured(one, question) if len({_measured(each, question) for each in alike}) > 1 else ""
        texts.append(name if one.label else " · ".join(filter(None, (name, where, measure))))
    return texts


def _measured(one: Series, question: Trend) -> str:
    """A measure as it stands beside a name."""
    measure = _measure(one, question)
    counted = {Measure.PEOPLE: _("people"), Measure.ACCOUNTS: _("companies"), Measure.TOTAL: _("times")}
    return counted.get(measure) or measures()[measure] % {"property": one.property or ""}
