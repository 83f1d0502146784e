"""The console's own pages: where one arrives, what one chooses for oneself, and the search."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.console.surroundings import ways_of
from groundswell.workspace import shell
from groundswell.workspace.doors import caller_at, project_page, signed_in
from groundswell.workspace.members import is_anybody_here
from groundswell.workspace.persons import choose
from groundswell.workspace.service import projects_of
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

SHORTEST = 2  # characters that are searched for
FOUND = 30  # at most


@require_GET
def front(request: HttpRequest) -> HttpResponseBase:
    """On to the project that was open last, else to the first, else to where one begins."""
    if not is_anybody_here():
        return redirect("welcome")
    return _last_project(request)


@signed_in
def _last_project(request: HttpRequest) -> HttpResponse:
    mine = [project.id for project in projects_of(caller_at(request))]
    if not mine:
        return redirect("new_project")
    last = request.COOKIES.get("project", "")
    return redirect("home", int(last) if last.isdecimal() and int(last) in mine else mine[0])


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep a language: who has not signed in has one too."""
    response = _back(request)
    choose(request, response, language=request.POST.get("language", ""))
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark, or as the system has it."""
    response = _back(request)
    choose(request, response, theme=request.POST.get("theme", ""))
    return response


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/")


@project_page
def find(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """People, companies, events, pages and saved questions by a few letters."""
    text = request.GET.get("q", "").strip()
    hits = [*_pages(request, project, text), *shell.find(project, text)][:FOUND] if len(text) >= SHORTEST else []
    part = "console/hits.html" if request.headers.get("HX-Request") else "console/find.html"
    return render(request, part, {"text": text, "hits": hits, "is_short": 0 < len(text) < SHORTEST})


def _pages(request: HttpRequest, project: ProjectCard, text: str) -> list[Hit]:
    """The pages of the navigation whose name holds the text."""
    entries = [entry for _title, entries in ways_of(request) for entry in entries]
    found = [entry for entry in entries if text.casefold() in str(entry["name"]).casefold()]
    return [Hit(reverse(entry["view"], args=[project.id]), str(entry["name"]), _("Page")) for entry in found]
