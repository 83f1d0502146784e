"""Lifecycle on a card: bars of who is there over those who stayed away, and a table of the same numbers."""

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.plots import bar_plot
from groundswell.insights.groups import groups_of
from groundswell.insights.lifecycle.page import COLOUR
from groundswell.insights.lifecycle.words import statuses
from groundswell.insights.types import Answer

COUNT = 2  # the column

Layers = dict[str, list[int]]  # of each status, period by period


def bars(answer: Answer, _before: Answer | None) -> Face:
    """The first group, period by period; who stayed away hangs below."""
    periods, layers, more = _first(answer)
    named = [(text, COLOUR[status], layers[status]) for status, text in statuses().items()]
    plot = bar_plot(named, periods, below=1)
    words = [(text, values[-1] if values else None) for text, _colour, values in named]
    is_empty = not any(value for values in layers.values() for value in values)
    return drawn_face(Drawn(plot, [(text, colour, 0) for text, colour, _ in named], words, is_empty), more)


def table(answer: Answer, _before: Answer | None) -> Face:
    """The same, the latest period first."""
    periods, layers, _more = _first(answer)
    rows = [Row(period, [layers[status][place] for status in statuses()]) for place, period in enumerate(periods)]
    return table_face(Table(_("Period"), list(statuses().values()), rows[::-1], are_periods=True))


def _first(answer: Answer) -> tuple[list[str], Layers, int]:
    """The periods and layers of the first group, and how many groups there are besides."""
    groups = groups_of(answer)
    rows = groups[0].rows if groups else []
    layers: Layers = {status: [row[COUNT] for row in rows if row[1] == status] for status in statuses()}
    return list(dict.fromkeys(row[0] for row in rows)), layers, max(0, len(groups) - 1)
