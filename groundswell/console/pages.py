"""The console's own pages: where one arrives, what one chooses for oneself, and the search."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from groundswell.console.surroundings import THEMES
from groundswell.workspace import shell
from groundswell.workspace.doors import caller_at, project_page, signed_in
from groundswell.workspace.members import is_anybody_here
from groundswell.workspace.service import projects_of
from groundswell.workspace.types import ProjectCard

YEAR = 365 * 24 * 60 * 60  # seconds
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
    """Keep a language, in a cookie: who has not signed in has one too."""
    return _kept(request, settings.LANGUAGE_COOKIE_NAME, "language", dict(settings.LANGUAGES))


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark, or as the system has it."""
    return _kept(request, "theme", "theme", THEMES)


def _kept(request: HttpRequest, cookie: str, field: str, known: object) -> HttpResponse:
    wanted = request.POST.get("next", "")
    response = redirect(wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/")
    if (value := request.POST.get(field, "")) in known:  # type: ignore[operator]
        response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@project_page
def find(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """People, companies, events, pages and saved questions by a few letters."""
    text = request.GET.get("q", "").strip()
    hits = shell.find(project, text)[:FOUND] if len(text) >= SHORTEST else []
    part = "console/hits.html" if request.headers.get("HX-Request") else "console/find.html"
    return render(request, part, {"text": text, "hits": hits, "is_short": 0 < len(text) < SHORTEST})
