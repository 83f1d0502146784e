"""The page of background work."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from groundswell.jobs.service import recurring_jobs, run_again, runs, stop
from groundswell.jobs.types import RunCard, State
from groundswell.kernel import clock
from groundswell.kernel.paging import number_of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

STATES = [
    (State.WAITING, gettext_lazy("Waiting")),
    (State.RUNNING, gettext_lazy("Running")),
    (State.DONE, gettext_lazy("Done")),
    (State.FAILED, gettext_lazy("Failed")),
    (State.STOPPED, gettext_lazy("Stopped")),
]
SOON = timedelta(minutes=1)  # what is due by then is worth looking again for


@project_page
@require_GET
def jobs(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What runs, waits and is over, and what recurs for the whole server."""
    state = next((each for each, _name in STATES if each == request.GET.get("state")), None)
    page = runs(project.id, number=number_of(request.GET.get("page")), state=state)
    is_busy = any(_moves(run) for run in page.items)
    said = {"page": page, "state": state, "states": STATES, "is_busy": is_busy}
    if request.headers.get("HX-Request"):
        return render(request, "jobs/list.html", said)
    return render(request, "jobs/jobs.html", {**said, "recurring": recurring_jobs()})


@require_POST
@project_page
def stop_job(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    stop(project.id, number, caller=caller_at(request))
    return redirect("jobs", project.id)


@require_POST
@project_page
def do_again(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    run_again(project.id, number, caller=caller_at(request))
    messages.success(request, _("It is done once more."))
    return redirect("jobs", project.id)


def _moves(run: RunCard) -> bool:
    return run.state is State.RUNNING or (run.state is State.WAITING and run.due < clock.now() + SOON)
