"""Stickiness as a picture: a bar for each number of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundswell.insights.charts import HEIGHT, colour_of, titled
from groundswell.insights.groups import groups_of
from groundswell.insights.stickiness.words import sentence

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.charts import Look
    from groundswell.insights.kind import Who
    from groundswell.insights.stickiness.question import Stickiness
    from groundswell.insights.types import Answer


def chart(question: Stickiness, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    """How many were there in how many units, bars of a breakdown side by side."""
    import altair as alt

    groups = groups_of(answer)
    values = [
        {
            "units": number,
            "count": count,
            "share": share,
            "group": group.name,
        }
        for group in groups
        for number, count, share, *_value in group.rows
    ]
    names = [group.name for group in groups]
    bars = alt.Chart(alt.Data(values=values)).mark_bar(cornerRadiusEnd=3).encode(
        x=alt.X("units:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)),
        xOffset=alt.XOffset("group:N", sort=names),
        y=alt.Y("count:Q", title=None, axis=alt.Axis(domain=False, ticks=False)),
        color=colour_of("group", names, look, is_shown=bool(question.breakdown)),
        tooltip=["units:O", "count:Q", alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    title = titled(sentence(question, {}), question)
    return alt.layer(bars).properties(height=HEIGHT, title=title)
