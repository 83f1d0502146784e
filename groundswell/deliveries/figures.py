"""The numbers of an answer that are said where there is no room for all of them, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from groundswell.dashboards.faces import face, kind_shown, over_time, paths
from groundswell.dashboards.faces.numbers import Number, Numbers
from groundswell.dashboards.types import Answered, Display
from groundswell.insights.groups import groups_of
from groundswell.insights.lifecycle.answer import Status
from groundswell.insights.lifecycle.words import statuses
from groundswell.insights.lines import Line, lines_of
from groundswell.insights.retention.page import together
from groundswell.insights.retention.question import Retention
from groundswell.insights.retention.words import period_count
from groundswell.insights.shown import funnel_shown
from groundswell.insights.stickiness.question import Stickiness
from groundswell.insights.times.shown import told_in_order
from groundswell.insights.types import Answer, Funnel, Trend
from groundswell.kernel import locales

MOST = 8  # of a card
HALF = 0.5
NONE = "–"


@dataclass(frozen=True)
class Figure:
    """A number with its name; ``change`` says how it stands to the one before, or what share of all it is; ``tone`` is
    ``up`` or ``down`` where that is hardly chance."""

    name: str
    value: str
    change: str = ""
    tone: str = ""


def figures(answered: Answered, language: str) -> tuple[Figure, ...]:
    """Those of a card that has its answer; none of a kind of which nobody said which they are."""
    answer = answered.answer
    assert answer is not None, "a card without an answer has no figures"
    shown = face(answered).shown if answered.card.display is Display.NUMBER else None
    if isinstance(shown, Numbers):
        return tuple(_as_on_the_card(each, shown, language) for each in shown.numbers)
    find = _OF.get(kind_shown(answer.question.as_json()))
    return tuple(find(answered, answer, language)[:MOST]) if find else ()


def _as_on_the_card(number: Number, among: Numbers, language: str) -> Figure:
    name, change = number.name, ""
    if among.of and not name:
        of = [locales.number(each, language) for each in among.of]
        name = _("%(finished)s of %(started)s") % {"finished": of[0], "started": of[1]}
    if number.change is not None and number.is_share:
        points = locales.number(round(100 * number.change, 1), language, places=1)
        change = _("%(points)s points") % {"points": _signed(number.change, points)}
    elif number.change is not None:
        change = _signed(number.change, locales.share(number.change, language))
    value = _share(number.value, language) if number.is_share else _number(number.value, language)
    return Figure(name, value, change, number.tone)


# Trends --------------------------------------------------------------------------------------------------------------


def _of_trend(answered: Answered, answer: Answer, language: str) -> list[Figure]:
    question = answer.question
    assert isinstance(question, Trend)
    lines = [line for line in lines_of(question, answer) if not line.is_previous]
    if answered.card.display is Display.TABLE and question.breakdown:
        ranked = sorted(lines, key=lambda line: -(line.values[0] or 0))
        return [Figure(line.label, _number(line.values[0], language)) for line in ranked]
    return [_latest(question, line, language) for line in lines if line.values]


def _latest(question: Trend, line: Line, language: str) -> Figure:
    """The last period that counts as a whole, against the one before it."""
    cut = line.cuts(question)
    whole = [place for place in range(len(line.values)) if place not in cut] or [len(line.values) - 1]
    place = whole[-1]
    before = line.values[whole[-2]] if len(whole) > 1 else None
    name = f"{line.label} · {_period(line.periods[place], language)}"
    return _against(name, line.values[place], before, language)


def _against(name: str, value: float | None, before: float | None, language: str) -> Figure:
    if value is None or not before:
        return Figure(name, _number(value, language))
    change = (value - before) / before
    return Figure(name, _number(value, language), _signed(change, locales.share(change, language)))


# Funnels -------------------------------------------------------------------------------------------------------------


def _of_funnel(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """Who came how far; of a breakdown how many of each value finished."""
    assert isinstance(answer.question, Funnel)
    now = funnel_shown(answer.question, answer, _nobody)
    if now.table:
        return [Figure(row.group, locales.share(row.finished, language)) for row in now.table]
    return [
        Figure(step.label, _number(step.bars[0].reached.value, language), locales.share(step.bars[0].share, language))
        for step in now.steps
        if step.bars
    ]


def _of_times(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """Within what time half of those were there who got there."""
    names = [group.name if answer.question.breakdown else _("Half within") for group in groups_of(answer)]
    medians = [each["median_seconds"] for each in told_in_order(answer)]
    return [
        Figure(name, NONE if median is None else locales.duration(median, language))
        for name, median in zip(names, medians, strict=True)
    ]


def _of_funnel_over_time(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """The share that finished, in all periods."""
    shown = over_time.numbers(answer, None).shown
    return [_as_on_the_card(each, shown, language) for each in shown.numbers]


def _of_why(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """How many went on, and stopped."""
    names = {"converted": pgettext("people", "Went on"), "dropped": pgettext("people", "Stopped")}
    return [Figure(name, _number(answer.beside[each], language)) for each, name in names.items()]


def _nobody(_cell: dict[str, Any]) -> str:
    """Figures lead to nobody."""
    return ""


# What people do again and again --------------------------------------------------------------------------------------


def _of_retention(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """How many of all cohorts were back, period by period; of a breakdown in the last that is known."""
    question = answer.question
    assert isinstance(question, Retention)
    groups = {
        group.name: [square.share for square in together(group.rows, question.periods)] for group in groups_of(answer)
    }
    if question.breakdown:
        last = {name: [share for share in shares if share is not None][-1:] for name, shares in groups.items()}
        return [Figure(name, _share(known[0] if known else None, language)) for name, known in last.items()]
    return [
        Figure(_("after %(time)s") % {"time": period_count(number, question.period)}, _share(share, language))
        for shares in groups.values()
        for number, share in enumerate(shares)
        if number and share is not None
    ]


def _of_lifecycle(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """How many had each status in the last period."""
    last = max((row[0] for row in answer.rows), default="")
    counts = dict.fromkeys(Status, 0)
    for period, status, count, *_value in answer.rows:
        if period == last:
            counts[Status(status)] += count
    return [
        Figure(f"{words} · {_period(last, language)}", _number(counts[status], language))
        for status, words in statuses().items()
        if last
    ]


def _of_stickiness(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """How many of them were there in at least so many units; of a breakdown in how many half of them were."""
    question = answer.question
    assert isinstance(question, Stickiness)
    if question.breakdown:
        usual = {
            group.name: max((row[0] for row in group.rows if row[2] >= HALF), default=0) for group in groups_of(answer)
        }
        return [Figure(name, period_count(number, question.unit)) for name, number in usual.items()]
    return [
        Figure(_("at least %(time)s") % {"time": period_count(row[0], question.unit)}, _share(row[2], language))
        for row in answer.rows
        if row[2]
    ]


def _of_paths(_answered: Answered, answer: Answer, language: str) -> list[Figure]:
    """The moves of most."""
    moves = paths.table(answer, None).shown.rows
    return [Figure(move.name, _number(move.values[0], language)) for move in moves]


# ---------------------------------------------------------------------------------------------------------------------


def _number(value: float | None, language: str) -> str:
    return NONE if value is None else locales.number(value, language)


def _share(share: float | None, language: str) -> str:
    return NONE if share is None else locales.share(share, language)


def _period(name: str, language: str) -> str:
    """A period by its first day, an hour with its clock."""
    day = locales.day(date.fromisoformat(name[:10]), language, form="M월 d일" if language == "ko" else "MMM d")
    return f"{day} {name[11:16]}".strip()


def _signed(change: float, text: str) -> str:
    return f"+{text}" if change > 0 else text


_OF: dict[str, Callable[[Answered, Answer, str], list[Figure]]] = {
    "trend": _of_trend,
    "funnel": _of_funnel,
    "funnel times": _of_times,
    "funnel over_time": _of_funnel_over_time,
    "funnel why": _of_why,
    "retention": _of_retention,
    "lifecycle": _of_lifecycle,
    "stickiness": _of_stickiness,
    "paths": _of_paths,
}
