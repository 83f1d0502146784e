"""Lifecycle as a picture: bars above the line for who is there, below it for who stayed away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundswell.insights.charts import HEIGHT, titled
from groundswell.insights.groups import groups_of
from groundswell.insights.lifecycle.answer import Status
from groundswell.insights.lifecycle.page import COLOUR
from groundswell.insights.lifecycle.words import sentence, statuses

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.charts import Look
    from groundswell.insights.kind import Who
    from groundswell.insights.lifecycle.question import Lifecycle
    from groundswell.insights.types import Answer


def chart(question: Lifecycle, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    """Counts by period and status, a row of bars for each value of the breakdown."""
    import altair as alt

    texts = statuses()
    names, colours = [texts[status] for status in Status], [look.colours[COLOUR[status]] for status in Status]
    groups = groups_of(answer)
    values = [
        {
            "period": period, "status": texts[status], "count": -count if status == Status.DORMANT else count,
            "group": group.name,
        }
        for group in groups for period, status, count, *_value in group.rows
    ]  # fmt: skip
    axis = alt.Axis(labelExpr="format(abs(datum.value), ',')", domain=False, ticks=False)
    bars = alt.Chart(alt.Data(values=values)).mark_bar().encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)),
        y=alt.Y("count:Q", title=None, axis=axis),
        color=alt.Color("status:N", sort=names, scale=alt.Scale(domain=names, range=colours)),
        order=alt.Order("status:N"),
        tooltip=["period:O", "status:N", "count:Q"],
    )  # fmt: skip
    title = titled(sentence(question, {}), question)
    if not question.breakdown:
        return alt.layer(bars).properties(height=HEIGHT, title=title)
    drawn = bars.encode(xOffset=alt.XOffset("group:N", sort=[group.name for group in groups]))
    return alt.layer(drawn).properties(height=HEIGHT, title=title)
