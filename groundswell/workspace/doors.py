"""What doors share: who knocks, and the project they knock for."""

from typing import cast

from django.http import HttpRequest

from groundswell.workspace.service import project_for
from groundswell.workspace.types import Caller, May, ProjectCard


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in by the API's authentication."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]  # django-ninja puts it there


def asked_project(request: HttpRequest, project: str, *, may: May = May.VIEW) -> ProjectCard:
    """The project that a request names, if its caller may do this with it. Raises Refusal 404 or 403."""
    return project_for(caller_of(request), project, may=may)
