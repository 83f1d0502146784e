"""The values of a breakdown as people see them: in which order they stand, what each is called, which colour it has.

An answer says its ``values``, the most frequent first. All views of a question, on its page, as a picture and on a
card, go by that: one value looks the same everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.groups import group_named, group_text
from groundswell.insights.labels import OTHER, Label
from groundswell.insights.types import Answer

NOTHING = "–"  # what a missing value is called
COLOURS = 10  # after which they begin again, with another dash
DASHES = 4
GREY = 10  # the colour of OTHER
Rows = list[Sequence[Any]]


@dataclass(frozen=True)
class Group:
    """A value, what it is called, its colour, and its rows. Without a breakdown all rows are of one without a name."""

    value: Any
    name: str
    colour: int
    rows: Rows


def groups_of(answer: Answer, rows: Sequence[Sequence[Any]] | None = None) -> list[Group]:
    """The values of an answer in their order, with their rows among all of it, or among these, which have theirs at the
    same column."""
    names = answer.question.breakdown
    rows = answer.rows if rows is None else rows
    if not names:
        return [Group(None, "", 0, list(rows))]
    column = answer.columns.index("breakdown")
    own: dict[Label, Rows] = {}
    for row in rows:
        own.setdefault(_label(row[column]), []).append(row)
    groups = []
    for place, value in enumerate(answer.beside["values"]):
        name = value_text(value, names)
        groups.append(Group(value, name, colour_at(place, name), own.get(_label(value), [])))
    return groups


def place_of(answer: Answer, value: Any) -> int:
    """Where a value stands among those of the answer; without a breakdown the only one."""
    return answer.beside["values"].index(value) if answer.question.breakdown else 0


def colour_at(place: int, name: str) -> int:
    """The colour of what stands at a place among others, by its number."""
    return GREY if name == OTHER else place % COLOURS


def dash_at(place: int) -> int:
    """How a line is dashed there, by a number: another way each time that the colours begin again."""
    return place // COLOURS % DASHES


def value_text(breakdown: Any, names: Sequence[str] = ()) -> str:
    """A breakdown value as text; with the ``names`` that it is of, whether somebody is in a segment is said so."""
    parts = breakdown if isinstance(breakdown, list) else [breakdown]
    if len(names) != len(parts):  # all that was put together, say
        return " · ".join(_part_text(part) for part in parts)
    return " · ".join(_membership_text(name, part) or _part_text(part) for name, part in zip(names, parts, strict=True))


def _label(value: Any) -> Label:
    return tuple(value) if isinstance(value, list) else value


def _part_text(part: Any) -> str:
    return NOTHING if part is None else str(part)


def _membership_text(name: str, part: Any) -> str:
    """What true and false mean of a name that asks whether somebody is in a segment; "" of other names and values."""
    if not (group := group_named(name)):
        return ""
    texts = {"true": _("in segment %(name)s"), "false": _("not in segment %(name)s")}
    return texts.get(str(part).lower(), "") % {"name": group_text(*group)}
