"""What a page sees while its question is worked on: how far it is, and that it can be stopped."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from groundswell.insights.addresses import ask_address, waiting_address
from groundswell.insights.desk import STOPPED, desk
from groundswell.insights.kinds import check
from groundswell.insights.pages.asking import answered
from groundswell.insights.pages.reading import json_of
from groundswell.insights.types import Question
from groundswell.kernel.errors import Refusal
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import May, ProjectCard

LOOKED_AFTER = 1.0  # seconds from one look to the next


@require_GET
@project_page
def waiting(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The answer, or after a second how far it is by now."""
    asked = json_of(request.GET.get("q", ""))
    if not request.headers.get("HX-Request"):
        return redirect(ask_address(project.id, asked))
    question = check(asked, project.timezone)
    try:
        found = desk.ask(project, question, patience=LOOKED_AFTER)
    except Refusal as refusal:
        return _instead(_ended(request, project, asked, question, refusal))
    if found is None:
        address = waiting_address(project.id, asked, page=request.GET.get("page"))
        percent = round(100 * desk.progress(project, question))
        done: dict[str, Any] = {"percent": percent, "waiting_address": address}
        return render(request, "insights/progress.html", done)
    return _instead(render(request, "insights/answer.html", answered(request, project, asked, question, found)))


@require_POST
@project_page(to_change=May.VIEW)
def stop(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """End what is worked on; whoever else waits for it is told. Several questions may be named."""
    named = [json_of(text) for text in request.POST.getlist("q") or [""]]
    questions = [check(each, project.timezone) for each in named]
    for each in questions:
        desk.stop(project, each)
    asked, question = named[0], questions[0]
    if not request.headers.get("HX-Request"):
        return redirect(f"{ask_address(project.id, asked)}&stopped")
    told = answered(request, project, asked, question, None, is_stopped=True)
    return render(request, "insights/answer.html", told)


def _ended(
    request: HttpRequest, project: ProjectCard, asked: dict[str, Any], question: Question, refusal: Refusal
) -> HttpResponse:
    """Why there is no answer. Where somebody stopped it, what was known before stays there."""
    if refusal.code == STOPPED and desk.old(project, question):
        told = answered(request, project, asked, question, None, is_stopped=True)
        return render(request, "insights/answer.html", told, status=refusal.status)
    told = {"refusal": refusal, "ask_address": ask_address(project.id, asked)}
    return render(request, "insights/ended.html", told, status=refusal.status)


def _instead(response: HttpResponse) -> HttpResponse:
    """In the place of all that stands there, and not only of what asked."""
    response.headers["HX-Retarget"] = "#answer"
    response.headers["HX-Reswap"] = "outerHTML"
    return response
