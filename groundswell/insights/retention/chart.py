"""Retention as a picture: a curve over the periods, one for each value of the breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from groundswell.insights.charts import HEIGHT, colour_of, subtitle, titled
from groundswell.insights.lines import value_text
from groundswell.insights.retention.page import together
from groundswell.insights.retention.words import sentence

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.charts import Look
    from groundswell.insights.kind import Who
    from groundswell.insights.retention.question import Retention


def chart(question: Retention, rows: list[list[Any]], look: Look, who: Who | None) -> alt.LayerChart:
    """The share that was back by period, all cohorts together."""
    import altair as alt

    groups: dict[str, list[list[Any]]] = {}
    for row in rows:
        groups.setdefault(value_text(row[5], question.breakdown) if question.breakdown else "", []).append(row)
    names = sorted(groups, key=lambda name: -sum(row[1] for row in groups[name] if row[2] == 0))
    values = [
        {"period": period, "share": square.share, "group": name, "back": square.returned}
        for name in names
        for period, square in enumerate(together(groups[name], question.periods))
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
        color=colour_of("group", names, look, is_shown=bool(question.breakdown)),
    )
    line = base.mark_line(strokeWidth=2.4)
    points = base.mark_circle(size=42, opacity=1).encode(tooltip=tooltip)
    title = titled(sentence(question, {}), subtitle(question, look))
    return alt.layer(line, points).properties(height=HEIGHT, title=title)
