"""How long people took, on a card: bars over lengths of time, a table of them."""

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import MOST_LINES, Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.plots import bar_plot
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.times.shown import Bin, TimesShown, times_shown
from groundswell.insights.types import Answer


def bars(answer: Answer, _before: Answer | None) -> Face:
    """How many took how long, the first groups upon each other."""
    shown = _shown(answer)
    groups, bins = shown.groups[:MOST_LINES], shown.bins
    layers = [(group.name, group.colour, [_count(each, group.name) for each in bins]) for group in groups]
    plot = bar_plot(layers, [each.length for each in bins])
    legend = [(name, colour, 0) for name, colour, _values in layers] if shown.is_split else []
    words = [(each.length, sum(bar.count.value or 0 for bar in each.bars)) for each in bins]
    drawn = Drawn(plot, legend, words, not shown.finished, are_periods=False)
    return drawn_face(drawn, len(shown.table) - len(groups))


def table(answer: Answer, _before: Answer | None) -> Face:
    """How many took how long."""
    shown = _shown(answer)
    groups = shown.groups[:MOST_LINES]
    rows = [Row(each.length, [_count(each, group.name) for group in groups]) for each in shown.bins]
    names = [group.name for group in groups] if shown.is_split else [_("Finished")]
    return table_face(Table(_("Time"), names, rows))


def _count(bin: Bin, group: str) -> float:
    return next((bar.count.value or 0 for bar in bin.bars if bar.group == group), 0)


def _shown(answer: Answer) -> TimesShown:
    assert isinstance(answer.question, FunnelTimes)
    return times_shown(answer.question, answer, lambda _cell: "")
