"""Pages of projects."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import in_other_words
from groundswell.workspace.doors import caller_at, keep_project, project_page, signed_in
from groundswell.workspace.pages.forms import ProjectForm
from groundswell.workspace.projects import counting_days, settle, settled
from groundswell.workspace.service import add_project, check_may_found
from groundswell.workspace.types import May, ProjectCard


@signed_in
def new_project(request: HttpRequest) -> HttpResponse:
    """One more project of one's organisation. Raises Refusal 403 for who owns none."""
    check_may_found(caller_at(request))
    keep_project(request)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            project, _made = add_project(caller=caller_at(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("name", in_other_words(refusal.message, _))
        else:
            return redirect("start", project.id)
    return render(request, "workspace/new_project.html", {"form": form})


@project_page(to_change=May.OWN)
def settings_page(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What is settled for the project; owners change it. The part that says how far the counting is asks for itself."""
    said = {"counting": counting_days(project)}
    if request.headers.get("HX-Request"):
        return render(request, "workspace/counting.html", {**said, "is_part": True})
    form = ProjectForm(request.POST or None, initial=settled(project))
    if request.method == "POST" and form.is_valid():
        try:
            settle(caller_at(request), project, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(next(iter(refusal.fields), None), in_other_words(refusal.message, _))
        else:
            messages.success(request, _("This is settled."))
            return redirect("settings", project.id)
    return render(request, "workspace/settings.html", {**said, "form": form})
