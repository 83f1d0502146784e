"""Projects over HTTP."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.service import projects_of

router = Router()


@router.get("")
def list_projects(request: HttpRequest, limit: int = 100, after: int = 0) -> dict[str, Any]:
    """The projects that the caller may see, ``limit`` at a time; ``next`` is the ``after`` of the next page."""
    found = [project for project in projects_of(caller_of(request)) if project.id > after]
    page = found[: max(1, min(limit, 1000))]
    return {"projects": [asdict(project) for project in page], "next": page[-1].id if len(found) > len(page) else None}


@router.get("/{project}")
def read_project(request: HttpRequest, project: str) -> dict[str, Any]:
    """One project: its name, zone, currency and language."""
    return asdict(asked_project(request, project))
