"""Merging two people, splitting an id off, and taking either back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.people import dossier
from groundswell.people import service as people
from groundswell.people.addresses import person_address
from groundswell.people.listing import Wanted
from groundswell.people.listing import people as listed
from groundswell.people.pages.lists import traits_shown
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

CANDIDATES = 10


@project_page
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Choose whom somebody is to be merged with, see who survives, then do it."""
    asked = request.POST if request.method == "POST" else request.GET
    one, other = asked.get("id", ""), asked.get("with", "")
    if request.method == "POST":
        number = people.merge(project, one, into=other, caller=caller_at(request), by=_name(request))
        return _done(project, dossier.person(project, one).id, number)
    person = dossier.person(project, one)
    found = {"person": person, "url": person_address(project, person.id)}
    if other:
        survivor, lost = (dossier.person(project, id) for id in people.surviving(project, one, other))
        return render(request, "people/merge.html", {
            **found, "survivor": survivor, "lost": lost, "survivor_traits": traits_shown(survivor),
            "lost_traits": traits_shown(lost), "events": survivor.events + lost.events,
            "ids": len(survivor.ids) + len(lost.ids),
            "companies": len({each.number for each in [*survivor.memberships, *lost.memberships]}),
        })  # fmt: skip
    text = request.GET.get("q", "").strip()
    rows = listed(project, Wanted(search=text, size=CANDIDATES)).rows if text else []
    candidates = [row for row in rows if row.card.number != person.number]
    return render(request, "people/merge.html", {**found, "text": text, "candidates": candidates})


@project_page
@require_POST
def split(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Part an id from the profile that it was joined to."""
    id = request.POST.get("id", "")
    number = people.split(project, id, caller=caller_at(request), by=_name(request))
    return _done(project, dossier.person(project, id).id, number)


@project_page
@require_POST
def undo(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Take a merge or split back."""
    people.undo(project, number, caller=caller_at(request), by=_name(request))
    messages.success(request, _("It was undone: everything is as it was before."))
    return HttpResponseRedirect(person_address(project, request.POST.get("id", "")))


def _done(project: ProjectCard, id: str, number: int) -> HttpResponseRedirect:
    """Back to the profile, which says what was done and offers to undo it."""
    address = person_address(project, id)
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}done={number}")


def _name(request: HttpRequest) -> str:
    return str(request.user)
