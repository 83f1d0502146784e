"""How long people took, on a card: bars over lengths of time, a table of them."""

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import MOST_LINES, Drawn, Face, Row, Table, drawn_face, table_face
from groundswell.dashboards.plots import bar_plot
from groundswell.insights.times.question import FunnelTimes
from groundswell.insights.times.shown import Histogram, TimesShown, times_shown
from groundswell.insights.types import Answer


def bars(answer: Answer, _before: Answer | None) -> Face:
    """How many took how long, the first groups upon each other."""
    shown = _shown(answer)
    several = shown.histograms[:MOST_LINES]
    layers = [(each.group, each.colour, _counts(each)) for each in several]
    lengths = _lengths(shown)
    plot = bar_plot(layers, lengths)
    legend = [(name, colour, 0) for name, colour, _values in layers] if shown.is_split else []
    words = list(zip(lengths, map(sum, zip(*map(_counts, shown.histograms), strict=True)), strict=True))
    drawn = Drawn(plot, legend, words, not shown.finished, are_periods=False)
    return drawn_face(drawn, len(shown.table) - len(several))


def table(answer: Answer, _before: Answer | None) -> Face:
    """How many took how long."""
    shown = _shown(answer)
    several = shown.histograms[:MOST_LINES]
    rows = [Row(length, list(of)) for length, *of in zip(_lengths(shown), *map(_counts, several), strict=True)]
    names = [each.group for each in several] if shown.is_split else [_("Finished")]
    return table_face(Table(_("Time"), names, rows))


def _lengths(shown: TimesShown) -> list[str]:
    return [bar.length for bar in shown.histograms[0].bars] if shown.histograms else []


def _counts(histogram: Histogram) -> list[float]:
    return [bar.count.value or 0 for bar in histogram.bars]


def _shown(answer: Answer) -> TimesShown:
    assert isinstance(answer.question, FunnelTimes)
    return times_shown(answer.question, answer, lambda _cell: "")
