"""Funnels on a card: bars, the share that finished, a table of steps or of values."""

from dataclasses import replace
from typing import Any

from groundswell.conditions.atoms import atoms_of
from groundswell.conditions.wording import condition_text
from groundswell.dashboards.faces.face import MOST_ROWS, Face
from groundswell.dashboards.faces.numbers import Number, Numbers, numbers_face, shares_differ
from groundswell.insights.shown import FunnelShown, funnel_shown
from groundswell.insights.types import Answer, Funnel


def bars(answer: Answer, _before: Answer | None) -> Face:
    """How far the largest groups came."""
    shown = _shown(answer)
    return Face("dashboards/faces/funnel.html", shown, max(0, len(shown.table) - len(shown.groups)))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """The share of those who started that finished."""
    now, then = _shown(answer), _shown(before) if before else None
    chance = shares_differ(now.finished, now.started, then.finished, then.started) if then else None
    share = now.share if now.started else None
    share_before = then.share if then and then.started else None
    number = Number("", share, share_before, chance, is_share=True)
    return numbers_face(Numbers([number], len(answer.question.days), of=(now.finished, now.started)))


def table(answer: Answer, _before: Answer | None) -> Face:
    """A row a value, and a row a step where there is no breakdown."""
    shown = _shown(answer)
    filled = {"funnel": shown, "rows": shown.table[:MOST_ROWS]}
    return Face("dashboards/faces/funnel_table.html", filled, max(0, len(shown.table) - MOST_ROWS))


def _shown(answer: Answer) -> FunnelShown:
    """The funnel. What all its steps ask alike, such as filters over all cards, is not said at each of them."""
    question = answer.question
    assert isinstance(question, Funnel)
    shown = funnel_shown(question, answer, _nobody)
    asked = [{condition_text(atom) for atom in atoms_of(step.wanted.where)} for step in question.steps]
    alike: set[str] = set.intersection(*asked) if len(asked) > 1 else set()
    own = [" · ".join(sorted(each - alike)) for each in asked]
    steps = [replace(step, conditions=conditions) for step, conditions in zip(shown.steps, own, strict=True)]
    return replace(shown, steps=steps)


def _nobody(_cell: dict[str, Any]) -> str:
    """Numbers of a card open its question, and from there who is behind them."""
    return ""
