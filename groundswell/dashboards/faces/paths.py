"""Paths on a card: columns with bands between them, the most frequent moves, or how many went such a way at all."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from groundswell.dashboards.faces.face import Face, Row, Table, table_face
from groundswell.dashboards.faces.numbers import Number, Numbers, counts_differ, numbers_face
from groundswell.insights.groups import value_text
from groundswell.insights.paths.flow import CARD
from groundswell.insights.paths.picture import Picture, pictures_of
from groundswell.insights.paths.question import Paths
from groundswell.insights.types import Answer

COUNT = 3  # the column


@dataclass(frozen=True)
class Flows:
    """The picture of the first group, None where nobody went such a way."""

    picture: Picture | None


def flows(answer: Answer, _before: Answer | None) -> Face:
    """The first group as columns with bands between them."""
    pictures, left_out = pictures_of(_paths(answer), answer, None, most=1, size=CARD)
    return Face("dashboards/faces/flows.html", Flows(pictures[0] if pictures else None), left_out)


def table(answer: Answer, _before: Answer | None) -> Face:
    """Where people went on to, and where they did nothing more: step by step, the most frequent first."""
    ended = _("nothing more")
    moves = [(row[0], row[1], row[2], *row[3:]) for row in answer.rows]
    moves += [
        (step, event, ended, dropped, *value)
        for step, event, _count, dropped, *value in answer.beside["nodes"]["rows"]
        if dropped
    ]
    moves.sort(key=lambda move: (move[0], -move[COUNT]))
    top = max((move[COUNT] for move in moves), default=1)
    rows = [
        Row(" · ".join([f"{step}. {source} → {target}", *map(value_text, value)]), [count], share=count / top)
        for step, source, target, count, *value in moves
    ]
    return table_face(Table(_("Move"), [_counted(answer)], rows))


def numbers(answer: Answer, before: Answer | None) -> Face:
    """How many went such a way at all."""
    now, then = answer.beside["count"], before.beside["count"] if before else None
    chance = None if then is None else counts_differ(now, then)
    return numbers_face(Numbers([Number("", now, then, chance)], len(answer.question.days)))


def _counted(answer: Answer) -> str:
    return _("Companies") if _paths(answer).counts_accounts else _("People")


def _paths(answer: Answer) -> Paths:
    assert isinstance(answer.question, Paths)
    return answer.question
