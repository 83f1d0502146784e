"""The cells of an answer about paths: a move, a node, or those who went no further from one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import breakdown_of_cell
from groundswell.insights.labels import Label, as_answered
from groundswell.insights.paths.question import Paths
from groundswell.kernel.words import said

MOST_NAMES = 100  # of one cell
_HINT = said('Write an event\'s name, or {"$nin": [names]} for any other.')


@dataclass(frozen=True)
class Named:
    """Events of some names, or of all others."""

    names: tuple[str, ...]
    others: bool = False

    def has(self, name: str) -> bool:
        return (name in self.names) != self.others

    def as_json(self) -> Any:
        if self.others:
            return {"$nin": list(self.names)}
        return self.names[0] if len(self.names) == 1 else {"$in": list(self.names)}


@dataclass(frozen=True)
class PathsCell:
    """Those who have a path with such a node at a step and such a one after it; where one is not said, any. Who has
    dropped went no further in that session."""

    step: int
    source: Named | None
    target: Named | None
    breakdown: Label
    has_dropped: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "source": self.source and self.source.as_json(),
            "target": self.target and self.target.as_json(),
            "breakdown": as_answered(self.breakdown),
            "dropped": self.has_dropped,
        }


def check_cell(question: Paths, given: Any) -> PathsCell:
    """The cell of the answer that the JSON names. Raises Refusal 400."""
    fields = Fields(given, "cell", ("step", "source", "target", "breakdown", "dropped"))
    has_dropped = fields.flag("dropped", False)
    source, target = _named(fields, "source"), _named(fields, "target")
    if has_dropped and question.end is not None:
        raise refused(
            "cell.dropped",
            said("is not in this answer"),
            hint=said("With an end only paths are followed that come to it."),
        )
    if has_dropped and target is not None:
        raise refused("cell.target", said("says nothing beside dropped"), hint=said("Leave it out."))
    step = fields.whole("step", 1, least=1, most=question.steps - (target is not None))
    return PathsCell(step, source, target, breakdown_of_cell(fields, question.breakdown), has_dropped)


def _named(fields: Fields, name: str) -> Named | None:
    given = fields.raw(name)
    if given is None:
        return None
    if isinstance(given, str):
        return Named((given,))
    if isinstance(given, Mapping) and len(given) == 1:
        [(operator, names)] = given.items()
        is_list = isinstance(names, list) and len(names) <= MOST_NAMES and all(isinstance(one, str) for one in names)
        if operator in ("$in", "$nin") and is_list:
            return Named(tuple(names), operator == "$nin")
    raise refused(fields.at(name), said("is no name of an event, and no list of names"), hint=_HINT)
