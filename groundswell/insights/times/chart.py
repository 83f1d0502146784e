"""The times that people took as a chart: bars over lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from groundswell.insights.charts import HEIGHT, Look, Who, colour_of, titled
from groundswell.insights.groups import Group, groups_of
from groundswell.insights.times.words import length_text, times_sentence
from groundswell.insights.wording import step_text

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.times.question import FunnelTimes
    from groundswell.insights.types import Answer

OF_ONE = 110  # px: of one group's bars


def times_chart(question: FunnelTimes, answer: Answer, look: Look, who: Who | None) -> alt.Chart:
    """How many of each group took how long, as shares of those of the group who finished: a row for each group."""
    import altair as alt

    bins = dict.fromkeys(length_text(row[0], row[1]) for row in sorted(answer.rows, key=lambda row: row[0]))
    several = groups_of(answer)
    groups = [group.name for group in several]
    values = [_point(question, group, row, who) for group in several for row in group.rows]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("length:N", sort=list(bins), title=None, axis=alt.Axis(labelAngle=-40, ticks=False, grid=False)),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format=".3~%", domain=False, ticks=False, tickCount=4)),
        tooltip=[
            alt.Tooltip("length:N", title=look.say(gettext_noop("Time"))),
            alt.Tooltip("group:N", title=look.say(gettext_noop("Series"))),
            alt.Tooltip("count:Q", title=look.say(gettext_noop("Value")), format=","),
            alt.Tooltip("share:Q", title=look.say(gettext_noop("Share")), format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=4).encode(color=colour_of("group", groups, look, is_shown=False))
    first, last = (step_text(question.steps[number - 1]) for number in (question.from_step, question.to_step))
    between = look.say(gettext_noop("from %(first)s to %(last)s"), first=first, last=last)
    title = titled(times_sentence(question, {}), question, between)
    if not question.breakdown:
        return bars.properties(height=HEIGHT, title=title)
    header = alt.Header(title=None, orient="top", labelAnchor="start", labelFontSize=13, labelColor=look.ink)
    return bars.encode(row=alt.Row("group:N", sort=groups, header=header)).properties(height=OF_ONE, title=title)


def _point(question: FunnelTimes, group: Group, row: Sequence[Any], who: Who | None) -> dict[str, Any]:
    shortest, longest, value, count, share = row
    cell = {"from_seconds": shortest, "to_seconds": longest, **({"breakdown": value} if question.breakdown else {})}
    behind = {"who": who(cell)} if who and count else {}
    return {
        "length": length_text(shortest, longest),
        "group": group.name,
        "count": count,
        "share": share,
        **behind,
    }
