"""A question with one of its words changed. ``what`` is the word's place, such as ``steps.1.event`` or ``days``."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from groundswell.conditions.atoms import Types, atoms_of, condition_of, stated
from groundswell.conditions.reading import refused
from groundswell.insights.kinds import KINDS
from groundswell.insights.types import View
from groundswell.insights.views import OWN
from groundswell.kernel.words import said

Question = dict[str, Any]  # the JSON of one that was understood
Given = Mapping[str, str]  # what a form says

_LISTS = "series|steps|exclude|apart"
_SINGLE = "start|return|end"  # an event each, or null


def changed(question: Mapping[str, Any], what: str, given: Given, types: Types) -> Question:
    """The question's JSON with the word at ``what`` as the form says it. Raises Refusal 400 for a place it has not.

    The result is still to be checked: a funnel without its last step, say, is none.
    """
    new = copy.deepcopy(dict(question))
    for pattern, change in _CHANGES:
        if match := re.fullmatch(pattern, what):
            try:
                change(new, given, types, *match.groups())
            except (LookupError, TypeError):  # a place that this question has not
                break
            return new
    raise refused("what", said("is %(value)r, which is no word of this question", value=what))


def with_event(question: Mapping[str, Any], before: str, now: str) -> Question:
    """The question's JSON with another event wherever that one stands."""
    new = copy.deepcopy(dict(question))
    for member in events_of(new) + (new.get("exclude") or []) + (new.get("apart") or []):
        if member["event"] == before:
            member["event"] = now
    return new


# The whole question --------------------------------------------------------------------------------------------------


def _plain(new: Question, given: Given, _: Types, name: str) -> None:
    new[name] = given.get("value") or None


def _flag(new: Question, given: Given, _: Types, name: str) -> None:
    new[name] = given.get("value") == "true"


def _first_time(new: Question, given: Given, _: Types) -> None:
    new["start"]["first_time"] = given.get("value") == "true"


def _number(new: Question, given: Given, _: Types, name: str) -> None:
    number = given.get("value", "")
    new[name] = int(number) if number.isascii() and number.isdigit() else number


def _days(new: Question, given: Given, _: Types) -> None:
    if number := given.get("value"):
        new["date_from"], new["date_to"] = f"-{number}d", "-1d"
    else:
        new["date_from"], new["date_to"] = given.get("date_from", ""), given.get("date_to", "")


def _window(new: Question, given: Given, _: Types) -> None:
    new["window"] = f"{given.get('number', '').strip()}{given.get('unit', '')}"


def _breakdown(new: Question, given: Given, _: Types, place: str) -> None:
    names = new.get("breakdown") or []
    names = [names] if isinstance(names, str) else names
    at = len(names) if place == "add" else int(place)
    new["breakdown"] = [*names[:at], *filter(None, [given.get("value", "").strip()]), *names[at + 1 :]] or None


def _kind(new: Question, given: Given, _: Types) -> None:
    """The same events, asked for in another way."""
    kind = given.get("value", "")
    if kind == new["kind"]:
        return
    common = {name: new[name] for name in ("date_from", "date_to", "breakdown", "count") if name in new}
    events = [{"event": each["event"], "where": each.get("where") or {}} for each in events_of(new)]
    made = KINDS[kind].begin(events or [{"event": None, "where": {}}])
    new.clear()
    new.update(made, **common)


def _show(new: Question, given: Given, _: Types) -> None:
    """Another view of the same question: what belongs to the one before alone goes, and what the other has not."""
    for name in OWN:
        new.pop(name, None)
    new["show"] = given.get("value")
    if new["show"] == View.WHY and given.get("step"):
        _number(new, {"value": given["step"]}, _, "step")


def _step(new: Question, given: Given, _: Types) -> None:
    """The step at which people are compared."""
    if new.get("show") != View.WHY:
        raise LookupError
    _number(new, given, _, "step")


def events_of(question: Question) -> list[dict[str, Any]]:
    """The members of a question's JSON that name the events it is about, in its order."""
    lists = [question[name] for name in ("series", "steps") if isinstance(question.get(name), list)]
    members: list[dict[str, Any]] = [each for several in lists for each in several]
    members += [question[name] for name in _SINGLE.split("|") if question.get(name)]
    return [*members, question] if "event" in question else members


# Its events ----------------------------------------------------------------------------------------------------------


def _member(new: Question, place: str) -> dict[str, Any]:
    """The event at a place such as ``steps.1`` or ``start``; at "" the one that the question is about."""
    if not place:
        return new
    members, _, number = place.partition(".")
    member: dict[str, Any] = new[members][int(number)] if number else new[members]
    return member


def _add(new: Question, given: Given, _: Types, members: str) -> None:
    new[members] = [*(new.get(members) or []), {"event": given.get("value") or None}]


def _remove(new: Question, _given: Given, _: Types, members: str, place: str) -> None:
    del new[members][int(place)]
    if members == "steps":  # those that the question names may not be there any more
        for name in ("from_step", "to_step", "step"):
            new.pop(name, None)


def _leave_out(new: Question, _given: Given, _: Types, name: str) -> None:
    new[name] = None


def _earlier(new: Question, _given: Given, _: Types, members: str, place: str) -> None:
    at = int(place)
    if at:
        new[members].insert(at - 1, new[members].pop(at))


def _begin_with(new: Question, given: Given, types: Types, name: str) -> None:
    """An event where there may be none yet."""
    new[name] = new.get(name) or {}
    _event(new, given, types, name)


def _event(new: Question, given: Given, _: Types, place: str) -> None:
    """Another event; an old label would tell of the one before."""
    member = _member(new, place)
    if member.pop("label", None) and given.get("label"):
        member["label"] = given["label"]
    member["event"] = given.get("value") or None


def _measure(new: Question, given: Given, _: Types, place: str) -> None:
    measure = given.get("value", "people")
    counts = measure in ("people", "total", "accounts")
    new["series"][int(place)] |= {"measure": measure, "property": None if counts else given.get("property") or None}


def _property(new: Question, given: Given, types: Types, members: str, place: str) -> None:
    """The property of a member that has no other use; without one it goes."""
    new[members][int(place)]["property"] = given.get("value", "").strip()
    if not given.get("value", "").strip():
        _remove(new, given, types, members, place)


def _between(new: Question, given: Given, _types: Types, place: str | None) -> None:
    """The two steps of an exclusion, or those of the question itself."""
    member = new if place is None else new["exclude"][int(place)]
    for name in ("from_step", "to_step"):
        _number(member, {"value": given.get(name, "")}, _types, name)


def _where(new: Question, given: Given, types: Types, place: str, atom: str) -> None:
    member = _member(new, place)
    atoms = atoms_of(member.get("where") or {})
    if atom != "add" and int(atom) >= len(atoms):
        raise IndexError
    now = [] if given.get("remove") else [_stated(given, types)]
    at = len(atoms) if atom == "add" else int(atom)
    member["where"] = condition_of([*atoms[:at], *now, *atoms[at + 1 :]])


def _stated(given: Given, types: Types) -> Any:
    return stated(given.get("name", "").strip(), given.get("operator", ""), given.get("value", ""), types)


_CHANGES: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"(interval|count|order|formula|compare|mode|period|unit)", _plain),
    (r"(cumulative|medians)", _flag),
    (r"start\.first_time", _first_time),
    (r"(periods|steps)", _number),
    (r"days", _days),
    (r"window", _window),
    (r"breakdown\.(add|[0-9]{1,2})", _breakdown),
    (r"kind", _kind),
    (r"show", _show),
    (r"step", _step),
    (rf"({_LISTS})\.add", _add),
    (rf"({_LISTS})\.([0-9]{{1,2}})\.remove", _remove),
    (rf"({_LISTS})\.([0-9]{{1,2}})\.earlier", _earlier),
    (rf"({_SINGLE})\.remove", _leave_out),
    (rf"({_SINGLE})\.event", _begin_with),
    (rf"((?:{_LISTS})\.[0-9]{{1,2}}|)\.event", _event),
    (r"series\.([0-9]{1,2})\.measure", _measure),
    (r"(apart)\.([0-9]{1,2})\.property", _property),
    (r"(?:exclude\.([0-9]{1,2})\.)?between", _between),
    (rf"((?:{_LISTS})\.[0-9]{{1,2}}|{_SINGLE}|)\.where\.(add|[0-9]{{1,3}})", _where),
)
