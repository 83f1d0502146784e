"""Trends on a card: lines, numbers of all the days, tables of periods or of values."""

from django.utils.translation import gettext as _

from groundswell.conditions.wording import name_text
from groundswell.dashboards.faces.face import MOST_LINES, Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.faces.numbers import Number, Numbers, counts_differ, numbers_face
from groundswell.dashboards.plots import line_plot
from groundswell.insights.labels import OTHER
from groundswell.insights.lines import Line, lines_of
from groundswell.insights.types import Answer, Measure, Trend


def lines(answer: Answer, _before: Answer | None) -> Face:
    """The first lines over time."""
    question = _trend(answer)
    every = lines_of(question, answer)
    drawn = every[:MOST_LINES]
    periods = drawn[0].periods if drawn else []
    named = [(line.name(_("the days before")), line.values[: len(periods)]) for line in drawn]
    plot = line_plot(named, periods, [line.cuts(question) for line in drawn])
    legend = [(line.name, line.colour, line.dash) for line in plot.lines] if len(named) > 1 else []
    words = [(name, values[-1] if values else None) for name, values in named]
    is_empty = not any(value for line in every for value in line.values)
    return drawn_face(Drawn(plot, legend, words, is_empty), len(every) - len(drawn))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """What each line comes to in all the days."""
    question = _trend(answer)
    then = {_key(line): line.values[0] for line in lines_of(question, before)} if before else {}
    found = [_number(question, line, then) for line in lines_of(question, answer)]
    return numbers_face(Numbers(found, len(question.days)))


def table(answer: Answer, _before: Answer | None) -> Face:
    """The values of a breakdown, the largest first; without one the periods, the latest first."""
    question = _trend(answer)
    every = lines_of(question, answer)
    if question.breakdown:
        return table_face(_of_values(question, every))
    drawn, periods, cuts = every[:MOST_LINES], every[0].periods, every[0].cuts(question)
    rows = [
        Row(period, [line.values[place] if place < len(line.values) else None for line in drawn], cuts.get(place, ""))
        for place, period in enumerate(periods)
    ]
    names = [line.name(_("the days before")) for line in drawn]
    return table_face(Table(_("Period"), names, rows[::-1], are_periods=True))


def _of_values(question: Trend, every: list[Line]) -> Table:
    """A ranking: by how much, and not by how often as wherever values have colours."""
    ranked = sorted(every, key=lambda line: (line.breakdown == OTHER, -(line.values[0] or 0)))
    top = max((line.values[0] or 0 for line in ranked), default=0) or 1
    rows = [Row(line.label, [line.values[0]], share=(line.values[0] or 0) / top) for line in ranked]
    return Table(" · ".join(map(name_text, question.breakdown)), [""], rows)


def _number(question: Trend, line: Line, then: dict[tuple[int, str], float | None]) -> Number:
    series = None if question.formula is not None else question.series[line.series - 1]
    value, before = line.values[0], then.get(_key(line), series.measure.of_nothing if series else None)
    # events come in bursts of one person, so that their number says less than it seems
    counts_actors = series is not None and series.measure in (Measure.PEOPLE, Measure.ACCOUNTS)
    chance = counts_differ(value or 0, before or 0) if counts_actors else None
    return Number(line.label, value, before, chance)


def _key(line: Line) -> tuple[int, str]:
    """What tells a line from the others of its answer."""
    return line.series, repr(line.breakdown)


def _trend(answer: Answer) -> Trend:
    assert isinstance(answer.question, Trend)
    return answer.question
