"""Home: what came in, what changed, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard


@project_page
def home(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The page of the morning."""
    response = render(request, "console/home.html")
    response.set_cookie("project", str(project.id), samesite="Lax", httponly=True, secure=request.is_secure())
    return response
