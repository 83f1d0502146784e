"""A funnel over time on a card: the share that finished period by period, in all of them, and a table."""

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import MOST_LINES, Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.faces.numbers import Number, Numbers, numbers_face, shares_differ
from groundswell.dashboards.plots import line_plot
from groundswell.insights.groups import Group, groups_of
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.insights.over_time.shown import open_periods, shares_of
from groundswell.insights.over_time.words import cut_text
from groundswell.insights.types import Answer


def lines(answer: Answer, _before: Answer | None) -> Face:
    """The share of those who started in each period that finished: the first groups."""
    question, every = _lines(answer)
    drawn, periods = every[:MOST_LINES], list(question.periods)
    cuts = open_periods(question)
    plot = line_plot([(line.name, shares_of(line)) for line in drawn], periods, [cuts for _line in drawn])
    legend = [(line.name, line.colour, line.dash) for line in plot.lines] if question.breakdown else []
    words = [(line.name, _share(*_sums(line))) for line in drawn]
    is_empty = not any(_sums(line)[1] for line in every)
    return drawn_face(Drawn(plot, legend, words, is_empty, are_shares=True), len(every) - len(drawn))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """The share that finished, of all who started in some period."""
    then = {line.name: line for line in _lines(before)[1]} if before else {}
    found = []
    for line in _lines(answer)[1]:
        now, old = _sums(line), _sums(then[line.name]) if line.name in then else (0, 0)
        chance = shares_differ(*now, *old) if before else None
        found.append(Number(line.name, _share(*now), _share(*old), chance, True))
    of = _sums(_lines(answer)[1][0]) if not answer.question.breakdown else None
    return numbers_face(Numbers(found, len(answer.question.days), of))


def table(answer: Answer, _before: Answer | None) -> Face:
    """Who started and finished, the latest period first; of several groups who finished."""
    question, every = _lines(answer)
    drawn = every[:MOST_LINES]
    rows = []
    for place, period in enumerate(question.periods):
        counts = [line.rows[place][3] for line in drawn]
        values = counts if question.breakdown else [*(line.rows[place][2] for line in drawn), *counts]
        rows.append(Row(period, values, cut_text(question, period)))
    names = [line.name for line in drawn] if question.breakdown else [_("How many"), _("Finished")]
    return table_face(Table(_("Period"), names, rows[::-1], are_periods=True))


def _lines(answer: Answer) -> tuple[FunnelOverTime, list[Group]]:
    assert isinstance(answer.question, FunnelOverTime)
    return answer.question, groups_of(answer)


def _sums(line: Group) -> tuple[int, int]:
    """How many finished and started in all periods."""
    return sum(row[3] for row in line.rows), sum(row[2] for row in line.rows)


def _share(finished: int, started: int) -> float | None:
    return finished / started if started else None
