"""The page of all dashboards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.dashboards import service
from groundswell.kernel.paging import number_of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


@require_GET
@project_page
def dashboards(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What the team looks at, by name."""
    text = request.GET.get("text", "").strip()
    page = service.dashboards_page(project, text=text, number=number_of(request.GET.get("page")))
    return render(request, "dashboards/dashboards.html", {"page": page, "text": text})


@require_POST
@project_page
def make(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """An empty dashboard; on to it."""
    made = service.make(
        caller_at(request), project, name=request.POST.get("name", ""), by=request.user.get_username(),
        filters={"date_from": "-30d", "date_to": "-1d"},
    )  # fmt: skip
    messages.success(request, _("The dashboard is there. Now put cards on it."))
    return redirect("dashboards.board", project.id, made.id)
