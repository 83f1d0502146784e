"""The page of saved questions, and saving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.conditions.wording import plain
from groundswell.insights import saved
from groundswell.insights.addresses import ask_address
from groundswell.insights.kinds import KINDS, check, sentence
from groundswell.insights.pages.reading import json_of
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.kernel.words import in_other_words
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


@require_GET
@project_page
def questions(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What the team asks again and again."""
    text = request.GET.get("text", "").strip()
    page = saved.saved_questions(project, text=text, number=number_of(request.GET.get("page")))
    rows = [
        (each, _title(each.kind), ask_address(project.id, each.question, saved=each.id), _in_words(each, project))
        for each in page.items
    ]
    found = {"page": page, "rows": rows, "text": text, "kinds": KINDS.values()}
    return render(request, "insights/questions.html", found)


@require_POST
@project_page
def save(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Save a question, or replace what is saved under ``id``; back to it."""
    asked, name, id = json_of(request.POST.get("q", "")), request.POST.get("name", ""), request.POST.get("id", "")
    about, caller = request.POST.get("description", ""), caller_at(request)
    if id.isascii() and id.isdecimal() and len(id) < 10:
        kept = saved.replace(caller, project, int(id), name=name, question=asked, description=about)
    else:
        by = request.user.get_username()
        kept = saved.save(caller, project, name=name, question=asked, by=by, description=about)
    messages.success(request, _("The question is saved."))
    return redirect(ask_address(project.id, kept.question, saved=kept.id))


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Forget a saved question."""
    saved.remove(caller_at(request), project, number)
    messages.success(request, _("The question is no longer saved."))
    return redirect("insights", project.id)


def _title(kind: str) -> str:
    """What its kind is called; one that there is no more, by its name."""
    return str(KINDS[kind].title) if kind in KINDS else kind


def _in_words(each: saved.Saved, project: ProjectCard) -> str:
    """Its sentence; of one that can no longer be asked, why."""
    try:
        return plain(sentence(check(each.question, project.timezone), each.question))
    except Refusal as refusal:
        return in_other_words(refusal.message, _)
