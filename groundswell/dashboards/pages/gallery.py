"""The gallery of ready dashboards: looked at with a project's own numbers, then taken."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.dashboards import gallery
from groundswell.dashboards.filters import check_filters
from groundswell.dashboards.pages.cards import looked_at
from groundswell.dashboards.tiles import tile_at_hand
from groundswell.kernel.errors import not_found
from groundswell.kernel.words import said
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


@require_GET
@project_page
def shelf(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All of them, with what each holds and lacks."""
    return render(request, "dashboards/gallery.html", {"ready": gallery.gallery(project)})


@require_GET
@project_page
def look(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """One of them as it would be, with the numbers there are."""
    found, filters = gallery.ready(project, key), check_filters(gallery.DAYS, project.timezone)
    tiles = [
        tile_at_hand(project, card, filters, reverse("dashboards.ready_card", args=[project.id, key, card.id]))
        for card in gallery.cards_of(project, found)
    ]
    return render(request, "dashboards/ready.html", {"ready": found, "tiles": tiles})


@require_GET
@project_page
def card(request: HttpRequest, project: ProjectCard, key: str, card: int) -> HttpResponse:
    """What one of its cards would say."""
    cards = gallery.cards_of(project, gallery.ready(project, key))
    if not 1 <= card <= len(cards):
        raise not_found(said("There is no such card."))
    filters = check_filters(gallery.DAYS, project.timezone)
    shown = looked_at(request, project, cards[card - 1], filters, request.path)
    return render(request, "dashboards/parts/body.html", {"tile": shown})


@require_POST
@project_page
def take(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """Make it the team's own; on to it."""
    made = gallery.take(caller_at(request), project, key, by=request.user.get_username())
    messages.success(request, _("The dashboard is yours: change it as you like."))
    return redirect("dashboards.board", project.id, made.id)
