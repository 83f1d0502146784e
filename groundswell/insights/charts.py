"""Charts of trends and funnels, and what all charts have in common. Altair is loaded with the first one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext_noop

from groundswell.conditions.wording import Parts, conditions_text, plain
from groundswell.insights.drawing import marked, ticks_of
from groundswell.insights.funnel_words import funnel_sentence
from groundswell.insights.groups import colour_at, dash_at, groups_of
from groundswell.insights.lines import Line, lines_of
from groundswell.insights.types import Answer, Funnel, Interval, Question, Trend
from groundswell.insights.wording import step_text, trend_sentence
from groundswell.kernel import locales

if TYPE_CHECKING:
    import altair as alt

Who = Callable[[dict[str, Any]], str]  # the address of who is behind a cell

COLOURS = ["#0b6e63", "#d9822b", "#5b6abf", "#b3432b", "#7a9a3a", "#8a5a9e", "#3d8fb8", "#c2a02c", "#6b7a70", "#c46b8e"]
DARK_COLOURS = [
    "#4cc0ae", "#e8a25c", "#93a0ea", "#ef8a72", "#a8c968", "#bd92d1", "#74bfe3", "#e0c458", "#9aaba0", "#e596b6",
]  # fmt: skip
WIDTH, HEIGHT, BAR = 820, 340, 34  # px; a funnel has bars of that height
SCALE = 2  # device pixels a pixel, for sharp text
TITLE_ROOM, TITLE_LINES = 92, 3  # letters of a line, lines
DASHES = ([1, 0], [9, 3], [3, 2], [9, 3, 3, 3])  # of lines, another each time that the colours begin again
BEFORE = [5, 4]
WHOLE, PARTLY = "!isValid(datum.cut)", "isValid(datum.cut)"  # points that count all of their period, and others
FEW = 31  # periods up to which each is marked with a point
FONT = "Inter, Pretendard, Noto Sans, Noto Sans CJK KR, DejaVu Sans, sans-serif"


@dataclass(frozen=True)
class Look:
    """For whom a chart is drawn."""

    language: str = "en"
    is_dark: bool = False

    @property
    def colours(self) -> list[str]:
        """By their numbers; the last is GREY."""
        return [*(DARK_COLOURS if self.is_dark else COLOURS), self.soft]

    @property
    def ink(self) -> str:
        return "#e9ece9" if self.is_dark else "#1b1f1c"

    @property
    def soft(self) -> str:
        return "#a3ada6" if self.is_dark else "#5f6862"

    @property
    def ground(self) -> str:
        return "#191c1a" if self.is_dark else "white"

    @property
    def line(self) -> str:
        return "#2a2f2b" if self.is_dark else "#e6e8e3"

    @property
    def theme(self) -> dict[str, Any]:
        """What all charts have in common."""
        return {
            "font": FONT,
            "background": self.ground,
            "padding": 18,
            "view": {"strokeWidth": 0},
            "axis": {
                "labelColor": self.soft, "labelFontSize": 12, "gridColor": self.line, "domainColor": self.line,
                "tickColor": self.line,
            },
            "title": {
                "color": self.ink, "fontSize": 17, "fontWeight": 600, "anchor": "start", "frame": "group", "offset": 16,
                "limit": WIDTH + 200, "subtitleColor": self.soft, "subtitleFontSize": 12, "subtitlePadding": 5,
            },
            "legend": {"labelColor": self.ink, "labelFontSize": 12, "orient": "bottom", "title": None, "columns": 5},
            "range": {"category": self.colours[:-1]},
        }  # fmt: skip

    def say(self, text: str, **values: str) -> str:
        """A word on the chart."""
        with translation.override(self.language):
            return translation.gettext(text) % values


ENGLISH = Look()


def nothing(sentence: Parts, question: Question, look: Look) -> alt.LayerChart:
    """Of a split that found nobody: without a bar the picture would have no height."""
    import altair as alt

    said = alt.Chart(alt.Data(values=[{"text": look.say(gettext_noop("Nothing of this happened in these days."))}]))
    text = said.mark_text(fontSize=13, color=look.soft, align="left").encode(x=alt.value(0), text="text:N")
    return alt.layer(text).properties(height=BAR * 2, title=titled(sentence, question))


# Trends --------------------------------------------------------------------------------------------------------------

_AXIS = {
    "en": {
        Interval.HOUR: "%b %-d, %H:%M", Interval.DAY: "%b %-d", Interval.WEEK: "%b %-d", Interval.MONTH: "%b %Y",
        Interval.WHOLE: "%b %-d",
    },
    "ko": {
        Interval.HOUR: "%-m월 %-d일 %-H시", Interval.DAY: "%-m월 %-d일", Interval.WEEK: "%-m월 %-d일",
        Interval.MONTH: "%Y년 %-m월", Interval.WHOLE: "%-m월 %-d일",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Plot:
    """Lines over periods. Of a point are told: at (ms), period, line (its name), value, and perhaps cut and who."""

    names: list[str]
    dashes: list[list[int]]
    periods: list[str]
    interval: Interval
    points: list[dict[str, Any]]
    are_shares: bool = False


def trend_chart(question: Trend, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    lines = lines_of(question, answer)
    names = [line.name(look.say(gettext_noop("the days before"))) for line in lines]
    periods = lines[0].periods if lines else []
    dashes = [BEFORE if line.is_previous else dash_of(place) for place, line in enumerate(lines)]
    plot = Plot(names, dashes, periods, question.interval, _points(question, lines, names, who))
    return line_chart(plot, trend_sentence(question, {}), question, look)


def line_chart(plot: Plot, sentence: Parts, question: Question, look: Look) -> alt.LayerChart:
    """Lines over periods, as a question's answer."""
    import altair as alt

    names, periods, values = plot.names, plot.periods, plot.points
    one_each = len(periods) <= FEW
    time = alt.Axis(  # numbers, for a page that runs no code of charts cannot make dates of them
        values=[milliseconds(periods[place]) for place in marked(len(periods))], grid=False,
        labelOverlap="parity", labelFlush=True,
        labelExpr=f"utcFormat(datum.value, '{_AXIS[look.language][plot.interval]}')",
    )  # fmt: skip
    picked = alt.selection_point(name="picked", fields=["line"], bind="legend")
    amounts = _shares if plot.are_shares else _amounts
    ticks = ticks_of([each["value"] for each in values])
    ends = [milliseconds(periods[0]), milliseconds(periods[-1])] if periods else alt.Undefined
    base = alt.Chart().encode(
        x=alt.X("at:Q", scale=alt.Scale(domain=ends, zero=False, nice=False), title=None, axis=time),
        y=alt.Y("value:Q", title=None, axis=amounts(ticks), scale=alt.Scale(domain=[ticks[0], ticks[-1]])),
        color=colour_of("line", names, look, is_shown=len(names) > 1),
    )
    has_gone = alt.when(picked).then(alt.value(1)).otherwise(alt.value(0.15))
    legend = alt.Legend(symbolType="stroke", symbolSize=500) if len(names) > 1 else None
    dash = alt.StrokeDash("line:N", sort=names, scale=alt.Scale(domain=names, range=plot.dashes), legend=legend)
    stroke = base.transform_filter(WHOLE).mark_line(strokeWidth=2.4)
    layers = [stroke.encode(opacity=has_gone, strokeDash=dash).add_params(picked)]
    if len(names) == 1:
        layers.insert(0, base.mark_area(opacity=0.1))
    tooltip = [
        alt.Tooltip("period:N", title=look.say(gettext_noop("Period"))),
        alt.Tooltip("line:N", title=look.say(gettext_noop("Series"))),
        alt.Tooltip("value:Q", title=look.say(gettext_noop("Value")), format=".1%" if plot.are_shares else ",.10~g"),
    ]
    points = base.transform_filter(WHOLE).mark_circle(size=42 if one_each else 120).encode(
        opacity=alt.when(picked).then(alt.value(1 if one_each else 0.01)).otherwise(alt.value(0)), tooltip=tooltip
    )  # fmt: skip
    layers.append(points)
    is_cut = any("cut" in each for each in values)
    if is_cut:
        apart = base.properties(data=alt.Data(values=_cut_off(values))).encode(opacity=has_gone, detail="pair:N")
        hollow = base.transform_filter(PARTLY).mark_point(
            size=54, strokeWidth=2, filled=False, fill=look.ground, opacity=1
        )
        how = alt.Tooltip("cut:N", title=look.say(gettext_noop("Only in part")))
        layers += [
            apart.mark_line(strokeWidth=2, strokeDash=[2, 4]),
            hollow.encode(opacity=has_gone, tooltip=[*tooltip, how]),
        ]
    notes = [look.say(gettext_noop("dashed: only part of a period"))] if is_cut else []
    title = titled(sentence, question, *notes)
    return alt.layer(*layers, data=alt.Data(values=values)).properties(height=HEIGHT, title=title)


def _points(question: Trend, lines: Sequence[Line], names: Sequence[str], who: Who | None) -> list[dict[str, Any]]:
    """What is drawn: a value of each line at each period that it has one for."""
    periods = lines[0].periods if lines else []
    values: list[dict[str, Any]] = []
    for name, line in zip(names, lines, strict=True):
        cuts = line.cuts(question)
        for place, (shown, value) in enumerate(zip(periods, line.values, strict=False)):
            if value is not None:
                point = {"at": milliseconds(shown), "period": line.periods[place], "line": name, "value": value}
                behind = {"who": who(line.cell(place, is_split=bool(question.breakdown)))} if who and value else {}
                partly = {"cut": cuts[place]} if place in cuts else {}
                values.append({**point, "before": line.is_previous, **behind, **partly})
    return values


def dash_of(place: int) -> list[int]:
    """How a line is dashed, another way each time that the colours begin again."""
    return DASHES[dash_at(place)]


def _amounts(ticks: list[float]) -> alt.Axis:
    """The axis of values: these in full as long as there is room."""
    import altair as alt

    many = "replace(format(datum.value, '.3~s'), 'G', 'B')"
    label = f"abs(datum.value) < 10000 ? format(datum.value, ',.6~g') : {many}"
    return alt.Axis(values=ticks, labelExpr=label, domain=False, ticks=False)


def _shares(ticks: list[float]) -> alt.Axis:
    import altair as alt

    return alt.Axis(values=ticks, format=".3~%", domain=False, ticks=False)


def _cut_off(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ends of each stretch of a line that leads to or from a point which counts only in part."""
    pairs = [(a, b) for a, b in pairwise(values) if a["line"] == b["line"] and ("cut" in a or "cut" in b)]
    return [
        {"at": end["at"], "value": end["value"], "line": end["line"], "pair": number}
        for number, pair in enumerate(pairs) for end in pair
    ]  # fmt: skip


def milliseconds(period: str) -> int:
    """Where a period stands on the axis: what the clock showed, as if it were UTC."""
    return int(datetime.fromisoformat(period[:16]).replace(tzinfo=UTC).timestamp() * 1000)


# Funnels -------------------------------------------------------------------------------------------------------------


def funnel_chart(question: Funnel, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    import altair as alt

    steps = [
        "\n".join(filter(None, (f"{number}. {step_text(step)}", conditions_text(step.wanted))))
        for number, step in enumerate(question.steps, start=1)
    ]
    several = groups_of(answer)
    values = [
        {
            "step": steps[number - 1], "share": share, "group": group.name,
            "text": _result(count, share, median, look),
        }
        for group in several for number, _, _, count, share, _, median in group.rows
    ]  # fmt: skip
    groups = [group.name for group in several]
    names = alt.Axis(
        domain=False, ticks=False, labelColor=look.ink, labelFontSize=13, labelLimit=260, labelPadding=12, grid=False,
        labelExpr="split(datum.value, '\\n')",
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("step:N", sort=steps, title=None, axis=names, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("group:N", sort=groups),
        x=alt.X("share:Q", scale=alt.Scale(domain=[0, 1.25]), axis=None),
    )
    bars = base.mark_bar(cornerRadiusEnd=5).encode(
        color=colour_of("group", groups, look, is_shown=bool(question.breakdown))
    )
    texts = base.mark_text(align="left", dx=8, fontSize=12, color=look.ink).encode(text="text:N")
    height = (BAR if len(groups) == 1 else BAR * 0.6) * max(len(groups), 1) * 1.3 * len(steps)
    title = titled(funnel_sentence(question, {}), question)
    return alt.layer(bars, texts).properties(height=height, title=title)


def _result(count: int, share: float, median: float | None, look: Look) -> str:
    parts = [locales.number(count, look.language), locales.share(share, look.language)]
    if median is not None:
        took = locales.duration(median, look.language)
        parts.append(look.say(gettext_noop("median %(time)s"), time=took))
    return " · ".join(parts)


# Both ----------------------------------------------------------------------------------------------------------------


def colour_of(field: str, names: list[str], look: Look, *, is_shown: bool) -> alt.Color:
    """A colour for each name, in their order."""
    import altair as alt

    colours = [look.colours[colour_at(place, name)] for place, name in enumerate(names)]
    legend = alt.Legend() if is_shown else None
    return alt.Color(f"{field}:N", sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend)


def titled(sentence: Parts, question: Question, *notes: str) -> alt.TitleParams:
    """The question's sentence, in words of its own since nothing else stands beside a picture; below it the zone of its
    days, and notes."""
    import altair as alt

    return alt.TitleParams(wrapped(plain(sentence)), subtitle=" · ".join([question.days.tz, *notes]))


def wrapped(text: str, room: float = TITLE_ROOM, most: int = TITLE_LINES) -> list[str]:
    """A text as lines of so many Latin letters; what goes beyond the last line is left out."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if breadth(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return lines


def breadth(text: str) -> float:
    """How broad a text is, in Latin letters."""
    return sum(1.75 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
