"""Pages of projects."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from groundswell.kernel.errors import Refusal
from groundswell.workspace.doors import caller_at, signed_in
from groundswell.workspace.pages.forms import ProjectForm
from groundswell.workspace.service import add_project


@signed_in
def new_project(request: HttpRequest) -> HttpResponse:
    """One more project of one's organisation, or the first of one's own."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            project, _keys = add_project(caller=caller_at(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("name", refusal.message)
        else:
            return redirect("home", project.id)
    return render(request, "workspace/new_project.html", {"form": form})
