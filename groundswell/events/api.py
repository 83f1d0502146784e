"""The catalogue of names and the vocabulary, over HTTP."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Schema

from groundswell.events.service import (
    describe_event,
    describe_property,
    event_card,
    events_page,
    name_roles,
    properties_page,
    property_card,
    vocabulary,
)
from groundswell.events.types import EventCard, PropertyCard
from groundswell.kernel.errors import bad_request
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May

router = Router()
LAST_PAGE = 1_000_000


class Said(Schema):
    """What people say of a name; what is left out stays."""

    description: str | None = None
    owner: int | None = None
    hidden: bool | None = None

    def about(self) -> dict[str, Any]:
        given = self.model_dump(exclude_unset=True)
        if any(given.get(name, "") is None for name in ("description", "hidden")):
            raise bad_request("A description is text, hidden is true or false.", field="description")
        return {"is_hidden" if name == "hidden" else name: value for name, value in given.items()}


@router.get("/{project}/events")
def list_events(request: HttpRequest, project: str, q: str = "", page: int = 1) -> dict[str, Any]:
    """Events by volume of the last 30 days, 50 a page, hidden ones included."""
    found = events_page(asked_project(request, project), text=q, is_hidden=None, number=min(max(page, 1), LAST_PAGE))
    return {"events": [_json(card) for card in found.items], "total": found.total}


@router.get("/{project}/events/{path:name}")
def read_event(request: HttpRequest, project: str, name: str) -> dict[str, Any]:
    """One event."""
    return _json(event_card(asked_project(request, project), name))


@router.patch("/{project}/events/{path:name}")
def change_event(request: HttpRequest, project: str, name: str, said: Said) -> dict[str, Any]:
    """Say what an event means, who knows, and whether it is suggested."""
    card = asked_project(request, project, may=May.EDIT)
    describe_event(caller_of(request), card, name, said.about())
    return _json(event_card(card, name))


@router.get("/{project}/properties")
def list_properties(request: HttpRequest, project: str, q: str = "", page: int = 1) -> dict[str, Any]:
    """Properties by name, 50 a page, hidden ones included."""
    found = properties_page(
        asked_project(request, project), text=q, is_hidden=None, number=min(max(page, 1), LAST_PAGE)
    )
    return {"properties": [_json(card) for card in found.items], "total": found.total}


@router.get("/{project}/properties/{path:name}")
def read_property(request: HttpRequest, project: str, name: str) -> dict[str, Any]:
    """One property."""
    return _json(property_card(asked_project(request, project), name))


@router.patch("/{project}/properties/{path:name}")
def change_property(request: HttpRequest, project: str, name: str, said: Said) -> dict[str, Any]:
    """Say what a property means, who knows, and whether it is suggested."""
    card = asked_project(request, project, may=May.EDIT)
    describe_property(caller_of(request), card, name, said.about())
    return _json(property_card(card, name))


@router.get("/{project}/vocabulary")
def read_vocabulary(request: HttpRequest, project: str) -> dict[str, str]:
    """The event that plays each role."""
    return vocabulary(asked_project(request, project).id)


@router.put("/{project}/vocabulary")
def put_vocabulary(request: HttpRequest, project: str, names: Body[dict[str, str]]) -> dict[str, str]:
    """Name the events of roles; those left out stay, an empty name gives a role back to its default."""
    return name_roles(caller_of(request), asked_project(request, project, may=May.EDIT), names)


def _json(card: EventCard | PropertyCard) -> dict[str, Any]:
    found = asdict(card)
    about = found.pop("about")
    if isinstance(card, EventCard):
        found["recent"] = card.recent
    return {**found, "description": about["description"], "owner": about["owner"], "hidden": about["is_hidden"]}
