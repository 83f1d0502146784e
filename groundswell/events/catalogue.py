"""The catalogue of names: what there is, how much of it, and what people say of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from groundswell.events.models import EventName, Named, PropertyName
from groundswell.events.types import About, EventCard, PropertyCard
from groundswell.events.volumes import NEVER, Volume, last_instant, volumes
from groundswell.kernel.errors import bad_request, not_found
from groundswell.kernel.paging import SIZE, Page, page_of
from groundswell.kernel.words import said
from groundswell.store import service as store
from groundswell.workspace.members import members_of
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

LONGEST = 2_000  # characters of a description
_MOST_OWNERS = 500  # to choose from
_SUGGESTED = 200  # names at most

_Row = TypeVar("_Row", EventName, PropertyName)


def events_page(
    project: ProjectCard, *, text: str = "", is_hidden: bool | None = False, number: int = 1, size: int = SIZE
) -> Page[EventCard]:
    """Events whose name or description holds the text, the most frequent of the last 30 days first."""
    rows = list(_narrowed(EventName.objects.filter(project_id=project.id), text, is_hidden))
    counted = volumes(project) if rows else {}
    cards = [_event(row, counted.get(row.name, NEVER)) for row in rows]
    return page_of(sorted(cards, key=lambda card: (-card.recent, -card.count, card.name)), number, size=size)


def event_card(project: ProjectCard, name: str) -> EventCard:
    """One event; its last instant is exact. Raises Refusal 404."""
    card = _event(_event_row(project, name), volumes(project, name).get(name, NEVER))
    if card.last_seen is None or isinstance(card.last_seen, datetime):
        return card
    return replace(card, last_seen=last_instant(project, name, card.last_seen))


def properties_page(
    project: ProjectCard, *, text: str = "", is_hidden: bool | None = False, number: int = 1, size: int = SIZE
) -> Page[PropertyCard]:
    """Properties whose name or description holds the text, by name."""
    rows = _narrowed(PropertyName.objects.filter(project_id=project.id), text, is_hidden).order_by("name")
    chosen = rows[(number - 1) * size : number * size]
    return Page([_property(row) for row in chosen], number, rows.count(), size)


def properties_of(project: int) -> list[PropertyCard]:
    """All properties of a project, by name."""
    return [_property(row) for row in PropertyName.objects.filter(project_id=project).order_by("name")]


def property_card(project: ProjectCard, name: str) -> PropertyCard:
    """One property. Raises Refusal 404."""
    return _property(_property_row(project, name))


def suggested(project: int, *, text: str = "", most: int = _SUGGESTED) -> tuple[list[str], list[str]]:
    """Names of events and of properties that hold the text, hidden ones left out."""
    events = _narrowed(EventName.objects.filter(project_id=project), text, False, names_only=True)
    properties = _narrowed(PropertyName.objects.filter(project_id=project), text, False, names_only=True)
    return (
        list(events.order_by("name").values_list("name", flat=True)[:most]),
        list(properties.order_by("name").values_list("name", flat=True)[:most]),
    )


def owners(project: ProjectCard) -> dict[int, str]:
    """Who may be named as the one who knows what a name means."""
    return {each.user: each.name or each.email for each in members_of(project, size=_MOST_OWNERS).items}


def describe_event(caller: Caller, project: ProjectCard, name: str, about: Mapping[str, Any]) -> None:
    """Say what an event means: any of ``description``, ``owner``, ``is_hidden``. Raises Refusal 404 or 400."""
    _describe(caller, project, _event_row(project, name), about, verb="event.described")


def describe_property(caller: Caller, project: ProjectCard, name: str, about: Mapping[str, Any]) -> None:
    """As ``describe_event``, for a property."""
    _describe(caller, project, _property_row(project, name), about, verb="property.described")


@transaction.atomic
def _describe(caller: Caller, project: ProjectCard, row: _Row, about: Mapping[str, Any], *, verb: str) -> None:
    description = about.get("description", "")
    if len(description) > LONGEST or "\0" in description:
        raise bad_request(said("A description has at most %(most)s characters.", most=LONGEST), field="description")
    changed = {field: value for field, value in about.items() if getattr(row, field) != value}
    if changed.get("owner") is not None and changed["owner"] not in owners(project):
        hint = said("Name somebody of the organisation, or nobody.")
        raise bad_request(said("There is no such member."), hint=hint, field="owner")
    if not changed:
        return
    for field, value in changed.items():
        setattr(row, field, value)
    row.save(update_fields=list(changed))
    note_change(caller, project=project.id, verb=verb, subject=row.name, detail=changed)
    if "is_hidden" in changed:  # what is hidden is not told as a reason
        transaction.on_commit(partial(store.moved, project.id, ()))


def _narrowed(rows: QuerySet[_Row], text: str, is_hidden: bool | None, *, names_only: bool = False) -> QuerySet[_Row]:
    if is_hidden is not None:
        rows = rows.filter(is_hidden=is_hidden)
    text = text.replace("\0", "")
    if not text:
        return rows
    named = Q(name__icontains=text)
    return rows.filter(named if names_only else named | Q(description__icontains=text))


def _event_row(project: ProjectCard, name: str) -> EventName:
    return _found(EventName.objects.filter(project_id=project.id, name=name), said("There is no such event."))


def _property_row(project: ProjectCard, name: str) -> PropertyName:
    return _found(PropertyName.objects.filter(project_id=project.id, name=name), said("There is no such property."))


def _found(rows: QuerySet[_Row], missing: str) -> _Row:
    row = rows.first()
    if row is None:
        raise not_found(missing, hint=said("Names are learned from what is sent; capital letters count."))
    return row


def _event(row: EventName, volume: Volume) -> EventCard:
    first = volume.first or row.first_seen.date()
    return EventCard(row.name, first, volume.last, volume.total, volume.days, _about(row))


def _property(row: PropertyName) -> PropertyCard:
    return PropertyCard(
        row.name, row.slot, tuple(row.types), tuple(row.examples), row.first_seen, row.last_seen, _about(row)
    )


def _about(row: Named) -> About:
    return About(row.description, row.owner, row.is_hidden)
