"""Charts of answers. Altair and the renderer are loaded with the first one: they take 100 MB."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from groundswell.insights.labels import OTHER
from groundswell.insights.types import Answer, Funnel, Interval, Trend

if TYPE_CHECKING:
    import altair as alt

SEA, INK, SOFT, LINE = "#0b6e63", "#1b1f1c", "#5f6862", "#e6e8e3"
COLOURS = [SEA, "#d9822b", "#5b6abf", "#b3432b", "#7a9a3a", "#8a5a9e", "#3d8fb8", "#c2a02c", "#6b7a70", "#c46b8e"]
WIDTH, HEIGHT, BAR = 820, 340, 34  # px; a funnel has bars of that height
SCALE = 2  # device pixels a pixel, for sharp text
NOTHING = "–"  # what a missing breakdown value is called
FEW = 31  # periods up to which each is marked with a point

THEME: dict[str, Any] = {
    "font": "Inter, Pretendard, Noto Sans, Noto Sans CJK KR, DejaVu Sans, sans-serif",
    "background": "white",
    "padding": 18,
    "view": {"strokeWidth": 0},
    "axis": {"labelColor": SOFT, "labelFontSize": 12, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE},
    "title": {
        "color": INK, "fontSize": 17, "fontWeight": 600, "anchor": "start", "frame": "group", "offset": 16,
        "subtitleColor": SOFT, "subtitleFontSize": 12, "subtitlePadding": 5,
    },
    "legend": {"labelColor": INK, "labelFontSize": 12, "orient": "bottom", "title": None, "columns": 5},
    "range": {"category": COLOURS},
}  # fmt: skip


def png(answer: Answer) -> bytes:
    """An answer as a picture."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(chart(answer).to_dict(), scale=SCALE)
    return drawn


def chart(answer: Answer) -> alt.LayerChart:
    """The Altair chart of an answer: lines for a trend, bars for a funnel."""
    question = answer.question
    drawn = _trend(question, answer.rows) if isinstance(question, Trend) else _funnel(question, answer.rows)
    return drawn.properties(width=WIDTH).configure(**THEME)


# Trends --------------------------------------------------------------------------------------------------------------

_AXIS = {Interval.HOUR: "%-d %b %H:%M", Interval.DAY: "%-d %b", Interval.WEEK: "%-d %b", Interval.MONTH: "%b %Y"}


def _trend(question: Trend, rows: list[list[Any]]) -> alt.LayerChart:
    import altair as alt

    lines = _lines(question, rows)
    names = list(dict.fromkeys(lines.values()))
    periods = list(dict.fromkeys(period for period, *_ in rows))
    values = [
        {"at": _milliseconds(period), "line": lines[series, _text(breakdown)], "value": value}
        for period, series, breakdown, value in rows
        if value is not None
    ]
    one_each = len(periods) <= FEW
    time = alt.Axis(
        format=_AXIS[question.interval], grid=False, labelOverlap="greedy", labelFlush=True,
        **({"values": [_milliseconds(period) for period in periods]} if one_each else {"tickCount": 10}),
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("at:T", scale=alt.Scale(type="utc"), title=None, axis=time),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=5, format="~s", domain=False, ticks=False)),
        color=_colour("line", names, is_shown=len(names) > 1),
    )
    layers = [base.mark_line(strokeWidth=2.4)]
    if len(names) == 1:
        layers.insert(0, base.mark_area(opacity=0.1))
    if one_each:
        layers.append(base.mark_circle(size=42, opacity=1))
    title = ", ".join(dict.fromkeys(series for series, _ in lines))
    return alt.layer(*layers).properties(height=HEIGHT, title=alt.TitleParams(title, subtitle=_subtitle(question)))


def _lines(question: Trend, rows: list[list[Any]]) -> dict[tuple[str, str], str]:
    """What the line of a series and a breakdown value is called: by that of the two which varies, or by both."""
    pairs = list(dict.fromkeys((series, _text(breakdown)) for _, series, breakdown, _ in rows))
    if not question.breakdown:
        return {pair: pair[0] for pair in pairs}
    if len({series for series, _ in pairs}) == 1:
        return {pair: pair[1] for pair in pairs}
    return {pair: " · ".join(pair) for pair in pairs}


def _milliseconds(period: str) -> int:
    """Where a period stands on the axis: what the clock showed, as if it were UTC."""
    return int(datetime.fromisoformat(period[:16]).replace(tzinfo=UTC).timestamp() * 1000)


# Funnels -------------------------------------------------------------------------------------------------------------


def _funnel(question: Funnel, rows: list[list[Any]]) -> alt.LayerChart:
    import altair as alt

    steps = [f"{number}. {step.label}" for number, step in enumerate(question.steps, start=1)]
    values = [
        {"step": steps[number - 1], "share": share, "group": _text(breakdown), "text": _result(count, share, median)}
        for number, _, breakdown, count, share, _, median in rows
    ]
    groups = list(dict.fromkeys(str(each["group"]) for each in values))
    names = alt.Axis(
        domain=False, ticks=False, labelColor=INK, labelFontSize=13, labelLimit=260, labelPadding=12, grid=False
    )
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("step:N", sort=steps, title=None, axis=names, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("group:N", sort=groups),
        x=alt.X("share:Q", scale=alt.Scale(domain=[0, 1.25]), axis=None),
    )
    bars = base.mark_bar(cornerRadiusEnd=5).encode(color=_colour("group", groups, is_shown=bool(question.breakdown)))
    texts = base.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(text="text:N")
    height = (BAR if len(groups) == 1 else BAR * 0.6) * max(len(groups), 1) * 1.3 * len(steps)
    title = " → ".join(step.label for step in question.steps)
    return alt.layer(bars, texts).properties(height=height, title=alt.TitleParams(title, subtitle=_subtitle(question)))


def _result(count: int, share: float, median: float | None) -> str:
    parts = [f"{count:,}", f"{share:.1%}", *([] if median is None else [f"median {_duration(median)}"])]
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


# Both ----------------------------------------------------------------------------------------------------------------


def _colour(field: str, names: list[str], *, is_shown: bool) -> alt.Color:
    """A colour for each name, in their order; OTHER is grey."""
    import altair as alt

    colours = [SOFT if name == OTHER else COLOURS[place % len(COLOURS)] for place, name in enumerate(names)]
    legend = alt.Legend() if is_shown else None
    return alt.Color(f"{field}:N", sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend)


def _subtitle(question: Trend | Funnel) -> str:
    how = f"within {question.window}" if isinstance(question, Funnel) else f"by {question.interval}"
    broken_down = f" · by {', '.join(question.breakdown)}" if question.breakdown else ""
    return f"{question.days.first} – {question.days.last} · {question.days.tz} · {how}{broken_down}"


def _text(breakdown: Any) -> str:
    parts = breakdown if isinstance(breakdown, list) else [breakdown]
    return " · ".join(NOTHING if part is None else str(part) for part in parts)
