"""A funnel over time as a chart: the share that finished, a line for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundswell.insights.charts import Look, Plot, Who, dash_of, line_chart, milliseconds
from groundswell.insights.groups import groups_of
from groundswell.insights.over_time.shown import open_periods
from groundswell.insights.over_time.words import over_time_sentence

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.over_time.question import FunnelOverTime
    from groundswell.insights.types import Answer


def over_time_chart(question: FunnelOverTime, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    """The share of those who started in each period that finished."""
    lines, cuts = groups_of(answer), open_periods(question)
    points = []
    for line in lines:
        for place, (period, value, _started, finished, share, _median) in enumerate(line.rows):
            if share is None:
                continue
            cell = {"period": period, "finished": True, **({"breakdown": value} if question.breakdown else {})}
            point = {"at": milliseconds(period), "period": period, "line": line.name, "value": share}
            behind = {"who": who(cell)} if who and finished else {}
            points.append({**point, **behind, **({"cut": cuts[place]} if place in cuts else {})})
    names, dashes = [line.name for line in lines], [dash_of(place) for place in range(len(lines))]
    plot = Plot(names, dashes, list(question.periods), question.interval, points, are_shares=True)
    return line_chart(plot, over_time_sentence(question, {}), question, look)
