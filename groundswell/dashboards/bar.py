"""The filters of a dashboard as words that open, and filters with one of them changed."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.atoms import Atom, atoms_of, condition_of, stated
from groundswell.conditions.groups import group_text
from groundswell.conditions.service import refused
from groundswell.conditions.wording import Word, condition_text, operators
from groundswell.dashboards.filters import check_filters
from groundswell.dashboards.types import Filters
from groundswell.events.service import properties_of
from groundswell.insights.kinds import check
from groundswell.insights.wording import days_text, presets
from groundswell.kernel.words import said
from groundswell.people.service import trait_names
from groundswell.segments.service import offered
from groundswell.workspace.types import ProjectCard

SUGGESTED = 1_000  # names in a list that is typed into


def shown_filters(project: ProjectCard, filters: Filters) -> dict[str, Any]:
    """The bar: its words, and what can be chosen."""
    statements = [_statement(atom, f"where.{place}") for place, atom in enumerate(atoms_of(filters.where))]
    return {"days": _days_word(project, filters), "statements": statements, "operators": operators()}


def what_to_choose(project: ProjectCard) -> dict[str, Any]:
    """Names that a condition may begin with, and segments, each with the name that asks whether somebody is in one."""
    properties = [card.name for card in properties_of(project.id) if not card.about.is_hidden]
    traits = [f"{owner}.{name}" for owner in ("person", "account") for name in sorted(trait_names(project.id))]
    return {"names": [*properties, *traits][:SUGGESTED], "groups": offered(project)}


def _days_word(project: ProjectCard, filters: Filters) -> Word:
    asked = {"date_from": filters.date_from, "date_to": filters.date_to}
    if not filters.has_days:
        return Word(_("each card's own days"), "days", "days", {}, presets())
    days = check({"kind": "trend", "series": [{"event": None}], "interval": "month", **asked}, project.timezone).days
    now = {"date_from": days.first.isoformat(), "date_to": days.last.isoformat()}
    return Word(days_text(asked, days.first, days.last), "days", "days", now, presets())


def _statement(atom: Atom, what: str) -> Word:
    """A statement; of a segment shorter than in a sentence."""
    text = condition_text(atom)
    if atom.operator in ("in_group", "not_in_group"):
        phrase = _("in “%(segment)s”") if atom.operator == "in_group" else _("not in “%(segment)s”")
        text = phrase % {"segment": group_text(atom.name, atom.value)}
    return Word(text, what, "condition", {"name": atom.name, "operator": atom.operator, "value": atom.value})


def changed_filters(project: ProjectCard, filters: Filters, what: str, given: Mapping[str, str]) -> Filters:
    """The filters with the word at ``what`` as the form says it. Raises Refusal 400."""
    if what == "days":
        first, last = given.get("date_from", ""), given.get("date_to", "")
        if number := given.get("value"):
            first, last = f"-{number}d", "-1d"
        return check_filters(replace(filters, date_from=first, date_to=last).as_json(), project.timezone)
    atoms = atoms_of(filters.where)
    place = what.removeprefix("where.")
    at = len(atoms) if place == "add" else int(place) if place.isascii() and place.isdecimal() else -1
    if not 0 <= at < len(atoms) + (place == "add"):
        raise refused("what", said("is %(value)r, which is no filter of these", value=what))
    now = []
    if not given.get("remove"):
        types = {card.name: frozenset(card.types) for card in properties_of(project.id)}
        now = [_stated(given, types)]
    where = condition_of([*atoms[:at], *now, *atoms[at + 1 :]])
    return check_filters(replace(filters, where=where).as_json(), project.timezone)


def _stated(given: Mapping[str, str], types: Mapping[str, Set[str]]) -> Any:
    name, operator, value = (given.get(part, "") for part in ("name", "operator", "value"))
    return stated(name.strip(), operator, value, lambda known: types.get(known, frozenset()))
