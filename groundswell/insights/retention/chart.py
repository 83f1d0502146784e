"""Retention as a picture: a curve over the periods, one for each value of the breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from groundswell.insights.charts import HEIGHT, colour_of, titled
from groundswell.insights.groups import groups_of
from groundswell.insights.retention.page import together
from groundswell.insights.retention.words import sentence

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.charts import Look
    from groundswell.insights.kind import Who
    from groundswell.insights.retention.question import Retention
    from groundswell.insights.types import Answer


def chart(question: Retention, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    """The share that was back by period, all cohorts together."""
    import altair as alt

    groups = groups_of(answer)
    values = [
        {"period": period, "share": square.share, "group": group.name, "back": square.returned}
        for group in groups
        for period, square in enumerate(together(group.rows, question.periods))
        if square.share is not None
    ]
    tooltip = [
        alt.Tooltip("period:Q", title=look.say(gettext_noop("Period"))),
        alt.Tooltip("share:Q", title=look.say(gettext_noop("Came back")), format=".1%"),
        alt.Tooltip("back:Q", title=look.say(gettext_noop("People"))),
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("period:Q", title=None, axis=alt.Axis(tickMinStep=1, grid=False, format="d")),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", domain=False, ticks=False)),
        color=colour_of("group", [group.name for group in groups], look, is_shown=bool(question.breakdown)),
    )
    line = base.mark_line(strokeWidth=2.4)
    points = base.mark_circle(size=42, opacity=1).encode(tooltip=tooltip)
    title = titled(sentence(question, {}), question)
    return alt.layer(line, points).properties(height=HEIGHT, title=title)
