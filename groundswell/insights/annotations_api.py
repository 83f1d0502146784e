"""Annotations over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from groundswell.insights import annotations
from groundswell.kernel.paging import SIZE
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May

router = Router()
MOST_AT_ONCE = 500


class ToAnnotate(Schema):
    """``on`` is a day (2026-01-31) or an instant (2026-01-31T14:30, in the project's zone unless it says its offset);
    ``kind`` release, campaign, incident or other."""

    on: str
    text: str
    kind: str = "other"
    link: str = ""


class ToChange(Schema):
    on: str | None = None
    text: str | None = None
    kind: str | None = None
    link: str | None = None


@router.get("/{project}/annotations")
def list_annotations(
    request: HttpRequest,
    project: str,
    since: str = Query("", alias="from"),  # type: ignore[type-arg]
    until: str = Query("", alias="to"),  # type: ignore[type-arg]
    page: int = 1,
    limit: int = SIZE,
) -> dict[str, Any]:
    """What happened from one day to another, both included, the latest first; ``next`` is the next page."""
    card = asked_project(request, project)
    found = annotations.annotations(
        card, first=annotations.day_of(since, "from"), last=annotations.day_of(until, "to"),
        number=max(1, min(page, 1_000_000)), size=max(1, min(limit, MOST_AT_ONCE)),
    )  # fmt: skip
    return {
        "annotations": [each.as_json(card.timezone) for each in found.items],
        "total": found.total,
        "next": found.number + 1 if found.has_after else None,
    }


@router.post("/{project}/annotations")
def add_annotation(request: HttpRequest, project: str, given: ToAnnotate) -> dict[str, Any]:
    """Write down what happened; charts over time show it."""
    card = asked_project(request, project, may=May.EDIT)
    return annotations.annotate(caller_of(request), card, **given.dict(), by="API").as_json(card.timezone)


@router.get("/{project}/annotations/{int:number}")
def read_annotation(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """One annotation."""
    card = asked_project(request, project)
    return annotations.annotation(card, number).as_json(card.timezone)


@router.put("/{project}/annotations/{int:number}")
def change_annotation(request: HttpRequest, project: str, number: int, given: ToChange) -> dict[str, Any]:
    """Change what is given of an annotation."""
    card = asked_project(request, project, may=May.EDIT)
    return annotations.change(caller_of(request), card, number, **given.dict()).as_json(card.timezone)


@router.delete("/{project}/annotations/{int:number}")
def remove_annotation(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Take an annotation away."""
    annotations.remove(caller_of(request), asked_project(request, project, may=May.EDIT), number)
    return {"removed": number}
