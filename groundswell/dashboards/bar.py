"""The filters of a dashboard as words that open, and filters with one of them changed."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.atoms import atoms_of, condition_of, stated
from groundswell.conditions.service import refused
from groundswell.conditions.wording import condition_text, operators
from groundswell.dashboards.filters import check_filters
from groundswell.dashboards.types import Filters
from groundswell.events.service import properties_of
from groundswell.insights.kinds import check
from groundswell.insights.wording import days_text, presets
from groundswell.kernel.words import said
from groundswell.people.service import trait_names
from groundswell.workspace.types import ProjectCard

SUGGESTED = 1_000  # names in a list that is typed into


@dataclass(frozen=True)
class Statement:
    """A statement of the condition as it stands in the bar, and what its form begins with."""

    what: str
    text: str
    name: str
    operator: str
    value: str


def shown_filters(project: ProjectCard, filters: Filters) -> dict[str, Any]:
    """The bar: its days, its statements, and what can be chosen."""
    first = last = None
    if filters.has_days:
        question = {"kind": "trend", "series": [{"event": None}], "interval": "month", **_days(filters)}
        days = check(question, project.timezone).days
        first, last = days.first, days.last
    return {
        "days": days_text(_days(filters), first, last) if first and last else _("each card's own days"),
        "date_from": first.isoformat() if first else "",
        "date_to": last.isoformat() if last else "",
        "presets": presets(),
        "statements": [
            Statement(f"where.{place}", condition_text(atom), atom.name, atom.operator, atom.value)
            for place, atom in enumerate(atoms_of(filters.where))
        ],
        "operators": operators(),
    }


def names_to_choose(project: ProjectCard) -> list[str]:
    """Names that a condition may begin with."""
    properties = [card.name for card in properties_of(project.id) if not card.about.is_hidden]
    traits = [f"{owner}.{name}" for owner in ("person", "account") for name in sorted(trait_names(project.id))]
    return [*properties, *traits][:SUGGESTED]


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


def _days(filters: Filters) -> dict[str, str]:
    return {"date_from": filters.date_from, "date_to": filters.date_to}
