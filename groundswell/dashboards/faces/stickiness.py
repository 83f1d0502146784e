"""Stickiness on a card: a bar for each number of days, how much of the days people are there, a table."""

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.faces.numbers import Number, Numbers, numbers_face
from groundswell.dashboards.plots import bar_plot
from groundswell.insights.groups import Rows, groups_of
from groundswell.insights.retention.words import period_count
from groundswell.insights.stickiness.question import Stickiness
from groundswell.insights.types import Answer

COUNT = 1  # the column


def bars(answer: Answer, _before: Answer | None) -> Face:
    """How many of the first group were there on so many days."""
    groups = groups_of(answer)
    rows = groups[0].rows if groups else []
    named = _("People") if _stickiness(answer).count == "people" else _("Companies")
    plot = bar_plot([(named, 0, [row[COUNT] for row in rows])], [str(row[0]) for row in rows])
    is_empty = not any(row[COUNT] for row in rows)
    words = [(str(row[0]), row[COUNT]) for row in rows if row[COUNT]]
    return drawn_face(Drawn(plot, [], words, is_empty, are_periods=False), max(0, len(groups) - 1))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """The share of the days on which somebody of each group was there, on average."""
    then = _means(before) if before else {}
    found = [Number(name, share, then.get(name), is_share=True) for name, share in _means(answer).items()]
    return numbers_face(Numbers(found, len(answer.question.days)))


def table(answer: Answer, _before: Answer | None) -> Face:
    """How many of the first group were there on so many days, and on at least as many."""
    groups = groups_of(answer)
    rows = [row for row in (groups[0].rows if groups else []) if row[COUNT]]
    top = max((row[COUNT] for row in rows), default=1)
    unit = _stickiness(answer).unit
    shown = [Row(period_count(row[0], unit), [row[COUNT]], share=row[COUNT] / top) for row in rows]
    return table_face(Table(_("On how many"), [_("Exactly")], shown))


def _means(answer: Answer) -> dict[str, float | None]:
    units = _stickiness(answer).span.count
    return {group.name: _mean(group.rows, units) for group in groups_of(answer)}


def _mean(rows: Rows, units: int) -> float | None:
    """Which share of the units somebody was there in, on average over all who were there at all."""
    size = sum(row[COUNT] for row in rows)
    return sum(row[0] * row[COUNT] for row in rows) / (size * units) if size else None


def _stickiness(answer: Answer) -> Stickiness:
    assert isinstance(answer.question, Stickiness)
    return answer.question
