"""Pictures of answers. Altair and the renderer are loaded with the first picture: they are large."""

from collections.abc import Callable
from typing import Any

from groundswell.insights.types import Answer, Funnel, Trend

ACCENT = "#0b6e5f"
WIDTH, HEIGHT = 720, 320  # px
SCALE = 2  # device pixels a pixel, for sharp text
NOTHING = "–"  # what a missing breakdown value is called


def chart(answer: Answer) -> Any:
    """The Altair chart of an answer: lines for a trend, bars for a funnel."""
    charts: dict[type, Callable[[Answer], Any]] = {Trend: _trend, Funnel: _funnel}
    drawn = charts[type(answer.question)](answer)
    return (
        drawn.properties(width=WIDTH, height=HEIGHT)
        .configure_view(stroke=None)
        .configure_axis(grid=False, labelFont="sans-serif", titleFont="sans-serif")
        .configure_axisY(grid=True, gridColor="#e8e8e4", domain=False)
    )


def png(answer: Answer) -> bytes:
    """An answer as a picture."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(chart(answer).to_json(), scale=SCALE)
    return drawn


def _trend(answer: Answer) -> Any:
    import altair

    rows = [
        {"period": period, "value": value, "line": _line(series, breakdown)}
        for period, series, breakdown, value in answer.rows
    ]
    data = altair.Data(values=rows)
    lines = altair.Chart(data).encode(
        x=altair.X("period:O", title=None, axis=altair.Axis(labelAngle=0, labelOverlap="greedy")),
        y=altair.Y("value:Q", title=None),
    )
    if len({row["line"] for row in rows}) == 1:
        return lines.mark_line(color=ACCENT, strokeWidth=2, point=len(rows) == 1)
    return lines.mark_line(strokeWidth=2).encode(color=altair.Color("line:N", title=None, sort=None))


def _funnel(answer: Answer) -> Any:
    import altair

    rows = [
        {"step": f"{step}. {label}", "count": count, "group": _line("", breakdown), "share": f"{share:.1%}"}
        for step, label, breakdown, count, share, *_ in answer.rows
    ]
    bars = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X("step:N", title=None, sort=None, axis=altair.Axis(labelAngle=0)),
        y=altair.Y("count:Q", title=None),
    )
    if len({row["group"] for row in rows}) > 1:
        return bars.mark_bar().encode(
            xOffset=altair.XOffset("group:N", sort=None), color=altair.Color("group:N", title=None)
        )
    return bars.mark_bar(color=ACCENT) + bars.mark_text(dy=-8).encode(text="share:N")


def _line(series: str, breakdown: Any) -> str:
    """What a line is called: its series, and its breakdown value if it has one."""
    if isinstance(breakdown, list):
        breakdown = " · ".join(NOTHING if part is None else part for part in breakdown)
    return " · ".join(part for part in (series, breakdown) if part) or NOTHING
