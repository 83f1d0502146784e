"""The page of a dashboard, and what changes it as a whole."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.dashboards import service
from groundswell.dashboards.acts import acts
from groundswell.dashboards.addresses import (
    NOW,
    board_address,
    card_address,
    filters_before,
    filters_in,
    number_in,
    query_of,
)
from groundswell.dashboards.answering import NO_FILTERS
from groundswell.dashboards.bar import changed_filters, shown_filters, what_to_choose
from groundswell.dashboards.tiles import tile, tile_at_hand
from groundswell.dashboards.types import Dashboard, Filters
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.words import said
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

MOST_NUMBERS = 10_000  # characters of an arrangement


@require_GET
@project_page
def board(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Its cards, each of which comes by itself; ``whole`` asks for all of them at once."""
    shown = service.dashboard(project, number)
    return _page(request, project, shown, filters_in(request.GET, shown.filters, project.timezone))


@require_GET
@project_page
def narrow(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """On to the dashboard with one filter changed; what cannot be is said beside those before."""
    shown = service.dashboard(project, number)
    filters = filters_before(request.GET, shown.filters, project.timezone)
    try:
        new = changed_filters(project, filters, request.GET.get("what", ""), request.GET.dict())
    except Refusal as refusal:
        return _page(request, project, shown, filters, refusal=refusal)
    return redirect(board_address(project.id, shown.id, new, shown.filters))


@require_POST
@project_page
def keep(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Have the dashboard open with these filters."""
    filters = filters_in(request.POST, NO_FILTERS, project.timezone)
    service.change(caller_at(request), project, number, filters=filters.as_json())
    messages.success(request, _("The dashboard opens with these filters from now on."))
    return redirect("dashboards.board", project.id, number)


@require_POST
@project_page
def change(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Another name or description, or pinned or not."""
    given = request.POST
    pinned = {"1": True, "0": False}.get(given.get("pinned", ""))
    service.change(
        caller_at(request), project, number, name=given.get("name"), description=given.get("description"),
        is_pinned=pinned,
    )  # fmt: skip
    return redirect("dashboards.board", project.id, number)


@require_POST
@project_page
def arrange(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Cards in this order: ``12:6,7:3`` is card 12 at six columns, then card 7 at three."""
    order, widths = _arrangement(request.POST.get("order", ""))
    service.arrange(caller_at(request), project, number, order, widths)
    return HttpResponse(status=204)


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Throw it away."""
    service.remove(caller_at(request), project, number)
    messages.success(request, _("The dashboard is gone; its saved questions are still there."))
    return redirect("dashboards", project.id)


def _page(
    request: HttpRequest, project: ProjectCard, shown: Dashboard, filters: Filters, *, refusal: Refusal | None = None
) -> HttpResponse:
    addresses = [card_address(project.id, shown.id, card.id, filters, shown.filters) for card in shown.cards]
    each = zip(shown.cards, addresses, strict=True)
    if "whole" in request.GET:
        tiles = [tile(project, card, filters, address) for card, address in each]
    else:
        tiles = [tile_at_hand(project, card, filters, address) for card, address in each]
    found: dict[str, Any] = {
        "dashboard": shown,
        "acts": acts(),
        "filters": filters,
        "tiles": tiles,
        "carried": [(f"{NOW}{name}", value) for name, value in query_of(filters, shown.filters).items()],
        "change_address": reverse("dashboards.narrow", args=[project.id, shown.id]),
        "values_address": reverse("insights.values", args=[project.id]),
        "is_narrowed": filters != shown.filters,
        "to_keep": query_of(filters, NO_FILTERS),
        "refusal": refusal,
        "whole": board_address(project.id, shown.id, filters, shown.filters, whole="1"),
    }
    status = refusal.status if refusal else 200
    found |= shown_filters(project, filters) | what_to_choose(project)
    return render(request, "dashboards/board.html", found, status=status)


def _arrangement(text: str) -> tuple[list[int], dict[int, int]]:
    order: list[int] = []
    widths: dict[int, int] = {}
    for part in text.split(",") if text and len(text) <= MOST_NUMBERS else []:
        card, width = (number_in(each) for each in (*part.split(":"), "x")[:2])
        if card is None:
            raise bad_request(said("An arrangement is written as 12:6,7:3."), field="order")
        order.append(card)
        widths |= {card: width} if width is not None else {}
    return order, widths
