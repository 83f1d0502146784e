"""Filters over all cards: read strictly, and put into the question of a card as far as they narrow it.

Days replace the question's own. A statement about a person or a company holds for everybody who is counted, so it is
put to every event of the question; one about a property of events to those of its events that come with the property,
for it would leave nothing of the others. What narrows a card in part, or not at all, is said in sentences.
"""

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from groundswell.conditions.atoms import Atom, atoms_of, condition_of
from groundswell.conditions.names import ACCOUNT, EVENT, PERSON
from groundswell.conditions.service import check_condition, names_in
from groundswell.conditions.wording import condition_text
from groundswell.dashboards.types import Filters
from groundswell.events.service import properties_in
from groundswell.insights.kinds import check
from groundswell.insights.wording import event_name
from groundswell.kernel import clock
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

Question = dict[str, Any]  # as JSON
_KNOWN = ("date_from", "date_to", "where")


def check_filters(given: Mapping[str, Any], tz: str) -> Filters:
    """The filters that the JSON holds. Raises Refusal 400 with the field at fault."""
    for name in given:
        if name not in _KNOWN:
            hint = said("Use date_from, date_to and where.")
            raise bad_request(said("There is no filter %(name)r.", name=name), hint=hint, field="filters")
    date_from, date_to = given.get("date_from") or "", given.get("date_to") or ""
    if bool(date_from) != bool(date_to):
        raise bad_request(said("Days have both a first and a last one."), field="date_to" if date_from else "date_from")
    where = given.get("where") or {}
    if date_from:
        days = {"date_from": date_from, "date_to": date_to}
        check({"kind": "trend", "series": [{"event": None}], "interval": "month", **days}, tz)
    check_condition(where, "where")
    return Filters(date_from, date_to, where)


def narrowed(project: ProjectCard, question: Mapping[str, Any], filters: Filters) -> tuple[Question, tuple[str, ...]]:
    """The question under these filters, and in sentences what does not narrow all of it."""
    new: Question = copy.deepcopy(dict(question))
    if filters.has_days:
        new["date_from"], new["date_to"] = filters.date_from, filters.date_to
    notes = []
    for atom in atoms_of(filters.where):
        events = list(_events(new, atom))
        narrowed = [each for each in events if _narrows(project, atom, each)]
        for each in narrowed:
            each["where"] = condition_of([*atoms_of(each.get("where") or {}), atom])
        if len(narrowed) < len(events) or not events:
            notes.append(_note(atom, narrowed))
    return new, tuple(notes)


def _events(question: Question, atom: Atom) -> Iterator[Question]:
    """The parts of a question that choose events and may be narrowed by the statement.

    Who returned is who began, so what a return must be like is left to the question.
    """
    for member in ("series", "steps"):
        if isinstance(question.get(member), list):  # of paths ``steps`` is a number
            yield from question[member]
    for member in ("start", "return"):
        if isinstance(question.get(member), dict) and (member == "start" or not _of_events(atom)):
            yield question[member]
    if "event" in question:
        yield question


def _of_events(atom: Atom) -> set[str]:
    """The names of properties of events that a statement reads."""
    names = {name for name in names_in(atom.condition) if not name.startswith((PERSON, ACCOUNT))}
    return {name.removeprefix(EVENT) for name in names}


def _narrows(project: ProjectCard, atom: Atom, chosen: Question) -> bool:
    """Whether these events come with all properties that the statement reads, or may do."""
    names, event = _of_events(atom), chosen["event"]
    if not names or event is None:
        return True
    carried = _carried(project, event, clock.now().strftime("%Y-%m-%dT%H"))
    return not carried or all(name in carried or name.partition(".")[0] in carried for name in names)


@lru_cache(maxsize=5_000)
def _carried(project: ProjectCard, event: str, hour: str) -> frozenset[str]:
    """The properties that an event was lately seen with; they are looked for once an hour."""
    return frozenset(each.name for each in properties_in(project, event))


def _note(atom: Atom, narrowed: list[Question]) -> str:
    statement = condition_text(atom)
    if not narrowed:
        return said("Not narrowed by “%(statement)s”: nothing here comes with it.", statement=statement)
    events = ", ".join(dict.fromkeys(event_name(each["event"]) for each in narrowed))
    return said("“%(statement)s” narrows %(events)s alone.", statement=statement, events=events)
