"""Retention on a card: a curve, the share that was back after one period, cohorts."""

from dataclasses import dataclass, replace
from typing import Any

from groundswell.dashboards.faces.face import MOST_LINES, MOST_ROWS, Drawn, Face, drawn_face
from groundswell.dashboards.faces.numbers import Number, Numbers, numbers_face, shares_differ
from groundswell.dashboards.plots import line_plot
from groundswell.insights.groups import Rows, groups_of
from groundswell.insights.retention.page import Group, shown, together
from groundswell.insights.retention.question import Retention
from groundswell.insights.types import Answer

FIRST = 1  # the period after that in which they began
SIZE = 1  # the column


@dataclass(frozen=True)
class Cohorts:
    """The first group with its latest cohorts, None where nobody began; ``numbers`` are those of the periods."""

    group: Group | None
    numbers: range


def curve(answer: Answer, _before: Answer | None) -> Face:
    """The share that was back, period by period, all cohorts together: a line a group."""
    question, groups = _retention(answer), groups_of(answer)
    named = [
        (group.name, [square.share for square in together(group.rows, question.periods)])
        for group in groups[:MOST_LINES]
    ]
    plot = line_plot(named, [str(number) for number in range(question.periods)])
    legend = [(line.name, line.colour, line.dash) for line in plot.lines] if question.breakdown else []
    words = [(name, shares[FIRST]) for name, shares in named if len(shares) > FIRST]
    is_empty = not any(row[SIZE] for row in answer.rows)
    drawn = Drawn(plot, legend, words, is_empty, are_periods=False, are_shares=True)
    return drawn_face(drawn, len(groups) - len(named))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """The share of each group that was back in the period after the first."""
    groups, then = groups_of(answer), {each.name: each.rows for each in groups_of(before)} if before else {}
    found = []
    for group in groups:
        (back, began), (back_before, began_before) = _back(group.rows), _back(then.get(group.name, []))
        chance = shares_differ(back, began, back_before, began_before)
        share = back / began if began else None
        share_before = back_before / began_before if began_before else None
        found.append(Number(group.name, share, share_before, chance, is_share=True))
    of = _back(groups[0].rows) if len(groups) == 1 else None
    return numbers_face(Numbers(found, len(answer.question.days), of))


def table(answer: Answer, _before: Answer | None) -> Face:
    """Cohorts, the latest first, of the first group."""
    found = shown(_retention(answer), answer, _nobody, 1)
    if found.is_empty:
        return Face("dashboards/faces/cohorts.html", Cohorts(None, found.numbers))
    group = found.groups[0]
    kept = replace(group, cohorts=group.cohorts[:MOST_ROWS])
    return Face("dashboards/faces/cohorts.html", Cohorts(kept, found.numbers), max(0, len(group.cohorts) - MOST_ROWS))


def _back(rows: Rows) -> tuple[int, int]:
    """How many were back in the first period after that in which they began, of those of whom it is known."""
    known = [row for row in rows if row[2] == FIRST and row[3] is not None]
    return sum(row[3] for row in known), sum(row[SIZE] for row in known)


def _retention(answer: Answer) -> Retention:
    assert isinstance(answer.question, Retention)
    return answer.question


def _nobody(_cell: dict[str, Any]) -> str:
    """Numbers of a card open its question, and from there who is behind them."""
    return ""
