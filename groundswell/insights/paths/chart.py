"""Paths as a picture to be taken away: the same columns and bands, of the largest group."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from groundswell.insights.charts import titled
from groundswell.insights.groups import Rows, groups_of
from groundswell.insights.paths.flow import BAR, Band, Flow, laid_out
from groundswell.insights.paths.picture import ROOM, shortened
from groundswell.insights.paths.words import band_title, node_text, sentence
from groundswell.kernel import locales

if TYPE_CHECKING:
    import altair as alt

    from groundswell.insights.charts import Look
    from groundswell.insights.kind import Who
    from groundswell.insights.paths.question import Paths
    from groundswell.insights.types import Answer

POINTS = 24  # along a band
HIGH = 13  # px of a band that has room for its number


def chart(question: Paths, answer: Answer, look: Look, who: Who | None) -> alt.LayerChart:
    """The moves of the first group as bands between the events of each step."""
    import altair as alt

    groups = [group for group in groups_of(answer) if group.rows]
    flow = _flow(question, groups[0].rows)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, flow.width], nice=False, zero=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[flow.height, 0], nice=False, zero=False), axis=None)
    bands = alt.Chart(alt.Data(values=_outlines(question, flow))).mark_area(color=look.colours[0], opacity=0.2)
    bars = alt.Chart(alt.Data(values=_bars(flow))).mark_rect(color=look.colours[0], cornerRadius=2)
    names = alt.Chart(alt.Data(values=_names(flow, look))).mark_text(align="left", fontSize=12, color=look.ink)
    numbers = alt.Chart(alt.Data(values=_numbers(flow, look))).mark_text(align="right", fontSize=11, color=look.soft)
    layers = [
        bands.encode(x=x, y=y, y2="y2:Q", detail="band:N", tooltip=alt.Tooltip("title:N")),
        bars.encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        names.encode(x=x, y=y, text="text:N"),
        numbers.encode(x=x, y=y, text="text:N"),
    ]
    notes = []
    if question.breakdown:
        of = {"value": groups[0].name, "number": locales.number(len(groups), look.language)}
        notes.append(look.say(gettext_noop("only %(value)s, the largest of %(number)s values"), **of))
    title = titled(sentence(question, {}), question, *notes)
    return alt.layer(*layers).properties(height=flow.height, title=title)


def _flow(question: Paths, moves: Rows) -> Flow:
    """Laid out by the moves alone: as many as come in or go out, whichever are more."""
    leaving, entering = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for step, source, target, count, *_ in moves:
        leaving[step, source] += count
        entering[step + 1, target] += count
    came = [(*node, max(leaving[node], entering[node]), 0) for node in leaving | entering]
    return laid_out(came, [(row[0], row[1], row[2], row[3]) for row in moves], steps=question.steps)


def _outlines(question: Paths, flow: Flow) -> list[dict[str, Any]]:
    """Points along each band, above and below."""
    values = []
    for number, band in enumerate(flow.bands):
        title = band_title(band, by_account=question.counts_accounts)
        for point in range(POINTS + 1):
            x, y = _along(band, point / POINTS)
            values.append({"x": x, "y": y, "y2": y + band.height, "band": number, "title": title})
    return values


def _along(band: Band, share: float) -> tuple[float, float]:
    """Where a band is after a share of its way: it sets out and arrives level."""
    start, end = band.source.x + BAR, band.target.x
    risen = share * share * (3 - 2 * share)
    return start + share * (end - start), band.top + risen * (band.bottom - band.top)


def _bars(flow: Flow) -> list[dict[str, Any]]:
    nodes = [node for column in flow.columns for node in column]
    return [{"x": node.x, "x2": node.x + BAR, "y": node.y, "y2": node.y + node.height} for node in nodes]


def _names(flow: Flow, look: Look) -> list[dict[str, Any]]:
    heads = [
        {"x": column[0].x, "y": 10, "text": look.say(gettext_noop("Step %(number)s"), number=str(column[0].step))}
        for column in flow.columns
    ]
    nodes = [node for column in flow.columns for node in column]
    return heads + [
        {"x": node.x + BAR + 6, "y": node.y + 8, "text": shortened(node_text(node), ROOM)} for node in nodes
    ]


def _numbers(flow: Flow, look: Look) -> list[dict[str, Any]]:
    """How many made each move that is broad enough, where it arrives."""
    return [
        {
            "x": band.target.x - 5,
            "y": band.bottom + band.height / 2,
            "text": locales.number(band.count, look.language),
        }
        for band in flow.bands
        if band.count is not None and band.height >= HIGH
    ]
